"""Calibration: parts find the truth in simulated data, nothing after the day is used, a whole trial runs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.stats import gamma

from regionsim.analysis.calibrate import Task, calibrate
from regionsim.analysis.fitting import (
    Fit,
    Seen,
    counted_twice,
    fit,
    prior_of,
    resampled,
    simulation_based,
    uneven,
)
from regionsim.analysis.submodels import FITS
from regionsim.analysis.wholefit import emulate, figures, first_day, log_likelihood
from regionsim.errors import InputError
from regionsim.evidence import Evidence, load_evidence

UNTIL = date(2025, 6, 30)
BY_ID = {one.id: one for one in FITS}
CHECKS = 40


def seen(one: Fit, until: date = UNTIL) -> Seen:
    found = one.read(load_evidence(), until)
    assert found is not None
    return found


def before(evidence: Evidence, until: date) -> Evidence:
    """The evidence without a row that is dated, even in part, after a day, and without later events."""

    def early(row: Mapping[str, object]) -> bool:
        for column in ("start_date", "date"):
            if column in row:
                return str(row[column]) <= until.isoformat()
        if "month" in row:
            return (int(str(row["year"])), int(str(row["month"]))) <= (until.year, until.month)
        if "period" in row and str(row["period"])[:4].isdecimal():
            return str(row["period"]).split("..")[-1] <= until.isoformat()
        return str(row.get("year", ""))[:4] <= str(until.year)

    series = {
        id: replace(one, records=tuple(row for row in one.records if early(row))) for id, one in evidence.series.items()
    }
    timeline = {id: event for id, event in evidence.timeline.items() if event.shock.on <= until}
    return replace(evidence, series=series, timeline=timeline)


def test_a_count_has_the_posterior_of_its_closed_form() -> None:
    one = BY_ID["campaigns"]
    made = fit(load_evidence(), one, Seen(np.array([3.0]), (9.5,), 3), 200_000, 1)
    draws = made.prior["people.campaigns_per_year"]
    top = float(draws.max())
    form = gamma(4.0, scale=1.0 / 9.5)  # an even prior on 0 to `top`
    grid = np.linspace(0.0, top, 20_001)
    density = form.pdf(grid) / form.cdf(top)

    assert np.average(draws, weights=made.weights) == pytest.approx(np.trapezoid(grid * density, grid), rel=0.01)


@pytest.mark.parametrize(("id", "n"), [("closure_lengths", 400), ("after_clash", 400), ("truce_ends", 200)])
def test_much_simulated_data_gives_the_truth_back(id: str, n: int) -> None:
    one, evidence = BY_ID[id], load_evidence()
    rng = np.random.default_rng(5)
    truth = {name: prior_of(evidence.parameters[name], np.array([0.7])) for name in one.parameters}
    made = fit(evidence, one, Seen(one.simulate(truth, (float(n),), rng)[0], (float(n),), n), 100_000, 2)

    for name, value in truth.items():
        middle = np.average(made.prior[name], weights=made.weights)
        spread = np.sqrt(np.average((made.prior[name] - middle) ** 2, weights=made.weights))
        assert abs(middle - value[0]) < 3.5 * spread, name
        assert spread < made.prior[name].std()


def test_months_without_scatter_have_a_larger_size_than_months_with_much() -> None:
    one, evidence = BY_ID["months"], load_evidence()
    design = seen(one).design
    means = []
    for local in (0.0, 2.0):  # log of the local variance over the mean
        made = fit(evidence, one, Seen(np.array([local, 0.1]), design, 30), 6000, 3)
        means.append(np.average(made.prior["violence.dispersion"], weights=made.weights))
    assert means[0] > means[1]


@pytest.mark.parametrize("one", FITS, ids=[one.id for one in FITS])
def test_true_values_take_even_places_in_posteriors_of_simulated_data(one: Fit) -> None:
    n = 8000 if one.log_likelihood else 3000
    ranks = simulation_based(load_evidence(), one, seen(one).design, CHECKS, n, 11)
    tests = sum(len(each.parameters) for each in FITS)
    for name, places in ranks.items():
        assert uneven(places) > 0.01 / tests, name


def test_a_wrong_likelihood_is_found_out() -> None:
    right = BY_ID["closure_lengths"]
    assert right.log_likelihood is not None
    likely = right.log_likelihood
    wrong = replace(right, log_likelihood=lambda values, data, design: 9.0 * likely(values, data, design))
    ranks = simulation_based(load_evidence(), wrong, (24.0,), 100, 8000, 11)
    assert uneven(ranks["border.closure_days_median"]) < 0.001


@pytest.mark.parametrize("until", [date(2022, 12, 31), date(2023, 9, 14)])
def test_nothing_observed_after_the_day_is_read(until: date) -> None:
    whole, early = load_evidence(), before(load_evidence(), until)

    for one in FITS:
        a, b = one.read(whole, until), one.read(early, until)
        assert (a is None) == (b is None), one.id
        if a is not None and b is not None:
            assert np.array_equal(a.figures, b.figures), one.id
            assert (a.design, a.n) == (b.design, b.n)
    assert figures(whole, until) == figures(early, until)
    assert all(each.windows[-1].end.toordinal() - 1 <= until.toordinal() for each in figures(whole, until))
    assert first_day(until) < until


def test_a_prior_read_off_the_same_series_is_widened_and_no_other() -> None:
    evidence = load_evidence()
    known = evidence.parameters["border.closure_days_median"]
    u = np.linspace(0.01, 0.99, 99)

    assert counted_twice(known, ("border_closures",))
    assert not counted_twice(known, ("trade/pk_exports_to_af_customs",))
    assert not counted_twice(evidence.parameters["security.truce_end_hazard"], ("cross_border_incidents",))
    assert prior_of(known, u, wide=True).std() > 2.0 * prior_of(known, u).std()
    assert prior_of(known, u, wide=True).min() >= known.low


def test_rows_come_as_often_as_their_weights_say() -> None:
    rows = resampled(np.array([0.5, 0.25, 0.25, 0.0]), 400, np.random.default_rng(1))
    assert np.bincount(rows, minlength=4).tolist() == [200, 100, 100, 0]


def test_an_emulator_finds_what_moves_a_figure_and_its_likelihood_peaks_at_the_truth() -> None:
    rng = np.random.default_rng(2)
    values = {name: rng.random(2000) for name in ("a", "b", "c")}
    model = np.stack([2.0 * values["a"] + 0.1 * rng.standard_normal(2000), rng.standard_normal(2000)], axis=1)
    emulator = emulate(model, values, tuple(values))
    assert emulator.names == ("a",)
    assert emulator.explained[0] == pytest.approx(1.0 - 0.01 / (0.01 + 4.0 / 12.0), abs=0.01)
    grid = np.linspace(0.05, 0.95, 91)
    log = log_likelihood(emulator.mean({"a": grid}), emulator, np.array([1.2, 0.0]), np.zeros(2))
    assert grid[int(np.argmax(log))] == pytest.approx(0.6, abs=0.03)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"until": date(2025, 7, 1)}, "--until: 2025-07-01 is out of range"),
        ({"until": date(2015, 1, 1)}, "--until"),
        ({"worlds": 3}, "--worlds: 3"),
        ({"rows": 0}, "--rows: 0"),
        ({"waves": 0}, "--waves: 0"),
        ({"effort": 0.0}, "--effort: 0"),
        ({"seed": -1}, "--seed: -1"),
    ],
)
def test_what_is_out_of_range_is_refused(words: dict[str, object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        Task(**words)  # type: ignore[arg-type]


def test_a_small_trial_runs_from_end_to_end_and_again_the_same() -> None:
    task = Task(date(2022, 12, 31), worlds=40, rows=30, waves=2, effort=0.01)
    one, two = calibrate(task), calibrate(task)

    assert one.rows
    assert {values.size for values in one.rows.values()} == {30}
    assert one.rows.keys() == two.rows.keys()
    assert all(np.array_equal(one.rows[name], two.rows[name]) for name in one.rows)
    known = load_evidence().parameters
    assert all(known[n].low <= v.min() and v.max() <= known[n].high for n, v in one.rows.items())
    assert "Attacks from month to month" in one.left_out
    assert all(line.narrowed == (line.name in one.rows) for line in one.lines)
