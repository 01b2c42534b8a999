"""Results of a hindcast, for a terminal and as a picture: scores beside those of baselines, with n.

Core objects: `hindcast_text`, `draw_skill`, and cells that other tables share (`counted`,
`gained`, `held`, `sizes`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regionsim.console import columns
from regionsim.evidence import record_ends
from regionsim.evidence.measures import read_measures
from regionsim.views import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

type Rows = Sequence[Mapping[str, Any]]

CAUTION = (
    "CRPS: of log(1 + x) for counts, else in the unit of the series; smaller is better.\n"
    "Skill: 1 - CRPS / CRPS of the baseline declared beforehand, given the same events, on the same outcomes; 95%\n"
    "interval. Best: the same against the baseline that turned out best, known only afterwards.\n"
    "n: forecasts compared / outcomes without a common day / effective sample size, from autocorrelation (n_eff).\n"
    "90% held, PIT: of all forecasts. PIT p: chance of PIT values as uneven as these, at the effective sample size."
)
PSEUDO = "Pseudo-out-of-sample: the model's structure and most of its parameters were chosen knowing what happened."
NEW = (
    "New data: the model was made without outcomes after {end}. They test it if forecasts were frozen before they\n"
    "were seen (--freeze), and are hindsight for whatever is changed after this look."
)
_OURS, _ZERO = "#0072B2", "#777777"
_TITLE = "Skill against the baseline declared beforehand, with 95% intervals"
_WORDS = (
    "By series, information given (A to D) and months ahead; grey: the interval includes zero. {kind}\n"
    "Series with fewer than ten outcomes or origins are not shown."
)
_MOST_ROWS = 60  # more forecasts of single windows are left to windows.csv


def standing(first: date, last: date) -> str:
    """What scores of outcomes of these days can show."""
    parts = [PSEUDO] if first <= record_ends() else []
    return "\n".join(parts + ([NEW.format(end=record_ends())] if last > record_ends() else []))


def hindcast_text(result: Mapping[str, Rows], first: date, last: date, width: int | None = None) -> str:
    """All tables as text, in lines of at most `width` columns; first and last day of the outcomes."""
    parts = [_table(_scores(result["scores"]), 3, width)]
    if result["totals"]:
        parts.append(_table(_scores(result["totals"], "totals of months"), 3, width))
    if result["events"]:
        parts.append(_table(_events(result["events"]), 2, width))
    if 0 < len(result["windows"]) <= _MOST_ROWS:
        parts.append(_table(_windows(result["windows"]), 4, width))
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
    if left := not_scored(result):
        parts.append("\n".join(left))
    return "\n\n".join([*parts, standing(first, last) + "\n" + CAUTION])


def not_scored(result: Mapping[str, Rows]) -> list[str]:
    """A line for each series with rows, and each event with forecasts, that were not scored, with the reason."""
    rows = [f"Not scored: {row['n']:,} of {row['of']:,} rows of {row['series']}: {row['reason']}"
            for row in result.get("unused", ())]  # fmt: skip
    return rows + [f"Not scored: {row['n']:,} forecasts of {row['event']} in arm {row['arm']}: {row['reason']}"
                   for row in result.get("unknown_events", ())]  # fmt: skip


def _scores(rows: Rows, what: str = "months") -> list[list[Any]]:
    head = ["series", "arm", what, "n", "CRPS", "declared baseline", "its CRPS", "skill", "best", "against it",
            "90% held", "PIT p", ""]  # fmt: skip
    return [head, *(_score(row) for row in rows)] if rows else [head]


def _score(row: Mapping[str, Any]) -> list[Any]:
    return [
        row["series"], row["arm"], row["months"], counted(row),
        _number(row["crps"] if row["crps_compared"] is None else row["crps_compared"]),
        row["declared"] or "-", _number(row["baselines"].get(row["declared"])), gained(row),
        row["best"] or "-", gained(row, "_best"), held(row), _number(row["pit"], 2), row["note"],
    ]  # fmt: skip


def _events(rows: Rows) -> list[list[Any]]:
    head = ["event within the year, or the months left", "arm", "n / n_eff", "happened", "mean p", "Brier", "log score",
            "declared baseline", "mean p", "Brier", "log score", ""]  # fmt: skip
    return [head, *(
        [row["title"], row["arm"], sizes(row), row["happened"], _number(row["p"], 2), _number(row["brier"]),
         _number(row["log"]), row["declared"], _number(row["p_declared"], 2), _number(row["brier_declared"]),
         _number(row["log_declared"]), row["note"]]
        for row in rows
    )]  # fmt: skip


def _windows(rows: Rows) -> list[list[Any]]:
    head = ["window or total", "series", "arm", "origin", "observed", "median", "5%", "95%", "CRPS", "declared", ""]
    return [head, *(
        [f"{'total ' if row['kind'] == 'total' else ''}{row['begin']} to {row['last']}", row["series"], row["arm"],
         row["origin"], *(f"{row[name]:,.0f}" for name in ("observed", "q50", "q5", "q95")), _number(row["crps"]),
         _number(row["crps_declared"]), ""]
        for row in rows
    )]  # fmt: skip


def gained(row: Mapping[str, Any], of: str = "") -> str:
    """Skill with its interval; a dash if none is claimed. of: `_best` for that against the best of all baselines."""
    value, low, high = (row[f"skill{of}{bound}"] for bound in ("", "_low", "_high"))
    return "-" if value is None else f"{value:+.0%}" if low is None else f"{value:+.0%} [{low:+.0%}, {high:+.0%}]"


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


def draw_skill(rows: Rows, path: Path, first: date) -> bool:
    """Write a picture of skill with intervals, by series, arm and months; False if no skill is claimed. first: first
    day of the outcomes.
    """
    figure = skill_figure(rows, first)
    if figure is None:
        return False
    style.save(figure, path, {"Title": _TITLE, "Description": _words(first), "Source": "regionsim hindcast"})
    return True


def _words(first: date) -> str:
    return _WORDS.format(kind="Pseudo-out-of-sample." if first <= record_ends() else "New data.")


@style.look()
def skill_figure(rows: Rows, first: date) -> Figure | None:
    """The picture of the rows with a claim of skill; None if there are none. first: first day of the outcomes."""
    shown = [row for row in rows if row["skill_low"] is not None]
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
    ax.set_xlabel("1 - CRPS / CRPS of the declared baseline on the same outcomes", fontsize=8, color=style.MUTED)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.grid(visible=True, axis="x", color=style.GRID, linewidth=0.8)
    ax.tick_params(colors=style.MUTED, labelsize=8, length=0)
    style.heading(figure, 0.16, 0.28, _TITLE, size=12, color=style.INK, fontweight="bold")
    figure.text(0.02, 0.1 / height, _words(first), color=style.MUTED, fontsize=7)
    return figure
