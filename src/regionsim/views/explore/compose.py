"""The estimate of a combination of levers, world by world, from the effects of single levers in the same worlds.

Core objects: `Channel` (what is recorded, and its scale), `channels`, `grid`, `Pull`, `shifted` and `composed`. World k
has the same draws and chance in every arm, so the effects of single levers in it are added on a scale on which they
combine: logarithms of flows, square roots of counts that reach zero, logits of shares and indices. The page's script
`compose.js` does the same; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from regionsim.indicators import DIMENSIONS, INDICATORS
from regionsim.indicators.definitions import Indicator
from regionsim.runs.frames import parse_column

type Array = npt.NDArray[np.float64]
type Scale = Literal["log", "root", "logit", "plain"]

KNOTS = (0.0, 1 / 3, 2 / 3, 1.0)
"""Intensities at which single levers are simulated; nothing happens at 0."""
RAMP = 26
"""Weeks in which a lever of the library reaches its intensity."""
BEYOND = 0.1
"""How far an estimate may go beyond what single levers reach, as a share of that range."""
_FLOWS = ("USD bn/yr", "fighters", "persons", "index, start = 100")
_BOUNDED = {"scale 0-1": 1.0, "share": 1.0, "index 0-100": 100.0}
_LEAST, _EDGE = 1e-6, 1e-4  # the least value of a logarithm; how near to its ends a bounded value may come


@dataclass(frozen=True)
class Channel:
    """An indicator, perhaps of one place, with the scale on which effects are added. top: of a bounded one."""

    id: str
    scale: Scale
    top: float = 1.0

    @property
    def place(self) -> tuple[str, str | None]:
        """The indicator, and its place if it is of one."""
        return parse_column(self.id)


def channels() -> tuple[Channel, ...]:
    """Every indicator, then the days each crossing is shut, for the map."""
    listed = [_channel(entry) for entry in INDICATORS.values()]
    return (*listed, *(Channel(f"closure_days[{gate}]", "root") for gate in DIMENSIONS["crossing"]))


def _channel(entry: Indicator) -> Channel:
    if entry.unit in _BOUNDED:
        return Channel(entry.id, "logit", _BOUNDED[entry.unit])
    if entry.id in ("trade_diverted", "escalation"):  # below zero, and a rung
        return Channel(entry.id, "plain")
    return Channel(entry.id, "log" if entry.unit in _FLOWS else "root")


def grid(weeks: int) -> tuple[int, ...]:
    """The weeks that are kept: the first, the last, and every quarter between, or every month up to five years."""
    step = 13 if weeks > 261 else 4
    return tuple(sorted({0, *range(step, weeks - 1, step), weeks - 1}))


def week_of(start: date, day: date) -> int:
    """The first week that begins on or after a day."""
    return ceil((day - start).days / 7)


@dataclass(frozen=True)
class Pull:
    """One lever of a combination. effects: (knots, channels, worlds, points) on the scales, without that at 0.

    shift: weeks after the library's date from which it acts; end: the same for its end, None without one.
    """

    effects: Any
    intensity: float
    shift: float
    end: float | None = None


def to_scale(values: Any, channel: Channel) -> Array:
    """Values on the scale of their channel."""
    values = np.asarray(values, dtype=np.float64)
    if channel.scale == "log":
        return np.asarray(np.log(np.maximum(values, _LEAST)))
    if channel.scale == "root":
        return np.asarray(np.sqrt(np.maximum(values, 0.0)))
    if channel.scale == "logit":
        share = np.clip(values / channel.top, _EDGE, 1.0 - _EDGE)
        return np.asarray(np.log(share / (1.0 - share)))
    return np.asarray(values)


def from_scale(values: Array, channel: Channel) -> Array:
    """The inverse of `to_scale`."""
    if channel.scale == "log":
        return np.asarray(np.exp(values))
    if channel.scale == "root":
        return np.asarray(np.maximum(values, 0.0) ** 2)
    if channel.scale == "logit":
        return np.asarray(channel.top / (1.0 + np.exp(-values)))
    return values


def shifted(effects: Any, points: Sequence[int], shift: float) -> Array:
    """Effects (..., points) that act `shift` weeks later: none before the first point, the last one held after it."""
    weeks = np.asarray(points, dtype=np.float64)
    at = weeks - shift
    low = np.clip(np.searchsorted(weeks, at, side="right") - 1, 0, len(points) - 2)
    part = np.clip((at - weeks[low]) / (weeks[low + 1] - weeks[low]), 0.0, 1.0)
    effects = np.asarray(effects, dtype=np.float64)
    found = effects[..., low] * (1.0 - part) + effects[..., low + 1] * part
    return np.asarray(np.where(at < weeks[0], 0.0, found))


def pulled(pull: Pull, channel: int, points: Sequence[int]) -> Array:
    """The effect of one lever on one channel, (worlds, points), on its scale."""
    upper = next(k for k in range(1, len(KNOTS)) if pull.intensity <= KNOTS[k] or k == len(KNOTS) - 1)
    part = (pull.intensity - KNOTS[upper - 1]) / (KNOTS[upper] - KNOTS[upper - 1])
    effect = part * np.asarray(pull.effects[upper - 1][channel], dtype=np.float64)
    if upper > 1:
        effect = effect + (1.0 - part) * np.asarray(pull.effects[upper - 2][channel], dtype=np.float64)
    made = shifted(effect, points, pull.shift)
    return made if pull.end is None else made - shifted(effect, points, pull.end)


def composed(
    values: Any,
    pulls: Sequence[Pull],
    points: Sequence[int],
    known: tuple[Channel, int],
    limits: tuple[float, float] | None,
    before: Sequence[Pull] = (),
) -> Array:
    """The estimate of one channel, (worlds, points): values, changed by what the pulls do beyond those `before`.

    values: those simulated without levers, or with the levers `before`. known: the channel and its place. limits: the
    lowest and highest estimate, if any. Where nothing acts, the value is returned as it is.
    """
    channel, place = known
    base = np.asarray(values, dtype=np.float64)
    effect = np.zeros_like(base)
    for pull in pulls:
        effect = effect + pulled(pull, place, points)
    for pull in before:
        effect = effect - pulled(pull, place, points)
    estimate = from_scale(to_scale(base, channel) + effect, channel)
    if limits is not None:
        estimate = np.clip(estimate, *limits)
    return np.asarray(np.where(effect == 0.0, base, estimate))


def widened(low: float, high: float) -> tuple[float, float]:
    """The range of estimates for a range that single levers reach; never below zero where that is not."""
    more = BEYOND * (high - low)
    return (max(0.0, low - more) if low >= 0.0 else low - more), high + more
