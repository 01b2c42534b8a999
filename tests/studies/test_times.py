"""Peaks, lowest points and totals, against flows that are known."""

from datetime import date

import numpy as np
import pytest

from regionsim.errors import InputError
from regionsim.indicators import INDICATORS
from regionsim.studies.times import TimeSpan, over, read_at, spans_of, unit_of, weeks_of

START, END = date(2025, 8, 18), date(2028, 8, 18)


def trailing(flow, before):
    """Sums over the trailing 52 weeks of weekly flows (W, weeks) that follow 52 weeks of `before` each."""
    whole = np.concatenate([np.full((len(flow), 52), before), flow], axis=1)
    return np.stack([whole[:, k + 1 : k + 53].sum(axis=1) for k in range(flow.shape[1])], axis=1)


@pytest.mark.parametrize("weeks", [3, 51, 52, 53, 104, 157])
def test_the_total_of_a_yearly_sum_is_what_flowed_in_all_the_weeks(weeks):
    flow = np.random.default_rng(weeks).gamma(2.0, size=(5, weeks))
    flow[:, 0] = 2.0  # as before the start, so that the pace before it is known exactly
    total = over(trailing(flow, 2.0), TimeSpan.TOTAL, "strike_deaths")

    assert total == pytest.approx(flow.sum(axis=1))


def test_the_total_of_a_level_is_its_mean_and_peaks_are_extremes():
    values = np.random.default_rng(0).normal(size=(4, 60))

    assert over(values, TimeSpan.TOTAL, "poverty_rate_border") == pytest.approx(values.mean(axis=1))
    assert over(values, TimeSpan.PEAK, "attacks").tolist() == values.max(axis=1).tolist()
    assert over(values, TimeSpan.LOW, "attacks").tolist() == values.min(axis=1).tolist()
    with pytest.raises(ValueError, match="one week"):
        over(values, TimeSpan.END, "attacks")


def test_units_of_totals_are_no_longer_per_year():
    assert unit_of("persons per year", TimeSpan.TOTAL, "returns") == "persons"
    assert unit_of("USD bn/yr", TimeSpan.TOTAL, "trade_volume") == "USD bn"
    assert unit_of("per year", TimeSpan.PEAK, "attacks") == "per year"
    assert unit_of("share", TimeSpan.TOTAL, "poverty_rate_border") == "share"
    for one in INDICATORS.values():
        assert one.flow == ("trailing year" in one.definition)


def test_words_of_at_are_dates_or_spans_and_all_faults_are_told():
    asked = read_at(["2027", "peak", "end", "first_year", "peak", "total"])

    assert weeks_of(asked, START, END) == [51, 123, 156]
    assert spans_of(asked) == [TimeSpan.PEAK, TimeSpan.TOTAL]
    with pytest.raises(InputError) as caught:
        read_at(["peaks", "2027-13"])
    assert len(caught.value.faults) == 2
    assert "peak" in caught.value.faults[0]
    with pytest.raises(InputError, match="outside the horizon"):
        weeks_of(read_at(["2031"]), START, END)
