"""`list` and `explain` answer from the evidence base and the registries."""

import json
import subprocess
import sys
from typing import Any

import pytest

from regionsim.cli.catalog import KINDS, rows
from regionsim.cli.explaining import matches, text
from regionsim.cli.uses import mentions
from regionsim.evidence import load_evidence
from regionsim.indicators import INDICATORS
from regionsim.scenario import SHOCKS, load
from tests.conftest import Command


def listed(regionsim: Command, *words: str) -> list[dict[str, Any]]:
    said = regionsim("list", *words, "--json")
    assert said.code == 0, said.err
    found: list[dict[str, Any]] = json.loads(said.out)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_lists_ids_titles_and_evidence_that_resolves(kind: str, regionsim: Command) -> None:
    found = listed(regionsim, kind)
    base = load_evidence()

    assert found
    assert len({row["id"] for row in found}) == len(found)
    assert [row["id"] for row in found if not row["title"]] == []
    known = base.claims.keys() | base.documents.keys() | base.series.keys()
    assert [(row["id"], id) for row in found for id in row["evidence"] if id not in known] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_listing_for_people_has_a_line_for_each(kind: str, regionsim: Command) -> None:
    said = regionsim("list", kind)

    assert said.code == 0
    assert len(said.out.splitlines()) == len(rows(kind))


def test_every_parameter_has_a_source_a_unit_and_a_role(regionsim: Command) -> None:
    assert listed(regionsim, "parameters", "--unsourced") == []
    assert [row["id"] for row in listed(regionsim, "parameters") if not (row["role"] and row["evidence"])] == []


def test_every_variable_of_the_briefs_says_what_it_is_recorded_as(regionsim: Command) -> None:
    found = {row["key"]: row["recorded_as"] for row in listed(regionsim, "variables")}

    assert found.keys() == load_evidence().variables.keys()
    assert found["trade"] == ["trade_bilateral"]
    assert {name for names in found.values() for name in names or ()} - INDICATORS.keys(), "some are model variables"


def test_scenarios_carry_their_question_and_the_brief_they_stand_for(regionsim: Command) -> None:
    found = {row["id"]: row for row in listed(regionsim, "scenarios")}

    assert found["trade_push"]["evidence"] == ["SC02"]
    assert found["trade_push"]["question"].endswith("?")
    assert "status_quo" in found


def test_no_runs_is_an_empty_list(regionsim: Command, empty: object) -> None:
    assert listed(regionsim, "runs") == []


def test_a_parameter_is_explained_with_value_range_role_users_and_sources(regionsim: Command) -> None:
    name = next(iter(load_evidence().parameters))
    one = load_evidence().parameters[name]
    said = regionsim("explain", name)

    assert said.code == 0
    for words in (name, one.title[:20], one.unit, one.role, "used by", one.sources[0]):
        assert words in said.out


def test_a_lever_is_explained_with_who_pulls_it_and_what_it_costs(regionsim: Command) -> None:
    said = regionsim("explain", "trade_facilitation")

    words = " ".join(said.out.split())
    assert "both governments" in words
    assert "customs revenue falls" in words
    assert "lever sat_package" in words
    assert "scenario trade_push" in words
    assert "000:REC.3" in words or "000-SAT-2025" in words


def test_a_lever_is_explained_with_its_means_and_its_cost(regionsim: Command) -> None:
    words = " ".join(regionsim("explain", "pipeline_completion").out.split())
    assert "coercive no cost 10 USD bn (Q50, XC16; Of TAPI alone" in words
    assert "written in seeds/levers/projects.yaml:" in words
    assert "coercive yes cost unknown" in " ".join(regionsim("explain", "border_fence").out.split())
    assert "pulls geoeconomic_turn, end_extremism_export" in " ".join(regionsim("explain", "fes_package").out.split())


@pytest.mark.parametrize("name", ["delegations", "embassy", "regional_ownership", "hedging"])
def test_a_second_name_and_a_lever_that_moves_nothing_are_said_to_be_that(regionsim: Command, name: str) -> None:
    second = {"embassy": "delegations", "hedging": "proxy_support"}.get(name)
    idle = {"regional_ownership": "regional_ownership", "hedging": "pk_proxy_support"}.get(name)
    words = " ".join(regionsim("explain", name).out.split())
    line = next(line for line in regionsim("list", "levers").out.splitlines() if line.startswith(f"{name} "))

    assert (f"in the model same as {second}" in words) == bool(second)
    assert (f"moves nothing measured: what it pushes ({idle}) reaches nothing measured" in words) == bool(idle)
    assert ("moves nothing measured" in line) == bool(idle)
    assert (f"same as {second}" in line) == (bool(second) and not idle)


def test_a_second_name_is_pulled_set_and_swept_as_the_lever_itself(regionsim: Command) -> None:
    found = {}
    for name in ("delegations", "embassy", "institutional_dialogue"):
        sets = ("--set", f"levers.{name}={{from: 2025-08-18}}", "--set", "end=2026-08-17")
        found[name] = regionsim("run", "status_quo", "--worlds", 2, *sets, "--json")
        swept = ("--over", f"levers.{name}.intensity=0,0.5", "--dry-run")
        assert regionsim("sweep", "status_quo", *sets, *swept).code == 0
    values = {name: json.loads(run.out)[0]["summary"] for name, run in found.items()}

    assert values["delegations"] == values["embassy"] != values["institutional_dialogue"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "MB05",
            "on the causal map only (arrow from pk_suspicion to pk_proxy_support): a past epoch (pre-2021, ended on",
        ),
        ("MA24", "on the causal map only (arrow from alignment to relations): a norm"),
        ("MA32", "on the causal map only (arrow from interdependence to pk_influence): reaches nothing measured"),
        ("MA85", "on the causal map only"),
        ("MA54", "in the weekly step: link from"),
        ("MA09", "in the weekly step: channel, ct_cooperation turns the knob ttp_tempo"),
        ("MA02", "in the weekly step: a rule of a process, processes.trade:demand"),
        ("MA21", "not built in"),
    ],
)
def test_a_mechanism_is_explained_with_what_became_of_it(name: str, words: str) -> None:
    assert words in " ".join(text(matches(name)[0]).split())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("alignment", "it reaches nothing measured: on the causal map only"),
        ("pk_proxy_support", "it has reached nothing measured since August 2021"),
        ("route_security", "its causes set the level it moves to"),
    ],
)
def test_a_variable_without_a_series_is_explained_with_what_became_of_it(name: str, words: str) -> None:
    assert words in " ".join(" ".join(text(row).split()) for row in matches(name))


def test_a_size_of_a_lever_and_a_variable_it_pushes_name_the_lever(regionsim: Command) -> None:
    for name in ("levers.ct_support_iskp_growth", "levers.ct_support_push", "ct_cooperation"):
        assert "lever ct_support" in matches(name)[0]["used_by"]


def test_a_claim_names_the_lever_that_rests_on_it(regionsim: Command) -> None:
    (found,) = json.loads(regionsim("explain", "MA84", "--json").out)

    assert found["is"] == "claim"
    assert "lever trade_facilitation" in found["used_by"]
    assert [source["id"] for source in found["sources"]] == list(load_evidence().claims["MA84"].sources)


@pytest.mark.parametrize("name", [*INDICATORS, "status_quo", "ttp", "clearance_time", "000-SAT-2025", "violence"])
def test_indicators_actors_scenarios_knobs_documents_and_phases_are_explained(name: str) -> None:
    for found in matches(name):
        assert name in text(found)
        assert found["title"] in " ".join(text(found).split())


def test_a_name_that_is_nearly_one_gets_the_nearest(regionsim: Command) -> None:
    said = regionsim("explain", "torkam")

    assert said.code == 2
    assert "torkham" in said.err


def test_every_parameter_is_read_by_something() -> None:
    of_levers = {name for lever in load_evidence().levers.values() for name in lever.sizes}

    assert [name for name in load_evidence().parameters if name not in of_levers and not mentions(name)] == []


def test_a_name_that_the_model_composes_is_found_where_it_is_composed() -> None:
    assert any(line.startswith("model/") for line in mentions("index.fatalities_worst"))
    assert mentions("index.no_such_thing_at_all.worst") == []


def test_every_mechanism_says_what_the_model_does_with_it(regionsim: Command) -> None:
    found = {row["id"]: row for row in listed(regionsim, "mechanisms")}

    assert found.keys() == load_evidence().kind("mechanism").keys()
    assert {row["treatment"] for row in found.values()} == {"link", "channel", "structure", "map", "none"}
    told = {id: row["why"] if row["treatment"] in ("map", "none") else row["where"] for id, row in found.items()}
    assert [id for id, words in told.items() if not words] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("MA39", "channel, relations turns the knob border_welfare"),
        ("MA43", "a rule of a process, processes.violence:recruit_and_lose"),
        ("MA01", "link from shared_heritage to relations"),
        ("MA21", "not built in: the takeover is in the starting state"),
    ],
)
def test_a_mechanism_is_explained_with_its_treatment(name: str, words: str) -> None:
    assert words in " ".join(text(matches(name)[0]).split())


def test_a_variable_without_a_series_says_so_with_its_causes_and_effects() -> None:
    found = next(row for row in matches("relations") if row["is"] == "variable")

    assert found["measured"].startswith("no series measures it")
    assert found["start"] in load_evidence().parameters
    assert "shared_heritage (MA01)" in found["causes"]
    assert "pk_poverty (MA39)" in found["acts_on"]
    assert "trust (MA41)" not in found["acts_on"], "said of the years before 2021"
    assert "measured" not in matches("trust")[0]


def test_a_long_list_of_users_is_cut_and_counted() -> None:
    (found,) = matches("attacks")

    assert f"and {len(found['used_by']) - 8} more" in " ".join(text(found).split())
    assert mentions("neighbour") == [], "a word of prose, never a name"


def test_treatments_are_told_without_compiling_anything() -> None:
    code = "import sys, regionsim.model.mechanisms, regionsim.model.coverage; print('numba' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_a_shock_is_listed_with_its_keys_and_explained_with_the_scenarios_that_have_it(regionsim: Command) -> None:
    assert "attack_campaign" in {row["id"] for row in listed(regionsim, "shocks")}
    said = regionsim("explain", "border_closure")

    assert said.code == 0
    shown = " ".join(said.out.split())
    assert "crossing torkham | chaman | ghulam_khan | kharlachi | angoor_adda | all, or a list of them" in shown
    assert "flows a list of cargo | pedestrians | returnees | aid (default cargo, pedestrians)." in shown
    assert "times a whole number from 2 to 2,000 (optional)." in shown
    assert "- {kind: border_closure, on: 2026-10-01, crossing: torkham, for: 4 weeks, by: pakistan}" in shown
    assert "scenario torkham_closure" in said.out


@pytest.mark.parametrize("kind", SHOCKS)
def test_the_example_of_every_shock_loads(kind: str) -> None:
    (shock,) = [row for row in rows("shocks") if row["id"] == kind]
    scenario = load("status_quo", sets=(f"shocks=[{shock['example'].removeprefix('- ')}]",))

    assert [each.kind for each in scenario.shocks] == [kind]


def test_a_name_of_several_kinds_has_the_users_of_each(regionsim: Command) -> None:
    users = {row["is"]: row["used_by"] for row in matches("ceasefire")}

    assert "scenario ceasefire" in users["shock"]
    assert "scenario truce_and_reopening_2026" in users["shock"]
    assert users["scenario"] == []
    (found,) = matches("status_quo_2026")
    assert "scenario reopening_2026" in found["used_by"]
    assert "scenario truce_and_reopening_2026" in found["used_by"], "by way of another too"
    assert not any(":" in user for user in found["used_by"]), "no line of code uses a scenario"


def test_list_alone_names_the_kinds(regionsim: Command) -> None:
    said = regionsim("list")

    assert (said.code, said.err) == (0, "")
    assert [line.split()[0] for line in said.out.splitlines()[: len(KINDS) + 1]] == [*KINDS, "runs"]
    assert [row["id"] for row in listed(regionsim)] == [*KINDS, "runs"]
    assert regionsim("list", "--unsourced").code == 2


@pytest.mark.parametrize("width", [30, 45, 80, 120])
def test_an_explanation_fits_the_terminal(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("regionsim.cli.explaining.screen_width", lambda: width)
    for name in ("border_closure", "trade_push"):
        lines = text(matches(name)[0]).splitlines()
        assert all(len(line) <= width or len(line.split()) == 1 for line in lines)


def test_a_lever_that_no_shipped_scenario_pulls_says_no_more_than_that(regionsim: Command) -> None:
    pulled = {name for row in rows("scenarios") for name in row["levers"]}
    pulled |= {part for row in rows("levers") for part in row["parts"]}
    spare = next(row["id"] for row in rows("levers") if row["id"] not in pulled and not mentions(row["id"]))

    assert "no shipped scenario" in regionsim("explain", spare).out
