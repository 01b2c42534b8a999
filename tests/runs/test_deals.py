"""The share of time that deals are in force, against the events counted week by week."""

import numpy as np

from regionsim.runs import run
from regionsim.runs.deals import deals_in_words, in_force
from tests.model.worlds import small

DEAL = (
    "deals=[{id: calm, levers: {trade_facilitation: 0.8}, while: 'attacks < 900', review: 4 weeks, from: 2025-12-01},"
    " {id: never, levers: {recognition: 1}, while: 'attacks < 0', from: 2026-01-01, until: 2026-06-01}]"
)


def test_shares_are_those_of_the_weeks_in_force(tmp_path):
    played = run(small("status_quo", DEAL, end="2027-08-18"), worlds=20, out=tmp_path, workers=1)
    calm, never = in_force(played)
    events = played.events()
    start = np.datetime64(played.scenario.start)
    for row, world in enumerate(played.numbers):
        mine = events[(events["world"] == world) & (events["actor"] == "calm")]
        weeks = (mine["date"].to_numpy().astype("datetime64[D]") - start).astype(int) // 7
        state, held = False, 0
        for week in range(15, played.weeks):
            state = state != bool((weeks == week).any())
            held += state
        assert calm.shares[row] == held / (played.weeks - 15)

    assert 0.0 < calm.shares.mean() < 1.0
    assert never.never == 1.0
    assert "Deal never: in force 0% of the time (90% of worlds: 0% to 0%); never in 100% of worlds." in deals_in_words(
        played
    )


def test_a_run_without_deals_says_nothing(tmp_path):
    assert deals_in_words(run(small(end="2025-10-01"), worlds=4, out=tmp_path, workers=1)) == ""
