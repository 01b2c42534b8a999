"""The toy with levers, and what a brief must not miss: harm to civilians under a good headline, values beyond the
record, events to report, hostile text.

A lever at full intensity adds 400 deportations a year to 1,000; two-way trade is half of all trade, so always above any
year observed.
"""

import numpy as np

from regionsim.model.events import EventLog
from regionsim.model.random import Streams
from regionsim.runs import Engine
from tests.toys import lever_toy
from tests.toys.lever_toy import rows
from tests.toys.toy import Result, toy_scenario

BRIEF_TOY = Engine(worlds="tests.toys.brief_toy:rows", play="tests.toys.brief_toy:play")
HARM = 400.0

__all__ = ["BRIEF_TOY", "FROM", "HARM", "MORE", "NASTY", "play", "rows", "scenarios"]


NASTY = "<script>alert(1)</script>\"'&<img src=x onerror=alert(2)>"
FROM = {"from": "2025-08-25"}
MORE = {"end": "2026-03-01", "baseline": "base"}


def scenarios():
    """A baseline and two scenarios: one with a lever and hostile text, one with two levers, a shock, a parameter."""
    base = toy_scenario(30, name="base", **MORE | {"title": "Where we stand"})
    push = toy_scenario(
        30, name="push", question=NASTY,
        levers={"trade_facilitation": FROM | {"intensity": 1.0, "ramp": "4 weeks"}},
        expect=[
            {"name": NASTY, "that": "trade_volume@2026-02 > baseline", "in": ">= 60% of pairs"},
            {"name": "never so much", "that": "trade_volume@2026-02 > 99", "in": ">= 90% of worlds"},
            {"name": "known", "that": "trade_volume@2026-02 > 99", "in": ">= 90% of worlds", "known": "contradicted",
             "reason": NASTY},
            {"name": "needs more", "that": "trade_volume@2026-02 rises with trade_facilitation",
             "in": ">= 60% of worlds"},
        ],
        **MORE | {"title": f"Push {NASTY}"},
    )  # fmt: skip
    both = toy_scenario(
        30, name="both",
        levers={lever: FROM | {"intensity": 0.5} for lever in ("trade_facilitation", "route_security")},
        shocks=[{"id": "shut", "kind": "border_closure", "on": "2025-09-01", "for": "400 days", "crossing": "torkham",
                 "by": "both"}],
        parameters={"trade.potential": 12.0},
        **MORE | {"title": "Both, and a closure"},
    )  # fmt: skip
    return base, push, both


def play(scenario, worlds, *, record_all=False, on_week=None):
    made = lever_toy.play(scenario, worlds, record_all=record_all, on_week=on_week)
    streams = Streams(scenario.seed, worlds.replicate)
    count, weeks = len(worlds), scenario.weeks
    harm = HARM * sum(setting.intensity for setting in scenario.levers.values())
    noise = np.empty((count, weeks), dtype=np.float32)
    log = EventLog(worlds.number)
    for week in range(weeks):
        streams.week = week
        noise[:, week] = streams.normal("harm")
        shut = streams.bernoulli("close", 0.2)
        log.add(shut, week, ("closure", "torkham", "pakistan", "clash"), streams.uniform("day") * 7, 5.0 + 0.0 * harm)
        log.add(shut, week, ("strike", "border", "pakistan_army", "threat"), streams.uniform("day") * 7, 3.0)
    columns = made.columns | {"trade_bilateral": made.columns["trade_volume"] / 2}
    columns["deportations"] = (1000.0 + harm + noise).astype(np.float32)
    return Result(worlds, scenario.start, weeks, columns, made.places, log.sorted(), {})
