"""The starting scenario's targets, as the page judges them: by the rule of `studies.targets`, world by world.

Core object: `listed`. What targets are about is kept as further channels and points, so that each can be judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regionsim.runs.frames import column_name
from regionsim.scenario.expect import Compare, Ref, parse_claim, refs
from regionsim.scenario.vocabulary import vocabulary
from regionsim.schema.dates import week_date
from regionsim.studies.expectations import tests_of
from regionsim.views.explore.compose import Channel, channels, grid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regionsim.scenario import Scenario
    from regionsim.scenario.expect import Claim


def channels_of(scenario: Scenario) -> tuple[Channel, ...]:
    """Every channel, and the places that targets name."""
    known = {channel.id: channel for channel in channels()}
    for ref in _refs(scenario):
        known.setdefault(_id(ref), Channel(_id(ref), known[ref.indicator].scale, known[ref.indicator].top))
    return tuple(known.values())


def points_of(scenario: Scenario) -> tuple[int, ...]:
    """The weeks that are kept: those of the grid, and those that targets are about."""
    return tuple(sorted({*grid(scenario.weeks), *(_week(ref, scenario) for ref in _refs(scenario))}))


def listed(scenario: Scenario, known: Sequence[Channel], points: Sequence[int]) -> list[dict[str, Any]]:
    """Each target for the page. left, right: places of a channel and a point; tests: of left, or of left less right."""
    places = {channel.id: k for k, channel in enumerate(known)}

    def found(ref: Ref) -> list[int]:
        return [places[_id(ref)], points.index(_week(ref, scenario))]

    rows = []
    for target in scenario.targets:
        claim = parse_claim(target.that, vocabulary())
        right = claim.right if isinstance(claim, Compare) else None
        beside = right.of if right is not None and isinstance(right.of, Ref) else None
        rows.append(
            {
                "name": target.name, "that": target.that, "sources": target.sources, "left": found(claim.left),
                "right": None if beside is None or right is None else [*found(beside), right.by, right.number],
                "tests": tests_of(claim) or [(_op(claim), 0.0)],
                "date": f"{week_date(scenario.start, _week(claim.left, scenario)):%b %Y}",
            }
        )  # fmt: skip
    return rows


def _op(claim: Claim) -> str:
    if not isinstance(claim, Compare):
        raise AssertionError("a target is a comparison or a band")
    return claim.op


def _refs(scenario: Scenario) -> list[Ref]:
    return [ref for target in scenario.targets for ref in refs(parse_claim(target.that, vocabulary()))]


def _id(ref: Ref) -> str:
    return column_name(ref.indicator, ref.place)


def _week(ref: Ref, scenario: Scenario) -> int:
    week = ref.period.week(scenario.start, scenario.end)
    if week is None:
        raise AssertionError(f"@{ref.period.text} was checked when the scenario was loaded")
    return week
