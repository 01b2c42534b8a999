"""The scenarios of the briefs: each is shipped, pulls what the briefs name, expects their signs, and is judged."""

import csv
import importlib.util
import re
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from regionsim.indicators.variables import RECORDED_AS
from regionsim.levers import LEVERS
from regionsim.paths import seeds_dir
from regionsim.scenario import Scenario, load
from regionsim.scenario.vocabulary import shipped_scenarios

# dated shocks that stand for a lever of the briefs whose effect is an event
AS_SHOCKS = {"LI01": "border_closure", "LI09": "ceasefire", "LI10": "ceasefire_end"}
DOSED = ("security_first", "economy_first", "security_and_economy")


def table(name: str) -> list[dict[str, str]]:
    with (seeds_dir() / "claims" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


SCENARIOS = {row["id"]: row for row in table("scenarios.csv")}


@cache
def shipped() -> dict[str, Scenario]:
    return {claim: load(name) for name in shipped_scenarios() for claim in load(name).evidence if claim in SCENARIOS}


@cache
def signs_page() -> ModuleType:
    path = Path(__file__).resolve().parents[2] / "experiments" / "signs.py"
    spec = importlib.util.spec_from_file_location("signs", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["signs"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


SIGNS = [row for row in signs_page().signs() if row["basis"] in ("O", "D", "C")]


def pulled(scenario: Scenario) -> set[str]:
    """Ids of the briefs' levers that a scenario pulls, those inside packages too."""
    levers = [LEVERS[id] for id, pull in scenario.levers.items() if pull.intensity > 0]
    levers += [LEVERS[part] for lever in levers for part in lever.parts]
    kinds = {shock.kind for shock in scenario.shocks}
    return {id for lever in levers for id in lever.evidence} | {id for id, kind in AS_SHOCKS.items() if kind in kinds}


def dosage(scenario: Scenario) -> float:
    """Sum over levers of intensity times the share of the horizon it acts, a ramp counted by half."""
    days = (scenario.end - scenario.start).days
    return sum(
        pull.intensity * ((scenario.end - pull.from_).days - pull.ramp_days / 2) / days
        for pull in scenario.levers.values()
    )


def test_every_scenario_of_the_briefs_is_shipped_once() -> None:
    assert len(SCENARIOS) == 22
    assert set(shipped()) == set(SCENARIOS)
    assert len({scenario.name for scenario in shipped().values()}) == len(SCENARIOS)


@pytest.mark.parametrize("claim", SCENARIOS)
def test_a_scenario_pulls_every_lever_the_briefs_name_for_it(claim: str) -> None:
    scenario = shipped()[claim]

    assert set(SCENARIOS[claim]["levers"].split()) <= pulled(scenario)


@pytest.mark.parametrize("claim", SCENARIOS)
def test_levers_start_and_ramp_as_proposed(claim: str) -> None:
    """Trade push keeps its own calendar; the closure, the truce and its end are events."""
    scenario = shipped()[claim]
    for line in filter(None, SCENARIOS[claim]["timing"].split(" | ")):
        found = re.match(r"(\w+) from month (\d+), ramp (\d+) months", line)
        assert found is not None
        if found[1] in AS_SHOCKS or claim == "SC02" or claim in ("SC18", "SC19"):
            continue
        pulls = [pull for id, pull in scenario.levers.items() if found[1] in LEVERS[id].evidence]
        since = [(pull.from_.year - 2025) * 12 + pull.from_.month - 8 for pull in pulls]
        assert int(found[2]) in since
        assert any(abs(pull.ramp_days - int(found[3]) * 30.4375) < 5 for pull in pulls), line


@pytest.mark.parametrize("claim", SCENARIOS)
def test_horizons_are_those_of_the_briefs(claim: str) -> None:
    years = max(int(number) for number in re.findall(r"\d+", SCENARIOS[claim]["horizon"]))
    weeks = shipped()[claim].weeks

    if claim == "SC03":  # twelve months after the closure begins, which is six months in
        assert weeks >= 52
    else:
        assert abs(weeks - years * 52.18) < 2


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: sign["id"])
def test_a_stated_sign_is_expected_in_the_stated_direction(sign: dict[str, str]) -> None:
    scenario = shipped()[sign["scenario"]]
    columns = RECORDED_AS[sign["variable"]]
    stated = [signs_page().stated(scenario, column, sign["sign"]) for column in columns]

    assert any(stated), f"{scenario.name} does not expect {sign['variable']} {sign['sign']}"


def test_signs_of_variables_without_effect_are_listed_and_not_judged() -> None:
    """What leads to nothing measured is drawn, not simulated: no scenario may claim to have tested it."""
    mapped = {row["variable"] for row in signs_page().signs(stepped=False)}

    assert {"pk_stability", "connectivity", "pk_influence"} <= mapped
    assert not mapped & {row["variable"] for row in signs_page().signs()}
    for scenario in shipped().values():
        assert not [one.that for one in scenario.expect if one.that.partition("@")[0] in mapped], scenario.name


def test_security_economy_and_both_are_given_the_same_dosage() -> None:
    assert [dosage(load(name)) for name in DOSED] == pytest.approx([3.6] * 3, rel=0.005)


def test_collapse_and_its_remedies_share_the_shock() -> None:
    assert load("collapse_averted").shocks == load("afghan_collapse").shocks
    assert load("collapse_averted").baseline == "afghan_collapse"


def test_the_page_of_signs_has_every_row_and_counts_what_it_shows(root: Path) -> None:
    text = (root / "docs" / "signs.md").read_text("utf-8")
    every = text.split("## Every sign")[1].split("## ")[0]
    verdicts = {
        cells[1].strip(): cells[-2].strip() for line in every.splitlines() if len(cells := line.split("|")) == 12
    }
    of_signs = [verdicts[row["id"]] for row in SIGNS]
    claimed = re.search(r"\*\*Of (\d+) signs (\d+) hold \(\d+%\), (\d+) are undecided and (\d+) fail", text)

    assert claimed is not None
    assert [int(number) for number in claimed.groups()] == [
        len(SIGNS),
        *(of_signs.count(verdict) for verdict in ("holds", "undecided", "fails")),
    ]
    working = [verdicts[row["id"]] for row in SIGNS if signs_page().at_work(row["evidence"])]
    counted = re.search(r"Of the (\d+) others (\d+) hold", " ".join(text.split()))
    assert counted is not None
    assert [int(number) for number in counted.groups()] == [len(working), working.count("holds")]
    assert signs_page().aim(of_signs.count("holds") / len(SIGNS), working.count("holds") / len(working)) in text
    # what held when this was written: 78% of all and 81% of those at work, short of the aim of 85%
    assert of_signs.count("holds") >= 0.75 * len(SIGNS)
    assert working.count("holds") >= 0.8 * len(working)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ceasefire", "humane_return"])
def test_the_page_of_signs_can_be_had_again(name: str, root: Path) -> None:
    """A replay in fewer worlds: shares as on the page, within what so few worlds allow."""
    page = signs_page()
    plays = page.Plays(24)
    claim = next(claim for claim, scenario in shipped().items() if scenario.name == name)
    text = (root / "docs" / "signs.md").read_text("utf-8").split("## Every sign")[1].split("## ")[0]
    for sign in (sign for sign in SIGNS if sign["scenario"] == claim):
        row = page.judged(plays, sign, name)
        written = re.search(rf"^\| {re.escape(row.id)} \|.*$", text, re.MULTILINE)
        assert written is not None
        assert row.share == pytest.approx(float(written[0].split("|")[7]), abs=0.3), row.id


def test_the_page_of_signs_after_calibration_counts_what_it_shows_and_lists_first_what_changes(root: Path) -> None:
    text = (root / "docs" / "signs_posterior.md").read_text("utf-8")
    parts = [
        [line.split(" | ") for line in part.splitlines() if line.startswith("| SC")] for part in text.split("\n## ")
    ]
    changed, every = parts[1], parts[-1]
    page, basis = signs_page(), {row["id"]: row["basis"] for row in table("scenario_signs.csv")}
    verdicts: list[tuple[str, str]] = []
    for cells in every:
        shares = [float(cell.split(",")[0]) for cell in cells[5:7]]
        pair = ["holds" if x >= page.HOLDS else "fails" if x < page.FAILS else "undecided" for x in shares]
        assert cells[7].rstrip(" |") == (pair[0] if pair[0] == pair[1] else f"{pair[0]} before, now {pair[1]}"), cells
        verdicts += [(pair[0], pair[1])] if basis[cells[0].removeprefix("| ")] in "ODC" else []
    claimed = re.search(r"Of (\d+) signs (\d+) hold under priors and (\d+) under the posterior", text)

    assert len(every) == len(page.signs())
    assert changed == [cells for cells in every if "before, now" in cells[7]]
    assert claimed is not None
    assert [int(number) for number in claimed.groups()] == [
        len(SIGNS), *([pair[i] for pair in verdicts].count("holds") for i in (0, 1)),
    ]  # fmt: skip
