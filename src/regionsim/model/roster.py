"""The agents of the model: actors and places, with the claims they represent.

Core object: `ACTORS`. The model makes one mesa agent for each row whose kind is organ, power, group or crossing;
routes, populations and projects are held as arrays or states. A stub decides nothing: its text says what it needs.
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
     "Chooses strikes across the border and operations at home, stands down while a truce or deal holds, and shuts "
     "gates after incidents or opens them early.",
     "AC-PKARMY AC-ISI"),
    ("pakistan_government", "Pakistan's civil government", "organ",
     "Chooses talks, accusations and concessions, and expulsion campaigns or their early end; the military weighs in.",
     "AC-PKCIV AC-PAK"),
    ("taliban_government", "Afghan Taliban government", "organ",
     "Chooses talks or accusations, curbs on militants or truces it brokers, gates to shut and trade to turn away; "
     "Kandahar, the Haqqanis and the economic bloc in Kabul weigh on each by a sway that moves.",
     "AC-TTA AC-IEA AC-HQN AC-AFDPM"),
    ("gulf_mediators", "Gulf mediators", "power",
     "Saudi Arabia, Qatar and the Emirates mediate in a clash, a war or a rupture while their patience lasts.",
     "AC-SAU AC-QAT AC-UAE"),
    ("china", "China", "power",
     "Convenes trilateral rounds; commits money to minerals or withdraws it, depending on security.",
     "AC-CHN AC-TRICHN MA50 MA61"),
    ("india", "India", "power",
     "Engages with Kabul; by one reading a hostile posture, not presence alone, alarms Pakistan.",
     "AC-IND CT01 MB06 MB87"),
    ("west", "United States and Europe", "stub",
     "Pressure on Pakistan and aid are variables. To decide, it needs a record of what its pressure responds to.",
     "AC-USA AC-INTCOM"),
    ("iran_state", "Iran", "stub",
     "Its routes and its expulsions are inputs. To decide, it needs a claim about what drives its policy.", "AC-IRN"),
    ("russia", "Russia", "stub",
     "Named only among the neighbours. To decide, it needs a claim about an act of its own.", "AC-RUS"),
    ("central_asia", "Central Asian states", "stub",
     "Their gates and lines are routes and projects. To decide, they need a claim about an act of their own.",
     "AC-CAS AC-TKM AC-TJK AC-KGZ"),
    ("ttp", "TTP", "group", "Fights in Pakistan; lies low or surges; accepts, keeps or breaks truces.", "AC-TTP"),
    ("iskp", "IS-KP", "group", "Fights in both countries; lies low or surges; gains TTP fighters who defect.",
     "AC-ISKP"),
    ("baloch", "Baloch groups", "group", "Fight in Balochistan and Sindh, with a trend of their own; lie low or surge.",
     "AC-BLA AC-SEP"),
    ("other", "Other militants", "group", "Allied, splinter and unattributed groups.", "AC-TTP"),
    ("al_qaeda", "Al-Qaeda", "stub",
     "Part of transnational militants, which aid the TTP. On its own it needs a count of attacks or fighters.",
     "AC-AQ MC14"),
    ("etim", "ETIM", "stub", "Part of transnational militants, which worry China. It needs a count of its own.",
     "AC-ETIM MA44"),
    ("imu", "IMU", "stub", "Part of transnational militants. It needs a count of its own.", "AC-IMU MC40"),
    ("torkham", "Torkham", "crossing", "The busiest gate.", "AC-TORKHAM"),
    ("chaman", "Chaman / Spin Boldak", "crossing", "The southern gate.", "AC-DURAND"),
    ("ghulam_khan", "Ghulam Khan", "crossing", "North Waziristan.", "Q102"),
    ("kharlachi", "Kharlachi", "crossing", "Kurram.", "Q102"),
    ("angoor_adda", "Angoor Adda", "crossing", "South Waziristan.", "Q102"),
    ("iran", "Routes through Iran", "route", "Islam Qala, Milak and Chabahar: carry what gates divert.", "AC-IRN"),
    ("north", "Northern routes", "route", "Hairatan, Aqina, Torghundi, Shir Khan.", "AC-CAS"),
    ("traders", "Traders", "population", "Importers, exporters, forwarders with route habit and memory.",
     "AC-TRADERS AC-AFINV"),
    ("households", "Afghan households", "population",
     "Afghans in Pakistan by status, and would-be movers in Afghanistan.", "AC-REF AC-RET AC-REFWAVE"),
    ("casa_1000", "CASA-1000", "project", "Power line; delivers nothing until built.", "AC-CASA Q49"),
    ("tapi", "TAPI", "project", "Gas pipeline; pays fees once built.", "AC-TAPI Q50"),
    ("tap_500", "TAP-500", "project", "Power line from Turkmenistan; pays fees once built.", "MB76 LI54"),
    ("railway", "Trans-Afghan railway", "project", "Cheaper carriage by Kharlachi once it runs.", "AC-RAIL MA07"),
    ("cpec", "Extension of CPEC", "project", "Waits for China's commitment; roads help as sections are finished.",
     "AC-CPEC MA53"),
    ("wakhan", "Wakhan corridor", "project", "A road to China; serves no route through Pakistan.", "AC-WAKHAN MA48"),
    ("minerals", "Afghan minerals", "project", "Investment behind a security gate.", "AC-MIN Q12"),
)  # fmt: skip

ACTORS: dict[str, ActorInfo] = {
    id: ActorInfo(id, title, kind, text, tuple(evidence.split())) for id, title, kind, text, evidence in _ROWS
}
