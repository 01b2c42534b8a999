"""What is put on top of a file is applied to a file without fault: a flag never hides one."""

from pathlib import Path

import pytest

from regionsim.errors import InputError
from regionsim.scenario import load

HEAD = "format: 1\ntitle: T\nextends: trade_push\n"
HIDDEN = {
    "worlds: several": {"worlds": 2},
    "seed: -3": {"seed": 1},
    "end: 2026-02-31": {"sets": ["end=2030-01-01"]},
    "draws: guessed": {"sets": ["draws=fixed"]},
    "parameters: {trade.potental: 1}": {"sets": ["parameters=null"]},
    "parameters: {trade.potential: 1e9}": {"sets": ["parameters.trade.potential=9"]},
    "levers: {trade_facilitation: {intensity: 3}}": {"sets": ["levers.trade_facilitation.intensity=0.5"]},
    "levers: {transit_agreement: {from: 2150-01-01}}": {"sets": ["end=2027-01-01"]},
    "shocks: [{kind: flood}]": {"sets": ["shocks=null"]},
    "shocks: [{kind: airstrike, on: 2026-01-01, id: s, deaths: 1.5}]": {"sets": ["shocks.s.deaths=2"]},
    "timeline: some": {"sets": ["timeline=none"]},
    "expect: [{name: a, that: nothing, in: median}]": {"sets": ["expect=null"]},
    "baseline: nowhere": {"sets": ["baseline=status_quo"]},
    "evidence: [XX99]": {"sets": ["evidence=null"]},
    "title: 5": {"sets": ["title=a"]},
    "horizon: 3": {"sets": ["horizon=null"]},
}


@pytest.mark.parametrize(("fault", "flag"), HIDDEN.items())
def test_a_flag_hides_no_fault_of_the_file_nor_of_what_it_extends(tmp_path: Path, fault: str, flag: dict) -> None:
    head = HEAD.replace("title: T\n", "") if fault.startswith("title") else HEAD
    (tmp_path / "low.yaml").write_text(f"{head}{fault}\n", encoding="utf-8")
    (tmp_path / "high.yaml").write_text("format: 1\nextends: low\n", encoding="utf-8")
    for name in ("low", "high"):
        with pytest.raises(InputError) as plain:
            load(tmp_path / f"{name}.yaml")
        with pytest.raises(InputError) as flagged:
            load(tmp_path / f"{name}.yaml", **flag)
        assert set(plain.value.faults) <= set(flagged.value.faults)
        assert all("low.yaml:" in line for line in plain.value.faults)


def test_a_fault_of_a_flag_is_told_beside_those_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "low.yaml").write_text(f"{HEAD}worlds: several\n", encoding="utf-8")
    with pytest.raises(InputError) as told:
        load(tmp_path / "low.yaml", seed=-1, sets=["draws=guessed"])
    assert [line.split(": ")[0].rpartition("/")[2] for line in told.value.faults] == ["low.yaml:4:9", "seed", "sets"]


def test_flags_still_override_what_is_sound(tmp_path: Path) -> None:
    (tmp_path / "low.yaml").write_text(f"{HEAD}worlds: 5\nseed: 1\n", encoding="utf-8")
    found = load(tmp_path / "low.yaml", worlds=2, seed=3, sets=["end=2027-01-01", "levers.trade_facilitation=null"])
    assert (found.worlds, found.seed, found.end.year) == (2, 3, 2027)
    assert "trade_facilitation" not in found.levers
