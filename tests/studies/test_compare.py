import json

import numpy as np
import pytest

from regionsim.errors import InputError
from regionsim.runs import run
from regionsim.runs.manifest import write_manifest
from regionsim.studies import arms
from regionsim.studies.compare import compare
from tests.toys.lever_toy import CLOSURE, DAYS, LEVER_TOY
from tests.toys.toy import toy_scenario

FROM = {"from": "2025-08-18"}
BASE = toy_scenario(40, name="base")
PUSH = toy_scenario(40, name="push", levers={"trade_facilitation": FROM | {"intensity": 1.0}})
IDLE = toy_scenario(40, name="idle", levers={"trade_facilitation": FROM | {"intensity": 0.0}})
SHUT = toy_scenario(
    40,
    name="shut",
    shocks=[{"kind": "border_closure", "on": "2025-09-01", "for": "4 weeks", "crossing": "torkham", "by": "both"}],
)


@pytest.fixture
def against(tmp_path):
    """Compare with the base, under tmp_path/runs."""

    def compared(*sources, **how):
        return compare(
            *sources, **{"baseline": BASE, "out": tmp_path / "runs", "engine": LEVER_TOY, "workers": 1} | how
        )

    return compared


def row(found, indicator, date=None):
    rows = [one for one in found.rows if one.indicator == indicator and date in (None, one.date)]
    return rows[-1]


def test_pairs_show_what_the_lever_adds_in_each_world(against):
    found = against(PUSH)
    trade = row(found, "trade_volume")
    rate = found.baseline.worlds["toy.rate"].to_numpy()
    np.testing.assert_allclose(found.difference(0, found.outcomes[0]).values[:, -1], rate, atol=1e-5)
    assert trade.low < trade.mean < trade.high
    assert trade.mean == pytest.approx(rate.mean(), abs=1e-5)
    assert (trade.better, trade.worse, trade.tied, trade.worlds) == (1.0, 0.0, 0.0, 40)
    assert trade.share_low is not None
    assert 0.9 < trade.share_low < 1.0
    assert trade.clear_from == "2025-08-18"
    assert trade.clear_of_all
    assert trade.variance_ratio is not None
    assert trade.variance_ratio > 10
    assert trade.baseline + trade.mean == pytest.approx(trade.scenario, abs=1e-5)


def test_a_row_of_a_date_before_a_difference_is_clear_says_no_date_and_no_share_is_rounded_to_none_or_all():
    from types import SimpleNamespace

    from regionsim.stats.differences import paired
    from regionsim.studies.compare import Comparison
    from regionsim.views.targets import whole

    chance = np.random.default_rng(1).normal(size=(40, 6))
    base, arm = chance, chance + np.array([1.0, 1.0, -1.0, -1.0, -1.0, -1.0]) + 0.1 * np.arange(40)[:, np.newaxis] / 40
    found = Comparison.__new__(Comparison)
    found.baseline = SimpleNamespace(dates=[f"week {k}" for k in range(6)])
    found.names, found.pairing = ["arm"], True
    pair = (base, arm, paired(base, arm))
    rows = found._rows_of(0, arms.Outcome("trade_volume"), pair, (1, 2, 5), ())
    assert [each.clear_from for each in rows] == [None, "week 2", "week 2"]
    assert [whole(share) for share in (0.0, 0.004, 0.3, 0.999, 1.0)] == ["0", "<1", "30", ">99", "100"]


def test_what_is_identical_is_said(against):
    found = against(PUSH, IDLE)
    attacks = row(found, "attacks")
    assert attacks.identical
    assert (attacks.mean, attacks.low, attacks.high, attacks.tied) == (0.0, 0.0, 0.0, 1.0)
    assert attacks.clear_from is None
    assert attacks.variance_ratio is None
    assert all(one.identical for one in found.rows if one.arm == "idle")


def test_the_direction_of_an_indicator_says_what_is_better(against):
    found = against(SHUT, indicators=["closure_days", "closure_days[torkham]", "trade_volume"])
    days = row(found, "closure_days[torkham]")
    assert (days.higher, days.better, days.worse) == (1.0, 0.0, 1.0)
    assert days.mean == pytest.approx(DAYS)
    assert row(found, "trade_volume").mean < CLOSURE + 0.1


def test_runs_lie_where_run_puts_them_and_are_not_played_twice(against, tmp_path, monkeypatch):
    there = run(PUSH, out=tmp_path / "runs", engine=LEVER_TOY, workers=1)
    found = against(PUSH)
    assert found.arms[0].path == there.path
    monkeypatch.setattr("regionsim.runs.play.play_missing", lambda *_: pytest.fail("played again"))
    assert against(PUSH).folder == found.folder
    assert against(there.path).folder == found.folder


def test_the_tables_are_written_and_say_the_same(against):
    found = against(PUSH, SHUT, at=["2025-09"])
    text = json.loads((found.folder / "compare.json").read_text())
    assert len(text["rows"]) == len(found.rows) == 2 * 2 * len(found.outcomes)
    assert text["paired"] is True
    assert {one["name"] for one in text["runs"]} == {"base", "push", "shut"}
    assert len((found.folder / "compare.csv").read_text().splitlines()) == len(found.rows) + 1
    assert [one.date for one in found.rows[:2]] == ["2025-09-29", "2025-10-27"]
    assert found.table()["mean"].tolist() == [one.mean for one in found.rows]


def test_arms_of_different_length_are_compared_up_to_the_earlier_end_and_it_is_said(against):
    short = PUSH.model_copy(update={"end": toy_scenario(end="2025-10-01").end})
    found = against(short)
    assert found.weeks == short.weeks < BASE.weeks
    assert {one.date for one in found.rows} == {"2025-09-29"}
    assert "compared up to 1 October 2025" in found.notes[0]
    with pytest.raises(InputError, match="outside the horizon"):
        against(short, at=["2025-10-20"])


def test_what_shares_no_chance_is_refused_with_a_way_out(against, tmp_path):
    with pytest.raises(InputError, match=r"differs .* in the seed \(0 and 1\).*across_versions=True"):
        against(PUSH.model_copy(update={"seed": 1}))
    with pytest.raises(InputError, match="start=2025-09-01"):
        against(PUSH.model_copy(update={"start": toy_scenario(start="2025-09-01").start}))
    there = run(PUSH, out=tmp_path / "runs", engine=LEVER_TOY, workers=1)
    for part, words in arms._PARTS.items():
        digests = there.manifest.digests | {part: "other"}
        write_manifest(there.path, there.manifest.model_copy(update={"digests": digests}))
        with pytest.raises(InputError, match=words):
            against(there.path)
        found = against(there.path, across_versions=True)
        assert "not paired" in found.notes[0]
        assert words in found.notes[0]


def test_across_versions_sees_the_effect_without_pairs_and_says_so(against):
    found = against(PUSH.model_copy(update={"seed": 1}), across_versions=True, worlds=200)
    trade = row(found, "trade_volume")
    assert trade.low < 1.5 < trade.high
    assert trade.clear_from is not None
    assert (trade.variance_ratio, trade.share_low) == (None, None)
    assert not row(found, "attacks").identical
    paired = row(against(PUSH, worlds=200), "trade_volume")
    assert paired.high - paired.low < 0.5 * (trade.high - trade.low)


def test_failed_worlds_leave_their_pairs_out(tmp_path):
    from tests.toys.toy import TOY

    base = toy_scenario(12, name="base", question="fail 3")
    arm = toy_scenario(12, name="arm", question="fail 3 7", draws="fixed")
    found = compare(base, arm, out=tmp_path, engine=TOY, workers=1)
    assert {one.worlds for one in found.rows} == {10}
    assert any("2 pairs are left out" in note for note in found.notes)
    assert any("draws parameters differently" in note for note in found.notes)


def test_wrong_words_are_all_told(against):
    with pytest.raises(InputError) as caught:
        against(PUSH, indicators=["tradevolume", "attacks@2030", "closure_days[kabul]"])
    assert len(caught.value.faults) == 3
    assert "did you mean" in caught.value.faults[0]
    with pytest.raises(InputError, match="is not a date"):
        against(PUSH, at=["soon"])
    with pytest.raises(InputError, match="the baseline itself"):
        against(BASE)
    with pytest.raises(InputError, match="nothing to compare with"):
        compare(BASE)


def test_a_sheet_of_each_arm_is_drawn_and_says_what_made_it(against):
    from matplotlib.axes import Axes
    from PIL import Image

    from regionsim.views.compare import draw_comparison

    found = against(PUSH, IDLE)
    pictures = draw_comparison(found)
    assert [path.name for path in pictures] == ["push.png", "idle.png"]
    with Image.open(pictures[0]) as image:
        pixels = np.asarray(image.convert("RGB"))
        assert 0.01 < (pixels < 250).any(axis=2).mean() < 0.6
        assert found.arms[0].manifest.hash in image.text["Source"]
        assert found.baseline.manifest.hash in image.text["Source"]
    assert isinstance(found.plot("trade_volume"), Axes)
    assert len(found.plot().axes) == len(found.outcomes)
    with pytest.raises(InputError, match="is not an arm"):
        found.plot(arm="pull")


def test_what_is_set_of_levers_shocks_and_timeline_is_not_set_of_the_baseline() -> None:
    shared = ("parameters.trade.habit=1", "end=2026-06-01", "draws=fixed")
    own = ("levers.route_security.intensity=0.5", "shocks=null", " timeline=observed")

    assert arms.of_baseline((*own, *shared)) == shared
