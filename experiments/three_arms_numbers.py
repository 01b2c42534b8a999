"""Numbers of the three arms, from what `three_arms.py` has played: effects, interactions, what they rest on.

Core objects: `joint` (the interaction), `verdicts`, `best_mix`, `rests_on`, `correlations`.
"""

import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from regionsim.stats.differences import Difference, holm, paired

sys.path.insert(0, str(Path(__file__).resolve().parent))
from three_arms import (
    BOTH,
    COLUMNS,
    CORNERS,
    DOSES,
    NONE,
    OUTCOMES,
    Array,
    Point,
    Prices,
    Results,
    Variant,
    between,
    budget,
    drawn_prices,
    interaction,
    on_budget,
)  # fmt: skip

PRICE_DRAWS, PERMUTATIONS = 1000, 200
LEAST = 0.01  # of both's effect and of the interaction: a smaller change counts for nothing, however clear
CLEAR = 3.0  # half-widths of its interval that a mean must be from zero for the shape of its surface to be read
STRENGTHEN, REPLACE, ADD, UNSURE = "strengthen each other", "replace each other in part", "add up", "not told apart"


def at(results: Results, point: Point) -> Array:
    """Outcomes at a point, (worlds, outcomes)."""
    return np.stack([results.points[point][name] for name in COLUMNS], axis=1)


def effect(results: Results, point: Point, base: Point = NONE) -> Difference:
    """A point against another, world by world."""
    return paired(at(results, base), at(results, point))


def joint(results: Results) -> Difference:
    """Interaction at full intensity of both arms."""
    return interaction(*(at(results, corner) for corner in CORNERS))


def of_variant(results: Results, variant: Variant) -> Difference:
    """The same with some parameters fixed."""
    return interaction(*(np.stack([results.variants[variant][name][k] for name in COLUMNS], axis=1) for k in range(4)))


def verdicts(of: Difference) -> list[str]:
    """What each outcome shows: both the share of worlds (sign test) and the interval of the mean must say so."""
    words = []
    for k, outcome in enumerate(OUTCOMES):
        mean = 0 if of.low[k] <= 0.0 <= of.high[k] else int(np.sign(of.mean[k]))
        if mean == of.side[k] != 0:
            words.append(STRENGTHEN if mean == outcome.better else REPLACE)
        else:
            words.append(ADD if mean == of.side[k] == 0 else UNSURE)
    return words


def surface(results: Results, k: int) -> Array:
    """Mean change of outcome k against neither arm, (doses of security, doses of economy)."""
    return np.array([[effect(results, Point(s, e)).mean[k] for e in DOSES] for s in DOSES])


@cache
def _shares() -> Array:
    return np.linspace(0.0, 1.0, 11)


def best_mixes(results: Results, k: int) -> tuple[float, float, float]:
    """Over draws of costs: how often security alone, a mix, or economy alone is best at an equal budget."""
    drawn = drawn_prices(PRICE_DRAWS)
    security, economy = budget("security", drawn), budget("economy", drawn)
    total = np.minimum(security, economy)
    shares = _shares()[:, np.newaxis]
    doses = shares * total / security, (1.0 - shares) * total / economy
    gains = OUTCOMES[k].better * between(surface(results, k), *doses)
    best = gains.argmax(axis=0)
    last = len(_shares()) - 1
    return float((best == last).mean()), float(((best > 0) & (best < last)).mean()), float((best == 0).mean())


class Rest(NamedTuple):
    """The interaction of a variant and of what it is compared with, and where the change between them counts."""

    of: Difference
    against: Difference
    change: Difference
    counts: Array


def rests_on(results: Results) -> dict[Variant, Rest]:
    """By variant. A change counts if the sign test holds for all jointly, the interval of its mean agrees, and it is at
    least `LEAST` of both's effect and of the interaction.
    """
    named = {variant.name: of_variant(results, variant) for variant in results.variants}
    tried = [variant for variant in results.variants if variant.against]
    if not tried:
        return {}
    changes = [paired(named[variant.against].values, named[variant.name].values) for variant in tried]
    held = holm(np.concatenate([each.p for each in changes])).reshape(len(tried), -1)
    both, made = effect(results, BOTH).mean, {}
    for variant, change, row in zip(tried, changes, held, strict=True):
        clear = (change.low > 0.0) | (change.high < 0.0)
        size = np.abs(change.mean)
        large = (size >= LEAST * np.abs(both)) & (size >= LEAST * np.abs(named[variant.against].mean))
        made[variant] = Rest(named[variant.name], named[variant.against], change, row & clear & large)
    return made


def correlations(results: Results, k: int) -> tuple[list[tuple[str, float]], float]:
    """Rank correlations of the drawn parameters with an outcome's interaction, largest first; and what chance reaches.

    Chance: the largest of all correlations stays below it in 95% of permutations of the worlds.
    """
    from scipy.stats import rankdata

    def scaled(ranks: Array) -> Array:
        centred = ranks - ranks.mean(axis=-1, keepdims=True)
        return centred / np.maximum(np.sqrt((centred**2).sum(axis=-1, keepdims=True)), 1e-12)

    names = list(results.drawn)
    inputs = scaled(rankdata(np.stack([results.drawn[name] for name in names]), axis=1))
    output = scaled(rankdata(joint(results).values[:, k]))
    rng = np.random.default_rng(0)
    most = [np.abs(inputs @ rng.permutation(output)).max() for _ in range(PERMUTATIONS)]
    rho = inputs @ output
    order = np.argsort(-np.abs(rho), kind="stable")
    return [(names[i], float(rho[i])) for i in order], float(np.quantile(most, 0.95))


def is_clear(results: Results, k: int) -> bool:
    """Whether the effect of both together is far enough from zero for the shape of the surface to be read."""
    both = effect(results, BOTH)
    return bool(abs(both.mean[k]) > CLEAR * 0.5 * (both.high[k] - both.low[k]))


def better_arms(results: Results, prices: Prices) -> list[int]:
    """For each outcome which arm alone is better at an equal budget, by the interval of the difference between them.

    1 for security, -1 for economy, 0 where the interval holds zero.
    """
    security, economy = on_budget((1.0, 0.0), prices)
    difference = effect(results, security, economy)
    sides = np.sign(difference.low) * (np.sign(difference.low) == np.sign(difference.high))
    return [int(outcome.better * side) for outcome, side in zip(OUTCOMES, sides, strict=True)]


def mix_wins(results: Results, prices: Prices, k: int) -> bool:
    """Whether the best point in between is clearly better than the better end, by the interval of its gain."""
    best, gain = best_mix(results, prices, k)
    return best is not None and gain.low[k] * OUTCOMES[k].better > 0.0 and gain.high[k] * OUTCOMES[k].better > 0.0


def best_mix(results: Results, prices: Prices, k: int) -> tuple[Point | None, Difference]:
    """The best point in between at equal cost, None if an end is better, and its gain over the better end."""
    points, better = on_budget(DOSES, prices), OUTCOMES[k].better
    gains = [better * effect(results, point).mean[k] for point in points]
    end = points[0] if gains[0] >= gains[-1] else points[-1]
    inner = max(range(1, len(points) - 1), key=lambda i: gains[i])
    gain = effect(results, points[inner], end)
    return (points[inner] if gains[inner] > max(gains[0], gains[-1]) else None), gain
