"""A resolved scenario, written and read again, is the same scenario."""

import math
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regionsim.errors import InputError
from regionsim.scenario import from_resolved, load
from regionsim.schema.categories import CROSSINGS
from regionsim.yamlfile.emit import emit
from regionsim.yamlfile.locate import plain, read

from .names import NAMES, VALID

START, END = date(2025, 8, 18), date(2030, 8, 18)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"]), max_size=30).filter(
    lambda text: "\ufeff" not in text
)
DAYS = st.dates(START, END - timedelta(days=10)).map(date.isoformat)
LENGTH = st.tuples(
    st.floats(0.001, 500, allow_nan=False).map(lambda number: f"{number:.6f}"),
    st.sampled_from(["days", "weeks", "month"]),
).map(" ".join)


def number(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False) | st.integers(math.ceil(low), math.floor(high))


DRAWS = st.one_of(
    st.tuples(number(1, 20), number(21, 50)).map(lambda x: {"distribution": "uniform", "low": x[0], "high": x[1]}),
    st.tuples(number(1, 9), number(10, 20), number(21, 50)).map(
        lambda x: {"distribution": "triangular", "low": x[0], "mode": x[1], "high": x[2]}
    ),
    st.tuples(number(1, 50), number(1, 1e9)).map(lambda x: {"distribution": "normal", "mean": x[0], "sd": x[1]}),
    st.lists(number(1, 50), min_size=1, max_size=4).map(lambda x: {"distribution": "choice", "values": x}),
)
LEVER = st.fixed_dictionaries(
    {"from": DAYS}, optional={"intensity": number(0, 1), "ramp": LENGTH, "until": st.just("2030-08-17")}
)
SHOCK = st.one_of(
    st.fixed_dictionaries(
        {
            "kind": st.just("border_closure"),
            "on": DAYS,
            "crossing": st.sampled_from(["all", *CROSSINGS]),
            "for": LENGTH,
            "by": st.sampled_from(["pakistan", "afghanistan", "both", "protesters"]),
        },
        optional={"flows": st.lists(st.sampled_from(["cargo", "aid", "returnees"]), min_size=1, unique=True)},
    ),
    st.fixed_dictionaries({"kind": st.just("visit"), "on": DAYS}),
    st.fixed_dictionaries({"kind": st.just("aid_cut"), "on": DAYS, "for": LENGTH, "share": number(0, 1)}),
    st.fixed_dictionaries(
        {"kind": st.just("duty_change"), "on": DAYS, "multiple": number(0, 10)},
        optional={"direction": st.sampled_from(["exports", "imports", "both"])},
    ),
)
EXPECT = st.fixed_dictionaries(
    {
        "name": TEXT.filter(bool),
        "that": st.just("trade_volume@2029 > baseline * 1.1"),
        "in": st.just(">= 90% of pairs"),
    },
    optional={"reason": TEXT},
)
TARGET = st.fixed_dictionaries(
    {"name": TEXT.filter(bool), "that": st.just("trade_volume@2029 in 8..10")},
    optional={"sources": st.lists(st.sampled_from(["Q06", "trade/pk_af_total_customs"]), max_size=2)},
)
SCENARIO = st.fixed_dictionaries(
    {
        "format": st.just(1),
        "title": TEXT.filter(bool),
        "start": st.just(START.isoformat()),
        "end": st.just(END.isoformat()),
    },
    optional={
        "question": TEXT,
        "evidence": st.lists(st.sampled_from(["SC01", "SC02", "MA84"])),
        "worlds": st.integers(1, 1_000_000),
        "seed": st.integers(0, 2**63 - 1),
        "draws": st.sampled_from(["prior", "fixed"]),
        "parameters": st.dictionaries(st.just("trade.potential"), number(1, 50) | DRAWS),
        "levers": st.dictionaries(st.sampled_from(sorted(NAMES.levers)), LEVER, max_size=4),
        "shocks": st.lists(SHOCK, max_size=4),
        "targets": st.lists(TARGET, max_size=3, unique_by=lambda one: one["name"]),
        "expect": st.lists(EXPECT, max_size=3, unique_by=lambda one: one["name"]),
    },
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SCENARIO)
def test_a_resolved_scenario_reads_back_the_same(tmp_path: Path, data: dict[str, Any]) -> None:
    (tmp_path / "mine.yaml").write_text(emit(data), encoding="utf-8", newline="\n")
    scenario = load(tmp_path / "mine.yaml", vocabulary=NAMES)
    again = from_resolved(scenario.resolved_yaml(), "mine", vocabulary=NAMES)

    assert again == scenario
    assert again.resolved_yaml() == scenario.resolved_yaml()
    assert scenario.title == data["title"]
    assert scenario.seed == data.get("seed", scenario.seed)


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(TEXT.filter(lambda key: key != "<<"), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(TEXT, PLAIN, max_size=5))
def test_emitted_data_reads_back_the_same(data: dict[str, Any]) -> None:
    node, faults = read(emit(data).encode(), "x.yaml")

    assert faults == []
    assert node is not None
    assert plain(node) == data


def test_a_resolved_scenario_says_everything(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(VALID, encoding="utf-8")
    text = load(tmp_path / "mine.yaml", vocabulary=NAMES).resolved_yaml()

    assert text.startswith("format: 1\ntitle: A valid scenario\n")
    assert "trade.potential: 10.0\n" in text
    assert "ramp: 52 weeks\n" in text
    assert "flows: [cargo, pedestrians]\n" in text
    assert "extends" not in text


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "scenario.yaml:1:1: the file is empty"),
        ("worlds: 1\n", "title: the key is missing"),
        ("format: 1\ntitle: x\nstart: 2025-08-18\nend: 2024-08-18\n", "scenario.yaml:4:6: end: "),
        ("\ud800", "scenario.yaml:1:1: byte 0xed is not UTF-8"),
    ],
)
def test_a_spoilt_resolved_scenario_is_refused(text: str, fault: str) -> None:
    with pytest.raises(InputError) as caught:
        from_resolved(text, "mine", vocabulary=NAMES)
    assert fault in str(caught.value)
