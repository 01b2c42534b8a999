"""Starts within the record: the state of the day, and recorded events instead of random ones."""

from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest

from regionsim.errors import InputError
from regionsim.evidence import load_evidence
from regionsim.model.initial_state import initial_state, provenance
from regionsim.model.play import result
from regionsim.model.region import RegionModel
from regionsim.model.worlds import plain_worlds
from regionsim.scenario import Scenario, load
from regionsim.schema.dates import DECLARED, FIRST_START

WORLDS = 12
OWN = {"closure", "strike", "expulsion_order", "truce", "rupture"}


@pytest.fixture(scope="module")
def history() -> Scenario:
    return load("history_2023", sets=["parameters.size.households=400", "parameters.size.traders=100"])


@pytest.fixture(scope="module")
def played(history: Scenario) -> RegionModel:
    return RegionModel(history, WORLDS).run()


def test_the_state_is_that_of_the_series() -> None:
    state = initial_state(date(2023, 1, 2))

    assert state["trade.transit_initial"] == pytest.approx(6.701)
    assert state["violence.attacks_initial"] == pytest.approx(380, rel=0.01)
    assert state["people.acc_initial"] == 880_000
    assert state["border.closure_days_initial_chaman"] == 3 + 8 + 9


def test_the_last_state_meets_the_parameters_and_there_is_none_after() -> None:
    parameters = load_evidence().parameters
    last = initial_state(DECLARED)

    assert last.keys() <= parameters.keys()
    for name, value in last.items():
        assert value == pytest.approx(parameters[name].value, rel=0.11), name


def test_a_start_that_looks_ahead_takes_levels_as_they_were_published_with_their_errors() -> None:
    briefs = provenance(date(2025, 8, 18))
    drawn = plain_worlds(load("status_quo"), range(400)).parameters
    fixed = plain_worlds(load("status_quo", sets=["draws=fixed"]), range(3)).parameters

    assert briefs.keys() == {f"trade.{kind}_initial" for kind in ("export", "import", "transit")} | {
        "violence.attacks_initial", "history.fatalities", "violence.share_baloch"}  # fmt: skip
    assert "to 2025-06-30" in briefs["trade.export_initial"].how
    for name, recorded in briefs.items():
        logs = np.log(drawn[name])
        assert logs.mean() == pytest.approx(np.log(recorded.value), abs=max(0.15 * recorded.error, 1e-9)), name
        assert logs.std() == pytest.approx(recorded.error, rel=0.1, abs=1e-9), name
        assert (fixed[name] == recorded.value).all(), name
    again = plain_worlds(load("status_quo"), [7]).parameters  # a world alone has the same values
    assert all(again[name][0] == drawn[name][7] for name in briefs)


def test_a_start_that_looks_back_reads_figures_of_the_whole_record() -> None:
    assert initial_state(date(2022, 7, 1))["trade.transit_initial"] == pytest.approx(6.701)  # of the year that begins
    assert all(recorded.error == 0.0 for recorded in provenance(date(2025, 6, 30)).values())


@pytest.mark.parametrize("start", [date(2010, 7, 1), FIRST_START - timedelta(days=1)])
def test_a_start_before_the_record_is_refused_with_what_is_missing(start: date) -> None:
    with pytest.raises(InputError, match=r"before the first state of the record.*customs imports.*before July 2014"):
        initial_state(start)


@pytest.mark.parametrize("year", range(2014, 2026))
@pytest.mark.parametrize("month", [1, 4, 7, 10])
def test_every_quarter_has_a_state_in_range(year: int, month: int) -> None:
    start = date(year, month, 1)
    parameters = load_evidence().parameters
    for name, value in initial_state(start).items():
        assert parameters[name].low <= value <= parameters[name].high, name


@pytest.mark.parametrize("start", [date(2014, 1, 1), date(2017, 9, 3), date(2021, 12, 31), date(2024, 5, 5)])
def test_every_part_of_a_state_says_where_it_comes_from(start: date) -> None:
    evidence = load_evidence()
    sources = evidence.series.keys() | evidence.claims.keys() | evidence.documents.keys()

    for name, recorded in provenance(start).items():
        assert recorded.how, name
        assert set(recorded.source.split(", ")) <= sources, name


def test_attacks_are_counted_by_picss_and_joined_where_it_has_no_count() -> None:
    ratio = load_evidence().parameters["history.picss_per_pips_attacks"].value

    assert initial_state(date(2015, 1, 1))["violence.attacks_initial"] == 12 * 134  # its mean month of 2014
    assert initial_state(date(2021, 1, 1))["violence.attacks_initial"] == 188
    assert initial_state(date(2014, 1, 1))["violence.attacks_initial"] == pytest.approx(1723 * ratio)  # PIPS, 2013
    assert provenance(date(2014, 1, 1))["violence.attacks_initial"].how == "joined"
    assert provenance(date(2021, 1, 1))["violence.attacks_initial"].how == "figure"


def test_a_scenario_may_join_the_counts_by_another_factor() -> None:
    plain = load("history_2014")
    fixed = plain.model_copy(update={"parameters": {"history.picss_per_pips_attacks": 1.0}})
    attacks = [plain_worlds(each, range(1)).parameters["violence.attacks_initial"][0] for each in (plain, fixed)]

    assert attacks[1] < attacks[0]
    assert attacks[1] == pytest.approx(1723, rel=0.01)


def test_registration_of_citizen_cards_moves_people_between_statuses_and_adds_none() -> None:
    before, after = (initial_state(day) for day in (date(2017, 6, 30), date(2018, 5, 24)))
    totals = [state["people.acc_initial"] + state["people.undocumented_initial"] for state in (before, after)]

    assert before["people.acc_initial"] == 0.0
    assert after["people.acc_initial"] == 878_604
    assert abs(totals[1] - totals[0]) < 0.2 * after["people.acc_initial"]


def test_the_states_before_and_after_july_2022_meet() -> None:
    last, first = (initial_state(day) for day in (date(2022, 6, 30), date(2022, 7, 1)))

    for name in ("people.por_initial", "people.acc_initial", "people.undocumented_initial", "economy.aid_initial"):
        assert last[name] == pytest.approx(first[name], rel=0.002), name


def test_the_start_moves_drawn_values_and_a_scenario_overrides_it(history: Scenario) -> None:
    now = plain_worlds(history.model_copy(update={"start": date(2025, 8, 18)}), range(5)).parameters
    then = plain_worlds(history, range(5)).parameters
    fixed = history.model_copy(update={"parameters": {"trade.export_initial": 2.0}})
    ratio = initial_state(history.start)["people.acc_initial"] / load_evidence().parameters["people.acc_initial"].value

    assert np.allclose(then["people.acc_initial"], now["people.acc_initial"] * ratio)
    assert np.allclose(then["trade.export_initial"], 0.951)
    assert (plain_worlds(fixed, range(5)).parameters["trade.export_initial"] == 2.0).all()
    assert (then["trade.habit"] == now["trade.habit"]).all()


def test_the_record_is_played_and_nothing_of_its_kinds_by_chance(history: Scenario, played: RegionModel) -> None:
    events = result(played).events
    causes = {(kind, cause) for kind, cause in zip(events.kind, events.cause, strict=True) if kind in OWN}
    counts = Counter(
        (int(world), place)
        for world, kind, place in zip(events.world, events.kind, events.place, strict=True)
        if kind == "closure"
    )

    assert causes == {("closure", "scenario"), ("strike", "scenario"), ("expulsion_order", "scenario")}
    listed = sum(getattr(shock, "crossing", None) == "torkham" for shock in history.history)
    assert {counts[world, "torkham"] for world in range(WORLDS)} == {listed}


def test_closures_by_chance_come_back_after_the_record(history: Scenario) -> None:
    longer = history.model_copy(update={"start": date(2025, 4, 7), "end": date(2026, 6, 30)})
    events = result(RegionModel(longer, WORLDS).run()).events
    own = (events.kind == "closure") & (events.cause != "scenario")

    assert own.any()
    assert (events.week[own] >= 12).all()  # the week of 30 June 2025


def test_without_a_timeline_events_happen_by_themselves(history: Scenario) -> None:
    free = history.model_copy(update={"timeline": "none", "history": (), "end": date(2024, 1, 1)})
    events = result(RegionModel(free, WORLDS).run()).events

    assert ((events.kind == "closure") & (events.cause != "scenario")).any()


def test_rules_of_october_2023_cut_transit(history: Scenario, played: RegionModel) -> None:
    remaining = tuple(shock for shock in history.history if shock.kind != "transit_rules")
    without = RegionModel(history.model_copy(update={"history": remaining}), WORLDS).run()
    rules, none = (result(model).columns["trade_transit"] for model in (played, without))

    assert np.array_equal(rules[:, :39], none[:, :39])  # to the week before
    assert (rules[:, -1] < none[:, -1]).all()


def paired(scenario: Scenario, *removed: str, **sets: object) -> tuple[RegionModel, RegionModel]:
    """The scenario with all its events, and without those removed, in the same worlds."""
    remaining = tuple(shock for shock in scenario.history if shock.id not in removed)
    assert len(remaining) == len(scenario.history) - len(removed)
    arms = [scenario.model_copy(update={"history": history, **sets}) for history in (scenario.history, remaining)]
    return RegionModel(arms[0], WORLDS).run(), RegionModel(arms[1], WORLDS).run()


@pytest.fixture(scope="module")
def takeover() -> Scenario:
    sets = ["parameters.size.households=400", "parameters.size.traders=100", "end=2022-06-30"]
    return load("history_2021", sets=sets)


def test_the_takeover_is_a_step_in_fighters_attacks_and_incomes(takeover: Scenario) -> None:
    with_it, without = paired(takeover, "takeover_2021_08_15")
    changed, base = result(with_it).columns, result(without).columns

    for name in ("ttp_strength", "attacks", "livelihood_afghanistan"):
        assert np.array_equal(changed[name][:, :6], base[name][:, :6]), name  # to the week before
    assert (changed["ttp_strength"][:, -1] >= base["ttp_strength"][:, -1]).all()
    assert changed["attacks"][:, -1].sum() > base["attacks"][:, -1].sum()
    assert (changed["livelihood_afghanistan"][:, -1] < base["livelihood_afghanistan"][:, -1]).all()
    assert (with_it.climate.of("foreign_forces") < without.climate.of("foreign_forces")).all()
    assert (with_it.climate.of("taliban_rule") > without.climate.of("taliban_rule")).all()


def test_a_takeover_of_size_zero_changes_nothing(takeover: Scenario) -> None:
    sizes = ("security.takeover_fighters", "security.takeover_tempo", "drivers.takeover_af_income")
    none = dict.fromkeys((*sizes, "drivers.takeover_push"), 0.0)
    with_it, without = paired(takeover, "takeover_2021_08_15", parameters=takeover.parameters | none)
    changed, base = result(with_it).columns, result(without).columns

    for name, column in changed.items():
        assert np.array_equal(column, base[name]), name


def test_an_operation_that_clears_lowers_attacks() -> None:
    sets = ["parameters.size.households=400", "parameters.size.traders=100", "end=2014-12-31"]
    with_it, without = paired(load("history_2014", sets=sets), "operation_2014_06_15")

    assert result(with_it).columns["attacks"][:, -1].sum() < result(without).columns["attacks"][:, -1].sum()


def test_the_push_of_2016_empties_card_holders_and_each_part_can_be_struck() -> None:
    sets = ["parameters.size.households=400", "parameters.size.traders=100", "end=2016-12-31"]
    scenario = load("history_2014", sets=sets)
    with_it, without = paired(scenario, "expulsion_por_2016_07_01", "expulsion_undocumented_2016_07_01")
    pushed, base = (result(model).columns["returns"][:, -1] for model in (with_it, without))

    assert (pushed > base).all()
