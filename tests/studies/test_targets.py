"""Targets: counts, medians and changes, against the values of each world taken one by one."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from regionsim.runs import run
from regionsim.studies.compare import compare
from regionsim.studies.targets import targets_of
from regionsim.views.targets import target_lines, target_table
from tests.toys.toy import TOY, toy_scenario

MORE = {"end": "2026-03-01", "baseline": "base"}
TARGETS = [
    {"name": "above three", "that": "trade_volume@2026-02 > 3", "sources": ["Q06"]},
    {"name": "few attacks at half time", "that": "attacks@2025-11-30 <= 900"},
    {"name": "between", "that": "trade_bilateral@2026-02-28 in 1.4..1.6"},
    {"name": "more than at first", "that": "trade_volume@2026-02 > trade_volume@2025-08-20 * 1.01"},
    {"name": "hardly shut", "that": "closure_days[torkham]@2026-02 < 50"},
]


@pytest.fixture(scope="module")
def arms(tmp_path_factory):
    out = tmp_path_factory.mktemp("runs")
    base = run(toy_scenario(30, name="base", **MORE), out=out, workers=1, engine=TOY)
    push = toy_scenario(40, name="push", parameters={"trade.potential": 12.0}, targets=TARGETS, **MORE)
    return base, run(push, out=out, workers=1, engine=TOY)


def held(values, places):
    """Whether each target is reached in each world, from weekly values; weeks counted by hand from 18 August 2025.

    The last week that begins in February 2026 is number 27, that on or before 30 November number 14, the first 0.
    """
    volume, bilateral, attacks = (values[name] for name in ("trade_volume", "trade_bilateral", "attacks"))
    return {
        "above three": [v[27] > 3 for v in volume],
        "few attacks at half time": [v[14] <= 900 for v in attacks],
        "between": [1.4 <= v[27] <= 1.6 for v in bilateral],
        "more than at first": [v[27] > float(v[0]) * 1.01 for v in volume],
        "hardly shut": [v[27] < 50 for v in places],
    }


def counted(one):
    values = {name: one.values(name) for name in ("trade_volume", "trade_bilateral", "attacks")}
    return held(values, one.values("closure_days", "torkham"))


def test_a_target_counts_the_worlds_that_reach_it(arms):
    base, push = arms
    mine, theirs = counted(push), counted(base)
    rows = targets_of(push, base)

    assert [row.name for row in rows] == [target["name"] for target in TARGETS]
    for row in rows:
        reached, other = mine[row.name][:30], theirs[row.name]  # the worlds that both hold
        assert (row.count, row.worlds, row.base_count, row.base_worlds) == (sum(reached), 30, sum(other), 30)
        assert row.share == sum(reached) / 30
        assert row.low <= row.share <= row.high
        pairs = list(zip(reached, other, strict=True))
        assert row.gained == sum(a and not b for a, b in pairs)
        assert row.lost == sum(b and not a for a, b in pairs)
        assert row.change == pytest.approx(row.share - row.base_share)
        assert row.change_low <= row.change <= row.change_high
    assert 0 < rows[0].count < 30
    assert rows[0].median == pytest.approx(float(np.median(push.values("trade_volume")[:30, 27])))
    for row in targets_of(push):
        assert (row.count, row.worlds) == (sum(mine[row.name]), 40)
    assert rows[0].base_median == pytest.approx(float(np.median(base.values("trade_volume")[:, 27])))
    assert (rows[0].date, rows[1].date, rows[0].unit) == ("2026-02-23", "2025-11-24", "USD bn/yr")
    assert [row.asked for row in rows[:3]] == ["over 3", "at most 900", "1.4 to 1.6"]
    assert rows[3].asked == "over trade_volume@2025-08-20 * 1.01"


def test_a_target_after_the_baseline_ends_is_counted_and_not_compared(arms, tmp_path):
    _, push = arms
    short = run(toy_scenario(30, name="base", **MORE | {"end": "2025-12-15"}), out=tmp_path, workers=1, engine=TOY)
    rows = {row.name: row for row in compare(push, baseline=short, out=tmp_path).targets}

    assert rows["few attacks at half time"].base_count is not None
    assert rows["above three"].count == sum(counted(push)["above three"])
    assert rows["above three"].change is None
    assert "not compared" in target_table([rows["above three"]])[1]


def test_targets_come_first_in_a_comparison_and_in_its_files(arms, tmp_path):
    base, push = arms
    found = compare(push, baseline=base, out=tmp_path)
    about = json.loads((found.folder / "compare.json").read_text(encoding="utf-8"))

    assert list(about).index("targets") < list(about).index("rows")
    assert [row["count"] for row in about["targets"]] == [row.count for row in targets_of(push, base)]
    assert (found.folder / "targets.csv").read_text(encoding="utf-8").count("\n") == 1 + len(TARGETS)
    assert {row.arm for row in found.targets} == {"push"}
    apart = targets_of(push, base, pairing=False)
    assert apart[0].gained is None
    assert apart[0].change == pytest.approx(apart[0].share - apart[0].base_share)


def test_a_run_by_itself_has_shares_and_no_change(arms):
    base, push = arms
    rows = targets_of(push)

    assert all(value is None for key, value in asdict(rows[0]).items() if key.startswith(("base_", "change", "gained")))
    assert targets_of(base) == []
    cells = target_lines(rows)
    assert cells[1][0] == "above three"
    assert cells[1][1].startswith(f"{rows[0].count} of 40: ")
    assert "never checked" not in " ".join(cells[1])
