"""The present package beside that of an earlier commit, in the same run: the earlier one is unpacked into a folder.

Core objects: `Versions` (both, with what each needs to run) and `Version` (commands of one, and `ask` its process, see
`side`). Both run with the same Python and libraries; what the earlier one needs beside them is installed for it alone.
The earlier one has its own cache of kernels. Seconds are those of the processor, of the process and its children.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[1]
BASE = "96f8810"
"""The commit that DYNAMICS and PERFORMANCE measured in November 2026, before the work on speed."""
NEEDS = {"ruamel": "ruamel.yaml>=0.18,<0.20"}
"""What it imports that the present package does not."""


@dataclass
class Version:
    """A version of the package in `root`."""

    name: str
    root: Path
    kernels: Path | None
    more: tuple[Path, ...] = ()
    _process: subprocess.Popen[str] | None = field(default=None, repr=False)

    @property
    def environment(self) -> dict[str, str]:
        """Variables with which Python finds this version, not installed ones."""
        paths = (self.root / "src", self.root / "benchmarks", *self.more)
        cache = {} if self.kernels is None else {"NUMBA_CACHE_DIR": str(self.kernels)}
        return os.environ | {"PYTHONPATH": os.pathsep.join(map(str, paths))} | cache

    def spend(self, *words: str, folder: Path | None = None, **variables: str) -> float:
        """Seconds of `python WORDS`, in a folder. Raises RuntimeError, with what it printed, if it fails."""
        with tempfile.TemporaryFile("w+") as log:
            command = [sys.executable, "-W", "ignore", *words]
            process = subprocess.Popen(command, env=self.environment | variables, stdout=log, stderr=log, cwd=folder)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                log.seek(0)
                raise RuntimeError(f"{self.name}: {' '.join(words)}: {log.read()[-2000:]}")
        return used.ru_utime + used.ru_stime

    def ask(self, do: str, **question: Any) -> dict[str, Any]:
        """What this version's process answers; it is started for the first question. Raises RuntimeError if it ends."""
        if self._process is None:
            words = [sys.executable, "-P", "-W", "ignore", str(ROOT / "benchmarks" / "side.py")]
            self._process = subprocess.Popen(
                words, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps({"do": do} | question), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name}: its process ended at {do}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def end(self) -> None:
        """End the process, if it was started."""
        if self._process is not None:
            self._process.communicate()
            self._process = None


class Versions:
    """`base` and `now`; a context, at whose end processes are gone.

    kept: folder of the base and its kernels, for the next time; by default they are gone at the end too.
    """

    def __init__(self, kept: Path | None = None) -> None:
        self._made, self._kept = ExitStack(), kept

    def __enter__(self) -> Self:
        folder = self._kept or Path(self._made.enter_context(tempfile.TemporaryDirectory(prefix="regionsim-versions-")))
        self.folder = folder
        self.now = Version("now", ROOT, None)
        self.base = Version(BASE, folder / "base", folder / "kernels-base", (folder / "needs",))
        for version in self:
            self._made.callback(version.end)
        if self.base.root.exists():
            return self
        self.base.root.mkdir(parents=True)
        archive = subprocess.run(["git", "archive", BASE], cwd=ROOT, check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", str(self.base.root)], input=archive, check=True)
        probe = [sys.executable, "-c", f"import {', '.join(NEEDS)}"]
        if subprocess.run(probe, check=False, capture_output=True).returncode:
            words = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder / "needs")]
            subprocess.run([*words, *NEEDS.values()], check=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._made.close()

    def __iter__(self) -> Any:
        return iter((self.base, self.now))

    def turns(self, turns: int, measure: Callable[[Version], float]) -> "Pair":
        """Measure both in turns, the order changing with each turn."""
        spent: dict[str, list[float]] = {self.base.name: [], self.now.name: []}
        for turn in range(turns):
            for version in (self.base, self.now)[:: 1 if turn % 2 else -1]:
                spent[version.name].append(measure(version))
        return Pair(tuple(spent[self.base.name]), tuple(spent[self.now.name]))


@dataclass(frozen=True)
class Pair:
    """Seconds of the base and of the present version in each turn."""

    base: tuple[float, ...]
    now: tuple[float, ...]

    @property
    def times(self) -> tuple[float, ...]:
        """How many times as fast the present version is, by turn."""
        return tuple(before / after for before, after in zip(self.base, self.now, strict=True))

    def cells(self, scale: float = 1.0, digits: int = 3) -> tuple[str, str, str, str]:
        """For a table: medians of both, times `scale`, the median ratio and its quartiles."""
        low, middle, high = quartiles(self.times)
        medians = (f"{scale * statistics.median(each):.{digits}g}" for each in (self.base, self.now))
        return (*medians, f"{middle:.2f}", f"{low:.2f}-{high:.2f}")  # type: ignore[return-value]

    def json(self) -> dict[str, Any]:
        """Plain numbers."""
        return {"base": self.base, "now": self.now, "times": quartiles(self.times)}


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """The lower quartile, the median and the upper quartile."""
    if len(values) < 2:
        return (values[0],) * 3
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high
