"""An observed timeline in a scenario: what it plays, how single events are struck, moved or added, and its faults."""

from datetime import date
from pathlib import Path

import pytest

from regionsim.errors import InputError
from regionsim.scenario import Scenario, from_resolved, load
from regionsim.scenario.show import show
from regionsim.schema.shocks import BorderClosure

HEAD = "format: 1\ntitle: Timeline\nstart: 2023-11-20\nend: 2025-06-30\n"
TORKHAM = "closure_torkham_2025_02_21"
ADDED = "{id: extra, kind: visit, on: 2024-05-01}"


@pytest.fixture
def scenario(tmp_path: Path) -> "Loader":
    return Loader(tmp_path / "told.yaml")


class Loader:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, text: str, head: str = HEAD) -> Scenario:
        self.path.write_text(head + text + "\n", encoding="utf-8")
        return load(self.path)


def test_events_of_the_horizon_are_played_under_their_own_names(scenario: Loader) -> None:
    history = {shock.id: shock for shock in scenario("timeline: observed").history}

    assert TORKHAM in history
    assert "closure_torkham_2023_09_06" not in history
    assert all(date(2023, 11, 20) <= shock.on <= date(2025, 6, 30) for shock in history.values())
    assert [shock.on for shock in history.values()] == sorted(shock.on for shock in history.values())


def test_what_began_before_the_start_acts_for_what_is_left_and_an_order_does_not(scenario: Loader) -> None:
    history = {shock.id: shock for shock in scenario("timeline: observed").history}
    sit_in = history["closure_chaman_2023_10_21"]

    assert isinstance(sit_in, BorderClosure)
    assert (sit_in.on, sit_in.days) == (date(2023, 11, 20), 274 - 30)
    assert "expulsion_2023_10_03" not in history  # in force for 120 days, but it fades: the start holds what it left


def test_single_events_are_struck_moved_and_added(scenario: Loader) -> None:
    text = f"{{base: observed, remove: [strike_2024_12_24], move: {{{TORKHAM}: 2024-07-01}}, add: [{ADDED}]}}"
    history = {shock.id: shock for shock in scenario(f"timeline: {text}").history}

    assert "strike_2024_12_24" not in history
    assert history[TORKHAM].on == date(2024, 7, 1)
    assert history["extra"].on == date(2024, 5, 1)


def test_the_takeover_can_be_struck_or_moved(scenario: Loader) -> None:
    head = HEAD.replace("2023-11-20", "2014-01-06")
    struck = scenario("timeline: {base: observed, remove: [takeover_2021_08_15, operation_2014_06_15]}", head)
    moved = scenario("timeline: {base: observed, move: {takeover_2021_08_15: 2019-08-15}}", head)
    when = {shock.id: shock.on for shock in moved.history}

    assert not {"takeover_2021_08_15", "operation_2014_06_15"} & {shock.id for shock in struck.history}
    assert when["takeover_2021_08_15"] == date(2019, 8, 15)
    assert {"truce_2014_03_01", "expulsion_por_2016_07_01", "talks_2018_07_22"} <= when.keys()


def test_an_event_may_be_moved_into_the_future(scenario: Loader) -> None:
    head = HEAD.replace("2023-11-20", "2026-02-02").replace("2025-06-30", "2026-08-18")
    found = scenario(f"timeline: {{base: observed, move: {{{TORKHAM}: 2026-02-21}}}}", head)

    running = ("closure_all_2025_10_12", date(2026, 2, 2))  # not over by the end of the record
    assert [(shock.id, shock.on) for shock in found.history] == [running, (TORKHAM, date(2026, 2, 21))]


def test_the_timeline_decides_numbers_and_survives_writing(scenario: Loader) -> None:
    plain, played = scenario(""), scenario("timeline: observed")
    changed = scenario("timeline: {base: observed, remove: [strike_2024_12_24]}")
    keys = [one.numbers_key() for one in (plain, played, changed)]

    assert plain.history == ()
    assert "history" not in keys[0]
    assert keys[0] != keys[1] != keys[2]
    assert len(keys[1]["history"]) == len(keys[2]["history"]) + 1
    for one in (plain, played, changed):
        assert from_resolved(one.resolved_yaml(), one.name) == one


def test_show_lists_what_is_played_and_still_reads_back(scenario: Loader, tmp_path: Path) -> None:
    found = scenario("timeline: observed")
    text = show(scenario.path)
    (tmp_path / "again.yaml").write_text(text, encoding="utf-8")

    assert f"# the timeline plays {len(found.history)} events:" in text
    assert f"id: {TORKHAM}, on: 2025-02-21, kind: border_closure, crossing: torkham, for: 26 days" in text
    assert load(tmp_path / "again.yaml").history == found.history


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("timeline: {base: observed, remove: [closure_torkham_2025_02_12]}", f"did you mean {TORKHAM}"),
        ("timeline: {base: observed, move: {strike_2024_12_42: 2024-01-01}}", "did you mean strike_2024_12_24"),
        (f"timeline: {{base: observed, move: {{{TORKHAM}: 2026-01-01}}}}", "2026-01-01 is outside the horizon"),
        (
            f"timeline: {{base: observed, remove: [{TORKHAM}], move: {{{TORKHAM}: 2024-01-01}}}}",
            "is removed as well",
        ),
        (
            "timeline: {base: observed, add: [{kind: visit, on: 2026-01-01}]}",
            r"add\.0\.on: 2026-01-01 is out",
        ),
        (f"timeline: {{base: observed, add: [{ADDED}, {ADDED}]}}", "'extra' is taken by another shock"),
        (f"timeline: {{base: observed, add: [{ADDED}]}}\nshocks: [{ADDED}]", "'extra' is taken by another shock"),
        (
            f"timeline: observed\nshocks: [{{id: {TORKHAM}, kind: visit, on: 2024-01-01}}]",
            "is taken by an event of the timeline",
        ),
    ],
)
def test_faults_are_told(scenario: Loader, text: str, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        scenario(text)


def test_a_horizon_without_events_and_a_start_without_a_state_are_refused(scenario: Loader) -> None:
    after = HEAD.replace("2023-11-20", "2026-02-02").replace("2025-06-30", "2026-08-18")
    with pytest.raises(InputError, match="no observed event acts within the horizon"):
        scenario("timeline: {base: observed, remove: [closure_all_2025_10_12]}", after)
    with pytest.raises(InputError, match="2010-01-01 is before the first state of the record"):
        scenario("", HEAD.replace("2023-11-20", "2010-01-01"))
