"""A toy model for tests of runs: named random numbers, so world k is the same in any batch; no evidence, no kernels.

Its parameter `toy.rate` varies by draw. The scenario's question gives orders: see `play`.
"""

import os
import signal
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from regionsim.model.events import EventLog, Events
from regionsim.model.random import Streams, draw_uniform
from regionsim.runs import Engine
from regionsim.scenario import Scenario

TOY = Engine(worlds="tests.toys.toy:rows", play="tests.toys.toy:play")
CROSSINGS = ("torkham", "chaman", "ghulam_khan", "kharlachi", "angoor_adda")


def toy_scenario(worlds=20, question="", name="toy", **more):
    values = {"title": "A toy", "start": "2025-08-18", "end": "2025-11-01", "seed": 0} | more
    return Scenario.model_validate({"name": name, "worlds": worlds, "question": question} | values)


def by(first, last, size):
    """Boundaries of batches of `size` worlds."""
    return [range(start, min(start + size, last)) for start in range(first, last, size)]


@dataclass(frozen=True)
class Rows:
    number: np.ndarray
    arm: np.ndarray
    draw: np.ndarray
    replicate: np.ndarray
    parameters: dict[str, np.ndarray]
    varied: tuple[str, ...]

    def __len__(self):
        return self.number.size


@dataclass(frozen=True)
class Result:
    worlds: Rows
    start: date
    weeks: int
    columns: dict[str, np.ndarray]
    places: dict[str, dict[str, np.ndarray]]
    events: Events
    failed: dict[int, str]
    decisions: tuple[()] = ()


def rows(scenario, numbers):
    number = np.asarray(numbers, dtype=np.int64)
    rate = 1.0 + draw_uniform(scenario.seed, number, "toy.rate")
    return Rows(number, np.zeros_like(number), number, number, {"toy.rate": rate}, ("toy.rate",))


def play(scenario, worlds, *, record_all=False, on_week=None):
    """Random walks. The scenario's question holds orders: `slow`, `wait FILE`, `fail 3`, `crash`, `kill`, `full`."""
    streams = Streams(scenario.seed, worlds.replicate)
    count, weeks = len(worlds), scenario.weeks
    order, _, which = scenario.question.partition(" ")
    names = ["trade_volume", "trade_bilateral", "attacks", "closure_days", "trust_pakistan"]
    columns = {name: np.empty((count, weeks), dtype=np.float32) for name in names + ["morale"] * record_all}
    places = {"closure_days": {place: np.empty((count, weeks), dtype=np.float32) for place in CROSSINGS}}
    log = EventLog(worlds.number)
    level = np.full(count, 3.0)
    for week in range(weeks):
        streams.week = week
        level = level * (1.0 + 0.01 * worlds.parameters["toy.rate"] * streams.normal("walk"))
        columns["trade_volume"][:, week] = level
        columns["trade_bilateral"][:, week] = level / 2
        columns["attacks"][:, week] = streams.poisson("attacks", 900.0)
        columns["trust_pakistan"][:, week] = streams.beta("trust", 2.0, 5.0)
        total = np.zeros(count)
        for slot, place in enumerate(CROSSINGS):
            days = streams.exponential("closure", 4.0, slot)
            places["closure_days"][place][:, week] = days
            total += days
        columns["closure_days"][:, week] = total
        if record_all:
            columns["morale"][:, week] = streams.uniform("morale")
        shut = streams.bernoulli("close", 0.05)
        log.add(shut, week, ("closure", "torkham", "pakistan", "clash"), streams.uniform("day") * 7, level)
        _obey(order, which, week, weeks, worlds.number)
        if on_week is not None:
            on_week(week)
    failed = {}
    if order == "fail":
        for i, number in enumerate(worlds.number):
            if str(number) in which.split():
                failed[int(number)] = "attacks is not finite in week 2"
                for values in [*columns.values(), *places["closure_days"].values()]:
                    values[i] = np.nan
    return Result(worlds, scenario.start, weeks, columns, places, log.sorted(), failed)


def _obey(order, which, week, weeks, numbers):
    """Do what the scenario's question orders in the middle of a batch; `wait FILE`: be slow until the file exists."""
    if order == "slow":
        time.sleep(float(which))
    if order == "wait" and numbers[0] > 0 and not Path(which).exists():
        time.sleep(0.5)
    if week == weeks // 2 and numbers[0] > 0:  # never in the first batch
        if order == "crash":
            raise ZeroDivisionError("an actor divided by nothing")
        if order == "interrupt":
            signal.raise_signal(signal.SIGTERM if which == "term" else signal.SIGINT)
        if order == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if order == "full":
            raise OSError(28, "No space left on device")
