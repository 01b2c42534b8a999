import json
from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import binom, trim_mean

from regionsim.errors import InputError
from regionsim.indicators import INDICATORS
from regionsim.levers import LEVERS
from regionsim.scenario import load
from regionsim.scenario.vocabulary import shipped_scenarios
from regionsim.studies.causes import Column, find_parts
from regionsim.studies.overrides import mixed, players
from regionsim.studies.shapley import orders, shapley, subsets
from regionsim.studies.why import Why, why
from tests.toys.lever_toy import CLOSURE, LEVER_TOY
from tests.toys.toy import toy_scenario

FROM = {"from": "2025-08-18"}
CLOSED = {"kind": "border_closure", "on": "2025-09-01", "for": "4 weeks", "crossing": "torkham", "by": "both"}
BASE = toy_scenario(30, name="base")
BOTH = toy_scenario(
    30,
    name="both",
    levers={
        "route_security": FROM | {"intensity": 1.0},
        "trade_facilitation": FROM | {"intensity": 1.0},
        "transit_agreement": FROM | {"intensity": 1.0},  # the toy does not know it
        "border_fence": FROM | {"intensity": 0.0},
    },
    shocks=[CLOSED],
)


def answered(out, scenario=BOTH, baseline=BASE, **how):
    return why(scenario, baseline, **{"out": out, "engine": LEVER_TOY, "workers": 1} | how)


def middle_rate(found):
    """The mean over the middle 80% of worlds, as all that the toy does is in proportion to the rate."""
    return trim_mean(found.run_of(frozenset()).worlds["toy.rate"].to_numpy(), 0.1)


def parts(found, indicator="trade_volume", kind="part"):
    return {one.override: one for one in found.parts if one.indicator == indicator and one.kind == kind}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return answered(tmp_path_factory.mktemp("why"))


def test_each_override_has_what_the_toy_gives_it(found):
    rate = middle_rate(found)
    trade = parts(found)
    want = {"levers.route_security": 2.0 + 2.0, "levers.trade_facilitation": 1.0 + 2.0}
    want |= {"shocks.border_closure_torkham_2025-09-01": CLOSURE}
    for name, size in want.items():
        assert trade[name].mean == pytest.approx(size * rate, abs=1e-4)
        assert trade[name].low < size * rate < trade[name].high
        assert trade[name].from_orders == 0.0
    total = parts(found, kind="total")["total"]
    assert sum(one.mean for one in trade.values()) == pytest.approx(total.mean, rel=1e-12)
    assert sum(one.share or 0.0 for one in trade.values()) == pytest.approx(1.0)


def test_what_has_no_effect_has_exactly_none(found):
    for name in ("levers.transit_agreement", "levers.border_fence"):
        for one in found.parts:
            if one.override == name:
                assert (one.mean, one.low, one.high, one.zero) == (0.0, 0.0, 0.0, True)
    assert all(one.zero for one in parts(found, "attacks").values())


def test_what_two_do_together_is_named(found):
    column = next(one for one in found.columns if one.indicator == "trade_volume")
    (named,) = found.named(column)
    assert named.override == "levers.route_security x levers.trade_facilitation"
    rate = middle_rate(found)
    assert named.mean == pytest.approx(4.0 * rate, abs=1e-4)


def test_of_overrides_that_add_up_hardly_ever_are_two_said_to_work_together():
    rng, names, columns = np.random.default_rng(4), tuple("abcde"), [Column(str(k), "", "", "") for k in range(6)]
    said = 0
    for _ in range(100):
        effects = {name: rng.normal(size=(60, 6)) for name in names}
        value = {
            chosen: sum((effects[one] for one in chosen), np.zeros((60, 6))) + 0.3 * rng.normal(size=(60, 6))
            for chosen in (*subsets(names), frozenset())
        }
        parts = find_parts(value, dict.fromkeys(names, ""), [], columns)
        said += bool(Why._interactions_held.func(SimpleNamespace(parts=parts, numbers=np.arange(60))))
    assert said <= binom.ppf(0.999, 100, 0.05)  # false alarm of this test: one in a thousand


def test_a_lever_at_zero_costs_no_arm(found):
    assert len(found.players) == 5
    assert found.cost()["arms"] == 2**4


def test_nothing_is_played_twice_and_the_ends_lie_where_run_puts_them(found, monkeypatch):
    from regionsim.runs import run

    monkeypatch.setattr("regionsim.runs.play.play_missing", lambda *_: pytest.fail("played again"))
    assert answered(found.settings.folder).parts == found.parts
    for chosen, scenario in ((frozenset(), BASE), (found.every, BOTH)):
        there = run(scenario, out=found.settings.folder, engine=LEVER_TOY, workers=1)
        assert found.run_of(chosen).path == there.path
    assert found.cost()["to_play"] == 0


def test_the_tables_and_the_picture_are_written(found):
    from regionsim.views.why import draw_why, why_text

    said = json.loads((found.folder / "why.json").read_text())
    assert (said["exact"], said["worlds"], said["arms"]) == (True, 30, 16)
    assert len(said["parts"]) == len(found.parts)
    (picture,) = draw_why(found)
    assert picture.stat().st_size > 10_000
    text = str(why_text(found))
    assert "exactly" in text
    assert "combined bonus" in text


def test_sampled_orders_add_up_too_and_hold_the_answer(tmp_path, found):
    sampled = answered(tmp_path, exact=3, orders=24)
    assert sampled.orders
    assert sampled.cost()["arms_later"] == 10
    exact, trade = parts(found), parts(sampled)
    assert sum(one.mean for one in trade.values()) == pytest.approx(parts(found, kind="total")["total"].mean)
    for name, one in trade.items():
        assert one.low <= exact[name].mean <= one.high
        assert one.zero == exact[name].zero
    assert "levers.route_security x levers.trade_facilitation" in parts(sampled, kind="interaction")


def test_intervals_of_sampled_orders_cover_at_their_rate():
    """Of 200 samples of 8 orders, intervals hold the exact part at least as often as the band of 95% begins.

    The band is the central 99.9% of the binomial distribution. Worlds are equal, so that the sample alone is open.
    """
    names, n = tuple("abcde"), 200
    chance = np.random.default_rng(3)
    value = {some: np.full((2, 1), chance.normal()) for some in subsets(names)}
    exact = {name: float(part.mean()) for name, part in shapley(value, names).items()}
    hits = 0
    for seed in range(n):
        found = find_parts(value, {name: name for name in names}, orders(names, 4, seed), [Column("x", "x", "", "")])
        one = next(part for part in found if part.kind == "part" and part.override == names[seed % 5])
        hits += one.low <= exact[one.override] <= one.high
    assert hits >= binom.ppf(0.0005, n, 0.95), hits


def test_every_kind_of_override_is_a_player_and_all_of_them_make_the_scenario():
    base = toy_scenario(name="base", levers={"border_fence": FROM}, shocks=[CLOSED | {"id": "shut"}])
    other = toy_scenario(
        name="other",
        levers={"border_fence": FROM | {"intensity": 0.5}, "route_security": FROM},
        shocks=[CLOSED | {"id": "shut", "for": "8 weeks"}, CLOSED, CLOSED | {"on": "2025-10-01", "id": "more"}],
        parameters={"trade.potential": 9.0},
        draws="fixed",
    )
    found = [one.path for one in players(base, other)]
    assert found == [
        "levers.border_fence", "levers.route_security", "parameters.trade.potential", "shocks.shut",
        "shocks.border_closure_torkham_2025-09-01", "shocks.more", "draws",
    ]  # fmt: skip
    assert mixed(base, other, frozenset(found)) is other
    assert mixed(base, other, frozenset()) is base
    some = mixed(base, other, frozenset({"shocks.more", "draws"}))
    assert (some.levers, some.draws) == (base.levers, "fixed")
    assert [shock.id for shock in some.shocks] == ["shut", "more"]
    back = [one.path for one in players(other, base)]
    assert set(back) == set(found)
    assert "without" in next(one.words for one in players(other, base) if one.path == "shocks.more")
    rebuilt = mixed(base, other, frozenset(found) - {"draws"}).model_copy(update={"draws": "fixed"})
    assert rebuilt.numbers_key() == other.numbers_key()


def test_events_of_an_observed_timeline_are_players():
    sets = ("start=2024-12-30", "end=2025-05-01")
    base = load("history_2023", sets=sets)
    changes = (
        "timeline={base: observed, remove: [closure_torkham_2025_02_21], "
        "move: {visit_2025_04_19: 2025-03-19}, add: [{id: calm, kind: visit, on: 2025-03-01}]}"
    )
    other = load("history_2023", sets=(*sets, changes))
    found = [one.path for one in players(base, other)]
    assert set(found) == {"timeline.visit_2025_04_19", "timeline.closure_torkham_2025_02_21", "timeline.add.calm"}
    kept = mixed(base, other, frozenset({"timeline.add.calm"}))
    assert {shock.id for shock in kept.history} == {shock.id for shock in base.history} | {"calm"}
    struck = mixed(base, other, frozenset({"timeline.closure_torkham_2025_02_21"}))
    assert {shock.id for shock in base.history} - {shock.id for shock in struck.history} == {
        "closure_torkham_2025_02_21"
    }
    whole = players(load("history_2023", sets=(*sets, "timeline=none")), other)
    assert next(one.path for one in whole) == "timeline"


def test_what_cannot_be_taken_apart_is_refused(tmp_path):
    with pytest.raises(InputError, match="in nothing that affects results"):
        Why(BASE, BASE.model_copy(update={"title": "Other words"}))
    with pytest.raises(InputError, match=r"seed: .*seed"):
        Why(BOTH.model_copy(update={"seed": 3}), BASE)
    with pytest.raises(InputError, match="outside the horizon"):
        answered(tmp_path, at=["2031"])
    with pytest.raises(InputError, match="orders: 3"):
        answered(tmp_path, orders=3)
    assert list(tmp_path.iterdir()) == []


SMALL = ("parameters.size.households=400", "parameters.size.traders=100")
TAKES_YEARS = {"cpec_minerals_gate_closed"}  # roads and mines: no indicator moves within weeks
OTHERS = [name for name in shipped_scenarios() if name not in ("status_quo", "status_quo_2026")]  # they change nothing


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test_parts_add_up_on_every_shipped_scenario(name, tmp_path):
    """Two worlds, to five weeks after the last override begins; of more than four overrides orders are sampled."""
    scenario = load(name)
    how = {"worlds": 2, "out": tmp_path, "workers": 1, "exact": 4, "orders": 4, "indicators": list(INDICATORS)}
    if name.startswith("history_"):
        sets = (*SMALL, "start=2025-02-03", "end=2025-04-28", "expect=null")
        found = why(load(name, sets=sets), load(name, sets=(*sets, "timeline=none")), **how)
    else:
        begins = [one.from_ for one in scenario.levers.values()] + [shock.on for shock in scenario.shocks]
        found = why(name, sets=(*SMALL, f"end={max(begins) + timedelta(weeks=5)}"), **how)
    assert len(found.columns) == len(INDICATORS)
    for column in found.columns:
        total, added = found.of(column)
        scale = max(1.0, max(abs(one.mean) for one in added))
        assert abs(sum(one.mean for one in added) - total.mean) <= 1e-9 * scale
    assert name in TAKES_YEARS or any(not one.zero for one in found.parts)


def test_levers_of_the_toy_exist():
    assert {"route_security", "trade_facilitation", "transit_agreement", "border_fence"} <= set(LEVERS)
