"""Briefs of the toy model."""

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
