"""The record as text: how far each series goes, what a start rests on, and what a folder of newer rows adds.

Core objects: `record_text`, `check_text`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from textwrap import fill
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from regionsim.history.record_cover import Cover, Resting

_LEAST, _WIDE = 40, 120  # columns: the fewest, and those where there is no terminal


def record_text(
    ends: date,
    start: date,
    covers: Sequence[Cover],
    state: Sequence[Resting],
    events: Sequence[str],
    width: int | None,
) -> str:
    """Everything `regionsim record` prints, within `width` columns of a terminal."""
    width = max(width or _WIDE, _LEAST)
    lines = [f"The record ends on {ends}, with the last row that is dated.", "", "Series that the model reads:", ""]
    for cover in covers:
        behind = "" if not cover.behind else f", {cover.behind:,} days behind"
        lines.append(f"{cover.series}")
        lines.append(_indented(f"to {cover.last}{behind}; {cover.rows:,} rows; read by {cover.used_by}", width))
        if cover.gaps:
            lines.append(_indented(f"months missing of the last 24: {', '.join(cover.gaps)}", width))
    lines += ["", f"A start on {start} rests on:", ""]
    for each in state:
        unit = f"({each.unit})" if each.unit[:1].isdigit() else each.unit  # a flag: 0 (0 or 1)
        lines.append(_indented(f"{each.parameter} = {_figure(each.value)} {unit}".rstrip(), width, "  "))
        lines.append(_indented(f"{each.series} ({each.how})", width))
    if not state:
        lines.append(_indented("declared values of mid-2025, as the day is the briefs' present", width, "  "))
    lines += ["", "Under way on that day:", ""]
    lines += [_indented(event, width, "  ") for event in events] or ["  nothing"]
    lines += ["", "What no series gives (poverty, trust, hostility, informal trade) keeps its declared value."]
    return "\n".join(lines) + "\n"


def check_text(
    folder: str,
    new: Sequence[Mapping[str, Any]],
    events: Sequence[str],
    notes: Sequence[str],
    before: date,
    after: date,
) -> str:
    """What `regionsim record --check` prints for a folder without faults."""
    lines = [f"{each['series']}: {_new(each['rows'], 'row')}, {each['from']} to {each['to']}" for each in new]
    if not lines and not events:
        lines.append(f"{folder}: nothing new")
    if events:
        lines.append(f"timeline: {_new(len(events), 'event')} ({', '.join(events)})")
    lines += notes
    moved = f"still ends on {after}" if after == before else f"would end on {after} (before: {before})"
    lines += [f"The record {moved}.", f"No fault. Use it with: regionsim run status_quo_2026 --observed {folder}"]
    return "\n".join(lines) + "\n"


def _new(n: int, what: str) -> str:
    return f"{n:,} new {what}{'' if n == 1 else 's'}"


def _indented(text: str, width: int, indent: str = "    ") -> str:
    return fill(text, width, initial_indent=indent, subsequent_indent=indent + "  ", break_long_words=False)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:.4g}"
