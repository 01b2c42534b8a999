"""Too little of something: disk, memory, files, time, a place to write. Told in one line, and what is finished is kept.

Core object: `LIMITS` (name -> function of an empty folder); each raises AssertionError where a command is wrong about
it, and `NotHere` where this machine cannot set the limit. Some need root, to mount a small disk.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .commands import Ended, run_command
from .kills import contents, write_scenarios

LIMITS: dict[str, Callable[[Path], None]] = {}
RUN = ("run", "pushed.yaml", "--quiet", "--no-figures")
GO_ON = "the same command goes on"


class NotHere(Exception):
    """The limit cannot be set on this machine."""


def limit(function: Callable[[Path], None]) -> Callable[[Path], None]:
    """Enter a function into the list by its name."""
    LIMITS[function.__name__] = function
    return function


def told(ended: Ended, code: int, *words: str) -> None:
    """One line on stderr with these words, this exit code, and no traceback; an export says its size before."""
    assert ended.code == code, f"{ended.code} instead of {code}: {ended.err[-900:]}"
    assert "Traceback" not in ended.err, ended.err[-900:]
    assert "fault of regionsim" not in ended.err, ended.err[-900:]
    if words:
        lines = [line for line in ended.err.strip().splitlines() if "rows; about" not in line]
        assert len(lines) == 1, ended.err[-900:]
    for word in words:
        assert word in ended.err, f"{word!r} is not said: {ended.err[-900:]}"


def limited(how: str, *words: str, folder: Path) -> Ended:
    """A command under limits set by words of a shell."""
    return run_command(*words, folder=folder, shell=f'{how} && exec "$@"')


def goes_on(folder: Path, *words: str) -> None:
    """The same command without the limit is done, as in a folder that never knew one."""
    told(run_command(*words, folder=folder), 0)
    apart = folder / "apart"
    apart.mkdir()
    write_scenarios(apart)
    told(run_command(*words, folder=apart), 0)
    expected = contents(apart)
    got = {name: digest for name, digest in contents(folder).items() if not name.startswith("apart")}
    assert got == expected


@contextmanager
def small_disk(folder: Path, size: str, options: str = "") -> Iterator[Path]:
    """A disk of this size, mounted at `folder`."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}{options}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        raise NotHere("needs root, to mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def grow(folder: Path) -> None:
    """Give a small disk room."""
    subprocess.run(["mount", "-o", "remount,size=64m", str(folder)], check=True)


def _on_disk(folder: Path, size: str, *words: str) -> Ended:
    """A command whose runs go to a small disk, which then grows: the command goes on."""
    with small_disk(folder / "runs", size):
        ended = run_command(*words, folder=folder)
        left = [path.name for path in (folder / "runs").rglob(".*.tmp")]
        assert not left, left
        grow(folder / "runs")
        goes_on(folder, *words)
    return ended


# -- disk ------------------------------------------------------------------------------------------------------------


@limit
def a_disk_too_small_for_a_manifest(folder: Path) -> None:
    told(_on_disk(folder, "16k", *RUN), 3, "the disk is full", GO_ON)


@limit
def a_disk_too_small_for_the_parts_of_a_batch(folder: Path) -> None:
    ended = _on_disk(folder, "300k", *RUN, "--workers", "2")
    told(ended, 3, "the disk is full", "needed: about", "MB of disk", GO_ON)


@limit
def a_disk_too_small_for_a_study(folder: Path) -> None:
    words = ("sweep", "plain.yaml", "--over", "trade.potential=6,9", "--replicates", "26", "--quiet", "--no-figures")
    told(_on_disk(folder, "230k", *words), 3, "the disk is full", GO_ON)


@limit
def a_disk_too_small_for_a_report(folder: Path) -> None:
    told(run_command("compare", "pushed.yaml", "--quiet", "--no-figures", folder=folder), 0)
    with small_disk(folder / "small", "20k") as disk:
        words = ("report", "pushed.yaml", "--out", "small/brief.html", "--quiet")
        told(run_command(*words, folder=folder), 3, "the disk is full")
        assert not list(disk.iterdir())


def _export(folder: Path, to: str) -> None:
    told(run_command(*RUN, folder=folder), 0)
    place = next((folder / "runs").glob("pushed-*")) / "export"
    with small_disk(place, "40k"):
        told(run_command("export", "pushed", "--to", to, folder=folder), 3, "the disk is full")


@limit
def a_disk_too_small_for_an_export_as_csv(folder: Path) -> None:
    _export(folder, "csv")


@limit
def a_disk_too_small_for_an_export_as_xlsx(folder: Path) -> None:
    _export(folder, "xlsx")


@limit
def a_disk_that_is_read_only(folder: Path) -> None:
    with small_disk(folder / "runs", "1m", ",ro"):
        told(run_command(*RUN, folder=folder), 2, "--out runs", "cannot be written")


@limit
def files_that_may_not_be_large(folder: Path) -> None:
    told(limited("ulimit -f 12", *RUN, folder=folder), 3, "larger than is allowed", GO_ON)
    goes_on(folder, *RUN)


# -- files, memory, time ---------------------------------------------------------------------------------------------


@limit
def few_open_files(folder: Path) -> None:
    told(limited("ulimit -n 12", *RUN, "--workers", "2", folder=folder), 3, "too many files are open", GO_ON)
    goes_on(folder, *RUN)


@limit
def little_memory(folder: Path) -> None:
    told(limited("ulimit -v 700000", *RUN, folder=folder), 3, "out of memory", GO_ON)
    goes_on(folder, *RUN)


@limit
def little_time_of_a_processor(folder: Path) -> None:
    told(limited("ulimit -S -t 1", *RUN, folder=folder), 3, "interrupted", GO_ON)
    goes_on(folder, *RUN)


# -- places ----------------------------------------------------------------------------------------------------------


@limit
def no_folder_for_temporary_files_and_no_home(folder: Path) -> None:
    nowhere = {"TMPDIR": "/proc/nowhere", "HOME": "/proc/nowhere", "MPLCONFIGDIR": "/proc/nowhere"}
    told(run_command("run", "pushed.yaml", "--quiet", "--workers", "2", folder=folder, environment=nowhere), 0)


@limit
def an_out_folder_that_cannot_be(folder: Path) -> None:
    for place in ("/proc/nowhere", "plain.yaml", "x/" * 2100, "y" * 300):
        told(run_command(*RUN, "--out", place, folder=folder), 2, "--out", "cannot be written")


@limit
def a_folder_that_holds_modules_of_pythons_names(folder: Path) -> None:
    for name in ("types", "numbers", "signal", "enum"):
        (folder / f"{name}.py").write_text("raise SystemExit('the wrong module')\n", encoding="utf-8")
    told(run_command(*RUN, "--workers", "2", folder=folder), 0)


@limit
def a_lock_that_cannot_be_opened(folder: Path) -> None:
    told(run_command(*RUN, folder=folder), 0)
    lock = next((folder / "runs").glob("pushed-*")) / ".lock"
    lock.unlink()
    lock.mkdir()
    told(run_command(*RUN, "--worlds", "60", folder=folder), 2, str(lock.relative_to(folder)))


# -- streams ---------------------------------------------------------------------------------------------------------


@limit
def a_stdout_that_is_full(folder: Path) -> None:
    told(run_command("list", "levers", folder=folder, shell='"$@" >/dev/full'), 3, "the disk is full")
    told(run_command(*RUN, folder=folder, shell='"$@" >/dev/full'), 3, "the disk is full")
    goes_on(folder, *RUN)


@limit
def streams_that_are_closed_or_full(folder: Path) -> None:
    for stream in ("2>/dev/full", "2>&-", ">&- 2>&-", "</dev/null 2>&- >/dev/null"):
        assert run_command("validate", "missing.yaml", folder=folder, shell=f'"$@" {stream}').code == 2, stream
        assert run_command("validate", "plain.yaml", folder=folder, shell=f'"$@" {stream}').code == 0, stream
    told(run_command("list", "levers", folder=folder, shell='"$@" >&-'), 0)
    for buffered in ("", "1"):  # a reader that has seen enough, before the table and what follows it are written
        seen = f'{{ PYTHONUNBUFFERED={buffered} "$@"; echo $? >code; }} | head -1'
        for words in (RUN[:2], ("list", "parameters"), ("compare", "pushed.yaml", "--baseline", "plain.yaml")):
            told(run_command(*words, folder=folder, shell=seen), 0)
            assert (folder / "code").read_text() == "0\n", words


def hold(name: str, folder: Path) -> None:
    """Try one limit in an empty folder. Raises AssertionError, or NotHere."""
    write_scenarios(folder)
    LIMITS[name](folder)


def is_root() -> bool:
    """Whether small disks can be mounted."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
