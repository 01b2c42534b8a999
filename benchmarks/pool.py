"""What two processes gain over one in whole commands, where the rest goes, and what a Dask cluster takes to start.

Core objects: `measure_pool` and `measure_dask`. A command is timed from its start to its end, imports, the table of
worlds and the summary included; run folders say how long their batches took.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from report import Report

HERE = Path(__file__).resolve()


def measure_pool(sizes: Sequence[int], end: str | None, report: Report) -> None:
    """`regionsim run` of so many worlds by one process and by two; efficiency is the time of one over twice of two."""
    rows, figures = [], []
    for worlds in sizes:
        one, two = (command(worlds, workers, end) for workers in (1, 2))
        efficiency = one["seconds"] / (2 * two["seconds"])
        playing = one["playing"] / two["playing"]
        outside = [run["seconds"] - run["playing"] / workers for workers, run in ((1, one), (2, two))]
        rows.append(
            (
                f"{worlds:,}", f"{one['seconds']:.1f}", f"{two['seconds']:.1f}", f"{efficiency:.0%}", f"{playing:.0%}",
                f"{outside[0]:.1f}", f"{outside[1]:.1f}", " + ".join(map(str, two["batches"])),
            )
        )  # fmt: skip
        figures.append({"worlds": worlds, "one": one, "two": two, "efficiency": efficiency, "playing": playing})
    head = (
        "worlds",
        "one, s",
        "two, s",
        "efficiency",
        "of simulation",
        "rest of one, s",
        "rest of two, s",
        "batches of two",
    )
    note = (
        "Efficiency: time of one process divided by twice that of two. Of simulation: the same for the batches alone, "
        "added up; below 100% where cores share resources, or smaller batches pay a week's fixed cost more often. The "
        "rest: start, table of worlds, summary, waiting for the last batch."
    )
    report.add("pool", "Two processes and one", head, rows, note)
    report.figures["pool"] = figures


def command(worlds: int, workers: int, end: str | None) -> dict[str, Any]:
    """Time of one command, the time its batches took, and their sizes."""
    with tempfile.TemporaryDirectory(prefix="regionsim-bench-") as out:
        words = [sys.executable, "-m", "regionsim", "run", "status_quo", "--worlds", str(worlds), "--no-figures"]
        words += ["--workers", str(workers), "--out", out, "--quiet", *(["--set", f"end={end}"] if end else [])]
        start = time.perf_counter()
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - start
        batches = json.loads(next(Path(out).glob("*/manifest.json")).read_text("utf-8"))["batches"]
    sizes = [batch["last"] - batch["first"] for batch in batches]
    return {"seconds": seconds, "playing": sum(batch["seconds"] for batch in batches), "batches": sizes}


def measure_dask(worlds: int, end: str | None, report: Report) -> None:
    """A cluster of two worker processes on this machine beside a pool of two and this process alone."""
    words = [sys.executable, str(HERE), str(worlds), end or ""]
    found = json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout)
    note = f"{worlds} worlds, in two batches; a worker loads the model only for its first batch."
    report.add("dask", "Starting", ("", "seconds"), [(name, f"{took:.1f}") for name, took in found.items()], note)
    report.figures["dask"] = found


def _child(worlds: int, end: str) -> dict[str, float]:
    """What `measure_dask` reports, in a process of its own."""
    from distributed import LocalCluster

    from regionsim.runs import run

    found: dict[str, float] = {}
    sets = [f"end={end}"] if end else []

    def timed(name: str, seed: int, **more: Any) -> None:
        with tempfile.TemporaryDirectory(prefix="regionsim-bench-") as out:
            start = time.perf_counter()
            run("status_quo", worlds=worlds, seed=seed, sets=sets, out=out, figures=False, **more)
            found[name] = time.perf_counter() - start

    timed("(first run of this process, discarded)", 0, workers=1)
    found.clear()
    timed("run in this process, model loaded", 1, workers=1)
    timed("run by a pool of two, started for it", 2, workers=2)
    start = time.perf_counter()
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        found["Dask: scheduler and two workers up"] = time.perf_counter() - start
        timed("Dask: first run, workers load the model", 3, workers=2, dask=cluster.scheduler_address)
        timed("Dask: second run", 4, workers=2, dask=cluster.scheduler_address)
    return found


if __name__ == "__main__":
    print(json.dumps(_child(int(sys.argv[1]), sys.argv[2])))
