"""The tries of the page on reliability that no other test here makes, and the page that counts them all."""

import re

import pytest

from .page import CLASSES, PAGE, failures, page
from .tries import LIMITED, SMALL

TRIED_HERE = {"commands": 2, "folders": 2, "kills": 4}
"""Class -> into how many tests its tries are cut. The other classes have slow tests of their own."""
ONE_IN = 4
"""Of these tries one in so many is made here; the page makes all."""


@pytest.mark.slow
@pytest.mark.parametrize(("name", "part"), [(name, k) for name, parts in TRIED_HERE.items() for k in range(parts)])
def test_no_try_fails(name: str, part: int) -> None:
    assert failures(name, range(part, CLASSES[name].tries, ONE_IN * TRIED_HERE[name])) == []


def test_a_try_that_raises_is_told_and_the_others_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def one_try(seed: int, _folder: object) -> None:
        if seed == 2:
            raise ValueError("a wrong answer")

    monkeypatch.setitem(CLASSES, "kills", type(CLASSES["kills"])("kills", 4, "", one_try))
    assert failures("kills", range(4)) == ["kills 2: ValueError: a wrong answer"]


def test_the_page_counts_every_class_and_no_failure() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| ([\d,]+) \| (\d+) \|", text, re.MULTILINE)
    assert [(title, int(count.replace(",", "")), int(failed)) for title, count, failed in rows] == [
        (one.title, one.tries, 0) for one in CLASSES.values()
    ]
    listed = text.partition("## Limits")[2]
    assert listed == page([]).partition("## Limits")[2]
    assert listed.count("\n- ") == len(LIMITED) + len(SMALL)
