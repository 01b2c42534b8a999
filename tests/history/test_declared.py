"""What forecasts are scored against is declared beforehand, with reasons, and frozen in a file."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from regionsim.errors import InputError
from regionsim.evidence.measures import read_measures
from regionsim.evidence.records import EvidenceError
from regionsim.history.baselines import BASELINES
from regionsim.history.declared import TOTAL, declare, declared_in, read_declaration, read_declared
from regionsim.history.frozen import asked
from regionsim.history.hindcast import HindcastSpec
from regionsim.paths import seeds_dir

ASKED = asked(HindcastSpec(date(2026, 2, 1), date(2027, 1, 31), 0, ("A", "C")))


def test_every_series_has_a_baseline_with_a_reason_that_knows_the_events_that_the_model_knows():
    declared = read_declared().baselines

    assert declared.keys() == read_measures().keys()
    for id, each in declared.items():
        assert each.month in BASELINES
        assert each.reason
        monthly = read_measures()[id].step == "month"
        assert (each.total in {*BASELINES, TOTAL}) == monthly
        if monthly and id != "closures":
            assert each.month in ("event dummies", "pulse curves")


def test_events_are_closures_of_all_gates_and_returns():
    assert {(each.kind, each.over) for each in read_declared().events} == {
        ("all_shut", 30.0), ("all_shut", 100.0), ("total", 500_000.0),
    }  # fmt: skip


def test_a_declaration_is_frozen_with_its_hash_and_read_as_it_was(tmp_path: Path) -> None:
    digest = declare(tmp_path / "declared.json", read_declared(), ASKED)

    again = read_declaration(str(tmp_path / "declared.json"))

    assert again == replace(read_declared(), sha256=digest)
    assert json.loads((tmp_path / "declared.json").read_text())["asked"]["every"] == 0


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"climatology"', '"the best"', "names what this version does not have: the best"),
        ('"declared"', '"undeclared"', "holds no declaration"),
        ('"all_shut"', '"war"', "names what this version does not have"),
    ],
)
def test_a_declaration_that_says_what_nobody_knows_is_refused(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = tmp_path / "declared.json"
    declare(path, read_declared(), ASKED)
    text = path.read_text().replace(old, new)
    path.write_text(text)

    with pytest.raises(InputError, match="changed later"):
        read_declaration(str(path))
    path.with_name("declared.json.sha256").unlink()
    with pytest.raises(InputError, match=told):
        read_declaration(str(path))


def test_every_fault_of_the_tables_is_told_with_its_place(tmp_path: Path) -> None:
    lines = (seeds_dir() / "baselines.csv").read_text().splitlines()
    faulty = [line.replace("climatology,", "climatologie,") for line in lines if "returns_all" not in line]
    (tmp_path / "baselines.csv").write_text("\n".join(faulty) + "\n")
    (tmp_path / "forecast_events.csv").write_text("id,title,kind,series,over,reason\nx,X,total,returns,many,\n")

    with pytest.raises(EvidenceError) as caught:
        declared_in(tmp_path)

    told = str(caught.value)
    for words in ("returns_all: the series has no declared baseline", "did you mean climatology?", "must be a whole",
                  "unknown series 'returns'", "the event has no reason"):  # fmt: skip
        assert words in told, told
