"""`compare` and `why` from the command line, on the model: what if Torkham had stayed open in February 2025?"""

import json
from datetime import date

import numpy as np
import pytest

from regionsim.runs import open_run
from regionsim.scenario import load
from tests.conftest import Command

WORLDS = 6
SETS = ("start=2025-01-06", "end=2025-04-14", "parameters.size.households=400", "parameters.size.traders=100")
WORDS = ("--worlds", WORLDS, *(word for one in SETS for word in ("--set", one)), "--no-figures")
EVENT = "closure_torkham_2025_02_21"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("runs"))


def test_all_is_equal_until_the_event_that_is_struck_and_then_differs_by_it(regionsim: Command, folder: str) -> None:
    words = ("--indicator", "closure_days[torkham]", "--indicator", "trade_bilateral", "--at", "2025-02-17")
    said = regionsim("compare", "history_torkham_open", *WORDS, *words, "--out", folder, "--json")
    assert said.code == 0, said.err
    found = json.loads(said.out)
    before, after, trade_before, trade_after = found["rows"]

    assert found["baseline"] == "history_2023"
    assert found["notes"] == []
    assert before["identical"]
    assert trade_before["identical"]
    record = {shock.id: shock for shock in load("history_2023").history}
    assert after["mean"] == pytest.approx(-record[EVENT].days, abs=1.5)  # type: ignore[union-attr]  # a closure
    assert after["better"] == 1.0
    assert trade_after["mean"] > 0.0
    assert record[EVENT].on.isoformat() <= after["clear_from"] <= "2025-03-03"

    base, arm = (open_run(one["path"]) for one in found["runs"])
    week = (record[EVENT].on - date(2025, 1, 6)).days // 7
    for name in base.indicators:  # all other chance is equal
        np.testing.assert_array_equal(base.values(name)[:, :week], arm.values(name)[:, :week], err_msg=name)


def test_why_lays_the_whole_on_the_event(regionsim: Command, folder: str) -> None:
    said = regionsim(
        "why", "history_torkham_open", *WORDS, "--indicator", "closure_days[torkham]", "--out", folder, "--json"
    )
    assert said.code == 0, said.err
    found = json.loads(said.out)

    assert [one["path"] for one in found["overrides"]] == [f"timeline.{EVENT}"]
    total, part = found["parts"]
    assert (total["kind"], part["kind"]) == ("total", "part")
    assert total["mean"] == part["mean"] < -20.0
    assert part["share"] == 1.0


def test_the_table_names_dates_shares_and_the_rule(regionsim: Command, folder: str) -> None:
    said = regionsim("compare", "history_torkham_open", *WORDS, "--out", folder)

    assert said.code == 0, said.err
    for words in (
        "Torkham stays open",
        "better/worse",
        f"{WORLDS} pairs of worlds",
        "Clear from:",
        "pairing",
        "folder",
    ):
        assert words in said.out
    quiet = regionsim("compare", "history_torkham_open", *WORDS, "--out", folder, "--quiet")
    assert len(quiet.out.splitlines()) == 1


def test_the_cost_is_said_before_anything_is_played(regionsim: Command, empty: object) -> None:
    said = regionsim("why", "trade_push", "--worlds", 3, "--dry-run")
    assert said.code == 0, said.err
    assert "6 overrides, every subset: 64 arms of 3 worlds" in said.out
    assert "time about" in said.out
    nine = regionsim("why", "security_and_economy", "--worlds", 3, "--dry-run", "--json")
    assert json.loads(nine.out)["exact"] is False
    assert list(empty.iterdir()) == []  # type: ignore[attr-defined]


def test_wrong_input_is_told_on_one_line_each(regionsim: Command, empty: object) -> None:
    said = regionsim("compare", "trade_push", "--indicator", "tradevolume", "--indicator", "attacks@2030")
    assert said.code == 2
    assert len(said.err.splitlines()) == 2
    said = regionsim("compare", "collapse_averted", "trade_push")
    assert said.code == 2
    assert "choose one with --baseline" in said.err
    said = regionsim("compare", "history_2023", "--baseline", "status_quo")
    assert said.code == 2
    assert "starts on 2023-01-02" in said.err
    assert list(empty.iterdir()) == []  # type: ignore[attr-defined]
    said = regionsim("why", "status_quo")
    assert said.code == 2
    assert "in nothing that affects results" in said.err
