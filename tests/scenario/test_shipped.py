"""The shipped scenarios, with the names of this installation."""

from datetime import date, timedelta

import pytest

from regionsim.errors import InputError
from regionsim.evidence import record_ends
from regionsim.paths import scenarios_dir
from regionsim.scenario import load, vocabulary
from regionsim.scenario.expect import parse_claim, refs
from regionsim.scenario.vocabulary import shipped_scenarios
from regionsim.schema.shocks import BorderClosure

from .faulty import faulty_files

BRIEFS = {
    "status_quo": "SC01",
    "trade_push": "SC02",
    "torkham_closure": "SC03",
    "ttp_surge": "SC04",
    "ceasefire": "SC05",
    "forced_repatriation": "SC06",
    "humane_return": "SC07",
    "afghan_collapse": "SC08a",
    "collapse_averted": "SC08b",
    "geoeconomics": "SC09",
    "cpec_minerals_gate_closed": "SC10a",
    "cpec_minerals_gate_open": "SC10b",
    "india_shock": "SC11",
    "border_region_uplift": "SC12",
    "smart_border": "SC13",
    "blunt_border": "SC14",
    "security_first": "SC15",
    "economy_first": "SC16",
    "security_and_economy": "SC17",
    "sat_recommendations": "SC18",
    "fes_recommendations": "SC19",
    "strikes_and_blame": "SC20",
}


OF_2026 = ("status_quo_2026", "reopening_2026", "truce_and_reopening_2026", "long_rupture_2026")


def test_the_shipped_scenarios_are_those_of_the_briefs() -> None:
    others = {name for name in shipped_scenarios() if name.startswith("history_")} | set(OF_2026)
    assert set(shipped_scenarios()) - others == set(BRIEFS)


@pytest.mark.parametrize("name", OF_2026)
def test_a_scenario_of_2026_starts_where_the_record_ends(name: str) -> None:
    scenario = load(name)

    assert scenario.start == record_ends() + timedelta(days=1)
    assert scenario.baseline == "status_quo_2026"
    assert scenario.question.endswith("?")
    assert len(scenario.expect) >= 2
    assert not load(name, sets=["end=start + 6 months"]).expect  # judged from the end of the year on


@pytest.mark.parametrize("name", BRIEFS)
def test_a_shipped_scenario_loads_and_says_what_it_is(name: str) -> None:
    scenario = load(name)

    assert scenario.name == name
    assert scenario.evidence == (BRIEFS[name],)
    assert scenario.question.endswith("?")
    assert scenario.start == date(2025, 8, 18)
    assert scenario.baseline == ("afghan_collapse" if name == "collapse_averted" else "status_quo")
    assert scenario.expect
    indicators = {ref.indicator for one in scenario.expect for ref in refs(parse_claim(one.that, vocabulary()))}
    assert len(indicators) >= 4
    if name != "status_quo":
        assert scenario.levers or scenario.shocks
        assert any("baseline" in one.that for one in scenario.expect)


@pytest.mark.parametrize("name", BRIEFS)
def test_a_shipped_scenario_fits_the_page(name: str) -> None:
    text = (scenarios_dir() / f"{name}.yaml").read_text(encoding="utf-8")

    assert text.startswith("# ")
    assert max(len(line) for line in text.splitlines()) <= 120


def test_the_yardstick_pulls_no_lever_and_all_others_share_its_clock_and_chance() -> None:
    base = load("status_quo")

    assert (base.worlds, base.weeks, base.draws, base.levers, base.shocks) == (200, 522, "prior", {}, ())
    assert {load(name).seed for name in BRIEFS} == {base.seed}
    assert load("trade_push").weeks == 522


def test_torkham_is_closed_by_both_sides_for_four_weeks_six_months_in() -> None:
    scenario = load("torkham_closure")
    (closure,) = scenario.shocks

    assert isinstance(closure, BorderClosure)
    assert (closure.crossing, closure.days, closure.by, closure.on) == ("torkham", 28, "both", date(2026, 2, 18))
    assert 52 <= scenario.weeks <= 105


@pytest.mark.parametrize("name", BRIEFS)
@pytest.mark.parametrize("end", ["2025-09-01", "2026-08-18"])
def test_every_shipped_scenario_can_be_cut_short(name: str, end: str) -> None:
    scenario = load(name, sets=[f"end={end}"])

    assert scenario.end == date.fromisoformat(end)
    assert all(lever.from_ < scenario.end for lever in scenario.levers.values())


def test_every_faulty_file_is_refused_with_the_names_of_this_installation(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    for case in faulty_files(vocabulary()):
        folder = tmp_path_factory.mktemp("case")
        for file, data in case.files.items():
            (folder / file).write_bytes(data)
        monkeypatch.chdir(folder)
        with pytest.raises(InputError, match=case.expected):
            load(folder / case.main)
