"""The inputs: one value changed in any file changes their digest, words of parameters and other files do not."""

import csv
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import pytest

from regionsim.evidence.inputs import Inputs, digest_of, load_inputs, read_inputs
from regionsim.evidence.observed import TABLES
from regionsim.paths import seeds_dir
from regionsim.schema.quantities import Draw

INPUTS = load_inputs()
SHIPPED = sorted(path.relative_to(seeds_dir()).as_posix() for path in seeds_dir().rglob("*") if path.is_file())
ONLY_WORDS = {"README.md", "documents.yaml", "episodes.csv", "literature.csv", "baselines.csv", "forecast_events.csv"}
"""Files no number of a run comes from, beside the claims that are no mechanisms; frozen forecasts hold the last two."""


def no_input(file: str) -> bool:
    return (
        file.rpartition("/")[2] in ONLY_WORDS
        or (file.startswith("claims/") and file != "claims/mechanisms.csv")
        or file.startswith("posterior/")
    )


def change_cell(path: Path, column: str, change: Callable[[str], str]) -> None:
    """Change the first cell of a column that is filled."""
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    row = next(row for row in rows if row[head.index(column)])
    row[head.index(column)] = change(row[head.index(column)])
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


def one_more(cell: str) -> str:
    return f"{float(cell) + 1:g}"


def change_one_value(folder: Path, file: str) -> None:
    """One value in one file, such that the evidence still holds together."""
    path, table = folder / file, file.rpartition("/")[2].removesuffix(".csv")
    if file.endswith(".yaml"):
        text = path.read_text(encoding="utf-8")
        pattern, new = (r"range: \[[^,]+,", "range: [-9e12,") if "range: " in text else (r"    \w+: L\w+\n", "")
        path.write_text(re.sub(pattern, new, text, count=1), encoding="utf-8")
    elif table in TABLES:
        column = TABLES[table].figures[0]
        change_cell(path, column, one_more)
    else:
        change_cell(path, *CELLS[table])


CELLS: dict[str, tuple[str, Callable[[str], str]]] = {
    "mechanisms": ("sign", lambda sign: "-" if sign == "+" else "+"),
    "timeline": ("days", one_more),
    "series": ("title", lambda title: title + "s"),
    "publication": ("known", lambda cell: cell.replace("30 days", "31 days")),
    "measures": ("anchor", lambda cell: "10"[int(cell)]),
}


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    return Path(shutil.copytree(seeds_dir(), tmp_path / "seeds"))


def test_the_inputs_name_every_file_that_numbers_come_from() -> None:
    assert sorted(INPUTS.tables) == [file for file in SHIPPED if not no_input(file)]


def test_a_value_in_any_file_changes_the_digest_of_that_file_and_so_the_whole(seeds: Path) -> None:
    assert read_inputs(seeds).digest == INPUTS.digest
    for file in INPUTS.tables:
        change_one_value(seeds, file)
    changed = read_inputs(seeds)
    for file, digest in changed.tables.items():
        assert digest != INPUTS.tables[file], file
        assert digest_of(INPUTS.tables | {file: digest}) != INPUTS.digest
    assert changed.digest == digest_of(changed.tables) != INPUTS.digest


def test_words_and_the_claims_that_are_no_mechanisms_do_not_count(seeds: Path) -> None:
    for path in (seeds / "parameters").glob("*.yaml"):
        text = re.sub(r"^(  title: )(?=\w)", r"\1In other words ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        path.write_text(text + "# a remark\n", encoding="utf-8", newline="\r\n")
    for path in (seeds / "levers").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        for key, new in {"title": "Another", "who": "others", "note": "because", "side_effects": "many"}.items():
            text = re.sub(rf"^( *{key}: ).*$", rf"\g<1>{new}", text, flags=re.MULTILINE)
        text = re.sub("coercive: false", "coercive: true", text).replace(
            "{level: unknown}", "{level: high, sources: [LS04]}"
        )
        path.write_text(text, encoding="utf-8")
    for file, column in WORDS.items():
        change_cell(seeds / file, column, lambda text: text + " and more")
    (seeds / "documents.yaml").write_text((seeds / "documents.yaml").read_text(encoding="utf-8") + "# a remark\n")
    (seeds / "README.md").write_text("otherwise")
    assert read_inputs(seeds).tables == INPUTS.tables


WORDS = {
    "claims/events.csv": "effect",
    "claims/actors.csv": "description",
    "claims/quantities.csv": "caveat",
    "claims/scenario_signs.csv": "basis",
    "literature.csv": "note",
    "episodes.csv": "note",
}


def test_of_a_parameter_numbers_count_and_words_do_not() -> None:
    one = next(one for one in INPUTS.parameters.values() if one.draw is not None)
    numbers = {"value": one.value + 1, "unit": "h", "low": one.low - 1, "high": one.high + 1, "draw": None}
    words = {"title": "x", "role": "brief", "sources": (), "note": "x", "place": "x"}
    assert numbers.keys() | words.keys() | {"id"} == {field.name for field in fields(one)}
    for name, value in numbers.items():
        assert _with(replace(one, **{name: value})).digest != INPUTS.digest, name
    for name, value in words.items():
        assert _with(replace(one, **{name: value})).digest == INPUTS.digest, name
    assert isinstance(one.draw, Draw)
    assert _with(replace(one, draw=one.draw.model_copy(update={"low": -7.0}))).digest != INPUTS.digest


def _with(parameter) -> Inputs:
    return replace(INPUTS, parameters={**INPUTS.parameters, parameter.id: parameter})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("how: cut", "how: add"),
        ("    trade_fees:\n", "    transit_rules:\n"),
        ('transit_agreement: "+"', 'transit_agreement: "-"'),
        ("value: 0.4", "value: 0.41"),
        ("low: 0.2", "low: 0.21"),
    ],
)
def test_of_a_lever_what_it_does_counts(seeds: Path, old: str, new: str) -> None:
    path = seeds / "levers" / "trade.yaml"
    text = path.read_text(encoding="utf-8").replace(old, new, 1)
    path.write_text(text.replace("unit: share", "unit: multiple", 1) if "add" in new else text, encoding="utf-8")
    found = read_inputs(seeds)
    assert {file for file, digest in found.tables.items() if digest != INPUTS.tables[file]} == {"levers/trade.yaml"}
    assert found.digest != INPUTS.digest


def test_the_posterior_counts_where_a_run_draws_from_it(seeds: Path) -> None:
    path = max((seeds / "posterior").glob("*.csv"))
    head, first, rest = path.read_text(encoding="utf-8").split("\n", 2)
    path.write_text("\n".join([head, re.sub(r"^[^,]+", "0.5", first), rest]), encoding="utf-8")
    about = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    about.pop("sha256", None)
    path.with_suffix(".json").write_text(json.dumps(about), encoding="utf-8")
    changed = read_inputs(seeds)
    assert changed.digest_for("posterior") != INPUTS.digest_for("posterior") != INPUTS.digest
    for draws in ("prior", "fixed"):
        assert changed.digest_for(draws) == INPUTS.digest_for(draws) == INPUTS.digest
