"""The pictures of a sensitivity study: bars with intervals for the inputs that matter most, and a second panel.

Core objects: `draw_sensitivity`, `sensitivity_figure`. Beside the bars, a Morris screening shows size against
interaction (mu* and sigma), and a Sobol study the share of chance. Nothing is computed here.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from regionsim.evidence.identified import KEY
from regionsim.runs.files import inner_folder
from regionsim.views import style
from regionsim.views.captions import data_end
from regionsim.views.fans import title_of
from regionsim.views.sheets import LINE, small_print, wrapped

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from regionsim.studies.sensitivity import Results, Sensitivity

BARS = 12  # inputs shown as bars
_FIRST, _SECOND, _REST = "#0072B2", "#E69F00", "#b8b8b8"
_WIDTH, _ROW = 10.0, 0.4  # inches: the figure, and an input's place
_ABOVE, _LEFT = 0.75, 0.2
_BOX_LEFT, _BOX_WIDE = 0.36, 0.29  # shares of the width: where bars begin, and their room


def draw_sensitivity(study: Sensitivity, results: Results) -> list[Path]:
    """Write a picture of each outcome that has indices into the study's folder `figures`; returns the files."""
    folder = inner_folder(study.folder / "figures")
    written = []
    for about, rows in results.each():
        if about["verdict"] != "ranked":
            continue
        name = re.sub(r"[^A-Za-z0-9_-]+", "_", about["outcome"]).strip("_")
        path = folder / f"{study.method.name}_{name}.png"
        figure, caption = sensitivity_figure(study, about, rows)
        texts = {"Title": f"{about['outcome']} - {study.title}", "Description": caption}
        made = {"Source": f"study {study.folder.name}", "Comment": provenance(study)}
        style.save(figure, path, texts | made)
        written.append(path)
    return written


@style.look()
def sensitivity_figure(study: Sensitivity, about: dict[str, Any], rows: pd.DataFrame) -> tuple[Figure, str]:
    """The picture of one outcome, from its rows of indices by rank, and its caption."""
    morris = study.method.name == "morris"
    shown = rows.head(BARS)
    caption = _caption(study, about, len(rows))
    small = wrapped([caption, provenance(study)], _WIDTH, left=_LEFT)
    below = 0.65 + LINE * len(small)
    height = _ABOVE + max(2.2, _ROW * len(shown)) + below
    figure = style.new_figure(_WIDTH, height)
    bottom, tall = below / height, (height - below - _ABOVE) / height
    bars = figure.add_axes((_BOX_LEFT, bottom, _BOX_WIDE, tall))
    if morris:
        _bars(bars, shown, [("mu_star", _FIRST, "")])
        bars.set_xlabel(f"mu* ({about['unit']})", fontsize=8, color=style.MUTED)
        _against(figure.add_axes((0.73, bottom, 0.25, tall)), rows, about["unit"])
    else:
        _bars(bars, shown, [("ST", _FIRST, "ST: with others"), ("S1", _SECOND, "S1: by itself")])
        bars.set_xlabel("share of the variance over inputs", fontsize=8, color=style.MUTED)
        bars.legend(frameon=False, fontsize=7.5, loc="lower right")
        _share(figure.add_axes((0.76, bottom, 0.12, tall)), about["chance_single"])
    title = f"What moves: {title_of(re.split(r'[\[@]', about['outcome'])[0])} ({about['outcome']})"
    style.heading(figure, _LEFT, 0.3, title, size=12, color=style.INK, fontweight="bold")
    style.heading(figure, _LEFT, 0.52, study.title, size=9, color=style.MUTED)
    small_print(figure, small, keys=0, left=_LEFT)
    return figure, caption


def _bars(ax: Axes, rows: pd.DataFrame, parts: list[tuple[str, str, str]]) -> None:
    """Horizontal bars, the first input on top, with 95% intervals."""
    place, thick = np.arange(len(rows)), 0.7 / len(parts)
    for k, (name, colour, label) in enumerate(parts):
        at = place + (k - (len(parts) - 1) / 2) * thick
        value = rows[name].to_numpy(float)
        off = np.abs(np.vstack([value - rows[f"{name}_low"], rows[f"{name}_high"] - value]))
        ax.barh(at, value, height=thick * 0.92, color=colour, alpha=0.75, label=label or None)
        ax.errorbar(value, at, xerr=off, fmt="none", ecolor=style.INK, elinewidth=0.9, capsize=2)
    names = [f"{rank}  {input_title(path)}" for rank, path in zip(rows["rank"], rows["input"], strict=True)]
    ax.set_yticks(place, names)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    _plain(ax, "x")
    ax.tick_params(axis="y", labelsize=7.5, labelcolor=style.INK, length=0)
    ax.axvline(0.0, color=style.MUTED, linewidth=0.8)


def _against(ax: Axes, rows: pd.DataFrame, unit: str) -> None:
    """mu* against sigma, the inputs of the bars numbered by rank."""
    first, rest = rows.head(BARS), rows.iloc[BARS:]
    ax.plot(rest["mu_star"], rest["sigma"], ".", color=_REST, markersize=4)
    ax.plot(first["mu_star"], first["sigma"], "o", color=_FIRST, markersize=4)
    top = 1.12 * max(float(rows["mu_star"].max()), float(rows["sigma"].max()))
    ax.plot([0, top], [0, top], color=style.GRID, linewidth=1.0, zorder=0)
    ax.set_xlim(0, top)
    ax.set_ylim(0, top)
    _ranks(ax, first)
    _plain(ax, "both")
    ax.set_xlabel(f"mu* ({unit})", fontsize=8, color=style.MUTED)
    ax.set_ylabel(f"sigma ({unit})", fontsize=8, color=style.MUTED)


def _ranks(ax: Axes, rows: pd.DataFrame) -> None:
    """The rank beside each dot; if dots are close, at the nearest free place."""
    points = ax.transData.transform(rows[["mu_star", "sigma"]].to_numpy(float)) * 72.0 / style.DPI
    room = ax.get_window_extent()
    left, right, bottom = (edge * 72.0 / style.DPI for edge in (room.x0, room.x1, room.y0))
    taken: list[tuple[float, float, float]] = []  # left, right and foot, in points
    for rank, (x, y) in zip(rows["rank"], points, strict=True):
        wide = style.points_wide(str(rank), _RANK)
        for across, up in _BESIDE:
            start = x + across if across > 0 else x + across - wide
            foot = y + up
            free = all(
                start > b + 3.0 or start + wide < a - 3.0 or abs(foot - f) > 1.3 * _RANK for a, b, f in taken
            )  # fmt: skip
            if free and start >= left and start + wide <= right and foot >= bottom:
                break
        else:
            continue  # no free place: about ten dots coincide
        taken.append((start, start + wide, foot))
        ax.annotate(
            str(rank), (0, 0), xycoords="figure points", xytext=(start, foot), textcoords="figure points",
            fontsize=_RANK, color=style.INK,
        )  # fmt: skip


_RANK = 8.0  # points
_BESIDE = [(side * 4.0, up) for ring in range(9) for up in (3.0 + 10.5 * ring, -7.5 - 10.5 * ring) for side in (1, -1)]


def _share(ax: Axes, chance: float) -> None:
    """One column: the share of a single world's variance from inputs, and from chance and inputs not listed."""
    ax.set_title("variance of\nsingle worlds", fontsize=8, color=style.MUTED)
    ax.set_ylim(0, 1)
    ax.set_xlim(-0.6, 0.6)
    _plain(ax, "y")
    ax.set_xticks([])
    ax.yaxis.set_major_formatter(style.percent_ticks())
    if not np.isfinite(chance):
        ax.text(0, 0.5, "chance is\nnot\nestimable", ha="center", va="center", fontsize=8, color=style.MUTED)
        return
    for bottom, size, colour, word in [(0.0, 1 - chance, _FIRST, "inputs"), (1 - chance, chance, _REST, "the rest")]:
        ax.bar(0, size, bottom=bottom, width=0.9, color=colour, alpha=0.75)
        if size > 0.06:
            ax.text(0, bottom + size / 2, f"{word}\n{size:.0%}", ha="center", va="center", fontsize=8, color=style.INK)


def _plain(ax: Axes, axis: Any) -> None:
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set_color(style.MUTED)
    ax.grid(visible=True, axis=axis, color=style.GRID, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.tick_params(colors=style.MUTED, labelsize=8)
    ax.xaxis.set_major_locator(style.few_ticks(5))


def input_title(path: str) -> str:
    """The name of an input, in at most two lines: a parameter's title and mark (`identified`), else its path."""
    from regionsim.evidence import load_evidence
    from regionsim.evidence.identified import identified

    parameter, mark = load_evidence().parameters.get(path), identified(path)
    behind = f" ({mark})" if mark else ""
    title = parameter.title if parameter else path.replace("_", " ")
    title = textwrap.shorten(title, 76 - len(behind), placeholder=" ...") + behind
    return "\n".join(textwrap.wrap(title, 46)[:2])


def _caption(study: Sensitivity, about: dict[str, Any], inputs: int) -> str:
    if study.method.name == "morris":
        what = (
            "mu*: mean size of the change from the lowest to the highest quarter of the input's distribution, with its "
            f"95% interval, over {about['samples']} trajectories. Right: mu* and sigma (how much the change depends on "
            "the other inputs); numbers are ranks."
        )
    else:
        what = (
            "Share of the variance over inputs that an input explains by itself (S1) and together with others (ST), "
            f"with 95% intervals, from {about['samples']} base points."
        )
    remark = about["said"][0].upper() + about["said"][1:]
    first = f" The first {BARS} of {inputs} inputs." if inputs > BARS else ""
    return f"{what}{first} {remark}. {KEY} {about['worlds']:,} worlds. {data_end(study.arms[0].scenario)}"


def provenance(study: Sensitivity) -> str:
    """The line that says what made a figure."""
    made = next((run.manifest for _, run in study.runs()), None)
    if made is None:
        return f"Study {study.folder.name}, seed {study.seed}."
    code, _, dirty = (made.commit or "").partition("+")
    parts = ["regionsim", made.versions.get("regionsim", ""), code[:8], dirty and "with changes"]
    return (
        f"Study {study.folder.name}, seed {study.seed}, {' '.join(word for word in parts if word)}. "
        f"Made by: {made.command}"
    )
