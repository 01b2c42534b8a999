"""Worlds of a run or sweep as a table of inputs, with the worlds in which a claim holds.

Core objects: `Futures` (inputs, cases, and which worlds share draws or a point), `read_futures`, `Input`.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from regionsim.errors import InputError, argument
from regionsim.paths import user_path
from regionsim.runs.folders import checked_table, kind_of_folder, read_study_folder
from regionsim.runs.integrity import Damaged
from regionsim.runs.manifest import NAME
from regionsim.runs.numerals import rounded
from regionsim.runs.results import Run
from regionsim.scenario.expect import Band, Claim, Compare, Ref, parse_claim
from regionsim.scenario.vocabulary import vocabulary
from regionsim.schema.units import is_bare
from regionsim.studies.expectations import seen
from regionsim.studies.prim import Array, Mask, Space, Whole
from regionsim.yamlfile.faults import allowed

if TYPE_CHECKING:
    import pandas as pd

FEW_DRAWS = 15  # with fewer sets of draws, drawn parameters are not searched
_KEYS = ("world", "arm", "draw", "replicate")


@dataclass(frozen=True)
class Input:
    """A varied input: its path, title and unit. `categories`: its values by number, where they have no order."""

    path: str
    title: str
    unit: str
    categories: tuple[str, ...] = ()
    is_date: bool = False

    def words(self, value: float) -> str:
        """A value as text."""
        if self.categories:
            return self.categories[int(value)]
        return date.fromordinal(round(value)).isoformat() if self.is_date else rounded(value)


@dataclass(frozen=True)
class Futures:
    """W worlds: their inputs, whether the claim holds (W,), and the draws and design point of each (W,)."""

    name: str
    title: str
    where: str
    claim: str
    inputs: tuple[Input, ...]
    space: Space
    case: Mask
    draw: Whole
    point: Whole
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.case)

    def at(self, worlds: Mask) -> Futures:
        """These worlds alone."""
        from dataclasses import replace

        return replace(
            self, space=self.space.at(worlds), case=self.case[worlds], draw=self.draw[worlds], point=self.point[worlds]
        )


def read_futures(folder: str | Path, where: str, over: Sequence[str] = ()) -> Futures:
    """The worlds of a run or sweep folder, with the claim `where` judged in each; inputs `over` (default: all).

    Raises InputError for a folder without worlds, a claim that is not about single worlds, and unknown inputs.
    """
    claim = parse_where(where)
    runs, axes = _runs(user_path(folder))
    frames, cases = [], []
    for run in runs:
        if run.numbers.size:
            cases.append(_judged(claim, run))
            frames.append(_inputs(run, axes))
    if not frames:
        raise InputError(f"{folder}: no world is finished")
    import pandas as pd

    frame = pd.concat(frames, ignore_index=True)
    draw, point = frame["draw"].to_numpy(np.int64), frame["arm"].to_numpy(np.int64)
    names = [name for name in frame.columns if name not in _KEYS and len(frame[name].unique()) > 1]
    names, notes = _allowed_inputs(names, list(axes), over, len(np.unique(draw)))
    choices = _choices(runs[0])
    inputs, columns = zip(*(_column(name, frame[name], choices) for name in names), strict=True)
    nominal = np.array([bool(item.categories) for item in inputs])
    title = runs[0].manifest.title
    return Futures(
        Path(folder).name, title, where, claim_words(claim, where), inputs, Space(np.column_stack(columns), nominal),
        np.concatenate(cases), draw, point, notes,
    )  # fmt: skip


def _runs(folder: Path) -> tuple[list[Run], dict[str, pd.Series]]:
    """The runs in a folder; for a sweep also the values of its axes by point."""
    if (folder / NAME).is_file():
        return [Run(folder)], {}
    try:
        record = read_study_folder(folder)
    except OSError:
        raise InputError(f"{folder}: is {kind_of_folder(folder)}; discover reads a run or a finished sweep") from None
    if not (folder / "results.csv").is_file():
        raise InputError(f"{folder}: the sweep has no results.csv yet; repeat the sweep command to finish it")
    return [Run(folder / "arms" / name) for name in record["arms"]], _axes(folder, record)


def _axes(folder: Path, record: dict[str, Any]) -> dict[str, pd.Series]:
    """The values of a sweep's axes by point. Raises Damaged for a table that was changed after it was written."""
    import pandas as pd

    text = checked_table(folder, record, "results.csv")
    try:
        table = pd.read_csv(io.StringIO(text)).drop_duplicates("point").set_index("point")
        return {name: table[name] for name in record["over"]}
    except (ValueError, KeyError) as fault:  # pandas' own errors are ValueErrors
        raise Damaged(folder / "results.csv", f"{fault}") from None


def _inputs(run: Run, axes: dict[str, pd.Series]) -> pd.DataFrame:
    """Keys and varied inputs of a run's worlds; inputs of the whole arm are filled in by point."""
    import pandas as pd

    frame = run.worlds
    new = {name: frame["arm"].map(column) for name, column in axes.items() if name not in frame.columns}
    return pd.concat([frame, pd.DataFrame(new)], axis=1) if new else frame


def _allowed_inputs(
    names: list[str], axes: list[str], over: Sequence[str], draws: int
) -> tuple[list[str], tuple[str, ...]]:
    """The inputs to search, and remarks."""
    chosen = [name.removeprefix("parameters.") for name in over]
    if wrong := [name for name in chosen if name not in names]:
        raise InputError([f"{argument('over')}: {name} does not vary here {allowed(name, names)}" for name in wrong])
    names = chosen or names
    notes: tuple[str, ...] = ()
    if draws < FEW_DRAWS and axes and any(name not in axes for name in names):
        names = [name for name in names if name in axes]
        notes = (f"{draws} replicates are too few to judge drawn parameters: only swept inputs are searched",)
    if not names:
        raise InputError("no input varies between these worlds")
    return names, notes


def _choices(run: Run) -> set[str]:
    """Parameters drawn from a list of values."""
    from regionsim.evidence import load_evidence
    from regionsim.schema.quantities import Choice

    drawn: dict[str, Any] = {name: parameter.draw for name, parameter in load_evidence().parameters.items()}
    drawn |= dict(run.scenario.parameters)
    return {name for name, draw in drawn.items() if isinstance(draw, Choice)}


def _column(name: str, values: pd.Series, choices: set[str]) -> tuple[Input, Array]:
    """An input and its values as numbers."""
    from regionsim.evidence import load_evidence

    parameter = load_evidence().parameters.get(name)
    title, unit = (parameter.title, parameter.unit) if parameter else (input_title(name), "")
    if values.dtype.kind in "iuf" and name not in choices:
        return Input(name, title, unit), values.to_numpy(np.float64)
    texts = [f"{value:g}" if isinstance(value, float) else str(value) for value in values.tolist()]
    if all(re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) for text in texts):
        days = np.array([date.fromisoformat(text).toordinal() for text in texts], dtype=np.float64)
        return Input(name, title, "", is_date=True), days
    categories = tuple(sorted(set(texts)))
    number = {text: float(i) for i, text in enumerate(categories)}
    return Input(name, title, unit, categories), np.array([number[text] for text in texts])


def input_title(path: str) -> str:
    """The title of an input: of a parameter, or of a scenario's value such as a lever's intensity; else its path."""
    from regionsim.evidence import load_evidence
    from regionsim.levers import LEVERS

    if parameter := load_evidence().parameters.get(path):
        return parameter.title
    match = re.fullmatch(r"levers\.(\w+)\.(\w+)", path)
    if match and match[1] in LEVERS:
        return f"{LEVERS[match[1]].title}, {match[2]}"
    return path


def parse_where(text: str) -> Compare | Band:
    """Parse the claim of `--where`. Raises InputError."""
    if re.search(r"% *of|\bof (worlds|pairs)\b|\bin (median|p\d\d)\b", text):
        raise InputError(
            f"{argument('where')}: {text!r} is about shares or quantiles of worlds, but each world is judged on its "
            "own (write only the claim, such as 'trade_volume@2035 < 3')"
        )
    try:
        claim = parse_claim(text, vocabulary())
    except ValueError as fault:
        raise InputError(f"{argument('where')}: {fault}") from None
    if isinstance(claim, Compare) and claim.right.of == "baseline":
        raise InputError(
            f"{argument('where')}: compare with a number or another INDICATOR@DATE; the baseline is not in this run"
        )
    if not isinstance(claim, Compare | Band):
        raise InputError(f"{argument('where')}: {text!r} is not a claim about single worlds")
    return claim


@dataclass(frozen=True)
class _OneRun:
    """A run's worlds as a source for claims about single worlds; `parse_where` rejects claims that need other runs."""

    run: Run

    def value(self, ref: Ref) -> Array:
        """The indicator in each world, (W,)."""
        start, end = self.run.scenario.start, self.run.scenario.end
        week = ref.period.week(start, end)
        if week is None:
            raise InputError(
                f"{argument('where')}: @{ref.period.text} is outside the horizon (allowed: {start} to {end})"
            )
        parts = [piece[:, week] for piece in self.run.pieces(ref.indicator, ref.place)]
        return np.concatenate(parts).astype(np.float64)

    def baseline(self, ref: Ref) -> Array:
        """Not available in one run."""
        raise NotImplementedError(f"{ref.indicator} in the baseline")

    def stepped(self, ref: Ref, lever: str, intensity: float) -> Array:
        """Not available in one run."""
        raise NotImplementedError(f"{ref.indicator} with {lever} at {intensity}")


def _judged(claim: Claim, run: Run) -> Mask:
    """Whether the claim holds in each world of a run, (W,); False for a value that is not finite."""
    with np.errstate(invalid="ignore"):
        return np.asarray(seen(claim, _OneRun(run)).true)


def claim_words(claim: Compare | Band, text: str) -> str:
    """The claim as a clause with titles and units; as written where it compares two indicators."""
    left = _ref_words(claim.left)
    unit = _unit(claim.left)
    when = f"in {claim.left.period.text}" if not claim.left.period.is_day else f"on {claim.left.period.text}"
    if isinstance(claim, Band):
        return f"{left} is from {claim.low:g} to {claim.high:g}{unit} {when}"
    if claim.right.of is not None:
        return " ".join(text.split())
    op = {"<": "below", "<=": "at most", ">": "above", ">=": "at least"}[claim.op]
    return f"{left} is {op} {claim.right.number:g}{unit} {when}"


def _ref_words(ref: Ref) -> str:
    from regionsim.indicators import INDICATORS

    indicator = INDICATORS.get(ref.indicator)
    title = indicator.title if indicator else ref.indicator
    return f"{title} ({ref.place})" if ref.place else title


def _unit(ref: Ref) -> str:
    from regionsim.indicators import INDICATORS

    indicator = INDICATORS.get(ref.indicator)
    return "" if indicator is None or is_bare(indicator.unit) else f" {indicator.unit}"
