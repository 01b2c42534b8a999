"""The charts of the page: fans, differences, bars of causes. Drawn from given numbers; nothing is computed.

Core objects: `overlay` (an indicator in the baseline and the scenarios, on one scale), `key_of`, `gap_panel`,
`cause_bars`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from itertools import pairwise, product

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
from regionsim.views.report.texts import amount, between, change, day_words, month_words, span
from regionsim.views.style import COLOURS, SHADE_50, SHADE_90

WIDE, HIGH = 360.0, 206.0
WIDE_KEY = 720.0
_LARGE = (WIDE_KEY, 158.0)
LEFT, RIGHT, TOP, BOTTOM = 46.0, 10.0, 16.0, 24.0  # margins; at least LEFT; TOP has one row of numbers
_NUMBER = 10  # size of the number of a moment


def overlay(
    brief: Brief, id: str, place: int, chart: Chart, *, first: bool = False, large: bool = False
) -> tuple[Drawing, str]:  # fmt: skip
    """An indicator in every run on one scale: the picture, and the figures of the last date in words.

    place: of the chart among those that the script knows. The baseline is grey. Of several scenarios only the medians
    are drawn. first: for the first page, with the numbers of targets always within the axis. large: wide, for a screen.
    """
    several = len(brief.arms) > 1
    caption = overlay_words(brief, chart, -1)
    fans = chart.fans
    banded = fans[:1] if several else fans
    values = [v for fan in banded for name in ("p05", "p95") for v in fan.quantiles[name] if math.isfinite(v)]
    values += [v for fan in fans for v in fan.quantiles["p50"] if math.isfinite(v)]
    values += list(chart.targets) if first else []
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    ticks = nice_ticks(0.0 if 0.0 <= low < 0.5 * high else low, high)
    moments = () if several else brief.arms[0].moments
    rows = count_rows(moments)
    wide, high = _LARGE if large else (WIDE, HIGH)
    titles = " and ".join(titles_of(brief))
    picture = Drawing(id, wide, _high(rows, high), f"{chart.title}: {titles}", caption, "panel")
    picture.root.set("data-chart", str(place))
    axes = _Axes(picture, brief.dates, ticks, rows=rows, wide=wide, high=high)
    for number, fan in enumerate(fans):
        colour, dashes = look_of(brief, number, chart.family)
        if not several or number == 0:
            axes.band(fan.quantiles, colour)
        axes.stroke(fan.quantiles["p50"], colour, dashes)
    axes.marks(moments)
    axes.targets(chart.targets, _dated_target(brief, chart) if first else "")
    axes.seen(chart)
    axes.cursor()
    return picture, caption


def _dated_target(brief: Brief, chart: Chart) -> str:
    """What the first target asks of the chart's indicator, and when."""
    row = next((arm.targets[0] for arm in brief.arms if arm.targets), None)
    return f"{chart.asked} in {month_words(row.date)}" if chart.asked and row else chart.asked


_ARMS = ("#0072B2", "#D55E00", "#009E73", "#8E4B86", "#8A6508", "#444444", "#A23B72", "#00646B")
_DASHES = ("", "7 3", "2 3", "9 3 2 3", "", "7 3", "2 3", "9 3 2 3")
BASE = "#6b6b6b"


def titles_of(brief: Brief) -> list[str]:
    """The titles of the runs, the baseline first."""
    return [*([brief.base.title] if brief.base else []), *(arm.title for arm in brief.arms)]


def look_of(brief: Brief, number: int, family: str) -> tuple[str, str]:
    """Colour and dashes of a run's line, by its number in `titles_of`: the baseline grey, one scenario in the family's
    colour, several told apart by colour and dashes.
    """
    if brief.base and number == 0:
        return BASE, "4 2"
    if len(brief.arms) == 1:
        return COLOURS.get(family, COLOURS["index"]), ""
    place = (number - 1 if brief.base else number) % len(_ARMS)
    return _ARMS[place], _DASHES[place]


def key_of(brief: Brief, id: str, family: str, *, targets: bool, wide: float) -> Drawing:
    """The key of overlaid charts: a line for each run, and the target's."""
    entries = [(title, *look_of(brief, number, family)) for number, title in enumerate(titles_of(brief))]
    entries += [("target", TARGET, "1 3")] if targets else []
    room, placed, x, row = wide, [], 0.0, 0
    for title, colour, dashes in entries:
        title = cut_to(title, room - 40.0)
        length = 34.0 + width_of(title)
        if x + length > room and x:
            x, row = 0.0, row + 1
        placed.append((x, row, title, colour, dashes))
        x += length + 18.0
    picture = Drawing(id, room, 18.0 * (row + 1), "Key", "; ".join(title for title, _, _ in entries), "key-lines")
    for x, row, title, colour, dashes in placed:
        y = 18.0 * row + 9.0
        line = picture.line(x, y, x + 28.0, y, stroke=colour, stroke_width="2.4")
        if dashes:
            line.set("stroke-dasharray", dashes)
        picture.text(x + 34.0, y + 4.0, title, fill=INK)
    return picture


TARGET = "#9c3a00"


def overlay_words(brief: Brief, chart: Chart, at: int) -> str:
    """The figures of one date in a sentence: the median of each run, and the range of 90% of its worlds."""
    parts = []
    for title, fan in zip(titles_of(brief), chart.fans, strict=True):
        middle = amount(fan.quantiles["p50"][at], chart.unit, short=True)
        most = between(fan.quantiles["p05"][at], fan.quantiles["p95"][at], chart.unit)
        parts.append(f"{title} {middle} (90% of worlds {most})")
    return f"{day_words(brief.dates[at])}, medians: {'; '.join(parts)}."


_NAMES = ("p05", "p25", "p50", "p75", "p95")


def gap_panel(brief: Brief, place: int, chart: Chart, arm: int, gap: DifferenceFan) -> tuple[Drawing, str]:
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
    return picture, caption


def gap_words(chart: Chart, gap: DifferenceFan, dates: Sequence[str], at: int) -> str:
    """The differences of one date in a sentence."""
    if gap.same:
        return "Identical in every pair of worlds at every date."
    at_date = {name: gap.quantiles[name][at] for name in _NAMES}
    half, most = (span(at_date[a], at_date[b], chart.unit) for a, b in (("p25", "p75"), ("p05", "p95")))
    median = change(at_date["p50"], chart.unit)
    return f"{day_words(dates[at])}: median difference {median}; half of the pairs {half}; 90% of them {most}."


def _high(rows: int, high: float = HIGH) -> float:
    """The height of a panel with so many rows of numbers above its axis; `high` with one."""
    return high + FONT * (max(rows, 1) - 1)


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


def _meets(box: PlotArea, others: Sequence[PlotArea]) -> bool:
    return any(box.meets(other, GAP) for other in others)


class _Axes:
    """The plot area of a panel: dates across, values up. `rows`: of numbers above it."""

    def __init__(
        self, picture: Drawing, dates: Sequence[str], ticks: Sequence[float], *, rows: int, signed: bool = False,
        wide: float = WIDE, high: float = HIGH,
    ) -> None:  # fmt: skip
        self.picture, self.right = picture, wide - RIGHT
        self.curves: list[PlotArea] = []  # around the lines of medians
        self.taken: list[PlotArea] = []  # by labels of horizontal lines, and by the lines of moments
        self.days = [date.fromisoformat(day) for day in dates]
        labels = [_signed(value, ticks, signed=signed) for value in ticks]
        self.left = max(LEFT, 5.0 + max(map(width_of, labels)) + 2.0)
        self.high = _high(rows, high)
        self.top = TOP + self.high - high
        self.bottom = self.high - BOTTOM
        last = max(self.days[-1].toordinal(), self.days[0].toordinal() + 7)
        self.x = LinearScale(self.days[0].toordinal(), last, self.left, self.right)
        self.y = LinearScale(ticks[0], ticks[-1], self.bottom, self.top)
        self.xs = [self.x(day.toordinal()) for day in self.days]
        for value, text in zip(ticks, labels, strict=True):
            picture.line(self.left, self.y(value), self.right, self.y(value))
            picture.text(self.left - 5.0, self.y(value) + 4.0, text, anchor="end")
        self._years()

    def _years(self) -> None:
        """Dates below the axis: as many as there is room for, inside the picture."""
        before = -math.inf
        for day, label in year_ticks(self.days[0], self.days[-1]):
            x, half = self.x(day.toordinal()), width_of(label) / 2.0
            middle = min(max(x, self.left + half), self.right + RIGHT - half)
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

    def band(self, quantiles: dict[str, tuple[float, ...]], colour: str) -> None:
        """The area that holds 90%."""
        lows, highs = ([self.y(v) for v in quantiles[name]] for name in ("p05", "p95"))
        self.picture.put("path", d=band(self.xs, lows, highs), fill=colour, fill_opacity=f"{SHADE_90:g}")

    def stroke(self, values: Sequence[float], colour: str, dashes: str = "") -> None:
        """The line of medians."""
        ys = [self.y(v) for v in values]
        path = curve(self.xs, ys)
        steps = zip(pairwise(self.xs), pairwise(ys), strict=True)
        self.curves += [PlotArea(a, min(ends) - 1.0, b, max(ends) + 1.0) for (a, b), ends in steps]
        line = self.picture.put("path", d=path, fill="none", stroke=colour, stroke_width=2)
        if dashes:
            line.set("stroke-dasharray", dashes)

    def targets(self, numbers: Sequence[float], words: str) -> None:
        """Lines at the numbers of targets, if within the axis; `words` above the first."""
        shown = [value for value in numbers if self.y.low <= value <= self.y.high]
        for value in shown:
            self.picture.line(
                self.left, self.y(value), self.right, self.y(value), stroke=TARGET, stroke_width="2",
                stroke_dasharray="1 3",
            )  # fmt: skip
        if shown and words:
            self._label(
                self.y(shown[0]), f"target: {words}", FONT, bold=True, left=True, fill=TARGET, font_weight="bold",
                paint_order="stroke", stroke="#ffffff", stroke_width=3,
            )  # fmt: skip

    def _label(
        self, y: float, words: str, size: int, *, bold: bool = False, left: bool = False, **style: object
    ) -> None:  # fmt: skip
        """A text at the line at height `y`, above or below it, on either side, where it touches no other; else none.

        It stands off the lines of medians where there is such a place.
        """
        sides = [(self.right - 2.0, "end"), (self.left + 2.0, "start")]
        places = product(reversed(sides) if left else sides, (y - 3.0, y + size + 1.0))
        boxes = [
            (x, at, anchor, box_of(x, at, words, anchor=anchor, size=size, bold=bold)) for (x, anchor), at in places
        ]
        free = [place for place in boxes if self._inside(place[3]) and not _meets(place[3], self.taken)]
        if not free:
            return
        x, at, anchor, box = next((place for place in free if not _meets(place[3], self.curves)), free[0])
        made = self.picture.put("text", x=x, y=at, text_anchor=anchor, font_size=size, **style)
        made.text = words
        self.taken.append(box)

    def _inside(self, box: PlotArea) -> bool:
        return self.top - 1.0 <= box.top and box.bottom <= self.bottom and box.left >= self.left - 1.0

    def zero(self) -> None:
        """The line of no difference."""
        self.picture.line(self.left, self.y(0.0), self.right, self.y(0.0), stroke=INK)

    def seen(self, chart: Chart) -> None:
        """Lines at the highest and lowest year observed, if within the axis; with labels if there is room."""
        for label, value in zip(("lowest year observed", "highest year observed"), chart.seen or (), strict=False):
            if not self.y.low < value < self.y.high:
                continue
            y = self.y(value)
            self.picture.line(self.left, y, self.right, y, stroke=MUTED, stroke_dasharray="5 3")
            self._label(y, label, 10, fill=MUTED)

    def marks(self, moments: Sequence[Moment]) -> None:
        """Numbered lines where levers and shocks begin, the numbers in rows above the axis."""
        shown = [moment for moment in moments if moment.at is not None]
        places = [self.left + (moment.at or 0.0) * (self.right - self.left) for moment in shown]
        rows = rows_of(shown, self.left, self.right)
        for x, row in zip(places, rows, strict=True):
            self.picture.line(x, self.top - FONT * row - 6.0, x, self.bottom, stroke=MUTED, stroke_dasharray="2 3")
            self.taken.append(PlotArea(x - 1.0, self.top, x + 1.0, self.bottom))
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


def cause_bars(id: str, column: Column, total: CausePart, parts: Sequence[CausePart], names: dict[str, str]) -> Drawing:
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
    return picture


def strongest(parts: Sequence[CausePart]) -> list[CausePart]:
    """The largest parts, in groups: levers, deals, events, the rest."""
    largest = sorted(parts, key=lambda part: -abs(part.mean))[:_MOST_PARTS]
    return sorted(largest, key=lambda part: _group(part.override))


def _group(override: str) -> int:
    kind = override.partition(".")[0]
    return _GROUPS.index(kind) if kind in _GROUPS else len(_GROUPS)


_GROUPS = ("levers", "deals", "shocks", "timeline")
_MOST_PARTS = 6


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
