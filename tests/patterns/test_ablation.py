"""The page of the ablation: a row for each family, and a family that is taken off again gives the row it has."""

from pathlib import Path

import pytest
from families import FAMILIES


def _rows(root: Path) -> dict[str, list[str]]:
    lines = (root / "docs" / "ablation.md").read_text("utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines if line.startswith("| `")]
    return {row[0].split("`")[1]: row for row in cells}


def test_the_page_has_a_row_for_each_family(root: Path) -> None:
    rows = _rows(root)

    assert list(rows) == list(FAMILIES)
    assert all(rows[name][0] == f"`{name}`: {family.title}" for name, family in FAMILIES.items())


@pytest.mark.slow
def test_a_family_taken_off_again_gives_its_row(root: Path) -> None:
    from ablation import line, outcome

    assert list(line("closures", outcome(""), outcome("closures"))) == _rows(root)["closures"]
