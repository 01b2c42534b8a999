"""Outside powers: mediation with patience, rounds and money of China, India's presence and posture."""

import numpy as np
import pytest

from regionsim.model.named import SOFT_PLACE
from regionsim.model.processes import climate, relations, ruptures
from regionsim.model.region import RegionModel
from regionsim.model.roster import ACTORS
from regionsim.model.worlds import plain_worlds
from tests.model.worlds import small

WORLDS = 400


def model(
    *sets: str, worlds: int = WORLDS, name: str = "status_quo", end: str = "2035-08-10", **fixed: float
) -> RegionModel:
    """A model in its first week, with parameters fixed in all worlds (`politics__name`)."""
    scenario = small(name, *sets, end=end)
    table = plain_worlds(scenario, range(worlds))
    for id, value in fixed.items():
        table.parameters[id.replace("__", ".")][:] = value
    w = RegionModel(scenario, table)
    w.week = w.streams.week = 0
    return w


def next_week(w: RegionModel) -> None:
    w.week += 1
    w.streams.week = w.week


def test_actors_of_kind_power_are_agents_and_stubs_are_not() -> None:
    w = model(worlds=2)

    assert all(hasattr(w, id) for id, actor in ACTORS.items() if actor.kind == "power")
    assert not any(hasattr(w, id) for id, actor in ACTORS.items() if actor.kind == "stub")


def test_mediators_step_into_crises_only_and_give_up_when_patience_runs_out() -> None:
    w = model(politics__mediation_per_year=40.0, politics__mediation_patience_weeks=10.0)
    crisis = np.arange(WORLDS) % 2 == 0
    w.relations.escalation = np.where(crisis, 2, 1)
    at_work = np.zeros((30, WORLDS), dtype=bool)
    for k in range(30):
        w.gulf_mediators.decide()
        at_work[k] = w.gulf_mediators.at_work
        next_week(w)

    assert not at_work[:, ~crisis].any()
    assert at_work[:, crisis].any(axis=0).mean() > 0.95
    longest = np.zeros(WORLDS)
    run = np.zeros(WORLDS)
    for week in at_work:
        run = np.where(week, run + 1, 0)
        longest = np.maximum(longest, run)
    assert longest.max() <= 10 + 1


def test_a_rupture_draws_mediators_sooner_than_a_clash() -> None:
    clash, rupture = model(politics__mediation_per_year=6.0), model(politics__mediation_per_year=6.0)
    for w in (clash, rupture):
        w.relations.escalation[:] = 2
    rupture.border.rupture[:] = True
    rupture.gulf_mediators.decide()
    clash.gulf_mediators.decide()

    assert (rupture.gulf_mediators.at_work | ~clash.gulf_mediators.at_work).all()
    assert rupture.gulf_mediators.at_work.sum() > clash.gulf_mediators.at_work.sum()


def test_mediation_lets_the_ladder_down_and_ruptures_end_sooner() -> None:
    alone, helped = model(), model()
    for w in (alone, helped):
        w.relations.escalation[:] = 2
        w.border.rupture[:] = True
    helped.gulf_mediators.at_work[:] = True
    for w in (alone, helped):
        ruptures.rupture(w, np.zeros(WORLDS, dtype=bool), 0.0)
        relations.climb(w)

    assert (helped.border.willing | ~alone.border.willing).all()
    assert helped.border.willing.sum() > alone.border.willing.sum()
    assert (helped.relations.escalation <= alone.relations.escalation).all()
    assert helped.relations.escalation.sum() < alone.relations.escalation.sum()


def test_a_mediated_calm_is_less_durable_for_a_while() -> None:
    w = model(politics__mediation_relapse=2.0, politics__mediation_fade_weeks=20.0)
    mediators = w.gulf_mediators
    assert (mediators.relapse == 0.0).all()
    w.relations.escalation[:] = 2
    mediators.at_work[:] = True
    mediators.decide()
    w.relations.escalation[:] = 1
    felt = []
    for _ in range(200):
        next_week(w)
        mediators.decide()
        felt.append(mediators.relapse.max())

    assert not mediators.at_work.any()
    assert felt[0] < 0.2
    assert np.log(2.0) * 0.99 < max(felt) <= np.log(2.0) + 1e-12
    assert felt[-1] < 0.01


def test_rounds_over_the_usual_raise_multilateral_ties_and_none_is_held_in_war() -> None:
    usual, war = model(politics__rounds_per_year=6.0), model(politics__rounds_per_year=6.0)
    war.relations.escalation[:] = 3
    for _ in range(60):
        for w in (usual, war):
            w.china.decide()
            next_week(w)
    place = SOFT_PLACE["multilateralism"]

    assert (war.china.rounds.felt <= usual.china.rounds.felt).all()
    assert (war.climate.acts[:, place] <= 0.0).all()
    # at the rate of the start what is felt stays about the usual
    assert abs(usual.china.rounds.over.mean()) < 0.25
    assert usual.climate.acts[:, place].max() > 0.0


def test_china_commits_where_it_finds_it_safe() -> None:
    safe, violent = model(), model()
    for w, level in ((safe, -1.0), (violent, 1.5)):
        for _ in range(150):
            w.violence.log_excess = np.full(WORLDS, level)
            w.china.decide()
            next_week(w)

    assert safe.china.commits.mean() > violent.china.commits.mean() + 0.2


@pytest.mark.parametrize("reading", [0.0, 1.0])
def test_presence_alarms_by_itself_or_only_where_india_is_seen_as_hostile(reading: float) -> None:
    """What alarms, and what follows, was said of the years before the takeover."""
    fixed = {"structure__india": reading, "climate__gain": 0.5, "politics__india_hardens_per_year": 1e-6}
    w = model(name="history_2014", end="2016-06-01", **fixed)
    w.india.hostile[: WORLDS // 2] = False
    hostile = w.india.hostile.copy()
    place = SOFT_PLACE["india_presence"]
    w.p["politics.india_eases_per_year"][:] = 1e-6
    for _ in range(60):
        w.climate.induced[:, place] = 0.5
        climate.drift(w)
        w.india.decide()
        next_week(w)
    raised = w.climate.induced[:, SOFT_PLACE["pk_suspicion"]]

    assert (raised[hostile] > 0.0).all()
    if reading == 0.0:
        assert (raised[~hostile] > 0.0).all()
    else:
        assert (np.abs(raised[~hostile]) < 0.35 * raised[hostile].mean()).all()


def test_posture_turns_at_its_rates_and_starts_hostile() -> None:
    w = model(politics__india_eases_per_year=1.0, politics__india_hardens_per_year=1e-6)
    assert w.india.hostile.all()
    for _ in range(52):
        w.india.decide()
        next_week(w)

    assert abs(w.india.hostile.mean() - np.exp(-1.0)) < 0.1


@pytest.mark.parametrize("reading", [0.0, 1.0])
def test_india_s_presence_sours_pakistan_s_mood_alone_where_it_is_seen_as_hostile(reading: float) -> None:
    usual, deeper = (model(structure__india=reading, relations__india_act=0.2) for _ in range(2))
    for w in (usual, deeper):
        w.india.hostile[: WORLDS // 2] = False
        w.p["politics.india_hardens_per_year"][:] = w.p["politics.india_eases_per_year"][:] = 1e-9
    deeper.climate.pushed[:, SOFT_PLACE["india_presence"]] = 1.0
    for w in (usual, deeper):
        w.india.decide()
        relations.react(w)
    change = deeper.relations.hostility - usual.relations.hostility
    alarmed = deeper.india.hostile | (reading == 0.0)

    assert (change[0][alarmed] > 0.0).all()
    assert (change[0][~alarmed] == 0.0).all()
    assert (change[1] == 0.0).all()


def test_presence_under_that_of_the_start_calms_less_than_the_same_presence_over_it_alarms() -> None:
    moved = []
    for push in (-1.0, 0.0, 1.0):
        w = model(structure__india=0.0, relations__india_act=0.2)
        w.climate.pushed[:, SOFT_PLACE["india_presence"]] = push
        w.india.decide()
        relations.react(w)
        moved.append(w.relations.hostility[0])

    assert (moved[0] < moved[1]).all()
    assert (moved[2] - moved[1] > 1.5 * (moved[1] - moved[0])).all()
