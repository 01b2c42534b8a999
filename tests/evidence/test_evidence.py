"""The shipped evidence base is sound, complete and answers questions."""

import subprocess
import sys

import pytest

from regionsim.errors import InputError
from regionsim.evidence import load_evidence
from regionsim.paths import seeds_dir

KINDS = {
    "actor": 153,
    "quantity": 105,
    "lever": 92,
    "mechanism": 333,
    "contradiction": 40,
    "event": 55,
    "relation": 93,
    "variable": 94,
    "indicator": 76,
    "loop": 28,
    "scenario": 22,
    "sign": 203,
    "hypothesis": 12,
    "backcast": 8,
    "check": 30,
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The shipped base without its parameters and levers, which may be faulty on their own."""
    import shutil

    folder = tmp_path_factory.mktemp("evidence") / "seeds"
    shutil.copytree(seeds_dir(), folder, ignore=shutil.ignore_patterns("parameters", "levers"))
    return load_evidence(folder)


def test_the_shipped_base_has_no_fault_and_is_read_once():
    assert load_evidence() is load_evidence()


def test_every_claim_of_the_briefs_is_there(plain):
    assert {kind: len(plain.kind(kind)) for kind in KINDS} == KINDS
    assert sum(KINDS.values()) == len(plain.claims)


@pytest.mark.parametrize(
    "id",
    [
        *("LS01", "LS13", "LF01", "LF11a", "LF12", "LI56", "SC01", "SC08b", "SC20", "H1", "H12", "HT8", "R4a", "B9"),
        *("Q105", "CT40", "MX25", "V01", "IN76", "AC-TTP", "E55", "RL93"),
    ],
)
def test_the_ids_of_the_briefs_are_kept(plain, id):
    assert plain.claims[id].title


def test_documents_are_briefs_publishers_and_references(plain):
    kinds = [document.kind for document in plain.documents.values()]
    assert kinds.count("brief") == 5
    assert kinds.count("literature") == 176
    assert {"S1", "S5b", "S46a", "S184", "UCDP", "PICSS"} <= plain.documents.keys()
    assert plain.documents["S35"].url == "https://doi.org/10.1057/sj.2011.21"


def test_a_claim_keeps_its_whole_row(plain):
    claim = plain.claims["MA02"]
    assert (claim.kind, claim.sources, claim.locators) == ("mechanism", ("000-SAT-2025",), ("000:CF.s3 [L17]",))
    assert claim.fields["sign"] == "+"
    assert claim.fields["cause_variable"] == "trust"
    assert plain.variables["trust"].id in claim.links
    assert claim.place.startswith("seeds/claims/mechanisms.csv:")


def test_every_claim_of_a_brief_says_where_it_stands(plain):
    kinds = {"actor", "quantity", "lever", "mechanism", "event", "relation"}
    bare = [claim.id for claim in plain.claims.values() if claim.kind in kinds and not claim.sources]
    assert bare == []


def test_series_hold_numbers_and_none_for_what_is_unknown(plain):
    series = plain.series["trade/pk_af_total_customs"]
    assert [one["value_musd"] for one in series.records if one["year"] == 2025] == [1998.0]
    closures = plain.series["border_closures"]
    assert len(closures.records) == 38
    assert {type(one["days"]) for one in closures.records} == {float, type(None), str}
    assert [one["days"] for one in closures.records if isinstance(one["days"], str)] == ["111+"]


def test_signs_of_a_scenario_name_their_variable(plain):
    signs = [claim for claim in plain.kind("sign").values() if claim.fields["scenario"] == "SC02"]
    assert len(signs) == 14
    assert {claim.fields["sign"] for claim in plain.kind("sign").values()} == {"+", "-", "0", "?"}


def test_describing_a_parameter_says_value_range_draw_and_sources(base):
    lines = base.load().describe("border.clearance_torkham")
    assert ("value", "24.2 h") in lines
    assert ("range", "5 to 120 h") in lines
    assert ("drawn from", "triangular (low 18, mode 24.2, high 50)") in lines
    assert ("written in", "seeds/parameters/border.yaml:3") in lines
    assert [label for label, _ in lines].count("source") == 3


def test_describing_a_claim_says_who_names_it(base):
    evidence = base.load()
    assert dict(evidence.describe("Q69"))["behind parameters"] == "border.clearance_torkham"
    assert "R2" in dict(evidence.describe("MA02"))["named by"]
    assert evidence.describe("trust") == evidence.describe(evidence.variables["trust"].id)


def test_everything_with_a_name_can_be_described(base):
    evidence = base.load()
    for name in evidence.names():
        lines = evidence.describe(name)
        assert len(lines) >= 3
        assert all(label and text for label, text in lines)


def test_an_unknown_name_is_answered_with_the_nearest(plain):
    with pytest.raises(
        InputError, match=r"called 'trade/pk_af_total_custom' \(did you mean trade/pk_af_total_customs\?\)"
    ):
        plain.describe("trade/pk_af_total_custom")


def test_a_parameter_in_a_nested_folder_has_a_longer_name(base):
    path = base.folder / "parameters/border.yaml"
    base.write("parameters/border/gates.yaml", path.read_text(encoding="utf-8"))
    parameter = base.load().parameters["border.gates.clearance_torkham"]
    assert (parameter.value, parameter.low, parameter.high) == (24.2, 5.0, 120.0)
    assert parameter.description == parameter.title


def test_loading_imports_nothing_heavy():
    code = "import sys; from regionsim.evidence import load_evidence; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "pandas", "scipy", "numba", "mesa", "matplotlib"} & set(loaded)
