"""The picture of a discovery: coverage against density, the worlds along the two main inputs, the limits.

Core object: `draw_discovery`.
"""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from regionsim.evidence.identified import KEY
from regionsim.schema.units import is_bare
from regionsim.studies.discovery import RESAMPLES, slug
from regionsim.views import style
from regionsim.views.captions import SIMULATED
from regionsim.views.sheets import LINE, small_print, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from regionsim.studies.case_table import Input
    from regionsim.studies.discovery import Discovery, Limit

_CASE, _OTHER = style.COLOURS["security"], "#9AA5AD"
_BOXES = (style.COLOURS["trade"], style.COLOURS["people"], style.COLOURS["relations"])
_ROW = 0.42  # inches per limit
_WIDTH = 10.0
_LEFT = 0.7


def draw_discovery(discovery: Discovery, folder: Path) -> Path | None:
    """Write the picture into a folder; None if there is no box."""
    if not discovery.boxes:
        return None
    figure, caption = discovery_figure(discovery)
    path = folder / f"{slug(discovery.futures.where)}.png"
    about = {
        "Title": f"{discovery.futures.where} - {discovery.futures.title}", "Description": caption,
        "Source": f"{discovery.futures.name}; discover --where '{discovery.futures.where}'",
    }  # fmt: skip
    style.save(figure, path, about)
    return path


@style.look()
def discovery_figure(discovery: Discovery) -> tuple[Figure, str]:
    """The picture, and its caption."""
    limits = [(number, limit) for number, box in enumerate(discovery.boxes) for limit in box.limits]
    caption = _caption(discovery)
    small = wrapped([caption], _WIDTH, left=_LEFT)
    room = _WIDTH - _LEFT - 0.2
    claim = textwrap.wrap(f"Where {discovery.futures.claim}", 88)
    heading = [part for line in claim for part in style.broken(line, 13.0, room, bold=True)]
    above, below = 0.55 + 0.24 * len(heading), 0.3 + LINE * len(small)
    bars, top = _ROW * len(limits) + 0.15, 3.3
    height = above + 0.3 + top + 0.85 + bars + 0.1 + below
    figure = style.new_figure(_WIDTH, height)
    for i, line in enumerate(heading):
        y = 1 - (0.36 + 0.24 * i) / height
        figure.text(_LEFT / _WIDTH, y, line, color=style.INK, fontsize=13, fontweight="bold")
    named = f"{discovery.futures.title} ({discovery.futures.name})"
    style.heading(figure, _LEFT, 0.36 + 0.24 * len(heading), named, size=9, color=style.MUTED)
    floor = (below + 0.1 + bars + 0.85) / height
    _trade_off(figure.add_axes((_LEFT / _WIDTH, floor, 0.37, top / height)), discovery)
    _worlds(figure.add_axes((0.56, floor, 0.41, top / height)), discovery)
    _bars(figure.add_axes((0.45, (below + 0.1) / height, 0.52, bars / height)), discovery, limits)
    small_print(figure, small, keys=0, left=_LEFT)
    return figure, caption


def _caption(discovery: Discovery) -> str:
    sentences = discovery.sentences()[: 1 + len(discovery.boxes)]
    return (
        "Upper left: boxes peeled from all worlds to few. Ring: the first box. Square: boxes found in two thirds of "
        f"the worlds, tested on the rest ({RESAMPLES} times). Upper right: each dot is a world; the first box is "
        "shaded. Below: the range of each input over worlds, and the part that a box (its number first) leaves; "
        "quasi-p: chance of a box as dense without the limit; resamples: share of searches that found the input. "
        f"{KEY} {SIMULATED} {' '.join(sentences)}"
    )


def _trade_off(ax: Axes, discovery: Discovery) -> None:
    box = discovery.boxes[0]
    steps = box.found.trajectory
    coverage, density = [step.k / box.cases for step in steps], [step.k / step.n for step in steps]
    ax.plot(coverage, density, color=_BOXES[0], linewidth=1, marker="o", markersize=3, label="boxes peeled")
    ax.axhline(box.cases / box.worlds, color=style.MUTED, linewidth=0.8, linestyle=(0, (4, 3)), label="all worlds")
    ring = {"markersize": 11, "markeredgewidth": 2, "markerfacecolor": "none", "linestyle": "none"}
    ax.plot([box.coverage], [box.density], marker="o", color=_CASE, label="box taken", **ring)  # type: ignore[arg-type]
    held = ([box.held_coverage], [box.held_density])
    ax.plot(*held, marker="s", color=style.INK, markersize=6, linestyle="none", label="on worlds held out")
    ax.set_xlim(-0.02, 1.04)
    ax.set_ylim(0, 1.04)
    _plain(ax, "coverage: share of the cases in the box", "density: share of cases among its worlds")
    ax.legend(
        frameon=False, fontsize=7.5, loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncols=4, borderaxespad=0,
        handlelength=1.3, columnspacing=1.0, labelcolor=style.MUTED,
    )  # fmt: skip


def _worlds(ax: Axes, discovery: Discovery) -> None:
    """The worlds along the two inputs with the smallest quasi-p; a single input is drawn over the world's number."""
    futures, box = discovery.futures, discovery.boxes[0]
    place = {input.path: j for j, input in enumerate(futures.inputs)}
    main = sorted(box.limits, key=lambda limit: limit.quasi_p)[:2]
    x = futures.space.x[:, place[main[0].input.path]]
    y = futures.space.x[:, place[main[1].input.path]] if main[1:] else np.arange(len(futures), dtype=np.float64)
    spread = np.random.default_rng(0)  # jitter for categories and few values, so that dots do not overlap
    x, y = (v + spread.uniform(-0.12, 0.12, len(v)) * _step(v) for v in (x, y))
    for case, colour, label in ((False, _OTHER, "other worlds"), (True, _CASE, "cases")):
        chosen = futures.case == case
        ax.plot(x[chosen], y[chosen], ".", color=colour, markersize=4 + 2 * case, alpha=0.85, label=label)
    _plain(ax, _axis(main[0].input), _axis(main[1].input) if main[1:] else "number of the world")
    _ticks(ax, main[0].input, "x")
    if main[1:]:
        _ticks(ax, main[1].input, "y")
    for limit, line in zip(main, (ax.axvline, ax.axhline), strict=False):
        for end in (limit.low, limit.high):
            if end is not None:
                line(end, color=_BOXES[0], linewidth=1.2)
    _shade(ax, main)
    ax.legend(
        frameon=False, fontsize=7.5, loc="lower right", bbox_to_anchor=(1, 1.0), ncols=2, borderaxespad=0,
        handlelength=1.0, columnspacing=1.0, labelcolor=style.MUTED,
    )  # fmt: skip


def _step(values: np.ndarray) -> float:
    """The smallest gap between few distinct values; 0 for many."""
    distinct = np.unique(values)
    return float(np.diff(distinct).min()) if 1 < len(distinct) <= 12 else 0.0


def _shade(ax: Axes, main: list[Limit]) -> None:
    """The box, unless a limit is on categories."""
    if any(limit.categories for limit in main):
        return
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    ends = [(limit.low, limit.high) for limit in main] + [(None, None)] * (2 - len(main))
    x = [left if ends[0][0] is None else ends[0][0], right if ends[0][1] is None else ends[0][1]]
    bottom, top = low if ends[1][0] is None else ends[1][0], high if ends[1][1] is None else ends[1][1]
    ax.fill_between(x, bottom, top, color=_BOXES[0], alpha=0.1, linewidth=0, zorder=0.5)
    ax.set_xlim(left, right)
    ax.set_ylim(low, high)


def _bars(ax: Axes, discovery: Discovery, limits: list[tuple[int, Limit]]) -> None:
    """A grey bar for the range of each input in all worlds, and a coloured one for the part that a box leaves."""
    futures = discovery.futures
    place = {input.path: j for j, input in enumerate(futures.inputs)}
    labels = []
    for row, (number, limit) in enumerate(limits):
        values = futures.space.x[:, place[limit.input.path]]
        low, high, colour = float(values.min()), float(values.max()), _BOXES[number % len(_BOXES)]
        ax.barh(row, 1, height=0.3, color=style.GRID, linewidth=0)
        if limit.categories:
            all_of = limit.input.categories
            for i, word in enumerate(all_of):
                inside = word in limit.categories
                if inside:
                    ax.barh(row, 1 / len(all_of), left=i / len(all_of), height=0.3, color=colour, linewidth=0)
                at = (i + 0.5) / len(all_of)
                ax.text(at, row, word, fontsize=7, ha="center", va="center", color="white" if inside else style.INK)
        else:
            ends = [low if limit.low is None else limit.low, high if limit.high is None else limit.high]
            left, right = ((end - low) / (high - low) for end in ends)
            ax.barh(row, right - left, left=left, height=0.3, color=colour, linewidth=0)
            for end, at in ((limit.low, left), (limit.high, right)):
                if end is not None:
                    ax.text(at, row - 0.2, limit.input.words(end), fontsize=7.5, ha="center", va="bottom")
            for text, at, side in ((limit.input.words(low), 0.0, "left"), (limit.input.words(high), 1.0, "right")):
                ax.text(at, row + 0.19, text, fontsize=6.5, ha=side, va="top", color=style.MUTED)
        title = "\n".join(textwrap.wrap(_axis(limit.input), 62)[:2])
        mark = f"{limit.identified}; " if limit.identified else ""
        evidence = f"{mark}quasi-p {limit.quasi_p:.1g}, in {limit.resamples:.0%} of resamples"
        labels.append(f"{number + 1}  {title}\n{evidence}")
    ax.set_yticks(range(len(limits)), labels, fontsize=7, color=style.INK)
    ax.set_ylim(len(limits) - 0.45, -0.6)
    ax.set_xlim(0, 1)
    ax.set_xticks([])
    ax.tick_params(length=0)
    for side in ("top", "right", "left", "bottom"):
        ax.spines[side].set_visible(False)


def _axis(input: Input) -> str:
    unit = "" if is_bare(input.unit) else f", {input.unit}"
    return f"{input.title}{unit}"


def _ticks(ax: Axes, input: Input, way: str) -> None:
    """Words for categories and dates; axes of numbers keep theirs."""
    axis = ax.xaxis if way == "x" else ax.yaxis
    if input.categories:
        axis.set_ticks(range(len(input.categories)), list(input.categories))
    elif input.is_date:
        axis.set_major_formatter(lambda value, _: input.words(value))


def _plain(ax: Axes, x: str, y: str) -> None:
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    ax.grid(visible=True, color=style.GRID, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.tick_params(colors=style.MUTED, labelsize=8)
    ax.set_xlabel("\n".join(textwrap.wrap(x, 64)), fontsize=8, color=style.MUTED)
    ax.set_ylabel("\n".join(textwrap.wrap(y, 52)), fontsize=8, color=style.MUTED)
