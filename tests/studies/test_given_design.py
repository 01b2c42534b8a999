"""Designs made elsewhere are played as they are, and their results go back to where they came from."""

import numpy as np
import pandas as pd
import pytest

from regionsim.errors import InputError
from regionsim.studies.api import problem, sweep
from tests.toys.analytic import ANALYTIC, ISHIGAMI, RANGED
from tests.toys.analytic import NAMES as INPUTS
from tests.toys.toy import TOY

SHORT = ["end=2025-08-24"]
HOW = {"replicates": 2, "outcomes": ["attacks@2025-08"], "sets": SHORT, "workers": 1, "engine": TOY}


def frame(**columns):
    return pd.DataFrame(columns)


def test_the_points_of_a_design_are_played_in_its_order_with_its_values(tmp_path):
    design = frame(**{"trade.potential": [8.0, 5.0, 8.0], "draws": ["fixed", "prior", "prior"]})
    swept = sweep("status_quo", design=design, out=tmp_path, **HOW)

    assert swept.points == [(8.0, "fixed"), (5.0, "prior"), (8.0, "prior")]
    assert swept.study.sample == "given:3"
    assert list(swept.means().columns) == ["attacks@2025-08"]
    assert swept.means().index.tolist() == [0, 1, 2]
    results = swept.results()
    np.testing.assert_array_equal(swept.means()["attacks@2025-08"], results["mean"])


def test_a_design_that_is_a_grid_gives_the_worlds_of_that_grid(tmp_path):
    grid = sweep("status_quo", {"trade.potential": [5, 8]}, out=tmp_path, **HOW)
    for design in (
        frame(**{"trade.potential": [5, 8]}),
        {"parameters.trade.potential": np.array([5.0, 8.0])},
        frame(**{"trade.potential": [5.0, 8.0], "scenario": [0, 1], "policy": ["a", "a"], "model": ["m", "m"]}),
    ):
        given = sweep("status_quo", design=design, out=tmp_path, **HOW)
        assert given.folder == grid.folder
        assert given.results().equals(grid.results())


def test_shares_are_quantiles_of_a_parameters_own_distribution(tmp_path):
    from regionsim.model.worlds import values_at
    from regionsim.scenario import load

    names = problem("status_quo")["names"][:2]
    design = pd.DataFrame([[0.1, 0.9], [0.5, 0.5], [0.9, 0.5]], columns=names)
    swept = sweep("status_quo", design=design, shares=True, out=tmp_path, **HOW)
    own = values_at(load("status_quo", sets=SHORT), {name: design[name].to_numpy() for name in names})

    assert [axis.path for axis in swept.study.over] == names
    np.testing.assert_allclose(np.array(swept.points, dtype=float), np.column_stack([own[name] for name in names]))


def test_a_problem_has_every_uncertain_input_once_with_bounds():
    whole = problem("status_quo")

    assert whole["num_vars"] == len(whole["names"]) == len(set(whole["names"])) > 50
    assert whole["bounds"] == [[0.0, 1.0]] * whole["num_vars"]
    some = problem("trade_push", ["trade.potential", "levers.trade_facilitation.intensity=0.2:1"])
    assert some["names"] == ["trade.potential", "levers.trade_facilitation.intensity"]
    assert some["bounds"] == [[0.0, 1.0], [0.2, 1.0]]


def test_salib_samples_a_problem_and_finds_in_the_results_what_is_known_of_the_function(tmp_path):
    saltelli = pytest.importorskip("SALib.sample.sobol")
    sobol = pytest.importorskip("SALib.analyze.sobol")
    names = list(INPUTS[:3])
    asked = problem("status_quo", [f"{name}={RANGED[name].low!r}:{RANGED[name].high!r}" for name in names])
    sample = saltelli.sample(asked, 256, calc_second_order=False, seed=1)
    swept = sweep(
        "status_quo", design=pd.DataFrame(sample, columns=asked["names"]), replicates=1,
        outcomes=[ISHIGAMI], sets=[*SHORT, "seed=0"], out=tmp_path, workers=1, engine=ANALYTIC,
    )  # fmt: skip
    found = sobol.analyze(asked, swept.means().iloc[:, 0].to_numpy(), calc_second_order=False, seed=1)

    np.testing.assert_allclose(found["ST"], [0.558, 0.442, 0.244], atol=0.12)  # Ishigami and Homma (1990)


def test_the_worlds_of_a_sweep_are_experiments_of_the_ema_workbench(tmp_path):
    swept = sweep("status_quo", {"trade.potential": [5, 8], "draws": ["prior", "fixed"]}, out=tmp_path, **HOW)
    experiments, outcomes = swept.to_ema()

    assert len(experiments) == 8
    assert experiments["trade.potential"].tolist() == [5, 5, 5, 5, 8, 8, 8, 8]
    assert experiments["policy"].tolist() == ["0", "0", "1", "1", "2", "2", "3", "3"]
    assert experiments["scenario"].tolist() == 4 * [0, 1]
    by_point = pd.Series(outcomes["attacks@2025-08"]).groupby(experiments["policy"]).mean()
    np.testing.assert_allclose(by_point, swept.means()["attacks@2025-08"], rtol=1e-6)


@pytest.mark.parametrize(
    ("design", "more", "words"),
    [
        ([[1, 2]], {}, "design: type list is not allowed"),
        ({}, {}, "design: has no columns"),
        ({"trade.potential": []}, {}, "columns of 0 points"),
        ({"trade.potential": [5], "draws": ["prior", "fixed"]}, {}, "columns of 1, 2 points"),
        ({"trade.potential": [5.0, float("nan")]}, {}, "design: trade.potential: nan must be a number"),
        ({"trade.potential": [5000]}, {}, "design: trade.potential: 5000 is out of range"),
        ({"trade.potentiel": [5]}, {}, "trade.potentiel"),
        ({3: [5]}, {}, "column 3 must be the path"),
        ({"trade.potential": [1.5]}, {"shares": True}, "holds shares, which are numbers from 0 to 1"),
        ({"draws": ["prior"]}, {"shares": True}, "draws"),
        ({"trade.potential": [5]}, {"shares": ["trade"]}, "shares: trade is not a column of the design"),
        ({"trade.potential": [5]}, {"over": {"draws": ["prior"]}}, "design: has all points already"),
        ({"trade.potential": [5]}, {"sample": "lhs:4"}, "design: has all points already"),
        (None, {"over": {"trade.potential": [5]}, "shares": True}, "shares: goes with a design"),
    ],
)
def test_a_faulty_design_is_one_clear_line_and_nothing_is_written(design, more, words, tmp_path):
    with pytest.raises(InputError, match=words) as caught:
        sweep("status_quo", design=design, out=tmp_path, **HOW, **more)
    assert all(fault.isprintable() for fault in caught.value.faults)
    assert list(tmp_path.iterdir()) == []


def test_a_problem_refuses_what_salib_cannot_sample():
    for over, words in (("trade.potential=5,8", "no range of numbers"), ("trade.potentiel", "unknown parameter")):
        with pytest.raises(InputError, match=words):
            problem("status_quo", [over])
