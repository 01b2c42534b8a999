"""Gates, closures and trucks."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from regionsim.model.places.crossing import Gates
from regionsim.model.places.service import serve
from regionsim.model.region import RegionModel
from regionsim.schema.categories import CROSSINGS, GATE_FLOWS
from tests.model.worlds import small

DAYS = st.floats(0.1, 60.0)
NONE = np.zeros((1, 1))
NO = np.zeros(1, dtype=bool)


def closed_days(*closures: tuple[int, float, float], weeks: int = 20) -> list[float]:
    """Days shut to cargo in each week at one gate; closures are (side, first day, days), given in their weeks."""
    gates = Gates(1)
    where = np.zeros((1, len(CROSSINGS)), dtype=bool)
    where[0, 0] = True
    shut = []
    for week in range(weeks):
        for side, first, days in closures:
            if week * 7 <= first < week * 7 + 7:
                day, length = np.full(where.shape, first - week * 7), np.full(where.shape, days)
                gates.close(where, side, ("cargo",), 7.0 * week, day, length)
        gates.settle(7.0 * week, NONE, NO, NO)
        shut.append(float(gates.closed_share[0, 0, 0]) * 7)
    return shut


@given(side=st.sampled_from([0, 1]), first=st.floats(0, 30), days=DAYS)
def test_a_closure_lasts_its_days_however_they_fall_on_weeks(side: int, first: float, days: float) -> None:
    shut = closed_days((side, first, days))

    assert sum(shut) == np.float64(days) or abs(sum(shut) - days) < 1e-9
    assert all(0 <= each <= 7 for each in shut)


@given(a=st.tuples(st.just(0), st.floats(0, 30), DAYS), b=st.tuples(st.just(1), st.floats(0, 30), DAYS))
def test_closures_by_both_sides_shut_the_gate_for_their_union(
    a: tuple[int, float, float], b: tuple[int, float, float]
) -> None:
    both = sum(closed_days(a, b))
    overlap = max(0.0, min(a[1] + a[2], b[1] + b[2]) - max(a[1], b[1]))

    assert abs(both - (a[2] + b[2] - overlap)) < 1e-9


CLOSURE = st.tuples(st.sampled_from([0, 1]), st.floats(0, 30), DAYS)


@given(a=CLOSURE, b=CLOSURE)
def test_two_closures_are_not_milder_than_one(a: tuple[int, float, float], b: tuple[int, float, float]) -> None:
    two = closed_days(a, b)

    for single in (closed_days(a), closed_days(b)):
        assert all(x >= y - 1e-12 for x, y in zip(two, single, strict=True))


def test_a_gate_shut_to_goods_may_be_open_to_returnees() -> None:
    gates = Gates(2)
    where = np.zeros((2, len(CROSSINGS)), dtype=bool)
    where[1, 2] = True
    gates.close(where, 0, ("cargo",), 0.0, np.zeros(where.shape), np.full(where.shape, 7.0))
    gates.settle(0.0, NONE, np.zeros(2, dtype=bool), np.zeros(2, dtype=bool))

    assert gates.closed_share[1, 2].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert gates.closed_share[0].sum() == 0.0
    assert len(GATE_FLOWS) == 4


def test_a_full_closure_means_zero_legal_cargo() -> None:
    scenario = small(
        "status_quo", "shocks=[{kind: border_closure, crossing: all, on: 2025-09-01, for: 6 weeks, by: both}]"
    )
    model = RegionModel(scenario, worlds=8)
    for week in range(10):
        model.step()
        if 2 <= week < 8:
            assert model.torkham.closed.all()
            assert (model.trade.delivered == 0).all()
            assert (model.gates.queue.sum(axis=(1, 2)) > 0).all()
    assert (model.trade.delivered.sum(axis=(1, 2)) > 0).all()


@given(data=st.data())
def test_trucks_are_whole_and_none_is_lost(data: st.DataObject) -> None:
    shape = (3, 2, 3)
    numbers = st.floats(0, 5000)
    demand = np.array(data.draw(st.lists(numbers, min_size=18, max_size=18))).reshape(shape)
    queue = np.array(data.draw(st.lists(st.integers(0, 9000), min_size=18, max_size=18))).reshape(shape)
    capacity = np.array(data.draw(st.lists(st.floats(0, 9000), min_size=6, max_size=6))).reshape(3, 2)
    u = np.full(shape, data.draw(st.floats(0.0, 1.0, exclude_max=True)))
    before, arrived, cleared = queue.copy(), np.zeros_like(queue), np.zeros_like(queue)
    held = np.full((3, 2), np.nan)
    serve(queue, demand, u, capacity, np.full((3, 2), 4000.0), arrived, cleared, held)

    assert ((held >= 0.0) & (held <= 1.0)).all()
    assert (abs(arrived - demand * (1.0 - held)[:, :, np.newaxis]) <= 1.0).all()
    assert np.array_equal(queue, before + arrived - cleared)
    assert (queue >= 0).all()
    assert (arrived >= 0).all()
    assert (arrived <= np.ceil(demand)).all()
    total = (before + arrived).sum(axis=2)
    assert np.array_equal(cleared.sum(axis=2), np.minimum(np.floor(capacity), total))


def test_a_rupture_ends_only_when_both_sides_are_ready_and_opens_nothing_it_did_not_shut() -> None:
    sets = "shocks=[{kind: border_closure, crossing: torkham, on: 2025-08-18, for: 50 weeks, by: pakistan}]"
    model = RegionModel(small("status_quo", sets, end="2026-08-01"), worlds=60)
    model.border.rupture[:] = True
    ended = np.zeros(60, dtype=bool)
    for _ in range(model.weeks):
        before = model.border.rupture.copy()
        model.step()
        assert (model.gates.closed_share[model.border.rupture, :, :2] == 1.0).all()
        assert not model.border.willing[~before].any()
        assert model.torkham.closed.all()
        ended |= before & ~model.border.rupture

    assert ended.sum() > 20
    log = model.log.sorted()
    assert (log.kind == "rupture_end").sum() >= ended.sum()
    assert not ((log.kind == "reopening") & (log.place == "torkham")).any()


def test_a_closure_reopens_once_on_its_day() -> None:
    gates = Gates(1)
    where = np.zeros((1, len(CROSSINGS)), dtype=bool)
    where[0, 1] = True
    gates.close(where, 0, ("cargo",), 0.0, np.full(where.shape, 2.0), np.full(where.shape, 12.0))
    seen = []
    for week in range(6):
        gates.settle(7.0 * week, NONE, NO, NO)
        seen.append((bool(gates.reopened[0, 1]), float(gates.reopening_day[0, 1])))

    assert [again for again, _ in seen] == [False, False, True, False, False, False]
    assert seen[2][1] == 0.0
