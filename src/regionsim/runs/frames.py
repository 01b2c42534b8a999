"""A run as tables of other libraries: tidy pandas frames, an xarray Dataset, and what the EMA Workbench takes.

Core objects: `read_frame`, `read_dataset`, `read_experiments`, and `parse_column`, which reads names such as
"closure_days[torkham]".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from regionsim.doors import texts
from regionsim.errors import InputError, install_line
from regionsim.indicators import INDICATORS

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from regionsim.runs.results import Run

_PLACED = re.compile(r"(\w+)\[(\w+)\]")
_KEYS = ("world", "arm", "draw", "replicate")
TIME = "TIME"
"""The outcome in which the EMA Workbench looks for the time of each column: decimal years."""


def parse_column(name: object, place: str | None = None) -> tuple[str, str | None]:
    """Indicator and place of a name such as "attacks" or "closure_days[torkham]". Raises InputError."""
    if not isinstance(name, str):
        raise InputError(f"{name!r}: is not the name of an indicator (such as 'closure_days[torkham]')")
    match = _PLACED.fullmatch(name)
    if match is None:
        return name, place
    if place not in (None, match[2]):
        raise InputError(f"{name}: names a place, and so does {place!r} (give one of them)")
    return match[1], match[2]


def column_name(indicator: str, place: str | None) -> str:
    """As `parse_column` reads it."""
    return f"{indicator}[{place}]" if place else indicator


def read_frame(run: Run, what: str | Iterable[str] | None, place: str | None = None) -> pd.DataFrame:
    """One indicator: world, date, value; several, or all where `what` is None: world, date, indicator, place, value."""
    import pandas as pd

    keys = {"world": np.repeat(run.numbers, run.weeks), "date": np.tile(run.dates, run.numbers.size)}
    if isinstance(what, str):
        values = run.values(what, place).ravel()
        return pd.DataFrame(keys | {"value": values}).astype({"date": "datetime64[ms]"})
    if place is not None:
        raise InputError(f"place: goes with one indicator (in a list write each as 'closure_days[{place}]')")
    columns = every_column(run) if what is None else [parse_column(name) for name in texts(what, "indicator")]
    if not columns:
        raise InputError("indicator: the list is empty (leave it out for every indicator)")
    values = np.concatenate([run.values(*column).ravel() for column in columns])
    rows = run.numbers.size * run.weeks
    names = list(dict.fromkeys(name for name, _ in columns))
    places = list(dict.fromkeys(where for _, where in columns if where is not None))
    of_name = np.repeat([names.index(name) for name, _ in columns], rows)
    of_place = np.repeat([-1 if where is None else places.index(where) for _, where in columns], rows)
    return pd.DataFrame({
        **{key: np.tile(column, len(columns)) for key, column in keys.items()},
        "indicator": pd.Categorical.from_codes(of_name, pd.Index(names)),
        "place": pd.Categorical.from_codes(of_place, pd.Index(places, dtype="str")),
        "value": values,
    }).astype({"date": "datetime64[ms]"})  # fmt: skip


def every_column(run: Run) -> list[tuple[str, str | None]]:
    """Every recorded indicator and variable, and each place of those recorded by place."""
    columns: list[tuple[str, str | None]] = [(name, None) for name in (*run.indicators, *run.variables)]
    return columns + [(name, place) for name, places in run.places.items() for place in places]


def read_dataset(run: Run) -> xr.Dataset:
    """The run as a Dataset: a variable per indicator (world, date), NAME_by_place (world, date and its kind of place).

    Draw and replicate are coordinates of world. Raises InputError where xarray is not installed.
    """
    try:
        import xarray as xr
    except ImportError:
        raise InputError(f"to_xarray: needs xarray; {install_line('export')}") from None
    from regionsim.runs.exporting import about

    worlds = run.worlds.set_index("world").loc[run.numbers]
    coordinates: dict[str, Any] = {
        "world": run.numbers,
        "date": run.dates.astype("datetime64[ns]"),
        **{name: ("world", worlds[name].to_numpy()) for name in ("draw", "replicate")},
    }
    variables: dict[str, Any] = {}
    for name in (*run.indicators, *run.variables):
        variables[name] = (("world", "date"), run.values(name), _attributes(name))
    for name, places in run.places.items():
        kind = str(INDICATORS[name].dimension)
        coordinates[kind] = list(places)
        values = np.stack([run.values(name, place) for place in places], axis=-1)
        variables[f"{name}_by_place"] = (("world", "date", kind), values, _attributes(name))
    return xr.Dataset(variables, coordinates, about(run))


def _attributes(name: str) -> dict[str, str]:
    """Title and unit of an indicator; of a variable, its name."""
    entry = INDICATORS.get(name)
    return {"long_name": entry.title, "units": entry.unit} if entry else {"long_name": name}


def read_experiments(
    run: Run, what: str | Iterable[str] | None = None
) -> tuple[pd.DataFrame, dict[str, npt.NDArray[np.float64]]]:
    """The worlds as experiments, and outcomes over time, (worlds, weeks), as the EMA Workbench takes them."""
    names = run.indicators if what is None else texts(what, "indicators")
    experiments = run.worlds.set_index("world", drop=False).loc[run.numbers].reset_index(drop=True)
    varied = experiments[list(varied_in(experiments))]
    outcomes = {name: run.values(name).astype(np.float64) for name in names}
    outcomes[TIME] = np.tile(_years(run.dates), (run.numbers.size, 1))
    return varied.assign(scenario=experiments["draw"], policy=run.name, model="regionsim"), outcomes


def varied_in(worlds: pd.DataFrame) -> Iterator[str]:
    """The columns of a table of worlds that are inputs: all but the keys."""
    return (str(name) for name in worlds.columns if name not in _KEYS)


def _years(dates: npt.NDArray[np.datetime64]) -> npt.NDArray[np.float64]:
    """Dates as decimal years."""
    years = dates.astype("datetime64[Y]")
    first, after = (year.astype("datetime64[D]") for year in (years, years + np.timedelta64(1, "Y")))
    part = (dates.astype("datetime64[D]") - first) / (after - first)
    return np.asarray(years.astype(np.int64) + 1970 + part)
