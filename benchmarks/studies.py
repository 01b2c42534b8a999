"""Studies: memory from 1,000 to 100,000 worlds of a toy over a short horizon, and what a pool gains on the model.

Run: ./dev python benchmarks/studies.py [memory|pool]. Each measurement is a process of its own, so that its peak counts
for nothing else. The toy is that of tests/ensemble: what is measured is the machinery, not the model.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOYS = str(Path(__file__).resolve().parents[1] / "tests" / "ensemble")


def memory(worlds: int) -> dict[str, float]:
    """Peak memory and time of a study of four points in this process, its table included."""
    sys.path.insert(0, TOYS)
    from toy import TOY

    from regionsim.analysis.designs import Axis
    from regionsim.analysis.studies import Study, Sweep, run_study
    from regionsim.ensemble.produce import Means

    began = time.perf_counter()
    study = Study("status_quo", (Axis("toy.rate", True, (1.0, 2.0, 3.0, 4.0)),), replicates=worlds // 4, seed=0,
                  sets=("end=2025-09-15",), outcomes=("trade_volume@2025-09",))  # fmt: skip
    with tempfile.TemporaryDirectory() as out:
        run_study(Sweep(study, out=out, engine=TOY), Means(workers=1))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"worlds": worlds, "seconds": round(time.perf_counter() - began, 1), "peak MB": round(peak)}


def pool(workers: int) -> dict[str, float]:
    """Time of a sweep of the model, 1,000 worlds x 104 weeks, by so many processes, starting them included."""
    from regionsim.analysis.designs import read_axis
    from regionsim.analysis.studies import Study, Sweep, run_study
    from regionsim.ensemble.produce import Means

    axis = read_axis("trade.potential", "5,10")
    study = Study("status_quo", (axis,), replicates=500, seed=0, sets=("end=2027-08-16",))
    with tempfile.TemporaryDirectory() as out:
        sweep = Sweep(study, out=out)
        began = time.perf_counter()
        run_study(sweep, Means(workers=workers))
        return {"workers": workers, "seconds": round(time.perf_counter() - began, 1)}


def alone(what: str, size: int) -> dict[str, float]:
    """A measurement in a process of its own."""
    words = [sys.executable, __file__, what, str(size)]
    return dict(json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout))


def main() -> None:
    """Measure, and print a line for each measurement."""
    if len(sys.argv) == 3:
        print(json.dumps({"memory": memory, "pool": pool}[sys.argv[1]](int(sys.argv[2]))))
        return
    chosen = sys.argv[1] if len(sys.argv) == 2 else ""
    if chosen in ("", "memory"):
        for worlds in (1_000, 10_000, 100_000):
            print(alone("memory", worlds))
    if chosen in ("", "pool"):
        one, two = alone("pool", 1), alone("pool", 2)
        print(one, two, f"efficiency on two cores: {one['seconds'] / two['seconds'] / 2:.0%}")


if __name__ == "__main__":
    main()
