"""Registers with `regionsim.plots`, on import, which function draws which result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regionsim.plots import drawing
from regionsim.runs import Run
from regionsim.studies.compare import Comparison
from regionsim.studies.discovery import Discovery
from regionsim.studies.sensitivity import Sensitivity
from regionsim.studies.sweep import Sweep
from regionsim.studies.why import Why
from regionsim.views.compare import comparison_figure, difference_chart
from regionsim.views.discovery import discovery_figure
from regionsim.views.fans import fan_chart
from regionsim.views.sensitivity import sensitivity_figure
from regionsim.views.sweeps import sweep_figure
from regionsim.views.why import why_figure

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from regionsim.studies.arms import Outcome


@drawing.register(Run)
def _(run: Run, indicator: str, place: str | None = None, ax: Axes | None = None) -> Axes:
    return fan_chart(run, indicator, place=place, ax=ax)


@drawing.register(Comparison)
def _(comparison: Comparison, arm: int, outcome: Outcome | None = None, ax: Axes | None = None) -> Axes | Figure:
    if outcome is None:
        return comparison_figure(comparison, arm)[0]
    return difference_chart(comparison, arm, outcome, ax=ax)


@drawing.register(Discovery)
def _(discovery: Discovery) -> Figure:
    return discovery_figure(discovery)[0]


@drawing.register(Sensitivity)
def _(study: Sensitivity, about: dict[str, Any], rows: pd.DataFrame) -> Figure:
    return sensitivity_figure(study, about, rows)[0]


@drawing.register(Sweep)
def _(sweep: Sweep, outcome: str, rows: pd.DataFrame) -> Figure:
    return sweep_figure(sweep, outcome, rows)[0]


@drawing.register(Why)
def _(why: Why) -> Figure:
    return why_figure(why)[0]
