"""One of two versions of the package, in a process of its own: it plays what it is told to and says how long that took.

Run by `versions.Version` with that version's `src` and `benchmarks` on the path; so only what both versions have may be
used, and imported where it is used. Each line of standard input is a question as JSON, each line of output its answer.
Seconds are those of the processor in this process's thread.
"""

import json
import sys
import time
from typing import Any

type Answer = dict[str, Any]


class Side:
    """What has been set up so far."""

    def __init__(self) -> None:
        self.models: dict[str, Any] = {}
        self.kernels: dict[tuple[str, int], Any] = {}

    def open(self, name: str, worlds: int, scenario: str, sets: list[str]) -> Answer:
        """Set up a model under a name; seconds, and its weeks."""
        from regionsim.model.region import RegionModel
        from regionsim.scenario import load

        loaded = load(scenario, sets=sets)
        began = time.thread_time()
        self.models[name] = RegionModel(loaded, worlds)
        return {"seconds": time.thread_time() - began, "weeks": self.models[name].weeks}

    def step(self, name: str, weeks: int) -> Answer:
        """Play some weeks of a model; seconds."""
        import numpy as np

        model = self.models[name]
        began = time.thread_time()
        with np.errstate(all="ignore"):
            for _ in range(weeks):
                model.step()
        return {"seconds": time.thread_time() - began}

    def close(self, name: str) -> Answer:
        """Forget a model."""
        del self.models[name]
        return {}

    def kernel(self, kind: str, worlds: int, weeks: int, before: int) -> Answer:
        """Agents updated a second by one kernel, on inputs of the status quo after `before` weeks."""
        from inputs import KernelHouseholds, KernelTraders, calls

        if (kind, worlds) not in self.kernels:
            live, ship = calls(worlds, before)
            self.kernels["households", worlds] = KernelHouseholds(live, weeks)
            self.kernels["traders", worlds] = KernelTraders(ship, weeks)
        contender = self.kernels[kind, worlds]
        contender.reset()
        began = time.thread_time()
        updates = contender.run()
        return {"rate": updates / max(time.thread_time() - began, 1e-9)}

    def differences(self, scenario: str, change: str, worlds: int, end: str, indicators: list[str]) -> Answer:
        """Variance over worlds of the difference that a change makes at the end, and of both runs alone, by indicator.

        The worlds of both runs have the same draws and chance. Each is (paired, sum of the variances).
        """
        from regionsim.model.play import play
        from regionsim.model.worlds import plain_worlds
        from regionsim.scenario import load

        ends = []
        for more in ((), (change,)):
            loaded = load(scenario, sets=[f"end={end}", *more])
            ends.append(play(loaded, plain_worlds(loaded, range(worlds))).columns)
        out: dict[str, tuple[float, float]] = {}
        for name in indicators:
            before, after = (columns[name][:, -1].astype(float) for columns in ends)
            out[name] = float((after - before).var(ddof=1)), float(before.var(ddof=1) + after.var(ddof=1))
        return out


def main() -> None:
    """Answer until there is no more question."""
    side, answers = Side(), sys.stdout
    sys.stdout = sys.stderr  # what the package prints must not stand between answers
    for line in sys.stdin:
        question = json.loads(line)
        print(json.dumps(getattr(side, question.pop("do"))(**question)), file=answers, flush=True)


if __name__ == "__main__":
    main()
