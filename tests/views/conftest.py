"""Briefs of the toy model."""

import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
for folder in (TESTS / "ensemble", TESTS / "analysis", Path(__file__).resolve().parent):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))  # the toys


@pytest.fixture(scope="session")
def briefed(tmp_path_factory):
    """A brief of the two scenarios beside the baseline, with everything played."""
    from brief_toy import BRIEF_TOY, scenarios

    from regionsim.studies.briefing.gather import brief

    base, push, both = scenarios()
    out = tmp_path_factory.mktemp("runs")
    return brief(push, both, baseline=base, out=out, workers=1, full=True, engine=BRIEF_TOY)


@pytest.fixture(scope="session")
def page(briefed):
    """Its page."""
    from regionsim.views.report.page import page_of

    return page_of(briefed)
