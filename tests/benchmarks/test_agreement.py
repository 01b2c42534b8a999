"""The three implementations of the household rule are the same rule, and the check that says so can say no."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from agreement import QUANTITIES, agree, compare, totals
from inputs import Arguments, KernelHouseholds, alike, calls, copied
from limits import ceilings
from mesa_households import MesaHouseholds
from numpy_households import NumpyHouseholds

from regionsim.model.populations.households import ARRIVAL, BIRTH, REMIGRATION

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


@pytest.mark.slow
def test_the_quick_benchmark_runs_and_reports(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "run.py"), "--quick", "--json", str(tmp_path / "report.json")]

    subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=600)

    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["agreement"]["agreed"]
    assert [run["worlds"] for run in report["runs"]] == [1, 100, 1000]
    assert all(rate["median"] > 0.0 for rate in report["rates"].values())
