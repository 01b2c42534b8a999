"""The charts of the page: fans, differences, bars of causes. Drawn from given numbers; nothing is computed.

Core objects: `fan_panels` (an indicator in each run, on one scale), `gap_panel`, `cause_bars`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from markupsafe import Markup

from regionsim.indicators import INDICATORS
from regionsim.studies.briefing.data import Brief, Chart, DifferenceFan, Moment
from regionsim.studies.causes import CausePart, Column
from regionsim.views.report.svg import (
    FONT,
    GAP,
    INK,
    MUTED,
    Drawing,
    LinearScale,
    PlotArea,
    band,
    box_of,
    curve,
    cut_to,
    nice_ticks,
    tick_words,
    width_of,
    year_ticks,
)  # fmt: skip
from regionsim.views.report.texts import amount, between, change, day_words, span
from regionsim.views.style import COLOURS, SHADE_50, SHADE_90

WIDE, HIGH = 360.0, 206.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 10.0, 16.0, 24.0  # margins; at least LEFT; TOP has one row of numbers
_NUMBER = 10  # size of the number of a moment


def fan_panels(brief: Brief, place: int, chart: Chart) -> list[tuple[str, Markup, str]]:
    """For each run, the baseline first: its title, the picture, and the figures of the last date in words."""
    titles = [brief.base.title] if brief.base else []
    titles += [arm.title for arm in brief.arms]
    moments: list[Sequence[Moment]] = [()] if brief.base else []
    moments += [arm.moments for arm in brief.arms]
    values = [v for fan in chart.fans for name in ("p05", "p95") for v in fan.quantiles[name] if math.isfinite(v)]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    ticks = nice_ticks(0.0 if 0.0 <= low < 0.5 * high else low, high)
    rows = max(map(count_rows, moments))
    panels = []
    for i, (title, fan) in enumerate(zip(titles, chart.fans, strict=True)):
        caption = fan_words(chart, fan.quantiles, brief.dates, -1)
        picture = Drawing(f"fan-{place}-{i}", WIDE, _high(rows), f"{chart.title}: {title}", caption, "panel")
        picture.root.set("data-chart", str(place))
        picture.root.set("data-fan", str(i))
        axes = _Axes(picture, brief.dates, ticks, rows=rows)
        axes.seen(chart)
        colour = COLOURS.get(chart.family, COLOURS["index"])
        axes.bands(fan.quantiles, colour)
        axes.stroke(fan.quantiles["p50"], colour)
        axes.marks(moments[i])
        axes.cursor()
        panels.append((title, picture.markup(), caption))
    return panels


def fan_words(chart: Chart, quantiles: dict[str, tuple[float, ...]], dates: Sequence[str], at: int) -> str:
    """The figures of one date in a sentence."""
    at_date = {name: quantiles[name][at] for name in _NAMES}
    middle = amount(at_date["p50"], chart.unit, short=True)
    half, most = (between(at_date[a], at_date[b], chart.unit) for a, b in (("p25", "p75"), ("p05", "p95")))
    return f"{day_words(dates[at])}: median {middle}; half of the worlds {half}; 90% of them {most}."


_NAMES = ("p05", "p25", "p50", "p75", "p95")


def gap_panel(brief: Brief, place: int, chart: Chart, arm: int, gap: DifferenceFan) -> tuple[Markup, str]:
    """Differences of an arm from the baseline over time: the picture, and the figures of the last date in words."""
    caption = gap_words(chart, gap, brief.dates, -1)
    title = f"{chart.title}: {brief.arms[arm].title} compared with the baseline"
    rows = count_rows(brief.arms[arm].moments)
    picture = Drawing(f"gap-{place}-{arm}", WIDE, _high(rows), title, caption, "panel")
    picture.root.set("data-chart", str(place))
    picture.root.set("data-gap", str(arm))
    ends = [v for name in ("p05", "p95") for v in gap.quantiles[name] if math.isfinite(v)]
    low, high = (min(0.0, *ends), max(0.0, *ends)) if ends and not gap.same else (-1.0, 1.0)
    axes = _Axes(picture, brief.dates, nice_ticks(low, high), rows=rows, signed=True)
    colour = COLOURS.get(chart.family, COLOURS["index"])
    if gap.same:
        picture.text(
            WIDE / 2.0, _high(rows) - HIGH / 2.0 - 8.0, "identical in every pair of worlds", anchor="middle", fill=INK
        )
    else:
        axes.bands(gap.quantiles, colour)
        axes.stroke(gap.quantiles["p50"], colour)
    axes.zero()
    axes.marks(brief.arms[arm].moments)
    axes.cursor()
    return picture.markup(), caption


def gap_words(chart: Chart, gap: DifferenceFan, dates: Sequence[str], at: int) -> str:
    """The differences of one date in a sentence."""
    if gap.same:
        return "Identical in every pair of worlds at every date."
    at_date = {name: gap.quantiles[name][at] for name in _NAMES}
    half, most = (span(at_date[a], at_date[b], chart.unit) for a, b in (("p25", "p75"), ("p05", "p95")))
    median = change(at_date["p50"], chart.unit)
    return f"{day_words(dates[at])}: median difference {median}; half of the pairs {half}; 90% of them {most}."


def _high(rows: int) -> float:
    """The height of a panel with so many rows of numbers above its axis."""
    return HIGH + FONT * (max(rows, 1) - 1)


def count_rows(moments: Sequence[Moment]) -> int:
    """How many rows the numbers of moments need so that none touches another.

    Computed for the narrowest axis; `rows_of` gives the rows for any other.
    """
    return max(rows_of(moments, LEFT, WIDE - RIGHT - _LABELS), default=-1) + 1


_LABELS = 60.0  # pixels that labels of an axis may take beyond `LEFT`


def rows_of(moments: Sequence[Moment], left: float, right: float) -> list[int]:
    """The row of each moment shown, 0 the lowest, on an axis from `left` to `right`."""
    ends: list[float] = []  # of the last number of each row
    rows = []
    for moment in moments:
        if moment.at is None:
            continue
        box = box_of(left + moment.at * (right - left), 0.0, str(moment.number), anchor="middle", size=_NUMBER)
        row = next((i for i, end in enumerate(ends) if end + GAP <= box.left), len(ends))
        ends[row : row + 1] = [box.right]
        rows.append(row)
    return rows


class _Axes:
    """The plot area of a panel: dates across, values up. `rows`: of numbers above it."""

    def __init__(
        self, picture: Drawing, dates: Sequence[str], ticks: Sequence[float], *, rows: int, signed: bool = False
    ) -> None:
        self.picture = picture
        self.days = [date.fromisoformat(day) for day in dates]
        labels = [_signed(value, ticks, signed=signed) for value in ticks]
        self.left = max(LEFT, 5.0 + max(map(width_of, labels)) + 2.0)
        self.high = _high(rows)
        self.top = TOP + self.high - HIGH
        self.bottom = self.high - BOTTOM
        last = max(self.days[-1].toordinal(), self.days[0].toordinal() + 7)
        self.x = LinearScale(self.days[0].toordinal(), last, self.left, WIDE - RIGHT)
        self.y = LinearScale(ticks[0], ticks[-1], self.bottom, self.top)
        self.xs = [self.x(day.toordinal()) for day in self.days]
        for value, text in zip(ticks, labels, strict=True):
            picture.line(self.left, self.y(value), WIDE - RIGHT, self.y(value))
            picture.text(self.left - 5.0, self.y(value) + 4.0, text, anchor="end")
        self._years()

    def _years(self) -> None:
        """Dates below the axis: as many as there is room for, inside the picture."""
        before = -math.inf
        for day, label in year_ticks(self.days[0], self.days[-1]):
            x, half = self.x(day.toordinal()), width_of(label) / 2.0
            middle = min(max(x, self.left + half), WIDE - half)
            if middle - half < before + GAP:
                continue
            before = middle + half
            self.picture.line(x, self.bottom, x, self.bottom + 4.0, stroke=MUTED)
            self.picture.text(middle, self.high - 6.0, label, anchor="middle")

    def bands(self, quantiles: dict[str, tuple[float, ...]], colour: str) -> None:
        """The areas that hold 90% and 50%."""
        for low, high, shade in (("p05", "p95", SHADE_90), ("p25", "p75", SHADE_50)):
            lows, highs = ([self.y(v) for v in quantiles[name]] for name in (low, high))
            self.picture.put("path", d=band(self.xs, lows, highs), fill=colour, fill_opacity=f"{shade:g}")

    def stroke(self, values: Sequence[float], colour: str) -> None:
        """The line of medians."""
        path = curve(self.xs, [self.y(v) for v in values])
        self.picture.put("path", d=path, fill="none", stroke=colour, stroke_width=2)

    def zero(self) -> None:
        """The line of no difference."""
        self.picture.line(self.left, self.y(0.0), WIDE - RIGHT, self.y(0.0), stroke=INK)

    def seen(self, chart: Chart) -> None:
        """Lines at the highest and lowest year observed, if within the axis; with labels if there is room."""
        taken: list[PlotArea] = []
        for label, value in zip(("lowest year observed", "highest year observed"), chart.seen or (), strict=False):
            if not self.y.low < value < self.y.high:
                continue
            y = self.y(value)
            self.picture.line(self.left, y, WIDE - RIGHT, y, stroke=MUTED, stroke_dasharray="5 3")
            for x, anchor in ((WIDE - RIGHT - 2.0, "end"), (self.left + 2.0, "start")):
                for at in (y - 3.0, y + 11.0):
                    box = box_of(x, at, label, anchor=anchor, size=10)
                    inside = self.top - 1.0 <= box.top and box.bottom <= self.bottom
                    if inside and not any(box.meets(placed, GAP) for placed in taken):
                        break
                else:
                    continue
                self.picture.text(x, at, label, anchor=anchor, font_size=10)
                taken.append(box)
                break

    def marks(self, moments: Sequence[Moment]) -> None:
        """Numbered lines where levers and shocks begin, the numbers in rows above the axis."""
        shown = [moment for moment in moments if moment.at is not None]
        places = [self.left + (moment.at or 0.0) * (WIDE - RIGHT - self.left) for moment in shown]
        rows = rows_of(shown, self.left, WIDE - RIGHT)
        for x, row in zip(places, rows, strict=True):
            self.picture.line(x, self.top - FONT * row - 6.0, x, self.bottom, stroke=MUTED, stroke_dasharray="2 3")
        for moment, x, row in zip(shown, places, rows, strict=True):
            halo = {"paint_order": "stroke", "stroke": "#ffffff", "stroke_width": 3}
            self.picture.text(
                x, self.top - 8.0 - FONT * row, str(moment.number), anchor="middle", font_size=_NUMBER, **halo
            )

    def cursor(self) -> None:
        """The line that the script moves, with the ends of its range."""
        line = self.picture.line(
            self.left, self.top, self.left, self.bottom, stroke=INK, _class="cursor", visibility="hidden"
        )
        line.set("data-from", f"{self.xs[0]:.1f}")
        line.set("data-to", f"{self.xs[-1]:.1f}")


_ROW, _BAR, _HEAD = 31.0, 9.0, 6.0


def cause_bars(id: str, column: Column, total: CausePart, parts: Sequence[CausePart], names: dict[str, str]) -> Markup:
    """Bars of the parts of a difference, the total below them; whiskers are 95% intervals.

    names: override -> its name, if not the words of the part.
    """
    rows = [*parts, total]
    high = _HEAD + _ROW * len(rows) + 4.0
    description = "; ".join(f"{names.get(part.override, part.words)}: {part_words(part)}" for part in rows)
    entry = INDICATORS.get(column.indicator.partition("[")[0])
    picture = Drawing(id, WIDE, high, f"{column.title}: what causes the difference", description, "bars")
    ends = [v for part in rows for v in (part.mean, part.low, part.high) if math.isfinite(v)]
    scale = LinearScale(min(0.0, *ends), max(0.0, *ends), 6.0, WIDE - 6.0)
    colour = COLOURS.get(entry.family if entry else "index", COLOURS["index"])
    unit = "share" if column.unit == "share" else ""
    for i, part in enumerate(rows):
        y = _HEAD + _ROW * i
        is_total = part.kind == "total"
        weight = {"font_weight": "bold", "fill": INK} if is_total else {"fill": INK}
        number = "exactly 0" if part.zero else change(part.mean, unit)
        room = WIDE - width_of(number, bold=is_total) - 2.0 * GAP
        picture.text(0.0, y + 10.0, _short(names.get(part.override, part.words), room, bold=is_total), **weight)
        picture.text(WIDE, y + 10.0, number, anchor="end", **weight)
        a, b = sorted((scale(0.0), scale(part.mean)))
        bar = INK if is_total else colour
        picture.put("rect", x=a, y=y + 14.0, width=max(b - a, 0.5), height=_BAR, fill=bar, fill_opacity="0.8")
        if not part.zero and math.isfinite(part.low) and math.isfinite(part.high):
            middle = y + 14.0 + _BAR / 2.0
            picture.line(scale(part.low), middle, scale(part.high), middle, stroke=INK, stroke_width="1.4")
            for end in (part.low, part.high):
                picture.line(scale(end), middle - 3.0, scale(end), middle + 3.0, stroke=INK, stroke_width="1.4")
        picture.line(scale(0.0), y + 12.5, scale(0.0), y + 24.5, stroke=MUTED)
    return picture.markup()


def part_words(part: CausePart) -> str:
    """A part with its interval."""
    if part.zero:
        return "exactly zero"
    few = "; carried by few worlds" if part.few else ""
    return f"{change(part.mean, part.unit)} (95% interval {span(part.low, part.high, part.unit)}{few})"


def _short(text: str, room: float, *, bold: bool) -> str:
    """A name that fits: without the text after a colon, except the intensity; else cut."""
    if width_of(text, bold=bold) > room and ": " in text:
        head, tail = text.split(": ", 1)
        text = head + (f" ({tail.rsplit('(', 1)[1]}" if tail.endswith("%)") else "")
    return cut_to(text, room, bold=bold)


def _signed(value: float, ticks: Sequence[float], *, signed: bool) -> str:
    """The label of a tick; with a sign if `signed`."""
    return ("+" if signed and value > 0.0 else "") + tick_words(value, ticks[1] - ticks[0])
