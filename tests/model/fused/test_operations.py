"""Each operation of the machine has the bits of what it stands for, in any number of worlds."""

from typing import Any

import numpy as np
import pytest

from regionsim.model import fused, maths, samplers
from regionsim.model.fused.operations import CODES, OPERATIONS
from tests.model.fused.toy import Toy, same, traced


def arithmetic(w: Any) -> None:
    parts = [w.a + w.b, w.a - w.b, w.a * w.b, w.a / w.b, np.minimum(w.a, w.b), np.maximum(w.a, w.b), -w.a, w.a**2,
             np.abs(w.a), np.sign(w.a), np.floor(w.a), maths.sqrt(np.abs(w.a)), 2.0 - w.a, 1.0 / w.b]  # fmt: skip
    w.out = np.stack(parts, axis=1)


def comparisons(w: Any) -> None:
    w.out = np.stack([w.a < w.b, w.a <= w.b, w.a > w.b, w.a >= w.b, w.a == w.b, w.a != w.b], axis=1)


def whole_numbers(w: Any) -> None:
    w.out = np.stack([w.i + w.j, w.i - w.j, w.i * w.j, np.minimum(w.i, w.j), np.maximum(w.i, w.j), -w.i], axis=1)
    w.ordered = np.stack([w.i < w.j, w.i <= w.j, w.i == w.j, w.i != w.j], axis=1)


def truths(w: Any) -> None:
    w.out = np.stack([w.m & w.n, w.m | w.n, w.m ^ w.n, ~w.m, w.m & True, w.m | False], axis=1)


def choices_and_casts(w: Any) -> None:
    w.out = np.where(w.m, w.a, w.b)
    w.whole = np.where(w.m, w.i, w.j)
    w.real = w.i.astype(np.float64) + w.m
    w.cut = np.floor(9.0 * w.u).astype(np.int64)
    w.true = np.stack([w.i.astype(np.bool_), w.size.astype(np.bool_)], axis=1)
    w.small = np.where(w.x > 0.0, 0, w.s + w.s)
    w.single = w.a.astype(np.float32)
    w.s[...] = w.s - w.m[:, 0].astype(np.int8)


def functions(w: Any) -> None:
    y = np.abs(w.a)
    parts = [maths.exp(w.a), maths.log(y), maths.log1p(y), maths.expm1(w.a), maths.tanh(w.a), maths.cos(w.u),
             maths.logistic(w.a), maths.power(y, w.b), maths.clip(w.a, -1.0, w.b)]  # fmt: skip
    w.out = np.stack(parts, axis=1)


def draws(w: Any) -> None:
    w.out = np.stack([samplers.normal_inv(w.u), samplers.truncated_normal_inv(w.u, w.size),
                      samplers.lognormal_inv(w.u, 0.1, w.size), w.streams.uniforms("t", 3),
                      samplers.lognormal_where(w.m, w.u, 0.1 * w.size, w.size)], axis=1)  # fmt: skip
    w.counts = samplers.negative_binomial_inv(w.u, w.size, 0.5 * w.size)
    w.one = w.streams.uniform("t", 1) + w.streams.uniform("other")
    w.event(w.m[:, 0], "drawn", day=w.x, magnitude=w.i[:, 1])


def sums_and_shapes(w: Any) -> None:
    w.out = np.stack([maths.row_sum(w.a), w.i.sum(axis=-1) + w.m.sum(axis=-1)], axis=1)
    w.some = np.stack([w.m.any(axis=-1), w.n.all(axis=-1)], axis=1)
    w.turned = np.swapaxes(np.repeat(w.a[:, :, np.newaxis], 2, axis=2), 1, 2).reshape(w.n_worlds, -1)
    w.taken = np.take_along_axis(w.a, np.maximum(np.minimum(w.j[:, :1], 2), 0), axis=1)[:, 0]
    w.ratio = np.divide(w.a, w.b, out=np.zeros_like(w.a), where=w.m)
    part = w.b[:, 1:]
    part += 1.0  # a view: b itself changes
    w.whole_b = w.b.copy()


RULES = (arithmetic, comparisons, whole_numbers, truths, choices_and_casts, functions, draws, sums_and_shapes)


@pytest.mark.parametrize("worlds", [1, 3, 128, 129, 258])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_gives_the_same_bits_fused_and_as_written(rule: Any, worlds: int) -> None:
    assert traced(rule, Toy(worlds, 4)) == 1, fused.refusals()
    mine, plain = Toy(worlds, 9), Toy(worlds, 9)
    with np.errstate(all="ignore"):
        for _ in range(3):
            fused.play(rule, mine)
            rule(plain)
    assert len(mine.bindings) == 1
    for name, value in vars(plain).items():
        if isinstance(value, np.ndarray):
            assert same(vars(mine)[name], value), name
    assert mine.events == plain.events


def test_every_operation_has_been_compared() -> None:
    for rule in RULES:
        traced(rule, Toy(3))
    programs = [program for rule in RULES for program in fused._rules[rule].programs]
    used = {int(op) for program in programs for steps, _ in program.segments for op in steps[:, 0]}
    assert {name for name in OPERATIONS if CODES[name] not in used} == set()
