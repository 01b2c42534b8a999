"""Cells and lines that the parts of the scorecard share: tables, numbers, skills, what was asked."""

from collections.abc import Mapping, Sequence
from typing import Any

import tabular  # a neighbour, not a package

from regionsim.views.hindcast import gained

type Row = Mapping[str, Any]
type Rows = Sequence[Row]
type Titles = Mapping[str, str]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown, and a line end; an empty text where it has no rows."""
    return tabular.table(head, rows) + "\n" if rows else ""


def asked(tables: Mapping[str, Any]) -> str:
    """What was asked."""
    one = tables["asked"]
    frozen = f" Draws frozen before any score: sha256 `{one['sha256']}`." if one.get("sha256") else ""
    return (
        f"Outcomes from {one['from']} to {one['to']}, {_origins(one)}, {one['draws']} draws, seed {one['seed']}."
        f"{frozen}\n"
    )


def _origins(one: Mapping[str, Any]) -> str:
    return f"{one['origins']} origins, one in {one['every']} months" if one["every"] else "one origin"


def number(value: float | None, digits: int = 3) -> str:
    """A number with few digits, never in powers of ten."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.{digits}g}"


def skill(row: Row, of: str = "") -> str:
    """Skill with its interval, or that there is too little. of: `_best` for that against the best of all baselines."""
    return gained(row, of) if row[f"skill{of}"] is not None else row["note"] or "-"


def met(reached: bool) -> str:
    """Whether a goal is reached."""
    return "met" if reached else "**missed**"


def range_of(row: Row) -> str:
    """Median and 90% interval."""
    return f"{number(row['median'])} ({number(row['low'])} to {number(row['high'])})"
