"""Scenarios as paths, names, dicts and Scenario objects, one or several, in every function of the Python API."""

import pytest

import regionsim as rs
from regionsim.errors import InputError, WorldsFailed
from regionsim.runs import content_digest
from regionsim.runs import run as play
from regionsim.runs.play import run_all
from tests.toys.toy import TOY

SHORT = ["end=2026-02-01"]
MADE = {"format": 1, "title": "Made <b>up</b>", "extends": "trade_push", "worlds": 3, "end": "2026-02-01"}


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_a_scenario_object_can_be_changed_like_a_file_and_keeps_its_name():
    scenario = rs.load("trade_push", sets=SHORT, worlds=3)

    assert rs.load(scenario) is scenario
    assert rs.load(scenario, seed=4).seed == 4
    changed = rs.load(scenario, sets=["levers.trade_facilitation.intensity=0.1"], worlds=5)
    assert (changed.name, changed.worlds, changed.end) == ("trade_push", 5, scenario.end)
    assert changed.levers["trade_facilitation"].intensity == 0.1
    assert changed.history == scenario.history
    with pytest.raises(InputError, match=r"^sets: levers\.no: .*unknown lever"):
        rs.load(scenario, sets=["levers.no.intensity=1"])


def test_a_scenario_that_names_a_baseline_beside_its_file_can_be_changed_elsewhere(tmp_path, monkeypatch):
    (tmp_path / "own_base.yaml").write_text("format: 1\ntitle: Base\nextends: status_quo\n", encoding="utf-8")
    (tmp_path / "own.yaml").write_text(
        "format: 1\ntitle: Own\nextends: status_quo\nbaseline: own_base\n", encoding="utf-8"
    )
    scenario = rs.load("own.yaml")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert rs.load(scenario, sets=["worlds=7"]).baseline == "own_base"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Trade push toward $10 billion", "trade_push_toward_10_billion"),
        ("../../etc/passwd", "etc_passwd"),
        ("\u062a\u062c\u0627\u0631\u062a", "scenario"),
        ("Status quo", "own_status_quo"),
        ("x" * 200, "x" * 60),
    ],
)
def test_a_dict_is_named_by_its_title_and_never_like_a_shipped_scenario(title, name):
    assert rs.load(MADE | {"title": title}).name == name


def test_all_forms_of_a_scenario_give_the_same_worlds(tmp_path):
    (tmp_path / "made.yaml").write_text(
        "format: 1\ntitle: Made\nextends: trade_push\nworlds: 3\nend: 2026-02-01\n", encoding="utf-8"
    )
    forms = ["made.yaml", tmp_path / "made.yaml", MADE, rs.load(MADE)]
    assert len({content_digest(play(form, engine=TOY)) for form in forms}) == 1


def test_several_scenarios_are_played_side_by_side_and_found_by_position_or_name():
    runs = run_all([MADE, "status_quo", "status_quo"], worlds=3, sets=SHORT, engine=TOY)

    assert isinstance(runs, rs.Runs)
    assert repr(runs) == "<2 runs: made_b_up_b, status_quo>"
    assert (runs.keys(), len(runs)) == (("made_b_up_b", "status_quo"), 2)
    first, second = runs
    assert runs[0] is runs["made_b_up_b"] is first
    assert dict(runs) == {"made_b_up_b": first, "status_quo": second}
    assert runs[1:].keys() == ("status_quo",)
    assert content_digest(second) == content_digest(play("status_quo", worlds=3, sets=SHORT, engine=TOY))
    with pytest.raises(InputError, match=r"'statusquo' is not among these runs .*did you mean status_quo"):
        runs["statusquo"]


def test_runs_of_equal_names_are_told_apart_by_their_hash():
    runs = run_all([MADE, MADE | {"seed": 5}], engine=TOY)
    assert len(set(runs.keys())) == 2
    assert all(name.startswith("made_b_up_b-") for name in runs.keys())  # noqa: SIM118 - a list with names, no dict


def test_a_frame_and_a_summary_of_several_runs_name_the_scenario():
    runs = run_all([MADE, "status_quo"], worlds=3, sets=SHORT, engine=TOY)
    frame = runs.frame("trade_volume")

    assert list(frame.columns) == ["scenario", "world", "date", "value"]
    assert frame["scenario"].drop_duplicates().tolist() == ["made_b_up_b", "status_quo"]
    own = frame[frame["scenario"] == "status_quo"].drop(columns="scenario").reset_index(drop=True)
    assert own.equals(runs["status_quo"].frame("trade_volume"))
    assert list(runs.summary().columns[:3]) == ["scenario", "date", "indicator"]
    assert len(runs.summary()) == sum(len(run.summary()) for run in runs)


def test_faults_of_several_scenarios_are_listed_at_once():
    with pytest.raises(InputError) as caught:
        rs.run([MADE | {"levers": {"no": {"intensity": 1}}}, "statusquo"])
    assert ["levers.no" in caught.value.faults[0], "did you mean status_quo" in caught.value.faults[-1]] == [True, True]


def test_failed_worlds_of_several_runs_are_told_at_the_end_with_the_rest():
    with pytest.raises(WorldsFailed, match="made_b_up_b: 1 of 3 worlds failed") as caught:
        run_all([MADE | {"question": "fail 1"}, "status_quo"], worlds=3, sets=SHORT, engine=TOY)
    runs = caught.value.run
    assert isinstance(runs, rs.Runs)
    assert [run.numbers.size for run in runs] == [2, 3]


def test_the_plan_of_several_is_that_of_all_together():
    one, two = rs.plan(MADE), rs.plan("status_quo", worlds=3)
    both = rs.plan([MADE, "status_quo"], worlds=3)
    assert (both.worlds, both.to_play) == (one.worlds + two.worlds, one.to_play + two.to_play)
    assert (rs.plan([MADE]).hash, rs.plan([MADE]).batches) == (one.hash, one.batches)


def test_studies_take_every_form_of_a_scenario_and_lists_where_several_make_sense(tmp_path):
    from regionsim.studies.api import sweep
    from regionsim.studies.check import check
    from regionsim.studies.compare import compare
    from regionsim.studies.why import why

    plain = {"format": 1, "title": "Plain", "start": "2025-08-18", "end": "2026-02-01", "worlds": 3}
    plain |= {"levers": {"trade_facilitation": {"from": "2026-01-01", "intensity": 0.5}}}
    both = compare(plain, baseline=plain | {"levers": {}}, engine=TOY)
    assert [name.partition("-")[0] for name in (*both.names, both.base_name)] == ["plain", "plain"]
    swept = [sweep(form, {"trade.potential": [5, 8]}, replicates=2, engine=TOY) for form in (plain, rs.load(plain))]
    assert swept[0].folder == swept[1].folder
    assert swept[0].results().equals(swept[1].results())
    assert why(plain, sets=SHORT, worlds=3, indicators=["attacks"], engine=TOY).baseline.name == "status_quo"
    expect = [{"name": "some trade", "that": "trade_volume@2025-12 > 0", "in": ">= 50% of worlds"}]
    checked = check(plain | {"expect": expect}, rs.load(plain | {"expect": expect}), engine=TOY)
    assert [judged.scenario for judged in checked.judged] == ["plain", "plain"]
