"""Bounds that no year of any world may pass, whatever is drawn: a row for each recorded variable, with its reason.

Core objects: `BOUNDS`, `NO_PILE` (no single value may hold many events), `breaches` and `piles`. An end is a number or
a function of the simulation (`Played`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from regionsim.evidence import load_evidence
from regionsim.indicators import DIMENSIONS
from regionsim.model.project_table import IDS, STAGES
from regionsim.model.region import RegionModel
from regionsim.model.variables import SOFT
from regionsim.scenario import Scenario

CROSSINGS = len(DIMENSIONS["crossing"])
AFGHANS = 50e6  # persons: the UN's estimate for Afghanistan in 2035, rounded up
GDP = 40.0  # USD bn: more than twice what Afghanistan earns in a year; nobody could pay for more trade
LOST = 4.0  # error of a trailing sum in float32, or of a sum of rounded parts


@dataclass(frozen=True)
class Played:
    """W simulated worlds: `columns` (W, weeks), `p` (W, 1), `swollen` (W, weeks), fighters over start at their peak."""

    columns: Mapping[str, Any]
    p: Mapping[str, Any]
    swollen: Any
    events: Any

    def __getitem__(self, name: str) -> Any:
        return self.columns[name] if name in self.columns else self.p[name]


type End = float | Callable[[Played], Any]


class Bound(NamedTuple):
    """Bounds of one recorded variable, or of every `soft` one."""

    name: str
    low: End
    high: End
    reason: str


def _record(played: Played) -> Any:
    """Three times the attacks of the worst year on record, times fighters now over those at the start."""
    worst = float(max(row["value"] for row in _attacks_on_record()))
    return 3.0 * worst * played.swollen


def _attacks_on_record() -> list[Any]:
    series = ("gtd_attacks", "pips_terrorist_attacks", "picss_militant_attacks")
    return [row for name in series for row in load_evidence().series[f"attacks_annual/{name}"].records]


def _ceiling(played: Played) -> Any:
    return LOST + played["security.ttp_strength_initial"] * played["security.growth_ceiling"]


def _iskp(played: Played) -> Any:
    own = played["security.iskp_strength_initial"] * played["security.growth_ceiling"]
    return LOST + own + played["security.ttp_strength_initial"] * played["security.defection_pool"]


def _there(played: Played) -> Any:
    """All who were in Pakistan at any time so far and their children, and all who have come in the year."""
    most = np.maximum.accumulate(played["refugees_in_pakistan"], axis=1)
    return 1.1 * most + played["arrivals"] + played["history.returns"]


def _traded(played: Played) -> Any:
    return 1000.0 * (played["trade.export_initial"] + played["trade.import_initial"])


def _lines(played: Played, what: str, *names: str) -> Any:
    return 0.1 + sum(played[f"projects.{name}_{what}"] for name in names)


def _level(sign: float) -> End:
    """By steps the largest change on record, by a walk at most `violence.beyond_record` times that, in attacks."""
    beyond = lambda played: (played["structure.violence"] > 0.0) * np.log(played["violence.beyond_record"])  # noqa: E731
    return lambda played: sign * (played["violence.regime_most"] + beyond(played) + 1e-6)


def _part_of(name: str) -> End:
    return lambda played: played[name] + LOST


YES = "yes or no"
EARNED = "twice what Afghanistan earns in a year"
INDICES = ("security", "connectivity", "humanitarian", "diplomacy", "cooperation")
FLAGS = ("truce", "por_valid", "acc_valid", "rupture", "mediation_abroad", "china_commits", "india_hostile")
BOUNDS = (
    Bound("attacks", 0.0, _record, "three times the worst year on record, per fighter"),
    Bound("attacks_ttp", 0.0, _part_of("attacks"), "a part of all attacks"),
    Bound("attacks_iskp", 0.0, _part_of("attacks"), "a part of all attacks"),
    Bound("attacks_baloch", 0.0, _part_of("attacks"), "a part of all attacks"),
    Bound("fatalities", 0.0, lambda w: 20.0 * (w["attacks"] + 52.0), "no year has had 20 dead for each attack"),
    Bound("ttp_strength", 0.0, _ceiling, "a group grows to its ceiling"),
    Bound("iskp_strength", 0.0, _iskp, "a group grows to its ceiling, and by TTP fighters who may defect"),
    Bound("closure_days", 0.0, 366.0 * CROSSINGS, "each crossing is shut on every day of a year at most"),
    Bound("trucks_stranded", 0.0, 100_000.0, "some months of loads: no driver waits longer"),
    Bound("perishable_loss", 0.0, _traded, "no more spoils than the two traded in a year, USD mn"),
    Bound("refugees_in_pakistan", 0.0, AFGHANS, "no more Afghans than there are"),
    Bound("returns", 0.0, _there, "none returns who was not there"),
    Bound("deportations", 0.0, _part_of("returns"), "a part of returns"),
    Bound("returns_pressed", 0.0, _part_of("returns"), "a part of returns"),
    Bound("returns_voluntary", 0.0, _part_of("returns"), "a part of returns"),
    Bound("arrivals", 0.0, AFGHANS / 10.0, "one Afghan in ten: in the 1980s a third left in ten years"),
    Bound("trade_bilateral", 0.0, GDP, EARNED),
    Bound("trade_transit", 0.0, GDP, EARNED),
    Bound("trade_volume", 0.0, GDP, EARNED),
    Bound("trade_informal", 0.0, GDP, EARNED),
    Bound("trade_diverted", -GDP, GDP, EARNED + ", either way"),
    Bound("exports", 0.0, _part_of("trade_bilateral"), "a part of trade"),
    Bound("imports", 0.0, _part_of("trade_bilateral"), "a part of trade"),
    Bound("trust_pakistan", 0.0, 1.0, "a share"),
    Bound("trust_afghanistan", 0.0, 1.0, "a share"),
    Bound("escalation", 0.0, 3.0, "the ladder has four rungs"),
    Bound("poverty_rate_border", 0.0, 1.0, "a share of persons"),
    Bound("livelihood_afghanistan", 1.0, 300.0, "threefold in ten years is 12% a year; nobody lives on nothing"),
    Bound("investment_minerals", 0.0, 100.0, "USD bn: ten a year, more than any sum pledged"),
    Bound("energy_transit", 0.0, lambda w: _lines(w, "capacity", "casa", "tap"), "the capacity of both lines"),
    Bound("transit_fees", 0.0, lambda w: _lines(w, "fee", "casa", "tapi", "tap"), "the fees of all three lines"),
    *(Bound(f"{name}_index", 1.0 - 1e-4, 100.0 + 1e-4, "an index is kept within 1..100") for name in INDICES),
    Bound("border_clashes", 0.0, 53.0 * CROSSINGS, "a week has one clash at a crossing at most"),
    Bound("accusations", 0.0, 53.0, "a week counts once"),
    Bound("talks", 0.0, 4.0 * 53.0, "a week has a meeting, a visit, a round and a mediation at most"),
    Bound("strike_deaths", 0.0, 6.0 * 500.0, "three times the strikes of the worst year, of 500 dead each"),
    Bound("hostility_pakistan", -10.0, 10.0, "logits: beyond, trust is 0 or 1 to four places"),
    Bound("hostility_afghanistan", -10.0, 10.0, "logits: beyond, trust is 0 or 1 to four places"),
    Bound("threat_perceived", -10.0, 5.0, "log points over the start: 150 times the attacks of the start"),
    Bound("sanctuary", 0.0, 1.0, "a share"),
    Bound("infiltration", 0.0, 5.0, "movement over that of the start"),
    Bound("route_risk", 0.0, 5.0, "a premium over that of the start"),
    Bound("aid", 0.0, 20.0, "USD bn: more than Afghanistan got in its best year"),
    Bound("import_capacity", 0.0, 5.0, "purchases abroad over those of the start"),
    Bound("border_income", -2.0, 2.0, "log points: incomes change sevenfold in no decade"),
    Bound("prices_afghanistan", 10.0, 1000.0, "start = 100: scarcity makes no price of all goods tenfold"),
    Bound("projects_built", 0.0, 1.0, "a share"),
    *(Bound(f"stage_{name}", 0.0, len(STAGES) - 1.0, "a place among the stages") for name in IDS),
    Bound("reliability_torkham", 0.0, 1.0, "a share"),
    Bound("patient_access", 0.0, 1.0 + 1e-4, "a share of weeks"),
    Bound("campaign", 0.0, 3000.0, "odds of leaving over those of a usual week: all would leave"),
    Bound("civilian_burden", 0.0, 5.0, "an index of order one"),
    Bound("regime_kp", _level(-1.0), _level(1.0), "the largest change of level on record, or three times that"),
    Bound(
        "regime_balochistan", _level(-1.0), _level(1.0), "the largest change of level on record, or three times that"
    ),
    *(Bound(name, 0.0, 1.0, YES) for name in FLAGS),
    *(Bound(name, 0.0, 1.0, "a share of its scale") for name in SOFT),
)


class NoPile(NamedTuple):
    """Events of one kind: the largest share that any value above `above`, and the top value, may hold."""

    kind: str
    above: float
    any_value: float
    top: float
    reason: str


NO_PILE = (
    NoPile("major_attack", 60.0, 0.04, 0.01, "a power law has a fortieth at its smallest number, less at each larger"),
    NoPile("strike", 1.0, 0.1, 0.01, "a geometric count of mean 8 or more has a tenth at its smallest at most"),
    NoPile("closure", 0.0, 0.01, 0.01, "lengths are real numbers"),
    NoPile("regime", 0.0, 0.01, 0.01, "levels are real numbers"),
)
FEWEST = 300  # events of a kind: with fewer, shares say nothing


def play(scenario: Scenario, worlds: range) -> Played:
    """Every recorded variable and event of these worlds."""
    model = RegionModel(scenario, worlds, record_all=True)
    peaks = np.ones((len(worlds), scenario.weeks))

    def note(done: int) -> None:
        now = (model.groups.fighters / model.groups.fighters_initial).max(axis=1)
        peaks[:, done - 1] = np.maximum(now, peaks[:, max(done - 2, 0)])

    model.run(note)
    p = {name: np.asarray(values)[:, np.newaxis] for name, values in model.p.items()}
    return Played(model.recorder.columns(), p, peaks, model.log.sorted())


def breaches(played: Played) -> list[str]:
    """Bounds that a world passes in some week, each with its values and the reason of the bound."""
    faults = []
    for name, low, high, reason in BOUNDS:
        values = np.asarray(played.columns[name], dtype=np.float64)
        below, above = (end(played) if callable(end) else end for end in (low, high))
        bad = ~((values >= below) & (values <= above))  # NaN is neither
        if bad.any():
            worlds = int(bad.any(axis=1).sum())
            faults.append(f"{name}: {values.min():g} to {values.max():g} in {worlds} worlds passes: {reason}")
    return faults


def piles(kinds: Any, magnitudes: Any) -> list[str]:
    """Values that hold more events than chance allows: the mark of a cap."""
    faults = []
    for kind, above, any_value, top, reason in NO_PILE:
        seen = magnitudes[kinds == kind]
        values, counts = np.unique(seen[seen >= above], return_counts=True)
        if counts.sum() < FEWEST:
            continue
        shares = counts / counts.sum()
        most = int(shares.argmax())
        if shares[most] > any_value:
            faults.append(f"{kind}: {shares[most]:.1%} at {values[most]:g}: {reason}")
        if shares[-1] > top:
            faults.append(f"{kind}: {shares[-1]:.1%} at the top, {values[-1]:g}: {reason}")
    return faults
