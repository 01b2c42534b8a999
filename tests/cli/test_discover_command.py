"""`discover` on runs and sweeps of a toy model."""

import json
from pathlib import Path

import pytest

from regionsim.runs import content_digest, run
from regionsim.studies.designs import Axis, read_axis
from regionsim.studies.sweep import Study, Sweep, run_study
from tests.conftest import Command
from tests.toys.toy import TOY, toy_scenario

WHERE = "trade_volume@2025-10 in 2.7..3.3"  # the toy's trade strays the further the higher its rate


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("runs")
    run(toy_scenario(120), out=place, engine=TOY, workers=1)
    axes = (Axis("toy.rate", True, (0.5, 1.0, 6.0)), read_axis("draws", "prior,fixed"))
    study = Study("status_quo", axes, replicates=20, seed=0, sets=("end=2025-11-01",))
    run_study(Sweep(study, out=place, engine=TOY, workers=1))
    return place


def test_a_sweep_is_explained_by_its_axis_and_a_run_is_left_as_it_was(regionsim: Command, runs: Path) -> None:
    said = regionsim("discover", "status_quo", "--where", WHERE, "--out", runs, "--boxes", "1")

    assert said.code == 0, said.err
    assert "of 120 worlds" in said.out
    assert "toy.rate is below 3.50" in said.out
    assert "On held-out worlds" in said.out
    (folder,) = runs.glob("status_quo-sweep-*/discover")
    assert sorted(path.suffix for path in folder.iterdir()) == [".csv", ".md", ".png"]


def test_a_run_by_name_gives_json_and_its_content_stays(regionsim: Command, runs: Path, tmp_path: Path) -> None:
    from regionsim.runs import open_run

    (place,) = (path for path in runs.glob("toy-*") if path.is_dir())
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    digest = content_digest(open_run(place))
    words = ("--where", "trade_volume@2025-10 > 3", "--out", runs, "--folder", tmp_path / "new", "--json")
    said = json.loads(regionsim("discover", "toy", *words).out)

    assert (said["worlds"], said["inputs"]) == (120, 1)
    assert 0 < said["cases"] < 120
    assert all(Path(name).is_file() for name in said["files"])
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before
    assert content_digest(open_run(place)) == digest


def test_faulty_words_are_told_in_one_line(regionsim: Command, runs: Path) -> None:
    for words, told in [
        (("toy", "--where", "trade_volume@2025-10 < 3 in >= 80% of worlds"), "each world is judged on its own"),
        (("toy", "--where", "trade_volume@2025-10 > baseline"), "the baseline is not in this run"),
        (("toy", "--where", "trade@2025-10 > 3"), "unknown indicator"),
        (("toy", "--where", "trade_volume@2040 > 3"), "outside the horizon"),
        (("toy", "--where", "trade_volume@2025-10 > 3", "--over", "toy.rat"), "did you mean toy.rate"),
        (("toy", "--where", "trade_volume@2025-10 > 3", "--boxes", "0"), "--boxes: 0 is out of range"),
        (("toy", "--where", "trade_volume@2025-10 > 3", "--density", "1.5"), "--density: 1.5 is out of range"),
        (("nothing", "--where", "trade_volume@2025-10 > 3"), "is not a run folder"),
    ]:
        said = regionsim("discover", *words, "--out", runs)
        assert (said.code, said.out) == (2, ""), words
        assert told in said.err, said.err


def test_a_claim_that_holds_nowhere_has_too_few_cases(regionsim: Command, runs: Path) -> None:
    said = regionsim("discover", "toy", "--where", "trade_volume@2025-10 > 1000", "--out", runs, "--no-figures")
    assert said.code == 0
    assert "In 0 of 120 worlds" in said.out
    assert "too few to search" in said.out
