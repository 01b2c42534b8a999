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
NO = np.zeros((1, len(CROSSINGS), len(GATE_FLOWS)), dtype=bool)


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
        gates.settle(7.0 * week, NONE, NO)
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
    gates.settle(0.0, NONE, np.repeat(NO, 2, axis=0))

    assert gates.closed_share[1, 2].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert gates.closed_share[0].sum() == 0.0
    assert len(GATE_FLOWS) == 4


def test_a_full_closure_means_zero_legal_cargo() -> None:
    scenario = small(
        "status_quo",
        "shocks=[{kind: border_closure, crossing: all, on: 2025-09-01, for: 6 weeks, by: both}]",
        "parameters.border.rupture_chance_per_year=0",
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
        gates.settle(7.0 * week, NONE, NO)
        seen.append((bool(gates.reopened[0, 1]), float(gates.reopening_day[0, 1])))

    assert [again for again, _ in seen] == [False, False, True, False, False, False]
    assert seen[2][1] == 0.0


def in_rupture(worlds: int = 80, **fixed: float) -> RegionModel:
    """A year of worlds whose gates are shut by a rupture from the first week on; parameters by `border.` name."""
    sets = [f"parameters.border.{name}={value}" for name, value in fixed.items()]
    model = RegionModel(small("status_quo", *sets, end="2026-08-01"), worlds=worlds)
    model.border.rupture[:] = True
    model.border.shut[:] = True
    return model


def test_a_rupture_opens_gate_by_gate_for_people_first_and_large_gates_before_small_ones() -> None:
    model = in_rupture()
    waited = np.full(model.border.shut.shape, np.nan)
    for week in range(model.weeks):
        model.step()
        shut = model.border.shut
        # goods never pass where travellers do not, nor travellers where returnees do not, or before the agreement
        assert not (~shut[:, :, 0] & shut[:, :, 1]).any()
        assert not (~shut[:, :, 1] & shut[:, :, 2]).any()
        assert shut[model.border.rupture, :, :2].all()
        waited = np.where(np.isnan(waited) & ~shut, week, waited)
    both = ~np.isnan(waited).any(axis=(1, 2))

    assert both.sum() > 15
    goods, people = waited[both][:, :, 0], waited[both][:, :, 2]
    assert np.median(people) < 0.5 * np.median(goods)
    assert goods[:, :2].mean() < goods[:, 2:].mean() - 2.0
    assert (goods.max(axis=1) > goods.min(axis=1)).mean() > 0.8  # not all gates at once


def test_with_chances_of_one_all_gates_open_in_the_week_of_the_agreement_and_people_pass_from_the_second() -> None:
    certain = {"rupture_people_opening": 1.0, "rupture_large_gate_opening": 1.0, "rupture_small_gate_opening": 1.0}
    model = in_rupture(**certain)
    for _ in range(model.weeks):
        model.step()
        shut = model.border.shut
        assert (shut[:, :, :2] == model.border.rupture[:, np.newaxis, np.newaxis]).all()
        again = model.border.rupture_weeks != 0.0  # not the first week of another rupture
        assert not shut[again, :, 2:].any()

    assert not model.border.rupture.all()


def test_a_rupture_is_likelier_on_the_top_rungs_by_one_reading_and_as_frequent_by_both() -> None:
    ladder = RegionModel(small("status_quo", "parameters.structure.rupture_hazard=1"), worlds=4)
    constant = RegionModel(small("status_quo", "parameters.structure.rupture_hazard=0"), worlds=4)
    p = ladder.p
    share = np.array([1.0, 0.0, 0.0, 0.0])
    for k, (rung, above) in enumerate([("normal", "tension"), ("tension", "clash"), ("clash", "war")]):
        share[k + 1] = share[k] * p[f"relations.up_from_{rung}"][0] / p[f"relations.down_from_{above}"][0]
    share /= share.sum()

    assert (np.diff(ladder.border.rupture_hazard[0]) > 0.0).all()
    assert (constant.border.rupture_hazard == constant.border.rupture_hazard[:, :1]).all()
    assert np.allclose(ladder.border.rupture_hazard[0] @ share, constant.border.rupture_hazard[0, 0])
    in_a_year = 1.0 - (1.0 - constant.border.rupture_hazard[:, 0]) ** (365.25 / 7.0)
    assert np.allclose(in_a_year, p["border.rupture_chance_per_year"], rtol=0.01)


def first_ruptures(chance: float, worlds: list[int]) -> np.ndarray:
    """Week in which the first rupture begins in these worlds, 999 where none does."""
    scenario = small("status_quo", f"parameters.border.rupture_chance_per_year={chance}", end="2026-08-01")
    log = RegionModel(scenario, worlds=worlds).run().log.sorted()
    weeks = log.week[log.kind == "rupture"], log.world[log.kind == "rupture"]
    return np.array([min(weeks[0][weeks[1] == world], default=999) for world in worlds])


def test_a_higher_chance_only_brings_ruptures_forward_and_a_world_alone_has_the_same() -> None:
    worlds = list(range(40))
    none, rare, often = (first_ruptures(chance, worlds) for chance in (0.0, 0.3, 0.8))

    assert (none == 999).all()
    assert (often <= rare).all()
    assert (often < rare).sum() > 8
    hit = int(np.flatnonzero(often < 999)[0])
    assert first_ruptures(0.8, [hit]) == often[hit]
