"""Levels known on a day: months known are used, waits kept, errors stated, shut gates no loss of demand."""

from datetime import date, timedelta

import numpy as np
import pytest

from regionsim.evidence import load_evidence
from regionsim.evidence.holdout import days_of
from regionsim.evidence.known_levels import known_levels, known_rates
from regionsim.evidence.publication import Known
from regionsim.schema.shocks import BorderClosure

EVIDENCE = load_evidence()
RECORDS = {id: series.records for id, series in EVIDENCE.series.items()}
EVENTS = [event.shock for event in EVIDENCE.timeline.values()]
EXPORTS, YEARS = "trade/pk_exports_to_af_customs_month", "trade/pk_exports_to_af_customs"


def levels(day, records=RECORDS, events=EVENTS):
    return known_levels(Known(records, day, EVIDENCE.waits, days_of), events, EVIDENCE.parameters)


def month(period, value):
    return {"year": int(period[:4]), "period_type": "MON", "period": period, "series": EXPORTS, "value_musd": value}


def only(*rows):
    return {EXPORTS: rows}


def test_a_month_moves_the_level_once_it_is_published_and_makes_it_surer():
    earlier = [row for row in RECORDS[EXPORTS] if row["period"] < "2025-07"]
    records = RECORDS | {EXPORTS: (*earlier, month("2025-07", 60.0))}
    before, after = (levels(day, records)["trade.export_initial"] for day in (date(2025, 8, 29), date(2025, 8, 30)))

    assert before == levels(date(2025, 8, 29))["trade.export_initial"]
    assert after.value < 0.95 * before.value
    assert after.error < before.error
    assert (before.through, after.through) == (date(2025, 6, 30), date(2025, 7, 31))


def test_what_is_not_yet_published_moves_nothing():
    day = date(2024, 3, 1)
    spoilt = {
        id: tuple(row if "list" in row or days_of(row)[1] < day - timedelta(days=1) else
                  row | {name: 9e5 for name in ("value", "events", "value_musd") if row.get(name)} for row in rows)
        for id, rows in RECORDS.items()
    }  # fmt: skip
    later = [shock for shock in EVENTS if shock.on < day]

    assert levels(day, spoilt, later) == levels(day)


@pytest.mark.parametrize("year", range(2015, 2026))
def test_every_year_has_levels_in_range_with_errors_of_a_size_to_believe(year):
    found = levels(date(year, 8, 1))

    assert found.keys() >= {"trade.export_initial", "trade.import_initial", "trade.transit_initial",
                            "violence.attacks_initial", "history.fatalities", "violence.share_baloch"}  # fmt: skip
    for name, level in found.items():
        parameter = EVIDENCE.parameters[name]
        assert parameter.low <= level.value <= parameter.high, name
        assert name == "history.fatalities" or 0.05 < level.error < 1.2, name


def test_the_level_is_that_of_open_gates():
    rows = [month(f"2024-{m:02d}", 50.0) for m in range(1, 13)]
    shut = BorderClosure.model_validate({
        "kind": "border_closure", "on": date(2024, 1, 1), "crossing": "torkham", "for": "366 days", "by": "pakistan",
    })  # fmt: skip
    gone = shut.model_copy(update={"crossing": "all"})
    day = date(2025, 3, 1)
    half, whole = (levels(day, only(*rows), events)["trade.export_initial"].value for events in ([], [shut]))

    assert half == pytest.approx(0.6, rel=0.05)
    assert whole == pytest.approx(half / 0.45, rel=0.1)  # 0.55 of goods pass at Torkham
    assert "trade.export_initial" not in levels(day, only(*rows), [gone])


def test_a_harvest_is_no_growth():
    name, parameters = "trade/pk_imports_from_af_customs_month", EVIDENCE.parameters
    weeks = (np.arange(12) + 0.5) * 52.0 / 12.0
    wave = np.exp(parameters["trade.season_import"].value
                  * np.cos(2 * np.pi / 52 * (weeks - parameters["trade.season_import_peak"].value)))  # fmt: skip
    rows = [month(f"2023-{m + 1:02d}", 40.0 * value / wave.mean()) for m, value in enumerate(wave)]

    found = [levels(date(2024, 2, 1), {name: rows[:m]}, [])["trade.import_initial"].value for m in (4, 8, 12)]

    assert found == pytest.approx([0.48, 0.48, 0.48], rel=0.03)


def test_attacks_of_an_early_year_are_read_from_other_sources_with_a_larger_error():
    pips = "attacks_annual/pips_terrorist_attacks"
    alone = levels(date(2014, 2, 1), {pips: RECORDS[pips]})["violence.attacks_initial"]
    months = levels(date(2025, 8, 1))["violence.attacks_initial"]

    of_2013 = next(row["value"] for row in RECORDS[pips] if row["year"] == 2013)
    assert alone.value == pytest.approx(of_2013 / EVIDENCE.parameters["measurement.pips_per_picss"].value, rel=0.15)
    assert alone.error > 1.5 * months.error


def test_a_source_published_late_has_the_rate_that_its_months_and_those_of_picss_leave():
    def rows(years, events):
        head = {"area": "Pakistan (all)", "group": "all militant groups"}
        return [head | {"year": y, "month": m, "events": events} for y in years for m in range(1, 13)]

    picss = {"attacks_monthly/picss_monthly_national": rows(range(2016, 2019), 40)}
    ucdp = {"attacks_monthly/ucdp_lethal_events": rows(range(2000, 2018), 8)}

    def rate(records):
        known = Known(records, date(2019, 5, 1), EVIDENCE.waits, days_of)  # UCDP appears to 2017
        return known_rates(known, EVIDENCE.parameters)["attacks_ucdp"]

    declared = np.log(EVIDENCE.parameters["measurement.ucdp_per_picss"].value)
    (late, error), (alone, unsure) = rate(picss | ucdp), rate(picss)
    assert np.log(0.2) < late < (np.log(0.2) + declared) / 2.0
    assert alone == pytest.approx(declared)
    assert error < 0.8 * unsure
    assert known_rates(Known({}, date(2019, 5, 1), EVIDENCE.waits, days_of), EVIDENCE.parameters) == {}


def test_the_weight_of_baloch_groups_follows_the_share_of_their_province():
    area, head = "attacks_monthly/picss_monthly_province", {"group": "all militant groups"}

    def of(south, north):
        counts = {"Balochistan": south, "KP incl. former FATA": north}
        rows = [head | {"year": 2025, "month": m, "area": place, "events": n} for m in range(1, 6)
                for place, n in counts.items()]  # fmt: skip
        return levels(date(2025, 7, 1), {area: rows})["violence.share_baloch"]

    declared = EVIDENCE.parameters["violence.share_baloch"]
    assert of(20, 60).value < of(30, 50).value < declared.value < of(60, 20).value
    assert of(30, 50).error < (np.log(declared.draw.high) - np.log(declared.draw.low)) / np.sqrt(12.0)
