"""Worlds: the arm, draw and replicate of each, and its parameter values.

Core objects: `Worlds` (the rows of the worlds table), `plain_worlds` (draw = replicate = world number), `in_settings`
(several settings in the same draws), `uncertain` and `values_at` (parameters at quantiles of their distributions). A
parameter value depends only on (seed, draw) and its name, so worlds can be added without changing others, and arms are
paired by draw.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from regionsim.doors import seed_of, whole
from regionsim.errors import InputError
from regionsim.evidence.inputs import Inputs, load_inputs
from regionsim.evidence.starts import Rows
from regionsim.model.draws import draw_values
from regionsim.model.initial_state import JOINTS, provenance
from regionsim.model.random import draw_uniform
from regionsim.model.record_state import RecordedValue
from regionsim.scenario.load import changed
from regionsim.scenario.schema import MAX_WORLDS
from regionsim.schema.quantities import LogNormal

if TYPE_CHECKING:
    from regionsim.scenario import Scenario

type Array = npt.NDArray[np.float64]
type Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Worlds:
    """W rows of the worlds table: arrays (W,), and `parameters` name -> (W,) in declared units.

    `varied` names the parameters that are drawn, and so may differ between worlds. In a study both also hold lever
    settings that differ between worlds, named by their scenario paths (see `policy`).
    """

    number: Numbers
    arm: Numbers
    draw: Numbers
    replicate: Numbers
    parameters: dict[str, Array]
    varied: tuple[str, ...]

    def __len__(self) -> int:
        return self.number.size


def plain_worlds(
    scenario: "Scenario",
    numbers: Sequence[int] | range,
    start: Mapping[str, float] | None = None,
    inputs: Inputs | None = None,
) -> Worlds:
    """The worlds of a plain run: arm 0, draw = replicate = world number. start: parameters of the starting state, in
    place of those from the record. inputs: by default those of this installation.

    Raises InputError where the scenario asks for a posterior that is not installed.
    """
    number = np.asarray(numbers, dtype=np.int64)
    parameters, varied = parameter_values(scenario, number, start, inputs)
    return Worlds(number, np.zeros_like(number), number, number, parameters, varied)


def in_settings(
    scenario: "Scenario",
    draws: int,
    settings: Sequence[Mapping[str, npt.ArrayLike]],
    base: Mapping[str, npt.ArrayLike] | None = None,
) -> Worlds:
    """The worlds of several settings of parameters, each in the same `draws` draws and chance, one after the other.

    settings, base: parameters in place of drawn ones, each a number or (draws,); base holds in all settings.
    """
    drawn, varied = parameter_values(scenario, np.arange(draws))
    drawn |= {name: np.full(draws, value) for name, value in (base or {}).items()}
    values = {name: np.tile(column, len(settings)) for name, column in drawn.items()}
    for k, setting in enumerate(settings):
        for name, value in setting.items():
            values[name][k * draws : (k + 1) * draws] = value
    draw = np.tile(np.arange(draws), len(settings))
    number = np.arange(draw.size)
    return Worlds(number, np.zeros_like(number), draw, draw, values, varied)


def played(scenario: Any, worlds: Any, rng: Any = None, inputs: Inputs | None = None) -> "tuple[Scenario, Worlds]":
    """The scenario and its worlds, given as a count, world numbers, or rows of a table.

    scenario: a Scenario, or what `load` takes. rng: a seed in place of the scenario's, or an object that yields one,
    such as a SeedSequence. inputs: by default those of this installation. Raises InputError.
    """
    from regionsim.scenario import Scenario, load

    if isinstance(scenario, str | Path | Mapping):
        scenario = load(scenario)
    if not isinstance(scenario, Scenario):
        kind = type(scenario).__name__
        raise InputError(f"scenario: a {kind} is not one (mesa's batch_run splits sequences: write [scenario])")
    if isinstance(worlds, Worlds):
        if rng is not None:
            raise InputError("rng: allowed only with a number of worlds, as rows of a table already have their draws")
        return scenario, worlds
    scenario = changed(scenario, None, None if rng is None else seed_of(rng))
    if isinstance(worlds, Sequence) or getattr(worlds, "ndim", None):
        numbers: Sequence[int] = [whole(number, "worlds", 0, MAX_WORLDS) for number in worlds]
    else:
        numbers = range(whole(worlds, "worlds", 0, MAX_WORLDS))
    return scenario, plain_worlds(scenario, numbers, inputs=inputs)


def parameter_values(
    scenario: "Scenario", draws: Numbers, start: Mapping[str, float] | None = None, inputs: Inputs | None = None
) -> tuple[dict[str, Array], tuple[str, ...]]:
    """Every parameter in each draw, (W,), and the names of those that are drawn.

    A value in the scenario fixes a parameter, a distribution in the scenario replaces the evidence's. With `draws:
    fixed` the evidence's central value is used, and the median of a distribution that the scenario gives. With `draws:
    posterior` each draw takes the calibrated parameters from one joint row of the posterior, the rest from their
    priors; with prior and posterior, rows weighted for the day of the start (`evidence.starts`) go before both, unless
    a start is given. A start sets the parameters of the starting state; their drawn values are scaled by the same
    factor, within their range, and those known with an error are drawn from it.
    """
    inputs = load_inputs() if inputs is None else inputs
    known = _state(scenario, inputs)
    state = {name: recorded.value for name, recorded in known.items()} | dict(start or {})
    errors = _errors(known, start or {})
    fitted = inputs.posterior.rows if scenario.draws == "posterior" else {}
    rows = _joint_rows(fitted, scenario.seed, draws, "posterior.row")
    weighted = inputs.starts.get(scenario.start, {}) if start is None and scenario.draws != "fixed" else {}
    of_start = _joint_rows(weighted, scenario.seed, draws, "start.row")
    values: dict[str, Array] = {}
    varied: list[str] = []
    for name, parameter in inputs.parameters.items():
        given = scenario.parameters.get(name)
        if isinstance(given, float | int):
            values[name] = np.full(draws.size, float(given))
            continue
        if given is None and name in of_start:
            values[name] = of_start[name]
            varied.append(name)
            continue
        distribution = errors.get(name, parameter.draw) if given is None else given
        if distribution is None or (given is None and scenario.draws == "fixed"):
            values[name] = np.full(draws.size, state.get(name, parameter.value))
            continue
        if given is None and name in rows and name not in errors:
            values[name] = _moved(parameter, rows[name], state.get(name))
            varied.append(name)
            continue
        u = np.full(draws.size, 0.5) if scenario.draws == "fixed" else draw_uniform(scenario.seed, draws, name)
        values[name] = _at(parameter, distribution, u, _to(name, given, state, errors))
        if scenario.draws != "fixed":
            varied.append(name)
    return values, tuple(varied)


def uncertain(scenario: "Scenario") -> tuple[str, ...]:
    """The parameters with a distribution, from the evidence or the scenario, that the scenario does not fix."""
    names = []
    inputs = load_inputs()
    errors = _errors(_state(scenario, inputs), {})
    weighted = inputs.starts.get(scenario.start, {})
    for name, parameter in inputs.parameters.items():
        given = scenario.parameters.get(name)
        drawn = given is not None or parameter.draw is not None or name in errors or name in weighted
        if not isinstance(given, float | int) and drawn:
            names.append(name)
    return tuple(names)


def values_at(scenario: "Scenario", shares: Mapping[str, Array]) -> dict[str, Array]:
    """Uncertain parameters at quantiles u (n,), 0-1, of their distributions: the values of a world that draws u.

    Rows of the start, and with `draws: posterior` those of the posterior, give their parameters values, each
    independently, since a design cannot keep their joint distribution; all others take those of their prior. Raises
    KeyError for a parameter without a distribution.
    """
    inputs = load_inputs()
    known, parameters = _state(scenario, inputs), inputs.parameters
    state, errors = {name: recorded.value for name, recorded in known.items()}, _errors(known, {})
    rows = inputs.posterior.rows if scenario.draws == "posterior" else {}
    weighted = inputs.starts.get(scenario.start, {}) if scenario.draws != "fixed" else {}
    values = {}
    for name, u in shares.items():
        parameter, given = parameters[name], scenario.parameters.get(name)
        distribution = errors.get(name, parameter.draw) if given is None else given
        if given is None and name in weighted:
            values[name] = _quantile(weighted[name], u)
            continue
        if distribution is None or isinstance(distribution, float | int):
            raise KeyError(name)
        if given is None and name in rows and name not in errors:
            values[name] = _moved(parameter, _quantile(rows[name], u), state.get(name))
            continue
        values[name] = _at(parameter, distribution, u, _to(name, given, state, errors))
    return values


def _quantile(values: Sequence[float], u: Array) -> Array:
    """The values at quantiles u, 0-1."""
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    return ordered[np.minimum((np.asarray(u) * ordered.size).astype(np.int64), ordered.size - 1)]


def _errors(known: Mapping[str, RecordedValue], start: Mapping[str, float]) -> dict[str, LogNormal]:
    """What parameters of the starting state that are known with an error are drawn from, but for those in `start`."""
    return {
        name: LogNormal(distribution="lognormal", median=recorded.value, sigma=recorded.error)
        for name, recorded in known.items()
        if recorded.error > 0.0 and name not in start
    }


def _to(name: str, given: object, state: Mapping[str, float], errors: Mapping[str, LogNormal]) -> float | None:
    """The value that draws of a parameter are moved to; None for those given, or already drawn about it."""
    return None if given is not None or name in errors else state.get(name)


def _state(scenario: "Scenario", inputs: Inputs) -> dict[str, RecordedValue]:
    """Parameters of the starting state."""
    joints = ((f"history.{name}", scenario.parameters.get(f"history.{name}")) for name in JOINTS)
    fixed = tuple((name, float(value)) for name, value in joints if isinstance(value, float | int))
    return provenance(scenario.start, fixed, inputs)


def _at(parameter: Any, distribution: Any, u: Array, moved: float | None) -> Array:
    """The values of a distribution at quantiles u, scaled by the factor from the central value to `moved`."""
    return _moved(parameter, draw_values(distribution, u, parameter.low, parameter.high), moved)


def _moved(parameter: Any, values: Array, moved: float | None) -> Array:
    """Values scaled by the factor from the central value to `moved`, within the parameter's range."""
    return np.clip(values if moved is None else values * (moved / parameter.value), parameter.low, parameter.high)


def _joint_rows(rows: Rows, seed: int, draws: Numbers, purpose: str) -> dict[str, Array]:
    """The row of each draw, by parameter, (W,): keyed by seed and draw, so that arms are paired."""
    n = len(next(iter(rows.values()), ()))
    row = np.minimum((draw_uniform(seed, draws, purpose) * n).astype(np.int64), n - 1)
    return {name: np.asarray(values, dtype=np.float64)[row] for name, values in rows.items()}
