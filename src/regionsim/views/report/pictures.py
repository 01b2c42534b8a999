"""The pictures of a brief: each is drawn once, for the page as SVG and for Word and slides as PNG of 300 dpi.

Core objects: `front_pictures`, `panels`, `keys`, `gaps`, `cause_pictures`, `maps`.
"""

from __future__ import annotations

from typing import NamedTuple

from regionsim.studies.briefing.data import Brief, BriefArm, Chart, Flows
from regionsim.studies.causes import CausePart, Column
from regionsim.views.report import charts, schematic
from regionsim.views.report.cells import flows_of
from regionsim.views.report.svg import Drawing

MOST_CAUSES = 4  # indicators whose causes are drawn


class Front(NamedTuple):
    """The picture of the first page at one width, its key, and its figures of the last date in words."""

    name: str
    key: Drawing
    picture: Drawing
    words: str


class Bars(NamedTuple):
    """The causes of a difference: the picture shows the strongest, `parts` holds all."""

    column: Column
    picture: Drawing
    total: CausePart
    parts: tuple[CausePart, ...]


class Map(NamedTuple):
    """The map of a run."""

    title: str
    picture: Drawing
    flows: Flows


def front_pictures(brief: Brief, place: int) -> list[Front]:
    """The picture of the first page, wide and narrow; none without an outcome. place: among the script's charts."""
    chart = brief.front
    if chart is None:
        return []
    drawn = []
    for name, large in (("wide", True), ("narrow", False)):
        picture, words = charts.overlay(brief, f"front-{name}", place, chart, first=True, large=large)
        wide = charts.WIDE_KEY if large else charts.WIDE
        key = charts.key_of(brief, f"front-key-{name}", chart.family, targets=bool(chart.targets), wide=wide)
        drawn.append(Front(name, key, picture, words))
    return drawn


def panels(brief: Brief) -> list[tuple[Drawing, str]]:
    """Every indicator in all runs: the picture, and the figures of the last date in words."""
    return [charts.overlay(brief, f"run-{place}", place, chart) for place, chart in enumerate(brief.charts)]


def keys(brief: Brief) -> list[tuple[str, Drawing]]:
    """The key of the panels, wide and narrow."""
    targets = any(chart.targets for chart in brief.charts)
    return [
        (name, charts.key_of(brief, f"key-{name}", "index", targets=targets, wide=wide))
        for name, wide in (("wide", charts.WIDE_KEY), ("narrow", charts.WIDE))
    ]


def gaps(brief: Brief) -> list[list[tuple[Chart, Drawing, str]]]:
    """By scenario: the difference of every indicator from the baseline, and its figures in words."""
    return [
        [
            (chart, *charts.gap_panel(brief, place, chart, arm, chart.gaps[arm]))
            for place, chart in enumerate(brief.charts)
        ]
        for arm in range(len(brief.arms) if brief.base else 0)
    ]


def cause_pictures(arm: BriefArm, number: int) -> list[Bars]:
    """The causes of every difference of a scenario, the `number`-th of the brief."""
    names = {change.path: change.title for change in arm.changes if change.kind == "shock"}
    columns = arm.causes.columns if arm.causes else ()
    return [
        Bars(
            column, charts.cause_bars(f"why-{number}-{k}", column, total, charts.strongest(parts), names), total, parts
        )
        for k, (column, total, parts) in enumerate(columns)
    ]


def maps(brief: Brief) -> list[Map]:
    """The map of every run, on one scale."""
    stand = flows_of(brief)
    largest = schematic.scales([flows for _, flows in stand])
    return [
        Map(title, schematic.map_of(f"map-{at}", title, flows, largest), flows)
        for at, (title, flows) in enumerate(stand)
    ]
