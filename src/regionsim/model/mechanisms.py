"""What a documented mechanism is by its variables and its sign: link, channel, structure, or nothing, with the reason.

Core objects: `treatment` (one row of `seeds/claims/mechanisms.csv` -> `Treatment`) and the tables it reads. A *link*
joins two variables that no series measures, or lets a measured one act on one of these (`processes/climate.py`). A
*channel* lets an unmeasured variable turn a knob of a measured process. *structure* is a rule coded in a process.
*none* is left out, with the reason: only documented claims are built in, and claims of no effect add nothing. Which
links and channels act, and which are on the drawn map only (*map*), is said by `causal_map`.
"""

from dataclasses import dataclass
from typing import Final, Literal

from regionsim.model.named import MAPPED, MEASURED_NAMES, SOFT

Kind = Literal["link", "channel", "structure", "map", "none"]


@dataclass(frozen=True)
class Treatment:
    """How one mechanism is treated; `where` is a function or knob of the model, `why` a reason where there is none."""

    kind: Kind
    where: str
    why: str = ""


@dataclass(frozen=True)
class Channel:
    """A soft variable's way into a measured process: the knob it turns, how, and the parameter of its strength.

    `lift` multiplies the knob by exp(strength * change), `add` adds strength * change; the sign is the mechanism's.
    """

    knob: str
    how: Literal["lift", "add"]
    parameter: str


# (cause or * for any, effect) -> channel; a sign of -1 turns the knob opposite to the effect
_CHANNELS: Final[dict[tuple[str, str], tuple[Channel, int]]] = {
    ("*", "ttp_violence"): (Channel("ttp_tempo", "lift", "climate.to_ttp_tempo"), 1),
    ("*", "infiltration"): (Channel("infiltration", "lift", "climate.to_infiltration"), 1),
    ("*", "iskp_strength"): (Channel("iskp_growth", "lift", "climate.to_iskp_growth"), 1),
    ("*", "af_sanctuary"): (Channel("sanctuary_pressure", "add", "climate.to_sanctuary"), -1),
    ("*", "border_incidents"): (Channel("clash_rate", "lift", "climate.to_clash_rate"), 1),
    ("*", "crossing_closure"): (Channel("closure_other", "lift", "climate.to_closures"), 1),
    ("*", "ceasefire"): (Channel("truce_odds", "lift", "climate.to_truce_odds"), 1),
    ("*", "dialogue"): (Channel("talks_rate", "add", "climate.to_talks"), 1),
    # havens on Pakistani soil are Afghanistan's grievance (MD32); Pakistan's is the attacks themselves
    ("pk_sanctuary", "trust"): (Channel("confidence_afghanistan", "add", "climate.to_confidence"), 1),
    ("*", "trust"): (Channel("confidence", "add", "climate.to_confidence"), 1),
    ("*", "public_blame"): (Channel("accusation_rate", "add", "climate.to_accusations"), 1),
    ("border_governance", "trade"): (Channel("clearance_time", "lift", "climate.to_clearance"), -1),
    ("route_security", "trade"): (Channel("route_risk", "lift", "climate.to_route_risk"), -1),
    ("pk_geoecon", "trade"): (Channel("trade_fees", "lift", "climate.to_trade_fees"), -1),
    ("decoupling", "trade"): (Channel("closure_from_clash", "lift", "climate.to_closures"), -1),
    ("*", "trade"): (Channel("contributor_trade", "add", "climate.to_trade_demand"), 1),
    ("*", "transit"): (Channel("transit_rules", "lift", "climate.to_transit_rules"), -1),
    ("*", "pk_poverty"): (Channel("border_welfare", "add", "climate.to_border_welfare"), -1),
    ("*", "border_welfare"): (Channel("border_welfare", "add", "climate.to_border_welfare"), 1),
    ("*", "af_economy"): (Channel("integration", "add", "climate.to_integration"), 1),
    ("*", "projects"): (Channel("project_security", "add", "climate.to_project_security"), 1),
    ("*", "mineral_output"): (Channel("project_security", "add", "climate.to_project_security"), 1),
    ("*", "humanitarian_aid"): (Channel("aid", "add", "climate.to_aid"), 1),
    ("*", "refugee_inflow"): (Channel("arrivals", "lift", "climate.to_arrivals"), 1),
}

# mechanism -> the function that implements it
STRUCTURE: Final[dict[str, str]] = {
    "MA02": "processes.trade:demand",
    "MA03": "processes.trade:demand",
    "MA07": "processes.projects:route_relief",
    "MA31": "processes.violence:recruit_and_lose",
    "MA37": "processes.people:odds_of_leaving",
    "MA38": "processes.economy:earn",
    "MA43": "processes.violence:recruit_and_lose",
    "MA46": "processes.economy:earn",
    "MA76": "processes.relations:react",
    "MA87": "processes.economy:earn",
    "MA91": "processes.relations:react",
    "MB49": "processes.violence:order",
    "MB90": "processes.violence:recruit_and_lose",
    "MB36": "processes.people:move",
    "MB41": "processes.economy:earn",
    "MB68": "processes.projects:security",
    "MB76": "processes.projects:transit_fees",
    "MC12": "processes.diplomacy:meet_and_accuse",
    "MC32": "processes.violence:tempo",
    "MC35": "actors.organs:PakistanGovernment.decide",
    "MC37": "processes.diplomacy:meet_and_accuse",
    "MD33": "processes.relations:react",
    "MD35": "actors.organs:PakistanGovernment.decide",
    "MD36": "processes.diplomacy:interruption",
    "MD37": "actors.organs:PakistanGovernment.decide",
    "MD40": "actors.organs:PakistanGovernment.decide",
    "ME02": "actors.organs:PakistanGovernment.decide",
    "ME05": "processes.economy:earn",
    "ME09": "processes.trade:spoil",
    "ME10": "processes.violence:tempo",
    "ME13": "processes.diplomacy:meet_and_accuse",
    "MX02": "processes.violence:recruit_and_lose",
    "MX04": "processes.economy:earn",
    "MX05": "processes.people:move",
    "MX08": "processes.trade:choose_routes_and_ship",
    "MX09": "actors.organs:Organ.close_after",
}

NO_VARIABLE: Final = "the claim names no pair of variables"
NO_EFFECT: Final = "a claim of no effect: nothing is built in, and patterns check that nothing appears"
NO_SIGN: Final = "the claim gives no direction: nothing is built in"
REFUSED: Final[dict[str, str]] = {
    "MB33": "aid is exogenous to the two countries; a scenario may add a response of donors to need",
    "MB77": "transit fees are below one percent of Afghan incomes until lines run; they are reported separately",
    "MC30": "sanctuary acts on trust through the attacks it enables; a second path would count it twice",
    "MC34": "attacks interrupt talks through the accusations that follow (MD37); a second path would count it twice",
    "MD38": "accusations follow attacks and incidents, which sanctuary feeds; a second path would count it twice",
    "MX01": "inferred, not stated: ruptures end sooner with talks, ordinary closures are short without",
    "MX03": "inferred, not stated",
    "MX22": "inferred, not stated: fees in the model are those of power and gas lines",
    "MA21": "the takeover is in the starting state; the variable does not move again in any scenario",
}


def channel(cause: str, effect: str) -> tuple[Channel, int] | None:
    """The channel of a soft cause into a measured effect and its sign, None if there is none."""
    return _CHANNELS.get((cause, effect)) or _CHANNELS.get(("*", effect))


def treatment(id: str, cause: str, effect: str, sign: str) -> Treatment:
    """What a mechanism is, from its id, its two variables and its sign as written in the table."""
    if id in STRUCTURE:
        return Treatment("structure", STRUCTURE[id])
    if id in REFUSED:
        return Treatment("none", "", REFUSED[id])
    unmeasured = SOFT | MAPPED
    variables = unmeasured.keys() | set(MEASURED_NAMES)
    if cause not in variables or effect not in variables:
        return Treatment("none", "", NO_VARIABLE)
    if sign not in ("+", "-"):
        return Treatment("none", "", NO_EFFECT if sign.startswith("0") else NO_SIGN)
    if effect in unmeasured:
        return Treatment("link", "processes.climate:drift")
    entry = channel(cause, effect)
    if entry is None or cause in MEASURED_NAMES:
        return Treatment("none", "", "no separate path: the measured processes between the two carry it")
    return Treatment("channel", entry[0].knob)
