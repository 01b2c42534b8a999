"""Policy: the levers of a scenario as a table of intensities by week, and the knobs they turn.

Core object: `Policy`. `policy["clearance_time"]` is the knob's value in each world this week, (W,): what levers make of
it, and what the climate adds through its channels. Where neither acts a knob is exactly neutral, so a lever at
intensity 0, or before its date, changes no bit.
"""

from collections.abc import Mapping
from datetime import date

import numpy as np
import numpy.typing as npt

from regionsim.levers import KNOBS, LEVERS
from regionsim.model.samplers import Array
from regionsim.model.variables import SOFT
from regionsim.scenario.dates import first_week
from regionsim.scenario.schema import LeverSetting

type Table = npt.NDArray[np.float64]


def intensities(setting: LeverSetting, start: date, weeks: int) -> Table:
    """Intensity of one lever in every week, (weeks,): 0 before `from`, rising over the ramp, 0 again from `until`."""
    week = np.arange(weeks, dtype=np.float64)
    begun = week - first_week(start, setting.from_)
    ramp = setting.ramp_weeks
    share = np.where(begun < 0.0, 0.0, 1.0 if ramp == 0.0 else np.minimum((begun + 1.0) / max(ramp, 1.0), 1.0))
    if setting.until is not None:
        share = np.where(week >= first_week(start, setting.until), 0.0, share)
    return np.asarray(share * setting.intensity)


class Policy:
    """The knobs of W worlds; `set_week` moves them, and does nothing while no intensity changes."""

    def __init__(
        self, levers: Mapping[str, LeverSetting], parameters: Mapping[str, Array], start: date, weeks: int, worlds: int
    ) -> None:
        self._parameters = parameters
        self._neutral = {name: np.full(worlds, knob.neutral) for name, knob in KNOBS.items()}
        self._table: dict[str, Table] = {}
        for name, setting in levers.items():
            row = intensities(setting, start, weeks)
            # a package pulls its parts; one that is also pulled by itself is pulled as hard as the harder of the two
            for part in LEVERS[name].parts or (name,):
                self._table[part] = np.maximum(self._table.get(part, 0.0), row)
        self._levers = self._neutral
        self._knobs = self._neutral
        self._now: tuple[float, ...] | None = None
        shape = (worlds, len(SOFT))
        self.pushes: tuple[Array, Array] = (np.zeros(shape), np.zeros(shape))
        """What levers push the soft variables by, (W, V): in all, and the part that may act through channels."""

    def __getitem__(self, knob: str) -> Array:
        """The knob this week, (W,). Raises KeyError for an unknown knob."""
        return self._knobs[knob]

    def set_week(self, week: int) -> None:
        """Turn the knobs to where the levers are in this week."""
        now = tuple(float(row[week]) for row in self._table.values())
        if now == self._now:
            return
        self._now = now
        self._levers = dict(self._neutral)
        self.pushes = (np.zeros_like(self.pushes[0]), np.zeros_like(self.pushes[1]))
        for name, intensity in zip(self._table, now, strict=True):
            if intensity != 0.0:
                self._turn(name, intensity)
                self._push(name, intensity)
        self._knobs = self._levers

    def modulate(self, lifts: Mapping[str, Array], adds: Mapping[str, Array]) -> None:
        """Let the climate multiply knobs, or add to them, for this week."""
        self._knobs = dict(self._levers)
        for knob, factor in lifts.items():
            self._knobs[knob] = self._knobs[knob] * factor
        for knob, more in adds.items():
            self._knobs[knob] = self._knobs[knob] + more

    def _push(self, lever: str, intensity: float) -> None:
        """Push the lever's instruments among the soft variables."""
        found = LEVERS[lever]
        if not found.pushes:
            return
        row = np.array([dict(found.pushes).get(name, 0) for name in SOFT], dtype=np.float64)
        push = (self._parameters[found.push_parameter] * intensity)[:, np.newaxis] * row
        self.pushes[0][:] += push
        if not found.effects:
            self.pushes[1][:] += push

    def _turn(self, lever: str, intensity: float) -> None:
        for effect in LEVERS[lever].effects:
            size = self._parameters[effect.parameter] * intensity
            before = self._levers[effect.knob]
            if effect.how == "cut":
                self._levers[effect.knob] = before * (1.0 - size)
            elif effect.how == "lift":
                self._levers[effect.knob] = before * (1.0 + size)
            else:
                self._levers[effect.knob] = before + size
