"""Every kind of fault in the evidence base is told with its place, all at once."""

import pytest

FILE = "parameters/border.yaml"

PARAMETER_FAULTS = {
    "missing key": ("  unit: h\n", "", 3, "border.clearance_torkham.unit: the key is missing"),
    "missing sources": ("  sources: [S79, Q69, border_closures]\n", "", 3, "sources: the key is missing"),
    "unknown key": ("  role:", "  rol: observed\n  role:", 8, "unknown key (allowed: value, unit"),
    "empty title": ("  title: Hours a truck needs to clear Torkham", "  title: ''", 3, "title: '': must not be empty"),
    "text for a number": ("value: 24.2", "value: many", 4, "value: 'many' must be a number"),
    "truth for a number": ("value: 24.2", "value: true", 4, "value: true must be a number"),
    "outside the range": ("value: 24.2", "value: 240", 4, "240 is outside the range 5 to 120"),
    "range upside down": ("range: [5, 120]", "range: [120, 5]", 6, "the lower end is above the upper end"),
    "range not a pair": ("range: [5, 120]", "range: [5]", 6, "must be a list of two numbers"),
    "unknown role": ("role: observed", "role: observd", 8, "role: 'observd' is not understood (allowed: observed"),
    "calibrated without a note": ("role: observed", "role: calibrated", 3, "needs a note that says to what"),
    "assumed without a note": ("role: observed", "role: assumption", 3, "needs a note that says why"),
    "no sources": ("[S79, Q69, border_closures]", "[]", 9, "sources: must not be empty"),
    "unknown source": ("[S79,", "[UCPD,", 9, "unknown claim, document or series 'UCPD' (did you mean UCDP?)"),
    "source not an id": ("[S79,", "[79,", 9, "sources.0: 79 must be text"),
    "unknown distribution": (
        "distribution: triangular",
        "distribution: triangle",
        7,
        "known distribution (allowed: uniform",
    ),
    "distribution lacks a key": (
        "mode: 24.2, ",
        "",
        7,
        "distribution.mode: the key is missing (needed:",
    ),
    "distribution upside down": ("low: 18", "low: 60", 7, "must have low <= mode <= high"),
    "support outside the range": ("high: 50", "high: 500", 7, "high 500 is outside the range 5 to 120"),
    "key given twice": ("  unit: h\n", "  unit: h\n  unit: h\n", 6, "the key is given twice, first at line 5"),
    "entry given twice": ("# hours and trucks", "clearance_torkham: 1", 2, "the key is given twice, first at line 1"),
    "not a map": ("# hours and trucks", "other: 1", 1, "border.other: 1 must be a map of value, unit"),
    "name in capitals": ("clearance_torkham:", "Clearance:", 3, "named in lower case"),
    "not YAML": ("range: [5, 120]", "range: [5, 120", 7, "not valid YAML"),
    "an alias": ("unit: h", "unit: *h", 5, "alias *h is not allowed"),
}


@pytest.mark.parametrize("kind", PARAMETER_FAULTS)
def test_a_faulty_parameter_is_told_with_its_line(base, kind):
    old, new, line, message = PARAMETER_FAULTS[kind]
    base.change(FILE, old, new)
    faults = base.faults()
    assert any(f"seeds/{FILE}:{line}:" in fault and message in fault for fault in faults), faults


TABLE_FAULTS = {
    "unknown document": ("claims/events.csv", ",001-FES-IWPS-2021,", ",001-FES-2021,", "E02.sources: unknown document"),
    "unknown locator": ("claims/events.csv", "001:HIST.p1.s3", "001:HITS.p1.s3", "E02.locators: unknown locator"),
    "unknown variable": ("claims/mechanisms.csv", ",shared_heritage,relations", ",heritage,relations", "MA01"),
    "unknown mechanism": ("claims/loops.csv", "MD34", "MD340", "R1.mechanisms: unknown claim 'MD340'"),
    "unknown actor": ("claims/relations.csv", "AC-PAK,AC-TTA", "AC-PAK,AC-TTAA", "RL01.to_actor: unknown claim"),
    "id given twice": ("claims/variables.csv", "\nV02,", "\nV01,", "V01: the id is given twice, first at line 2"),
    "id of another table": ("claims/variables.csv", "\nV02,", "\nQ02,", "Q02: the id is given twice, first at"),
    "row without id": ("claims/variables.csv", "\nV02,", "\n,", "the row has no id"),
    "too few cells": ("claims/variables.csv", ",down,security\n", ",down\n", "the row has 6 cells, must have 7"),
    "other columns": ("claims/variables.csv", "id,key,name", "id,kye,name", "unknown column 'kye' (did you mean key?)"),
    "a column twice": ("claims/variables.csv", "id,key,name", "id,name,name", "the column name is given twice"),
    "a column too few": ("claims/variables.csv", "id,key,name", "id,name,name", "missing: key (the columns must be id"),
    "broken quotes": ("claims/hypotheses.csv", "\nH2,", '\n"H2"x,', "not valid CSV"),
    "not a number": ("observed/trade.csv", ",54.0,", ",about 54,", "value_musd: 'about 54' must be a finite number"),
    "not finite": ("observed/trade.csv", ",54.0,", ",inf,", "value_musd: 'inf' must be a finite number"),
    "row without source": ("observed/trade.csv", ",Afghan MoIC via UNI,", ",,", "source: the row names no source"),
    "series not listed": (
        "observed/trade.csv",
        ",af_exports_to_iran,",
        ",af_exports_to_irn,",
        "trade/af_exports_to_irn: the series is not in the catalogue",
    ),
    "series without rows": (
        "observed/trade.csv",
        ",af_exports_to_iran,",
        ",af_exports_to_irn,",
        "trade/af_exports_to_iran: the catalogue lists a series that has no rows",
    ),
    "series without unit": (
        "observed/series.csv",
        "GDP in current USD,USD,",
        "GDP in current USD,,",
        "economy_annual/gdp_current_usd: the series has no unit",
    ),
    "a row twice": (
        "observed/economy_annual.csv",
        "\nAFG,2001,",
        "\nAFG,2000,",
        "repeats line 2 (one row per indicator",
    ),
    "another unit": (
        "observed/economy_annual.csv",
        "8725324,USD,",
        "8725324,dollars,",
        "rows are in 'dollars', the catalogue",
    ),
    "no licence": (
        "observed/attacks_annual.csv",
        ",CC BY 4.0,located",
        ",,located",
        "licence: the row names no licence",
    ),
    "unknown publisher": ("observed/series.csv", ",million USD,AF-MOIC", ",million USD,AF-MOCI", "unknown document"),
    "document without title": ("documents.yaml", '  title: "Rethinking', '  ttle: "Rethinking', "unknown key"),
    "document of an odd kind": (
        "documents.yaml",
        "kind: brief",
        "kind: blog",
        "kind: 'blog' is not understood",
    ),
    "reference without text": ("literature.csv", "S90,doi:10.54418/ca-92.194", "S90,", "S90: the citation is missing"),
    "reference named as a brief": ("literature.csv", "\nS90,", "\nUCDP,", "another document has this id"),
}


@pytest.mark.parametrize("kind", TABLE_FAULTS)
def test_a_faulty_table_is_told_with_its_file(base, kind):
    file, old, new, message = TABLE_FAULTS[kind]
    base.change(file, old, new)
    faults = base.faults()
    assert any(fault.startswith("seeds/") and message in fault for fault in faults), faults


def test_the_line_of_a_row_is_right_after_a_cell_of_many_lines(base):
    base.change("claims/hypotheses.csv", "\nH2,", '\nH0,"two\nlines",MA24\nH2,')
    line = base.change("claims/hypotheses.csv", "H3,", ",")
    assert f"seeds/claims/hypotheses.csv:{line}:1: the row has no id" in base.faults()


def test_all_faults_are_told_at_once(base):
    base.change(FILE, "role: observed", "role: guess")
    base.change("claims/loops.csv", "MD34", "MD340")
    base.change("observed/trade.csv", ",54.0,", ",x,")
    faults = base.faults()
    assert [fault.split(":")[0] for fault in faults] == [
        "seeds/claims/loops.csv",
        "seeds/observed/trade.csv",
        "seeds/parameters/border.yaml",
    ]


def test_a_missing_file_and_a_stray_one_are_faults(base):
    (base.folder / "claims/loops.csv").rename(base.folder / "claims/lops.csv")
    faults = base.faults()
    assert "seeds/claims/loops.csv: the file is missing" in faults
    assert "seeds/claims/lops.csv: unknown table 'lops' (did you mean loops?)" in faults


def test_bytes_that_are_not_utf_8_are_a_fault(base):
    (base.folder / "claims/loops.csv").write_bytes(b"id,name\n\xff")
    assert "seeds/claims/loops.csv:2:1: byte 8 is not UTF-8 (save it as UTF-8)" in base.faults()


def test_an_empty_file_of_parameters_is_a_fault(base):
    base.write("parameters/trade.yaml", "# nothing yet\n")
    assert base.faults() == ["seeds/parameters/trade.yaml:1:1: the file is empty"]


def test_a_parameter_cannot_be_a_group_too(base):
    text = (base.folder / FILE).read_text(encoding="utf-8")
    base.write("parameters/border/clearance_torkham.yaml", text)
    assert any("border.clearance_torkham is a parameter, so it cannot be a group" in fault for fault in base.faults())
