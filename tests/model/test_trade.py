"""Trade: duties by class, rival routes that fill up, and growth limited by the market."""

from pathlib import Path

import numpy as np
import pytest

from regionsim.model.processes import ceilings, tariffs
from regionsim.model.region import RegionModel
from regionsim.scenario import Scenario
from regionsim.schema.categories import GOODS, INFORMAL, IRAN, TRADE_KINDS

from .worlds import outcome, small

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


def test_what_rivals_cannot_carry_does_not_reappear_and_their_gates_widen() -> None:
    model = RegionModel(small(), worlds=6)
    model.run()
    t = model.trade
    t.shipped[:, :, :, IRAN:] *= 100.0
    passing = t.shipped[:, :, :, :IRAN].copy()

    ceilings.rivals(model)

    carried = t.shipped[:, :, :, IRAN:].sum(axis=(1, 2))
    years = model.streams.week / ceilings.WEEKS_PER_YEAR
    room = model.p["trade.rivals_headroom"] * np.exp(model.p["trade.rivals_growth"] * years)
    assert np.allclose(carried, t.rivals_initial * room[:, np.newaxis])
    assert np.array_equal(t.shipped[:, :, :, :IRAN], passing)
    assert (t.openness[:, IRAN:] < 1.0).all()


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
    alone = "parameters.border.rupture_chance_per_year=0"
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
