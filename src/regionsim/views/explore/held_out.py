"""How well estimates agree with simulations: random combinations of levers that the library has not seen.

Core object: `measure`. The error of one combination is the estimated minus the simulated mean difference from the
start, in standard deviations of the simulated worlds at that date; the error of the fan is that of its ends (5% and 95%
of worlds), in half-widths of the simulated 90% band.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from regionsim.views.explore.compose import RAMP, composed
from regionsim.views.explore.library import Library
from regionsim.views.explore.player import Floats
from regionsim.views.explore.question import Question, question_of

COMBINATIONS = 32
SEED = 20250818
_MOST = 450  # worlds side by side
_CLEAR = 2.0  # standard errors from which the sign of an effect counts


def questions(
    library: Library, levers: Sequence[str], count: int, seed: int = SEED, shocks: Sequence[dict[str, Any]] = ()
) -> list[Question]:
    """Random combinations of two to five of the levers, each at its own intensity and from its own date, and shocks."""
    more = {"shocks": [*library.start.plain.get("shocks", []), *shocks]} if shocks else {}
    chance = np.random.default_rng(seed)
    late = min(730, (library.start.scenario.end - library.date).days // 3)
    made = []
    for _ in range(count):
        size = min(int(chance.integers(2, 6)), len(levers))
        chosen = chance.choice(len(levers), size, replace=False)
        settings = {levers[k]: _setting(library.date, chance, late) for k in sorted(chosen)}
        made.append(question_of(library.start, {"levers": settings} | more))
    return made


def _setting(first: date, chance: np.random.Generator, late: int) -> dict[str, Any]:
    day = first + timedelta(days=int(chance.integers(0, max(1, late))))
    return {
        "from": day.isoformat(), "intensity": round(float(chance.uniform(0.2, 1.0)), 2), "ramp": f"{RAMP} weeks",
    }  # fmt: skip


def simulated(library: Library, asked: Sequence[Question], progress: Callable[[float], None]) -> list[Floats]:
    """The values of each question in the library's worlds, several side by side, (channels, worlds, points) each."""
    worlds, together = library.of_levers, max(1, _MOST // library.of_levers)
    out: list[Floats] = []
    for first in range(0, len(asked), together):
        scenarios = tuple(each.scenario for each in asked[first : first + together])
        model = library.side_by_side(scenarios)
        for _ in library.player.play(model, lambda: False):
            progress((first + len(scenarios) * (model.week + 1) / model.weeks) / len(asked))
        values = library.player.values(model, 0, len(library.points))
        out += [values[:, k * worlds : (k + 1) * worlds] for k in range(len(scenarios))]
    return out


def estimated(library: Library, question: Question, values: Floats | None = None) -> Floats | None:
    """The estimate of a question in the library's worlds, (channels, worlds, points); None where there is none.

    values: a simulation with the question's shocks and without its levers, if it has any shocks.
    """
    base = values if values is not None or question.shocks is not None else library.base()
    pulls, limits = library.pulls(question), library.limits()
    if pulls is None or base is None or question.parameters or question.deals:
        return None
    here, rule = base[:, : library.of_levers].astype(np.float64), library.rule
    made = {
        channel.id: composed(here[k], pulls, library.points, (channel, k), limits[k])
        for k, channel in enumerate(library.channels)
        if not rule.applies(channel.id)
    }
    known = {channel.id: here[k] for k, channel in enumerate(library.channels)}
    for id in known:
        if rule.applies(id):
            made[id] = rule.estimate(id, known.__getitem__, made.__getitem__)
    return np.stack([made[channel.id] for channel in library.channels])


def errors(base: Any, estimate: Any, values: Any) -> dict[str, Any]:
    """Errors of one channel at one date, (worlds,) each: of the mean difference, of the fan, and of the sign."""
    spread = float(np.std(values))
    ends = np.quantile(values, (0.05, 0.95)), np.quantile(estimate, (0.05, 0.95))
    half = float(ends[0][1] - ends[0][0]) / 2.0
    true, guess = np.asarray(values, dtype=float) - base, np.asarray(estimate, dtype=float) - base
    error = float(true.std(ddof=1)) / len(true) ** 0.5 if len(true) > 1 else 0.0
    clear = error > 0.0 and abs(true.mean()) > _CLEAR * error
    return {
        "mean": abs(float(guess.mean() - true.mean())) / spread if spread > 0.0 else None,
        "fan": float(np.abs(ends[1] - ends[0]).mean()) / half if half > 0.0 else None,
        "sign": bool(np.sign(guess.mean()) == np.sign(true.mean())) if clear else None,
    }


def measure(
    library: Library, count: int = COMBINATIONS, seed: int = SEED,
    progress: Callable[[float], None] = lambda _share: None,
) -> dict[str, Any]:  # fmt: skip
    """The error of estimates by channel at the end, over random combinations of the learned levers."""
    asked = questions(library, library.known(), count, seed)
    base = library.play_base(lambda: False)
    rows: dict[str, list[dict[str, Any]]] = {channel.id: [] for channel in library.channels}
    for question, values in zip(asked, simulated(library, asked, progress), strict=True):
        estimate = estimated(library, question)
        if estimate is None:
            continue
        for k, channel in enumerate(library.channels):
            ends = base[k, : library.of_levers, -1], estimate[k, :, -1], values[k, :, -1]
            if all(np.isfinite(each).all() for each in ends):
                rows[channel.id].append(errors(*ends))
    return {
        "combinations": len(asked),
        "levers": len(library.known()),
        "channels": {n: summary(r) for n, r in rows.items()},
    }


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Median and worst errors, and how many clear effects have the right sign."""
    means, fans = ([row[name] for row in rows if row[name] is not None] for name in ("mean", "fan"))
    signs = [row["sign"] for row in rows if row["sign"] is not None]
    return {
        "median": round(float(np.median(means)), 4) if means else None,
        "worst": round(max(means), 4) if means else None,
        "fan": round(float(np.median(fans)), 4) if fans else None,
        "right": sum(signs),
        "clear": len(signs),
    }
