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
        w.diplomacy.incidents.felt = np.full(2000, incidents)
        w.government.speak(np.zeros(2000))
        w.taliban.speak(np.zeros(2000))

    assert (diplomacy.interruption(hot) > diplomacy.interruption(calm)).all()
    for organ in ("government", "taliban"):
        talks_hot, talks_calm = (getattr(w, organ).talks for w in (hot, calm))
        assert not (talks_hot & ~talks_calm).any()
        assert talks_hot.sum() < talks_calm.sum()


def test_incidents_at_their_usual_rate_neither_help_nor_hurt_talks() -> None:
    w = played(0)

    assert np.allclose(diplomacy.interruption(w), 0.0)
    # a long simulation at the start's rates stays near the usual in the mean over worlds
    w = played(40)
    assert abs(w.diplomacy.incidents.felt.mean() / w.diplomacy.incidents.usual.mean() - 1.0) < 0.35


def test_accusations_are_recorded_over_the_year() -> None:
    w = played(60, worlds=20)

    assert np.array_equal([w.world(k)["accusations"] for k in range(20)], w.trailing.total["accusations"])
    assert w.trailing.total["accusations"].max() > 1.0


def test_the_economic_bloc_seeks_talks_where_trade_has_fallen() -> None:
    usual, poor = RegionModel(small(), 3000), RegionModel(small(), 3000)
    poor.trade_initial = poor.trade_initial * 3.0
    for w in (usual, poor):
        w.week = w.streams.week = 0
        w.taliban.decide()
        w.taliban.speak(np.zeros(3000))

    assert not (usual.taliban.talks & ~poor.taliban.talks).any()
    assert poor.taliban.talks.sum() > usual.taliban.talks.sum()
    assert (usual.taliban.curbs == poor.taliban.curbs).all()


def test_the_haqqanis_broker_whatever_the_mood_of_kandahar() -> None:
    brokered = []
    for haqqani in (1e-9, 1.0):
        scenario = small()
        table = plain_worlds(scenario, range(4000))
        table.parameters["politics.bloc_haqqani"][:] = haqqani
        for bloc in ("kandahar", "economic"):
            table.parameters[f"politics.bloc_{bloc}"][:] = 1e-9 if haqqani == 1.0 else 0.5
        table.parameters["security.truces_per_year"][:] = 4.0
        w = RegionModel(scenario, table)
        w.week = w.streams.week = 0
        w.shocks.set_week(0)
        w.taliban.suspicion = np.full(4000, 2.0)
        w.taliban.decide()
        brokered.append(w.taliban.brokers)

    assert not (brokered[0] & ~brokered[1]).any()
    assert brokered[1].sum() > brokered[0].sum()
