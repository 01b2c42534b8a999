"""Deprecated name of `regionsim.runs`, kept for one version."""

import warnings
from typing import Any

from regionsim import runs

warnings.warn("regionsim.ensemble is now regionsim.runs", DeprecationWarning, stacklevel=2)


def __getattr__(name: str) -> Any:
    return getattr(runs, name)
