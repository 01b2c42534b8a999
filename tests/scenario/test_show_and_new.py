"""`show`: every value with its file and line. `new`: a file that starts a scenario of one's own."""

import json
import os
import re
from pathlib import Path

import jsonschema
import pytest

from regionsim.errors import InputError
from regionsim.paths import scenarios_dir
from regionsim.scenario import load
from regionsim.scenario.new import new
from regionsim.scenario.show import show
from regionsim.yamlfile.locate import plain, read

from .names import NAMES, VALID


def lines_of(text: str) -> dict[str, str]:
    """Value lines of `show` by their first word, the remark behind them."""
    found = {}
    for line in text.splitlines():
        key, _, remark = line.partition("  # ")
        found[key.strip().removeprefix("- ").partition(":")[0]] = remark
    return found


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.yaml").write_text(VALID, encoding="utf-8")
    head = "title: Child\nextends: base\nlevers:\n  trade_facilitation:\n    intensity: 0.4\n"
    (tmp_path / "child.yaml").write_text(head + "  route_security: {from: 2026-01-01}\n", encoding="utf-8")
    return tmp_path


def test_every_value_shows_the_file_and_line_it_came_from(here: Path) -> None:
    text = show("child.yaml", sets=["seed=9"], worlds=3, vocabulary=NAMES)
    remarks = lines_of(text)

    assert remarks["title"] == "child.yaml:1"
    assert remarks["start"] == "base.yaml:6"
    assert remarks["evidence"] == "base.yaml:4"
    assert remarks["worlds"] == "worlds"
    assert remarks["seed"] == "sets"
    assert "    intensity: 0.4  # child.yaml:5\n" in text
    assert "    ramp: 52 weeks  # base.yaml:16\n" in text
    for line in text.splitlines():
        line = re.sub(r"(; |  # )assumption$", "", line)  # what is said of parameters
        assert line.rstrip().endswith(":") or re.search(r"  # (\S+\.yaml:\d+|sets|worlds|default)$", line), line


def test_what_is_shown_reads_back_as_the_scenario(here: Path) -> None:
    text = show("child.yaml", vocabulary=NAMES)
    (here / "again.yaml").write_text(text, encoding="utf-8")

    assert load("again.yaml", vocabulary=NAMES).resolved() == load("child.yaml", vocabulary=NAMES).resolved()


def test_defaults_are_shown_as_such(here: Path) -> None:
    (here / "least.yaml").write_text("format: 1\ntitle: x\nstart: 2025-08-18\nend: 2026-08-18\n", encoding="utf-8")
    remarks = lines_of(show("least.yaml", vocabulary=NAMES))

    assert {remarks[key] for key in ("worlds", "seed", "draws", "baseline", "timeline")} == {"default"}


def test_a_list_of_two_files_names_both(here: Path) -> None:
    with (here / "child.yaml").open("a", encoding="utf-8") as file:
        file.write("evidence: [SC03]\n")

    assert "evidence: [SC02, MA84, SC03]  # base.yaml:4, child.yaml:7\n" in show("child.yaml", vocabulary=NAMES)


def test_a_faulty_scenario_is_not_shown(here: Path) -> None:
    with pytest.raises(InputError, match="sets: worlds: 0 is out of range"):
        show("child.yaml", sets=["worlds=0"], vocabulary=NAMES)


# -- new -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["trade_push", "status_quo", "base.yaml"])
def test_a_new_scenario_loads_and_equals_what_it_extends(source: str, here: Path) -> None:
    path = new("mine", source, vocabulary=NAMES)
    scenario, extended = load(path, vocabulary=NAMES), load(source, vocabulary=NAMES)

    assert path == here / "mine.yaml"
    assert scenario.title == "mine"
    assert scenario.numbers_key() == extended.numbers_key()


def test_the_schema_of_a_new_scenario_is_found_where_it_says_and_accepts_it(here: Path) -> None:
    text = new("mine", "trade_push", vocabulary=NAMES).read_text(encoding="utf-8")
    first = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", text.splitlines()[0])

    assert first is not None
    schema = json.loads((here / first[1]).read_text(encoding="utf-8"))
    node, faults = read(text.encode(), "mine.yaml")
    assert node is not None
    assert faults == []
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.Draft7Validator(schema).validate(plain(node))


def test_the_examples_in_a_new_scenario_are_sound(here: Path) -> None:
    """With the comment signs of its examples taken off and real names put in, the file loads."""
    path = new("mine", "status_quo", vocabulary=NAMES)
    text = re.sub(
        r"(?m)^# (parameters|levers|deals|shocks|targets|expect|  .*)", r"\1", path.read_text(encoding="utf-8")
    )
    text = text.replace("NAME: 10.0", "trade.potential: 10.0").replace("NAME: ", "route_security: ")
    path.write_text(text, encoding="utf-8")
    scenario = load(path, vocabulary=NAMES)

    assert (len(scenario.parameters), len(scenario.levers), len(scenario.deals), len(scenario.shocks)) == (1, 1, 1, 2)
    assert [one.name for one in scenario.expect] == ["a sentence"], "those of the source are dropped"
    assert [one.name for one in scenario.targets] == ["trade reaches 10 billion"], "those of the source are dropped"


def test_a_new_scenario_does_not_speak_with_the_words_of_its_source(here: Path) -> None:
    """Question and place in the briefs head the report: they are the source's, and stay with it."""
    scenario = load(new("mine", "status_quo", vocabulary=NAMES), vocabulary=NAMES)
    source = load("status_quo", vocabulary=NAMES)

    assert source.question
    assert source.evidence
    assert (scenario.question, scenario.evidence) == ("", ())
    assert scenario.baseline == source.baseline


def test_nothing_is_removed_that_the_source_does_not_have(here: Path) -> None:
    first = new("mine", "status_quo", vocabulary=NAMES)
    text = first.read_text(encoding="utf-8") + "targets: [null]\nexpect: [null]\n"
    first.write_text(text, encoding="utf-8")
    path = new("second", first, vocabulary=NAMES)

    assert "null" not in path.read_text(encoding="utf-8").split("stands by itself")[1]
    assert load(path, vocabulary=NAMES).title == "second"


@pytest.mark.parametrize(
    ("name", "source", "fault"),
    [
        ("base", "trade_push", r"base\.yaml: the file exists and is not overwritten"),
        ("trade_push", "status_quo", "a shipped scenario has this name"),
        ("../mine", "status_quo", "is not a scenario name"),
        ("mine.yaml", "status_quo", "is not a scenario name"),
        ("", "status_quo", "is not a scenario name"),
        ("mine", "no_such", "no shipped scenario and no file has this name"),
        ("mine", "faulty.yaml", r"faulty\.yaml:1:1: .*title: the key is missing"),
    ],
)
def test_nothing_is_written_where_a_new_scenario_cannot_be(name: str, source: str, fault: str, here: Path) -> None:
    (here / "faulty.yaml").write_text("worlds: 3\n", encoding="utf-8")
    before = sorted(here.rglob("*"))
    with pytest.raises(InputError, match=fault):
        new(name, source, vocabulary=NAMES)
    assert sorted(here.rglob("*")) == before


def test_a_scenario_elsewhere_is_out_of_reach(here: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("elsewhere")
    with pytest.raises(InputError, match=r"base\.yaml: a scenario in .* cannot extend it \(copy it into that folder\)"):
        new("mine", here / "base.yaml", folder=other, vocabulary=NAMES)
    assert new("mine", scenarios_dir() / "ceasefire.yaml", folder=other, vocabulary=NAMES).exists()


@pytest.mark.skipif(os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0), reason="needs file permissions")
def test_a_folder_that_may_not_be_written_is_told(here: Path) -> None:
    (here / "locked").mkdir(mode=0o500)
    with pytest.raises(InputError, match=r"mine\.yaml: cannot be written"):
        new("mine", "status_quo", folder=here / "locked", vocabulary=NAMES)
