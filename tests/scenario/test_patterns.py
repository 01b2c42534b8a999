"""One entry that stands for several shocks: every year, at several crossings."""

import pickle
from datetime import date
from pathlib import Path

import pytest

from regionsim.errors import InputError
from regionsim.scenario import Scenario, from_resolved, load
from regionsim.scenario.keys import kind_of
from regionsim.scenario.marks import key_lines, marks, shock_text
from regionsim.scenario.patterns import dates
from regionsim.scenario.show import show
from regionsim.scenario.truncate import ending, lost
from regionsim.schema.durations import Duration, in_words, later, parse_duration, write_days, written
from regionsim.studies.overrides import mixed, players

from .names import NAMES

HEAD = "format: 1\ntitle: x\nstart: 2025-08-18\nend: 2030-08-18\n"
YEARLY = (
    "{id: autumn, kind: border_closure, crossing: [torkham, chaman], on: 2026-10-01, for: 6 weeks, "
    "by: pakistan, every: 1 year, until: 2029-10-01}"
)
BY_HAND = """\
  - {id: autumn_1, kind: border_closure, crossing: torkham, on: 2026-10-01, for: 42 days, by: pakistan}
  - {id: autumn_2, kind: border_closure, crossing: chaman, on: 2026-10-01, for: 6 weeks, by: pakistan}
  - {id: autumn_3, kind: border_closure, crossing: torkham, on: 2027-10-01, for: 6 weeks, by: pakistan}
  - {id: autumn_4, kind: border_closure, crossing: chaman, on: 2027-10-01, for: 6 weeks, by: pakistan}
  - {id: autumn_5, kind: border_closure, crossing: torkham, on: 2028-10-01, for: 6 weeks, by: pakistan}
  - {id: autumn_6, kind: border_closure, crossing: chaman, on: 2028-10-01, for: 6 weeks, by: pakistan}
"""


def scenario(folder: Path, *shocks: str, head: str = HEAD, name: str = "x", sets: tuple[str, ...] = ()) -> Scenario:
    listed = "shocks:\n" + "".join(f"  - {shock}\n" for shock in shocks) if shocks else ""
    path = folder / f"{name}.yaml"
    path.write_text(head + listed, encoding="utf-8")
    return load(path, vocabulary=NAMES, sets=sets)


def test_a_pattern_is_the_same_to_the_model_as_its_shocks_written_out(tmp_path: Path) -> None:
    pattern = scenario(tmp_path, YEARLY)
    written_out = scenario(tmp_path, head=f"{HEAD}shocks:\n{BY_HAND}", name="y")

    assert len(pattern.shocks) == 1
    assert pattern.single_shocks == written_out.shocks == written_out.single_shocks
    assert pattern.numbers_key() == written_out.numbers_key()


def test_a_resolved_pattern_stays_as_it_was_written(tmp_path: Path) -> None:
    made = scenario(tmp_path, YEARLY, "{kind: visit, on: start + 1 year, every: 6 months, times: 3}")

    assert from_resolved(made.resolved_yaml(), "x", vocabulary=NAMES) == made
    assert "for: 6 weeks\n" in made.resolved_yaml()
    assert "every: 1 year\n" in made.resolved_yaml()
    assert pickle.loads(pickle.dumps(made)).resolved_yaml() == made.resolved_yaml()


def test_without_a_limit_a_pattern_repeats_to_the_end(tmp_path: Path) -> None:
    made = scenario(tmp_path, "{kind: visit, on: 2025-08-18, every: 1 year}")

    assert [shock.on for shock in made.single_shocks] == [date(2025 + k, 8, 18) for k in range(5)], "not the end itself"


def test_a_shorter_horizon_cuts_what_repeats_and_faults_only_what_its_own_file_counts(tmp_path: Path) -> None:
    entry = "{kind: visit, on: 2026-01-01, every: 1 year, times: 4}"
    full = scenario(tmp_path, entry)
    cut = scenario(tmp_path, entry, sets=("end=2027-06-01",))
    once = scenario(tmp_path, entry, sets=("end=2026-06-01",))

    assert [len(each.single_shocks) for each in (full, cut, once)] == [4, 2, 1]
    assert once.shocks[0].every is None
    assert ending(full, date(2027, 6, 1)).shocks == cut.shocks
    assert lost(full, ending(full, date(2027, 6, 1))) == []
    assert lost(full, ending(full, date(2025, 12, 1))) == ["shocks.visit"]
    with pytest.raises(InputError, match=r"x\.yaml:6:.*times: 4 times are too many.*at most 2"):
        scenario(tmp_path, entry, head=HEAD.replace("2030-08-18", "2027-06-01"))


def test_set_reaches_a_pattern_by_its_id(tmp_path: Path) -> None:
    made = scenario(tmp_path, YEARLY, sets=("shocks.autumn.for=2 weeks", "shocks.autumn.crossing=all"))

    assert len(made.single_shocks) == 3
    assert {getattr(shock, "days", 0) for shock in made.single_shocks} == {14.0}
    assert kind_of(made, "shocks.autumn.every") == "duration"
    assert kind_of(made, "shocks.autumn.crossing") == "name"


def test_an_added_event_of_the_timeline_may_repeat(tmp_path: Path) -> None:
    head = "format: 1\nextends: history_2023\ntitle: x\ntimeline:\n  base: observed\n  add:\n"
    path = tmp_path / "x.yaml"
    path.write_text(head + "    - {kind: accusation, on: 2024-01-01, every: 1 month, times: 5}\n", encoding="utf-8")
    events = [event for event in load(path).history if event.id is None]

    assert [event.on.month for event in events] == [1, 2, 3, 4, 5]


def test_why_takes_a_pattern_for_one_change(tmp_path: Path) -> None:
    base, made = scenario(tmp_path, name="y"), scenario(tmp_path, YEARLY, "{kind: visit, on: 2026-01-01}")
    found = players(base, made)

    assert [player.path for player in found] == ["shocks.autumn", "shocks.visit_2026-01-01"]
    assert found[0].words == "Torkham and Chaman closed for 6 weeks, every year until 2029-10-01, from 01 Oct 2026"
    assert len(mixed(base, made, frozenset({"shocks.autumn"})).single_shocks) == 6


def test_a_pattern_is_shown_as_written_with_its_dates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario(tmp_path, YEARLY)
    monkeypatch.chdir(tmp_path)
    text = show("x.yaml", vocabulary=NAMES)

    assert "every: 1 year  # x.yaml:6" in text
    assert "crossing: [torkham, chaman]  # x.yaml:6" in text
    assert "# shocks.autumn stands for 6 shocks: Torkham and Chaman closed for 6 weeks" in text
    assert "#   2026-10-01, 2027-10-01, 2028-10-01\n" in text


def test_the_axis_marks_each_time_and_its_key_says_it_once(tmp_path: Path) -> None:
    made = scenario(tmp_path, YEARLY, "{kind: visit, on: 2027-12-01}")
    dated = marks(made)

    assert [mark.start.year for mark in dated] == [2026, 2027, 2027, 2028]
    assert key_lines(dated) == [
        "1  01 Oct 2026: Torkham and Chaman closed for 6 weeks, every year until 2029-10-01",
        "3  01 Dec 2027: visit",
    ]


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        (
            "{kind: border_closure, crossing: all, on: 2026-01-01, for: 10 days, by: both}",
            "All crossings closed for 10 d",
        ),
        ("{kind: border_opening, crossing: ghulam_khan, on: 2026-01-01}", "Ghulam Khan opened"),
        ("{kind: visit, on: 2026-01-01, every: 6 months, times: 3}", "visit, every 6 months, 3 times in all"),
        ("{kind: ceasefire, group: ttp, on: 2026-01-01, for: 6 months}", "ceasefire, TTP"),
    ],
)
def test_a_shock_in_words(entry: str, text: str, tmp_path: Path) -> None:
    assert shock_text(scenario(tmp_path, entry).shocks[0]).startswith(text)


@pytest.mark.parametrize(
    ("first", "every", "third"),
    [
        ("2026-10-01", "1 year", "2028-10-01"),
        ("2028-02-29", "1 year", "2030-02-28"),
        ("2026-01-31", "1 month", "2026-03-31"),
        ("2026-01-01", "4 weeks", "2026-02-26"),
        ("2026-01-01", "10 days", "2026-01-21"),
        ("2026-01-01", "1.5 months", "2026-04-02"),
    ],
)
def test_months_and_years_go_by_the_calendar(first: str, every: str, third: str) -> None:
    assert later(date.fromisoformat(first), parse_duration(every), 2) == date.fromisoformat(third)


def test_a_faulty_interval_does_not_run_on(tmp_path: Path) -> None:
    made = scenario(tmp_path, "{kind: visit, on: 2026-01-01, every: 1 year}").shocks[0]
    endless = made.model_copy(update={"every": Duration(1e-9, "0.000000001 days")})

    assert len(dates(endless, date(2030, 1, 1))) == 2001


def test_durations_keep_their_text() -> None:
    weeks = parse_duration(" 6  weeks ")

    assert (weeks, written(weeks), in_words(weeks), write_days(weeks)) == (42.0, "6 weeks", "6 weeks", "42 days")
    assert (written(2.0 * weeks), in_words(2.0 * weeks), in_words(10.0)) == ("84 days", "12 weeks", "10 days")
    assert pickle.loads(pickle.dumps(weeks)).text == "6 weeks"
