"""What the organs choose, and what moves their choices."""

import numpy as np

from regionsim.model.processes import diplomacy
from regionsim.model.region import RegionModel
from regionsim.model.worlds import plain_worlds
from tests.model.worlds import small


def played(weeks: int, worlds: int = 300, **parameters: float) -> RegionModel:
    scenario = small(end="2030-08-18")
    table = plain_worlds(scenario, range(worlds))
    for name, value in parameters.items():
        table.parameters[name.replace("__", ".")][:] = value
    w = RegionModel(scenario, table)
    for _ in range(weeks):
        w.step()
    return w


def test_incidents_break_off_talks_until_they_are_past() -> None:
    calm, hot = RegionModel(small(), 2000), RegionModel(small(), 2000)
    for w, incidents in ((calm, 0.0), (hot, 3.0)):
        w.week = w.streams.week = 0
        w.diplomacy.incidents = np.full(2000, incidents)
        w.government.decide()
        w.taliban.decide()

    assert (diplomacy.interruption(hot) > diplomacy.interruption(calm)).all()
    for organ in ("government", "taliban"):
        held, kept = (getattr(w, organ).talks for w in (hot, calm))
        assert not (held & ~kept).any()
        assert held.sum() < kept.sum()


def test_incidents_at_their_usual_rate_neither_help_nor_hurt_talks() -> None:
    w = played(0)

    assert np.allclose(diplomacy.interruption(w), 0.0)
    # a long play at the start's rates stays about there: the mean over worlds is near what is usual
    w = played(40)
    assert abs(w.diplomacy.incidents.mean() / diplomacy.usual_incidents(w).mean() - 1.0) < 0.35


def test_accusations_are_recorded_over_the_year() -> None:
    w = played(60, worlds=20)

    assert np.array_equal([w.world(k)["accusations"] for k in range(20)], w.trailing.total["accusations"])
    assert w.trailing.total["accusations"].max() > 1.0
