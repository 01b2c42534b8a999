"""Each pattern of the record, held against the distribution of the model over worlds.

A comparison by tail area fails with probability `ALPHA` though the model were right; other rules say what they ask
for. What the model does not reproduce is expected to fail, strictly: a model that learns it must say so here.
"""

from pathlib import Path

import pictures
import pytest
from pattern_register import FINDINGS, MISSES, SLOW, WEAK
from PIL import Image

MISSED = {name: f"{miss.figure}. {miss.why}" for name, miss in MISSES.items()}


def _case(name: str) -> object:
    marks = [pytest.mark.slow] if name in SLOW else []
    if name in MISSED:
        marks.append(pytest.mark.xfail(strict=True, reason=MISSED[name], raises=AssertionError))
    return pytest.param(name, marks=marks, id=name)


@pytest.mark.parametrize("name", [_case(name) for name in FINDINGS])
def test_the_model_shows_the_pattern(name: str) -> None:
    finding = FINDINGS[name]()

    assert finding.holds, str(finding)


def test_what_is_missed_weak_or_slow_is_among_the_findings() -> None:
    assert MISSES.keys() | WEAK.keys() | SLOW <= FINDINGS.keys()


@pytest.mark.slow
def test_the_page_of_patterns_and_its_picture_hold_the_figures_of_this_model(root) -> None:
    from table import findings, in_order, page

    found = findings()
    assert (root / "docs" / "patterns.md").read_text("utf-8") == page(found), "run ./dev python tests/patterns/table.py"
    shown = pictures.strip_digest(in_order(found))
    assert _source(root / "docs" / "img" / "patterns.png") == shown, "run ./dev python tests/patterns/table.py"


@pytest.mark.slow
def test_the_picture_of_history_shows_what_this_model_plays(root) -> None:
    assert _source(root / "docs" / "img" / "history.png") == pictures.history_digest(pictures.played()[1])


def _source(path: Path) -> str:
    """What a picture says it was made of."""
    with Image.open(path) as picture:
        return str(picture.info["Source"])
