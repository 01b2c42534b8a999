"""NumPy's, pandas' and the calendar's values are plain ones behind the doors of the Python API."""

import datetime

import numpy as np
import pandas as pd
import pytest

import regionsim as rs
from regionsim.doors import number, plain_value, texts, whole
from regionsim.errors import InputError

PLAIN = [
    (np.int64(3), 3),
    (np.array(3), 3),
    (np.float32(0.5), 0.5),
    (np.bool_(True), True),
    (np.str_("a"), "a"),
    (np.array([1, 2]), [1, 2]),
    (np.array([[1.5], [2.5]]), [[1.5], [2.5]]),
    (pd.Series([1, 2]), [1, 2]),
    (range(2), [0, 1]),
    ((1, np.int8(2)), [1, 2]),
    ({np.str_("k"): np.arange(2)}, {"k": [0, 1]}),
    (datetime.date(2026, 1, 2), "2026-01-02"),
    (datetime.datetime(2026, 1, 2), "2026-01-02"),
    (pd.Timestamp("2026-01-02"), "2026-01-02"),
    (np.datetime64("2026-01-02"), "2026-01-02"),
    (pd.to_datetime(["2026-01-02"]), ["2026-01-02"]),
    (np.array(["2026-01-02"], dtype="datetime64[D]"), ["2026-01-02"]),
    (None, None),
]


@pytest.mark.parametrize(("value", "plain"), PLAIN)
def test_a_value_is_plain_behind_the_door(value, plain):
    found = plain_value(value)
    assert found == plain
    assert type(found) is type(plain)


@pytest.mark.parametrize("value", [True, np.bool_(True), 1.5, "3", None, np.nan, np.inf, [3], object()])
def test_what_is_no_whole_number_is_told(value):
    with pytest.raises(InputError, match=r"n: .* must be a whole number"):
        whole(value, "n")


def test_bounds_numbers_and_words():
    assert whole(np.float64(4.0), "n", 1, 4) == 4
    with pytest.raises(InputError, match=r"allowed: 1 to 4"):
        whole(5, "n", 1, 4)
    with pytest.raises(InputError, match=r"allowed: 1 or more"):
        whole(0, "n", 1)
    assert number(np.float32(0.5), "x") == 0.5
    for wrong in (np.nan, "a", True):
        with pytest.raises(InputError, match="must be a number"):
            number(wrong, "x")
    assert texts("a", "t") == ("a",)
    assert texts(np.array(["a", "b"]), "t") == ("a", "b")
    with pytest.raises(InputError, match="list of words"):
        texts([1], "t")


SCENARIO = {
    "format": np.int64(1), "title": np.str_("Made"), "extends": "status_quo", "end": pd.Timestamp("2025-09-08"),
    "worlds": np.int64(2), "seed": np.uint32(3), "parameters": {"trade.potential": np.float64(8.0)},
    "shocks": [{"kind": "refugee_wave", "on": np.datetime64("2025-08-25"), "for": "2 weeks", "persons": np.int32(5)}],
}  # fmt: skip


def test_a_scenario_may_be_a_dict_of_such_values():
    found = rs.load(SCENARIO, worlds=np.int64(4))
    assert (found.worlds, found.seed, found.parameters["trade.potential"]) == (4, 3, 8.0)
    assert found.end == datetime.date(2025, 9, 8)
    assert found.shocks[0].persons == 5


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"worlds": "many"}, "scenario: worlds: 'many' must be a whole number"),
        ({"title": object()}, "scenario: title: type object is not allowed"),
        ({"title": "a\x07"}, r"U\+0007 is not allowed"),
        ({"worlds": np.nan}, "must be a finite number"),
        ({3: 1}, "a key must be plain text"),
        ({"end": datetime.datetime(2026, 1, 1, 12)}, "end: .* must be a date"),
        ({"extends": "nowhere"}, "scenario: extends: there is no scenario 'nowhere'"),
        ({"shocks": [{"kind": "airstrike", "on": "2025-09-01", "deaths": np.float64(1.5)}]}, r"shocks\.0\.deaths"),
    ],
)
def test_a_dict_is_checked_like_a_file(change, words):
    with pytest.raises(InputError, match=words):
        rs.load(SCENARIO | change)


def test_a_dict_that_holds_itself_or_too_much_is_refused():
    endless: dict = dict(SCENARIO)
    endless["shocks"] = [endless]
    with pytest.raises(InputError, match="too deep"):
        rs.load(endless)


def test_run_sweep_and_replay_take_numpys_numbers(tmp_path):
    run = rs.run(
        SCENARIO, worlds=np.int64(2), seed=np.array(5), workers=np.int32(1), out=tmp_path, figures=np.bool_(False)
    )
    assert run.numbers.tolist() == [0, 1]
    assert run.scenario.seed == 5
    assert rs.run(rs.load(SCENARIO), worlds=2, seed=5, out=tmp_path, figures=False).path == run.path
    assert rs.replay(run, np.int64(1)).world == 1
    for wrong in ({"worlds": 1.5}, {"worlds": 0}, {"seed": -1}, {"workers": "2"}, {"shard": (5, 4)}, {"shard": "1/2"}):
        for source in (SCENARIO, rs.load(SCENARIO)):
            with pytest.raises(InputError):
                rs.run(source, out=tmp_path, figures=False, **wrong)


@pytest.mark.parametrize(
    "how", [{"replicates": 1.5}, {"replicates": "2"}, {"seed": -1}, {"sets": 5}, {"outcomes": [3]}]
)
def test_a_sweeps_arguments_are_checked_at_the_door(tmp_path, how):
    with pytest.raises(InputError):
        rs.sweep("status_quo", {"trade.potential": [5, 8]}, out=tmp_path, **how)
