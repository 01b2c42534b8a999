"""Several runs as one value: a list whose items have names.

Core objects: `Runs`, and `labels`, the names of runs that are shown side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, overload

import numpy as np

from regionsim.display import Shown
from regionsim.errors import InputError
from regionsim.runs.results import Run
from regionsim.yamlfile.faults import allowed

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd


class Runs(Shown, Sequence[Run]):
    """Runs in the order in which they were asked for, by position or by name.

    A name is the scenario's, with the run's hash after it where several have the same. Unpacking gives runs;
    `dict(runs)` maps names to runs.
    """

    def __init__(self, runs: Sequence[Run]) -> None:
        self._runs = tuple({run.path.absolute(): run for run in runs}.values())
        self._names = tuple(labels(self._runs))

    @overload
    def __getitem__(self, key: int | str) -> Run: ...
    @overload
    def __getitem__(self, key: slice) -> Runs: ...
    def __getitem__(self, key: int | str | slice) -> Run | Runs:
        """A run by position or name, or some by a slice. Raises InputError for an unknown name."""
        if isinstance(key, slice):
            return Runs(self._runs[key])
        if isinstance(key, str):
            if key not in self._names:
                raise InputError(f"{key!r} is not among these runs {allowed(key, self._names)}")
            return self._runs[self._names.index(key)]
        return self._runs[key]

    def __len__(self) -> int:
        return len(self._runs)

    def __iter__(self) -> Iterator[Run]:
        return iter(self._runs)

    def __repr__(self) -> str:
        return f"<{len(self)} runs: {', '.join(self._names)}>"

    def keys(self) -> tuple[str, ...]:
        """The names."""
        return self._names

    def items(self) -> tuple[tuple[str, Run], ...]:
        """Pairs of name and run."""
        return tuple(zip(self._names, self._runs, strict=True))

    def frame(self, indicator: str | Iterable[str] | None = None, place: str | None = None) -> pd.DataFrame:
        """As `Run.frame`, of every run, with a first column, scenario: the name."""
        return self._stacked([run.frame(indicator, place) for run in self])

    def to_ema(
        self, indicators: str | Iterable[str] | None = None
    ) -> tuple[pd.DataFrame, dict[str, npt.NDArray[np.float64]]]:
        """As `Run.to_ema`, the worlds of all runs below each other; policy is the name of the run.

        Runs of different lengths are cut at the first common end. Inputs that vary in some runs only are left out.
        Raises InputError for runs that start on different days.
        """
        import pandas as pd

        if len({run.manifest.start for run in self}) > 1:
            raise InputError("to_ema: the runs start on different days")
        weeks = min(run.weeks for run in self)
        parts = [run.until(weeks).to_ema(indicators) for run in self]
        frames = [frame.assign(policy=name) for name, (frame, _) in zip(self._names, parts, strict=True)]
        outcomes = [outcome for _, outcome in parts]
        names = [name for name in outcomes[0] if all(name in outcome for outcome in outcomes)]
        joined = {name: np.concatenate([outcome[name] for outcome in outcomes]) for name in names}
        return pd.concat(frames, join="inner", ignore_index=True), joined

    def summary(self) -> pd.DataFrame:
        """The summaries of all runs, with a first column, scenario: the name."""
        return self._stacked([run.summary() for run in self])

    def _stacked(self, frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
        """The frames of all runs below each other, with a first column, scenario: the name."""
        import pandas as pd

        for name, frame in zip(self._names, frames, strict=True):
            frame.insert(0, "scenario", name)
        return pd.concat(frames, ignore_index=True)


def labels(runs: Sequence[Run]) -> list[str]:
    """A name for each run: the scenario's, with the hash where names are equal."""
    names = [run.name for run in runs]
    return [run.name if names.count(run.name) == 1 else f"{run.name}-{run.hash}" for run in runs]
