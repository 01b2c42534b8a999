"""Rival structures: each reading is taken by some draws, and turns just what it says it turns."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from regionsim.evidence import load_evidence
from regionsim.model.processes.trade import pays
from regionsim.model.processes.violence import uplifted
from regionsim.model.region import RegionModel
from regionsim.model.worlds import plain_worlds
from tests.model.worlds import outcome, small

DRAWN = ("strikes", "uplift", "reciprocity", "trust_and_trade", "gates", "security_and_economy", "mineral_gate")
# where each reading has something to turn
STAGE = {
    "strikes": ("strikes_and_blame", "2027-06-01"),
    "uplift": ("border_region_uplift", "2027-06-01"),
    "reciprocity": ("strikes_and_blame", "2026-03-01"),
    "trust_and_trade": ("trade_push", "2026-06-01"),
    "gates": ("sat_recommendations", "2026-06-01"),
    "security_and_economy": ("trade_push", "2026-06-01"),
    "mineral_gate": ("cpec_minerals_gate_open", "2029-06-01"),
}


def _model(name: str, reading: float, scenario: str = "status_quo", end: str = "2026-06-01") -> RegionModel:
    return RegionModel(small(scenario, f"parameters.structure.{name}={reading}", end=end), 30)


@pytest.mark.parametrize("name", DRAWN)
def test_every_reading_is_drawn_about_as_often(name: str) -> None:
    known = load_evidence().parameters[f"structure.{name}"]
    assert known.draw is not None
    readings = known.draw.values
    drawn = plain_worlds(small(), range(600)).parameters[f"structure.{name}"]

    assert sorted(set(drawn)) == sorted(readings)
    # binomial bounds at five standard deviations: a false alarm in a million
    share = 1.0 / len(readings)
    slack = 5.0 * np.sqrt(share * (1.0 - share) / 600)
    assert all(abs((drawn == value).mean() - share) < slack for value in readings)


@pytest.mark.parametrize("name", DRAWN)
def test_readings_lead_to_different_worlds(name: str) -> None:
    scenario, end = STAGE[name]
    known = load_evidence().parameters[f"structure.{name}"]
    assert known.draw is not None
    results = [
        outcome(small(scenario, f"parameters.structure.{name}={value}", end=end), range(20)).columns
        for value in known.draw.values
    ]

    for other in results[1:]:
        assert any(results[0][column].tobytes() != other[column].tobytes() for column in other)


@pytest.mark.parametrize(
    ("reading", "degrades", "provokes"), [(0.0, True, False), (1.0, True, True), (2.0, False, True)]
)
def test_strikes_degrade_or_provoke_as_read(reading: float, degrades: bool, provokes: bool) -> None:
    w = _model("strikes", reading, "strikes_and_blame").run()

    assert (w.groups.degraded > 0.0).any() == degrades
    assert (w.groups.backlash > 0.0).any() == provokes


@pytest.mark.parametrize(("reading", "at_war"), [(0.0, 0.8), (1.0, 1.2)])
def test_uplift_is_turned_round_where_contested(reading: float, at_war: float) -> None:
    w = _model("uplift", reading)
    knobs: Any = {"local_recruitment": np.full(w.n_worlds, 0.8)}
    w.policy._knobs = knobs
    w.violence.log_excess = np.full(w.n_worlds, 5.0)
    assert uplifted(w) == pytest.approx(np.full(w.n_worlds, at_war))
    w.violence.log_excess = np.full(w.n_worlds, -0.1)
    assert uplifted(w) == pytest.approx(np.full(w.n_worlds, 0.8))
    # what raises recruitment is no uplift
    knobs["local_recruitment"] = np.full(w.n_worlds, 1.5)
    w.violence.log_excess = np.full(w.n_worlds, 5.0)
    assert uplifted(w) == pytest.approx(np.full(w.n_worlds, 1.5))


@pytest.mark.parametrize(("reading", "worth"), [(0.0, lambda x: x == 1.0), (1.0, lambda x: x < 1.0)])
def test_easier_passage_pays_less_amid_violence_where_they_are_complements(
    reading: float, worth: Callable[[Any], Any]
) -> None:
    w = _model("security_and_economy", reading)
    w.violence.log_excess = np.full(w.n_worlds, 0.5)

    assert worth(pays(w)).all()


def test_the_control_has_neither_rupture_nor_war() -> None:
    stage = ("strikes_and_blame", "2030-06-01")
    free = _model("rupture_and_war", 1.0, *stage).run()
    control = _model("rupture_and_war", 0.0, *stage).run()
    seen = {(kind, cause) for kind, cause in zip(free.log.sorted().kind, free.log.sorted().cause, strict=True)}
    kept = {(kind, cause) for kind, cause in zip(control.log.sorted().kind, control.log.sorted().cause, strict=True)}

    assert {("rupture", ""), ("escalation", "war")} <= seen
    assert not {("rupture", ""), ("escalation", "war")} & kept
