"""The toy model with a lever and known shares, for tests of expectations.

`attacks` of a world is 100 u, u uniform by world, so that `attacks > 10` is true in 90% of worlds. `trade_volume` is 3
plus the intensity of trade_facilitation, and 3 minus it in a quarter of the worlds where the question says `mixed`.
"""

import numpy as np

from regionsim.model.random import draw_uniform
from regionsim.runs import Engine
from tests.toys import toy
from tests.toys.toy import rows

LEVERED = Engine(worlds="tests.toys.levered:rows", play="tests.toys.levered:play")


def play(scenario, worlds, *, record_all=False, on_week=None):
    """Play the toy, with known columns."""
    result = toy.play(scenario, worlds, record_all=record_all, on_week=on_week)
    u = draw_uniform(0, worlds.number, "levered.attacks")
    result.columns["attacks"][:] = 100.0 * u[:, None]
    pulled = scenario.levers.get("trade_facilitation")
    way = np.where(worlds.number % 4 == 0, -1.0, 1.0) if scenario.question == "mixed" else np.ones(len(worlds))
    result.columns["trade_volume"][:] = (3.0 + way * (pulled.intensity if pulled else 0.0))[:, None]
    if record_all:
        result.columns["relations"] = np.full_like(result.columns["attacks"], 0.5)
        del result.columns["morale"]
    for number in result.failed:
        for column in result.columns.values():
            column[worlds.number == number] = np.nan
    return result


__all__ = ["LEVERED", "play", "rows"]
