"""Folders that are not as they were written: what is said, and what is never touched."""

import json
import os
import shutil

import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from regionsim.cli.write import note
from regionsim.errors import InputError
from regionsim.runs import content_digest, integrity, open_run, run
from regionsim.runs.files import putting, read_regular, require_target, write_text
from regionsim.runs.integrity import FORMAT, Damaged, read_record, write_record
from regionsim.runs.manifest import write_manifest
from regionsim.runs.tables import plain_text, plain_texts, write_csv
from regionsim.studies.arms import read_arms
from tests.toys.toy import TOY, toy_scenario

posix = pytest.mark.skipif(os.name != "posix", reason="pipes and links as POSIX has them")


def manifest_of(found):
    return json.loads((found.path / "manifest.json").read_bytes())


def forge(found, **changes):
    """Change a manifest and make its checksum fit."""
    data = manifest_of(found) | changes
    del data["checksum"]
    write_record(found.path / "manifest.json", data)


def test_a_changed_manifest_is_noticed_wherever_the_change_is(play):
    found = play(5)
    for key, value in manifest_of(found).items():
        if key in ("checksum", "format"):
            continue
        other = value + 1 if isinstance(value, int) and not isinstance(value, bool) else [value]
        (found.path / "manifest.json").write_text(json.dumps(manifest_of(found) | {key: other}))
        with pytest.raises(Damaged, match=r"manifest\.json is damaged \(its checksum"):
            open_run(found.path)
        write_manifest(found.path, found.manifest)
    assert open_run(found.path).complete


def test_a_folder_of_a_newer_version_is_told_as_such(play):
    found = play(5)
    later = manifest_of(found) | {"format": FORMAT + 1, "versions": {"regionsim": "9.1"}, "of_later": True}
    (found.path / "manifest.json").write_text(json.dumps(later))
    with pytest.raises(InputError, match=rf"written by regionsim 9\.1, format {FORMAT + 1}; this is regionsim"):
        open_run(found.path)


def test_a_folder_of_before_there_were_checksums_opens_and_is_sealed_by_the_next_run(play):
    found = play(10, batch=5)
    data = manifest_of(found)
    del data["checksum"], data["checksums"]
    (found.path / "manifest.json").write_text(json.dumps(data | {"format": 1}))
    old = open_run(found.path)
    assert content_digest(old) == content_digest(found)
    assert old.worlds.equals(found.worlds)
    assert old.scenario == found.scenario
    play(10)
    assert manifest_of(found)["checksums"] == sums_of(found)


def test_a_folder_of_version_0_1_opens(play):
    found = play(5)
    digest = content_digest(found)
    versions = manifest_of(found)["versions"] | {"regionsim": "0.1.0"}
    forge(found, versions=versions, sources={"code": {"ensemble/worker.py": "0"}})
    old = open_run(found.path)
    assert old.manifest.versions["regionsim"] == "0.1.0"
    assert content_digest(old) == digest
    assert len(old.summary()) == len(found.summary())


def sums_of(found):
    return {name: integrity.sha256_of(found.path / name) for name in ("scenario.yaml", "summary.csv", "worlds.parquet")}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "../../elsewhere"}, "name: .*not a file name"),
        ({"name": "a\x1b]0;b"}, "name: .*not a file name"),
        ({"hash": "../x"}, "hash"),
        ({"weeks": 10**12}, "weeks"),
        ({"places": {"closure_days": ["a/b"]}}, "places"),
        ({"start": "2025-13-01"}, "start"),
        ({"batches": []}, None),
        ({"indicators": ["of_another_time"]}, "of_another_time, which this version does not"),
    ],
)
def test_a_forged_manifest_leads_nowhere(play, changes, words):
    found = play(5)
    forge(found, **changes)
    if words is None:
        assert open_run(found.path).numbers.size == 0
        return
    with pytest.raises(InputError, match=rf"manifest\.json.*{words}"):
        open_run(found.path)


def test_batches_and_parts_must_go_together(play):
    found = play(10, batch=5)
    for harm in (lambda batch: batch.update(first=1), lambda batch: batch["parts"]["trajectories"].update(rows=7)):
        data = manifest_of(found)
        harm(data["batches"][0])
        forge(found, batches=data["batches"])
        with pytest.raises(Damaged, match=r"manifest\.json"):
            open_run(found.path)
        write_manifest(found.path, found.manifest)


def test_control_characters_of_a_title_are_shown_and_not_obeyed(play, capsys):
    found = play(3)
    forge(found, title="\x1b]0;mine\x07\x1b[31mred")
    note(open_run(found.path).manifest.title)
    assert capsys.readouterr().err == "\\x1b]0;mine\\x07\\x1b[31mred\n"


def test_the_worlds_table_is_checked_and_mended(play):
    found = play(10)
    path = found.path / "worlds.parquet"
    whole = found.worlds
    table = pq.read_table(path)
    doubled = table.set_column(table.num_columns - 1, "toy.rate", pc.multiply(table["toy.rate"], 2.0))
    pq.write_table(doubled, path)
    for reader in (lambda one: one.worlds, lambda one: one.values("attacks"), lambda one: one.events()):
        with pytest.raises(Damaged, match=r"worlds\.parquet is damaged .*fresh=True"):
            reader(open_run(found.path))
    assert play(10).worlds.equals(whole)


def test_a_damaged_summary_and_scenario_are_written_again(play):
    found = play(10)
    before = {name: (found.path / name).read_bytes() for name in ("summary.csv", "scenario.yaml")}
    (found.path / "summary.csv").write_text("junk")
    (found.path / "scenario.yaml").write_bytes(b"\xff")
    with pytest.raises(Damaged, match=r"scenario\.yaml is damaged"):
        _ = open_run(found.path).scenario
    play(10)
    assert {name: (found.path / name).read_bytes() for name in before} == before


def test_a_run_that_another_command_extends_meanwhile_can_still_be_read(play):
    before = open_run(play(10, batch=5).path)
    scenario = before.scenario
    play(20, batch=5)
    reader = open_run(before.path)
    reader.manifest, reader.limit = before.manifest, 10
    assert reader.worlds["world"].tolist() == list(range(10))
    assert reader.values("attacks").shape[0] == 10
    assert reader.scenario.worlds == 20
    assert scenario.worlds == 10


def test_a_folder_with_the_manifest_of_another_run_is_not_taken_for_it(play, tmp_path):
    found = play(5)
    other = run(toy_scenario(5, seed=3), out=tmp_path / "runs", engine=TOY, workers=1)
    shutil.copytree(other.path, found.path, dirs_exist_ok=True)
    with pytest.raises(Damaged, match=rf"manifest\.json is damaged \(it belongs to another run, {other.hash}"):
        play(5)
    assert content_digest(play(5, fresh=True)) != content_digest(other)


@posix
@pytest.mark.parametrize("kind", ["trajectories", "places", "events"])
def test_a_pipe_in_place_of_a_part_is_refused_and_not_waited_for(play, kind):
    found = play(5)
    (path,) = (found.path / kind).iterdir()
    path.unlink()
    os.mkfifo(path)
    for reader in (lambda: open_run(found.path).values("attacks"), lambda: play(5)):
        with pytest.raises(InputError, match=rf"{path.name}: is a named pipe, not a file"):
            reader()
    assert play(5, fresh=True).complete


@posix
def test_links_in_a_folder_are_not_written_through(play, tmp_path):
    found = play(5)
    outside = tmp_path / "outside"
    outside.write_text("mine")
    for name in ("summary.csv", "scenario.yaml", "worlds.parquet", ".lock"):
        (found.path / name).unlink()
        (found.path / name).symlink_to(outside)
    with pytest.raises(InputError):
        play(5)
    (found.path / ".lock").unlink()
    assert play(5).complete
    assert outside.read_text() == "mine"
    (found.path / "export").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(InputError, match="is a link"):
        open_run(found.path).export("csv")


def test_folders_named_like_addresses_are_folders(play, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("run:1", "file:x", "mock:x", "s3:x"):
        found = play(5, out=name, batch=3)
        assert found.path.parent.name == name
        assert len(found.worlds) == 5
        rows = (found.export("csv") / "events.csv").read_text().splitlines()
        assert len(rows) == 1 + len(found.events())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file:x", "mock:x", "run:1", "s3:x"]


def test_folders_of_studies_are_told_apart(tmp_path):
    words = {
        "study.json": "folder of a sweep .*regionsim discover",
        "compare.json": "folder of a comparison",
        "why.json": "folder of a study of causes",
        "scores.json": "folder of a hindcast's scores",
        "x.yaml": "folder of scenarios",
        "other.txt": "folder without a run",
    }
    for name, said in words.items():
        folder = tmp_path / name.replace(".", "-")
        folder.mkdir()
        (folder / name).write_text("{}")
        with pytest.raises(InputError, match=said):
            read_arms([str(folder)])


# -- records, tables, files that a user names --------------------------------------------------------------------------


def said_of(path):
    try:
        return read_record(path, "study")
    except InputError as refused:
        return "refused" if "record.json" in str(refused) and str(refused).isprintable() else str(refused)


def test_a_record_tells_a_flipped_bit_in_any_byte(tmp_path):
    path = tmp_path / "record.json"
    write_record(path, {"study": FORMAT, "name": "sweep", "numbers": [1, 2.5, None]})
    good, data = path.read_bytes(), read_record(path, "study")
    for place in range(len(good)):
        for bit in (place % 8, 5):
            path.write_bytes(good[:place] + bytes([good[place] ^ 1 << bit]) + good[place + 1 :])
            assert said_of(path) in (data, "refused")


@pytest.mark.parametrize(
    ("text", "shown"),
    [("=1+1", "'=1+1"), ("+cmd", "'+cmd"), ("@x", "'@x"), ("-draft", "'-draft"), ("\tx", "'\tx"), ("-1.5e3", "-1.5e3"),
     ("+2", "+2"), ("plain", "plain"), ("", "")],
)  # fmt: skip
def test_texts_are_no_formulas_and_numbers_stay(tmp_path, text, shown):
    import pyarrow as pa

    assert plain_text(text) == shown
    assert plain_texts(pa.table({"a": [text, None]}))["a"].to_pylist() == [shown, None]
    write_csv(pd.DataFrame({"name": [text], "value": [-1.5]}), tmp_path / "t.csv")
    again = pd.read_csv(tmp_path / "t.csv", dtype={"name": str}, keep_default_na=False)
    assert again["name"][0] == shown
    assert again["value"][0] == -1.5


@posix
def test_only_files_are_replaced(tmp_path):
    pipe, link, file, lost = (tmp_path / name for name in ("pipe", "link", "file", "lost"))
    os.mkfifo(pipe)
    file.write_text("old")
    link.symlink_to(file)
    lost.symlink_to(lost)
    with pytest.raises(InputError, match="nobody reads this pipe"):
        require_target(pipe, "--out")
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    put(pipe, "through the pipe")
    assert os.read(reader, 100) == b"through the pipe"
    os.close(reader)
    assert pipe.is_fifo()
    put(link, "new")
    assert link.is_symlink()
    assert file.read_text() == "new"
    for path in (lost, tmp_path):
        with pytest.raises(InputError):
            put(path, "x")
    with pytest.raises(InputError, match="named pipe"):
        write_text(pipe, "x")
    with pytest.raises(InputError, match="named pipe"):
        read_regular(pipe, 10)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link", "lost", "pipe"]


def put(path, text):
    with putting(path) as temporary:
        temporary.write_text(text)


@posix
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root makes devices")
def test_a_device_stays_a_device(tmp_path):
    import stat

    path = tmp_path / "sink"
    try:
        os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 3))
        path.write_text("a probe")
    except OSError:
        pytest.skip("no device can be made or used here")
    put(path, "a page")
    assert path.is_char_device()
