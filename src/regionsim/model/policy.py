"""Policy: the levers of a scenario as a table of intensities by week and world, and the knobs they turn.

Core object: `Policy`. `policy["clearance_time"]` is the knob's value in each world this week, (W,), as set by levers
and by the channels of the climate. Where neither acts a knob is exactly neutral, so a lever at intensity 0, or before
its date, changes no bit. Worlds may differ in a lever's settings: a parameter named by the setting's path in a
scenario, such as `levers.trade_facilitation.intensity`, replaces the scenario's value.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from regionsim.evidence.records import Lever, pulled
from regionsim.model.arms import Arms, Mask, merged
from regionsim.model.samplers import Array
from regionsim.model.variables import SOFT
from regionsim.scenario.schema import LeverSetting
from regionsim.schema.knobs import KNOBS

if TYPE_CHECKING:
    from regionsim.model.deals import Deals

type Table = npt.NDArray[np.float64]

SETTINGS = ("intensity", "from", "until", "ramp")


def intensities(numbers: Mapping[str, npt.ArrayLike], weeks: int) -> Table:
    """Intensity of one lever in every week, (weeks, W): 0 before `from`, rising over the ramp, 0 again from `until`.

    numbers: as `LeverSetting.numbers` has them, each one for all worlds or (W,); (weeks, 1) where none differs.
    """
    intensity, begin, end, ramp = (np.atleast_1d(np.asarray(numbers[key], dtype=np.float64)) for key in SETTINGS)
    week = np.arange(weeks, dtype=np.float64)[:, np.newaxis]
    begun = week - np.ceil(begin / 7.0)  # a lever acts from the first week that begins on or after its date
    ramped = np.minimum((begun + 1.0) / np.maximum(ramp / 7.0, 1.0), 1.0)
    share = np.where((begun < 0.0) | (week >= np.ceil(end / 7.0)), 0.0, ramped)
    return np.asarray(share * intensity)


def scheduled(
    levers: Mapping[str, LeverSetting],
    parameters: Mapping[str, Array],
    start: date,
    weeks: int,
    registry: Mapping[str, Lever],
) -> dict[str, Table]:
    """Intensity of each lever of a scenario that is no package, in every week, (weeks, W) or (weeks, 1)."""
    table: dict[str, Table] = {}
    for name, setting in levers.items():
        own = {key: parameters.get(f"levers.{name}.{key}", value) for key, value in setting.numbers(start).items()}
        rows = intensities(own, weeks)
        # a part that is also pulled by itself takes the higher intensity
        for part in pulled([name], registry):
            table[part] = np.maximum(table.get(part, 0.0), rows)
    return table


class Pull(NamedTuple):
    """A lever's intensities, (weeks, columns), the column of each world, and the worlds whose scenario has it."""

    lever: str
    rows: Table
    column: npt.NDArray[np.int64] | slice
    where: Mask


def _pulls(
    tables: Sequence[Mapping[str, Table]], deals: Sequence[Sequence[str]], weeks: int, arms: Arms | None
) -> list[Pull]:
    """The levers of all arms, set by the scenario or by its deals, in the order of each arm."""
    orders = [list(dict.fromkeys((*table, *more))) for table, more in zip(tables, deals, strict=True)]
    none = np.zeros((weeks, 1))
    pulls = []
    for lever, has in merged(orders):
        own = [table.get(lever, none) if mine else none for table, mine in zip(tables, has, strict=True)]
        if arms is None or len(own) == 1:
            pulls.append(Pull(lever, own[0], slice(None), np.True_))
        elif all(rows.shape[1] == 1 for rows in own):
            pulls.append(Pull(lever, np.concatenate(own, axis=1), arms.of, arms.spread(has)))
        else:
            sizes = [(weeks, len(table)) for table in arms.tables]
            full = [np.broadcast_to(rows, size) for rows, size in zip(own, sizes, strict=True)]
            pulls.append(Pull(lever, np.concatenate(full, axis=1), slice(None), arms.spread(has)))
    return pulls


class Policy:
    """The knobs of W worlds; `set_week` moves them, and does nothing while no intensity changes.

    levers: those of the scenario; of each scenario, where a batch holds several `arms`. registry: every lever there is,
    by id.
    """

    def __init__(
        self,
        levers: Mapping[str, LeverSetting],
        parameters: Mapping[str, Array],
        start: date,
        weeks: int,
        worlds: int,
        registry: Mapping[str, Lever],
        arms: Arms | None = None,
    ) -> None:
        self._parameters = parameters
        self._registry = registry
        self.worlds = worlds
        self._neutral = {name: np.full(worlds, knob.neutral) for name, knob in KNOBS.items()}
        if arms is None:
            tables, deals = [scheduled(levers, parameters, start, weeks, registry)], [list[str]()]
        else:
            given = zip(arms.scenarios, arms.tables, strict=True)
            tables = [scheduled(arm.levers, table.parameters, start, weeks, registry) for arm, table in given]
            deals = [pulled([lever for deal in arm.deals for lever in deal.levers], registry) for arm in arms.scenarios]
        self.pulls = _pulls(tables, deals, weeks, arms)
        changes = np.zeros(weeks, dtype=np.bool_)
        for pull in self.pulls:
            changes[1:] |= (pull.rows[1:] != pull.rows[:-1]).any(axis=1)
        # weeks of one stage have the same intensities in every world
        self._stage = np.cumsum(changes)  # exact: whole numbers
        self._levers = self._neutral
        self._knobs = self._neutral
        self._channels: tuple[Mapping[str, Array], Mapping[str, Array]] = ({}, {})
        self._now = -1
        shape = (worlds, len(SOFT))
        self.pushes: tuple[Array, Array] = (np.zeros(shape), np.zeros(shape))
        """Push of levers on the soft variables, (W, V): the total, and the part that may act through channels."""

    def __getitem__(self, knob: str) -> Array:
        """The knob this week, (W,). Raises KeyError for an unknown knob."""
        return self._knobs[knob]

    def parts_of(self, levers: Iterable[str]) -> list[str]:
        """What these levers pull, each once."""
        return pulled(levers, self._registry)

    def follow(self, before: "Policy", of: npt.NDArray[np.int64] | slice = slice(None)) -> None:
        """Go on from the knobs of another policy, from the next week on. of: the world there of each world here."""
        self._levers, self._knobs = _rows(before._levers, of), _rows(before._knobs, of)
        lifts, adds = before._channels
        self._channels = _rows(lifts, of), _rows(adds, of)
        pushes, without = before.pushes
        self.pushes, self._now = (pushes[of], without[of]), -1

    def set_week(self, week: int, deals: "Deals | None" = None) -> None:
        """Set the knobs to the levers of this week, and to those of the deals in force."""
        if self._stage[week] == self._now and not (deals and deals.changed):
            return
        self._now = self._stage[week]
        dealt: dict[str, Array] = {}
        for lever, pull in deals.pulls().items() if deals else ():
            for part in pulled([lever], self._registry):
                dealt[part] = np.maximum(dealt.get(part, 0.0), pull)
        self._levers = dict(self._neutral)
        self.pushes = (np.zeros_like(self.pushes[0]), np.zeros_like(self.pushes[1]))
        for part, rows, column, where in self.pulls:
            intensity = rows[week][column]
            if part in dealt:
                intensity = np.maximum(intensity, np.where(where, dealt[part], 0.0))
            if intensity.any():
                self._turn(part, intensity)
                self._push(part, intensity)
        self.modulate(*self._channels)

    def modulate(self, lifts: Mapping[str, Array], adds: Mapping[str, Array]) -> None:
        """Let the climate multiply knobs, or add to them, until it does so again.

        Before it does this week, knobs stand as last week's climate left them, also where a lever has changed since. So
        no world sees that a lever changed in another.
        """
        self._channels = lifts, adds
        self._knobs = dict(self._levers)
        for knob, factor in lifts.items():
            self._knobs[knob] = self._knobs[knob] * factor
        for knob, more in adds.items():
            self._knobs[knob] = self._knobs[knob] + more

    def _push(self, lever: str, intensity: Array) -> None:
        """Push the lever's instruments among the soft variables."""
        record = self._registry[lever]
        if not record.pushes:
            return
        row = np.array([dict(record.pushes).get(name, 0) for name in SOFT], dtype=np.float64)
        push = (self._parameters[record.push_parameter] * intensity)[:, np.newaxis] * row
        self.pushes[0][:] += push
        if not record.effects:
            self.pushes[1][:] += push

    def _turn(self, lever: str, intensity: Array) -> None:
        for effect in self._registry[lever].effects:
            size = self._parameters[effect.parameter] * intensity
            before = self._levers[effect.knob]
            if effect.how == "cut":
                self._levers[effect.knob] = before * (1.0 - size)
            elif effect.how == "lift":
                self._levers[effect.knob] = before * (1.0 + size)
            else:
                self._levers[effect.knob] = before + size


def _rows(arrays: Mapping[str, Array], of: npt.NDArray[np.int64] | slice) -> dict[str, Array]:
    return {name: values[of] for name, values in arrays.items()}
