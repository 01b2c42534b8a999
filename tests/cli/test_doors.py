"""What stands between a command and its user: streams, code pages, signals, locks, compiled rules."""

import io
import json
import multiprocessing
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from regionsim.cli import main, progress, signals, write
from regionsim.errors import InputError
from regionsim.runs.lock import NAME, FolderLock, FolderLocked


class Page(io.TextIOWrapper):
    """A stdout of another code page."""

    def __init__(self, encoding: str, terminal: bool = False) -> None:
        self.bytes, self.terminal = io.BytesIO(), terminal
        super().__init__(self.bytes, encoding=encoding, errors="replace")

    def isatty(self) -> bool:
        return self.terminal

    def got(self) -> bytes:
        self.flush()
        return self.bytes.getvalue()


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1", "utf-8", "cp437"])
@pytest.mark.parametrize("title", ["Über die Grenze", "تجارت ≥ 3", "name \udcff"])
def test_json_comes_back_whole_whatever_the_code_page(
    encoding: str, title: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Page(encoding)
    monkeypatch.setattr(sys, "stdout", page)
    write.out_json({"title": title})
    assert json.loads(page.got().decode("utf-8"))["title"] == title


def test_readable_letters_stay_readable_where_they_can(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page("utf-8")
    monkeypatch.setattr(sys, "stdout", page)
    write.out_json({"title": "تجارت"})
    assert "تجارت" in page.got().decode("utf-8")


def test_a_files_text_is_utf8_except_on_a_screen_of_another_code_page(monkeypatch: pytest.MonkeyPatch) -> None:
    for terminal, expected in ((False, "title: تجارت\n".encode()), (True, b"title: ?????\n")):
        page = Page("cp1252", terminal)
        monkeypatch.setattr(sys, "stdout", page)
        write.out_exact("title: تجارت")
        assert page.got() == expected


class Full(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


def test_a_remark_is_lost_where_stderr_is_full_and_a_fault_keeps_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Full())
    write.note("a remark")
    assert main(["validate", "no-such-file.yaml"]) == 2
    assert main(["list", "no-such-kind"]) == 2


def test_results_that_cannot_be_written_end_with_3(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(sys, "stdout", Full())
    assert main(["list", "levers"]) == 3
    said = capsys.readouterr().err
    assert said == "regionsim: the disk is full; the same command goes on from what is finished\n"


def test_a_name_is_no_markup_for_the_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setenv("TERM", "xterm")
    with progress.bar("a [/b] of [red] $5 = x") as step:
        step(1, 2)
    assert "a [/b] of [red] $5 = x" in shown.getvalue()


# -- signals ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def stopping(monkeypatch: pytest.MonkeyPatch):
    """A command that is asked to end by these signals while it works."""

    def command(*numbers: signal.Signals, then: type[BaseException] | None = None) -> None:
        def call(_words: object) -> int:
            for number in numbers:
                signal.raise_signal(number)
            time.sleep(0.01)
            return 0

        def turned(words: object) -> int:
            try:
                return call(words)
            except KeyboardInterrupt:
                if then is None:
                    raise
                raise then("what a library makes of it") from None

        monkeypatch.setattr("regionsim.cli.app._call", turned)

    return command


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_ends_a_command_with_3_and_one_line(name: str, stopping, capsys) -> None:
    before = signal.getsignal(signal.SIGTERM)
    for then in (None, ImportError):
        stopping(signal.Signals[name], then=then)
        assert main(["list", "levers"]) == 3
        assert capsys.readouterr().err == f"regionsim: {signals.GO_ON}\n"
    assert signal.getsignal(signal.SIGTERM) is before


ENDED_IN_TEXT = """
import sys
import regionsim.cli.app as app
from regionsim.cli import main
app._call = lambda words: exec("import signal; signal.raise_signal(signal.SIGINT)")
sys.exit(main())
"""


def test_the_exit_code_holds_where_a_signal_hits_a_text_that_is_executed(tmp_path: Path) -> None:
    (tmp_path / "ended.py").write_text(ENDED_IN_TEXT, encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "ended"], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (3, f"regionsim: {signals.GO_ON}\n")


def test_what_was_ignored_from_the_start_stays_ignored(stopping) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        stopping(signal.SIGHUP)
        assert main(["list", "levers"]) == 0
    finally:
        signal.signal(signal.SIGHUP, before)


def test_an_interruption_that_hits_tidying_up_is_not_lost() -> None:
    class Tidied:
        def __del__(self) -> None:
            raise KeyboardInterrupt

    def tidy() -> None:
        one = Tidied()
        del one
        time.sleep(5.0)

    with signals.heeded(for_good=False), pytest.raises(KeyboardInterrupt):
        tidy()


# -- locks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mask", [0o002, 0o022, 0o077])
def test_a_locks_file_is_as_open_as_the_umask_says(mask: int, tmp_path: Path) -> None:
    before = os.umask(mask)
    try:
        with FolderLock(tmp_path):
            pass
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o666 & ~mask


def test_a_lock_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    with pytest.raises(InputError) as caught:
        FolderLock(tmp_path).__enter__()
    assert str(tmp_path / NAME) in str(caught.value)


def _hold(folder: str, ready: str, seconds: float) -> None:
    with FolderLock(Path(folder)):
        Path(ready).touch()
        time.sleep(seconds)


def test_a_lock_is_waited_for_with_one_line_and_no_longer_than_told(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr("regionsim.runs.lock._QUIETLY", 0.0)
    ready = tmp_path / "ready"
    other = multiprocessing.get_context("spawn").Process(target=_hold, args=(str(tmp_path), str(ready), 1.0))
    other.start()
    while not ready.exists():
        time.sleep(0.02)
    with pytest.raises(FolderLocked):
        FolderLock(tmp_path, patience=0.2).__enter__()
    assert capsys.readouterr().err.count("waiting for") == 1
    with FolderLock(tmp_path, patience=60.0):
        assert capsys.readouterr().err.startswith(f"waiting for {tmp_path}, which process {other.pid} on ")
    other.join()


# -- compiled rules --------------------------------------------------------------------------------------------------


class Cache:
    """A stand-in for numba's, with what it holds."""

    _cache_file = None

    def __init__(self, held: object) -> None:
        self.load_overload = lambda *_: held


def test_the_remark_on_compiling_comes_where_the_cache_misses(monkeypatch, capsys) -> None:
    from types import SimpleNamespace

    from regionsim.model import _jit

    kept, missed = SimpleNamespace(_cache=Cache("machine code")), SimpleNamespace(_cache=Cache(None))
    unkept = SimpleNamespace(_cache=SimpleNamespace(load_overload=lambda *_: None))
    for one in (kept, missed, unkept):
        _jit._tell_of_misses(one)
    for quiet, held, words in (
        (False, [kept], ""),
        (False, [kept, missed, missed], "compiling kernels, once per machine"),
        (False, [unkept], "compiling kernels, as they cannot be kept"),
        (True, [missed], ""),
    ):
        with progress.announce_compiling(quiet=quiet):
            for one in held:
                one._cache.load_overload("signature")
        said = capsys.readouterr().err
        assert said.startswith(words)
        assert said.count("compiling") == bool(words)


@pytest.mark.parametrize(("switch", "value"), [("NUMBA_DISABLE_JIT", "1"), ("NUMBA_NUM_THREADS", "0")])
def test_a_switch_that_forbids_compiled_rules_is_named(switch: str, value: str) -> None:
    code = (
        "from regionsim.errors import InputError\ntry:\n import regionsim.model._jit\nexcept InputError as e: print(e)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {switch: value}, capture_output=True, text=True
    )
    assert switch in done.stdout
    assert "unset" in done.stdout
    assert not done.stderr


def test_commands_run_outside_the_main_thread_too(capsys) -> None:
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(main(["list", "levers"])))
    thread.start()
    thread.join()
    assert found == [0]
