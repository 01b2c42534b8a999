"""Pictures for docs/patterns.md: every figure of the patterns against the record, and the record played from 2014.

Core objects: `strips` (one row a pattern: the distribution over worlds and what was observed) and `history` (bands of
the played record with the yearly series). A picture carries the digest of the numbers it shows, so that a test can tell
whether it is of this model.
"""

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
from pattern_figures import Finding

from regionsim.evidence import load_evidence
from regionsim.model.play import play
from regionsim.model.worlds import plain_worlds
from regionsim.scenario import load
from regionsim.views.style import COLOURS, INK, MUTED, SHADE_50, SHADE_90, new_figure, quiet, save

WORLDS = 100
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
SHOWN = ("attacks", "trade_bilateral", "trade_transit", "returns", "closure_days", "refugees_in_pakistan")
_BN = 1e-3
# indicator -> a yearly series that counts the same thing, its column, its factor, and the month its year ends in
SERIES = {
    "attacks": (
        ("attacks_annual/picss_militant_attacks", "value", 1.0, 12),
        ("attacks_annual/pips_terrorist_attacks", "value", 1.0, 12),
    ),
    "trade_bilateral": (("trade/pk_af_total_customs", "value_musd", _BN, 6),),
    "trade_transit": (("trade/att_forward_via_pakistan", "value_musd", _BN, 6),),
    "returns": (
        ("refugees_annual/unhcr_returned_refugees_from_pak_to_afg", "value_persons", 1.0, 12),
        ("refugees_annual/returns_all", "value_persons", 1.0, 12),
    ),
    "refugees_in_pakistan": (),
    "closure_days": (),
}
NAMES = {"picss": "PICSS", "pips": "PIPS", "unhcr": "UNHCR, refugees", "returns": "all", "pk": "", "att": ""}
_MARKS = "osD"


def digest(numbers: Sequence[float]) -> str:
    """Digest of numbers to five digits, in their order."""
    return hashlib.sha256(" ".join(f"{number:.5g}" for number in numbers).encode()).hexdigest()[:16]


def strip_digest(rows: Sequence[Finding]) -> str:
    """What the picture of patterns shows, digested."""
    return digest([number for row in rows for number in (*row.interval, *row.observed)])


def strips(rows: Sequence[Finding], path: Path) -> None:
    """Rows with an observed figure: 90% and 50% of the worlds, the median, and what was observed, each on its scale."""
    shown = [row for row in rows if row.observed]
    figure = new_figure(9.0, 0.27 * len(shown) + 1.2)
    ax = figure.add_axes((0.46, 0.06, 0.5, 0.88))
    for y, row in enumerate(reversed(shown)):
        low, left, middle, right, high = np.nanquantile(row.model, LEVELS)
        every = [low, high, *row.observed]
        start, width = min(every), (max(every) - min(every)) or 1.0
        place = [(value - start) / width for value in (low, left, middle, right, high)]
        colour = COLOURS["trade"] if row.holds else COLOURS["security"]
        ax.plot(place[::4], [y, y], color=colour, linewidth=2, alpha=0.45, solid_capstyle="butt")
        ax.plot(place[1:4:2], [y, y], color=colour, linewidth=6, alpha=0.6, solid_capstyle="butt")
        ax.plot(place[2], y, marker="|", color=colour, markersize=11, markeredgewidth=2)
        seen = [(value - start) / width for value in row.observed]
        ax.plot(seen, [y] * len(seen), marker="D", color=INK, markersize=4.5, linewidth=1, zorder=3)
        label = f"{row.pattern}  {row.statistic.split(' (')[0]}"
        ax.text(-0.02, y, label, ha="right", va="center", fontsize=7, color=INK)
    ax.set(ylim=(-0.8, len(shown) - 0.2), xlim=(-0.01, 1.05), xticks=[], yticks=[])
    for side in ax.spines.values():
        side.set_visible(False)
    words = (
        "Each row on its own scale. Bars: 90% and 50% of the worlds; tick: median; diamond: observed (two: a range). "
        "Blue rows hold by their rule, orange ones do not."
    )
    figure.text(0.02, 0.975, "The record against the model", fontsize=11, color=INK, weight="bold", va="top")
    figure.text(0.02, 0.012, words, fontsize=7, color=MUTED)
    save(figure, path, {"Title": "Patterns", "Source": strip_digest(rows), "Software": "regionsim"})


def played(worlds: int = WORLDS) -> tuple[date, dict[str, np.ndarray]]:
    """Start, and quantiles (levels, weeks) of what is shown, of the record played from 2014."""
    scenario = load("history_2014")
    columns = play(scenario, plain_worlds(scenario, range(worlds))).columns
    return scenario.start, {name: np.quantile(columns[name], LEVELS, axis=0) for name in SHOWN}


def points(series: str, column: str, factor: float, month: int) -> tuple[list[date], list[float]]:
    """Ends of years and values of a yearly series from 2014 on."""
    days, values = [], []
    for row in load_evidence().series[series].records:
        year = int(str(row["year"])) if row["year"] else 0
        if year >= 2014 and row[column] is not None:
            days.append(date(year, month, 30 if month == 6 else 31))
            values.append(float(row[column]) * factor)
    return days, values


def history_digest(bands: dict[str, np.ndarray]) -> str:
    """What the picture of history shows, digested: twice a year of every band."""
    return digest([value for name in SHOWN for value in bands[name][:, ::26].ravel()])


def history(start: date, bands: dict[str, np.ndarray], path: Path) -> None:
    """Bands of the record as the model plays it, with the series that count the same thing."""
    from regionsim.indicators import INDICATORS

    figure = new_figure(10.0, 6.4)
    weeks = bands[SHOWN[0]].shape[1]
    days = [date.fromordinal(start.toordinal() + 7 * week) for week in range(weeks)]
    for k, name in enumerate(SHOWN):
        ax = figure.add_subplot(2, 3, k + 1)
        known = INDICATORS[name]
        colour = COLOURS[known.family]
        low, left, middle, right, high = bands[name]
        ax.fill_between(days, low, high, color=colour, alpha=SHADE_90, linewidth=0)
        ax.fill_between(days, left, right, color=colour, alpha=SHADE_50, linewidth=0)
        ax.plot(days, middle, color=colour, linewidth=1.4)
        for mark, (series, *how) in zip(_MARKS, SERIES[name], strict=False):
            ax.plot(*points(series, *how), marker=mark, linestyle="none", color=INK, markersize=3.5,
                    label=NAMES[series.split("/")[1].split("_")[0]])  # fmt: skip
        if len(SERIES[name]) > 1:
            ax.legend(fontsize=6, frameon=False)
        ax.set_title(f"{known.title}\n{known.unit}", fontsize=8, loc="left", color=INK)
        ax.set_ylim(bottom=0)
        quiet(ax, small=True)
    words = (
        "Bands: 90% and 50% of the worlds; line: median; dots: the observed series, yearly. Given: the state of "
        "January 2014 and the dated events of the record.\n"
        "Closures and refugees have no yearly series that counts the same."
    )
    figure.suptitle("The record played from 2014", fontsize=11, x=0.02, ha="left", color=INK, weight="bold")
    figure.text(0.02, 0.012, words, fontsize=7, color=MUTED)
    figure.subplots_adjust(left=0.06, right=0.985, top=0.87, bottom=0.11, hspace=0.42, wspace=0.24)
    save(figure, path, {"Title": "History", "Source": history_digest(bands), "Software": "regionsim"})
