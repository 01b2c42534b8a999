"""A toy with a known answer: what levers add to trade in each world, and the bonus of two together.

Effects grow over the horizon from 0 to their full size in the last week: route_security 2, trade_facilitation 1, both
together 4 more, times a world's own size. A closure at Torkham takes 3 from trade and adds 10 to days shut. Levers
unknown to the toy do nothing.
"""

import numpy as np

from regionsim.model.events import EventLog
from regionsim.model.random import Streams
from regionsim.runs import Engine
from tests.toys.toy import CROSSINGS, Result, rows

LEVER_TOY = Engine(worlds="tests.toys.toy:rows", play="tests.toys.lever_toy:play")
ALONE = {"route_security": 2.0, "trade_facilitation": 1.0}
JOINT, CLOSURE, DAYS = 4.0, -3.0, 10.0

__all__ = ["ALONE", "CLOSURE", "DAYS", "JOINT", "LEVER_TOY", "play", "rows"]


def play(scenario, worlds, *, record_all=False, on_week=None):
    streams = Streams(scenario.seed, worlds.replicate)
    count, weeks = len(worlds), scenario.weeks
    pulled = {name: setting.intensity for name, setting in scenario.levers.items()}
    gain = sum(size * pulled.get(name, 0.0) for name, size in ALONE.items())
    gain += JOINT * pulled.get("route_security", 0.0) * pulled.get("trade_facilitation", 0.0)
    shut = any(getattr(shock, "crossing", "") == "torkham" for shock in (*scenario.shocks, *scenario.history))
    gain += CLOSURE * shut
    size = worlds.parameters["toy.rate"]
    columns = {name: np.empty((count, weeks), dtype=np.float32) for name in ("trade_volume", "attacks", "closure_days")}
    places = {"closure_days": {place: np.zeros((count, weeks), dtype=np.float32) for place in CROSSINGS}}
    for week in range(weeks):
        streams.week = week
        share = (week + 1) / weeks
        columns["trade_volume"][:, week] = 10.0 + streams.normal("trade") + share * gain * size
        columns["attacks"][:, week] = streams.poisson("attacks", 900.0)
        columns["closure_days"][:, week] = streams.exponential("closure", 4.0) + DAYS * shut
        places["closure_days"]["torkham"][:, week] = columns["closure_days"][:, week]
        if on_week is not None:
            on_week(week)
    log = EventLog(worlds.number)
    return Result(worlds, scenario.start, weeks, columns, places, log.sorted(), {})
