"""`hindcast`: from the words of the command to tables, files and data the repository has never seen."""

import csv
import json
from pathlib import Path

import pytest

from tests.conftest import Command

SMALL = ("--origins", "6", "--draws", "10", "--quiet", "--series", "attacks_picss", "--series", "closures")
MONTHS = [(2026 + (1 + k) // 12, (1 + k) % 12 + 1) for k in range(12)]


def write(path: Path, columns: str, *rows: dict[str, object]) -> None:
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, columns.split(), restval="")
        table.writeheader()
        table.writerows(rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A made-up year after the record, in the formats of seeds/observed."""
    made = tmp_path / "unseen"
    made.mkdir()
    write(
        made / "attacks_monthly.csv", "series year month area group events deaths source note",
        *({"series": "picss_monthly_national", "year": year, "month": month, "area": "Pakistan (all)",
           "group": "all militant groups", "events": 80 + month, "source": "made up"} for year, month in MONTHS),
    )  # fmt: skip
    write(
        made / "border_closures.csv",
        "start_date end_date days crossing closed_by trigger deaths trucks_stranded loss_musd source_title source_url "
        "confidence trigger_class partial note",
        {"start_date": "2026-05-12", "days": 20, "crossing": "Torkham", "source_title": "made up", "partial": 0},
        {"start_date": "2027-01-20", "days": 2, "crossing": "Torkham", "source_title": "made up", "partial": 0},
    )
    write(
        made / "timeline.csv",
        "id kind date days crossing by flows group statuses multiplier deaths burden to source row title note",
        {"id": "made_up", "kind": "border_closure", "date": "2026-05-12", "days": 20, "crossing": "torkham",
         "by": "pakistan", "flows": "cargo pedestrians", "source": "border_closures", "row": "2026-05-12 Torkham",
         "title": "Made up"},
    )  # fmt: skip
    return made


def test_data_from_outside_are_scored_and_draws_are_frozen_before(
    regionsim: Command, empty: Path, folder: Path
) -> None:
    said = regionsim(
        "hindcast", "--from", "2026-02-01", "--to", "2027-01-31", *SMALL, "--arm", "A", "--arm", "C", "--observed",
        folder, "--freeze", "frozen.json", "--out", "scores", "--json",
    )  # fmt: skip

    assert said.code == 0, said.err
    assert "held back" not in said.err
    result = json.loads(said.out)
    rows = {(row["series"], row["arm"], row["months"]): row for row in result["scores"]}
    assert rows["attacks_picss", "A", "1-12"]["n"] == 18
    assert rows["attacks_picss", "A", "1-12"]["outcomes"] == 12
    assert rows["closures", "A", "1-12"]["outcomes"] == 12
    assert ("closures", "C", "1-12") not in rows
    assert [row["n"] for row in result["spells"]] == [1, 1]
    assert result["sha256"] in (empty / "frozen.json.sha256").read_text()
    assert json.loads((empty / "scores" / "scores.json").read_text())["scores"] == result["scores"]


def test_what_was_frozen_is_scored_later_with_what_has_been_seen_since(
    regionsim: Command, empty: Path, folder: Path
) -> None:
    """One origin, frozen without outcomes; then the same draws, scored as data come in; nothing is simulated again."""
    words = ("--from", "2026-02-01", "--to", "2027-01-31", "--origins", "one", "--draws", "10", "--quiet", "--arm", "A")
    series = ("--series", "attacks_picss", "--series", "closures")
    shut = folder / "border_closures.csv"
    without_end = shut.read_text()
    shut.write_text(f"{without_end}2025-10-12,2026-02-20,131,all,,,,,,made up,,,,0,\n")

    before = regionsim("hindcast", *words, *series, "--freeze", "frozen.json")
    half = regionsim(
        "hindcast", "--frozen", "frozen.json", "--observed", folder, "--to", "2026-07-31", "--out", "half", "--full"
    )  # fmt: skip
    whole = regionsim("hindcast", "--frozen", "frozen.json", "--observed", folder, "--json")

    assert (before.code, half.code, whole.code) == (0, 0, 0), before.err + half.err + whole.err
    assert "attacks_picss" not in before.out  # no outcome of it was known
    for words_ in ("New data: the model was made without outcomes after", "totals of months", "1-6", "declared"):
        assert words_ in half.out
    assert "seudo-out-of-sample" not in half.out
    scores = json.loads(whole.out)
    assert scores["origins"] == ["2026-02-01"]
    assert scores["sha256"] in before.out
    totals = {(row["series"], row["months"]): row for row in scores["totals"]}
    assert totals.keys() == {(id, f"1-{months}") for id in ("attacks_picss", "closures") for months in (3, 6, 12)}
    assert {row["event"] for row in scores["events"]} == {"shut_30", "shut_100"}
    assert all(row["happened"] == 0 for row in scores["events"])  # all gates opened 19 days after the origin
    with (empty / "half" / "windows.csv").open() as file:
        rows = list(csv.DictReader(file))
    months = [row for row in rows if row["kind"] == "window" and row["series"] == "attacks_picss"]
    assert [row["begin"] for row in months] == [f"2026-{month:02}-01" for month in range(2, 8)]
    assert [float(row["observed"]) for row in months] == [80.0 + month for month in range(2, 8)]
    assert all(float(row["q5"]) <= float(row["q50"]) <= float(row["q95"]) for row in rows)
    assert {row["declared"] for row in months} == {"event dummies"}

    shut.write_text(without_end)
    unknown = regionsim("hindcast", "--frozen", "frozen.json", "--observed", folder)
    assert unknown.code == 0
    assert "no row says how long the closure of all gates of 2025-10-12 lasted" in " ".join(unknown.out.split())
    assert "Goods pass at no gate" not in unknown.out


def test_a_declaration_is_frozen_before_anything_is_simulated_and_scores_go_by_it(
    regionsim: Command, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from regionsim.cli.commands import hindcast

    words = ("--from", "2018-01-01", "--to", "2018-12-31", "--origins", "monthly", "--draws", "10", "--arm", "A")
    with monkeypatch.context() as without:
        without.setattr(hindcast, "_forecast", lambda spec, record, given, quiet: 1 / 0)
        said = regionsim("hindcast", *words, "--declare", "declared.json")
    assert said.code == 0, said.err
    data = json.loads((empty / "declared.json").read_text())
    assert (data["asked"]["every"], data["asked"]["start"]) == (1, "plain")
    assert (empty / "declared.json.sha256").read_text().split()[0] in said.out
    again = regionsim("hindcast", *words, "--declare", "declared.json")
    assert again.code == 2
    assert "declared.json exists" in again.err
    for each in data["declared"]["baselines"]:
        each["month"] = "last value"
    (empty / "other.json").write_text(json.dumps(data))

    scored = regionsim(
        "hindcast", "--from", "2018-01-01", "--to", "2018-12-31", "--origins", "one", "--draws", "10", "--quiet",
        "--arm", "A", "--series", "attacks_ucdp", "--declared", "other.json", "--json",
    )  # fmt: skip

    assert scored.code == 0, scored.err
    result = json.loads(scored.out)
    assert {row["declared"] for row in result["scores"]} == {"last value"}
    assert len(result["origins"]) == 1
    assert result["declared_sha256"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--origins", "often"), "monthly, one, or a number"),
        (("--origins", "13"), "--origins: 13 is out of range"),
        (("--frozen", "nowhere.json"), "--frozen: nowhere.json cannot be read"),
        (("--frozen", "x.json", "--arm", "A", "--freeze", "y.json"), "--frozen: --freeze, --arm cannot be given"),
        (("--frozen", "x.json", "--start", "returns"), "--frozen: --start cannot be given"),
        (("--start", "best"), "--start: 'best' is no start (allowed: plain, returns, assimilated)"),
        (("--declare", "x.json", "--freeze", "y.json"), "give one of the two"),
        (("--declared", "nowhere.json"), "--declared: nowhere.json cannot be read"),
    ],
)
def test_what_cannot_be_frozen_or_scored_is_told(
    regionsim: Command, empty: Path, words: tuple[str, ...], told: str
) -> None:
    said = regionsim("hindcast", *words)

    assert said.code == 2
    assert told in " ".join(said.err.split())


def test_a_closure_still_shut_is_written_with_a_plus_and_scored_as_such(
    regionsim: Command, empty: Path, folder: Path
) -> None:
    path = folder / "border_closures.csv"
    path.write_text(path.read_text().replace(",20,Torkham", ",80+,Torkham"))

    said = regionsim(
        "hindcast", "--from", "2026-05-01", "--to", "2026-07-31", "--origins", "one", "--draws", "10", "--quiet",
        "--arm", "C", "--series", "exports_bank", "--observed", folder, "--json",
    )  # fmt: skip

    assert said.code == 0, said.err
    assert [(row["n"], row["censored"]) for row in json.loads(said.out)["spells"]] == [(1, 1), (1, 1)]
    path.write_text(path.read_text().replace("2026-05-12,,80+", "2026-05-12,2026-07-31,80+"))
    wrong = regionsim("hindcast", "--observed", folder)
    assert wrong.code == 2
    assert "'80+' contradicts end_date" in wrong.err


def test_a_look_at_the_days_held_back_is_said_and_nothing_is_logged(
    regionsim: Command, empty: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from regionsim.cli.commands import hindcast

    monkeypatch.setattr(hindcast, "_forecast", lambda ask, record, given, quiet: [])  # no outcome is read
    before = (root / "docs" / "looks.md").read_text("utf-8")

    said = regionsim("hindcast", "--from", "2022-01-01", "--to", "2023-03-31", *SMALL)

    assert said.code == 0
    assert "2023-01-01 to 2023-03-31, which are held back" in said.err
    assert (root / "docs" / "looks.md").read_text("utf-8") == before


def test_what_is_asked_before_2023_opens_nothing_and_prints_its_tables(regionsim: Command, empty: Path) -> None:
    said = regionsim("hindcast", "--from", "2018-01-01", "--to", "2018-12-31", *SMALL, "--arm", "A")

    assert said.code == 0, said.err
    assert "held back" not in said.err
    assert "too few to score" in said.out
    assert "Arm A, given the calendar\n" in said.out
    assert "Closures begun (press)" in said.out
    assert "Pseudo-out-of-sample" in " ".join(said.out.split())
    assert "CRPS: of log" not in said.out
    full = regionsim("hindcast", "--from", "2018-01-01", "--to", "2018-12-31", *SMALL, "--arm", "A", "--full")
    assert "CRPS: of log" in full.out
    assert "closures" in full.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--from", "yesterday"), "is not a date"),
        (("--arm", "E"), "is no arm"),
        (("--observed", "nowhere"), "is no folder"),
        (("--freeze", "no/folder/x.json"), "is no folder"),
        (("--posterior", "nowhere.csv"), "is not a posterior"),
        (("--seed", "-1"), "--seed: -1 is out of range"),
        (("--from", "9999-11-01", "--to", "9999-12-31"), "--to: 9999-12-31 is out of range"),
        (("--from", "2018-01-05", "--to", "2018-01-20"), "hold no month"),
        (("--set", "draws=fixed"), "does nothing to a hindcast"),
        (("--set", "levers.border_fencing.intensity=1"), "does nothing to a hindcast"),
        (("--set", "parameters.structure.strike=0"), "structure.strikes"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_played(
    regionsim: Command, empty: Path, words: tuple[str, ...], told: str
) -> None:
    said = regionsim("hindcast", *words)

    assert said.code == 2
    assert told in said.err


@pytest.mark.parametrize(
    ("head", "value", "until", "told"),
    [
        ("foo.bar", "1", "2018-01-01", "'foo.bar' is not a parameter"),
        ("border.closure_days_median", "-5", "2018-01-01", "values of -5 to -5 are out of range"),
        ("border.closure_days_median", "9", "notaday", "does not say to which day"),
    ],
)
def test_a_posterior_that_is_of_something_else_is_refused(
    regionsim: Command, empty: Path, head: str, value: str, until: str, told: str
) -> None:
    (empty / "fit.csv").write_text(f"{head}\n{value}\n")
    (empty / "fit.json").write_text(json.dumps({"until": until}))

    said = regionsim("hindcast", "--posterior", "fit.csv")

    assert said.code == 2
    assert told in said.err


GOOD = b"border.closure_days_median\n9\n"
UNTIL = b'{"until": "2018-01-01"}'


@pytest.mark.parametrize(
    ("rows", "about", "told"),
    [
        (b"border.closure_days_median\n" + b"1" * 200_000, UNTIL, "fit.csv:2:1: not valid CSV: a cell is longer than"),
        (b"border.closure_days_median\n1" + b"0" * 400, UNTIL, "fit.csv:2:1: border.closure_days_median: '1000"),
        (b"border.closure_days_median\nnan\n", UNTIL, "'nan' must be a finite number"),
        (b"border.closure_days_median\n9,9\n", UNTIL, "fit.csv:2:1: the row has 2 cells, must have 1"),
        (b"border.closure_days_medan\n9\n", UNTIL, "is not a parameter (did you mean border.closure_days_median?)"),
        (b"border.closure_days_median\n", UNTIL, "there are no rows"),
        (b"", UNTIL, "fit.csv:1:1: is not a posterior: the first row must name parameters"),
        (b"x" * 200_000, UNTIL, "fit.csv:1:1: is not a posterior: the first row must name parameters"),
        (b"a;b\n1;2\n", UNTIL, "not separated by commas"),
        (b"a,a\n1,2\n", UNTIL, "each column must name a parameter, once (found 'a', 'a')"),
        (GOOD.decode().encode("utf-16"), UNTIL, "fit.csv: is not a posterior: the file is UTF-16"),
        (GOOD, b"[" * 200_000, "fit.json: is not a posterior: maps and lists are nested too deep"),
        (GOOD, b'{"until": ' + b"9" * 5000 + b"}", "fit.json: is not a posterior: holds a number that is too long"),
        (GOOD, b'{"until": 20170101}', "does not say to which day it was fitted (until: 20170101)"),
        (GOOD, b'{"until": "20170101"}', "does not say to which day"),
        (GOOD, b"[1]", "fit.json:1:1: is not a posterior: must be a map"),
        (GOOD, b'{"until": \n}', "fit.json:2:1: is not a posterior: is not JSON"),
        (GOOD, b'{"until": "\x1b[31m"}', "fit.json:1:12: is not a posterior: the character U+001B"),
        (GOOD, b'{"until": "\\u001b[31m"}', "until: '\\x1b[31m'"),
    ],
)
def test_a_damaged_posterior_is_told_with_its_place(
    regionsim: Command, empty: Path, rows: bytes, about: bytes, told: str
) -> None:
    (empty / "fit.csv").write_bytes(rows)
    (empty / "fit.json").write_bytes(about)

    said = regionsim("hindcast", "--posterior", "fit.csv")

    assert said.code == 2
    assert told in said.err


def test_a_posterior_with_a_byte_order_mark_is_read_as_without(empty: Path) -> None:
    from regionsim.evidence.posterior import read_posterior

    (empty / "fit.json").write_bytes(b"\xef\xbb\xbf" + UNTIL)
    (empty / "fit.csv").write_bytes(GOOD)
    plain = read_posterior(empty / "fit.csv")
    (empty / "fit.csv").write_bytes(b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n"))

    assert read_posterior(empty / "fit.csv") == plain
    assert plain.rows == {"border.closure_days_median": (9.0,)}


def test_what_of_a_folder_no_score_reads_is_said_before_anything_is_played(
    regionsim: Command, empty: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from regionsim.cli.commands import hindcast

    monkeypatch.setattr(hindcast, "_forecast", lambda ask, record, given, quiet: [])

    said = regionsim("hindcast", "--from", "2026-02-01", "--to", "2026-07-31", *SMALL, "--observed", folder)

    assert said.code == 0
    assert "no score that is asked for reads 6 of 12 rows of attacks_monthly/picss_monthly_national" in said.err
    assert "reads 1 of 2 rows of border_closures" in said.err  # that of 2027


def test_draws_are_not_frozen_where_no_file_can_be(regionsim: Command, empty: Path) -> None:
    for name in ("x" * 300 + ".json", "frozen.json"):
        (empty / "frozen.json").is_symlink() or (empty / "frozen.json").symlink_to("nowhere/at/all")
        said = regionsim("hindcast", "--freeze", name)
        assert said.code == 2
        assert "--freeze" in said.err


def test_an_arm_named_twice_is_played_once_and_a_fit_to_what_is_scored_is_said(regionsim: Command, empty: Path) -> None:
    words = ("--from", "2018-01-01", "--to", "2018-06-30", *SMALL, "--arm", "A", "--arm", "A")
    said = regionsim("hindcast", *words, "--set", "draws=posterior", "--json")

    assert said.code == 0, said.err
    assert json.loads(said.out)["arms"] == ["A"]
    assert "scores of outcomes up to then are in-sample" in said.err


def test_faults_of_a_folder_are_told_with_their_lines(regionsim: Command, folder: Path) -> None:
    (folder / "trade.csv").write_text("year,value\n2025,3\n")
    (folder / "weather.csv").write_text("a\n")

    said = regionsim("hindcast", "--observed", folder)

    assert said.code == 2
    assert "unseen/trade.csv:1" in said.err
    assert "unknown table" in said.err
