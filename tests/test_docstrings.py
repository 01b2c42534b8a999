"""Docstrings as the site reads them: prose stays prose, parameters become a list, nothing is taken for markup."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "docs" / "site"))
from docstrings import as_rest, prose  # a neighbour of conf.py, not a package


def rest(text: str, *names: str) -> str:
    return "\n".join(as_rest(text.split("\n"), set(names))).strip()


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("a `place` in it", "a ``place`` in it"),
        ("see `PlaySettings`", "see :py:obj:`PlaySettings <regionsim.PlaySettings>`"),
        ("its `run` is the run", "its ``run`` is the run"),
        ("Raises InputError.", "Raises :py:exc:`InputError <regionsim.InputError>`."),
        ("2 * 3 of trade_volume@2030 and from_", r"2 \* 3 of trade_volume\@2030 and from\_"),
    ],
)
def test_only_code_and_public_classes_are_marked_up(text: str, made: str) -> None:
    assert prose(text) == made


def test_named_parameters_become_a_list_and_what_is_raised_stands_behind_it() -> None:
    text = "Play it.\n\nworlds: how many; out: the\nfolder. note: no parameter. Raises InputError for none."
    made = (
        "Play it.\n\n``worlds``\n    how many\n``out``\n    the folder. note: no parameter.\n\n"
        "Raises :py:exc:`InputError <regionsim.InputError>` for none."
    )
    assert rest(text, "worlds", "out") == made


def test_a_block_that_is_set_in_stays_as_it_is() -> None:
    assert rest("Thus:\n\n    import regionsim as rs\n    rs.run(*names)") == (
        "Thus:\n\n::\n\n    import regionsim as rs\n    rs.run(*names)"
    )
