"""Projects: their stages, their gates, and what they do when they run."""

from typing import Any

import numpy as np
import pytest

from regionsim.evidence import load_evidence
from regionsim.indicators.variables import STATES
from regionsim.model.named import SOFT_PLACE
from regionsim.model.processes import projects, trade
from regionsim.model.processes.projects import AGREED, BUILDING, MINES, RUNNING, SUSPENDED
from regionsim.model.project_table import IDS, PROJECTS
from regionsim.model.region import RegionModel
from regionsim.model.worlds import plain_worlds
from regionsim.schema.categories import CROSSINGS
from tests.model.worlds import small

AT = {name: j for j, name in enumerate(IDS)}


def _model(*sets: str, worlds: int = 40, scenario: str = "status_quo", end: str = "2027-06-01") -> RegionModel:
    made = small(scenario, *sets, end=end)
    return RegionModel(made, plain_worlds(made, range(worlds)))


def _weeks(w: RegionModel, risk: float, weeks: int, *, commits: bool = True) -> RegionModel:
    """Build for some weeks at a constant level of violence and a constant decision of China."""
    for _ in range(weeks):
        w.violence.log_excess = np.full(w.n_worlds, risk)
        w.china.commits = np.full(w.n_worlds, commits)
        w.streams.week += 1
        projects.build(w)
    return w


def test_projects_are_known_to_the_claims_and_recorded() -> None:
    evidence = load_evidence()
    for project in PROJECTS:
        assert project.evidence
        for id in project.evidence:
            assert evidence.find(id) is not None, id
        assert set(project.serves) <= set(CROSSINGS)
        assert f"stage_{project.id}" in STATES
    assert IDS[-1] == "minerals"


def test_at_the_start_two_lines_and_a_road_are_at_work_and_nothing_is_relieved() -> None:
    w = _model()

    at_work = {name for name in IDS if (w.projects.stage[:, AT[name]] == BUILDING).all()}
    assert at_work == {"casa", "tapi", "wakhan"}
    assert (w.projects.stage[:, [AT["tap"], AT["railway"], AT["cpec"], MINES]] == AGREED).all()
    assert not projects.route_relief(w).any()
    assert not projects.transit_fees(w).any()


def test_works_stop_one_by_one_in_danger_and_restart_years_later() -> None:
    w = _weeks(_model(worlds=200), 5.0, 4)
    stopped = w.projects.stage[:, [AT["casa"], AT["tapi"]]] == SUSPENDED
    assert 0.1 < stopped.mean() < 0.9
    assert (stopped[:, 0] != stopped[:, 1]).any()

    _weeks(w, 5.0, 200)
    assert (w.projects.stage[:, [AT["casa"], AT["tapi"]]] == SUSPENDED).mean() > 0.99
    held = w.projects.built.copy()
    _weeks(w, -5.0, 26)
    again = (w.projects.stage[:, AT["casa"]] == BUILDING).mean()
    assert 0.05 < again < 0.6
    assert (w.projects.built >= held).all()
    kinds = set(w.log.sorted().kind)
    assert {"works_stop", "works_restart"} <= kinds


def test_between_the_two_thresholds_nothing_turns() -> None:
    w = _model()
    between = w.p["projects.stop_above"] - 0.5 * w.p["projects.hysteresis"]
    for gate in (True, False):
        w.projects.gate[:, : projects.LINES] = gate
        for _ in range(60):
            w.violence.log_excess = between
            w.china.commits = np.ones(w.n_worlds, dtype=np.bool_)
            w.streams.week += 1
            projects.build(w)
        assert (w.projects.gate[:, : projects.LINES] == gate).all()


def test_what_china_pays_for_waits_for_its_commitment() -> None:
    poor = _weeks(_model(), -5.0, 1500, commits=False)
    assert (poor.projects.stage[:, [AT["cpec"], MINES]] == AGREED).all()
    assert (poor.projects.stage[:, AT["casa"]] == RUNNING).all()
    rich = _weeks(_model(), -5.0, 1500)
    assert (rich.projects.stage[:, AT["cpec"]] != AGREED).mean() > 0.5
    assert (rich.projects.minerals > 0.0).all()
    assert (rich.projects.minerals <= rich.p["projects.mineral_pledge"]).all()

    _weeks(rich, -5.0, 1, commits=False)
    assert not (rich.projects.stage[:, [AT["cpec"], MINES]] == BUILDING).any()


def test_disorder_in_afghanistan_is_risk() -> None:
    w = _model()
    before = projects.security(w)
    w.climate.pushed[:, SOFT_PLACE["af_stability"]] = -2.0

    added = projects.security(w) - before
    assert added == pytest.approx(w.p["projects.order_weight"] * np.tanh(2.0))


@pytest.mark.parametrize("reading", [0.0, 1.0])
def test_mines_open_at_a_threshold_or_by_degrees(reading: float) -> None:
    w = _model(f"parameters.structure.mineral_gate={reading}")
    level = w.p["projects.mineral_gate"]
    ease = np.stack([projects.mine(w, level + step) for step in (-0.4, -0.2, 0.2, 0.4)])

    if reading == 1.0:
        assert ease.tolist() == [[1.0] * w.n_worlds] * 2 + [[0.0] * w.n_worlds] * 2
    else:
        assert (np.diff(ease, axis=0) < 0.0).all()
        assert ease[0] - ease[1] == pytest.approx(ease[2] - ease[3])


def test_corridors_make_the_roads_they_serve_cheaper_and_no_other() -> None:
    w = _model()
    before = trade.costs(w)
    built: Any = w.projects.built
    built[:, AT["railway"]], built[:, AT["wakhan"]] = 0.9, 1.0
    assert trade.costs(w).tobytes() == before.tobytes()
    built[:, AT["railway"]], built[:, AT["cpec"]] = 1.0, 0.5

    saved = (before - trade.costs(w)) / w.p["trade.freight"][:, np.newaxis, np.newaxis]
    gates = {name: saved[:, g] for g, name in enumerate(CROSSINGS)}
    of = {name: w.p[f"projects.{name}_relief"][:, np.newaxis] * np.ones(3) for name in ("railway", "cpec")}
    assert gates["kharlachi"] == pytest.approx(of["railway"])
    assert gates["torkham"] == pytest.approx(0.5 * of["cpec"])
    assert gates["chaman"] == pytest.approx(0.5 * of["cpec"])
    assert not gates["ghulam_khan"].any()


def test_lines_pay_and_deliver_only_when_whole() -> None:
    w = _model()
    w.projects.built[:, [AT["casa"], AT["tapi"], AT["tap"]]] = 0.999
    assert not projects.transit_fees(w).any()
    assert not projects.energy_mw(w).any()
    w.projects.built[:, [AT["casa"], AT["tapi"], AT["tap"]]] = 1.0
    fees = w.p["projects.casa_fee"] + w.p["projects.tapi_fee"] + w.p["projects.tap_fee"]
    assert projects.transit_fees(w) == pytest.approx(fees)
    assert (projects.energy_mw(w) > w.p["projects.tap_capacity"]).all()


def test_works_without_a_stop_slip_as_drawn() -> None:
    w = _model(worlds=60)
    weeks = np.zeros(w.n_worlds)
    for week in range(1, 900):
        _weeks(w, -5.0, 1)
        weeks = np.where((weeks == 0) & (w.projects.casa >= 1.0), week, weeks)
    announced = w.p["projects.casa_years_announced"] * projects.WEEKS_PER_YEAR

    assert weeks == pytest.approx(announced * w.p["projects.slip"], abs=1.0 + 1e-6)
