"""Armed groups: IS-KP between Kabul's effort and disorder, and fighters who defect to it."""

import numpy as np

from regionsim.model.named import SOFT
from regionsim.model.processes import violence
from regionsim.model.region import RegionModel
from regionsim.schema.categories import ISKP, TTP
from tests.model.worlds import small

ORDER, EFFORT = (list(SOFT).index(name) for name in ("af_stability", "taliban_ct_effort"))


def after_a_week(variable: int | None = None, change: float = 0.0, worlds: int = 40) -> RegionModel:
    """A model after its first week, its recruitment repeated with one soft variable moved from its start."""
    w = RegionModel(small(), worlds)
    w.step()
    if variable is not None:
        w.climate.induced[:, variable] = change
    violence.recruit_and_lose(w)
    return w


def test_iskp_recruits_more_where_order_fails_and_the_ttp_does_not() -> None:
    usual, failed = after_a_week(), after_a_week(ORDER, -1.0)

    recruits = usual.groups.recruited[:, ISKP] > 0.0
    assert recruits.mean() > 0.8
    assert (failed.groups.recruited[recruits, ISKP] > usual.groups.recruited[recruits, ISKP]).all()
    assert (failed.groups.recruited[:, TTP] == usual.groups.recruited[:, TTP]).all()
    assert (failed.groups.killed == usual.groups.killed).all()


def test_taliban_effort_costs_iskp_fighters_and_no_other_group() -> None:
    usual, fought = after_a_week(), after_a_week(EFFORT, 1.0)

    assert (fought.groups.killed[:, ISKP] > usual.groups.killed[:, ISKP]).all()
    assert (fought.groups.killed[:, TTP] == usual.groups.killed[:, TTP]).all()
    assert (fought.groups.recruited == usual.groups.recruited).all()


def test_no_group_recruits_fewer_than_none() -> None:
    w = RegionModel(small(), 300)
    w.p["security.growth_iskp"][:] = -0.5
    w.step()

    assert (w.groups.recruited >= 0.0).all()
    assert (w.groups.recruited[:, ISKP] == 0.0).all()


def test_no_more_go_over_than_would_sooner_leave_than_yield() -> None:
    w = RegionModel(small(), 40)
    pool = w.p["security.defection_pool"] * w.groups.fighters_initial[:, TTP]
    full = np.ones(40)
    left = sum(violence.defect(w, full) for _ in range(1200))

    assert np.allclose(left, w.groups.gone_over)
    assert (left <= pool * (1 + 1e-12)).all()
    assert (left > 0.9 * pool).any()
    assert (violence.defect(w, np.zeros(40)) == 0.0).all()


def test_what_the_briefs_say_of_the_ttp_is_read_off_the_climate_and_of_no_other_group() -> None:
    w = RegionModel(small(), 5)
    w.step()

    assert (w.ttp.morale == w.climate.of("ttp_morale")).all()
    assert (w.ttp.tie == w.climate.of("tta_ttp_link")).all()
    assert (w.ttp.resources == w.climate.of("ttp_resources")).all()
    assert (w.ttp.sanctuary > 0.0).all()
    assert (w.iskp.morale == 0.0).all()
    assert (w.baloch.sanctuary == 0.0).all()


def test_no_lasting_cause_swells_a_group_past_its_ceiling() -> None:
    w = RegionModel(small("afghan_collapse", "parameters.security.iskp_order=5", end="2030-08-18"), worlds=40).run()
    # defectors come on top of recruits
    most = w.p["security.growth_ceiling"] * w.groups.fighters_initial[:, ISKP] + w.groups.gone_over

    assert (w.groups.fighters[:, ISKP] <= 1.05 * most).all()
