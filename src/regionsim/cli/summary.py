"""What came out of a run, for people and for scripts: headline numbers at three dates, and where the rest is.

Core objects: `summary_text`, `summary_row`.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from regionsim.cli.write import columns

if TYPE_CHECKING:
    import pandas as pd

    from regionsim.ensemble import Run


def summary_text(run: "Run", *, figures: bool) -> str:
    """The table of a run: each indicator's median at the start, the middle and the end, and the spread at the end."""
    dates, table = _headline(run)
    rows = [("indicator", "unit", *(f"{date:%Y-%m}" for date in dates), "90% of worlds at the end")]
    for name, unit, *medians, low, high in table:
        rows.append((name, unit, *map(number, medians), f"{number(low)} to {number(high)}"))
    head = f"{run.manifest.title} - {run.numbers.size:,} worlds, {run.weeks:,} weeks, medians; data end June 2025"
    tail = [f"run folder  {run.path}"]
    pictures = _pictures(run)
    if figures and pictures:
        overview = next((path for path in pictures if path.stem == "overview"), pictures[0])
        tail.append(f"pictures    {overview} and {len(pictures) - 1} more beside it")
    return "\n".join([head, "", columns(rows, right=(2, 3, 4)), "", *tail])


def summary_row(run: "Run") -> dict[str, Any]:
    """The same for scripts."""
    dates, table = _headline(run)
    return {
        "name": run.name,
        "title": run.manifest.title,
        "path": str(run.path),
        "hash": run.hash,
        "worlds": int(run.numbers.size),
        "failed": sorted(run.failed),
        "weeks": run.weeks,
        "seed": run.manifest.seed,
        "summary": [
            {
                "indicator": name,
                "unit": unit,
                "median": {f"{date:%Y-%m-%d}": _plain(value) for date, value in zip(dates, medians, strict=True)},
                "p05_at_end": _plain(low),
                "p95_at_end": _plain(high),
            }
            for name, unit, *medians, low, high in table
        ],
        "figures": [str(path) for path in _pictures(run)],
    }


def number(value: float) -> str:
    """A value in about three digits; - where there is none."""
    if value != value:
        return "-"
    size = abs(value)
    return f"{value:,.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def _headline(run: "Run") -> tuple[list["pd.Timestamp"], list[tuple[Any, ...]]]:
    """Dates, and rows of (indicator, unit, median at each date, p05 and p95 at the last)."""
    summary = run.summary()
    every = sorted(summary["date"].unique())
    dates = list(dict.fromkeys([every[0], every[len(every) // 2], every[-1]]))
    rows = []
    for name, part in summary.groupby("indicator", sort=False):
        at = part.set_index("date")
        last = at.loc[dates[-1]]
        rows.append((name, last["unit"], *(at.loc[date, "p50"] for date in dates), last["p05"], last["p95"]))
    return dates, rows


def _pictures(run: "Run") -> list[Path]:
    return sorted((run.path / "figures").glob("*.png"))


def _plain(value: float) -> float | None:
    return None if value != value else round(float(value), 6)
