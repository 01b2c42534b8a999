"""Quantities that would add up without limit are bounded: strikes, attacks per fighter, levels, single attacks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regionsim.model.bounds import bent, room_left, saturated
from regionsim.model.philox import uniform64
from regionsim.model.processes.severity import death_toll, mean_severity
from regionsim.model.processes.violence import felt, recruit_and_lose, tempo
from regionsim.model.random import Streams
from regionsim.model.region import RegionModel
from regionsim.schema.categories import TTP
from tests.model.worlds import small

SIZES = st.floats(0.0, 1e6)


def vector(value: float) -> np.ndarray:
    return np.array([value])


@given(total=SIZES, more=SIZES, most=st.floats(0.05, 10.0))
def test_what_adds_up_counts_for_no_more_than_its_bound_and_more_never_for_less(
    total: float, more: float, most: float
) -> None:
    counts = saturated(vector(total), vector(most))[0]

    assert 0.0 <= counts <= min(total, most) * (1 + 1e-12)
    assert saturated(vector(total + more), vector(most))[0] >= counts
    assert saturated(vector(1e-6 * most), vector(most))[0] == pytest.approx(1e-6 * most, rel=1e-5)


@given(value=SIZES, more=SIZES, record=st.floats(0.1, 100.0), margin=st.floats(1.1, 20.0))
def test_what_is_bent_is_untouched_up_to_what_is_known_and_stays_under_its_margin(
    value: float, more: float, record: float, margin: float
) -> None:
    now, after = (bent(vector(x), vector(record), vector(margin))[0] for x in (value, value + more))

    assert now == value if value <= record else record <= now <= value
    assert now <= record * margin * (1 + 1e-12)
    assert after >= now * (1 - 1e-12)


def test_room_is_whole_up_to_what_was_seen_and_none_at_the_bound() -> None:
    counts = np.array([0.0, 1.9, 2.0, 3.0, 5.0, 6.0, 9.0])

    assert room_left(counts, vector(2.0), vector(3.0)).tolist() == [1.0, 1.0, 1.0, 0.75, 0.25, 0.0, 0.0]


def _model(*sets: str, worlds: int = 30, end: str = "2029-08-18") -> RegionModel:
    return RegionModel(small("status_quo", *(f"parameters.{each}" for each in sets), end=end), worlds)


def test_strikes_saturate_where_they_act_on_tempo_and_on_recruitment() -> None:
    w = _model("security.strike_saturation=0.5", "violence.beyond_record=20", "security.collateral_recruitment=0.5")
    w.step()
    before, quiet = tempo(w)[:, TTP], w.groups.recruited[:, TTP].copy()
    w.groups.backlash = w.groups.backlash + 1000.0
    after = tempo(w)[:, TTP]
    recruit_and_lose(w)

    # tempo rises by at most a factor e**0.5, less where bent; recruitment by a factor 1 + 0.5 x 0.5
    assert (after > before).all()
    assert (after <= np.exp(0.5) * before * (1 + 1e-12)).all()
    assert (w.groups.recruited[:, TTP] <= 1.26 * quiet + 1.0).all()
    assert (w.groups.recruited[:, TTP] > quiet).any()


@given(hits=SIZES, misses=SIZES)
def test_saturation_takes_no_side_between_what_strikes_degrade_and_what_they_provoke(
    hits: float, misses: float
) -> None:
    w = SATURATED
    net = felt(w, np.full(w.n_worlds, misses)) - felt(w, np.full(w.n_worlds, hits))

    assert (np.sign(net) * np.sign(misses - hits) >= 0.0).all()


SATURATED = _model(worlds=3, end="2025-09-01")


def test_a_warlike_army_strikes_no_more_in_a_year_than_three_times_the_record() -> None:
    w = _model(
        "politics.threat_weight=5", "politics.strike_after_major_attack=5", "violence.regime_sigma=2", end="2028-08-18"
    )
    struck: list[np.ndarray] = []
    w.run(lambda done: struck.append(w.violence.struck.copy()))
    by_year = np.lib.stride_tricks.sliding_window_view(np.array(struck), 52, axis=0).sum(axis=-1)

    assert by_year.max() <= 6
    assert by_year.max() >= 4  # the bound is reached, so there are strikes enough
    assert (by_year.max(axis=0) <= 5).any()  # but not by all worlds


def test_ordered_strikes_come_as_ordered() -> None:
    scenario = small("status_quo", "levers.cross_border_strikes={from: 2025-08-18}", end="2027-08-18")
    w = RegionModel(scenario, 30).run()
    log = w.log.sorted()
    ordered = ((log.kind == "strike") & (log.cause == "policy")).sum()
    expected = 2.0 * w.policy["strike_rate"].sum()

    assert ordered == pytest.approx(expected, abs=5.0 * np.sqrt(expected))
    assert w.trailing.total["strikes"].max() > 6.0  # the bound is on the army's own strikes only


def test_no_fighter_attacks_more_than_three_times_as_often_as_in_the_worst_year() -> None:
    w = _model("violence.attacks_record=2202", "violence.beyond_record=3", "violence.regime_most=5")
    w.step()
    w.violence.regime[:] = 50.0
    most = 3.0 * 2202.0 / w.p["violence.attacks_initial"]

    assert tempo(w) == pytest.approx(np.broadcast_to(most[:, np.newaxis], w.violence.regime.shape))
    # where the start was worse than the record, three times the start
    worse = _model("violence.attacks_initial=5000", "violence.regime_most=5")
    worse.step()
    worse.violence.regime[:] = 50.0
    assert tempo(worse) == pytest.approx(np.full(worse.violence.regime.shape, 3.0))


def test_levels_of_violence_are_drawn_within_the_largest_change_and_do_not_pile_up_there() -> None:
    w = _model(
        "structure.violence=0", "violence.regime_sigma=2", "violence.regimes_per_year=2", "violence.regime_most=1.5",
        end="2028-02-18",
    )  # fmt: skip
    w.run()
    log = w.log.sorted()
    levels = np.log(log.magnitude[log.kind == "regime"])

    assert levels.size > 100
    assert np.abs(levels).max() <= 1.5 + 1e-9
    assert np.abs(levels).max() > 1.4
    assert np.unique(levels).size == levels.size
    assert (np.abs(levels) < 0.75).mean() > 0.45  # a truncated normal is nearly even, without piles at the ends


def test_steps_of_known_date_do_not_carry_a_level_past_the_largest_change() -> None:
    days = ("09-01", "09-08", "09-15", "09-22", "10-06", "10-13", "10-20", "10-27")
    shocks = ", ".join(f"{{id: o{k}, kind: major_operation, on: 2025-{day}}}" for k, day in enumerate(days))
    sets = "parameters.security.operation_step=1.0", "parameters.structure.violence=0"
    w = RegionModel(small("status_quo", f"shocks=[{shocks}]", *sets), 10).run()

    # without a bound eight steps would take away 8 log points
    assert (w.violence.regime >= -w.p["violence.regime_most"][:, np.newaxis]).all()
    assert (w.violence.regime[:, TTP] < -1.5).any()


def test_a_major_attack_is_one_attack() -> None:
    w = _model("violence.major_attack_deaths=8", worlds=20, end="2027-08-18")
    tolls: dict[tuple[int, int, str], tuple[int, int]] = {}

    def note(done: int) -> None:
        for world in range(w.n_worlds):
            for g, group in enumerate(("ttp", "iskp", "baloch", "other")):
                tolls[world, done - 1, group] = int(w.violence.deaths[world, g]), int(w.violence.largest[world, g])

    w.run(note)
    log = w.log.sorted()
    rows = np.flatnonzero(log.kind == "major_attack")
    attacks = [(tolls[int(log.world[i]), int(log.week[i]), str(log.actor[i])], log.magnitude[i]) for i in rows]

    assert len(attacks) > 200
    assert all(dead == largest <= week for (week, largest), dead in attacks)
    assert any(largest < week for (week, largest), _ in attacks)
    assert len(attacks) == sum(largest >= 8 for _, largest in tolls.values())


def test_deaths_are_those_of_a_power_law_that_ends_drawn_attack_by_attack() -> None:
    severity, streams = np.array([[[1.4, 2.4, 40.0]]]), Streams(7, np.arange(1))
    singles = []
    for week in range(300):
        streams.week = week
        total, largest = death_toll(streams, "d", np.full((1, 1), 60), np.full((1, 1), 0.5), severity)
        # the uniform of each attack again, by its slot, and deaths by hand
        u = np.array([uniform64(streams.key("d"), 0, week, k) for k in range(60)])
        u = u[u < 0.5] / 0.5
        beyond = (1.4 / 41.0) ** 1.4
        dead = np.floor(1.4 * (beyond + (1.0 - beyond) * u) ** (-1.0 / 1.4))
        singles += dead.tolist()
        assert total[0, 0] == dead.sum()
        assert largest[0, 0] == dead.max()
    seen, counts = np.unique(singles, return_counts=True)

    assert seen.max() <= 40
    # at the worst, where cut-off values would pile up, no more than P(worst) of them: five standard deviations
    tail = lambda k: ((1.4 / k) ** 1.4 - beyond) / (1.0 - beyond)  # noqa: E731
    expected = len(singles) * (tail(40.0) - 0.0)
    assert counts[seen == 40.0].sum() <= expected + 5.0 * np.sqrt(expected)
    assert np.mean(singles) == pytest.approx(float(mean_severity(severity)[0, 0]), rel=0.1)


@given(u=st.floats(1e-6, 1 - 1e-6), scale=st.floats(1.0, 20.0), worst=st.integers(20, 400))
def test_mean_severity_lies_between_its_scale_and_its_worst(u: float, scale: float, worst: int) -> None:
    mean = mean_severity(np.array([scale, 2.05 + 1.9 * u, float(worst)]))

    assert np.floor(scale) <= mean <= worst
