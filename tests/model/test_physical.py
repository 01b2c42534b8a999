"""No year of any world passes a physical bound (`physical`), over the whole prior; and each bound can be broken."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from regionsim.model.measures import MEASURES, STATES
from tests.model.physical import BOUNDS, NO_PILE, Played, breaches, piles, play
from tests.model.worlds import small


def test_everything_recorded_has_a_bound_and_a_reason() -> None:
    names = [bound.name for bound in BOUNDS]

    assert sorted(names) == sorted(MEASURES | STATES)
    assert all(bound.reason for bound in BOUNDS)


@pytest.mark.parametrize(("name", "end", "worlds"), [("status_quo", "2035-08-18", 40), ("afghan_collapse", None, 20)])
def test_no_year_passes_what_can_be(name: str, end: str | None, worlds: int) -> None:
    assert breaches(play(small(name, "draws=prior", end=end), range(worlds))) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "draws", "end", "worlds"),
    [
        ("status_quo", "prior", "2035-08-18", 2000),
        ("status_quo", "posterior", "2035-08-18", 300),
        ("afghan_collapse", "prior", "2035-08-18", 500),
        ("strikes_and_blame", "prior", "2035-08-18", 300),
        ("ttp_surge", "prior", "2035-08-18", 300),
    ],
)
def test_no_year_of_the_whole_prior_passes_what_can_be_and_nothing_piles_up(
    name: str, draws: str, end: str, worlds: int
) -> None:
    kinds, magnitudes = [], []
    for played in _batches(name, draws, end, worlds):
        assert breaches(played) == []
        kinds.append(np.asarray(played.events.kind, dtype=object))
        magnitudes.append(np.asarray(played.events.magnitude))

    assert piles(np.concatenate(kinds), np.concatenate(magnitudes)) == []


def _batches(name: str, draws: str, end: str, worlds: int) -> Iterator[Played]:
    scenario = small(name, f"draws={draws}", end=end)
    for first in range(0, worlds, 250):
        yield play(scenario, range(first, min(first + 250, worlds)))


@pytest.fixture(scope="module")
def short() -> Played:
    return play(small(end="2025-10-18"), range(2))


def test_each_bound_is_seen_to_be_passed(short: Played) -> None:
    for name, *_ in BOUNDS:
        for value in (np.nan, 1e9, -1e9):
            columns = dict(short.columns) | {name: np.full_like(short.columns[name], value)}
            faults = breaches(replace(short, columns=columns))

            assert any(fault.startswith(f"{name}:") for fault in faults), (name, value)


def test_a_cap_is_seen_where_values_were_cut_at_it() -> None:
    rng = np.random.default_rng(1)
    tail = 60.0 * rng.random(4000) ** (-1.0 / 1.5)
    kinds = np.full(4000, "major_attack", dtype=object)

    assert piles(kinds, np.floor(tail)) == []
    assert len(piles(kinds, np.floor(np.minimum(tail, 160.0)))) == 2
    assert {row.kind for row in NO_PILE} >= {"major_attack", "strike", "closure"}
