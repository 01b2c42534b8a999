"""A toy in which strikes kill in the middle of the horizon and no more at its end, and one world in 40 carries a mean.

Deaths by strikes are a sum over the trailing year: where a scenario has a strike, 300 die in ten weeks from the
40th. In every fortieth world trade grows enormously under a lever, in all others it falls slightly.
"""

import numpy as np

from regionsim.model.events import EventLog
from regionsim.model.random import Streams
from regionsim.runs import Engine
from tests.toys.toy import Result, rows

HARM_TOY = Engine(worlds="tests.toys.harm_toy:rows", play="tests.toys.harm_toy:play")
KILLED, GAIN, LOSS = 300.0, 1e5, 0.5
WEEKS = set(range(40, 50))

__all__ = ["GAIN", "HARM_TOY", "KILLED", "LOSS", "play", "rows"]


def play(scenario, worlds, *, record_all=False, on_week=None):
    streams = Streams(scenario.seed, worlds.replicate)
    count, weeks = len(worlds), scenario.weeks
    struck = any(shock.kind == "airstrike" for shock in scenario.shocks)
    pulled = bool(scenario.levers)
    names = ("trade_volume", "attacks", "strike_deaths", "deportations")
    columns = {name: np.empty((count, weeks), dtype=np.float32) for name in names}
    rare = worlds.number % 40 == 0
    for week in range(weeks):
        streams.week = week
        killed = KILLED / len(WEEKS) * len(WEEKS & set(range(week - 51, week + 1)))
        columns["trade_volume"][:, week] = 10.0 + streams.normal("trade")
        columns["trade_volume"][:, week] += pulled * np.where(rare, GAIN, -LOSS)
        columns["attacks"][:, week] = streams.poisson("attacks", 900.0)
        columns["strike_deaths"][:, week] = struck * killed
        columns["deportations"][:, week] = 1000.0 + streams.normal("deported")
    return Result(worlds, scenario.start, weeks, columns, {}, EventLog(worlds.number).sorted(), {})
