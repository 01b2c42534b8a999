"""Memory of a study from 1,000 to 100,000 worlds of a toy over a short horizon.

Core object: `measure`. Each measurement is a process of its own, so that its peak counts for nothing else. The toy is
that of tests/toys: what is measured is the machinery, not the model.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from report import Report

ROOT = str(Path(__file__).resolve().parents[1])


def memory(worlds: int) -> dict[str, float]:
    """Peak memory and time of a study of four points in this process, its table included."""
    sys.path.insert(0, ROOT)
    from tests.toys.toy import TOY

    from regionsim.studies.designs import Axis
    from regionsim.studies.sweep import Study, Sweep, run_study

    began = time.perf_counter()
    study = Study("status_quo", (Axis("toy.rate", True, (1.0, 2.0, 3.0, 4.0)),), replicates=worlds // 4, seed=0,
                  sets=("end=2025-09-15",), outcomes=("trade_volume@2025-09",))  # fmt: skip
    with tempfile.TemporaryDirectory() as out:
        run_study(Sweep(study, out=out, engine=TOY, workers=1))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"worlds": worlds, "seconds": round(time.perf_counter() - began, 1), "peak MB": round(peak)}


def alone(worlds: int) -> dict[str, float]:
    """`memory` in a process of its own."""
    words = [sys.executable, __file__, str(worlds)]
    return dict(json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout))


def measure(sizes: Sequence[int], report: Report) -> None:
    """Adds the table of memory over numbers of worlds."""
    found = [alone(worlds) for worlds in sizes]
    rows = [(f"{one['worlds']:,}", f"{one['seconds']:.1f}", f"{one['peak MB']:,}") for one in found]
    note = "A sweep of four points of a toy model over 5 weeks in one process, including its table of results."
    report.add("memory", "Memory of a study", ("worlds", "seconds", "peak memory, MB"), rows, note)
    report.figures["memory"] = found


if __name__ == "__main__":
    print(json.dumps(memory(int(sys.argv[1]))))
