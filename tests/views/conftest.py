"""Briefs of the toy model."""

from dataclasses import replace

import pytest


@pytest.fixture(scope="session")
def briefed(tmp_path_factory):
    """A brief of the two scenarios beside the baseline, with everything played."""
    from regionsim.studies.briefing.gather import brief
    from tests.toys.brief_toy import BRIEF_TOY, scenarios

    base, push, both = scenarios()
    out = tmp_path_factory.mktemp("runs")
    return brief(push, both, baseline=base, out=out, workers=1, full=True, engine=BRIEF_TOY)


@pytest.fixture(scope="session")
def page(briefed):
    """Its page."""
    from regionsim.views.report.page import page_of

    return page_of(briefed)


@pytest.fixture(scope="session")
def alone(briefed):
    """A brief of one scenario."""
    charts = tuple(
        replace(
            chart, fans=(chart.fans[0], chart.fans[2]), gaps=chart.gaps[1:], yearly=(chart.yearly[0], chart.yearly[2])
        )
        for chart in briefed.charts
    )
    return replace(briefed, arms=briefed.arms[1:], charts=charts, front=charts[0])
