"""Timing and tables: contenders take turns, so that whatever else the machine does falls on all of them alike.

Core objects: `Contender` (what can be timed), `race` (repeats in turns), `Rate` (its medians) and `table`. The clock is
the processor time of the calling thread, which does not count waiting for a core that another program holds; what users
wait for, wall time, is measured for whole runs in `whole_runs`.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


class Contender(Protocol):
    """Something to time: `reset` makes ready and is not timed, `run` does the work and returns how many units."""

    def reset(self) -> None: ...

    def run(self) -> int: ...


@dataclass(frozen=True)
class Call:
    """A contender that is one function and a known number of units."""

    function: Callable[[], object]
    units: int

    def reset(self) -> None:
        """Nothing to make ready."""

    def run(self) -> int:
        """Call the function."""
        self.function()
        return self.units


@dataclass(frozen=True)
class Rate:
    """Units a second in each turn."""

    turns: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle of the turns."""
        return statistics.median(self.turns)

    @property
    def quartiles(self) -> tuple[float, float]:
        """What a quarter of the turns stay below, and a quarter above."""
        low, _, high = statistics.quantiles(self.turns, n=4) if len(self.turns) > 1 else (*self.turns,) * 3
        return low, high

    def times(self, other: "Rate") -> float:
        """How many times the other: the median over turns, as a core's speed changes between turns more than in one."""
        return statistics.median(a / b for a, b in zip(self.turns, other.turns, strict=True))

    def json(self) -> dict[str, object]:
        """Plain numbers."""
        return {"median": self.median, "quartiles": self.quartiles, "repeats": len(self.turns)}


def race(contenders: Mapping[str, Contender], repeats: int) -> dict[str, Rate]:
    """Time each contender `repeats` times, taking turns, after one untimed turn that compiles and warms."""
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(repeats + 1):
        for name, contender in contenders.items():
            contender.reset()
            start = time.thread_time()
            units = contender.run()
            spent = time.thread_time() - start
            if turn:
                rates[name].append(units / max(spent, 1e-9))
    return {name: Rate(tuple(turns)) for name, turns in rates.items()}


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]], note: str = "") -> str:
    """A text table: first column to the left, the others to the right."""
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    lines = [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join([title, "=" * len(title), *lines, *([note] if note else []), ""])


def millions(rate: float) -> str:
    """Units a second in millions, three figures: 0.412, 23.4, 187."""
    value = rate / 1e6
    return (
        f"{value:.3f}"
        if value < 1
        else f"{value:.2f}"
        if value < 10
        else f"{value:.1f}"
        if value < 100
        else f"{value:,.0f}"
    )
