"""The charts of the page: fans, differences, bars of causes. Drawn from numbers that are given, nothing is computed.

Core objects: `fan_panels` (an indicator in each run, on one scale), `gap_panel`, `cause_bars`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from markupsafe import Markup

from regionsim.analysis.briefing.data import Brief, Chart, Gap, Moment
from regionsim.analysis.causes import Column, Part
from regionsim.indicators import INDICATORS
from regionsim.views.report.svg import FONT, INK, MUTED, Drawing, Span, band, curve, nice_ticks, tick_words, year_ticks
from regionsim.views.report.texts import amount, between, change, day_words, span
from regionsim.views.style import COLOURS, SHADE_50, SHADE_90

WIDE, HIGH = 360.0, 206.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 10.0, 16.0, 24.0
_NEAR = 14.0  # pixels: numbers of moments closer than this stand at different heights


def fan_panels(brief: Brief, place: int, chart: Chart) -> list[tuple[str, Markup, str]]:
    """Of each run, the baseline first: its title, the picture, and the figures of the last date in words."""
    titles = [brief.base.title] if brief.base else []
    titles += [arm.title for arm in brief.arms]
    moments: list[Sequence[Moment]] = [()] if brief.base else []
    moments += [arm.moments for arm in brief.arms]
    values = [v for fan in chart.fans for name in ("p05", "p95") for v in fan.quantiles[name] if math.isfinite(v)]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    ticks = nice_ticks(0.0 if 0.0 <= low < 0.5 * high else low, high)
    found = []
    for i, (title, fan) in enumerate(zip(titles, chart.fans, strict=True)):
        words = fan_words(chart, fan.quantiles, brief.dates, -1)
        picture = Drawing(f"fan-{place}-{i}", WIDE, HIGH, f"{chart.title}: {title}", words, "panel")
        picture.root.set("data-chart", str(place))
        picture.root.set("data-fan", str(i))
        axes = _Axes(picture, brief.dates, ticks)
        axes.seen(chart)
        colour = COLOURS.get(chart.family, COLOURS["index"])
        axes.bands(fan.quantiles, colour)
        axes.stroke(fan.quantiles["p50"], colour)
        axes.marks(moments[i])
        axes.cursor()
        found.append((title, picture.markup(), words))
    return found


def fan_words(chart: Chart, quantiles: dict[str, tuple[float, ...]], dates: Sequence[str], at: int) -> str:
    """The figures of one date in a sentence."""
    at_date = {name: quantiles[name][at] for name in _NAMES}
    middle = amount(at_date["p50"], chart.unit, short=True)
    half, most = (between(at_date[a], at_date[b], chart.unit) for a, b in (("p25", "p75"), ("p05", "p95")))
    return f"{day_words(dates[at])}: median {middle}; half of the worlds {half}; 90% of them {most}."


_NAMES = ("p05", "p25", "p50", "p75", "p95")


def gap_panel(brief: Brief, place: int, chart: Chart, arm: int, gap: Gap) -> tuple[Markup, str]:
    """Differences of an arm from the baseline over time: the picture, and the figures of the last date in words."""
    words = gap_words(chart, gap, brief.dates, -1)
    title = f"{chart.title}: {brief.arms[arm].title} less the baseline"
    picture = Drawing(f"gap-{place}-{arm}", WIDE, HIGH, title, words, "panel")
    picture.root.set("data-chart", str(place))
    picture.root.set("data-gap", str(arm))
    ends = [v for name in ("p05", "p95") for v in gap.quantiles[name] if math.isfinite(v)]
    low, high = (min(0.0, *ends), max(0.0, *ends)) if ends and not gap.same else (-1.0, 1.0)
    axes = _Axes(picture, brief.dates, nice_ticks(low, high), signed=True)
    colour = COLOURS.get(chart.family, COLOURS["index"])
    if gap.same:
        picture.text(WIDE / 2.0, HIGH / 2.0 - 8.0, "identical in every pair of worlds", anchor="middle", fill=INK)
    else:
        axes.bands(gap.quantiles, colour)
        axes.stroke(gap.quantiles["p50"], colour)
    axes.zero()
    axes.marks(brief.arms[arm].moments)
    axes.cursor()
    return picture.markup(), words


def gap_words(chart: Chart, gap: Gap, dates: Sequence[str], at: int) -> str:
    """The differences of one date in a sentence."""
    if gap.same:
        return "Identical in every pair of worlds at every date."
    at_date = {name: gap.quantiles[name][at] for name in _NAMES}
    half, most = (span(at_date[a], at_date[b], chart.unit) for a, b in (("p25", "p75"), ("p05", "p95")))
    median = change(at_date["p50"], chart.unit)
    return f"{day_words(dates[at])}: median difference {median}; half of the pairs {half}; 90% of them {most}."


class _Axes:
    """The plot area of a panel: dates across, values up."""

    def __init__(self, picture: Drawing, dates: Sequence[str], ticks: Sequence[float], *, signed: bool = False) -> None:
        self.picture = picture
        self.days = [date.fromisoformat(one) for one in dates]
        last = max(self.days[-1].toordinal(), self.days[0].toordinal() + 7)
        self.x = Span(self.days[0].toordinal(), last, LEFT, WIDE - RIGHT)
        self.y = Span(ticks[0], ticks[-1], HIGH - BOTTOM, TOP)
        self.xs = [self.x(day.toordinal()) for day in self.days]
        for value in ticks:
            picture.line(LEFT, self.y(value), WIDE - RIGHT, self.y(value))
            sign = "+" if signed and value > 0.0 else ""
            words = sign + tick_words(value, ticks[1] - ticks[0])
            picture.text(LEFT - 5.0, self.y(value) + 4.0, words, anchor="end")
        for day, words in year_ticks(self.days[0], self.days[-1]):
            x = self.x(day.toordinal())
            picture.line(x, HIGH - BOTTOM, x, HIGH - BOTTOM + 4.0, stroke=MUTED)
            picture.text(x, HIGH - 6.0, words, anchor="start" if x < LEFT + 12.0 else "middle")

    def bands(self, quantiles: dict[str, tuple[float, ...]], colour: str) -> None:
        """The areas that hold 90% and 50%."""
        for low, high, shade in (("p05", "p95", SHADE_90), ("p25", "p75", SHADE_50)):
            lows, highs = ([self.y(v) for v in quantiles[name]] for name in (low, high))
            self.picture.put("path", d=band(self.xs, lows, highs), fill=colour, fill_opacity=f"{shade:g}")

    def stroke(self, values: Sequence[float], colour: str) -> None:
        """The line in the middle."""
        path = curve(self.xs, [self.y(v) for v in values])
        self.picture.put("path", d=path, fill="none", stroke=colour, stroke_width=2)

    def zero(self) -> None:
        """The line of no difference."""
        self.picture.line(LEFT, self.y(0.0), WIDE - RIGHT, self.y(0.0), stroke=INK)

    def seen(self, chart: Chart) -> None:
        """The highest and lowest year observed, where they lie within the picture."""
        for words, value in zip(("lowest year observed", "highest year observed"), chart.seen or (), strict=False):
            if self.y.low < value < self.y.high:
                y = self.y(value)
                self.picture.line(LEFT, y, WIDE - RIGHT, y, stroke=MUTED, stroke_dasharray="5 3")
                self.picture.text(WIDE - RIGHT - 2.0, y - 3.0, words, anchor="end", font_size=10)

    def marks(self, moments: Sequence[Moment]) -> None:
        """Numbered lines where levers and shocks begin."""
        before, level = -math.inf, 0
        for one in moments:
            if one.at is None:
                continue
            x = LEFT + one.at * (WIDE - LEFT - RIGHT)
            level = (level + 1) % 3 if x - before < _NEAR else 0
            before = x
            self.picture.line(x, TOP, x, HIGH - BOTTOM, stroke=MUTED, stroke_dasharray="2 3")
            self.picture.text(x, TOP - 4.0 + level * FONT, str(one.number), anchor="middle", font_size=10)

    def cursor(self) -> None:
        """The line that scripts move; where it may go is said for them."""
        line = self.picture.line(LEFT, TOP, LEFT, HIGH - BOTTOM, stroke=INK, _class="cursor", visibility="hidden")
        line.set("data-from", f"{self.xs[0]:.1f}")
        line.set("data-to", f"{self.xs[-1]:.1f}")


_ROW, _BAR, _HEAD = 31.0, 9.0, 6.0


def cause_bars(id: str, column: Column, total: Part, parts: Sequence[Part], names: dict[str, str]) -> Markup:
    """Bars of the parts of a difference, the total below them; whiskers are 95% intervals.

    names: override -> what it is called, where that is not the part's own word.
    """
    rows = [*parts, total]
    high = _HEAD + _ROW * len(rows) + 4.0
    words = "; ".join(f"{names.get(part.override, part.words)}: {part_words(part)}" for part in rows)
    known = INDICATORS.get(column.indicator.partition("[")[0])
    picture = Drawing(id, WIDE, high, f"{column.title}: what causes the difference", words, "bars")
    ends = [v for part in rows for v in (part.mean, part.low, part.high) if math.isfinite(v)]
    scale = Span(min(0.0, *ends), max(0.0, *ends), 6.0, WIDE - 6.0)
    colour = COLOURS.get(known.family if known else "index", COLOURS["index"])
    unit = "share" if column.unit == "share" else ""
    for i, part in enumerate(rows):
        y = _HEAD + _ROW * i
        whole = part.kind == "total"
        weight = {"font_weight": "bold", "fill": INK} if whole else {"fill": INK}
        picture.text(0.0, y + 10.0, _short(names.get(part.override, part.words)), **weight)
        picture.text(WIDE, y + 10.0, "exactly 0" if part.zero else change(part.mean, unit), anchor="end", **weight)
        a, b = sorted((scale(0.0), scale(part.mean)))
        bar = INK if whole else colour
        picture.put("rect", x=a, y=y + 14.0, width=max(b - a, 0.5), height=_BAR, fill=bar, fill_opacity="0.8")
        if not part.zero and math.isfinite(part.low) and math.isfinite(part.high):
            middle = y + 14.0 + _BAR / 2.0
            picture.line(scale(part.low), middle, scale(part.high), middle, stroke=INK, stroke_width="1.4")
            for end in (part.low, part.high):
                picture.line(scale(end), middle - 3.0, scale(end), middle + 3.0, stroke=INK, stroke_width="1.4")
        picture.line(scale(0.0), y + 12.5, scale(0.0), y + 24.5, stroke=MUTED)
    return picture.markup()


def part_words(part: Part) -> str:
    """A part with its interval."""
    if part.zero:
        return "exactly zero"
    few = "; carried by few worlds" if part.few else ""
    return f"{change(part.mean, part.unit)} (95% interval {span(part.low, part.high, part.unit)}{few})"


_LABEL = 44  # characters of a name above its bar


def _short(text: str) -> str:
    """A name that fits: without what stands behind a colon, but with the intensity, or else cut."""
    if len(text) > _LABEL and ": " in text:
        head, tail = text.split(": ", 1)
        text = head + (f" ({tail.rsplit('(', 1)[1]}" if tail.endswith("%)") else "")
    return text if len(text) <= _LABEL else text[: _LABEL - 3].rstrip() + "..."
