"""Shipped scenarios that end on different days: every figure against what the files of the runs hold on that day.

The reckoning here reads the parquet files by itself and knows nothing of `Run` or `Comparison`.
"""

import itertools
import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from regionsim.runs import run
from regionsim.scenario import load
from regionsim.studies.briefing.gather import brief
from regionsim.studies.compare import compare
from regionsim.studies.why import why

WORLDS = 6
SMALL = ("parameters.size.households=400", "parameters.size.traders=100")
PAIRS = [
    ("ceasefire", "humane_return"), ("humane_return", "trade_push"), ("trade_push", "ceasefire"),
    ("torkham_closure", "smart_border"), ("smart_border", "strikes_and_blame"), ("ttp_surge", "blunt_border"),
    ("forced_repatriation", "torkham_closure"), ("india_shock", "ttp_surge"),
    ("strikes_and_blame", "collapse_averted"), ("afghan_collapse", "status_quo"),
]  # fmt: skip
LONG, SHORT = date(2027, 3, 1), date(2026, 11, 9)
LOOKED_AT = ("attacks", "strike_deaths", "humanitarian_index")


def table(path: Path, indicator: str) -> dict[int, dict[date, float]]:
    """World -> day -> value, from the files of a run folder."""
    found: dict[int, dict[date, float]] = {}
    for part in sorted((path / "trajectories").glob("*.parquet")):
        rows = pq.read_table(part, columns=["world", "date", indicator]).to_pydict()
        for world, day, value in zip(rows["world"], rows["date"], rows[indicator], strict=True):
            found.setdefault(world, {})[getattr(day, "date", lambda day=day: day)()] = value
    return found


def played(pair, folder, *, swapped=False):
    """Both runs, the second of which, or the first where swapped, ends later."""
    ends = (LONG, SHORT) if swapped else (SHORT, LONG)
    return [
        run(load(name, sets=(*SMALL, f"end={end}"), worlds=WORLDS), out=folder, workers=1)
        for name, end in zip(pair, ends, strict=True)
    ]


def common_days(*runs):
    """The days that all of these hold, in order."""
    return sorted(set.intersection(*(set(next(iter(table(one.path, "attacks").values()))) for one in runs)))


def reckon(base, arm, indicator, when, days):
    """Per world: baseline and arm on a day, or over a span, worked out value by value."""
    pairs = []
    for one in (base, arm):
        by_world = table(one.path, indicator)
        values = np.array([[by_world[world][day] for day in days] for world in sorted(by_world)], dtype=np.float64)
        if when == "peak":
            pairs.append(values.max(axis=1))
        elif when == "low":
            pairs.append(values.min(axis=1))
        else:
            pairs.append(values[:, days.index(when)])
    return pairs


def assert_right(found, base, arm):
    """Rows, civilians and notes of a comparison of one arm are those of the first common end."""
    days = common_days(base, arm)
    assert days[-1] == SHORT - timedelta(days=7)
    assert re.search(rf"they are compared up to {SHORT.day} {SHORT:%B %Y}", found.notes[0])
    checked = 0
    for row in (*found.rows, *found.civilians):
        if row.indicator not in LOOKED_AT or row.date == "total":
            continue
        when = row.date if row.date in ("peak", "low") else date.fromisoformat(row.date)
        first, second = reckon(base, arm, row.indicator, when, days)
        expected = (first.mean(), second.mean(), np.median(first), np.median(second), np.median(second - first))
        seen = (row.baseline, row.scenario, row.baseline_median, row.scenario_median, row.p50)
        assert seen == pytest.approx(expected, rel=1e-5, abs=1e-6)
        assert row.higher == pytest.approx((second > first).mean())
        checked += 1
    assert checked >= 8


def assert_brief_right(made, base, arm):
    """Stories, charts, map and what leaves the record are of the same days."""
    days = common_days(base, arm)
    (one,) = made.arms
    assert made.dates[-1] == str(days[-1])
    chart = next(chart for chart in made.charts if chart.id == "attacks")
    for run_, fan in zip((base, arm), chart.fans, strict=True):
        last = [values[days[-1]] for values in table(run_.path, "attacks").values()]
        assert fan.quantiles["p50"][-1] == pytest.approx(np.median(last), rel=1e-5)
        assert len(fan.quantiles["p50"]) == len(made.dates)
    for told in one.told:
        figures = {title: (here, twin) for title, _, here, _, twin in told.figures}
        here, twin = figures["Militant attacks in Pakistan"]
        assert here == pytest.approx(table(arm.path, "attacks")[told.world][days[-1]], rel=1e-6)
        assert twin == pytest.approx(table(base.path, "attacks")[told.world][days[-1]], rel=1e-6)
        assert told.story.same
        assert max(line.date for line in told.story.lines) < SHORT
    for leaves in one.beyond:
        if leaves.title == "Militant attacks in Pakistan":
            above = [max(by_day[day] for day in days) > leaves.high for by_day in table(base.path, "attacks").values()]
            assert leaves.base_above == pytest.approx(np.mean(above))


def test_two_scenarios_and_a_baseline_of_three_ends_are_compared_up_to_the_first(tmp_path):
    base, arm = played(("ceasefire", "humane_return"), tmp_path)
    middle = run(load("smart_border", sets=(*SMALL, "end=2027-01-04"), worlds=WORLDS), out=tmp_path, workers=1)
    found = compare(arm, middle, baseline=base, out=tmp_path, workers=1)
    assert {row.date for row in found.rows} == {str(SHORT - timedelta(days=7))}
    assert len([note for note in found.notes if "compared up to" in note]) == 1
    assert_right(compare(arm, baseline=base, out=tmp_path, at=["peak", "low"], workers=1), base, arm)
    assert_right(compare(base, baseline=arm, out=tmp_path, at=["2026-05"], workers=1), arm, base)
    assert_brief_right(brief(base, baseline=arm, out=tmp_path, indicators=LOOKED_AT, workers=1), arm, base)


@pytest.mark.slow
def test_a_full_report_plays_causes_and_expectations_whatever_the_ends(tmp_path):
    base, arm = played(("status_quo", "ceasefire"), tmp_path, swapped=True)
    lacking = brief(arm, baseline=base, out=tmp_path, indicators=LOOKED_AT[:1], workers=1).arms[0]
    assert lacking.causes is None
    assert lacking.lacking["why"].startswith("regionsim why ceasefire")
    (one,) = brief(arm, baseline=base, out=tmp_path, indicators=LOOKED_AT[:1], workers=1, full=True).arms
    assert one.unjudged == ()
    ((column, total, _),) = one.causes.columns
    days = common_days(base, arm)
    assert column.date == str(days[-1])
    first, second = reckon(base, arm, "attacks", days[-1], days)
    assert first.shape == (one.causes.worlds,)
    if total.average == "mean":
        assert total.mean == pytest.approx((second - first).mean(), rel=1e-5, abs=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize(("pair", "swapped"), list(zip(PAIRS, itertools.cycle((False, True)), strict=False)))
def test_pairs_of_shipped_scenarios_with_different_ends_are_right_by_their_files(pair, swapped, tmp_path):
    base, arm = played(pair, tmp_path, swapped=swapped)
    assert_right(compare(arm, baseline=base, out=tmp_path, at=["peak", "low", "2026-05"], workers=1), base, arm)
    assert_brief_right(brief(arm, baseline=base, out=tmp_path, indicators=LOOKED_AT, workers=1), base, arm)
    asked = why(arm.scenario, base.scenario, out=tmp_path, orders=4, indicators=LOOKED_AT[:1], at=["peak"], workers=1)
    assert f"they are compared up to {SHORT.day} {SHORT:%B %Y}" in asked.notes[0]
    days = common_days(base, arm)
    for column, when in zip(asked.columns, (days[-1], "peak"), strict=True):
        first, second = reckon(base, arm, "attacks", when, days)
        total, parts = asked.of(column)
        assert total.average == "mean"  # too few worlds to leave any out
        assert total.mean == pytest.approx((second - first).mean(), rel=1e-5, abs=1e-5)
        assert sum(part.mean for part in parts) == pytest.approx(total.mean, abs=1e-6)
