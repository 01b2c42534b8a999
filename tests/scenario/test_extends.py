"""A scenario on top of another: maps merge, null removes, lists append, and nothing leads outside."""

import os
from datetime import date
from pathlib import Path

import pytest

from regionsim.errors import InputError
from regionsim.runs import PlaySettings
from regionsim.runs.planning import planned
from regionsim.scenario import Scenario, load

from .names import NAMES, VALID


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "base.yaml").write_text(VALID, encoding="utf-8")
    return tmp_path


def child(folder: Path, text: str, base: str = "base", sets: tuple[str, ...] = ()) -> Scenario:
    path = folder / "child.yaml"
    path.write_text(f"title: Child\nextends: {base}\n{text}", encoding="utf-8")
    return load(path, sets=sets, vocabulary=NAMES)


def test_what_is_not_written_is_taken_over(folder: Path) -> None:
    base, scenario = load(folder / "base.yaml", vocabulary=NAMES), child(folder, "")

    assert scenario.title == "Child"
    assert scenario.numbers_key() == base.numbers_key()
    assert scenario.expect == base.expect


def test_maps_merge_down_to_single_values(folder: Path) -> None:
    scenario = child(folder, "levers: {trade_facilitation: {intensity: 0.3}, route_security: {from: 2026-02-01}}\n")

    assert list(scenario.levers) == ["trade_facilitation", "joint_border_management", "route_security"]
    lever = scenario.levers["trade_facilitation"]
    assert (lever.intensity, lever.ramp_weeks) == (0.3, 52)


def test_null_removes_a_lever_a_value_and_a_whole_section(folder: Path) -> None:
    text = "levers: {joint_border_management: null, trade_facilitation: {ramp: null}}\nparameters:\nshocks: ~\n"
    scenario = child(folder, text)

    assert list(scenario.levers) == ["trade_facilitation"]
    assert scenario.levers["trade_facilitation"].ramp_days == 0
    assert scenario.parameters == {}
    assert scenario.shocks == ()


def test_lists_append(folder: Path) -> None:
    scenario = child(folder, "evidence: [SC03]\nshocks:\n  - {kind: accusation, on: 2026-05-01}\n")

    assert scenario.evidence == ("SC02", "MA84", "SC03")
    assert [shock.kind for shock in scenario.shocks] == ["border_closure", "visit", "accusation"]


def test_a_list_that_begins_with_null_stands_by_itself(folder: Path) -> None:
    scenario = child(folder, "evidence: [null, SC03]\nshocks:\n  - null\nexpect: [~]\n")

    assert (scenario.evidence, scenario.shocks, scenario.expect) == (("SC03",), (), ())


def test_a_leading_null_needs_a_list_to_remove(folder: Path) -> None:
    (folder / "least.yaml").write_text("format: 1\ntitle: x\nstart: 2025-08-18\nend: 2026-08-18\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"child\.yaml:3:12: evidence\.0: null removes what .* lists nothing here"):
        child(folder, "evidence: [null, SC03]\n", base="least")


def test_a_distribution_of_another_kind_replaces_the_whole(folder: Path) -> None:
    name = "security.ttp_strength_initial"
    other = child(folder, f"parameters: {{{name}: {{distribution: uniform, low: 4000, high: 5000}}}}\n")
    same = child(folder, f"parameters: {{{name}: {{distribution: triangular, high: 9000}}}}\n")
    part = child(folder, f"parameters: {{{name}: {{low: 4000}}}}\n")

    assert other.resolved()["parameters"][name] == {"distribution": "uniform", "low": 4000.0, "high": 5000.0}
    assert same.resolved()["parameters"][name]["high"] == 9000.0
    assert same.resolved()["parameters"][name]["mode"] == 6250.0
    assert part.resolved()["parameters"][name]["low"] == 4000.0


def test_a_value_replaces_a_distribution_and_the_other_way(folder: Path) -> None:
    text = "parameters: {security.ttp_strength_initial: 6000, trade.habit: {distribution: uniform, low: 0, high: 1}}\n"
    scenario = child(folder, text)

    assert scenario.parameters["security.ttp_strength_initial"] == 6000.0
    assert not isinstance(scenario.parameters["trade.habit"], float)


def test_three_files_merge_in_order(folder: Path) -> None:
    (folder / "middle.yaml").write_text("extends: base\ntitle: Middle\nworlds: 11\nseed: 11\n", encoding="utf-8")
    scenario = child(folder, "seed: 12\n", base="middle.yaml")

    assert (scenario.title, scenario.worlds, scenario.seed, scenario.weeks) == ("Child", 11, 12, 105)


def test_a_shipped_scenario_is_found_from_any_folder_and_a_file_beside_comes_first(folder: Path) -> None:
    assert child(folder, "", base="status_quo").weeks == 522
    (folder / "status_quo.yaml").write_text(VALID, encoding="utf-8")
    assert child(folder, "", base="status_quo").weeks == 105


def test_a_file_in_a_folder_below_is_beside(folder: Path) -> None:
    (folder / "parts").mkdir()
    (folder / "base.yaml").rename(folder / "parts" / "base.yaml")

    assert child(folder, "", base="parts/base.yaml").weeks == 105


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="needs symbolic links")
def test_a_link_that_leads_outside_is_refused(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.yaml").write_text(VALID, encoding="utf-8")
    (folder / "link.yaml").symlink_to(outside / "secret.yaml")
    (folder / "way").symlink_to(outside)
    for word in ("link", "link.yaml", "way/secret.yaml"):
        with pytest.raises(InputError, match=r"child\.yaml:2:10: extends: .* leads outside this file's folder"):
            child(folder, "", base=word)


@pytest.mark.skipif(os.name == "nt", reason="needs symbolic links")
def test_links_inside_the_folder_are_followed_and_circles_through_them_found(folder: Path) -> None:
    (folder / "link.yaml").symlink_to("base.yaml")
    (folder / "self.yaml").symlink_to("child.yaml")
    (folder / "loop.yaml").symlink_to("loop.yaml")

    assert child(folder, "", base="link").weeks == 105
    with pytest.raises(InputError, match="extends in a circle"):
        child(folder, "", base="self")
    with pytest.raises(InputError, match=r"child\.yaml:2:10: extends: "):
        child(folder, "", base="loop.yaml")


def test_a_fault_taken_over_is_told_where_it_is_written(folder: Path) -> None:
    (folder / "base.yaml").write_text(VALID.replace("worlds: 40", "worlds: 0"), encoding="utf-8")
    with pytest.raises(InputError, match=r"base\.yaml:8:9: worlds: 0 is out of range"):
        child(folder, "")
    assert child(folder, "worlds: 3\n").worlds == 3


# -- a horizon cut short ---------------------------------------------------------------------------------------------


def test_an_earlier_end_leaves_out_what_comes_after(folder: Path) -> None:
    scenario = child(folder, "end: 2026-06-30\n")

    assert list(scenario.levers) == ["trade_facilitation"]
    assert scenario.shocks == ()
    assert scenario.expect == ()
    by_hand = load(folder / "base.yaml", sets=["end=2026-06-30"], vocabulary=NAMES)
    assert by_hand.numbers_key() == scenario.numbers_key()
    late = ("levers.joint_border_management", "shocks.autumn", "shocks.visit")
    assert by_hand.left_out == scenario.left_out == late


def test_what_an_earlier_end_leaves_out_is_told_before_a_run(tmp_path: Path) -> None:
    file = {
        "title": "Late", "extends": "status_quo", "levers": {"trade_facilitation": {"from": date(2030, 1, 1)}}
    }  # fmt: skip
    scenario = load(file, sets=["end=2027-08-16"])
    told = "late: levers.trade_facilitation begins after the end, 2027-08-16, and does not act"
    assert planned(scenario, PlaySettings(out=tmp_path)).warnings == (told,)
    assert load(file).left_out == ()


def test_an_earlier_end_keeps_what_still_acts(folder: Path) -> None:
    scenario = child(folder, "end: 2026-09-30\nexpect:\n  - {name: x, that: trade_volume@2026-09 > 1, in: median}\n")

    assert len(scenario.levers) == 2
    assert [shock.kind for shock in scenario.shocks] == ["border_closure"]
    assert [one.name for one in scenario.expect] == ["x"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "levers: {route_security: {from: 2027-01-01}}",
            r"child\.yaml:4:33: levers\.route_security\.from: .* too late",
        ),
        ("levers: {trade_facilitation: {from: 2027-01-01}}", r"child\.yaml:4:37: .* too late to act"),
        ("shocks: [{kind: visit, on: 2027-01-01}]", r"child\.yaml:4:28: shocks\.0\.on: .* outside the horizon"),
        (
            "expect: [{name: x, that: attacks@2027 > 1, in: median}]",
            r"child\.yaml:4:26: expect\.0\.that: @2027 is outside",
        ),
    ],
)
def test_what_is_written_after_the_end_beside_it_is_a_fault(text: str, fault: str, folder: Path) -> None:
    with pytest.raises(InputError, match=fault):
        child(folder, f"end: 2026-06-30\n{text}\n")


def test_a_later_start_does_not_strike_shocks_before_it(folder: Path) -> None:
    with pytest.raises(InputError, match=r"base\.yaml:\d+:\d+: shocks\.0\.on: 2026-09-01 is outside the horizon"):
        child(folder, "start: 2026-09-15\n")
