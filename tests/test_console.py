"""Tables of plain text on screens of any width, and what surrounds a command: paths, faults, quotas of processors."""

import errno
import io
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from regionsim import console
from regionsim.errors import InputError, RunInterrupted, machine_error, unwritable
from regionsim.paths import user_path, writable_path
from regionsim.runs.planning import cpu_quota, cpus, folder_of
from regionsim.scenario import load

ROWS = [
    ["indicator", "unit", "mean", "90% of worlds", "what it says"],
    ["trade through both crossings", "USD bn/yr", "2.96", "[2.91, 3.02]", "goods that cross the border either way"],
    ["تجارت", "persons per year", "342,000", "[340,000, 344,000]", "families who leave, whatever their papers say"],
    ["kept-in-one-word-" * 3, "share", "0.4", "[0.38, 0.42]", ""],
]


@pytest.mark.parametrize("width", [20, 30, 40, 60, 80, 100, 140, None])
def test_a_table_keeps_every_name_and_every_cell_within_its_width(width: int | None) -> None:
    text = console.columns(ROWS, right=(2, 3), width=width)
    if width is not None:
        assert max(map(console.cell_width, text.splitlines())) <= width
    together = "".join(text.split())
    for row in ROWS:
        for cell in row:
            assert cell.replace(" ", "") in together or all(word[:15] in together for word in cell.split())
    for name in (row[0] for row in ROWS):
        assert any(line.startswith(name[: min(12, len(name))]) for line in text.splitlines())


CHOICES = ((0, 1, 2, 3, 4), (0, 1, 2, 3), (0, 2, 3), (0, 2))


@pytest.mark.parametrize("width", [20, 30, 40, 60, 80, 100, 140, None])
def test_columns_are_left_out_by_rank_and_said_to_be(width: int | None) -> None:
    text, left_out = console.chosen_columns(ROWS, CHOICES, right=(2, 3), width=width)
    if width is not None:
        assert max(map(console.cell_width, text.splitlines())) <= width
    for i in (1, 2, 3):  # the first and the last may be wrapped
        held = all(row[i] in text for row in ROWS)
        assert held != (ROWS[0][i] in left_out)
    assert "mean" not in left_out
    if width is None or width >= 140:
        assert not left_out
    elif width <= 80:
        assert left_out


def test_names_and_last_cells_share_the_room_and_keep_their_words() -> None:
    rows = [["indicator of some length", "10", "a remark of many words that may be wrapped"]]
    lines = console.columns(rows, right=(1,), width=52).splitlines()

    assert max(map(len, lines)) <= 52
    assert lines[0].startswith("indicator of some")
    assert " ".join(" ".join(line[-26:].split()) for line in lines).split()[-2:] == ["be", "wrapped"]


def test_cells_stand_under_their_headings_when_rows_are_stacked() -> None:
    lines = console.columns(ROWS, right=(2, 3), width=45).splitlines()
    heading = next(line for line in lines if "mean" in line)
    end = heading.index("mean") + len("mean")
    assert [line[end - 4 : end].strip() for line in lines if "2.96" in line] == ["2.96"]


def test_letters_of_two_columns_fit_too() -> None:
    text = console.columns([["名前" * 12, "一二三四五六七八九十" * 3]], width=30)
    assert max(map(console.cell_width, text.splitlines())) <= 30
    assert text.count("名") == 12
    assert text.count("十") == 3


def test_breaks_and_tabs_do_not_break_a_row() -> None:
    assert console.columns([["a\tb\nc", "1"], ["d", "2"]]).splitlines() == ["a b c  1", "d      2"]
    assert console.columns([]) == ""


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("said", "width"), [("72", 72), ("0", 80), ("-5", 80), ("wide", 80), ("²", 80), ("9" * 400, 80), ("", 80)]
)
def test_a_width_without_sense_is_the_usual_one(said: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # not in the environment itself, which pytest asks too while the test runs
    monkeypatch.setattr(
        console, "os", SimpleNamespace(environ={"COLUMNS": said}, get_terminal_size=os.get_terminal_size)
    )
    monkeypatch.setattr(console, "shutil", SimpleNamespace(get_terminal_size=os.terminal_size))
    assert console.screen_width(Screen()) == width


def test_what_is_no_terminal_has_no_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert console.screen_width(io.StringIO()) is None
    monkeypatch.setattr(console.sys, "stdout", None)
    assert console.screen_width() is None


# -- paths -----------------------------------------------------------------------------------------------------------


def test_a_tilde_is_the_home_folder_at_the_start_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert user_path("~/runs") == tmp_path / "runs"
    assert user_path(Path("~/runs")) == tmp_path / "runs"
    assert user_path("a~/~b") == Path("a~/~b")
    with pytest.raises(InputError, match="--out ~no-such-user-here/x: the home folder of this user is unknown"):
        user_path("~no-such-user-here/x", "--out")
    with pytest.raises(InputError, match="is not a path"):
        user_path("a\0b")


def test_a_place_to_write_is_text_and_not_too_long() -> None:
    assert writable_path("runs", "--out") == Path("runs")
    with pytest.raises(InputError, match=r"--out .*not UTF-8 text"):
        writable_path("\udcff", "--out")
    with pytest.raises(InputError, match=r"--out .*too long"):
        writable_path("y" * 300, "--out")


def test_a_folder_of_a_long_name_is_one_every_file_system_takes(tmp_path: Path) -> None:
    base = load("status_quo")
    for name in ("m" * 300, "سرحد" * 60, "short"):
        found = folder_of(tmp_path, base.model_copy(update={"name": name}), "0123abcd", "sensitivity")
        assert len(found.name.encode()) <= 143
        assert found.name.endswith("-sensitivity-0123abcd")
        assert name.startswith(found.name.removesuffix("-sensitivity-0123abcd"))
        found.mkdir()
    with pytest.raises(InputError, match="not UTF-8 text"):
        folder_of(tmp_path, base.model_copy(update={"name": "\udcff"}), "0123abcd")


# -- faults of the surroundings --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "a/b"), RunInterrupted, "a/b: the disk is full"),
        (OSError(errno.EMFILE, "Too many open files"), RunInterrupted, "ulimit -n"),
        (MemoryError(), RunInterrupted, "out of memory"),
        (ImportError("x.so: failed to map segment from shared object"), RunInterrupted, "out of memory"),
        (RuntimeError("can't start new thread"), RunInterrupted, "ulimit -u"),
        (PermissionError(errno.EACCES, "Permission denied", "a/b"), InputError, "a/b: cannot be used: permission"),
        (OSError("a library says: no folder to write to"), InputError, "a library says: no folder to write to"),
    ],
)
def test_a_fault_of_the_surroundings_is_told_as_one(fault: Exception, kind: type, words: str) -> None:
    found = machine_error(fault)
    assert type(found) is kind
    assert words in str(found)


def test_a_fault_of_ours_stays_one() -> None:
    assert machine_error(ValueError("x")) is None
    assert machine_error(KeyError("memory")) is None


def test_what_cannot_be_written_is_the_users_to_mend_or_goes_on_later() -> None:
    assert type(unwritable("--out x", OSError(errno.ENOSPC, "No space left on device"))) is RunInterrupted
    for fault in (FileExistsError(errno.EEXIST, "File exists"), NotADirectoryError(errno.ENOTDIR, "Not a directory")):
        assert str(unwritable("--out x/y", fault)) == "--out x/y: cannot be written (not a directory)"
    found = unwritable("--out x", OSError(errno.EROFS, "Read-only file system", "/elsewhere"))
    assert (type(found), str(found)) == (
        InputError,
        "--out x: cannot be written (Read-only file system: /elsewhere)",
    )


# -- processors ------------------------------------------------------------------------------------------------------


def group(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("own", "files", "quota"),
    [
        ("0::/\n", {"cpu.max": "150000 100000\n"}, 1.5),
        ("0::/a/b\n", {"a/cpu.max": "100000 100000\n", "a/b/cpu.max": "max 100000\n"}, 1.0),
        ("0::/a/b\n", {"a/cpu.max": "400000 100000\n", "a/b/cpu.max": "300000 100000\n"}, 3.0),
        (
            "4:cpu,cpuacct:/job\n1:name=x:/\n",
            {"cpu,cpuacct/job/cpu.cfs_quota_us": "50000", "cpu,cpuacct/job/cpu.cfs_period_us": "100000"},
            0.5,
        ),
        ("3:cpu:/\n", {"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, None),
        ("3:memory:/a\n", {"memory/a/cpu.max": "1 1"}, None),
        ("0::/\n", {"cpu.max": "nonsense"}, None),
        ("0::/\n", {}, None),
    ],
)
def test_the_quota_of_a_container_is_read_of_its_group_and_those_above(
    own: str, files: dict[str, str], quota: float | None, tmp_path: Path
) -> None:
    (tmp_path / "own").write_text(own, encoding="utf-8")
    assert cpu_quota(tmp_path / "own", group(tmp_path / "root", files)) == quota


def test_as_many_processes_as_the_quota_lets_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("regionsim.runs.planning.os.sched_getaffinity", lambda _: set(range(8)), raising=False)
    for quota, count in ((None, 8), (0.2, 1), (1.5, 2), (3.0, 3), (64.0, 8)):
        monkeypatch.setattr("regionsim.runs.planning.cpu_quota", lambda quota=quota: quota)
        assert cpus() == count
    assert cpu_quota(Path("missing")) is None


def test_words_are_folded_to_the_screen_and_what_cannot_be_stays_whole() -> None:
    line = "  Better: livelihoods in Afghanistan and poverty in Pakistan's border districts, on the last day"
    lines = console.fitted(line, 40).split("\n")
    assert " ".join(part.strip() for part in lines) == line.strip()
    assert max(map(len, lines)) <= 40
    assert all(part.startswith("  ") for part in lines)
    path = "folder    " + "/a" * 40
    for whole in (path, "\x1b[1m" + line, "short", "", " " * 50):
        assert console.fitted(whole, 40) == whole
