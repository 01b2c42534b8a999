import importlib
import subprocess
import sys

import pytest

import regionsim as rs


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
