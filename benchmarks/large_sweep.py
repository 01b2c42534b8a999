"""A one-year sweep of 100,000 worlds: memory over time, disk beside what was announced, and a kill -9 half-way.

Run: ./dev python benchmarks/large_sweep.py [--points N] [--replicates N] [--end DATE] [--workers N] [--out FOLDER]. The
command is first asked what it needs (`--dry-run`), then started, killed when half of the batches are stored, and
started again. Memory is that of the command and its processes, read from /proc each second (Linux only).
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from report import Report

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"
STUDY = """study: 1
scenario: trade_push
sample: sobol:{points}
replicates: {replicates}
over:
  levers.trade_facilitation.intensity: 0:1
  levers.transit_agreement.intensity: 0:1
  parameters.trade.value_of_time: 0.2:2
set: {{end: {end}}}
outcomes: [trade_volume@{month}]
"""
PARTS = "trajectories/part-*.parquet"
EVERY = 1.0  # seconds between two looks at memory


def command(study: Path, out: Path, workers: int, *more: str) -> list[str]:
    """The words of the sweep."""
    words = [sys.executable, "-m", "regionsim", "sweep", str(study), "--out", str(out), "--workers", str(workers)]
    return [*words, "--no-figures", *more]


def watch(words: list[str], out: Path, stop_at: int | None) -> dict[str, Any]:
    """Run a command; megabytes over seconds, and parts stored. Killed, with its processes, at so many parts."""
    began, memory = time.perf_counter(), []
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log, start_new_session=True)
        while process.poll() is None:
            memory.append((time.perf_counter() - began, megabytes(process.pid)))
            if stop_at is not None and len(parts(out)) >= stop_at:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                break
            time.sleep(EVERY)
        log.seek(0)
        text = log.read()
    if process.returncode not in (0, -signal.SIGKILL):
        raise RuntimeError(text)
    return {"seconds": time.perf_counter() - began, "memory": memory, "code": process.returncode}


def megabytes(pid: int) -> float:
    """Resident memory of a process and all below it."""
    total, waiting = 0, [pid]
    while waiting:
        each = waiting.pop()
        try:
            total += int(Path(f"/proc/{each}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            waiting += map(int, Path(f"/proc/{each}/task/{each}/children").read_text().split())
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has just ended
    return total / 1e6


def parts(out: Path) -> dict[Path, int]:
    """Stored trajectories of batches and when each was written."""
    return {path: path.stat().st_mtime_ns for path in out.rglob(PARTS)}


def finished(out: Path) -> dict[Path, int]:
    """The same of the batches that the manifest calls finished; a batch that is being written is not."""
    manifests = {path: json.loads(path.read_text("utf-8")) for path in out.rglob("manifest.json")}
    done = {path.parent / "trajectories" / f"part-{b['first']:06}-{b['last'] - 1:06}.parquet"
            for path, manifest in manifests.items() for b in manifest["batches"] if b["status"] == "done"}  # fmt: skip
    return {path: written for path, written in parts(out).items() if path in done}


def measure(study: Path, out: Path, workers: int) -> dict[str, Any]:
    """The figures of the study: announced, killed, resumed."""
    told = subprocess.run(
        [*command(study, out, workers), "--dry-run", "--json"], check=True, capture_output=True, text=True
    )
    plan = json.loads(told.stdout)
    batches = int(plan["batches"])
    killed = watch(command(study, out, workers, "--quiet"), out, batches // 2)
    kept = finished(out)
    resumed = watch(command(study, out, workers, "--quiet"), out, None)
    after = parts(out)
    again = [path for path, written in kept.items() if after.get(path) != written]
    return {
        "worlds": plan["worlds"], "batches": batches, "workers": workers,
        "disk announced": plan["disk_bytes"] / 1e6,
        "disk": sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) / 1e6,
        "memory announced": plan["memory_bytes"] / 1e6,
        "kept": len(kept), "written again": len(again), "stored": len(after), "killed": killed, "resumed": resumed,
    }  # fmt: skip


def describe(found: dict[str, Any], report: Report) -> None:
    """Adds the table."""
    rows = []
    for name in ("killed", "resumed"):
        run = found[name]
        values = [value for _, value in run["memory"]]
        steady = values[len(values) // 4 :]
        thirds = [
            statistics.median(steady[k * len(steady) // 3 : (k + 1) * len(steady) // 3] or steady) for k in range(3)
        ]
        stored = found["kept"] if name == "killed" else found["stored"] - found["kept"]
        rows.append(
            (
                "killed half-way" if name == "killed" else "started again", f"{run['seconds']:,.0f}", f"{stored}",
                *(f"{value:,.0f}" for value in thirds), f"{max(values):,.0f}",
            )
        )  # fmt: skip
    note = (
        f"{found['worlds']:,} worlds in {found['batches']} batches, {found['workers']} process"
        f"{'es' if found['workers'] > 1 else ''}. Memory: medians of three thirds of the last three quarters of the "
        f"time, and the most, of the command and its processes, which count pages they share more than once; announced "
        f"{found['memory announced']:,.0f} MB. Disk: at most {found['disk announced']:,.0f} MB announced, "
        f"{found['disk']:,.0f} MB used, as worlds of one replicate resemble each other. Of {found['kept']} batches "
        f"finished before kill -9, {found['written again']} were written again."
    )
    head = ("", "seconds", "batches stored", "MB, first third", "MB, second", "MB, last", "MB at most")
    report.add("large sweep", "A large sweep", head, rows, note)
    report.figures["large sweep"] = found


def main() -> int:
    """Measure, print, write; 1 if stored batches were written again."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=4096)
    parser.add_argument("--replicates", type=int, default=25)
    parser.add_argument("--end", default="2026-08-17")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path, help="keep the results here; by default in a temporary folder")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    parser.add_argument("--no-docs", action="store_true", help="leave the page as it is")
    given = parser.parse_args()
    report = Report()
    with tempfile.TemporaryDirectory(prefix="regionsim-large-") as folder:
        study = Path(folder) / "study.yaml"
        month = given.end[:7]
        study.write_text(STUDY.format(points=given.points, replicates=given.replicates, end=given.end, month=month))
        found = measure(study, given.out or Path(folder) / "runs", given.workers)
    describe(found, report)
    if given.json:
        given.json.write_text(json.dumps(found) + "\n", encoding="utf-8")
    if not given.no_docs:
        report.write(PAGE)
    return 1 if found["written again"] else 0


if __name__ == "__main__":
    sys.exit(main())
