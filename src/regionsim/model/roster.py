"""Who and what is an agent of the model: actors and places, with the claims they stand for.

Core object: `ACTORS`. The model makes one mesa agent for each row whose kind is organ, group or crossing; routes,
populations and projects are held as arrays or states.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ActorInfo:
    """One actor, place or population. `evidence` are claim ids."""

    id: str
    title: str
    kind: str
    text: str
    evidence: tuple[str, ...]


_ROWS = (
    ("pakistan_army", "Pakistan's military establishment", "organ",
     "Chooses strikes across the border, operations at home, and whether to shut a gate after a clash.",
     "AC-PKARMY AC-ISI"),
    ("pakistan_government", "Pakistan's civil government", "organ",
     "Chooses talks and expulsion campaigns; the military weighs in on both.", "AC-PKCIV AC-PAK"),
    ("taliban_government", "Afghan Taliban government", "organ",
     "Chooses talks, curbs on militants and mediation, and whether to shut a gate after a clash.",
     "AC-TTA AC-IEA AC-HQN"),
    ("ttp", "TTP", "group", "Fights in Pakistan; sanctuary, recruitment, truces, defection under pressure.", "AC-TTP"),
    ("iskp", "IS-KP", "group", "Fights in both countries; gains from TTP defectors under pressure.", "AC-ISKP"),
    ("baloch", "Baloch groups", "group", "Fight in Balochistan and Sindh, with a trend of their own.", "AC-BLA AC-SEP"),
    ("other", "Other militants", "group", "Allied, splinter and unattributed groups.", "AC-TTP"),
    ("torkham", "Torkham", "crossing", "The busiest gate.", "AC-TORKHAM"),
    ("chaman", "Chaman / Spin Boldak", "crossing", "The southern gate.", "AC-DURAND"),
    ("ghulam_khan", "Ghulam Khan", "crossing", "North Waziristan.", "Q102"),
    ("kharlachi", "Kharlachi", "crossing", "Kurram.", "Q102"),
    ("angoor_adda", "Angoor Adda", "crossing", "South Waziristan.", "Q102"),
    ("iran", "Routes through Iran", "route", "Islam Qala, Milak and Chabahar: carry what gates push away.", "AC-IRN"),
    ("north", "Northern routes", "route", "Hairatan, Aqina, Torghundi, Shir Khan.", "AC-CAS"),
    ("traders", "Traders", "population", "Importers, exporters, forwarders with route habit and memory.",
     "AC-TRADERS AC-AFINV"),
    ("households", "Afghan households", "population",
     "Afghans in Pakistan by status, and would-be movers in Afghanistan.", "AC-REF AC-RET AC-REFWAVE"),
    ("casa_1000", "CASA-1000", "project", "Power line; delivers nothing until built.", "AC-CASA Q49"),
    ("tapi", "TAPI", "project", "Gas pipeline; pays fees once built.", "AC-TAPI Q50"),
    ("minerals", "Afghan minerals", "project", "Investment behind a security gate.", "AC-MIN Q12"),
)  # fmt: skip

ACTORS: dict[str, ActorInfo] = {
    id: ActorInfo(id, title, kind, text, tuple(evidence.split())) for id, title, kind, text, evidence in _ROWS
}
