"""Trade: duties by class, rival routes that fill up, and growth limited by the market."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from regionsim.model.processes import ceilings, rivals, tariffs
from regionsim.model.region import RegionModel
from regionsim.scenario import Scenario
from regionsim.schema.categories import GOODS, INFORMAL, IRAN, TRADE_KINDS
from regionsim.schema.units import WEEKS_PER_YEAR

from .worlds import NO_RUPTURES, outcome, small

WORLDS = range(8)


def volume(*sets: str, name: str = "status_quo", column: str = "trade_bilateral") -> np.ndarray:
    return outcome(small(name, *sets, end="2027-06-01"), WORLDS).columns[column][:, -1]


def test_a_duty_matters_to_its_own_class_and_direction_alone() -> None:
    model = RegionModel(small("trade_push", "parameters.trade.duty_import_perishable=0"), worlds=4)
    model.policy._knobs = {**model.policy._knobs, "trade_fees": np.full(4, 0.5)}

    fees = tariffs.fees(model)

    assert (fees[:, TRADE_KINDS.index("import"), GOODS.index("perishable")] == 0.0).all()
    assert (fees[:, TRADE_KINDS.index("transit")] == 0.0).all()
    others = np.delete(fees[:, :2].reshape(4, -1), len(GOODS) + GOODS.index("perishable"), axis=1)
    assert (others < 0.0).all()


def test_cutting_fees_is_worth_more_where_duties_are_high() -> None:
    high = [f"parameters.trade.duty_{kind}_{goods}=0.3" for kind in TRADE_KINDS[:2] for goods in GOODS]
    low = [duty.replace("0.3", "0.02") for duty in high]
    gain = {}
    for label, duties in (("high", high), ("low", low)):
        gain[label] = volume(*duties, name="trade_push") / volume(*duties)

    assert np.median(gain["high"]) > np.median(gain["low"]) + 0.02


@pytest.mark.parametrize("growth", [1.0, 2.0, 50.0])
def test_growth_nears_the_ceiling_and_losses_pass_untouched(growth: float) -> None:
    model = RegionModel(small(), worlds=6)
    model.run()
    crossings = np.full((6, len(TRADE_KINDS), len(GOODS)), growth)
    crossings[:, :, 0] = 0.5

    held = ceilings.within_means(model, crossings)

    assert (held[:, :, 0] == 0.5).all()
    assert ((held[:, :, 1:] >= 1.0) & (held[:, :, 1:] <= growth)).all()
    t = model.trade
    through = t.shipped[:, 1, 1:, :5].sum(axis=-1)
    added = t.pool[:, 1] * (through * (held[:, 1, 1:] - 1.0)).sum(axis=-1) / t.shipped[:, 1].sum(axis=(-1, -2))
    top = model.p["trade.ceiling_out_of_afghanistan"] * ceilings.USD_BN / ceilings.WEEKS_PER_YEAR
    pool = t.pool[:, 1]
    room = np.maximum(top * pool / t.pool_initial[:, 1] - pool, ceilings.LEAST_ROOM * pool)
    assert (added <= room * (1 + 1e-9)).all()


CONSTANT_SHARE, BUILD_UP = "parameters.structure.rivals=0", "parameters.structure.rivals=1"
SHUT = ("shocks.torkham.crossing=all", "shocks.torkham.on=2025-09-01", NO_RUPTURES)


def _demanded(model: RegionModel) -> np.ndarray:
    t = model.trade
    return np.asarray(t.demand[:, :, np.newaxis] * t.mix / t.mix.sum(axis=-1)[:, np.newaxis])


def test_what_rivals_cannot_carry_does_not_reappear_and_their_gates_widen() -> None:
    model = RegionModel(small("status_quo", CONSTANT_SHARE), worlds=6)
    model.run()
    t = model.trade
    t.shipped[:, :, :, IRAN:] *= 100.0
    passing = t.shipped[:, :, :, :IRAN].copy()

    rivals.carry(model, _demanded(model))

    carried = t.shipped[:, :, :, IRAN:].sum(axis=(1, 2))
    years = model.streams.week / WEEKS_PER_YEAR
    room = model.p["trade.rivals_headroom"] * np.exp(model.p["trade.rivals_growth"] * years)
    assert np.allclose(carried, t.rivals.initial * room[:, np.newaxis])
    assert np.array_equal(t.shipped[:, :, :, :IRAN], passing)
    assert (t.openness[:, IRAN:] < 1.0).all()


def test_rivals_that_build_up_carry_their_usual_goods_and_their_room_which_follows_what_comes() -> None:
    sets = [f"parameters.trade.rivals_{name}" for name in ("headroom=6", "build=2", "years=1")]
    model = RegionModel(small("status_quo", BUILD_UP, *sets), worlds=6)
    model.run()
    t, demanded = model.trade, _demanded(model)
    usual = (demanded.sum(axis=-1)[:, :, np.newaxis] * t.share_initial[:, :, IRAN:]).sum(axis=1)
    t.rivals.room[:] = 0.3 * usual
    goods = demanded[:, :, :, np.newaxis] * t.share_initial[:, :, np.newaxis, IRAN:]
    shares = []
    for _ in range(300):
        t.shipped[:, :, :, IRAN:] = 2.0 * goods
        rivals.carry(model, demanded)
        shares.append(t.shipped[:, :, :, IRAN:].sum(axis=(1, 2)) / usual)

    assert np.allclose(shares[0], 1.3)
    assert all((later >= earlier - 1e-9).all() for earlier, later in itertools.pairwise(shares))
    assert np.allclose(shares[-1], 2.0)
    assert np.allclose(t.rivals.room, 2.0 * usual, rtol=0.05)


def test_the_constant_share_knows_no_room() -> None:
    few, many = (
        outcome(small("torkham_closure", *SHUT, CONSTANT_SHARE, f"parameters.trade.rivals_ready={ready}"), WORLDS)
        for ready in (0, 2)
    )

    assert few.columns["trade_diverted"].tobytes() == many.columns["trade_diverted"].tobytes()


def test_orders_held_back_wait_and_are_shipped_cancelled_or_still_waiting() -> None:
    model = RegionModel(small("torkham_closure", *SHUT, "shocks.torkham.for=8 weeks", end="2026-03-01"), worlds=10)
    o = model.trade.orders
    peak = np.zeros(10)
    for _ in range(model.weeks):
        before = o.waiting.copy()
        model.step()
        assert np.allclose(o.waiting, before - o.released - o.cancelled + o.held, atol=1e-12)
        assert min(o.waiting.min(), o.released.min(), o.cancelled.min(), o.held.min()) >= 0.0
        assert (o.waiting[:, :, GOODS.index("perishable")] == 0.0).all()
        peak = np.maximum(peak, o.waiting.sum(axis=(1, 2, 3)))

    usual = model.trade.current.sum(axis=1)
    assert (peak > 0.2 * usual).all()
    assert np.median(peak / usual) > 1.0
    assert np.median(o.waiting.sum(axis=(1, 2, 3)) / peak) < 0.5


def test_trade_rebounds_after_a_closure_where_orders_wait() -> None:
    trade = {}
    for pace in (0, 0.25):
        sets = (*SHUT, "shocks.torkham.for=8 weeks", f"parameters.trade.orders_pace={pace}")
        model = RegionModel(small("torkham_closure", *sets, end="2026-03-01"), worlds=20)
        seen = []
        for _ in range(model.weeks):
            model.step()
            seen.append(model.trade.delivered[:, :, :2].sum(axis=(1, 2)))
        trade[pace] = np.array(seen)

    assert np.array_equal(trade[0][:10], trade[0.25][:10])
    assert np.median(trade[0.25][12:16].sum(axis=0) / trade[0][12:16].sum(axis=0)) > 1.03


def test_relations_end_in_a_long_closure_alone_and_come_back_slowly() -> None:
    ties = ("parameters.trade.relation_weeks=10", "parameters.trade.relation_ends=0.2")
    gone = {}
    for label, weeks, sets in (("short", 8, ties), ("long", 30, ties), ("none", 30, (ties[0], f"{ties[1][:-3]}0"))):
        scenario = small("torkham_closure", *SHUT, f"shocks.torkham.for={weeks} weeks", *sets, end="2027-09-01")
        model = RegionModel(scenario, worlds=10)
        shares = []
        for _ in range(model.weeks):
            model.step()
            own = model.trade.traders
            assert (own.route[own.left > 0] >= INFORMAL).all()
            shares.append((own.left > 0).mean())
        gone[label] = np.array(shares)

    assert gone["short"][:11].max() == 0.0
    assert gone["none"].max() == 0.0
    assert gone["long"][34] > 0.1
    assert 0.3 < gone["long"][60] / gone["long"][34] < 0.95
    assert gone["long"][-1] < gone["long"][60]


def test_goods_that_go_round_feed_no_incomes_and_transit_for_use_has_the_means_of_afghanistan_for_ceiling() -> None:
    model = RegionModel(small(), worlds=6)
    model.run()
    ratio, total = model.trade_ratio, model.trailing.total
    assert (total["round_trips"] > 0.0).all()
    assert (total["round_trips"] < total["transit"]).all()

    for name in ("transit", "round_trips"):
        total[name] = total[name] + 3.0
    assert np.allclose(model.trade_ratio, ratio)

    total["transit"] = total["transit"] + 100.0
    ceiling = model.p["trade.ceiling_into_afghanistan"] * model.economy.import_capacity
    assert np.allclose(ceilings.for_use(model), ceiling - total["exports"])


@pytest.mark.parametrize(
    ("name", "sets"),
    [
        ("status_quo", ("levers.transit_agreement={from: 2025-08-18, until: 2026-03-02, intensity: 1.0}",)),
        ("torkham_closure", ("shocks.torkham.on=2025-09-01", "shocks.torkham.for=26 weeks")),
    ],
    ids=["gained", "lost"],
)
def test_routes_keep_part_of_what_an_event_moved_after_it_is_over(name: str, sets: tuple[str, ...]) -> None:
    moved, usual = RegionModel(small(name, *sets), worlds=30), RegionModel(small("status_quo"), worlds=30)
    at_end, later = _weeks(moved, usual, 28), _weeks(moved, usual, 10)

    assert abs(at_end) > 0.02
    assert later / at_end > 0.2  # after a closure nothing has begun to come back: memories are slow


def _weeks(moved: RegionModel, usual: RegionModel, weeks: int) -> float:
    """Mean gain of Pakistani crossings among transit traders, after this many more weeks."""
    for model in (moved, usual):
        for _ in range(weeks):
            model.step()
    shares = []
    for model in (moved, usual):
        own = model.trade.traders
        through = (own.kind == TRADE_KINDS.index("transit")) & (own.route < INFORMAL)
        shares.append(float((own.weight * through).sum(axis=1).mean() / len(GOODS)))
    return shares[0] - shares[1]


def test_prices_in_afghan_markets_answer_a_closure_and_come_back() -> None:
    shut = ("shocks.torkham.crossing=all", "shocks.torkham.on=2025-10-06", "shocks.torkham.for=8 weeks")
    alone = NO_RUPTURES
    model = RegionModel(small("torkham_closure", *shut, alone, end="2026-12-28"), worlds=20)
    seen = []
    while model.week + 1 < model.weeks:
        model.step()
        seen.append(model.prices.index(model))
    before, during, after = seen[6], seen[15], seen[-1]

    assert np.all(np.abs(before / 100.0 - 1.0) < 0.15)
    assert np.all(during > before)
    assert np.median(after / during) < 0.97


def _shock(tmp_path: Path, fields: str) -> Scenario:
    """The status quo with one shock, as a user would write it."""
    file = tmp_path / "duty.yaml"
    shock = f"  - {{kind: duty_change, on: 2025-12-01, {fields}}}\n"
    file.write_text(f"format: 1\ntitle: Duties\nextends: status_quo\nshocks:\n{shock}", encoding="utf-8")
    return small(str(file), end="2027-06-01")


def test_a_change_of_duties_reaches_the_goods_and_the_way_it_names(tmp_path: Path) -> None:
    model = RegionModel(_shock(tmp_path, "multiple: 3, direction: imports, goods: [perishable, fuel]"), worlds=4)
    model.run()
    model.policy._knobs = {**model.policy._knobs, "trade_fees": np.ones(4)}

    fees = tariffs.fees(model)

    named = (fees > 0.0).all(axis=0)
    assert [(TRADE_KINDS[k], GOODS[g]) for k, g in np.argwhere(named)] == [("import", "perishable"), ("import", "fuel")]
    assert (fees[:, ~named] == 0.0).all()


def test_dearer_goods_move_less_and_duties_as_they_were_change_nothing(tmp_path: Path) -> None:
    usual = outcome(small(end="2027-06-01"), WORLDS).columns["trade_bilateral"]
    same = outcome(_shock(tmp_path, "multiple: 1"), WORLDS).columns["trade_bilateral"]
    dear = outcome(_shock(tmp_path, "multiple: 3"), WORLDS).columns["trade_bilateral"]

    assert same.tobytes() == usual.tobytes()
    assert (dear[:, -1] < usual[:, -1]).all()
