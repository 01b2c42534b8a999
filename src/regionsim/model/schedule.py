"""The week: what happens in it, in which order, as data. It is the ODD schedule, and `regionsim list schedule`.

Core object: `WEEK`. Each phase names the functions that `RegionModel.step` calls; they are looked up when the model is
made, so that reading the schedule compiles nothing.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Phase:
    """One part of the week. `calls` are "module:function" within `regionsim.model`, `claims` the evidence encoded."""

    id: str
    title: str
    text: str
    calls: tuple[str, ...]
    claims: tuple[str, ...] = ()


WEEK: tuple[Phase, ...] = (
    Phase(
        "calendar",
        "Calendar and scenario",
        "Levers ramp, shocks strike, exogenous drivers and the clock move.",
        ("region:set_calendar", "drivers:move"),
        ("MX04", "MB33", "MC25", "MB04"),
    ),
    Phase(
        "climate",
        "Climate",
        "Variables that no series measures drift towards what their causes say, and turn knobs of measured processes.",
        ("processes.climate:drift",),
    ),
    Phase(
        "perception",
        "Perception",
        "Every organ updates the threat and the hostility it sees, from last week's measures, with memory.",
        ("region:perceive",),
        ("MC37", "MC35"),
    ),
    Phase(
        "decisions",
        "Decisions",
        "The military, the civil government and the Taliban government choose: strike, operate, talk, expel, curb, "
        "broker a truce, or nothing. Outside powers mediate, convene, commit money, engage, or nothing.",
        ("region:decide",),
        ("MC12", "MC34", "MC35", "MB60", "ME11", "MD24", "MA55", "MA61", "MB04", "MB87"),
    ),
    Phase(
        "violence",
        "Violence",
        "Truces hold or break, strikes and curbs act, groups attack, people die, fighters are recruited and lost, "
        "border forces clash.",
        (
            "processes.regimes:shift_regime",
            "processes.violence:keep_or_break_truce",
            "processes.violence:strike_and_curb",
            "processes.violence:attack",
            "processes.violence:recruit_and_lose",
            "processes.border:clash",
        ),
        ("MA20", "MA43", "MC32", "MC46", "ME08", "ME10", "ME11", "MB90", "MA31"),
    ),
    Phase(
        "diplomacy",
        "Diplomacy",
        "Talks and visits are held, accusations made.",
        ("processes.diplomacy:meet_and_accuse",),
        ("ME02", "ME13", "MC37", "MD37"),
    ),
    Phase(
        "border",
        "Border",
        "Each side responds to clashes and strikes; gates shut and reopen by flow and side; ruptures begin, and open "
        "gate by gate.",
        ("region:answer_clashes", "processes.border:shut"),
        ("MX09", "ME01", "ME06"),
    ),
    Phase(
        "trade",
        "Trade",
        "Traders choose routes and ship; trucks queue and are cleared; fresh goods spoil; trade is diverted; prices "
        "respond.",
        ("processes.trade:choose_routes_and_ship", "processes.prices:answer"),
        ("MA02", "MA03", "MA07", "MA30", "MA93", "MB42", "MB84", "ME09", "MX08"),
    ),
    Phase(
        "people",
        "People",
        "Documents lapse or are renewed; expulsion orders begin and fade; households return, are deported, move on, "
        "arrive, come back, have children.",
        ("processes.statuses:renew", "processes.people:campaigns", "processes.people:move"),
        ("MA08", "MA14", "MA37", "MA79", "MB67"),
    ),
    Phase(
        "accounts",
        "Accounts",
        "Weekly flows enter the trailing year.",
        ("region:account",),
    ),
    Phase(
        "economy",
        "Economy",
        "Incomes, import capacity and poverty follow; projects are built or stand still.",
        ("processes.economy:earn", "processes.projects:build"),
        ("MA38", "MA86", "MA87", "ME05", "MX04", "MX16", "MA45", "MA57", "MB68", "MB83"),
    ),
    Phase(
        "relations",
        "Relations",
        "Both sides respond to the week's acts; memory and trust follow; the ladder is climbed or descended.",
        ("processes.relations:react", "processes.relations:climb"),
        ("MA25", "MA91", "MC33", "MD33", "ME01", "ME14", "MX06", "MX10", "MX15"),
    ),
    Phase("measure", "Measurement", "Every indicator is measured and recorded.", ("region:measure",)),
)
