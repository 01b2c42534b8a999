"""Policy: the levers of a scenario as a table of intensities by week and world, and the knobs they turn.

Core object: `Policy`. `policy["clearance_time"]` is the knob's value in each world this week, (W,), as set by levers
and by the channels of the climate. Where neither acts a knob is exactly neutral, so a lever at intensity 0, or before
its date, changes no bit. Worlds may differ in a lever's settings: a parameter named by the setting's path in a
scenario, such as `levers.trade_facilitation.intensity`, replaces the scenario's value.
"""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from regionsim.evidence.records import Lever
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


class Policy:
    """The knobs of W worlds; `set_week` moves them, and does nothing while no intensity changes.

    registry: every lever there is, by id.
    """

    def __init__(
        self,
        levers: Mapping[str, LeverSetting],
        parameters: Mapping[str, Array],
        start: date,
        weeks: int,
        worlds: int,
        registry: Mapping[str, Lever],
    ) -> None:
        self._parameters = parameters
        self._registry = registry
        self._neutral = {name: np.full(worlds, knob.neutral) for name, knob in KNOBS.items()}
        self._table: dict[str, Table] = {}
        for name, setting in levers.items():
            own = {key: parameters.get(f"levers.{name}.{key}", value) for key, value in setting.numbers(start).items()}
            rows = intensities(own, weeks)
            # a package pulls its parts; a part that is also pulled by itself takes the higher intensity
            for part in registry[name].parts or (name,):
                self._table[part] = np.maximum(self._table.get(part, 0.0), rows)
        changes = np.zeros(weeks, dtype=np.bool_)
        for rows in self._table.values():
            changes[1:] |= (rows[1:] != rows[:-1]).any(axis=1)
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

    def set_week(self, week: int, deals: "Deals | None" = None) -> None:
        """Set the knobs to the levers of this week, and to those of the deals in force."""
        if self._stage[week] == self._now and not (deals and deals.changed):
            return
        self._now = self._stage[week]
        pulls = {name: rows[week] for name, rows in self._table.items()}
        for lever, pull in deals.pulls().items() if deals else ():
            for part in self._registry[lever].parts or (lever,):
                pulls[part] = np.maximum(pulls.get(part, 0.0), pull)
        self._levers = dict(self._neutral)
        self.pushes = (np.zeros_like(self.pushes[0]), np.zeros_like(self.pushes[1]))
        for name, pull in pulls.items():
            if pull.any():
                self._turn(name, pull)
                self._push(name, pull)
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
