"""Harm that lies before the last date is told, and no number that few worlds carry is."""

import re

import numpy as np
import pytest

from regionsim.studies.compare import compare
from regionsim.studies.why import why
from regionsim.views.compare import civilian_lines, comparison_text
from regionsim.views.harm import effect, harm_sentences
from regionsim.views.why import why_key, why_text
from tests.toys.harm_toy import GAIN, HARM_TOY, KILLED, LOSS
from tests.toys.toy import toy_scenario

MORE = {"end": "2028-06-01", "baseline": "base"}
BASE = toy_scenario(40, name="base", **MORE)
STRUCK = toy_scenario(
    40, name="struck", shocks=[{"kind": "airstrike", "on": "2025-11-03", "deaths": 9}], **MORE
)  # fmt: skip
RARE = toy_scenario(40, name="rare", levers={"trade_facilitation": {"from": "2025-08-18", "intensity": 1.0}}, **MORE)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    out = tmp_path_factory.mktemp("harm") / "runs"
    return compare(STRUCK, RARE, baseline=BASE, out=out, engine=HARM_TOY, workers=1, at=["peak", "total", "low"])


def row(found, arm, indicator, date, rows="civilians"):
    (one,) = [each for each in getattr(found, rows) if (each.arm, each.indicator, each.date) == (arm, indicator, date)]
    return one


def test_harm_in_the_middle_is_told_though_the_end_is_as_before(found):
    end = str(found.dates[-1])
    assert row(found, "struck", "strike_deaths", end).identical
    peak, total = (row(found, "struck", "strike_deaths", when) for when in ("peak", "total"))
    assert peak.p50 == total.p50 == pytest.approx(KILLED)
    assert (effect(peak), effect(total)) == ("worse", "worse")
    lines = civilian_lines(found)
    assert re.search(r"Worse: People killed by strikes.*at the peak.*in total", lines[1])


def test_without_harm_it_is_said_of_the_end_and_of_the_way(found):
    lines = civilian_lines(found)
    assert lines[lines.index("Civilians, rare:") + 1] == (
        f"  No clear harm to civilians by {found.dates[-1]}, nor in the peak and the total before it."
    )


def test_too_few_worlds_are_no_proof_of_no_harm(tmp_path):
    few = compare(STRUCK, baseline=BASE, worlds=4, out=tmp_path, engine=HARM_TOY, workers=1)
    assert harm_sentences(few.civilians, str) == ["Too few worlds to judge harm: 4 pairs, at least 6 are needed."]


def test_a_verdict_rests_on_most_pairs_and_not_on_a_mean_that_one_carries(found):
    trade = row(found, "rare", "trade_volume", str(found.dates[-1]), "rows")
    assert trade.mean == pytest.approx((GAIN - 39 * LOSS) / 40, rel=1e-3)
    assert not trade.p05 <= trade.mean <= trade.p95
    assert effect(trade) == "worse"
    assert (trade.average_kind, trade.average) == ("median", pytest.approx(-LOSS, abs=1e-3))
    assert trade.median_low <= trade.p50 <= trade.median_high < 0.0
    for one in (*found.rows, *found.civilians):
        assert one.p05 - 1e-9 <= one.average <= one.p95 + 1e-9
    assert "+2,5" not in str(comparison_text(found))  # the mean difference of some 2,500 stands nowhere


def test_why_takes_the_middle_worlds_apart_where_few_carry_the_mean(tmp_path):
    asked = why(RARE, BASE, out=tmp_path, engine=HARM_TOY, workers=1, indicators=["trade_volume"], at=["total"])
    end, total = asked.columns
    assert (end.date, total.date) == (str(asked.run_of(asked.every).dates[-1]), "total")
    whole, parts = asked.of(end)
    assert whole.average == "trimmed mean"
    assert whole.mean == pytest.approx(-LOSS, abs=1e-3)
    assert sum(part.mean for part in parts) == pytest.approx(whole.mean)
    assert "trimmed mean" in str(why_text(asked))
    assert any(line.startswith("Trimmed mean:") for line in why_key(asked))


def test_rows_of_peak_low_and_total_are_taken_world_by_world(found):
    values = [run.values("attacks").astype(np.float64) for run in (found.baseline, found.arms[0])]
    for when, over in (("peak", np.max), ("low", np.min)):
        base, arm = (over(one, axis=1) for one in values)
        one = row(found, "struck", "attacks", when, "rows")
        assert (one.baseline, one.scenario, one.p50) == pytest.approx((base.mean(), arm.mean(), np.median(arm - base)))
    assert {each.date for each in found.rows} == {str(found.dates[-1]), "peak", "total", "low"}
