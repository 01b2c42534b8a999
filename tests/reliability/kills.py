"""Commands killed at random moments by random signals, and started again: nothing is lost, and nothing differs.

Core objects: `attack` (one kill, from a seed) and `COMMANDS`. An attack raises AssertionError with what went wrong.
"""

import contextlib
import csv
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path

from regionsim.runs.results import content_digest, open_run

from .commands import COMMAND, PATIENCE

COMMANDS: dict[str, list[str]] = {
    "run": ["run", "pushed.yaml", "--no-figures"],
    "sweep": ["sweep", "plain.yaml", "--over", "trade.potential=6,9", "--replicates", "26", "--no-figures"],
    "sensitivity": [
        "sensitivity", "plain.yaml", "--over", "trade.potential", "--over", "security.ttp_strength_initial",
        "--samples", "4", "--replicates", "5", "--no-figures",
    ],
    "why": ["why", "pushed.yaml", "--indicator", "trade_volume", "--no-figures"],
    "check": ["check", "pushed.yaml"],
    "report": ["report", "pushed.yaml", "--out", "brief.html", "--indicator", "trade_volume"],
}  # fmt: skip
SIGNALS = ("INT", "INT INT", "TERM", "HUP", "TERM INT", "KILL", "STOP CONT", "PIPE", "XCPU")
_HEARD = ("INT", "TERM", "HUP", "XCPU")  # each ends a command with exit code 3
_TABLES = ("results.csv", "outcomes.csv", "indices.csv", "why.csv", "compare.csv")
_PLAIN = "format: 1\ntitle: Plain\nextends: status_quo\nend: 2025-10-01\nworlds: 52\nexpect: [null]\n"
_PUSHED = """format: 1
title: Pushed
extends: plain
baseline: plain
levers:
  trade_facilitation: {from: 2025-09-01, intensity: 0.8}
  joint_border_management: {from: 2025-09-01, intensity: 0.6}
expect:
- {name: some trade, that: "trade_volume@2025-09 > 1", in: ">= 80% of worlds"}
- {name: as much, that: "trade_volume@2025-09 > baseline", in: ">= 1% of pairs"}
"""


def attack(seed: int) -> str:
    """Kill one command once, start it again, and compare with what it gives undisturbed; what was done, in words."""
    chance = random.Random(seed)
    name, workers = chance.choice(list(COMMANDS)), chance.choice((1, 2))
    numbers, group = chance.choice(SIGNALS).split(), chance.random() < 0.5
    whole, seconds = undisturbed(name)
    moment = chance.uniform(0.0, 1.1 * seconds)
    to = "its group" if group else "it alone"
    said = f"{name} with {workers} processes, {' and '.join(numbers)} to {to} after {moment:.2f} s"
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_scenarios(folder)
        words = [*COMMANDS[name], "--workers", str(workers), "--quiet"]
        code, err = _killed(words, folder, numbers, moment, group)
        _assert_told(code, err, numbers, said)
        code, err = _killed(words, folder, [], 0.0, False)
        assert code == 0, f"{said}: then {code}: {err[-600:]}"
        assert contents(folder) == whole, f"{said}: then other content"
        left = [path.name for path in folder.rglob(".*.tmp")]
        assert not left, f"{said}: left behind {left}"
    return said


@cache
def undisturbed(name: str) -> tuple[dict[str, str], float]:
    """What a command gives when it is left alone, and about how many seconds it takes."""
    folder = Path(tempfile.mkdtemp())
    try:
        write_scenarios(folder)
        began = time.monotonic()
        code, err = _killed([*COMMANDS[name], "--workers", "1", "--quiet"], folder, [], 0.0, False)
        assert code == 0, err[-600:]
        return contents(folder), time.monotonic() - began
    finally:
        shutil.rmtree(folder)


def write_scenarios(folder: Path) -> None:
    """The scenarios that the commands name."""
    (folder / "plain.yaml").write_text(_PLAIN, encoding="utf-8")
    (folder / "pushed.yaml").write_text(_PUSHED, encoding="utf-8")


def contents(folder: Path) -> dict[str, str]:
    """Digests of all run folders below a folder, and the tables of studies, by their paths."""
    found = {}
    for path in sorted(folder.rglob("manifest.json")):
        found[str(path.parent.relative_to(folder))] = content_digest(open_run(path.parent))
    for name in _TABLES:
        for path in sorted(folder.rglob(name)):
            with path.open(encoding="utf-8", newline="") as file:
                found[str(path.relative_to(folder))] = repr(list(csv.reader(file)))
    return found


def _killed(words: list[str], folder: Path, numbers: list[str], moment: float, group: bool) -> tuple[int, str]:
    """Exit code and stderr of a command that gets these signals; no process of it is left."""
    with tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            [*COMMAND, *words], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err,
            start_new_session=True,
        )  # fmt: skip
        try:
            if numbers:
                _wait_until_it_listens(process)
                time.sleep(moment)
            for number in numbers:
                _send(process, number, group)
                time.sleep(0.05)
            code = process.wait(PATIENCE)
            _assert_alone(process.pid)
        finally:
            _end(process)
        err.seek(0)
        return code, err.read().decode("utf-8", "replace")


def _wait_until_it_listens(process: subprocess.Popen[bytes]) -> None:
    """Until Python has started and the command heeds SIGTERM: what comes before is Python's to tell."""
    caught = 1 << (signal.SIGTERM - 1)
    while process.poll() is None:
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        if int(status.partition("SigCgt:")[2].split()[0], 16) & caught:
            return
        time.sleep(0.01)


def _send(process: subprocess.Popen[bytes], name: str, group: bool) -> None:
    number = signal.Signals[f"SIG{name}"]
    if process.poll() is None:
        if group or number in (signal.SIGSTOP, signal.SIGCONT):
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)


def _assert_alone(group: int) -> None:
    """Workers end with their parent, however that ended, within a few seconds."""
    end = time.monotonic() + 20.0
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    raise AssertionError("processes are left behind")


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(PATIENCE)


def _assert_told(code: int, err: str, numbers: list[str], said: str) -> None:
    """One line and exit code 3, or the command was done before, or could not say a word."""
    what = f"{said}: {code}: {err[-900:]}"
    assert "Traceback" not in err, what
    assert "fault of regionsim" not in err, what
    assert "lack of memory" not in err or "KILL" in numbers, what
    if numbers == ["KILL"]:
        assert code in (0, -signal.SIGKILL), what
    elif any(number in _HEARD for number in numbers):
        assert code in (0, 3), what
        assert code == 0 or len(err.strip().splitlines()) == 1, what
        assert code == 0 or "the same command goes on" in err, what
    else:
        assert code == 0, what
