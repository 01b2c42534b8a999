import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import regionsim as rs

PAGE = Path(__file__).resolve().parents[1] / "docs" / "api.md"
PUBLIC = [name for name in dir(rs) if not name.startswith("_")]


def test_dir_offers_the_public_names_and_nothing_else():
    assert dir(rs) == sorted(rs.__all__)


def test_the_page_of_the_api_lists_every_public_name_once():
    listed = re.findall(r"^\.\. (?:auto\w+|data):: (\w+)$", PAGE.read_text("utf-8"), re.MULTILINE)

    assert sorted(listed) == sorted(rs.__all__)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_says_what_it_is(name):
    thing = getattr(rs, name)
    own = [
        part
        for key, part in vars(thing).items()
        if not key.startswith("_") and (inspect.isfunction(part) or isinstance(part, property))
    ]

    for one in [thing, *own] if inspect.isclass(thing) else [thing]:
        doc = inspect.getdoc(one)
        assert doc, one
        assert doc != inspect.getdoc(object), one


@pytest.mark.parametrize("name", [name for name in PUBLIC if name[0].islower()])
def test_a_public_function_says_the_type_of_all_it_takes_and_gives(name):
    signature = inspect.signature(getattr(rs, name))

    assert signature.return_annotation is not inspect.Signature.empty
    assert [key for key, one in signature.parameters.items() if one.annotation is inspect.Parameter.empty] == []


def test_the_names_of_the_contract_are_there():
    for name in (
        *("run", "compare", "why", "check", "sweep", "sensitivity", "discover", "load", "open_run", "replay", "plan"),
        *("Run", "RegionModel", "Scenario", "Comparison", "Why", "Checked", "Sweep", "Sensitivity", "Discovery"),
    ):
        assert callable(getattr(rs, name)), name
        assert name in dir(rs)
    assert rs.__version__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'walk'"):
        _ = rs.walk


def test_importing_regionsim_imports_nothing_heavy():
    code = """
import sys, regionsim, regionsim.errors
heavy = ("numpy", "numba", "pandas", "mesa", "matplotlib", "pyarrow", "pydantic")
print([name for name in heavy if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("old", "name", "new"),
    [
        ("ensemble", "Run", "regionsim.runs.results"),
        ("analysis", "compare", "regionsim.studies.compare"),
        ("analysis", "players", "regionsim.studies.overrides"),
        ("analysis", "hindcast", "regionsim.history.hindcast"),
    ],
)
def test_old_names_lead_to_the_new_ones_and_say_so(old, name, new):
    sys.modules.pop(f"regionsim.{old}", None)
    with pytest.warns(DeprecationWarning, match="now"):
        module = importlib.import_module(f"regionsim.{old}")
    found = getattr(module, name)
    assert new in (getattr(found, "__module__", None), found.__name__)


def test_opening_a_run_needs_neither_numba_nor_mesa_nor_matplotlib():
    code = (
        "import sys, regionsim; regionsim.open_run; "
        "print([m for m in ('numba', 'mesa', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
