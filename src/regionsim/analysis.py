"""Deprecated name of `regionsim.studies` and `regionsim.history`, kept for one version: gives their modules."""

import warnings
from importlib import import_module
from typing import Any

_MOVED = {
    "asked": "studies.api", "boxes": "studies.prim", "cases": "studies.expectation_cases",
    "claims": "studies.expectations", "differences": "stats.differences", "flips": "history.decision_reversals",
    "futures": "studies.case_table", "known": "history.vintage", "players": "studies.overrides",
    "rivals": "history.structural_alternatives", "studies": "studies.sweep", "supplied": "history.external_data",
}  # fmt: skip
"""Old module -> new one, if its name changed as well."""

warnings.warn("regionsim.analysis is now regionsim.studies and regionsim.history", DeprecationWarning, stacklevel=2)


def __getattr__(name: str) -> Any:
    for place in (_MOVED[name],) if name in _MOVED else (f"studies.{name}", f"history.{name}"):
        try:
            return import_module(f"regionsim.{place}")
        except ModuleNotFoundError as fault:
            if fault.name != f"regionsim.{place}":
                raise
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
