"""The compiled passes over traders and households against plain NumPy."""

import numpy as np
import pytest

from regionsim.evidence import load_evidence
from regionsim.model import maths
from regionsim.model.populations import households as hh
from regionsim.model.processes.trade import _constants, _solve, season
from regionsim.model.random import Streams
from regionsim.model.region import RegionModel
from regionsim.schema.categories import MOVES, STATUSES
from tests.model.worlds import small

W, N, P = 3, 520, 6


def settled(seed: int = 5) -> hh.Households:
    streams = Streams(seed, np.arange(W))
    streams.week = -1
    persons = np.array([[90_001.0, 40_000.0, 30_000.0, 9_999.0]] * W)
    provinces = np.full((W, len(STATUSES), P), 1.0 / P)
    return hh.settle(streams, N, persons, provinces, np.full(W, 50_000.0), np.full(W, 20_000.0), np.full(W, 0.8))


def test_households_add_up_to_the_persons_they_stand_for() -> None:
    h = settled()

    assert h.size == N + N // 2
    assert np.array_equal(h.stock.sum(axis=2), [[90_001, 40_000, 30_000, 9_999]] * W)
    assert np.array_equal(h.movers, [[50_000, 20_000]] * W)
    assert abs(float(h.proneness.mean()) - 1.0) < 0.1


def test_the_thinned_pass_equals_the_same_rule_in_plain_numpy() -> None:
    h, streams = settled(), Streams(5, np.arange(W))
    rng = np.random.default_rng(1)
    leave = rng.uniform(0.01, 0.4, (W, len(STATUSES) * P, 2)).astype(np.float32)
    come = np.full((W, 3), 0.05, dtype=np.float32)
    south, birth = np.full((W, P), 0.3, dtype=np.float32), np.full(W, 0.002, dtype=np.float32)
    moved, crossed = np.zeros((W, len(STATUSES), len(MOVES)), dtype=np.int64), np.zeros((W, 2), dtype=np.int64)
    for week in range(9):
        streams.week = week
        u = streams.uniforms32("households", h.size)
        choice = streams.uniforms("households", h.size)
        cell, persons = h.cell.copy(), h.persons.copy()
        odds = np.zeros((W, 27), dtype=np.float32)
        odds[:, :24] = leave[:, :, 0] + come[:, 2:]
        odds[:, hh.WOULD_BE], odds[:, hh.RETURNED] = come[:, 0], come[:, 1]
        rows = np.arange(W)[:, None]
        o = odds[rows, cell] * h.proneness
        reach = u * (np.float32(1.0) + o)
        goes = reach < o
        inside = cell < hh.WOULD_BE
        onward = come[:, 2:] * h.proneness
        share = leave[rows, np.minimum(cell, 23), 1]
        back = (reach - onward) < (o - onward) * share
        expected = np.where(goes & inside, np.where(reach < onward, hh.ELSEWHERE, hh.RETURNED), cell)
        expected = np.where(goes & ~inside, h.status * P + h.province, expected).astype(np.uint8)
        hh.live(
            streams.key("households"), streams.replicates, week, h.status, h.province, h.cell, h.proneness, h.persons,
            leave, come, south, birth, h.scratch, moved, crossed, h.stock, h.left, h.movers,
        )  # fmt: skip

        assert np.array_equal(h.cell, expected)
        returns = goes & inside & (reach >= onward)
        assert moved[:, :, hh.RETURN].sum() == persons[returns & back].sum()
        assert moved[:, :, hh.DEPORTATION].sum() == persons[returns & ~back].sum()
        assert h.left.sum() == persons[returns].sum()
        assert crossed[:, 1].sum() == persons[returns & (choice < 0.3)].sum()
        turn = np.arange(h.size) % 4 == week % 4
        assert np.array_equal(h.persons != persons, (h.persons > persons) & turn & (h.cell < hh.WOULD_BE))


def test_births_add_up_to_the_rate() -> None:
    h, streams = settled(), Streams(8, np.arange(W))
    moved, crossed = np.zeros((W, len(STATUSES), len(MOVES)), dtype=np.int64), np.zeros((W, 2), dtype=np.int64)
    nothing = np.zeros((W, len(STATUSES) * P, 2), dtype=np.float32)
    born = 0
    for week in range(52):
        hh.live(
            streams.key("households"), streams.replicates, week, h.status, h.province, h.cell, h.proneness, h.persons,
            nothing, np.zeros((W, 3), dtype=np.float32), np.zeros((W, P), dtype=np.float32),
            np.full(W, 0.02 / 52, dtype=np.float32), h.scratch, moved, crossed, h.stock, h.left, h.movers,
        )  # fmt: skip
        born += int(moved[:, :, hh.BIRTH].sum())

    # the sum of 170,000 * 3 persons at 2 percent, rounded by chance: sd below sqrt(count of draws) / 2
    assert born == pytest.approx(3 * 170_000 * 0.0202, abs=5 * np.sqrt(W * N * 13) / 2 + 100)


@pytest.mark.parametrize("habit", [0.0, 0.5, 2.0, 4.0])
def test_route_constants_put_the_starting_shares_at_rest(habit: float) -> None:
    share = np.array([[[0.3, 0.2, 0.05, 0.05, 0.0, 0.1, 0.2, 0.1]]])
    e = maths.exp(_constants(share, np.array([habit])))[0, 0]
    bonus = np.exp(habit)
    flow = np.empty((8, 8))
    for own in range(8):
        weight = e * np.where(np.arange(8) == own, bonus, 1.0)
        flow[own] = weight / weight.sum()

    assert np.allclose(share[0, 0] @ flow, share[0, 0], atol=1e-9)


def test_the_equation_behind_the_constants_is_solved() -> None:
    share = np.array([[[0.7, 0.3]]])
    extra = np.array([[[6.4]]])
    e = _solve(share, extra, np.array([[1.3]]))

    assert np.allclose(e * (1.0 + extra * e), 1.3 * share)


def test_route_shares_stay_at_rest_while_nothing_happens() -> None:
    # no clash, closure or violence, no change of costs: five years on, shares differ by chance only
    quiet = [f"parameters.{name}=0" for name in (
        "border.clashes_per_year", "border.other_closures_per_year", "border.close_after_major_attack",
        "border.blockades_per_year", "border.rupture_chance_per_year",
    )]  # fmt: skip
    scenario = small("status_quo", *quiet, "parameters.trade.reliability_initial=1", end="2030-08-18")
    model = RegionModel(scenario, worlds=60)
    start = model.trade.share_initial.mean(axis=0)
    model.run()
    t = model.trade
    shares = np.zeros((60, *start.shape))
    rows = np.arange(60)[:, None]
    np.add.at(shares, (rows, t.traders.kind, t.traders.route), t.traders.weight)
    shares = shares / shares.sum(axis=2, keepdims=True)
    error = shares.std(axis=0, ddof=1) / np.sqrt(60)

    # queues and violence move costs a little; 24 shares, each within four standard errors and a point
    assert (np.abs(shares.mean(axis=0) - start) < 4 * error + 0.012).all()


def test_traders_ship_all_that_is_demanded() -> None:
    names = ("trade.elasticity_short", "trade.elasticity_long", "trade.trust_effect", "trade.violence_effect")
    still = (f"parameters.{name}=0" for name in (*names, "climate.to_trade_demand"))  # all that is demanded passes
    wide = f"parameters.trade.rivals_headroom={load_evidence().parameters['trade.rivals_headroom'].high}"
    own = ("parameters.structure.rivals=0", "parameters.trade.informal_at_gates=0", "parameters.trade.orders_pace=0")
    model = RegionModel(small("status_quo", *still, wide, *own), worlds=4)
    for _ in range(20):
        model.step()
    t = model.trade
    goods = season(model) * t.mix / t.mix.sum(axis=1)[None, :, None]

    assert np.allclose(t.shipped.sum(axis=3), t.pool[:, :, None] * goods, rtol=1e-5)


def test_each_world_starts_with_the_shares_asked_for() -> None:
    model = RegionModel(small("status_quo", "parameters.size.traders=900"), worlds=20)
    t = model.trade.traders
    shares = np.zeros(model.trade.share_initial.shape)
    of_kind = model.trade.mix[t.kind, t.goods] / model.trade.mix.sum(axis=1)[t.kind]
    np.add.at(shares, (np.arange(20)[:, None], t.kind, t.route), t.weight * of_kind)

    # the cut between two routes falls within one trader in each of the goods: 300 traders a kind, some of them large
    assert np.abs(shares - model.trade.share_initial).max() < 0.03
