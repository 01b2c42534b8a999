"""One indicator on matplotlib axes: a fan of quantiles or, for ordered states, the share of worlds in each.

Core objects: `fan_chart` (with title, unit, legend and marks), `draw` (without title and legend, for small multiples),
`mark_events`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from regionsim.runs.summaries import NAMES, Bands, bands, shares_at_least
from regionsim.scenario.marks import by_date, marks
from regionsim.views import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from regionsim.runs.results import Run

_SHADE, _FAINT = 0.2, 3.0  # of a short shock; one over the whole width has a quarter of it
_ROWS = 4  # of numbers; a number without room is left out
_SMALL, _LARGE, _CIRCLE = 5.5, 7.0, 0.045  # points of numbers; inches of a circle around one
_PAPER = {"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none", "alpha": 0.75}  # hides other lines
_APART = 0.04  # inches between two numbers of a row


@style.look()
def fan_chart(run: Run, indicator: str, *, place: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw one indicator: median, 50% and 90% bands, levers and shocks marked. Returns the axes.

    Without `ax`, a new figure is made. Raises InputError for an indicator that is not recorded.
    """
    if ax is None:
        ax = style.new_axes()
    unit = draw(ax, run, indicator, place)
    style.quiet(ax)
    title = title_of(indicator)
    heading = f"{title}: {place.replace('_', ' ')}" if place else title
    ax.set_title(heading, loc="left", color=style.INK, fontsize=11, fontweight="bold", pad=25)
    ax.text(0, 1.035, unit, transform=ax.transAxes, color=style.MUTED, fontsize=9)
    ax.legend(
        loc="lower right", bbox_to_anchor=(1, 1.03), ncols=3, frameon=False, fontsize=8.5, labelcolor=style.MUTED,
        borderaxespad=0, handlelength=1.4, columnspacing=1.4,
    )  # fmt: skip
    mark_events(ax, run)
    return ax


def draw(ax: Axes, run: Run, indicator: str, place: str | None = None) -> str:
    """Draw an indicator without title and legend; returns the unit of its axis."""
    from regionsim.indicators import INDICATORS

    entry = INDICATORS.get(indicator)
    unit = entry.unit if entry else ""
    colour = style.COLOURS.get(entry.family if entry else "index", style.COLOURS["index"])
    rungs = re.findall(r"(\d+) (\w+)", unit) if re.match(r"0 [a-z]+, 1 ", unit) else []
    if rungs and place is None:
        _ladder(ax, run, indicator, [(float(step), word) for step, word in rungs[1:]], colour)
        unit = f"share of worlds in {', '.join(word for _, word in rungs[1:])}"
    else:
        _fan(ax, run, _bands(run, indicator, place), colour)
    ax.set_xlim(run.dates[0], run.dates[-1] if run.weeks > 1 else run.dates[0] + np.timedelta64(7, "D"))
    return unit


def title_of(indicator: str) -> str:
    """The title of an indicator; the name of a variable."""
    from regionsim.indicators import INDICATORS

    entry = INDICATORS.get(indicator)
    return entry.title if entry else indicator


def _bands(run: Run, indicator: str, place: str | None) -> Bands:
    """The bands to draw: from the run's summary if it holds them, so that no data are read twice."""
    if place is not None or indicator not in run.indicators:
        return bands(run, indicator, place)
    summary = run.summary_of(indicator)
    mean, error = summary["mean"].to_numpy(), summary["error"].to_numpy()
    return Bands(mean, np.stack([summary[name].to_numpy() for name in NAMES]), error)


def _fan(ax: Axes, run: Run, fan: Bands, colour: str) -> None:
    ax.plot(run.dates, fan["p50"], color=colour, linewidth=1.8, label="median", solid_capstyle="round")
    for low, high, alpha, label in (
        ("p25", "p75", style.SHADE_50, "50% of worlds"),
        ("p05", "p95", style.SHADE_90, "90% of worlds"),
    ):
        ax.fill_between(run.dates, fan[low], fan[high], color=colour, alpha=alpha, linewidth=0, label=label)
    bottom, top = ax.get_ylim()
    lowest, highest = np.nanmin(fan["p05"], initial=np.inf), np.nanmax(fan["p95"], initial=-np.inf)
    if 0 <= lowest < 0.5 * highest:  # the axis starts at zero if values are near it, so that areas do not mislead
        bottom = 0.0
    ax.set_ylim(bottom, top)


def _ladder(ax: Axes, run: Run, indicator: str, rungs: list[tuple[float, str]], colour: str) -> None:
    """Share of worlds at or above each rung, the higher the darker."""
    shares = shares_at_least(run, indicator, [step for step, _ in rungs])
    for i, (_, word) in enumerate(rungs):
        above = shares[i + 1] if i + 1 < len(rungs) else np.zeros(run.weeks)
        alpha = style.SHADE_90 + (0.9 - style.SHADE_90) * i / max(1, len(rungs) - 1)
        ax.fill_between(run.dates, above, shares[i], color=colour, alpha=alpha, linewidth=0, label=word)
    ax.set_ylim(0, 1)


def mark_events(ax: Axes, run: Run, *, small: bool = False) -> None:
    """Numbered lines where levers and shocks begin; shocks that last are shaded."""
    first, last = run.dates[0], run.dates[-1]
    width = max((last - first).astype(int), 1)
    wide = ax.get_window_extent().width / ax.get_figure(root=True).dpi  # type: ignore[union-attr]
    ends: list[float] = []  # of the last number of each row, in inches
    for number, (day, day_marks) in enumerate(by_date(marks(run.scenario)).items(), start=1):
        at = max(np.datetime64(day), first)
        if at > last:
            continue
        shock = any(mark.is_shock for mark in day_marks)
        ax.axvline(at, color=style.MUTED, linewidth=0.8, linestyle="-" if shock else (0, (4, 3)), zorder=1.5)
        for until in [np.datetime64(mark.until) for mark in day_marks if mark.until is not None]:
            # a shock of years is shaded so faintly that bands, and overlapping shocks, can still be told apart
            lasts = (min(until, last) - at).astype(int) / width
            shade = _SHADE / (1.0 + _FAINT * lasts)
            ax.axvspan(at, min(until, last), color="#999999", alpha=shade, linewidth=0, zorder=0.5)
        share = (at - first).astype(int) / width
        left, right = _ends_of(number, share * wide, small=small)
        row = next((i for i, end in enumerate(ends) if end + _APART <= left), len(ends))
        if row < _ROWS:
            ends[row : row + 1] = [right]
            middle = (left + right) / 2.0 / wide
            _number(ax, number, at, middle, (1.0 if small else 0.98) - row * (0.09 if small else 0.065), small=small)


def _ends_of(number: int, at: float, *, small: bool) -> tuple[float, float]:
    """Left and right end, in inches, of the number of a mark at `at` inches."""
    if small:
        return at, at + style.points_wide(f" {number}", _SMALL) / 72.0
    half = style.points_wide(f"{number}", _LARGE) / 144.0 + _CIRCLE
    at = max(at, half)  # beside the axis, not on its labels
    return at - half, at + half


def _number(ax: Axes, number: int, at: np.datetime64, share: float, height: float, *, small: bool) -> None:
    """The number of a mark: in a circle at `share` of the width; or small, beside its line."""
    if small:
        where = ax.get_xaxis_transform()
        day = style.day_number(at)
        ax.text(day, height, f" {number}", transform=where, fontsize=_SMALL, color=style.MUTED, va="top", bbox=_PAPER)
        return
    box = {"boxstyle": "circle,pad=0.2", "facecolor": "white", "edgecolor": style.MUTED, "linewidth": 0.7}
    ax.annotate(
        f"{number}", (share, height), xycoords="axes fraction", fontsize=_LARGE, color=style.MUTED, ha="center",
        va="center", bbox=box, annotation_clip=False,
    )  # fmt: skip
