"""Implementations of the household rule and of the core rules are the same rules; the check that says so can say no.

A check of rules that are the same raises a false alarm with a probability of at most 0.001, whatever the seed.
"""

import json
import multiprocessing
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from agreement import FALSE_ALARM, QUANTITIES, agree, compare, compare_samples, holm, totals
from core_mesa import CoreModel, MesaCore
from core_numpy import NumpyCore
from core_rules import QUANTITIES as CORE
from core_rules import Core, Rules
from core_worlds import WorldsCore
from inputs import Arguments, KernelHouseholds, alike, calls, copied
from limits import ceilings
from mesa_households import MesaHouseholds
from numpy_households import NumpyHouseholds
from report import Report
from versions import BASE, Pair, Versions, quartiles

from regionsim.schema.categories import ARRIVAL, BIRTH, REMIGRATION

ROOT = Path(__file__).resolve().parents[2]
WEEKS = 6


@pytest.fixture(scope="module")
def live() -> Arguments:
    """What the kernel is handed amid expulsions."""
    return calls(1, 12, "forced_repatriation")[0]


@pytest.fixture(scope="module")
def given(live: Arguments) -> Arguments:
    return alike(live, copies=80, slots=400, busier=10.0)


def test_kernel_mesa_and_numpy_move_the_same_persons_in_distribution(given: Arguments) -> None:
    others = {"Mesa": MesaHouseholds(given, WEEKS), "NumPy": NumpyHouseholds(given, WEEKS)}

    found = compare(KernelHouseholds(given, WEEKS), others)

    assert len(found) == 2 * len(QUANTITIES)
    assert agree(found), found


def test_every_kind_of_move_happens_in_the_comparison(given: Arguments) -> None:
    assert np.all(totals(KernelHouseholds(given, WEEKS)).mean(axis=0) > 0.0)


@pytest.mark.parametrize(("name", "factor"), [("leave", 1.5), ("come", 0.5), ("south", 0.5), ("birth", 1.2)])
def test_a_rule_with_another_rate_is_noticed(given: Arguments, name: str, factor: float) -> None:
    other = copied(given)
    other[name] = other[name] * np.float32(factor)

    assert not agree(compare(KernelHouseholds(given, WEEKS), {"NumPy": NumpyHouseholds(other, WEEKS)}))


@pytest.mark.parametrize("kind", [MesaHouseholds, NumpyHouseholds])
def test_persons_are_conserved_in_the_other_implementations(given: Arguments, kind: type) -> None:
    played = kind(given, WEEKS)
    played.reset()
    played.run()
    stock: npt.NDArray[np.int64] = (
        np.array([model.stock for model in played.models]) if kind is MesaHouseholds else played.stock
    )
    moved = np.asarray(played.moved)
    into = moved[:, :, [ARRIVAL, REMIGRATION, BIRTH]].sum(axis=2)
    out = moved.sum(axis=2) - into

    np.testing.assert_array_equal(stock.sum(axis=2), given["stock"].sum(axis=2) + into - out)


def test_the_tightest_limit_comes_first() -> None:
    rates = {"Philox float32": 1e9, "Philox float64": 25e7, "triad, memory": 13e9, "triad, cache": 39e9}

    found = ceilings(rates, update_bytes=13, float32=1.0, float64=0.25)

    assert [one.limit for one in found] == ["random numbers", "memory bandwidth", "cache bandwidth"]
    assert [one.rate for one in found] == pytest.approx([5e8, 1e9, 3e9])


@pytest.fixture(scope="module")
def core(live: Arguments) -> Arguments:
    return alike(live, 1, slots=150, busier=5.0)


@pytest.fixture(scope="module")
def reference(core: Arguments) -> npt.NDArray[np.float64]:
    return WorldsCore(core, 100, 16).totals()


def test_the_core_rules_agree_in_three_manners(core: Arguments, reference: npt.NDArray[np.float64]) -> None:
    others: dict[str, Core] = {"Mesa": MesaCore(core, 100, 16, seed=1000), "NumPy": NumpyCore(core, 100, 16, seed=2000)}

    found = compare_samples(reference, {name: other.totals() for name, other in others.items()}, CORE)

    assert len(found) == 2 * len(CORE)
    assert agree(found), found
    assert np.all(reference.mean(axis=0) > 0.0)


@pytest.mark.parametrize("rules", [Rules(attacks=24.0), Rules(shutting=0.15), Rules(days_shut=60.0, shutting=0.2)])
def test_core_rules_with_other_numbers_are_noticed(
    core: Arguments, reference: npt.NDArray[np.float64], rules: Rules
) -> None:
    assert not agree(compare_samples(reference, {"NumPy": NumpyCore(core, 100, 16, rules).totals()}, CORE))


def test_batch_run_leaves_the_start_method_of_the_process_as_it_was(core: Arguments) -> None:
    before = multiprocessing.get_start_method(allow_none=True)

    MesaCore(core, 1, 1).totals()

    assert multiprocessing.get_start_method(allow_none=True) == before


def test_a_world_of_the_core_is_the_same_in_any_batch(core: Arguments, reference: npt.NDArray[np.float64]) -> None:
    np.testing.assert_array_equal(WorldsCore(core, 7, 16).totals(), reference[:7])


def test_persons_are_conserved_in_the_mesa_core(core: Arguments) -> None:
    model = CoreModel(core, rng=3)
    before = np.array(model.stock).sum()
    for _ in range(12):
        model.step()
    moved = np.array(model.moved).sum(axis=0)
    into = moved[[ARRIVAL, REMIGRATION, BIRTH]].sum()

    assert np.array(model.stock).sum() == before + into - (moved.sum() - into)
    assert len(model.datacollector.model_vars["attacks"]) == 12


def test_holms_adjustment_of_known_values() -> None:
    np.testing.assert_allclose(holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]).tolist() == [1.0, 1.0]


@pytest.mark.slow
def test_the_check_raises_no_more_false_alarms_than_it_says() -> None:
    rng = np.random.default_rng(9)
    alarms = sum(
        not agree(compare_samples(a, {"same": b}, CORE)) for a, b in rng.exponential(size=(300, 2, 40, len(CORE)))
    )

    assert alarms <= 3  # 300 runs at no more than 0.001: four or more come in fewer than 1 of 3,000
    assert FALSE_ALARM == 0.001


def test_tables_go_between_the_markers_of_the_page_and_every_table_has_a_place(tmp_path: Path) -> None:
    page = ROOT / "docs" / "performance.md"
    copy = tmp_path / "page.md"
    copy.write_text(page.read_text("utf-8"), encoding="utf-8")
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "benchmarks").glob("*.py"))
    names = set(re.findall(r'report\.add\(\s*"([^"]+)"', sources))
    places = re.findall(r"<!-- measured: (.+) -->", page.read_text("utf-8"))
    report = Report()
    report.add("pool", "Pool", ("worlds", "s"), [("1", "2.5")], "A note.")

    report.write(copy)

    assert sorted(places) == sorted(names)
    assert (
        "<!-- measured: pool -->\n\n| worlds | s |\n|---|---:|\n| 1 | 2.5 |\n\nA note.\n\n<!-- end -->"
        in copy.read_text("utf-8")
    )
    report.add("nowhere", "Nowhere", ("a",), [])
    with pytest.raises(ValueError, match="0 places for nowhere"):
        report.write(copy)


def test_ratios_are_taken_within_turns_and_quartiles_over_them() -> None:
    pair = Pair((4.0, 6.0, 8.0, 9.0, 5.0), (2.0, 2.0, 2.0, 3.0, 5.0))

    assert pair.times == (2.0, 3.0, 4.0, 3.0, 1.0)
    assert quartiles(pair.times) == (2.0, 3.0, 3.0)
    assert pair.cells(1e3) == ("6e+03", "2e+03", "3.00", "2.00-3.00")
    assert quartiles([7.0]) == (7.0, 7.0, 7.0)


@pytest.mark.slow
def test_the_quick_benchmark_runs_and_reports(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "run.py"), "--quick", "--json", str(tmp_path / "report.json")]

    subprocess.run(
        [*command, "--only", "core", "kernels", "runs", "profile"], check=True, stdout=subprocess.PIPE, timeout=900
    )

    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["agreement"]["agreed"]
    assert [run["worlds"] for run in report["runs"]] == [1, 100, 1000]
    cost = report["core"]["seconds a world"]
    assert cost["worlds"]["1000"] < cost["NumPy"]["1"] < cost["Mesa, do"]["1"]
    assert all(rate["median"] > 0.0 for rate in report["rates"].values())


@pytest.mark.slow
def test_the_base_commit_and_the_present_are_measured_in_turns() -> None:
    known = subprocess.run(["git", "cat-file", "-e", BASE], cwd=ROOT, check=False, capture_output=True)
    if known.returncode:
        pytest.skip("the base commit is not in this checkout")
    with Versions() as versions:
        told = [
            version.ask("open", name="a", worlds=2, scenario="status_quo", sets=["end=2025-09-15"])
            for version in versions
        ]
        pair = versions.turns(2, lambda version: float(version.ask("step", name="a", weeks=1)["seconds"]))
        folder = versions.folder

    assert [answer["weeks"] for answer in told] == [4, 4]
    assert min(*pair.base, *pair.now) > 0.0
    assert not folder.exists()
