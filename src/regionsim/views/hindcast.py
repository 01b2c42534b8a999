"""Results of a hindcast, for a terminal and as a picture: scores beside those of baselines, with n.

Core objects: `hindcast_text`, `draw_skill`, and cells that other tables share (`counted`,
`gained`, `held`, `sizes`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regionsim.console import columns
from regionsim.evidence.measures import read_measures
from regionsim.views import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

type Rows = Sequence[Mapping[str, Any]]

CAUTION = (
    "Pseudo-out-of-sample: the model's structure and most of its parameters were chosen knowing what happened.\n"
    "CRPS: of log(1 + x) for counts, else in the unit of the series; smaller is better.\n"
    "Skill: 1 - CRPS / CRPS of the best baseline, given the same events, on the same outcomes; 95% interval.\n"
    "n: forecasts compared / outcomes / effective sample size, from their autocorrelation (n_eff).\n"
    "90% held, PIT: of all forecasts. PIT p: chance of PIT values as uneven as these, at the effective sample size."
)
_OURS, _ZERO = "#0072B2", "#777777"
_TITLE = "Skill against the best baseline, with 95% intervals"
_WORDS = (
    "By series, information given (A to D) and months ahead; grey: the interval includes zero. Pseudo-out-of-sample.\n"
    "Series with fewer than ten outcomes or origins are not shown."
)


def hindcast_text(result: Mapping[str, Rows], width: int | None = None) -> str:
    """All tables as text, in lines of at most `width` columns."""
    parts = [_table(_scores(result["scores"]), 3, width)]
    if result["paths"]:
        head = ["joint paths of a year", "arm", "n / n_eff", "energy score", "best baseline", "its score", ""]
        parts.append(_table([head, *(_path(row) for row in result["paths"])], 2, width))
    if result["spells"]:
        head = ["days of closures known to begin (arm C)", "n / n_eff", "censored", "log score", "CRPS", ""]
        rows = [[row["forecast"], sizes(row), row["censored"], _number(row["log"]), _number(row["crps"]), row["note"]]
                for row in result["spells"]]  # fmt: skip
        parts.append(_table([head, *rows], 1, width))
    if result["shares"]:
        head = ["shares of Torkham and Chaman, arm", "n / n_eff", "outcomes", "error", "frozen shares", ""]
        rows = [[row["arm"], sizes(row), row["outcomes"], _number(row["error"]), _number(row["frozen shares"]),
                 row["note"]] for row in result["shares"]]  # fmt: skip
        parts.append(_table([head, *rows], 1, width))
    return "\n\n".join([*parts, CAUTION])


def _scores(rows: Rows) -> list[list[Any]]:
    head = ["series", "arm", "months", "n", "CRPS", "best baseline", "its CRPS", "skill", "90% held", "PIT p", ""]
    return [head, *(_score(row) for row in rows)] if rows else [head]


def _score(row: Mapping[str, Any]) -> list[Any]:
    best = row["best"]
    return [
        row["series"], row["arm"], row["months"], counted(row),
        _number(row["crps"] if row["crps_compared"] is None else row["crps_compared"]),
        best or "-", _number(row["baselines"].get(best)), gained(row), held(row), _number(row["pit"], 2), row["note"],
    ]  # fmt: skip


def gained(row: Mapping[str, Any]) -> str:
    """Skill with its interval; a dash if none is claimed."""
    if row["skill"] is None:
        return "-"
    return f"{row['skill']:+.0%} [{row['skill_low']:+.0%}, {row['skill_high']:+.0%}]"


def held(row: Mapping[str, Any]) -> str:
    """Coverage with its interval; a dash if there is too little data."""
    if row["coverage"] is None:
        return "-"
    return f"{row['coverage']:.0%} [{row['coverage_low']:.0%}, {row['coverage_high']:.0%}]"


def counted(row: Mapping[str, Any]) -> str:
    """Forecasts / outcomes / effective sample size, of those compared with baselines; of all if none are."""
    if not row["compared"]:
        return f"{row['n']}/{row['outcomes']}/-"
    return f"{row['compared']}/{row['compared_outcomes']}/{row['effective']:.0f}"


def _path(row: Mapping[str, Any]) -> list[Any]:
    others = row["baselines"]
    best = min(others, key=lambda name: others[name]) if others else ""
    energy = _number(row["energy"])
    return [row["series"], row["arm"], sizes(row), energy, best or "-", _number(others.get(best)), row["note"]]


def sizes(row: Mapping[str, Any]) -> str:
    """Forecasts / their effective sample size."""
    return f"{row['n']}/{row['effective']:.0f}"


def _number(value: float | None, digits: int = 3) -> str:
    return "-" if value is None else f"{value:.{digits}g}"


def _table(rows: Sequence[Sequence[Any]], left: int, width: int | None) -> str:
    """Aligned columns; the first `left`, which identify a row, are aligned left."""
    cells = [[str(cell) for cell in row] for row in rows]
    right = range(left, len(cells[0]) - 1)
    return columns(cells, right=right, name=range(left), width=width)


def draw_skill(rows: Rows, path: Path) -> bool:
    """Write a picture of skill with intervals, by series, arm and months; False if no skill is claimed."""
    figure = skill_figure(rows)
    if figure is None:
        return False
    style.save(figure, path, {"Title": _TITLE, "Description": _WORDS, "Source": "regionsim hindcast"})
    return True


@style.look()
def skill_figure(rows: Rows) -> Figure | None:
    """The picture of the rows with a claim of skill; None if there are none."""
    shown = [row for row in rows if row["skill"] is not None]
    if not shown:
        return None
    figure = style.new_figure(8.0, 1.5 + 0.24 * len(shown))
    height = float(figure.get_size_inches()[1])
    ax = figure.add_axes((0.42, 0.75 / height, 0.54, 1.0 - 1.3 / height))
    for k, row in enumerate(reversed(shown)):
        sure = row["skill_low"] > 0.0 or row["skill_high"] < 0.0
        colour = _OURS if sure else _ZERO
        ax.plot([row["skill_low"], row["skill_high"]], [k, k], color=colour, linewidth=2)
        ax.plot([row["skill"]], [k], color=colour, marker="o", markersize=4)
    ax.axvline(0.0, color=style.INK, linewidth=1)
    titles = {id: measure.title for id, measure in read_measures().items()}
    names = [f"{titles.get(row['series'], row['series'])}, {row['arm']}, {row['months']}" for row in reversed(shown)]
    ax.set_yticks(range(len(shown)), names)
    ax.set_ylim(-0.7, len(shown) - 0.3)
    ax.set_xlim(max(min(row["skill_low"] for row in shown) - 0.05, -2.0), 1.0)
    ax.xaxis.set_major_formatter(style.percent_ticks())
    ax.set_xlabel("1 - CRPS / CRPS of the best baseline on the same outcomes", fontsize=8, color=style.MUTED)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.grid(visible=True, axis="x", color=style.GRID, linewidth=0.8)
    ax.tick_params(colors=style.MUTED, labelsize=8, length=0)
    style.heading(figure, 0.16, 0.28, _TITLE, size=12, color=style.INK, fontweight="bold")
    figure.text(0.02, 0.1 / height, _WORDS, color=style.MUTED, fontsize=7)
    return figure
