"""Shared by the tests of the model: play a scenario cheaply, and compare what came out bit for bit."""

from typing import Any

import numpy as np

from regionsim.model.play import BatchResult, play
from regionsim.model.worlds import plain_worlds
from regionsim.scenario import Scenario, load

NO_RUPTURES = "parameters.border.rupture_chance_per_year=0"
SMALL = ("parameters.size.households=400", "parameters.size.traders=120")


def small(name: str = "status_quo", *sets: str, end: str | None = "2026-06-01", seed: int | None = None) -> Scenario:
    """A shipped scenario with few agents and a short horizon; its own end where `end` is None."""
    return load(name, sets=(*([f"end={end}"] if end else []), *SMALL, *sets), seed=seed)


def outcome(scenario: Scenario, numbers: Any, **more: Any) -> BatchResult:
    return play(scenario, plain_worlds(scenario, numbers), **more)


def everything(result: BatchResult) -> dict[str, np.ndarray]:
    """Every recorded series by name, (W, weeks)."""
    places = {f"{name}[{place}]": v for name, by in result.places.items() for place, v in by.items()}
    return {**result.columns, **places}


def assert_same(left: BatchResult, right: BatchResult, numbers: Any, weeks: int | None = None) -> None:
    """The worlds of these numbers are equal in both, bit for bit: every column, place and event (up to a week)."""
    rows, matches = np.isin(left.worlds.number, numbers), np.isin(right.worlds.number, numbers)
    assert rows.sum() == matches.sum() == len(numbers)
    for name, values in everything(left).items():
        assert values[rows, :weeks].tobytes() == everything(right)[name][matches, :weeks].tobytes(), name
    assert events(left, numbers, weeks) == events(right, numbers, weeks)


def events(result: BatchResult, numbers: Any, weeks: int | None = None) -> list[tuple[Any, ...]]:
    """The events of these worlds as plain rows."""
    log = result.events
    keep = np.isin(log.world, numbers) & (log.week < (10**6 if weeks is None else weeks))
    names = ("world", "week", "day", "kind", "place", "actor", "cause", "magnitude")
    return list(zip(*(getattr(log, name)[keep].tolist() for name in names), strict=True))
