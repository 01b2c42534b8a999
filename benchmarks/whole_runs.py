"""Whole runs, each in a process of its own: worlds a second, peak memory.

Core object: `play_worlds`, which starts `python whole_runs.py ...`; `_child` is what runs there. Peak
memory is that of the whole process, Python and libraries included. Play is in-process, all worlds in one batch.
"""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve()


@dataclass(frozen=True)
class Played:
    """A child's account: seconds by the wall and by the processor for each repeat, peak memory in MB or None."""

    worlds: int
    weeks: int
    wall: list[float]
    processor: list[float]
    peak_mb: float | None


def play_worlds(
    worlds: int, repeats: int, end: str | None, scenario: str = "status_quo", sets: Sequence[str] = ()
) -> Played:
    """Play the scenario (to `end`, or its own) in a fresh process; a small play beforehand is not timed."""
    return Played(**_run(scenario, str(worlds), str(repeats), *([f"end={end}"] if end else []), *sets))


def _run(*arguments: str) -> dict[str, object]:
    done = subprocess.run([sys.executable, str(HERE), *arguments], check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, object] = json.loads(done.stdout)
    return found


def _child(scenario: str, worlds: int, repeats: int, sets: list[str]) -> dict[str, object]:
    """Play `repeats` times and report."""
    from regionsim.model.play import play
    from regionsim.model.worlds import plain_worlds
    from regionsim.scenario import load

    study = load(scenario, sets=sets)
    short = load(scenario, sets=[f"end={study.start.replace(month=12, day=1)}"])
    play(short, plain_worlds(short, range(1)))
    wall, processor = [], []
    for _ in range(repeats):
        start, own = time.perf_counter(), time.process_time()
        result = play(study, plain_worlds(study, range(worlds)))
        wall.append(time.perf_counter() - start)
        processor.append(time.process_time() - own)
        if result.failed:
            raise RuntimeError(f"worlds failed: {result.failed}")
    return {"worlds": worlds, "weeks": study.weeks, "wall": wall, "processor": processor, "peak_mb": _peak_mb()}


def _peak_mb() -> float | None:
    """Peak resident memory of this process; None on systems that do not say."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage counts what the parent held when it started this process
        lines = [line.split() for line in status.read_text(encoding="ascii", errors="replace").splitlines()]
        return next((float(line[1]) / 1024 for line in lines if line[0] == "VmHWM:"), None)
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak) / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    print(json.dumps(_child(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])))
