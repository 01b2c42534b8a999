import json
from itertools import pairwise

import numpy as np
import pytest

from regionsim.errors import InputError
from regionsim.runs import content_digest, open_run, plan, planning, run
from regionsim.runs.manifest import write_manifest
from tests.toys.toy import TOY, toy_scenario


def same(one, other):
    assert content_digest(one) == content_digest(other)
    for name in one.indicators:
        np.testing.assert_array_equal(one.values(name), other.values(name))


def test_more_worlds_extend_a_run_and_leave_the_first_as_they_were(play, tmp_path):
    first = play(20)
    values, files = first.values("trade_volume"), sorted(first.path.rglob("part-*"))
    before = [path.read_bytes() for path in files]
    longer = play(40)
    assert longer.path == first.path
    assert [batch.worlds for batch in longer.batches] == [range(20), range(20, 40)]
    assert (longer.path / "trajectories" / "part-000020-000039.parquet").is_file()
    assert [path.read_bytes() for path in files] == before
    np.testing.assert_array_equal(longer.values("trade_volume")[:20], values)
    same(longer, play(40, out=tmp_path / "at_once"))


def test_fewer_worlds_use_the_first_ones_and_play_nothing(play, monkeypatch):
    whole = play(30, batch=8)
    monkeypatch.setattr("regionsim.runs.play.play_missing", lambda *_: pytest.fail("played again"))
    few = play(11)
    assert few.numbers.tolist() == list(range(11))
    np.testing.assert_array_equal(few.values("attacks"), whole.values("attacks")[:11])
    np.testing.assert_array_equal(few.values("closure_days", "chaman"), whole.values("closure_days", "chaman")[:11])
    assert few.events()["world"].max() <= 10
    assert len(few.worlds) == 11
    assert whole.manifest.worlds == open_run(few.path).manifest.worlds == 30


@pytest.mark.parametrize("batch", [1, 7, 64])
def test_the_size_of_batches_does_not_matter(play, tmp_path, batch):
    same(play(20, batch=batch, out=tmp_path / "cut"), play(20, out=tmp_path / "whole"))


def test_two_processes_agree_with_one(play, tmp_path):
    pooled = play(60, workers=2, out=tmp_path / "two")
    assert len(pooled.batches) == 2
    same(pooled, play(60, workers=1, out=tmp_path / "one"))


def test_three_worlds_and_forty_share_their_first_three(play, tmp_path):
    few, many = play(3, out=tmp_path / "few"), play(40, out=tmp_path / "many")
    np.testing.assert_array_equal(few.values("trust_pakistan"), many.values("trust_pakistan")[:3])


def test_seed_0_is_a_seed_and_seeds_have_folders_of_their_own(tmp_path):
    runs = [run(toy_scenario(5), seed=seed, out=tmp_path, engine=TOY) for seed in (0, 1)]
    assert runs[0].path != runs[1].path
    assert runs[0].manifest.seed == 0
    assert content_digest(runs[0]) != content_digest(runs[1])


def test_title_question_and_number_of_worlds_do_not_change_the_folder_but_levers_do(tmp_path):
    lever = {"trade_facilitation": {"from": "2026-01-01", "intensity": 0.5}}
    variants = [{}, {"title": "Another"}, {"worlds": 7}, {"levers": lever}, {"seed": 9}]
    folders = [plan(toy_scenario(**more), out=tmp_path).folder for more in variants]
    assert folders[0] == folders[1] == folders[2]
    assert len(set(folders[2:])) == 3


def test_new_words_reach_the_folder_without_playing(play, tmp_path):
    first = play(5)
    again = run(toy_scenario(5, title="New words"), out=tmp_path / "runs", engine=TOY)
    assert again.path == first.path
    assert "New words" in (again.path / "scenario.yaml").read_text()
    assert again.manifest.batches == first.manifest.batches


def test_recording_everything_changes_no_indicator_and_is_kept_from_then_on(play, tmp_path):
    plain = play(10)
    digest = content_digest(plain)
    assert plain.variables == ()
    full = play(10, record_all=True)
    assert full.path == plain.path
    assert full.variables == ("morale",)
    assert full.values("morale").shape == (10, plain.weeks)
    assert content_digest(full) == digest
    assert play(20).variables == ("morale",)


def test_fresh_starts_again(play):
    first = play(10)
    (first.path / "notes.txt").write_text("the user's own")
    again = play(4, fresh=True)
    assert again.path == first.path
    assert [batch.worlds for batch in again.batches] == [range(4)]
    assert (again.path / "notes.txt").is_file()
    assert not list(first.path.rglob("part-000000-000009*"))


def test_progress_counts_world_weeks_to_the_total_in_a_process_and_in_a_pool(play, tmp_path):
    for workers in (1, 2):
        seen = []
        found = play(
            60, workers=workers, out=tmp_path / f"by_{workers}", progress=lambda *counts, seen=seen: seen.append(counts)
        )
        total = 60 * found.weeks
        assert seen[0] == (0, total)
        assert seen[-1] == (total, total)
        assert seen == sorted(seen)


def test_the_manifest_says_what_made_the_run(play):
    found = play(5)
    manifest = json.loads((found.path / "manifest.json").read_text())
    assert manifest["versions"].keys() >= {"regionsim", "python", "numpy", "numba", "pandas", "pyarrow", "mesa"}
    assert manifest["digests"].keys() == {"scenario", "evidence", "model", "numpy", "numba"}
    assert found.path.name == f"toy-{manifest['hash'][:8]}"
    assert manifest["batches"][0]["status"] == "done"
    assert manifest["batches"][0]["seconds"] > 0
    assert manifest["platform"]
    assert manifest["command"]
    assert manifest["created"] <= manifest["updated"]


def test_batches_are_cut_evenly_and_no_batch_is_too_large(monkeypatch):
    monkeypatch.setattr(planning, "cpus", lambda: 4)
    assert all(len(r) <= 268 for r in planning.batch_ranges(0, 10_000, 10**6, None, 522))
    assert all(len(r) <= 250 for r in planning.batch_ranges(0, 10_000, 10**9, None, 522))
    assert planning.batch_ranges(20, 40, 10**6, None, 522) == [range(20, 40)]
    assert planning.batch_ranges(40, 40, 10**6, None, 522) == planning.batch_ranges(40, 20, 10**6, None, 522) == []
    assert [len(r) for r in planning.batch_ranges(0, 101, 10**5, 2, 522)] == [50, 51]
    ranges = planning.batch_ranges(7, 5003, 10**6, 3, 522)
    assert ranges[0].start == 7
    assert ranges[-1].stop == 5003
    assert all(a.stop == b.start for a, b in pairwise(ranges))


def test_all_processes_have_as_much_to_do(monkeypatch):
    for cores, worlds in ((2, 200), (2, 1000), (2, 4000), (4, 1000), (4, 10_000), (8, 3000)):
        monkeypatch.setattr(planning, "cpus", lambda cores=cores: cores)
        assert len(planning.batch_ranges(0, worlds, 630_000, None, 522)) % cores == 0, (cores, worlds)


def test_a_short_run_is_played_in_one_process_as_a_pool_would_take_longer_to_start(monkeypatch):
    monkeypatch.setattr(planning, "cpus", lambda: 2)
    assert planning.batch_ranges(0, 200, 630_000, None, 26) == [range(200)]
    assert planning.batch_ranges(0, 40, 630_000, None, 522) == [range(40)]


def test_runs_that_fill_the_processes_among_them_are_not_cut_further(monkeypatch):
    monkeypatch.setattr(planning, "cpus", lambda: 2)
    assert planning.batch_ranges(0, 200, 630_000, None, 522, runs=8) == [range(200)]
    assert len(planning.batch_ranges(0, 400, 630_000, None, 522, runs=3)) == 2  # three would leave a process idle


def test_a_plan_says_what_is_left_and_writes_nothing(play, tmp_path):
    scenario = toy_scenario(20)
    before = plan(scenario, out=tmp_path / "runs")
    assert not before.folder.exists()
    assert (before.to_play, before.finished, before.weeks) == (20, 0, scenario.weeks)
    assert before.seconds > 0
    assert before.memory > 2**20
    assert 0 < before.disk < before.disk_free
    made = play(20)
    after = plan(scenario, worlds=50, out=tmp_path / "runs")
    assert after.folder == made.path
    assert (after.to_play, after.finished, after.batches) == (30, 20, (range(20, 50),))
    assert plan(scenario, out=tmp_path / "runs").seconds == 0.0
    assert plan(scenario, worlds=10, out=tmp_path / "runs").finished == 10


def test_a_plan_that_does_not_fit_the_disk_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "_free", lambda folder: 10)
    assert "MB are needed" in plan(toy_scenario(20), out=tmp_path).warnings[0]


@pytest.mark.parametrize(("arguments", "word"), [({"worlds": 0}, "worlds"), ({"workers": 0}, "workers")])
def test_counts_out_of_range_are_refused(tmp_path, arguments, word):
    with pytest.raises(InputError, match=word):
        run(toy_scenario(5), out=tmp_path / "runs", engine=TOY, **arguments)
    assert not (tmp_path / "runs").exists()


def test_a_plan_learns_the_pace_from_the_runs_beside_it(play, tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "MEASURED_FROM", 10)
    made = play(20)
    scenario = toy_scenario(20, seed=4)
    before = plan(scenario, out=tmp_path / "elsewhere").seconds
    made.manifest.batches[0].seconds = 8 * planning._batch_seconds(20, made.weeks)
    write_manifest(made.path, made.manifest)
    after = plan(scenario, out=tmp_path / "runs").seconds
    assert after - planning.SECONDS_START == pytest.approx(8 * (before - planning.SECONDS_START))
