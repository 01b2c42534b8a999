"""The region: a mesa model that plays W worlds at once, one week a step.

Core object: `RegionModel`. Actors are mesa agents whose states are vectors over worlds; populations are arrays; the
week's order is data (`schedule.WEEK`). Verbs take a mask of worlds first, and nothing here branches on a world's state.
"""

import math
from collections.abc import Callable, Sequence
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
import numpy.typing as npt

from regionsim.errors import InputError
from regionsim.evidence.inputs import Inputs, load_inputs
from regionsim.model import fused, maths, under_way
from regionsim.model.actors.decisions import Decisions
from regionsim.model.actors.groups import ArmedGroup, Groups
from regionsim.model.actors.linkage import Linkage
from regionsim.model.actors.organs import PakistanArmy, PakistanGovernment
from regionsim.model.actors.powers import POWERS, China, GulfMediators, India
from regionsim.model.actors.signals import Signals
from regionsim.model.actors.taliban import TalibanGovernment
from regionsim.model.arms import SHARED, Arms
from regionsim.model.branch import branch
from regionsim.model.deals import Deals
from regionsim.model.drivers import Drivers
from regionsim.model.events import EventLog
from regionsim.model.flows import of_week, year_before
from regionsim.model.information_set import InformationSet
from regionsim.model.measures import MEASURES, PLACES, STATES
from regionsim.model.places.crossing import Crossing, Gates
from regionsim.model.policy import Policy
from regionsim.model.processes.border import Border
from regionsim.model.processes.ceilings import for_use
from regionsim.model.processes.climate import Climate
from regionsim.model.processes.diplomacy import Diplomacy
from regionsim.model.processes.economy import Economy
from regionsim.model.processes.people import People
from regionsim.model.processes.prices import Prices
from regionsim.model.processes.projects import Projects
from regionsim.model.processes.relations import Relations
from regionsim.model.processes.statuses import Statuses
from regionsim.model.processes.trade import Trade, round_trip
from regionsim.model.processes.violence import Violence
from regionsim.model.random import Streams
from regionsim.model.recorder import Recorder
from regionsim.model.samplers import Array
from regionsim.model.schedule import WEEK
from regionsim.model.shocks import Shocks
from regionsim.model.trailing import Trailing
from regionsim.model.worlds import Worlds, played
from regionsim.schema.categories import CROSSINGS, GROUPS
from regionsim.schema.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.scenario import Scenario


class RegionModel(mesa.Model):  # type: ignore[misc]  # mesa ships no types
    """W worlds of one scenario, or of several `Arms`.

    worlds: how many (numbered from 0), or their numbers, or rows of a worlds table. told: the part of the record that
    the model is given, if not all. inputs: all evidence the model uses beside the scenario; by default that of this
    installation. rng: a seed in place of the scenario's, as mesa's `batch_run` passes it, or an object that yields one
    (a sequence, a SeedSequence, a Generator). `p` maps a parameter to its values (W,). Attributes named after actors
    and crossings, such as `torkham` or `ttp`, are the mesa agents. `running` is False after the last week. Raises
    InputError where the scenario cannot be played.
    """

    p: dict[str, Array]
    policy: Policy
    shocks: Shocks
    streams: Streams
    trailing: Trailing
    trailing_initial: dict[str, Array]
    climate: Climate
    drivers: Drivers
    violence: Violence
    groups: Groups
    relations: Relations
    gates: Gates
    border: Border
    diplomacy: Diplomacy
    economy: Economy
    projects: Projects
    trade: Trade
    prices: Prices
    people: People
    statuses: Statuses
    army: PakistanArmy
    government: PakistanGovernment
    taliban: TalibanGovernment
    gulf_mediators: GulfMediators
    china: China
    india: India
    capacity: Array
    """Trucks each crossing can clear in a week, (W, C)."""
    ttp: ArmedGroup
    iskp: ArmedGroup
    baloch: ArmedGroup
    linkage: Linkage
    signals: Signals
    decisions: Decisions | None
    """Keeps the reasons of every choice, if set before the first week; None keeps none."""
    goalposts: dict[str, tuple[Array, ...]]
    """Worst and best value of each part of an index, as they are compared."""
    recording: dict[str, Array] | None
    """Indices of this week while it is recorded, by name; else None."""
    strike_deaths: npt.NDArray[Any]
    flows: dict[str, Array]
    """Flows of this week by name, (W,) or (W, K): see `flows.FLOWS`."""

    def __init__(
        self,
        scenario: "Scenario | Arms",
        worlds: int | Sequence[int] | Worlds = 1,
        *,
        record_all: bool = False,
        told: InformationSet | None = None,
        inputs: Inputs | None = None,
        rng: Any = None,
    ) -> None:
        super().__init__(rng=0)  # mesa's own stream is never drawn from; chance comes by name from `streams`
        self._mesa_step = self.step
        setattr(self, "step", self._one_step)  # noqa: B010  # in place of mesa's wrapper
        self.inputs = load_inputs() if inputs is None else inputs
        if isinstance(scenario, Arms):
            self.arms = scenario
        else:
            one, rows = played(scenario, worlds, rng, self.inputs)
            self.arms = Arms((one,), (rows,))
        scenario, table = self.arms.scenarios[0], self.arms.worlds
        if not len(table):
            raise InputError("there must be at least one world to play")
        self.told = told
        self.study = scenario  # mesa uses the name `scenario` for a class of its own
        self.worlds = table
        self.n_worlds = len(table)
        self.p = table.parameters
        self.start: date = scenario.start
        self.weeks = scenario.weeks
        self.week = -1
        self.streams = Streams(scenario.seed, table.replicate)
        self.streams.week = -1
        self.impose()
        self.log = EventLog(table.number)
        self.decisions = None
        self.goalposts, self.recording = {}, None
        self._fades: dict[tuple[str, float], Array] = {}
        self._tables: dict[tuple[str, ...], Array] = {}
        self.bindings = fused.Bindings()
        self._check_shared()
        self._populate()
        self.trailing = Trailing(year_before(self))
        self.linkage, self.signals = Linkage(self), Signals(self)
        self.flows = {name: np.zeros_like(total) for name, total in self.trailing.total.items()}
        self.trailing_initial = under_way.resume(self)
        self.returns_initial = self.trailing_initial["returns"]
        total = self.trailing_initial
        self.trade_initial = total["exports"] + total["imports"] + for_use(self)
        self.recorder = Recorder(self.n_worlds, self.weeks, MEASURES | (STATES if record_all else {}), PLACES)
        self._week = _in_chains([call for phase in WEEK for call in phase.calls])

    def impose(self) -> None:
        """Set up levers, deals and shocks of the scenario of each arm."""
        arms, scenario, start, levers = self.arms, self.study, self.start, self.inputs.levers
        self.policy = Policy(scenario.levers, self.p, start, scenario.weeks, self.n_worlds, levers, arms)
        self.policy.set_week(0)
        deals = arms.merged([arm.deals for arm in arms.scenarios])
        self.deals = Deals([deal for deal, _ in deals], start, self.n_worlds, [where for _, where in deals])
        shocks = arms.merged([(*arm.single_shocks, *arm.history) for arm in arms.scenarios])
        ends = self.inputs.record_ends if scenario.timeline != "none" else None
        masks = [where for _, where in shocks]
        self.shocks = Shocks([shock for shock, _ in shocks], start, ends, self.told, masks)

    def _check_shared(self) -> None:
        """Raise InputError for parameters that shape arrays or slots and differ between worlds."""
        differing = {name for name in SHARED if (self.p[name] != self.p[name][0]).any()}
        faults = [
            f"parameters.{name}: must be one number in all worlds"
            for name in sorted(SHARED & set(self.worlds.varied) | differing)
        ]
        if faults:
            raise InputError(faults)

    def _populate(self) -> None:
        """Agents, places, populations and the states of processes, at the start."""
        p = self.p
        self.strike_deaths = np.zeros(self.n_worlds)
        self.usual_returns = p["history.returns"] / WEEKS_PER_YEAR
        self.violence = Violence(self)
        fighters = np.stack([p[f"security.{group}_strength_initial"] for group in GROUPS], axis=1)
        self.groups = Groups(fighters, self.violence.attacks_initial)
        self.relations = Relations(self)
        self.gates = Gates(self.n_worlds)
        self.border = Border(self)
        self.diplomacy = Diplomacy(self)
        self.economy = Economy(self)
        self.projects = Projects(self)
        self.trade = Trade(self)
        self.prices = Prices(self)
        returned = np.stack([np.zeros(self.n_worlds), np.zeros(self.n_worlds), round_trip(self)], axis=1)
        trucks = self.trade.current * (1.0 + returned) / self.trade.per_truck
        usual = maths.row_sum(trucks)[:, np.newaxis] * self.trade.crossing_share
        self.capacity = usual * p["border.capacity_slack"][:, np.newaxis]
        self.statuses = Statuses(self)
        self.people = People(self)
        self.climate = Climate(self)
        self.drivers = Drivers(self)
        self.army = PakistanArmy(self)
        self.government = PakistanGovernment(self)
        self.taliban = TalibanGovernment(self)
        self.pakistan_army, self.pakistan_government = self.army, self.government
        self.taliban_government = self.taliban
        for power in POWERS:
            setattr(self, power.name, power(self))
        for name in GROUPS:
            setattr(self, name, ArmedGroup(self, name))
        for name in CROSSINGS:
            setattr(self, name, Crossing(self, name))

    # -- time ---------------------------------------------------------------------------------------------------------

    @property
    def day(self) -> float:
        """Days from the start to the beginning of this week."""
        return 7.0 * self.week

    @property
    def week_of_year(self) -> float:
        """Weeks since 1 January, for the seasons."""
        today = self.start.toordinal() + 7 * self.week
        return (today - date(date.fromordinal(today).year, 1, 1).toordinal()) / 7.0

    def _one_step(self) -> None:
        """`model.step`: one week by mesa's clock, which must not advance where no week is left."""
        self._require_weeks(1)
        self._mesa_step()

    def _require_weeks(self, more: float) -> None:
        if self.week + 1 + more > self.weeks:
            raise IndexError(f"the scenario ends after {self.weeks} weeks")

    def run_for(self, duration: float) -> None:
        """Play this many weeks. Raises IndexError, with nothing played, where the scenario ends before."""
        self._require_weeks(duration)
        super().run_for(duration)

    def run_until(self, end_time: float) -> None:
        """Play to the end of this week, counted from 1. Raises IndexError, with nothing played, past the end."""
        self._require_weeks(end_time - self.time)
        super().run_until(end_time)

    @property
    def datacollector(self) -> mesa.DataCollector:
        """Every measure each week, as the mean over worlds: for mesa's `batch_run`, and as a frame.

        `get_model_vars_dataframe()` has a row per week. A `mesa.DataCollector` of your own may collect anything else.
        """
        collector = mesa.DataCollector()
        done = self.week + 1
        collector.model_vars = self.recorder.weekly(done)
        collector.model_reporters = dict.fromkeys(collector.model_vars)
        collector._collection_steps = list(range(1, done + 1))
        return collector

    def step(self) -> None:
        """Play one week in every world. Raises IndexError past the scenario's end."""
        self._require_weeks(1)
        self.week += 1
        self.running = self.week + 1 < self.weeks
        self.streams.week = self.week
        for rules in self._week:
            fused.play(rules, self)

    def run(self, on_week: Callable[[int], None] | None = None) -> "RegionModel":
        """Play all weeks that are left; `on_week(done)` is called after each."""
        while self.week + 1 < self.weeks:
            self.step()
            if on_week is not None:
                on_week(self.week + 1)
        return self

    def branch(self, scenario: "Scenario", week: int) -> "RegionModel":
        """A copy that goes on under another scenario from this week on, bit for bit as if played under it throughout.

        The model itself is played on to the week, no further. Raises IndexError for a week that it has passed or does
        not have, InputError where the scenarios differ before it.
        """
        return branch(self, scenario, week)

    # -- verbs for processes ------------------------------------------------------------------------------------------

    def event(
        self,
        where: npt.ArrayLike,
        kind: str,
        *,
        place: str = "",
        actor: str = "",
        cause: str = "",
        day: npt.ArrayLike = 0.0,
        magnitude: npt.ArrayLike = 0.0,
    ) -> None:
        """Record an event in the worlds of the mask (W,)."""
        mask = np.asarray(where, dtype=np.bool_)
        if not mask.ndim:
            mask = np.broadcast_to(mask, (self.n_worlds,))
        self.log.add(mask, self.week, (kind, place, actor, cause), day, magnitude)

    def fade(self, parameter: str) -> Array:
        """Share that is left after a week of what fades with this time constant in weeks, (W,); computed once."""
        return self._left(parameter, 1.0)

    def halve(self, parameter: str) -> Array:
        """The same for a half-life in weeks."""
        return self._left(parameter, math.log(2.0))

    def _left(self, parameter: str, rate: float) -> Array:
        if (parameter, rate) not in self._fades:
            self._fades[parameter, rate] = maths.exp(-rate / self.p[parameter])
        return self._fades[parameter, rate]

    def table(self, *parameters: str) -> Array:
        """These parameters side by side, (W, K); stacked once."""
        if parameters not in self._tables:
            self._tables[parameters] = np.stack([self.p[name] for name in parameters], axis=1)
        return self._tables[parameters]

    @property
    def trade_ratio(self) -> Array:
        """Trade of the last year over that of the year before the start, (W,): two-way, and transit for Afghan use.

        Goods that go round back into Pakistan are nobody's gain in incomes, trust or poverty (S93, MD11).
        """
        total = self.trailing.total
        return np.asarray((total["exports"] + total["imports"] + for_use(self)) / self.trade_initial)

    def world(self, number: int) -> dict[str, float]:
        """Current value of every measure in the world of this number. Raises KeyError if it is not in the model."""
        rows = np.flatnonzero(self.worlds.number == number)
        if not rows.size:
            raise KeyError(f"world {number} is not among the worlds of this model")
        return {name: float(np.asarray(read(self))[rows[0]]) for name, read in (MEASURES | STATES).items()}


_ALONE = ("region:set_calendar", "region:perceive", "region:account")
"""Rules that are replayed by themselves: the first branches on each week's scenario, the second takes several courses,
and the third changes in place what the others read by another name.
"""


def _in_chains(calls: list[str]) -> list[Callable[[RegionModel], None]]:
    """The rules of the week in order, those between two of `_ALONE` together."""
    chains: list[list[str]] = [[]]
    for call in calls:
        if call in _ALONE:
            chains += [[call], []]
        else:
            chains[-1].append(call)
    return [fused.together(*map(_resolve, chain)) for chain in chains if chain]


def _resolve(call: str) -> Callable[[RegionModel], None]:
    module, _, name = call.partition(":")
    return getattr(import_module(f"regionsim.model.{module}"), name)  # type: ignore[no-any-return]


# -- phases that only delegate -----------------------------------------------------------------------------------------


def set_calendar(w: RegionModel) -> None:
    """Set the levers, deals and shocks of this week."""
    w.deals.review(w)
    w.policy.set_week(w.week, w.deals)
    w.shocks.set_week(w.week)


def perceive(w: RegionModel) -> None:
    """Organs update what they see; they and armed groups learn from what followed their actions."""
    if w.week > 0:
        w.signals.update(w)
        for actor in (w.army, w.government, w.taliban, w.ttp, w.iskp, w.baloch):
            actor.learn()
    for organ in (w.army, w.government, w.taliban):
        organ.perceive()


def decide(w: RegionModel) -> None:
    """All actors declare intents; none reads another's choices of this week, so the order does not matter."""
    for actor in (w.army, w.government, w.taliban, w.ttp, w.iskp, w.baloch, w.gulf_mediators, w.china, w.india):
        actor.decide()


def answer_clashes(w: RegionModel) -> None:
    """Both sides decide whether to shut a gate after an incident, to open one early, to turn trade away."""
    w.army.answer_clashes(w.border.clash)
    w.taliban.answer_clashes(w.border.clash)


def account(w: RegionModel) -> None:
    """Add this week's flows to the trailing year."""
    w.flows = of_week(w)
    w.trailing.push(w.flows)


def measure(w: RegionModel) -> None:
    """Record this week."""
    w.recording = {}
    w.recorder.record(w, w.week)
    w.recording = None
