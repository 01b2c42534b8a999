"""Studies asked for in a line of Python are those of the commands."""

import numpy as np
import pytest

from regionsim.errors import InputError
from regionsim.runs import run
from regionsim.studies.api import discover, sensitivity, sweep
from regionsim.studies.designs import read_axis
from regionsim.studies.sweep import Study, Sweep
from tests.toys.analytic import ANALYTIC
from tests.toys.toy import TOY

SHORT = ["end=2025-11-01"]


@pytest.fixture
def swept(tmp_path):
    return sweep(
        "status_quo",
        {"trade.potential": "5:15:3", "draws": ["prior", "fixed"]},
        replicates=4,
        outcomes=["trade_volume@2025-10", "attacks@2025-10"],
        sets=SHORT,
        out=tmp_path,
        workers=1,
        engine=TOY,
    )


def test_a_sweep_is_that_of_the_same_words_on_the_command_line(swept, tmp_path):
    axes = (read_axis("trade.potential", "5:15:3"), read_axis("draws", "prior,fixed"))
    outcomes = ("trade_volume@2025-10", "attacks@2025-10")
    same = Sweep(Study("status_quo", axes, None, 4, None, tuple(SHORT), outcomes), out=tmp_path, engine=TOY)

    assert swept.folder == same.folder
    assert len(swept.results()) == 6 * 2
    assert (swept.folder / "results.csv").is_file()


def test_a_sweep_is_plotted_by_outcome_and_an_unknown_one_is_told_with_the_choices(swept):
    assert "attacks@2025-10" in swept.plot("attacks@2025-10").texts[0].get_text()
    assert "trade_volume@2025-10" in swept.plot().texts[0].get_text()
    with pytest.raises(InputError, match=r"'attack@2025-10' is not an outcome .*did you mean attacks@2025-10"):
        swept.plot("attack@2025-10")


def test_a_sensitivity_study_ranks_and_is_plotted(tmp_path):
    pytest.importorskip("SALib")
    found = sensitivity(
        "status_quo",
        over=["trade.potential", "trade.habit"],
        samples=4,
        replicates=2,
        outcomes=["trade_volume@2025-08"],
        sets=["end=2025-08-24"],
        out=tmp_path,
        workers=1,
        engine=ANALYTIC,
    )

    assert set(found.tables.indices["input"]) <= {"trade.potential", "trade.habit"}
    if (found.tables.outcomes["verdict"] == "ranked").any():
        assert found.plot().axes
    with pytest.raises(InputError, match="is not an outcome"):
        found.plot("attacks@2025-08")


def test_futures_are_searched_in_a_run_as_in_its_folder_and_no_box_is_said(tmp_path):
    played = run("status_quo", worlds=60, sets=SHORT, out=tmp_path, workers=1, engine=TOY)
    middle = float(np.median(played.values("attacks")[:, -1]))
    found = discover(played, f"attacks@2025-10 < {middle:.6g}", boxes=1)

    assert found.sentences() == discover(played.path, f"attacks@2025-10 < {middle:.6g}", boxes=1).sentences()
    assert found.base == pytest.approx(0.5, abs=0.1)
    if not found.boxes:
        with pytest.raises(InputError, match="no box to draw: "):
            found.plot()
