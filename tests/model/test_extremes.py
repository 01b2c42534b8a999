"""Extreme conditions: every uncertain parameter at both ends of its range, every lever in full, knobs up and down.

Fixed draws, 30 worlds, three years. Nothing may break, no stock may be negative, no index may stand at its end in more
than 5% of worlds, and what a knob does directly must have one sign and no turning point.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from regionsim.indicators import INDICATORS
from regionsim.levers import LEVERS
from regionsim.model.measures import MEASURES
from regionsim.model.play import BatchResult, play
from regionsim.model.region import SHARED, RegionModel
from regionsim.model.worlds import in_settings, plain_worlds, uncertain, values_at
from tests.model.worlds import small

WORLDS, END = 30, "2028-08-18"
ENDS = (0.005, 0.995)  # quantiles of the distribution
BATCH = 100  # settings played together
SIGNED = {"trade_diverted"}  # a difference, of either sign
PINNED, MOST_PINNED = (1.5, 98.5), 0.05
INDICES = [name for name in INDICATORS if name.endswith("_index")]

type Changes = Mapping[str, np.ndarray]


def played(changes: Sequence[Changes], levers: Sequence[str] = ()) -> list[tuple[int, BatchResult]]:
    """Each batch of settings, with the place of its first: every setting in the same 30 worlds of the status quo."""
    pulls = [f"levers.{lever}={{from: 2025-08-18, intensity: 0}}" for lever in levers]
    scenario = small("status_quo", *pulls, end=END)
    still = {f"levers.{lever}.intensity": 0.0 for lever in levers}
    results = []
    for first in range(0, len(changes), BATCH):
        batch = changes[first : first + BATCH]
        results.append((first, play(scenario, in_settings(scenario, WORLDS, batch, still))))
    return results


def check(results: Sequence[tuple[int, BatchResult]], names: Sequence[str]) -> None:
    """No failed world, no number that is not finite, no negative stock, no index at its end in too many worlds."""
    for first, result in results:
        assert not result.failed, {names[first + number // WORLDS] for number in result.failed}
        for column, values in result.columns.items():
            by_setting = values.reshape(-1, WORLDS, values.shape[1])
            bad = ~np.isfinite(by_setting) | (by_setting < 0.0 if column not in SIGNED else False)
            assert not bad.any(), (column, [names[first + k] for k in np.flatnonzero(bad.any(axis=(1, 2)))])
        for index in INDICES:
            last = result.columns[index][:, -1].reshape(-1, WORLDS)
            pinned = ((last <= PINNED[0]) | (last >= PINNED[1])).mean(axis=1)
            assert (pinned <= MOST_PINNED).all(), (index, [names[first + k] for k in np.flatnonzero(pinned > 0.05)])


@pytest.mark.slow
def test_every_uncertain_parameter_at_both_ends() -> None:
    scenario = small("status_quo", end=END)
    names = [name for name in uncertain(scenario) if name not in SHARED]
    settings = [(name, u) for name in names for u in ENDS]
    changes = [values_at(scenario, {name: np.full(WORLDS, u)}) for name, u in settings]

    check(played(changes), [f"{name} at {u:g}" for name, u in settings])


@pytest.mark.slow
def test_every_lever_in_full() -> None:
    levers = [id for id, lever in LEVERS.items() if not lever.same_as]
    changes = [{f"levers.{lever}.intensity": np.ones(WORLDS)} for lever in levers]

    check(played(changes, levers), levers)


# knob -> the indicator it acts on directly, and whether it raises (1) or lowers (-1) it
DIRECT = {
    "clearance_time": ("trade_bilateral", -1),
    "trade_fees": ("trade_bilateral", -1),
    "transit_rules": ("trade_transit", -1),
    "route_risk": ("trade_volume", -1),
    "closure_other": ("closure_days", 1),
    "closure_length": ("closure_days", 1),
    "clash_rate": ("closure_days", 1),
    "ttp_tempo": ("attacks_ttp", 1),
    "ttp_severity": ("fatalities", 1),
    "local_recruitment": ("ttp_strength", 1),
    "sanctuary_pressure": ("ttp_strength", -1),
    "strike_rate": ("strike_deaths", 1),
    "return_support": ("returns", 1),
    "arrivals": ("arrivals", 1),
}


@pytest.mark.slow
@pytest.mark.parametrize("knob", DIRECT)
def test_a_knob_acts_in_one_direction_without_a_turning_point(knob: str) -> None:
    indicator, sign = DIRECT[knob]
    scenario = small("status_quo", end="2026-08-18")
    means = []
    for step in (-0.5, 0.0, 0.5, 1.0):
        w = RegionModel(scenario, plain_worlds(scenario, range(2 * WORLDS)))
        neutral = w.policy._neutral[knob]
        neutral[:] = neutral * (1.0 + step) if neutral[0] else max(step, 0.0)
        w.policy._now = -1  # so that the knobs are set again
        w.run()
        means.append(float(np.mean(MEASURES[indicator](w))))
    steps = np.diff(means) * sign

    assert (steps >= -1e-9).all(), means
    assert steps.sum() > 0.0, means
