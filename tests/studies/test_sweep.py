import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from regionsim.errors import InputError, RegionsimError, RunInterrupted
from regionsim.runs import content_digest, play, run, run_folder
from regionsim.studies.designs import Axis, read_axis
from regionsim.studies.study_file import is_study, read_study
from regionsim.studies.sweep import Study, Sweep, run_study
from tests.conftest import ROOT
from tests.toys.toy import TOY

LEVER = read_axis("draws", "prior,fixed")  # of the scenario, so an arm each
RATE = Axis("toy.rate", True, (1.0, 4.0))  # a parameter of the toy
SHORT = ("end=2025-11-01",)
STUDY = Study("status_quo", (RATE, LEVER), replicates=6, seed=0, sets=SHORT, outcomes=("trade_volume@2025-10",))
PROGRAM = """
import sys
sys.path.insert(0, {root!r})
from tests.toys.toy import TOY, by
from regionsim.studies.designs import Axis, read_axis
from regionsim.studies.sweep import Study, Sweep, run_study
from regionsim.runs import play, run_folder
run_folder.batch_ranges = lambda first, last, *_: by(first, last, 5)
lever = read_axis("draws", "prior,fixed")
study = Study("status_quo", (Axis("toy.rate", True, (1.0, 4.0)), lever), replicates=6, seed=0,
              sets=({question!r}, "end=2025-11-01"), outcomes=("trade_volume@2025-10",))
run_study(Sweep(study, out={out!r}, engine=TOY, workers={workers}))
"""


def sweep(out, study=STUDY, **options):
    return Sweep(study, out=out, engine=TOY, **options)


def asked(question):
    """The study with orders to the toy; its results are the same."""
    return replace(STUDY, sets=(f"question={question}", *SHORT))


def contents(found):
    return [content_digest(one) for _, one in found.runs()]


@pytest.fixture
def undisturbed(tmp_path, by_five):
    return run_study(sweep(tmp_path / "undisturbed", workers=1))


def test_points_of_parameters_share_a_scenario_and_levers_have_their_own(undisturbed):
    assert len(undisturbed.points) == 4
    assert [arm.table.points.tolist() for arm in undisturbed.arms] == [[0, 2], [1, 3]]
    table = undisturbed.results()
    assert table["point"].tolist() == [0, 1, 2, 3]
    assert table["toy.rate"].tolist() == [1.0, 1.0, 4.0, 4.0]
    assert set(table["worlds"]) == {6}
    assert (table["error"] > 0).all()
    # the toy knows no levers, so points that differ in nothing else are equal: same draws, same chance
    assert table["mean"][0] == table["mean"][1] != table["mean"][2]


def test_a_world_of_a_study_has_the_chance_of_its_replicate(undisturbed, tmp_path):
    from tests.toys.toy import toy_scenario

    _, first = next(undisturbed.runs())
    plain = run(toy_scenario(6), out=tmp_path / "plain", engine=TOY, workers=1)
    rate = first.worlds["replicate"].to_numpy()
    np.testing.assert_array_equal(rate, np.repeat(np.arange(6), 2))
    np.testing.assert_array_equal(first.values("attacks"), plain.values("attacks")[rate])
    assert first.worlds["toy.rate"].tolist() == [1.0, 4.0] * 6


def test_a_world_of_a_study_replays_bit_for_bit(undisturbed):
    from regionsim.runs import replay

    _, last = list(undisturbed.runs())[-1]
    assert replay(last, 7, engine=TOY).same


def test_more_replicates_extend_a_study_and_repeat_nothing(undisturbed, tmp_path, monkeypatch):
    before = {path: path.stat().st_mtime_ns for path in undisturbed.folder.rglob("part-*.parquet")}
    more = run_study(sweep(tmp_path / "undisturbed", replace(STUDY, replicates=9), workers=1))
    assert more.folder == undisturbed.folder
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert set(more.results()["worlds"]) == {9}
    assert contents(more) == contents(run_study(sweep(tmp_path / "anew", replace(STUDY, replicates=9), workers=1)))
    monkeypatch.setattr(play, "play_missing", lambda *_: pytest.fail("played again"))
    run_study(sweep(tmp_path / "undisturbed", replace(STUDY, replicates=9), workers=1))


def test_a_pool_and_shards_give_the_same_content(undisturbed, tmp_path, monkeypatch):
    pool = run_study(sweep(tmp_path / "pool", workers=2))
    for i in (3, 1, 2):
        part = run_study(sweep(tmp_path / "shards", workers=1, shard=(i, 3)))
        assert not (part.folder / "results.csv").exists()
    played = play.play_missing
    monkeypatch.setattr(play, "play_missing", lambda *_: pytest.fail("played again"))
    merged = run_study(sweep(tmp_path / "shards", workers=1))
    monkeypatch.setattr(play, "play_missing", played)
    assert contents(pool) == contents(merged) == contents(undisturbed)
    assert not list(merged.folder.rglob("finished"))
    assert (merged.folder / "results.csv").read_bytes() == (undisturbed.folder / "results.csv").read_bytes()


def test_a_lost_shard_is_played_by_the_command_without_shards(undisturbed, tmp_path):
    run_study(sweep(tmp_path / "shards", workers=1, shard=(1, 2)))
    assert contents(run_study(sweep(tmp_path / "shards", workers=1))) == contents(undisturbed)


def test_shards_of_a_plain_run_are_put_together_too(tmp_path, by_five):
    from tests.toys.toy import toy_scenario

    whole = {"engine": TOY, "workers": 1}
    for i in (2, 1):
        run(toy_scenario(20), out=tmp_path / "shards", shard=(i, 2), **whole)
    merged = run(toy_scenario(20), out=tmp_path / "shards", **whole)
    assert content_digest(merged) == content_digest(run(toy_scenario(20), out=tmp_path / "plain", **whole))


def start(out, question="question=slow 0.01", workers=1):
    text = PROGRAM.format(root=str(ROOT), out=str(out), question=question, workers=workers)
    return subprocess.Popen([sys.executable, "-c", text], stderr=subprocess.PIPE, text=True, start_new_session=True)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_after_kill_9_at_ten_random_moments_the_same_command_finishes(undisturbed, tmp_path):
    chance = random.Random(0)
    for i in range(10):
        process = start(tmp_path / "runs", workers=1 + i % 2)
        end = time.monotonic() + 60
        first = (tmp_path / "runs").glob("*/arms/*/manifest.json")
        while not any(first) and process.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
            first = (tmp_path / "runs").glob("*/arms/*/manifest.json")
        time.sleep(chance.uniform(0.0, 0.5))
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
    found = run_study(sweep(tmp_path / "runs", asked("slow 0.01"), workers=1))
    assert contents(found) == contents(undisturbed)
    assert not list(found.folder.rglob("*.tmp"))
    assert not list(found.folder.rglob("finished/*.json"))


def test_a_batch_whose_end_was_not_noted_is_taken_over_not_played_again(undisturbed, tmp_path, monkeypatch):
    def die(self, outcome):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(run_folder.RunFolder, "note", die)
        with pytest.raises(RunInterrupted):
            run_study(sweep(tmp_path / "runs", workers=1))
    (part,) = (tmp_path / "runs").rglob("trajectories/part-*.parquet")
    before = part.stat().st_mtime_ns
    found = run_study(sweep(tmp_path / "runs", workers=1))
    assert part.stat().st_mtime_ns == before
    assert contents(found) == contents(undisturbed)


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), OSError(30, "Read-only file system")])
def test_a_writer_fault_keeps_what_is_finished_and_the_same_call_goes_on(undisturbed, tmp_path, monkeypatch, fault):
    import regionsim.runs.files as files

    count, force = iter(range(100)), files._force

    def failing(path):
        if "part-" in path.name and next(count) == 8:
            raise fault
        force(path)

    with monkeypatch.context() as patch:
        patch.setattr(files, "_force", failing)
        with pytest.raises(RunInterrupted, match="2 of 6 batches are finished and kept"):
            run_study(sweep(tmp_path / "runs", workers=1))
    assert contents(run_study(sweep(tmp_path / "runs", workers=1))) == contents(undisturbed)


@pytest.mark.parametrize("harm", ["torn", "flipped"])
def test_a_corrupt_part_is_played_again(undisturbed, tmp_path, harm):
    found = run_study(sweep(tmp_path / "runs", workers=1))
    path = sorted(found.folder.rglob("trajectories/part-*.parquet"))[1]
    data = path.read_bytes()
    path.write_bytes(data[:100] if harm == "torn" else data[:50] + bytes([data[50] ^ 255]) + data[51:])
    assert contents(run_study(sweep(tmp_path / "runs", workers=1))) == contents(undisturbed)


def test_failed_worlds_are_counted_and_left_out(tmp_path, by_five):
    found = run_study(sweep(tmp_path / "runs", asked("fail 3"), workers=1))
    assert found.failed == 2  # world 3 of either scenario: point 1 of its table, replicate 1
    assert found.results()["worlds"].tolist() == [6, 6, 5, 5]


def test_a_crash_of_a_batch_is_told_and_the_rest_kept(tmp_path, by_five):
    with pytest.raises(RegionsimError, match="ZeroDivisionError"):
        run_study(sweep(tmp_path / "runs", asked("crash"), workers=1))
    assert len(list((tmp_path / "runs").rglob("trajectories/part-*.parquet"))) == 1


def test_part_of_the_results_can_be_read_before_the_end(tmp_path, by_five):
    run_study(sweep(tmp_path / "runs", workers=1, shard=(1, 2)))
    again = sweep(tmp_path / "runs")
    with pytest.raises(RegionsimError, match="ZeroDivisionError"):
        run_study(sweep(tmp_path / "runs", asked("crash"), workers=1))
    assert 0 < again.results()["worlds"].sum() < 24


def test_a_study_file_is_read_and_its_faults_listed(tmp_path):
    path = tmp_path / "study.yaml"
    path.write_text(
        "study: 1\nscenario: status_quo\nover: {draws: [prior, fixed]}\n"
        "set: {end: 2025-11-01}\nreplicates: 3\nseed: 0\n"
    )
    assert is_study(str(path))
    study = read_study(str(path))
    assert (study.replicates, study.seed, study.over) == (3, 0, (LEVER,))
    assert len(Sweep(study, out=tmp_path, engine=TOY).arms) == 2
    path.write_text("study: 2\nscenarios: status_quo\nover: 3\n")
    with pytest.raises(InputError) as caught:
        read_study(str(path))
    assert len(caught.value.faults) == 4
    assert "did you mean scenario?" in str(caught.value)


def test_faults_of_a_point_are_told_before_anything_is_played(tmp_path):
    study = replace(STUDY, over=(read_axis("levers.trade_facilitation.intensity", "0,2"),))
    with pytest.raises(InputError, match=r"levers.trade_facilitation.intensity"):
        sweep(tmp_path, study)
    with pytest.raises(InputError, match="outside the horizon"):
        sweep(tmp_path, replace(STUDY, outcomes=("trade_volume@2099",)))
    assert list(tmp_path.iterdir()) == []


def test_the_study_says_what_was_asked(undisturbed):
    said = json.loads((undisturbed.folder / "study.json").read_text())
    assert (said["points"], said["replicates"], said["seed"], len(said["arms"])) == (4, 6, 0, 2)


@pytest.mark.parametrize("over", [(LEVER,), (RATE, LEVER)])
def test_each_outcome_has_a_picture(tmp_path, by_five, over):
    from regionsim.views.sweeps import draw_sweep

    found = run_study(sweep(tmp_path / "runs", replace(STUDY, over=over), workers=1))
    (picture,) = draw_sweep(found, found.results())
    assert picture.name == "trade_volume_2025-10.png"
    assert picture.stat().st_size > 10_000
