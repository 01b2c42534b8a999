"""Rival structures: each reading is taken by some draws, and changes only what it claims to change."""

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

DRAWN = (
    "strikes", "uplift", "reciprocity", "trust_and_trade", "gates", "security_and_economy", "mineral_gate",
    "rupture_hazard", "rivals", "violence", "learning", "linkage",
)  # fmt: skip
# where each reading has an effect
STAGE = {
    "strikes": ("strikes_and_blame", "2027-06-01"),
    "uplift": ("border_region_uplift", "2027-06-01"),
    "reciprocity": ("strikes_and_blame", "2026-03-01"),
    "trust_and_trade": ("trade_push", "2026-06-01"),
    "gates": ("sat_recommendations", "2026-06-01"),
    "security_and_economy": ("trade_push", "2026-06-01"),
    "rupture_hazard": ("strikes_and_blame", "2028-08-01"),
    "mineral_gate": ("cpec_minerals_gate_open", "2029-06-01"),
    "rivals": ("torkham_closure", "2026-06-01"),
    "violence": ("status_quo", "2026-06-01"),
    "learning": ("status_quo", "2026-06-01"),
    "linkage": ("status_quo", "2028-06-01"),
}
# what a reading needs besides: linkage acts only where there is a deal
BESIDES = {
    "linkage": ('deals=[{id: calm, levers: {trade_facilitation: 1}, while: "attacks_ttp < 450", from: 2025-09-01}]',),
}


def _model(name: str, reading: float, scenario: str = "status_quo", end: str = "2026-06-01") -> RegionModel:
    return RegionModel(small(scenario, f"parameters.structure.{name}={reading}", end=end), 30)


@pytest.mark.parametrize("name", DRAWN)
def test_every_reading_is_drawn_about_as_often(name: str) -> None:
    parameter = load_evidence().parameters[f"structure.{name}"]
    assert parameter.draw is not None
    readings = parameter.draw.values
    drawn = plain_worlds(small(), range(600)).parameters[f"structure.{name}"]

    assert sorted(set(drawn)) == sorted(readings)
    # binomial bounds at five standard deviations: a false alarm in a million
    share = 1.0 / len(readings)
    slack = 5.0 * np.sqrt(share * (1.0 - share) / 600)
    assert all(abs((drawn == value).mean() - share) < slack for value in readings)


@pytest.mark.parametrize("name", DRAWN)
def test_readings_lead_to_different_worlds(name: str) -> None:
    scenario, end = STAGE[name]
    parameter = load_evidence().parameters[f"structure.{name}"]
    assert parameter.draw is not None
    results = [
        outcome(
            small(scenario, *BESIDES.get(name, ()), f"parameters.structure.{name}={value}", end=end), range(20)
        ).columns
        for value in parameter.draw.values
    ]

    for columns in results[1:]:
        assert any(results[0][column].tobytes() != columns[column].tobytes() for column in columns)


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
    # a knob that raises recruitment is not uplift
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
    logs = (_model("rupture_and_war", reading, *stage).run().log.sorted() for reading in (1.0, 0.0))
    free, control = (set(zip(log.kind, log.cause, strict=True)) for log in logs)

    assert {("rupture", ""), ("escalation", "war")} <= free
    assert not {("rupture", ""), ("escalation", "war")} & control
