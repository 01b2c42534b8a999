"""Nothing appears or vanishes: people, trucks and fighters, in every world and every week."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from regionsim.model.populations import households
from regionsim.model.region import RegionModel
from regionsim.schema.categories import ARRIVAL, BIRTH, DEPORTATION, ONWARD, REMIGRATION, RETURN
from tests.model.worlds import small

LEVERS = (
    "levers.forced_repatriation={from: 2025-09-01}",
    "levers.joint_border_management={from: 2025-09-15}",
    "levers.cross_border_strikes={from: 2025-10-01}",
)


@settings(max_examples=12)
@given(
    seed=st.integers(0, 2**63 - 1),
    name=st.sampled_from(["status_quo", "trade_push", "torkham_closure", "ttp_surge", "forced_repatriation"]),
    levers=st.lists(st.sampled_from(LEVERS), unique=True),
)
def test_stocks_change_by_flows_and_nothing_else(seed: int, name: str, levers: list[str]) -> None:
    model = RegionModel(small(name, *levers, end="2025-12-01", seed=seed), worlds=3)
    people, gates, groups = model.people, model.gates, model.groups
    for _ in range(model.weeks):
        stock, movers = people.households.stock.copy(), people.households.movers.copy()
        persons, gone = people.households.persons.copy(), people.households.cell == households.ELSEWHERE
        queue, fighters = gates.queue.copy(), groups.fighters.copy()
        model.step()
        moved = people.moved
        leaving = moved[:, :, RETURN] + moved[:, :, DEPORTATION] + moved[:, :, ONWARD]
        coming = moved[:, :, ARRIVAL] + moved[:, :, REMIGRATION]

        by_status = people.households.stock.sum(axis=-1) - stock.sum(axis=-1)
        assert np.array_equal(by_status, coming + moved[:, :, BIRTH] - leaving)
        left = people.households.left.sum(axis=-1)
        assert np.array_equal(left, moved[:, :, RETURN] + moved[:, :, DEPORTATION])
        returned = people.households.movers - movers
        assert np.array_equal(returned[:, 0], -moved[:, :, ARRIVAL].sum(axis=1))
        back = (moved[:, :, RETURN] + moved[:, :, DEPORTATION] - moved[:, :, REMIGRATION]).sum(axis=1)
        assert np.array_equal(returned[:, 1], back)
        assert np.array_equal(people.crossed.sum(axis=1), moved[:, :, [RETURN, DEPORTATION]].sum(axis=(1, 2)))
        born = people.households.persons - persons
        assert np.array_equal(born.sum(axis=1), moved[:, :, BIRTH].sum(axis=1))
        assert (born[gone] == 0).all()
        recount, movers_recount = np.zeros_like(stock), np.zeros_like(movers)
        households.count_stock(people.households.cell, people.households.persons, recount, movers_recount)
        assert np.array_equal(recount, people.households.stock)
        assert np.array_equal(movers_recount, people.households.movers)

        assert np.array_equal(gates.queue - queue, model.trade.arrived - model.trade.cleared - model.trade.turned)
        assert (gates.queue >= 0).all()
        ledger = fighters + groups.recruited - groups.killed + groups.defected
        assert np.array_equal(groups.fighters, ledger)
        assert (groups.fighters > 0).all()
        assert np.allclose(groups.defected.sum(axis=1), 0.0, atol=1e-9)


@settings(max_examples=15)
@given(seed=st.integers(0, 2**63 - 1))
def test_no_indicator_leaves_what_is_possible(seed: int) -> None:
    model = RegionModel(small("ttp_surge", end="2026-03-01", seed=seed), worlds=4)
    model.run()
    columns = model.recorder.columns()

    for name, values in columns.items():
        assert np.isfinite(values).all(), name
        if name != "trade_diverted":  # net of what would go there anyway
            assert (values >= 0).all(), name
    for name in ("trust_pakistan", "trust_afghanistan", "poverty_rate_border"):
        assert (columns[name] <= 1).all(), name
    for name in (n for n in columns if n.endswith("_index")):
        assert (columns[name] <= 100).all(), name
    assert set(np.unique(columns["escalation"])) <= {0.0, 1.0, 2.0, 3.0}
    assert (columns["deportations"] <= columns["returns"]).all()
    assert (columns["closure_days"] <= 5 * 364).all()
    volume = columns["trade_bilateral"] + columns["trade_transit"]
    assert np.allclose(columns["trade_volume"], volume, rtol=1e-6)
