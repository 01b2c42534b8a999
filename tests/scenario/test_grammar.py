"""What a scenario file may say, key by key."""

from datetime import date
from pathlib import Path

import pytest

from regionsim.errors import InputError
from regionsim.scenario import Scenario, load
from regionsim.scenario.schema import DEFAULT_SEED, DEFAULT_WORLDS
from regionsim.schema.durations import parse_duration, write_days
from regionsim.schema.quantities import Triangular, read_quantity
from regionsim.schema.shocks import BorderClosure, Visit

from .names import NAMES, VALID

LEAST = "format: 1\ntitle: Least\nstart: 2025-08-18\nend: 2026-08-18\n"


def written(folder: Path, text: str, name: str = "mine") -> Scenario:
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, vocabulary=NAMES)


def faults(folder: Path, text: str) -> str:
    with pytest.raises(InputError) as caught:
        written(folder, text)
    return str(caught.value)


def test_every_key_is_read(tmp_path: Path) -> None:
    scenario = written(tmp_path, VALID)

    assert scenario.name == "mine"
    assert (scenario.title, scenario.question) == ("A valid scenario", "Does every key read?")
    assert scenario.evidence == ("SC02", "MA84")
    assert scenario.baseline == "status_quo"
    assert (scenario.start, scenario.end, scenario.weeks) == (date(2025, 8, 18), date(2027, 8, 18), 105)
    assert (scenario.worlds, scenario.seed, scenario.draws, scenario.timeline) == (40, 7, "prior", "none")
    assert scenario.parameters["trade.potential"] == 10.0
    assert scenario.parameters["security.ttp_strength_initial"] == Triangular(
        distribution="triangular", low=5000, mode=6250, high=7500
    )
    lever = scenario.levers["trade_facilitation"]
    assert (lever.from_, lever.intensity, lever.ramp_days, lever.ramp_weeks) == (date(2026, 1, 1), 0.8, 364.0, 52.0)
    assert lever.until is None
    assert scenario.levers["joint_border_management"].until == date(2027, 1, 1)
    closure, visit = scenario.shocks
    assert isinstance(closure, BorderClosure)
    assert (closure.id, closure.crossing, closure.days, closure.by) == ("autumn", "torkham", 28.0, "pakistan")
    assert closure.flows == ("cargo", "pedestrians")
    assert isinstance(visit, Visit)
    assert [one.in_ for one in scenario.expect] == [">= 80% of worlds", ">= 90% of pairs"]


def test_what_is_left_out_has_a_default(tmp_path: Path) -> None:
    scenario = written(tmp_path, LEAST)

    assert (scenario.worlds, scenario.seed, scenario.draws) == (DEFAULT_WORLDS, DEFAULT_SEED, "prior")
    assert (scenario.baseline, scenario.question, scenario.timeline) == ("status_quo", "", "none")
    assert (scenario.parameters, scenario.levers, scenario.shocks, scenario.expect) == ({}, {}, (), ())


def test_a_lever_is_pulled_fully_at_once_and_to_the_end_unless_said(tmp_path: Path) -> None:
    lever = written(tmp_path, LEAST + "levers: {route_security: {from: 2026-01-01}}\n").levers["route_security"]

    assert (lever.intensity, lever.ramp_days, lever.until) == (1.0, 0.0, None)


@pytest.mark.parametrize(
    "shock",
    [
        "kind: border_closure, crossing: all, for: 10 days, by: both, flows: [cargo, pedestrians, returnees, aid]",
        "kind: border_closure, crossing: chaman, for: 9 months, by: protesters",
        "kind: ceasefire, group: ttp, for: 3 months",
        "kind: ceasefire_end, group: ttp",
        "kind: attack_campaign, group: baloch, for: 8 weeks, multiplier: 1.5",
        "kind: expulsion_order, for: 6 weeks, statuses: [acc, undocumented], multiplier: 100",
        "kind: status_change, status: por, to: lapsed",
        "kind: airstrike, deaths: 0",
        "kind: aid_cut, for: 12 months, share: 1",
        "kind: refugee_wave, for: 2.5 months, persons: 600000",
        "kind: visit",
        "kind: accusation",
    ],
)
def test_every_shock_is_read(shock: str, tmp_path: Path) -> None:
    scenario = written(tmp_path, f"{LEAST}shocks:\n  - {{on: 2026-01-01, id: it, {shock}}}\n")

    assert f"kind: {scenario.shocks[0].kind}" in shock


@pytest.mark.parametrize(
    "distribution",
    [
        "uniform, low: 2, high: 3",
        "loguniform, low: 2, high: 3",
        "triangular, low: 2, mode: 2, high: 3",
        "normal, mean: 5, sd: 100",
        "lognormal, median: 5, sigma: 0.5",
        "beta, a: 2, b: 2, low: 1, high: 50",
        "choice, values: [1, 2.5, 50]",
    ],
)
def test_every_distribution_is_read(distribution: str, tmp_path: Path) -> None:
    scenario = written(tmp_path, f"{LEAST}parameters: {{trade.potential: {{distribution: {distribution}}}}}\n")
    drawn = scenario.parameters["trade.potential"]

    assert not isinstance(drawn, float)
    assert distribution.startswith(drawn.distribution)


def test_a_beta_distribution_without_ends_must_fit_between_0_and_1(tmp_path: Path) -> None:
    beta = "{distribution: beta, a: 2, b: 2}"

    assert written(tmp_path, f"{LEAST}parameters: {{trade.habit: {beta}}}\n").parameters
    assert "low: 0 is out of range (allowed: 1 to 50 USD bn/yr)" in faults(
        tmp_path, f"{LEAST}parameters: {{trade.potential: {beta}}}\n"
    )


# -- scalars: YAML 1.2, not 1.1 --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["NO", "no", "yes", "on", "Off", "12:30", "0777x", "1_000", "2025-08-18", "0b11", "="])
def test_words_that_yaml_1_1_would_change_stay_text(text: str, tmp_path: Path) -> None:
    assert written(tmp_path, LEAST.replace("Least", text)).title == text


@pytest.mark.parametrize(("text", "number"), [("0o17", 15), ("0x1F", 31), ("0777", 777), ("+5", 5), ("007", 7)])
def test_whole_numbers_follow_the_core_schema(text: str, number: int, tmp_path: Path) -> None:
    assert written(tmp_path, f"{LEAST}seed: {text}\n").seed == number


@pytest.mark.parametrize(("text", "number"), [("5e-1", 0.5), (".5", 0.5), ("0.", 0.0), ("1", 1.0), ("+1.0E-1", 0.1)])
def test_numbers_follow_the_core_schema(text: str, number: float, tmp_path: Path) -> None:
    scenario = written(tmp_path, f"{LEAST}parameters: {{trade.habit: {text}}}\n")

    assert scenario.parameters == {"trade.habit": number}


def test_texts_may_be_quoted_folded_or_literal(tmp_path: Path) -> None:
    text = LEAST + "question: >\n  one\n  two\n"

    assert written(tmp_path, text).question == "one two\n"
    assert written(tmp_path, LEAST + "question: |\n  one\n  two\n").question == "one\ntwo\n"
    assert written(tmp_path, LEAST + 'question: "caf\\u00e9: \\"x\\""\n').question == 'café: "x"'
    assert written(tmp_path, LEAST + "question: 'it''s'\n").question == "it's"


def test_a_byte_order_mark_windows_lines_and_a_document_start_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + ("---\n" + VALID).replace("\n", "\r\n").encode())

    assert load(path, vocabulary=NAMES) == written(tmp_path, VALID)


# -- units and dates -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("10 days", 10),
        ("1 day", 1),
        ("4 weeks", 28),
        ("4weeks", 28),
        ("1 week", 7),
        ("6 months", 182.625),
        ("1.5 days", 1.5),
        ("1 year", 365.25),
        ("2 years", 730.5),
    ],
)
def test_durations_carry_their_unit(text: str, days: float) -> None:
    assert parse_duration(text) == days
    assert parse_duration(write_days(days)) == days


@pytest.mark.parametrize("days", [1e-9, 0.1, 1 / 3, 30.4375, 21960.0])
def test_a_duration_is_written_so_that_it_reads_the_same(days: float) -> None:
    assert parse_duration(write_days(days)) == days


@pytest.mark.parametrize(
    "text", ["10 USD bn/yr", "10USD bn/yr", " 10.0   USD   bn/yr ", "1e1 USD bn/yr", "+10. USD bn/yr"]
)
def test_a_quantity_in_the_declared_unit_is_a_number(text: str) -> None:
    assert read_quantity(text, "USD bn/yr") == 10.0


def test_a_number_of_a_parameter_without_unit_may_stand_as_text() -> None:
    assert read_quantity("0.5", "") == 0.5
    with pytest.raises(ValueError, match="the unit is 'share', must be ''"):
        read_quantity("0.5 share", "")


def test_a_leap_day_is_a_date_and_its_neighbour_is_not(tmp_path: Path) -> None:
    assert written(tmp_path, LEAST.replace("2026-08-18", "2028-02-29")).weeks == 133
    assert "'2027-02-29' is not a day of the calendar" in faults(tmp_path, LEAST.replace("2026-08-18", "2027-02-29"))


def test_sixty_years_from_a_leap_day_are_allowed(tmp_path: Path) -> None:
    text = LEAST.replace("2025-08-18", "2024-02-29")

    assert written(tmp_path, text.replace("2026-08-18", "2084-02-29")).weeks == 3131
    assert "2084-03-02 makes the horizon too long" in faults(tmp_path, text.replace("2026-08-18", "2084-03-02"))


# -- faults ----------------------------------------------------------------------------------------------------------


def test_every_fault_is_listed_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = VALID.replace("worlds: 40", "worlds: none").replace("draws: prior", "drawz: prior")
    text = text.replace("intensity: 0.8", "intensity: 8").replace("torkham", "torkam").replace("trade_volume", "trade")
    found = faults(tmp_path, text).splitlines()

    assert [line.split(": ")[1] for line in found] == [
        "worlds",
        "drawz",
        "levers.trade_facilitation.intensity",
        "shocks.0.crossing",
        "expect.0.that",
        "expect.1.that",
    ]
    numbers = [int(line.removeprefix(str(tmp_path / "mine.yaml")).split(":")[1]) for line in found]
    assert numbers == sorted(numbers)


def test_a_fault_of_yaml_does_not_hide_faults_before_it(tmp_path: Path) -> None:
    found = faults(tmp_path, VALID.replace("seed: 7", "seed: 7\nseed: 8").replace("draws: prior", "draws: &a prior"))

    assert "the key is given twice" in found
    assert "anchor &a is not allowed" in found


@pytest.mark.parametrize("key", ["levers", "parameters", "shocks", "expect", "evidence"])
def test_an_empty_collection_is_allowed(key: str, tmp_path: Path) -> None:
    empty = "{}" if key in ("levers", "parameters") else "[]"

    assert not getattr(written(tmp_path, f"{LEAST}{key}: {empty}\n"), key)


def test_a_fault_is_one_printable_line_whatever_the_file_holds(tmp_path: Path) -> None:
    text = LEAST + '"two\\nlines": 1\nworlds: "a\\nb\u2066c' + "x" * 500 + '"\n'
    found = faults(tmp_path, text)

    assert all(line.isprintable() and len(line) < 500 for line in found.splitlines())
    assert len(found.splitlines()) == 2


def test_a_resolved_scenario_cannot_be_changed(tmp_path: Path) -> None:
    scenario = written(tmp_path, VALID)
    with pytest.raises(ValueError, match="frozen"):
        scenario.worlds = 3  # type: ignore[misc]


def test_what_decides_the_numbers_leaves_the_words_out(tmp_path: Path) -> None:
    one = written(tmp_path, VALID)
    words = VALID.replace("A valid scenario", "Another title").replace("worlds: 40", "worlds: 80")
    other = written(tmp_path, words.replace("Does every key read?", "x").replace("trade grows", "y"), name="other")
    deeds = written(tmp_path, VALID.replace("intensity: 0.8", "intensity: 0.81"))

    assert one.numbers_key() == other.numbers_key()
    assert one.numbers_key() != deeds.numbers_key()
    assert set(one.numbers_key()) == {
        "format", "start", "end", "seed", "draws", "parameters", "levers", "deals", "shocks", "timeline",
    }  # fmt: skip
