"""The old name of `regionsim.runs`, for one version: names are found there, with a warning."""

import warnings
from typing import Any

from regionsim import runs

warnings.warn("regionsim.ensemble is called regionsim.runs now", DeprecationWarning, stacklevel=2)


def __getattr__(name: str) -> Any:
    return getattr(runs, name)
