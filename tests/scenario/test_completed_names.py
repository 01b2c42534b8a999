"""A name without .yaml or .yml is completed by trying the file, whatever dots it holds."""

from pathlib import Path

import pytest

from regionsim.errors import InputError
from regionsim.scenario import load
from regionsim.scenario.new import new

TEXT = "format: 1\ntitle: T\nextends: {}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["plan.2030", "a.b.c", "two words", "Überblick", "short"])
@pytest.mark.parametrize("ending", [".yaml", ".yml"])
def test_a_name_is_completed_in_extends_baseline_and_commands(folder: Path, name: str, ending: str) -> None:
    (folder / f"{name}{ending}").write_text(TEXT.format("status_quo"), encoding="utf-8")
    (folder / "over.yaml").write_text(TEXT.format(f'"{name}"') + f'baseline: "{name}"\nworlds: 7\n', encoding="utf-8")

    assert load("over").worlds == 7
    assert load("over.yaml").baseline == name
    assert load(name).name == name
    assert load(f"{name}{ending}").name == name


def test_the_completed_name_goes_before_a_file_or_folder_of_the_bare_name(folder: Path) -> None:
    (folder / "plan.v1.yaml").write_text(TEXT.format("status_quo") + "worlds: 3\n", encoding="utf-8")
    (folder / "plan.v1").mkdir()

    assert load("plan.v1").worlds == 3
    (folder / "over.yaml").write_text(TEXT.format("plan.v1"), encoding="utf-8")
    assert load("over.yaml").worlds == 3


def test_a_name_that_is_nowhere_is_told_and_a_link_leads_nowhere_outside(folder: Path) -> None:
    (folder / "over.yaml").write_text(TEXT.format("plan.v1"), encoding="utf-8")
    with pytest.raises(InputError, match=r"over\.yaml:3:10: extends: there is no file 'plan\.v1' beside"):
        load("over")
    outside = folder / "inner"
    outside.mkdir()
    (folder / "secret.v1.yaml").write_text(TEXT.format("status_quo"), encoding="utf-8")
    (outside / "secret.v1.yaml").symlink_to(folder / "secret.v1.yaml")
    (outside / "over.yaml").write_text(TEXT.format("secret.v1"), encoding="utf-8")
    with pytest.raises(InputError, match="leads outside"):
        load(outside / "over.yaml")


@pytest.mark.parametrize("name", ["plan.2", "Überblick", "2030", "two words", "q&a", "$x", "it's"])
def test_a_new_scenario_may_have_any_files_name_that_run_takes(folder: Path, name: str) -> None:
    path = new(name, "status_quo")

    assert path.name == f"{name}.yaml"
    assert load(path).name == name
    again = new("next", path)
    assert load(again).title == "next"


@pytest.mark.parametrize(
    "name", ["", " ", ".hidden", "-x", "a/b", "a\\b", "x.yaml", "x.YML", "a\tb", "a:b", "x.", "l" * 300]
)
def test_a_name_that_is_no_files_name_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(InputError, match="is not a scenario name"):
        new(name, "status_quo")
    assert not [path for path in folder.iterdir() if path.suffix]
