"""The compiled pass over traders against the same rule written out for one trader after another."""

import inspect
from typing import Any

import numpy as np
import pytest

from regionsim.model import fused, maths
from regionsim.model.philox import fill_uniform, fill_uniforms, fill_uniforms32
from regionsim.model.populations import traders
from regionsim.model.populations.traders import _GATES, _STUCK, _TIES, MOSTLY, PATIENCE
from regionsim.model.region import RegionModel
from tests.model.worlds import small

WEEKS = 40
CLOSED = (
    "shocks=[{kind: border_closure, crossing: torkham, on: 2025-09-01, for: 4 weeks, by: pakistan},"
    " {kind: border_closure, crossing: all, on: 2025-11-03, for: 20 weeks, by: afghanistan}]"
)
CHANGED = ("route", "memory", "idle", "left", "stirred", "shipped")
F32 = np.float32


def exp32(x: np.float32) -> np.float32:
    return F32(maths.exp32(F32(x)))


def picked(weights: Any, first: int, own: int, loyalty: np.float32, u: float) -> int:
    """The first route from `first` on whose cumulative weight reaches u of the total."""
    total, reached = F32(0.0), []
    for r in range(first, len(weights)):
        total = F32(total + (loyalty if r == own else weights[r]))
        reached.append(total)
    return first + sum(bool(u * np.float64(total) > np.float64(one)) for one in reached[:-1])


class ByHand:
    """A week of traders, one after another, on copies of what the kernel is given."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.__dict__ |= {
            name: value.copy() if isinstance(value, np.ndarray) else value for name, value in given.items()
        }
        worlds, slots = self.kind.shape
        self.chance = np.empty((worlds, slots), dtype=F32)
        fill_uniforms32(self.key, self.replicates, self.week, self.chance)
        self.pairs = np.empty((worlds, 2 * slots))
        fill_uniforms(self.key, self.replicates, self.week, self.pairs)
        self.shipped[:] = 0.0
        for w in range(worlds):
            shut = (self.openness[w, :_GATES] <= MOSTLY).any()
            self.stir, self.stirred[w] = bool(shut or self.stirred[w]), 0
            for i in range(slots):
                self.week_of(w, i)

    def uniform(self, w: int, slot: int) -> float:
        out = np.empty(self.replicates.size)
        fill_uniform(self.key, self.replicates, self.week, slot, out)
        return float(out[w])

    def week_of(self, w: int, i: int) -> None:
        habit, rely, review, stuck, learn, grace, ends, begins, waits = self.habits[w]
        k, g, openness = self.kind[w, i], self.goods[w, i], self.openness[w]
        passes = openness[self.route[w, i]]
        self.memory[w, i] += learn * self.quick[w, i] * (passes - self.memory[w, i])
        if self.stir:
            self.tie(w, i, grace, ends, begins)
        first, own = (_GATES if self.left[w, i] > 0 else 0), int(self.route[w, i])
        common = [F32(self.utility[w, k, g, r] + rely * self.public[w, r]) for r in range(openness.size)]
        if self.chance[w, i] < review or own < first:
            loyalty = exp32(self.utility[w, k, g, own] + rely * self.memory[w, i] + habit)
            chosen = picked([exp32(one) for one in common], first, own, loyalty, self.pairs[w, 2 * i])
            if chosen != own:
                self.route[w, i], self.memory[w, i], own = chosen, self.public[w, chosen], chosen
        way, shut = own, F32(1.0) - openness[own]
        if shut > 0.0:
            long = self.idle[w, i] > PATIENCE + 1
            leaves = F32(1.0) - exp32(waits * (self.idle[w, i] - F32(PATIENCE))) if long else stuck
            if self.pairs[w, 2 * i + 1] < leaves * shut:
                weights = [exp32(F32(common[r] - self.dread[w, g, r])) for r in range(openness.size)]
                way = picked(weights, first, own, weights[own], self.uniform(w, _STUCK + i))
        self.shipped[w, k, g, way] += np.float64(self.weight[w, i]) * np.float64(self.size[w, k, g])

    def tie(self, w: int, i: int, grace: np.float32, ends: np.float32, begins: np.float32) -> None:
        own = int(self.route[w, i])
        self.idle[w, i] = self.idle[w, i] + F32(1.0) if own < _GATES and self.openness[w, own] <= MOSTLY else 0.0
        if self.left[w, i] > 0:
            home = int(self.left[w, i]) - 1
            if self.uniform(w, _TIES + i) < begins * self.openness[w, home]:
                self.left[w, i], self.route[w, i], self.memory[w, i] = 0, home, self.public[w, home]
        elif self.idle[w, i] > grace and self.uniform(w, _TIES + i) < ends * self.thin[w, i]:
            self.left[w, i], self.idle[w, i] = own + 1, 0.0
        if self.left[w, i] > 0 or self.idle[w, i] > 0.0:
            self.stirred[w] = 1


def test_the_compiled_pass_equals_the_rule_written_out_for_one_trader_after_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kernel, names = traders.ship, list(inspect.signature(traders.ship.py_func).parameters)
    seen = dict.fromkeys(("moved", "shut", "waiting", "left"), 0)

    def both(*values: Any) -> None:
        given = dict(zip(names, values, strict=True))
        hand = ByHand(given)
        before = given["route"].copy()
        kernel(*values)
        for name in CHANGED:
            assert np.array_equal(given[name], getattr(hand, name)), (given["week"], name)
        seen["moved"] += int((given["route"] != before).sum())
        seen["shut"] += int((given["openness"][:, :_GATES] < 1.0).sum())
        seen["waiting"] += int((given["idle"] > 0.0).sum())
        seen["left"] += int((given["left"] > 0).sum())

    monkeypatch.setattr(traders, "ship", both)
    model = RegionModel(small("status_quo", "parameters.size.traders=150", CLOSED), worlds=3)
    with fused.as_written():  # which looks the kernel up every week
        for _ in range(WEEKS):
            model.step()
    assert min(seen.values()) > 20, seen  # the pass did all that a trader may do
