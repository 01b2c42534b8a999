"""Forecasts frozen before their outcomes are known, and read again to be scored whole.

Core objects: `freeze` (writes them with a hash), `as_written`, `read_frozen` and `Frozen`. A file holds what was asked,
the declaration (baselines, events, scores), and for each origin and arm the draws by month of the model and of each
baseline, and what gives draws of any other window: weekly flows, reporting rates and the seed of the noise; lengths of
closures, shares of crossings, and days on which goods pass at no gate. Draws have six digits, flows and rates all of
theirs, so that the noise is the same again; scores taken when freezing are of the numbers as written.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from regionsim import __version__
from regionsim.errors import InputError, argument
from regionsim.evidence.inputs import load_inputs
from regionsim.evidence.measures import read_measures
from regionsim.history.declared import Declaration, of_plain, read_hashed, write_hash
from regionsim.history.hindcast import Forecast, Forecasts, HindcastSpec, Spell, months_from
from regionsim.history.measurement import MONTHS, Array, Rate
from regionsim.paths import user_path, writable_path
from regionsim.yamlfile.faults import printable

FORMAT = 2
"""Files of format 1 held months only."""


@dataclass(frozen=True)
class Frozen:
    """Forecasts read from a file, what was asked, what was declared, the file's hash, and what differs now."""

    spec: HindcastSpec
    declaration: Declaration
    made: tuple[Forecasts, ...]
    sha256: str
    notes: tuple[str, ...]


def asked(spec: HindcastSpec) -> dict[str, Any]:
    """The settings of a hindcast as plain data."""
    return {
        "from": spec.first.isoformat(), "to": spec.last.isoformat(), "every": spec.every, "arms": list(spec.arms),
        "draws": spec.draws, "seed": spec.seed, "series": list(spec.measures), "set": list(spec.sets),
        "start": spec.start,
    }  # fmt: skip


def freeze(path: Path | str, made: Iterable[Forecasts], spec: HindcastSpec, declaration: Declaration) -> str:
    """Write forecasts to a file that does not exist yet, and its SHA-256 beside it; returns the hash.

    Raises InputError if the file exists: frozen forecasts are never overwritten.
    """
    from regionsim.runs.files import replacing

    path = not_yet(path, argument("freeze"))
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_pieces(made, spec, declaration))  # one origin and arm at a time, to save memory
    return write_hash(path)


def not_yet(path: Path | str, option: str) -> Path:
    """The path. Raises InputError if nothing can be frozen there."""
    path = writable_path(path, option)
    shown = printable(str(path), 1000)
    if os.path.lexists(path):
        raise InputError(f"{option}: {shown} exists; what is frozen is never overwritten")
    if not path.parent.is_dir():
        raise InputError(f"{option}: {printable(str(path.parent), 1000)} is no folder")
    try:  # before forecasts, which may take long; with the real name, as it may be too long
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
        path.unlink()
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or str(error)).lower()
        raise InputError(f"{option}: {shown} cannot be written: {why}") from None
    return path


def _pieces(made: Iterable[Forecasts], spec: HindcastSpec, declaration: Declaration) -> Iterator[str]:
    """The file in pieces: settings first, then a line for each origin and arm, and for each of its series."""
    head = {"format": FORMAT, "version": __version__, "evidence": load_inputs().digest, "asked": asked(spec),
            "declared": declaration.plain()}  # fmt: skip
    yield _json(head)[:-1] + ',"forecasts":['
    comma = "\n"
    for forecasts in made:
        yield comma + _json(_whole(forecasts))[:-1] + ',"series":['
        yield ",".join(f"\n{_json(_series(forecast))}" for forecast in forecasts.series)
        yield "]}"
        comma = ",\n"
    yield "\n]}\n"


def as_written(forecasts: Forecasts) -> Forecasts:
    """Forecasts with the numbers of a frozen file, so that scores taken now are those taken from the file later."""
    series = tuple(
        replace(
            each,
            draws=_array(_rounded(each.draws)),
            baselines=_all_as_written(each.baselines),
            totals=_all_as_written(each.totals),
        )
        for each in forecasts.series
    )
    spells, truces = (
        tuple(replace(each, draws=_array(_rounded(each.draws)), past=_array(_rounded(each.past))) for each in of)
        for of in (forecasts.spells, forecasts.truces)
    )
    odds = {over: _array(_rounded(values)) for over, values in forecasts.past_odds.items()}
    shut = forecasts.all_shut if not forecasts.all_shut.size else _array(_rounded(forecasts.all_shut))
    shares = _array(_rounded(forecasts.shares))
    return Forecasts(forecasts.origin, forecasts.arm, series, spells, shares, truces, shut, odds)


def _all_as_written(draws: Mapping[str, Array]) -> dict[str, Array]:
    return {name: _array(_rounded(values)) for name, values in draws.items() if _known(values)}


def _known(values: Array) -> bool:
    """Whether a baseline has a draw; one without is not written."""
    return not np.isnan(values).all()


def _whole(forecasts: Forecasts) -> dict[str, Any]:
    return {
        "origin": forecasts.origin.isoformat(), "arm": forecasts.arm,
        "spells": [_spell(each) for each in forecasts.spells], "truces": [_spell(each) for each in forecasts.truces],
        "shares": _rounded(forecasts.shares), "all_shut": _rounded(forecasts.all_shut),
        "past_odds": [[over, _rounded(odds)] for over, odds in forecasts.past_odds.items()],
    }  # fmt: skip


def _series(forecast: Forecast) -> dict[str, Any]:
    named = {"baselines": forecast.baselines, "totals": forecast.totals}
    return {
        "series": forecast.measure.id, "seed": forecast.seed, "model": _rounded(forecast.draws),
        **{key: {name: _rounded(values) for name, values in draws.items() if _known(values)}
           for key, draws in named.items()},
        "flow": forecast.flow.tolist(),
        "rate": {name: np.asarray(values).tolist() for name, values in vars(forecast.rate).items()},
    }  # fmt: skip


def _spell(spell: Spell) -> dict[str, Any]:
    values = asdict(spell) | {"on": spell.on.isoformat()}
    return values | {"draws": _rounded(spell.draws), "past": _rounded(spell.past)}


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def _rounded(values: Any) -> Any:
    """Numbers with six digits, as nested lists; None for NaN."""
    if isinstance(values, np.ndarray):
        return [_rounded(value) for value in values.tolist()] if values.ndim else _rounded(values.item())
    if isinstance(values, list):
        return [_rounded(value) for value in values]
    if values is None or values != values:  # NaN
        return None
    number = float(f"{values:.6g}")
    return int(number) if number.is_integer() else number


# -- reading -----------------------------------------------------------------------------------------------------------


def read_frozen(given: Path | str, last: date | None = None) -> Frozen:
    """The forecasts in a file that `freeze` wrote. last: the last day of outcomes, if not that of the file.

    Raises InputError if it is no such file, or no longer the one whose hash stands beside it.
    """
    data, digest = read_hashed(user_path(str(given), argument("frozen")), argument("frozen"))
    shown = f"{argument('frozen')}: {printable(str(given), 200)}"
    if data.get("format") != FORMAT:
        raise InputError(
            f"{shown} was not written by {argument('freeze')} of this version (older files hold months only)"
        )
    declaration = of_plain(data.get("declared"), shown, digest)
    try:
        spec = _spec(data["asked"], last)
        made = tuple(_forecasts(each) for each in data["forecasts"])
        _check_shapes(made, spec.draws)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{shown} is damaged: {type(error).__name__} {printable(str(error), 100)}") from None
    return Frozen(spec, declaration, made, digest, tuple(_differs(data, made)))


def _spec(settings: Mapping[str, Any], last: date | None) -> HindcastSpec:
    first, end = date.fromisoformat(settings["from"]), last or date.fromisoformat(settings["to"])
    return HindcastSpec(
        first, end, settings["every"], tuple(settings["arms"]), settings["draws"], settings["seed"],
        tuple(settings["series"]), tuple(settings["set"]), settings.get("start", "plain"),
    )  # fmt: skip


def _forecasts(data: Mapping[str, Any]) -> Forecasts:
    origin, arm = date.fromisoformat(data["origin"]), data["arm"]
    spells, truces = (
        tuple(
            Spell(each["id"], each["crossing"], date.fromisoformat(each["on"]), _array(each["draws"]),
                  _array(each["past"]))
            for each in data[key]
        )
        for key in ("spells", "truces")
    )  # fmt: skip
    odds = {float(over): _array(values) for over, values in data["past_odds"]}
    shut = _array(data["all_shut"]) if data["all_shut"] else np.empty((0, 0))
    series = tuple(_forecast(each, arm, origin) for each in data["series"])
    return Forecasts(origin, arm, series, spells, _array(data["shares"]), truces, shut, odds)


def _forecast(data: Mapping[str, Any], arm: str, origin: date) -> Forecast:
    baselines, totals = (
        {name: _array(values) for name, values in data[key].items()} for key in ("baselines", "totals")
    )
    rate = Rate(**{each.name: _array(data["rate"][each.name]) for each in fields(Rate)})
    return Forecast(
        read_measures()[data["series"]], arm, origin, _array(data["model"]), baselines, _array(data["flow"]), rate,
        data["seed"], totals,
    )  # fmt: skip


def _check_shapes(made: Iterable[Forecasts], draws: int) -> None:
    """Raises ValueError for forecasts that do not have so many draws of twelve months, and flows to make them from."""
    for forecasts in made:
        weeks = {forecast.flow.shape[1:] for forecast in forecasts.series} | {forecasts.shares.shape[2:]}
        if len(weeks) != 1 or forecasts.shares.shape[:2] != (draws, 2) or len(forecasts.all_shut) not in (0, draws):
            raise ValueError(f"the flows of {forecasts.origin} in arm {forecasts.arm} differ in length")
        for forecast in forecasts.series:
            months = [forecast.draws, *forecast.baselines.values(), *forecast.totals.values()]
            rates = [np.shape(values) for values in vars(forecast.rate).values()]
            if any(values.shape != (draws, MONTHS) for values in months) or set(rates) != {forecast.flow.shape[:1]}:
                raise ValueError(f"{forecast.measure.id} of {forecasts.origin} does not hold {draws} draws")


def _array(values: Any) -> Array:
    """Nested lists as an array, None as NaN."""
    return np.asarray(np.array(values, dtype=np.float64))


def _differs(data: Mapping[str, Any], made: Iterable[Forecasts]) -> Iterator[str]:
    """A line for what is not as it was when the forecasts were frozen and could change their scores."""
    if data.get("version") != __version__:
        yield f"frozen by version {printable(str(data.get('version')), 40)}, scored by {__version__}"
    if data.get("evidence") != load_inputs().digest:
        yield "the evidence is no longer that of the frozen forecasts: their draws and baselines stay as frozen"
    for forecasts in made:
        for forecast in forecasts.series:
            again = forecast.over(months_from(forecast.origin))
            if not np.allclose(again, forecast.draws, rtol=1e-4, atol=1e-4):
                yield "months are as frozen; other windows are as this version reports flows, which has changed since"
                return
