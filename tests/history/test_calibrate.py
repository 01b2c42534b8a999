"""Calibration: parts find the truth in simulated data, nothing after the day is used, a whole trial runs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from scipy.stats import gamma

from regionsim.errors import InputError
from regionsim.evidence import Evidence, load_evidence
from regionsim.evidence.episodes import Episode, read_episodes
from regionsim.evidence.holdout import Span, days_of, overlaps, without
from regionsim.evidence.records import Cell
from regionsim.history.calibrate import CalibrationSpec, calibrate
from regionsim.history.fitting import (
    Fit,
    FittedSeries,
    counted_twice,
    fit,
    prior_of,
    resampled,
    simulation_based,
    uneven,
)
from regionsim.history.submodels import FITS
from regionsim.history.wholefit import emulate, figures, first_day, log_likelihood, record_to

UNTIL = date(2025, 6, 30)
BY_ID = {one.id: one for one in FITS}
CHECKS = 40


def seen(one: Fit, until: date = UNTIL) -> FittedSeries:
    found = one.read(load_evidence(), until)
    assert found is not None
    return found


def assert_read_alike(one: Evidence, other: Evidence, until: date) -> None:
    """Every part and every figure of the whole reads the same of both."""
    for part in FITS:
        a, b = part.read(one, until), part.read(other, until)
        assert (a is None) == (b is None), part.id
        if a is not None and b is not None:
            assert np.array_equal(a.figures, b.figures), part.id
            assert (a.design, a.n) == (b.design, b.n)
    assert figures(one, until) == figures(other, until)


def before(evidence: Evidence, until: date) -> Evidence:
    """The evidence without a row that is dated, even in part, after a day, and without later events; of what had begun
    and not ended, the end and the length are gone.
    """

    def so_far(row: Mapping[str, Cell]) -> Mapping[str, Cell]:
        later = str(row.get("end_date") or "") > until.isoformat()
        return {**row, **({"end_date": None, "days": None} if later else {})}

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
        id: replace(one, records=tuple(so_far(row) for row in one.records if early(row)))
        for id, one in evidence.series.items()
    }
    timeline = {id: event for id, event in evidence.timeline.items() if event.shock.on <= until}
    return replace(evidence, series=series, timeline=timeline)


def spoiled(evidence: Evidence, span: Span) -> Evidence:
    """The evidence with rows and events of these days made many and their numbers tenfold."""

    def many(row: Mapping[str, Cell]) -> list[Mapping[str, Cell]]:
        if not overlaps([span], *days_of(row)):
            return [row]
        kept = ("year", "month")
        return 3 * [{k: 10 * v if isinstance(v, int | float) and k not in kept else v for k, v in row.items()}]

    series = {
        id: replace(one, records=tuple(new for row in one.records for new in many(row)))
        for id, one in evidence.series.items()
    }
    timeline = dict(evidence.timeline)
    for id, event in evidence.timeline.items():
        later = event.shock.on + timedelta(days=1)
        if span[0] <= event.shock.on and later + timedelta(days=getattr(event.shock, "days", 0.0)) <= span[1]:
            timeline[f"{id}_again"] = replace(event, shock=event.shock.model_copy(update={"on": later}))
    return replace(evidence, series=series, timeline=timeline)


def test_a_count_has_the_posterior_of_its_closed_form() -> None:
    one = BY_ID["campaigns"]
    made = fit(load_evidence(), one, FittedSeries(np.array([3.0]), (9.5,), 3), 200_000, 1)
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
    made = fit(evidence, one, FittedSeries(one.simulate(truth, (float(n),), rng)[0], (float(n),), n), 100_000, 2)

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
        made = fit(evidence, one, FittedSeries(np.array([local, 0.1]), design, 30), 6000, 3)
        means.append(np.average(made.prior["violence.dispersion"], weights=made.weights))
    assert means[0] > means[1]


@pytest.mark.parametrize("one", FITS, ids=[one.id for one in FITS])
def test_true_values_take_even_places_in_posteriors_of_simulated_data(one: Fit) -> None:
    n = 8000 if one.log_likelihood else 3000
    ranks = simulation_based(load_evidence(), one, seen(one).design, CHECKS, n, 11)
    tests = sum(len(each.parameters) + 1 for each in FITS)
    for name, places in ranks.items():
        assert uneven(places) > 0.01 / tests, name


def test_a_wrong_likelihood_is_found_out() -> None:
    right = BY_ID["closure_lengths"]
    assert right.log_likelihood is not None
    likely = right.log_likelihood
    wrong = replace(right, log_likelihood=lambda values, data, design: 9.0 * likely(values, data, design))
    ranks = simulation_based(load_evidence(), wrong, (24.0,), 100, 8000, 11)
    assert uneven(ranks["border.closure_days_median"]) < 0.001


def test_a_posterior_that_looks_at_no_data_is_found_out_and_one_half_as_wide_as_it_should_be_too() -> None:
    right = BY_ID["closure_lengths"]
    assert right.log_likelihood is not None
    likely = right.log_likelihood
    other = np.array([2.2, 1.0])  # another sample of closures
    blind = simulation_based(load_evidence(), right, (24.0,), 100, 8000, 11)
    unseen = replace(right, log_likelihood=lambda values, data, design: likely(values, other, design))
    assert min(uneven(places) for places in blind.values()) > 0.001
    found = simulation_based(load_evidence(), unseen, (24.0,), 100, 8000, 11)
    assert min(uneven(places) for places in found.values()) < 1e-4
    narrow = replace(right, log_likelihood=lambda values, data, design: 4.0 * likely(values, data, design))
    found = simulation_based(load_evidence(), narrow, (24.0,), 100, 8000, 11)
    assert min(uneven(places) for places in found.values()) < 1e-4


def test_places_of_too_narrow_a_posterior_are_uneven() -> None:
    rng = np.random.default_rng(1)
    assert uneven(rng.random(100)) > 0.01
    assert uneven(rng.beta(0.35, 0.35, 100)) < 1e-3


@pytest.mark.parametrize("until", [date(2022, 12, 31), date(2023, 9, 14)])
def test_nothing_observed_after_the_day_is_read(until: date) -> None:
    whole, early = load_evidence(), before(load_evidence(), until)

    assert_read_alike(whole, early, until)
    assert all(each.windows[-1].end.toordinal() - 1 <= until.toordinal() for each in figures(whole, until))
    assert first_day(until) < until


@pytest.mark.parametrize("episode", read_episodes().values(), ids=lambda one: one.id)
def test_nothing_observed_in_days_left_out_is_read(episode: Episode) -> None:
    spans = [episode.span]
    clean, bad = (without(one, spans) for one in (load_evidence(), spoiled(load_evidence(), episode.span)))

    assert_read_alike(clean, bad, UNTIL)
    days = [(each.begin, each.end - timedelta(days=1)) for one in figures(clean, UNTIL) for each in one.windows]
    assert not any(overlaps(spans, *each) for each in days)
    scenario = record_to(bad, UNTIL, 1)[0]
    assert scenario == record_to(clean, UNTIL, 1)[0]
    assert scenario.history == record_to(load_evidence(), UNTIL, 1)[0].history  # events drive what comes after


@pytest.mark.parametrize("id", ["truce_2022", pytest.param("rules_2023", marks=pytest.mark.slow)])
def test_a_whole_fit_is_the_same_to_the_last_bit_whatever_the_days_left_out_hold(
    monkeypatch: pytest.MonkeyPatch, id: str
) -> None:
    span = read_episodes()[id].span
    task = CalibrationSpec(worlds=40, rows=30, waves=1, effort=0.01)
    bad = spoiled(load_evidence(), span)
    clean, all_of_it = calibrate(replace(task, without=(span,))), calibrate(task)
    monkeypatch.setattr("regionsim.history.calibrate.load_evidence", lambda: bad)
    again, seen_it = calibrate(replace(task, without=(span,))), calibrate(task)

    assert clean.rows.keys() == again.rows.keys()
    assert all(np.array_equal(clean.rows[name], again.rows[name]) for name in clean.rows)
    assert (clean.lines, clean.figures, clean.left_out) == (again.lines, again.figures, again.left_out)
    assert seen_it.lines != all_of_it.lines  # such rows do move a fit that reads them


def test_rates_count_the_days_that_are_left_and_years_keep_their_places() -> None:
    span = read_episodes()["returns_2016"].span
    left = without(load_evidence(), [span])
    whole, part = (BY_ID["campaigns"].read(one, UNTIL) for one in (load_evidence(), left))
    years = BY_ID["years"].read(left, UNTIL)

    assert whole is not None
    assert part is not None
    assert years is not None
    assert whole.design[0] - part.design[0] == pytest.approx(365 / 365.25)
    assert (whole.n, part.n) == (3, 2)
    assert years.design == (0.0, 1.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0)  # 2014 and on, without 2016 and 2017


def test_a_truce_counts_only_where_all_of_it_is_known_and_no_truce_says_nothing_of_one() -> None:
    whole = load_evidence()
    first = without(whole, [(date(2022, 7, 1), date(2022, 9, 30))])  # within the second truce
    none = without(whole, [(date(2021, 11, 1), date(2021, 12, 31)), (date(2022, 5, 1), date(2022, 11, 30))])
    seen_of_first = BY_ID["truce_ends"].read(first, UNTIL)

    assert seen_of_first is not None
    assert (seen_of_first.figures.tolist(), seen_of_first.n) == ([4.0], 1)
    assert BY_ID["truce_ends"].read(none, UNTIL) is None
    assert BY_ID["under_truce"].read(none, UNTIL) is None


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
        ({"until": date(2026, 2, 1)}, "until: 2026-02-01 is out of range"),
        ({"until": date(2015, 1, 1)}, "until"),
        ({"worlds": 3}, "worlds: 3"),
        ({"rows": 0}, "rows: 0"),
        ({"waves": 0}, "waves: 0"),
        ({"effort": 0.0}, "effort: 0"),
        ({"seed": -1}, "seed: -1"),
        ({"without": ((date(2020, 2, 1), date(2020, 1, 1)),)}, "without: 2020-02-01..2020-01-01 is no span"),
        ({"without": ((date(2025, 1, 1), date(2026, 12, 31)),)}, "without"),
        ({"without": ((date(2022, 1, 1), date(2025, 6, 30)),)}, "without: leaves no day"),
    ],
)
def test_what_is_out_of_range_is_refused(words: dict[str, object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        CalibrationSpec(**words)  # type: ignore[arg-type]


def test_a_small_trial_runs_from_end_to_end_and_again_the_same() -> None:
    task = CalibrationSpec(date(2022, 12, 31), worlds=40, rows=30, waves=2, effort=0.01)
    one, two = calibrate(task), calibrate(task)

    assert one.rows
    assert {values.size for values in one.rows.values()} == {30}
    assert one.rows.keys() == two.rows.keys()
    assert all(np.array_equal(one.rows[name], two.rows[name]) for name in one.rows)
    known = load_evidence().parameters
    assert all(known[n].low <= v.min() and v.max() <= known[n].high for n, v in one.rows.items())
    assert "Attacks from month to month" in one.left_out
    assert all(line.narrowed == (line.name in one.rows) for line in one.lines)
