"""A model whose outcomes are known functions of eight parameters, so that indices can be checked against exact values.

Each parameter enters as its position between 0 and 1 in its allowed range. One week is simulated, at no cost.
"""

from math import pi

import numpy as np

from regionsim.evidence import load_evidence
from regionsim.model.events import EventLog
from regionsim.model.random import Streams
from regionsim.runs import Engine
from tests.toys.toy import Result, Rows

ANALYTIC = Engine(worlds="tests.toys.analytic:rows", play="tests.toys.analytic:play")
RANGED = {name: each for name, each in load_evidence().parameters.items() if each.low < each.high}
NAMES = tuple(RANGED)[:8]
WHOLE_RANGES = tuple(f"--over={name}={RANGED[name].low!r}:{RANGED[name].high!r}" for name in NAMES)
A = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])  # of Sobol's G: importance falls
ISHIGAMI, G, STILL, NOISY, SHARED = (
    f"{name}@2025-08" for name in ("trade_volume", "fatalities", "attacks", "trade_bilateral", "trade_transit")
)


def ishigami(x):
    """Of x (n, >= 3) on the unit cube: sin a + 7 sin^2 b + 0.1 c^4 sin a on -pi .. pi."""
    a, b, c = (pi * (2.0 * x[:, i] - 1.0) for i in range(3))
    return np.sin(a) + 7.0 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


def sobol_g(x):
    return np.prod((np.abs(4.0 * x - 2.0) + A) / (1.0 + A), axis=1)


def ishigami_indices():
    """S1 and ST of the three inputs."""
    first, second, both = 0.5 * (1 + pi**4 / 50) ** 2, 49 / 8, 8 * pi**8 / 22500
    total = first + second + both
    return np.array([first, second, 0.0]) / total, np.array([first + both, second, both]) / total


def g_indices():
    each = 1.0 / (3.0 * (1.0 + A) ** 2)
    total = np.prod(1.0 + each) - 1.0
    return each / total, each * np.prod(1.0 + each) / (1.0 + each) / total


def rows(scenario, numbers):
    number = np.asarray(numbers, dtype=np.int64)
    return Rows(number, np.zeros_like(number), number, number, {}, ())


def play(scenario, worlds, *, record_all=False, on_week=None):
    """`question: fail 3 5` makes these worlds fail. `trade_bilateral` has noise of its own in each world, as large as
    its first parameter's effect; `trade_transit` has noise of the replicate only."""
    x = np.stack(
        [
            (worlds.parameters.get(n, np.full(len(worlds), RANGED[n].low)) - RANGED[n].low)
            / (RANGED[n].high - RANGED[n].low)
            for n in NAMES
        ],
        axis=1,
    )
    own, shared = (Streams(scenario.seed, which) for which in (worlds.number, worlds.replicate))
    own.week = shared.week = 0
    outcomes = {
        "trade_volume": ishigami(x),
        "fatalities": sobol_g(x),
        "attacks": np.full(len(worlds), 5.0),
        "trade_bilateral": x[:, 0] + own.uniform("own"),
        "trade_transit": x[:, 0] + shared.uniform("shared"),
    }
    order, _, which = scenario.question.partition(" ")
    failed = {int(n): "told to fail" for n in worlds.number if order == "fail" and str(n) in which.split()}
    columns = {}
    for name, values in outcomes.items():
        columns[name] = np.repeat(values.astype(np.float32)[:, None], scenario.weeks, axis=1)
        columns[name][np.isin(worlds.number, list(failed))] = np.nan
    if on_week is not None:
        on_week(0)
    return Result(worlds, scenario.start, scenario.weeks, columns, {}, EventLog(worlds.number).sorted(), failed)
