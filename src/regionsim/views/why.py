"""Picture and table of why a scenario differs from its baseline: bars of the parts, the total below them.

Core objects: `why_figure`, `draw_why`, `why_text`, `why_key`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from regionsim.evidence.identified import ASSUMED, KEY, identified, marked
from regionsim.evidence.measures import scored_mark, unscored_key
from regionsim.evidence.records import pulled
from regionsim.indicators import INDICATORS
from regionsim.levers import LEVERS
from regionsim.runs.files import inner_folder
from regionsim.studies.grouping import count_causes
from regionsim.studies.times import TimeSpan
from regionsim.views import captions, sheets, style
from regionsim.views.compare import signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from regionsim.studies.causes import CausePart, Column
    from regionsim.studies.why import Why

_WIDE, _NAMES, _BAR, _AROUND = 4.9, 2.2, 0.2, 1.0  # inches: a panel, names left of it, a bar, above and below
_LIGHT = "#b8b8b8"  # a whisker on ink
_LABEL = 38  # characters of an override's name beside its bar
FEW = "carried by few worlds"
CHOICES = ((0, 1, 2, 3, 4), (0, 1, 2, 3), (0, 1, 2), (0, 1))
"""Columns of a table of parts for ever narrower terminals."""
_MOST = 12  # bars of a panel; the table has all


@style.look()
def why_figure(why: Why) -> tuple[Figure, str]:
    """A panel for each indicator at the last date: parts with their 95% intervals, and the total; and its caption."""
    last = why.columns[len(why.weeks) - 1].date
    columns = [column for column in why.columns if column.date == last]
    bars = min(len(why.players), _MOST) + 1
    run, base = why.run_of(why.every), why.run_of(frozenset())
    caption = (
        f"What each override adds to the difference {_when(last)}, a mean over {why.numbers.size:,} worlds with "
        f"equal draws and chance: {how_words(why)} Whiskers: 95% intervals. {captions.data_end(run.scenario)}"
    )
    made = f"{captions.provenance(run)}. Baseline: {base.name}-{base.hash}."
    small = [caption, *why_key(why), made]
    title = f"Why {run.manifest.title} differs from {base.manifest.title}"
    panel = (_WIDE, _AROUND + _BAR * bars)
    figure, axes = sheets.new_sheet(len(columns), title, _when(last), small, columns=3, panel=panel, labels=_NAMES)
    for ax, column in zip(axes, columns, strict=True):
        _bars(ax, why, column)
        sheets.head(ax, f"{column.title}{scored_mark(column.indicator)}", column.unit)
    return figure, caption


def _when(date: str) -> str:
    return TimeSpan(date).words if date in list(TimeSpan) else f"on {date}"


def how_words(why: Why) -> str:
    """How the parts are computed, in one sentence."""
    if why.orders:
        return (
            f"the mean over {len(why.orders)} sampled orders of {count_overrides(why)}; intervals include "
            "the sampling of orders."
        )
    return f"Shapley values, the mean over all orders of {count_overrides(why)}."


def count_overrides(why: Why) -> str:
    """The number of overrides, and of the causes that they are grouped into, in words."""
    return count_causes(len(why.players), len(why.overrides))


def _bars(ax: Axes, why: Why, column: Column) -> None:
    total, parts = why.of(column)
    if total.zero and all(part.zero for part in parts):
        ax.text(0.5, 0.45, "exactly zero", transform=ax.transAxes, ha="center", color=style.MUTED, fontsize=9)
        ax.set_axis_off()
        return
    shown = [*parts[:_MOST], total]
    entry = INDICATORS.get(column.indicator.partition("[")[0])
    colour = style.COLOURS.get(entry.family if entry else "index", style.COLOURS["index"])
    places = np.arange(len(shown))[::-1]
    for place, part in zip(places, shown, strict=True):
        ink = part.kind == "total"
        ax.barh(place, part.mean, height=0.68, color=style.INK if ink else colour, alpha=0.9 if ink else 0.75)
        if not part.zero and np.isfinite([part.low, part.high]).all():
            ax.plot([part.low, part.high], [place, place], color=_LIGHT if ink else style.INK, linewidth=1.2)
    ax.axvline(0.0, color=style.INK, linewidth=0.9)
    ax.set_yticks(places, [_label(part) for part in shown])
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.grid(visible=True, axis="x", color=style.GRID, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.tick_params(colors=style.MUTED, labelsize=7.5, length=0)
    ax.xaxis.set_major_locator(style.few_ticks(5))
    ax.xaxis.set_major_formatter(style.number_ticks())


def _label(part: CausePart) -> str:
    kind, _, name = part.override.partition(".")
    text = "all together" if part.kind == "total" else name.replace("_", " ") if kind == "levers" else part.words
    return text if len(text) <= _LABEL else text[: _LABEL - 3] + "..."


def draw_why(why: Why) -> list[Path]:
    """Write the picture into the folder `figures`; returns the files."""
    folder = inner_folder(why.folder / "figures")
    figure, caption = why_figure(why)
    about = captions.metadata(why.run_of(why.every), f"Why it differs from {why.baseline.title}", caption)
    path = folder / "why.png"
    style.save(figure, path, about)
    return [path]


def why_text(why: Why) -> list[tuple[str, list[list[str]], list[str]]]:
    """For each indicator and date: a heading, a table as cells, and remarks on interactions."""
    blocks = []
    for column in why.columns:
        total, parts = why.of(column)
        cells = [["override", total.average, "95% interval", "share", "description"]]
        cells += [_cells(part) for part in (*parts, total)]
        remarks = [
            f"{part.override}: combined bonus {signed(part.mean)} [{signed(part.low)}, {signed(part.high)}]"
            for part in why.named(column)
        ]
        head = f"{column.title}{scored_mark(column.indicator)}, {column.unit}, {column.date}"
        blocks.append((head, cells, remarks))
    return blocks


def why_key(why: Why) -> list[str]:
    """The notes under the table: what no series scores, and which parameters of the overrides are identified."""
    lines = [*why.notes, *unscored_key(column.indicator for column in why.columns)]
    lines += _averages(why)
    marks = marked(override.path for override in why.overrides)
    lines += [f"{marks}. {KEY}"] if marks else []
    names = [name for override in why.overrides if (name := override.path.removeprefix("levers.")) in LEVERS]
    every = dict.fromkeys(size for name in pulled(names, LEVERS) for size in LEVERS[name].sizes)
    sizes = [identified(size) for size in every]
    lines += [f"Sizes of lever effects: {sizes.count(ASSUMED)} of {len(sizes)} are assumptions."] if sizes else []
    return lines


def _averages(why: Why) -> list[str]:
    """What a trimmed mean and the mark of few worlds mean, if the table has them."""
    lines = []
    if any(part.average != "mean" for part in why.parts):
        lines.append(
            "Trimmed mean: total and parts are means over the middle 80% of worlds by total difference, as a few "
            "worlds may dominate a plain mean."
        )
    if any(part.few and part.kind != "interaction" for part in why.parts):
        lines.append(f"* {FEW}: the part is the same in many worlds, mostly zero, and large in a few.")
    return lines


def _cells(part: CausePart) -> list[str]:
    name = "total" if part.kind == "total" else part.override
    if part.zero:
        return [name, "0", "exactly", "", part.words]
    share = "" if part.share is None else f"{part.share:.0%}".replace("-0%", "0%")
    interval = f"[{signed(part.low)}, {signed(part.high)}]{'*' if part.few else ''}"
    return [name, signed(part.mean), interval, share, part.words]
