"""Projects: power and gas lines, corridors and mines: agreed, built, suspended or running, and usually late.

Core object: `Projects`, with one column for each row of `PROJECTS`. Progress p' = p + v G, with the gate G in {0, 1}
and hysteresis (SCIENCE 1g). Works stop where the risk that investors see is above a threshold (violence in Pakistan,
disorder in Afghanistan, the ladder), and start again, some years later, well below it. Works paid by China also wait
for its commitment. Announced durations slip by 1.5 to 4 times (P13). A pledge is not a disbursement (MA45, MA57, CT29):
mineral money flows through a gate, which is a threshold or a slope (`structure.mineral_gate`, H2). Relief and earnings
come only from what was built since the start.
"""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from regionsim.model import maths
from regionsim.model.project_table import IDS, PROJECTS, STAGES
from regionsim.model.samplers import Array
from regionsim.schema.categories import CROSSINGS
from regionsim.schema.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

type Mask = npt.NDArray[np.bool_]

AGREED, BUILDING, SUSPENDED, RUNNING = range(len(STAGES))
LINES, MINES = len(IDS) - 1, IDS.index("minerals")  # the mines are the last column
CASA, TAPI, TAP, CPEC = (IDS.index(name) for name in ("casa", "tapi", "tap", "cpec"))
ENERGY = [IDS.index(project.id) for project in PROJECTS if project.energy]
SERVING = [IDS.index(project.id) for project in PROJECTS if project.serves]
_PAYING, _SERVING = [IDS[j] for j in ENERGY], [IDS[j] for j in SERVING]
_SERVED = np.array([[gate in PROJECTS[j].serves for j in SERVING] for gate in CROSSINGS], dtype=np.float64)
_BY_SECTION = np.array([PROJECTS[j].by_section for j in SERVING])
_CHINESE = np.array([project.chinese for project in PROJECTS])
_MOST = 3.0  # at most this many logits of a variable count


class Projects:
    """Share `built` of each project, whether its works are `begun` and whether they may continue (`gate`), (W, J).

    For the mines `built` is the share of the pledge paid since the start.
    """

    def __init__(self, w: "RegionModel") -> None:
        shape = w.n_worlds, len(IDS)
        self.built = np.zeros(shape)
        self.built[:, :LINES] = np.stack([w.p[f"projects.{name}_built"] for name in IDS[:LINES]], axis=1)
        self.start = self.built.copy()
        self.begun: Mask = self.built > 0.0
        self.gate: Mask = np.ones(shape, dtype=np.bool_)
        self.gate[:, MINES] = False
        years = np.stack([w.p[f"projects.{name}_years_announced"] for name in IDS], axis=1)
        self.pace = (1.0 - self.start) / (years * WEEKS_PER_YEAR * w.p["projects.slip"][:, np.newaxis])
        """Share built in a week of work, (W, J): what remains, over the announced years times their slip."""
        self.pledge = w.p["projects.mineral_pledge"]

    @property
    def running(self) -> Mask:
        """Whether a project is complete, (W, J)."""
        return np.asarray(self.built >= 1.0)

    @property
    def stage(self) -> npt.NDArray[np.int64]:
        """Index in `STAGES`, (W, J)."""
        at_work = np.where(self.gate, BUILDING, SUSPENDED)
        return np.asarray(np.where(self.running, RUNNING, np.where(self.begun, at_work, AGREED)))

    @property
    def casa(self) -> Array:
        """Share of CASA-1000's Afghan part that is built, (W,)."""
        return self.built[:, CASA]

    @property
    def minerals(self) -> Array:
        """Mineral investment since the start, USD bn, (W,)."""
        return np.asarray(self.pledge * self.built[:, MINES])

    @property
    def since_start(self) -> Array:
        """Lines and corridors built since the start, as a number of projects, (W,)."""
        return maths.row_sum(np.ascontiguousarray((self.built - self.start)[:, :LINES]))


def security(w: "RegionModel") -> Array:
    """Risk that investors see, in log points, (W,): violence in Pakistan, disorder in Afghanistan (MB68) and tension,
    less the security of projects (MA56, MA57, MB83).
    """
    p = w.p
    tension = p["projects.tension_weight"] * np.maximum(w.relations.escalation - 1, 0)
    disorder = -p["projects.order_weight"] * w.climate.soft("af_stability")
    return np.asarray(w.violence.log_excess + tension + disorder - w.policy["project_security"])


def build(w: "RegionModel") -> None:
    """Works begin, continue, stop or finish; mines receive money through their gate (MB44, MB83; CT14, CT29)."""
    j, before = w.projects, w.projects.stage
    risk = security(w)
    money = ~_CHINESE | np.asarray(w.china.commits)[:, np.newaxis]
    lines(w, risk[:, np.newaxis], money[:, :LINES])
    ease = mine(w, risk) * money[:, MINES]
    j.gate[:, MINES] = ease > 0.0
    j.begun[:, MINES] |= ease > 0.0
    speed = np.where(j.begun & j.gate, j.pace, 0.0)
    speed[:, MINES] *= ease
    j.built = np.minimum(j.built + w.policy["project_pace"][:, np.newaxis] * speed, 1.0)
    report(w, before)


def lines(w: "RegionModel", risk: Array, money: Mask) -> None:
    """Which works on lines and corridors begin, stop and start again; risk (W, 1), money (W, lines)."""
    p, j = w.p, w.projects
    gate, begun = j.gate[:, :LINES], j.begun[:, :LINES]
    chance = w.streams.uniforms("projects.works", LINES)
    weeks = {name: (p[f"projects.{name}_years"] * WEEKS_PER_YEAR)[:, np.newaxis] for name in ("begin", "restart")}
    stop = p["projects.stop_above"][:, np.newaxis]
    safe = money & (risk < stop - p["projects.hysteresis"][:, np.newaxis])
    rate = np.repeat(w.policy["project_pace"][:, np.newaxis] / weeks["begin"], LINES, axis=1)
    rate[:, CPEC] *= maths.exp(maths.clip(w.climate.felt("cpec_extension"), -_MOST, _MOST))
    begins = safe & ~begun & (chance < rate)
    stops = begun & gate & (~money | ((risk > stop) & (chance < (1.0 / p["projects.stop_weeks"])[:, np.newaxis])))
    again = safe & begun & ~gate & (chance < 1.0 / weeks["restart"])
    j.begun[:, :LINES] |= begins
    j.gate[:, :LINES] = (gate & ~stops) | again


def mine(w: "RegionModel", risk: Array) -> Array:
    """Part of the planned pace at which mineral money may flow, (W,), by one of two readings (H2; MA45, MA57).

    1: all below a threshold of risk, none above it. 0: linear in risk, half at the threshold.
    """
    p = w.p
    level = p["projects.mineral_gate"]
    opens = risk < level + p["projects.hysteresis"] * w.projects.gate[:, MINES]
    smooth = maths.clip(0.5 + p["projects.mineral_slope"] * (level - risk), 0.0, 1.0)
    return np.where(p["structure.mineral_gate"] == 1.0, 1.0 * opens, smooth)


def report(w: "RegionModel", before: npt.NDArray[np.int64]) -> None:
    """Record the projects that changed stage."""
    now = w.projects.stage
    moved = now != before
    if not maths.some(moved):
        return
    turns = {
        "works_begin": (before == AGREED) & (now != AGREED),
        "works_stop": (before == BUILDING) & (now == SUSPENDED),
        "works_restart": (before == SUSPENDED) & (now == BUILDING),
        "running": moved & (now == RUNNING),
    }
    for kind, where in turns.items():
        for j, name in enumerate(IDS):
            w.event(where[:, j], kind, place="afghanistan", actor=name)


def energy_mw(w: "RegionModel") -> Array:
    """Power delivered through Afghanistan, MW, mean over the year as CASA-1000 flows in summer only, (W,)."""
    p, running = w.p, w.projects.running
    casa = p["projects.casa_capacity"] * p["projects.casa_season"] * running[:, CASA]
    return np.asarray(casa + p["projects.tap_capacity"] * running[:, TAP])


def transit_fees(w: "RegionModel") -> Array:
    """Fees Afghanistan earns on power and gas in transit, USD mn a year, (W,) (MB76)."""
    running = w.projects.running
    fees = w.table(*(f"projects.{name}_fee" for name in _PAYING))
    return maths.row_sum(fees * running[:, ENERGY])


def route_relief(w: "RegionModel") -> Array:
    """What corridors save on the roads they serve, USD 1,000 a container, (W, C) (MA07).

    A railway saves once it runs, roads as each section is finished; only what was built since the start counts.
    """
    p, j = w.p, w.projects
    share = w.table(*(f"projects.{name}_relief" for name in _SERVING))
    done = np.where(_BY_SECTION, (j.built - j.start)[:, SERVING], 1.0 * j.running[:, SERVING])
    return np.asarray(p["trade.freight"][:, np.newaxis] * maths.row_sum(_SERVED * (share * done)[:, np.newaxis, :]))
