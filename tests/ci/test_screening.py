"""The script that compares a screening with a stored one, on made-up results."""

import copy
import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "ci" / "screening.py"


def loaded():
    spec = importlib.util.spec_from_file_location("screening", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


screening = loaded()
OUTCOME = "trade_volume@2026-08"


def row(rank, value, half):
    return {"rank": rank, "value": value, "low": value - half, "high": value + half}


def found(verdict="met", **rows):
    rows = {"a": row(1, 10.0, 1.0), "b": row(2, 5.0, 1.0), "c": row(3, 4.5, 1.0), "d": row(4, 0.0, 0.0)} | rows
    about = {"unit": "USD bn/yr", "verdict": "ranked", "index": "mu_star", "inputs": rows}
    return {"outcomes": {OUTCOME: about}, "expectations": {"trade grows": verdict}}


THEN = found()


def test_the_same_result_has_not_moved():
    assert screening.compare(THEN, copy.deepcopy(THEN)) == ([], [])


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (found(a=row(2, 6.0, 0.5), b=row(1, 6.5, 1.0)), "a: rank 1, mu* 10 [9, 11] then, rank 2, mu* 6 [5.5, 6.5] now"),
        (found(a=row(2, 8.0, 2.0), b=row(1, 12.0, 1.5)), "a and b changed places"),
        (found(d=row(4, 1.0, 0.5)), "(now moves the outcome)"),
        (found(c=row(3, 0.0, 0.0)), "(no longer moves the outcome)"),
        (found("not met"), "expectation 'trade grows': was met, is not met"),
    ],
)
def test_what_moves_beyond_the_intervals_is_told(now, told):
    moved, _ = screening.compare(THEN, now)
    assert moved
    assert any(told in line for line in moved), moved


@pytest.mark.parametrize(
    "now",
    [
        found(b=row(3, 4.4, 1.0), c=row(2, 5.1, 1.0)),  # places changed, intervals meet
        found(a=row(1, 20.0, 1.0)),  # the index has moved, its rank has not
        found("undecided"),
    ],
)
def test_what_stays_within_tolerance_is_told_and_does_not_fail(now):
    moved, drifts = screening.compare(THEN, now)
    assert moved == []
    assert drifts


def test_what_is_next_to_nothing_then_and_now_is_passed_over():
    assert screening.compare(THEN, found(c=row(4, 4.5, 1.0), d=row(3, 0.05, 0.001)))[0] == []
    assert "d:" not in str(screening.compare(THEN, found(d=row(4, 0.05, 0.001))))


def test_another_question_is_told_and_not_compared():
    other = copy.deepcopy(THEN)
    other["outcomes"]["attacks@2026-08"] = other["outcomes"].pop(OUTCOME)
    assert len(screening.compare(THEN, other)[0]) == 2
    constant = copy.deepcopy(THEN)
    constant["outcomes"][OUTCOME]["verdict"] = "constant"
    assert screening.compare(THEN, constant)[0] == [f"{OUTCOME}: was ranked, is constant"]


@pytest.fixture
def play(tmp_path, monkeypatch, capsys):
    """Call the script on a stored file, with `now` for what is played: (exit code, stdout, page, file)."""
    file, page = tmp_path / "stored.json", tmp_path / "page.md"
    file.write_text(json.dumps({"ask": {"scenario": "x.yaml"}, "found": THEN}), encoding="utf-8")

    def call(now, *words):
        monkeypatch.setattr(screening, "play", lambda ask, out: now)
        code = screening.main([str(file), "--summary", str(page), *words])
        return code, capsys.readouterr().out, page.read_text(encoding="utf-8"), file

    return call


def test_the_script_fails_with_a_readable_message_and_a_page(play):
    code, said, page, _ = play(found("not met"))
    assert code == 1
    assert "expectation 'trade grows': was met, is not met" in said
    assert "--update" in said
    assert "# Screening of x.yaml: 1 moved" in page
    assert "| 1 | 1 | a | 10 [9, 11] | 10 [9, 11] |" in page
    assert "| trade grows | not met | met |" in page


def test_an_update_stores_what_is_found_and_then_nothing_has_moved(play):
    code, said, _, file = play(found("not met"), "--update")
    assert (code, "stored in" in said) == (0, True)
    assert json.loads(file.read_text(encoding="utf-8"))["found"] == found("not met")
    assert '"a": {"rank": 1, "value": 10.0, "low": 9.0, "high": 11.0}' in file.read_text(encoding="utf-8")
    code, said, _, _ = play(found("not met"))
    assert (code, said) == (0, "nothing moved: 1 outcomes, 1 expectations\n")


def test_a_missing_or_foreign_file_is_one_line_and_exit_2(tmp_path, capsys):
    assert screening.main([str(tmp_path / "none.json")]) == 2
    assert "No such file" in capsys.readouterr().err
    (tmp_path / "other.json").write_text("[1]", encoding="utf-8")
    assert screening.main([str(tmp_path / "other.json")]) == 2
    assert "is no file of a screening" in capsys.readouterr().err
    (tmp_path / "new.json").write_text('{"ask": {"scenario": "x"}}', encoding="utf-8")
    assert screening.main([str(tmp_path / "new.json")]) == 2
    assert "--update stores one" in capsys.readouterr().err


def test_a_command_that_fails_ends_the_script_with_its_exit_code(tmp_path, capfd):
    (tmp_path / "bad.json").write_text('{"ask": {"scenario": "no_such_scenario"}}', encoding="utf-8")
    assert screening.main([str(tmp_path / "bad.json"), "--update"]) == 2
    assert "no_such_scenario" in capfd.readouterr().err


def test_the_stored_result_is_of_what_is_asked_of_the_scenario_beside_it():
    from regionsim.scenario import load

    stored = json.loads((ROOT / "ci" / "screening.json").read_text(encoding="utf-8"))
    scenario = load(ROOT / stored["ask"]["scenario"])
    assert list(stored["found"]["outcomes"]) == stored["ask"]["outcomes"]
    for about in stored["found"]["outcomes"].values():
        assert set(about["inputs"]) == set(stored["ask"]["over"])
    assert list(stored["found"]["expectations"]) == [one.name for one in scenario.expect]


def test_the_workflow_runs_the_script_and_keeps_kernels():
    import yaml

    text = (ROOT / ".github" / "workflows" / "sensitivity.yml").read_text(encoding="utf-8")
    (job,) = yaml.safe_load(text)["jobs"].values()
    runs = [step["run"] for step in job["steps"] if "run" in step]
    assert any(run.startswith("python ci/screening.py") for run in runs)
    assert job["env"]["NUMBA_CACHE_DIR"].endswith(".kernels")
    assert any(step.get("with", {}).get("path") == ".kernels" for step in job["steps"])
    assert "ci/screening.py" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
