"""Who chooses what: the arenas of every deciding actor, as data. `regionsim explain ACTOR` prints them.

Core objects: `ARENAS`, `REPLIES`, `GOALS`, `BLOCS`. In an arena an actor takes one action a week; the first is the
default. Numbers are parameters (`seeds/parameters/decisions.yaml`, `politics.yaml`), named here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

GOALS: dict[str, str] = {
    "security": "attacks at home below the recent mean; for Kabul, no strikes or clashes",
    "economy": "trade of the week over the mean of the year",
    "standing": "less hostility from the other side, no major attack",
    "cohesion": "no TTP fighters lost to IS-KP",
    "survival": "growth of the group's fighters",
}
"""What is measured for each goal, between -1 and 1 a week."""


@dataclass(frozen=True)
class ActionInfo:
    """One action. `rate`: the parameter that sets how often it is taken at rest, empty for a default.

    brings: parameter of the believed change of a goal, by goal. answered: parameter of the believed chance of a reply,
    by reply. moves: direction in which the actor expects it to move indicators, for deals, and `believed` the parameter
    that says how far, in log points. evidence: ids of claims.
    """

    id: str
    title: str
    rate: str = ""
    evidence: tuple[str, ...] = ()
    brings: Mapping[str, str] = field(default_factory=dict)
    answered: Mapping[str, str] = field(default_factory=dict)
    moves: Mapping[str, int] = field(default_factory=dict)
    believed: str = ""


@dataclass(frozen=True)
class ArenaInfo:
    """One arena of one actor. `wants`: prefix of the parameters that weigh its goals."""

    actor: str
    id: str
    title: str
    actions: tuple[ActionInfo, ...]
    goals: tuple[str, ...]
    replies: tuple[str, ...]
    wants: str

    @property
    def key(self) -> str:
        """Its name among all arenas, and of its random stream."""
        return f"{self.actor}.{self.id}"


@dataclass(frozen=True)
class ReplyInfo:
    """What the other side may do next. brings: parameter of the change of a goal in a week with it, by goal."""

    title: str
    brings: Mapping[str, str]


REPLIES: dict[str, ReplyInfo] = {
    "kabul_closes": ReplyInfo("Kabul shuts a gate", {"economy": "decisions.closure_economy"}),
    "pakistan_closes": ReplyInfo("Pakistan shuts a gate", {"economy": "decisions.closure_economy"}),
    "strike": ReplyInfo(
        "Pakistan strikes across the border",
        {"security": "decisions.struck_security", "survival": "decisions.struck_survival"},
    ),
    "operation": ReplyInfo("Pakistan's military operates at home", {"survival": "decisions.operation_survival"}),
    "surge": ReplyInfo("the TTP steps up attacks", {"security": "decisions.surge_security"}),
    "kabul_talks": ReplyInfo("Kabul seeks talks", {"standing": "decisions.talks_standing"}),
    "pakistan_talks": ReplyInfo("Pakistan seeks talks", {"standing": "decisions.talks_standing"}),
    "kabul_accuses": ReplyInfo("Kabul accuses", {"standing": "decisions.accused_standing"}),
    "pakistan_accuses": ReplyInfo("Pakistan accuses", {"standing": "decisions.accused_standing"}),
    "curb": ReplyInfo("Kabul curbs militants", {"security": "decisions.curbed_security"}),
    "truce_broken": ReplyInfo("the TTP breaks its truce", {"standing": "decisions.broken_standing"}),
}

_HOLD = ActionInfo("hold", "go on as before")
_ATTACKS = {"attacks": -1, "attacks_ttp": -1, "fatalities": -1}


def _tempo(group: str, replies: tuple[str, ...]) -> ArenaInfo:
    """The arena in which an armed group sets the tempo of its attacks."""
    actions = (
        ActionInfo("usual", "attack at the usual tempo"),
        ActionInfo("lie_low", "lie low for a time", "decisions.lie_low_per_year", ("MB57", "S57")),
        ActionInfo("surge", "step up attacks for a time", "decisions.surge_per_year", ("MC32", "S46c"),
                   brings={"survival": "decisions.surge_survival"}),
    )  # fmt: skip
    return ArenaInfo(group, "tempo", "tempo of attacks", actions, ("survival",), replies, "armed_groups")


_ALL = (
    ArenaInfo(
        "pakistan_army", "security", "security",
        (
            _HOLD,
            ActionInfo("operate", "operate at home", "politics.operations_per_year", ("LI07",),
                       brings={"security": "decisions.operation_security"}),
            ActionInfo("strike", "strike across the border", "politics.strikes_per_year", ("MC12", "LI06"),
                       brings={"security": "decisions.strike_security"},
                       answered={"kabul_closes": "decisions.strike_closure", "surge": "decisions.strike_surge"}),
            ActionInfo("stand_down", "stand down while a truce or deal holds", "decisions.stand_down", ("ME11", "S57")),
        ),
        ("security", "economy", "standing"), ("kabul_closes", "surge", "kabul_accuses"), "pakistan_army",
    ),
    ArenaInfo(
        "pakistan_army", "gates", "gates",
        (
            ActionInfo("leave", "leave the gates as they are"),
            ActionInfo("close", "shut a gate after an incident there", "border.close_after_clash_pakistan",
                       ("MX09", "CT35"), answered={"kabul_closes": "decisions.close_closure"},
                       moves={"closure_days": 1}, believed="decisions.close_moves"),
            ActionInfo("open", "open own gates early, as a signal", "decisions.open_per_year", ("MX01", "ME02")),
        ),
        ("security", "economy", "standing"), ("kabul_closes", "kabul_talks"), "pakistan_army",
    ),
    ArenaInfo(
        "pakistan_government", "diplomacy", "diplomacy",
        (
            _HOLD,
            ActionInfo("talk", "seek talks", "politics.talks_per_year", ("MC35", "ME02"),
                       answered={"kabul_talks": "decisions.talk_talks"}),
            ActionInfo("accuse", "accuse Kabul in public", "politics.accusations_per_year", ("MC37", "ME13")),
            ActionInfo("concede", "ease documents or trade rules", "decisions.concessions_per_year", ("MD27", "S190"),
                       answered={"kabul_talks": "decisions.talk_talks"}),
        ),
        ("security", "economy", "standing"), ("kabul_talks", "kabul_accuses", "curb"), "pakistan_government",
    ),
    ArenaInfo(
        "pakistan_government", "people", "Afghans in Pakistan",
        (
            _HOLD,
            ActionInfo("expel", "order Afghans without valid papers to leave", "people.campaigns_per_year",
                       ("MA37", "MC34")),
            ActionInfo("ease", "end an order early", "decisions.eases_per_year", ("S188", "S190")),
        ),
        ("security", "economy", "standing"), ("kabul_accuses", "kabul_talks"), "pakistan_government",
    ),
    ArenaInfo(
        "taliban_government", "militants", "militants",
        (
            ActionInfo("tolerate", "tolerate militants"),
            ActionInfo("curb", "curb militants", "politics.curbs_per_year", ("MB57", "MX20", "S8"),
                       brings={"cohesion": "decisions.curb_cohesion"},
                       moves=_ATTACKS, believed="decisions.curb_moves"),
            ActionInfo("broker", "broker a truce with the TTP", "security.truces_per_year", ("MB60", "ME11"),
                       brings={"standing": "decisions.broker_standing"},
                       moves=_ATTACKS, believed="decisions.broker_moves"),
        ),
        ("security", "economy", "standing", "cohesion"), ("strike", "pakistan_talks", "truce_broken"),
        "taliban_government",
    ),
    ArenaInfo(
        "taliban_government", "diplomacy", "diplomacy",
        (
            _HOLD,
            ActionInfo("talk", "seek talks", "politics.talks_per_year", ("AC-AFDPM", "MD36"),
                       answered={"pakistan_talks": "decisions.talk_talks"}),
            ActionInfo("accuse", "accuse Pakistan in public", "politics.accusations_per_year", ("MC12",)),
        ),
        ("economy", "standing"), ("pakistan_talks", "pakistan_accuses"), "taliban_government",
    ),
    ArenaInfo(
        "taliban_government", "gates", "gates and trade",
        (
            ActionInfo("leave", "leave the gates as they are"),
            ActionInfo("close", "shut a gate after an incident there or a strike",
                       "border.close_after_clash_afghanistan", ("MX09", "CT35"),
                       answered={"pakistan_closes": "decisions.close_closure"},
                       moves={"closure_days": 1}, believed="decisions.close_moves"),
            ActionInfo("turn_away", "turn trade away from Pakistan", "decisions.turn_away_per_year", ("MB22", "MC28")),
        ),
        ("economy", "standing"), ("pakistan_closes", "pakistan_talks"), "taliban_government",
    ),
    _tempo("ttp", ("strike", "operation")),
    ArenaInfo(
        "ttp", "truce", "truces",
        (
            ActionInfo("stay", "keep to truce or war as they are"),
            ActionInfo("accept", "accept a truce that Kabul brokers", "decisions.truce_accept", ("ME10", "ME11"),
                       answered={"operation": "decisions.truce_operation"}),
            ActionInfo("break", "break the truce", "security.truce_end_hazard", ("ME10", "S57"),
                       answered={"strike": "decisions.break_strike"}),
        ),
        ("survival",), ("strike", "operation"), "armed_groups",
    ),
    _tempo("iskp", ("operation",)),
    _tempo("baloch", ("operation",)),
)  # fmt: skip

ARENAS: dict[str, ArenaInfo] = {info.key: info for info in _ALL}


@dataclass(frozen=True)
class BlocInfo:
    """A bloc of the Taliban government: the goal it weighs more than the others do, and the actions it prefers."""

    id: str
    title: str
    goal: str
    prefers: tuple[tuple[str, str], ...]
    evidence: tuple[str, ...]


BLOCS: tuple[BlocInfo, ...] = (
    BlocInfo("kandahar", "Kandahar", "cohesion", (("militants", "tolerate"), ("gates", "turn_away")), ("CT07", "MB57")),
    BlocInfo("haqqani", "the Haqqanis", "standing", (("militants", "broker"),), ("CT07", "MB60", "AC-HQN")),
    BlocInfo("economic", "the economic bloc in Kabul", "economy", (("diplomacy", "talk"),), ("CT07", "AC-AFDPM")),
)


def of(actor: str) -> list[ArenaInfo]:
    """The arenas of an actor; empty for one that decides nothing here."""
    return [info for info in ARENAS.values() if info.actor == actor]
