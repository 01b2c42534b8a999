"""Deals in studies of the model: taken out by `why`, varied by a sweep, and told by the report."""

import numpy as np
import pytest

from regionsim.runs import run
from regionsim.runs.deals import in_force
from regionsim.studies.briefing.gather import brief
from regionsim.studies.designs import read_axis
from regionsim.studies.sweep import Study, Sweep, run_study
from regionsim.studies.why import why
from tests.model.worlds import SMALL, small

CALM = (
    "deals=[{id: calm, levers: {trade_facilitation: 1.0}, while: 'attacks < 950', review: 4 weeks, from: 2025-09-01}]"
)
END, WORLDS = "2026-03-01", 12


def test_why_takes_a_deal_out_as_one_part_beside_levers(tmp_path):
    pulled = "levers.route_security={from: 2025-09-01, intensity: 1.0}"
    dealt, plain = small("status_quo", CALM, pulled, end=END), small("status_quo", end=END)

    found = why(dealt, plain, indicators=["trade_bilateral"], worlds=WORLDS, out=tmp_path, workers=1)

    assert {player.path for player in found.players} == {"deals.calm", "levers.route_security"}
    sizes = {part.override: part.mean for part in found.parts if part.kind in ("part", "total")}
    assert sizes["deals.calm"] > 0.0
    assert sizes["deals.calm"] + sizes["levers.route_security"] == pytest.approx(sizes["total"], rel=1e-9)
    assert in_force(found.run_of(found.every))[0].shares.mean() > 0.1
    assert in_force(found.run_of(frozenset())) == ()  # nothing changed: no deal


def test_a_sweep_over_a_deal_plays_each_intensity_in_the_same_worlds(tmp_path):
    axis = read_axis("deals.calm.levers.trade_facilitation", "0,0.5,1")
    sets = (f"end={END}", *SMALL, CALM, "parameters.structure.linkage=0")  # else actors see what it would bring
    study = Study("status_quo", (axis,), replicates=WORLDS, seed=0, sets=sets, outcomes=("trade_bilateral@2026-02",))

    swept = run_study(Sweep(study, out=tmp_path, workers=1))

    none, half, full = [one.frame("trade_bilateral") for _, one in swept.runs()]
    held = [in_force(one)[0].shares for _, one in swept.runs()]
    trade = [frame.groupby("world")["value"].sum().to_numpy() for frame in (none, half, full)]
    assert all((shares > 0.0).any() for shares in held)
    assert (swept.results()["mean"].diff().dropna() > 0.0).all()
    never = np.all([shares == 0.0 for shares in held], axis=0)
    np.testing.assert_array_equal(trade[0][never], trade[2][never])  # out of force, a deal does nothing
    assert (trade[2] > trade[0])[~never].mean() > 0.8


def test_the_report_says_how_long_deals_are_in_force(tmp_path):
    from regionsim.views.report.page import page_of

    dealt, other = (run(small("status_quo", *sets, end=END), worlds=WORLDS, out=tmp_path, workers=1)
                    for sets in ((CALM,), (CALM.replace("950", "0"),)))  # fmt: skip
    page = page_of(brief(dealt, baseline=other, indicators=["trade_bilateral"], workers=1, out=tmp_path))

    share = np.median(in_force(dealt)[0].shares)
    assert f"Deal calm: in force {share:.0%} of the time" in page
    assert "never in 100% of worlds" in page.split("The baseline")[1].split("</p>")[0]
