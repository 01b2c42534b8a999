"""What an extra world costs, and an extra household, beside the straight line that would be ideal.

Core objects: `measure` and `draw`. Each size is played in a process of its own; the line begins at the smallest size
and touches the lowest of the larger ones, so that whatever lies above it is what a size itself costs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from report import Report
from whole_runs import play_worlds

from regionsim.views import style


@dataclass(frozen=True)
class Curve:
    """Seconds (least of repeats) by size."""

    unit: str
    sizes: tuple[int, ...]
    seconds: tuple[float, ...]

    @property
    def each(self) -> float:
        """Seconds of an extra unit at best: from the smallest size to the cheapest of the larger half."""
        slopes = np.subtract(self.seconds[1:], self.seconds[0]) / np.subtract(self.sizes[1:], self.sizes[0])
        return float(max(slopes[len(slopes) // 2 :].min(), 0.0))

    @property
    def ideal(self) -> tuple[float, ...]:
        """The straight line at each size."""
        return tuple(self.seconds[0] + self.each * (size - self.sizes[0]) for size in self.sizes)


def measure(worlds: Sequence[int], households: Sequence[int], beside: int, end: str | None, report: Report) -> None:
    """Both curves; households are varied in `beside` worlds. Adds their tables."""
    found = [
        Curve("worlds", tuple(worlds), tuple(_least(size, end) for size in worlds)),
        Curve(
            "households",
            tuple(households),
            tuple(_least(beside, end, f"parameters.size.households={size}") for size in households),
        ),
    ]
    for curve in found:
        rows = [
            (f"{size:,}", f"{seconds:.2f}", f"{seconds / line:.2f}")
            for size, seconds, line in zip(curve.sizes, curve.seconds, curve.ideal, strict=True)
        ]
        note = f"Each more costs at least {curve.each * 1e3:.3g} ms; the ideal line rises by that from the first row."
        if curve.unit == "households":
            note += f" In {beside} worlds."
        report.add(
            f"cost of {curve.unit}", f"Cost of more {curve.unit}", (curve.unit, "seconds", "times ideal"), rows, note
        )
        report.figures[f"cost of {curve.unit}"] = {"sizes": curve.sizes, "seconds": curve.seconds, "ideal": curve.ideal}


def _least(worlds: int, end: str | None, *sets: str) -> float:
    return min(play_worlds(worlds, 3 if worlds <= 200 else 2, end, sets=sets).processor)


def draw(report: Report, path: Path) -> None:
    """The picture of both curves."""
    figure = style.new_figure(8.6, 4.0)
    for place, unit in enumerate(("worlds", "households")):
        found = report.figures[f"cost of {unit}"]
        ax = figure.add_axes((0.08 + 0.49 * place, 0.15, 0.40, 0.70))
        ax.plot(found["sizes"], found["ideal"], color=style.MUTED, linestyle="--", linewidth=1.2, label="ideal line")
        ax.plot(found["sizes"], found["seconds"], color=style.COLOURS["trade"], marker="o", label="measured")
        for side in ("top", "right"):
            ax.spines[side].set_visible(False)
        ax.grid(visible=True, color=style.GRID, linewidth=0.8)
        ax.set_axisbelow(True)
        ax.set_ylim(bottom=0.0)
        ax.tick_params(colors=style.MUTED, labelsize=8)
        ax.set_xlabel(f"{unit} in a {'batch' if unit == 'worlds' else 'world'}", fontsize=8, color=style.MUTED)
        ax.set_ylabel("seconds of one processor", fontsize=8, color=style.MUTED)
        ax.legend(frameon=False, fontsize=8)
    figure.text(
        0.08, 0.92, "What more worlds and more households cost", color=style.INK, fontsize=12, fontweight="bold"
    )
    style.save(figure, path, {"Title": "Cost of more worlds and of more households", "Software": "benchmarks/run.py"})
