"""The command `hindcast`: replay history from many origins, and score the forecasts beside simple ones."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from regionsim.cli.options import Json, flag, read_day, writable_folder
from regionsim.cli.write import note, out, out_json
from regionsim.console import screen_width

if TYPE_CHECKING:
    from pathlib import Path

    from regionsim.history.external_data import Supplied
    from regionsim.history.hindcast import Forecasts, HindcastSpec
    from regionsim.history.measurement import Array

LOOK = (
    "this reads outcomes of {first} to {last}, which are held back: nothing may be tuned on them. Log the look in "
    "docs/looks.md (it is not logged automatically)"
)
IN_SAMPLE = "{name} was fitted to the record up to {until}: scores of outcomes up to then are in-sample"


_Set = Annotated[
    tuple[str, ...],
    Parameter(
        name="--set", negative="", show_default=False,
        help="A parameter (parameters.NAME=VALUE), or draws=posterior; repeatable.",
    ),
]  # fmt: skip
_Posterior = Annotated[
    str | None, Parameter(help="A file written by calibrate: narrowed parameters are drawn from its rows.")
]


def hindcast(
    *,
    first: Annotated[str, Parameter(name="--from", help="First day of the outcomes, and first origin.")] = "2016-01-01",
    last: Annotated[str, Parameter(name="--to", help="Last day of the outcomes.")] = "2022-12-31",
    every: Annotated[int, Parameter(name="--origins", help="Months from one origin to the next.")] = 3,
    arm: Annotated[
        tuple[str, ...],
        Parameter(negative="", show_default=False, help="Information given: A, B, C or D; repeatable (default: all)."),
    ] = (),
    series: Annotated[
        tuple[str, ...],
        Parameter(negative="", show_default=False, help="A series of seeds/measures.csv; repeatable (default: all)."),
    ] = (),
    observed: Annotated[str | None, Parameter(help="A folder of further observed data, like seeds/observed.")] = None,
    draws: Annotated[int, Parameter(help="Worlds per origin and arm.")] = 200,
    sets: _Set = (),
    posterior: _Posterior = None,
    seed: Annotated[int, Parameter(help="The seed of every random number.")] = 20250818,
    freeze: Annotated[
        str | None, Parameter(help="Write the draws to this file, and a hash beside it, before scoring.")
    ] = None,
    folder: Annotated[
        str | None, Parameter(name="--out", help="Write scores.json and skill.png to this folder.")
    ] = None,
    json: Json = False,
    quiet: Annotated[bool, flag("Print no progress.")] = False,
) -> int:
    """Forecast a year from many past origins, and score it beside simple forecasts given the same events.

    Arms: A gives the calendar; B adds outside shocks; C adds when closures, strikes, orders and truces began; D adds
    when crossings were open. No arm gives the end of anything that is scored. No skill is claimed with fewer than ten
    outcomes.

    Example: regionsim hindcast --from 2018-01-01 --to 2019-12-31 --origins 6 --arm A --draws 50
    """
    from regionsim.history.external_data import freeze as freeze_draws
    from regionsim.history.external_data import not_yet, read_supplied, unread
    from regionsim.history.hindcast import WINDOW, HindcastSpec
    from regionsim.history.origins import ARMS
    from regionsim.scenario import load

    place = writable_folder(folder, "--out")
    if freeze is not None:
        not_yet(freeze)
    start, end = (read_day(option, text, "2016-01-01") for option, text in (("--from", first), ("--to", last)))
    spec = HindcastSpec(start, end, every, tuple(dict.fromkeys(arm)) or tuple(ARMS), draws, seed, series, sets)
    if sets:
        load("status_quo", sets=sets)  # faults are reported before anything is played
    record = read_supplied(observed)
    for line in (*record.notes, *unread(record, spec)):
        note(line)
    if spec.opens_window:
        note(LOOK.format(first=max(WINDOW[0], spec.first), last=min(WINDOW[1], spec.last)))
    given = _given(posterior, spec)
    made = _forecast(spec, record, given, quiet=quiet or json)
    digest = freeze_draws(freeze, made, spec) if freeze is not None else None
    if digest is not None and not json:
        out(f"frozen {freeze}\nsha256 {digest}\n")
    return _judge(spec, record, made, {"posterior": posterior, "sha256": digest}, place, json=json)


def _given(posterior: str | None, spec: "HindcastSpec") -> "dict[str, Array]":
    """Values of narrowed parameters, (draws,) each, row by row; a note if they were fitted to scored outcomes."""
    import numpy as np

    from regionsim.evidence import load_evidence
    from regionsim.evidence.posterior import check_posterior, load_posterior, read_posterior
    from regionsim.paths import user_path

    if "draws=posterior" in spec.sets:
        _in_sample(load_posterior().about["until"], "the shipped posterior", spec)
    if posterior is None:
        return {}
    fitted = read_posterior(user_path(posterior, "--posterior"))
    check_posterior(fitted, posterior, load_evidence().parameters)
    _in_sample(fitted.about["until"], posterior, spec)
    return {name: np.resize(np.array(values), spec.draws) for name, values in fitted.rows.items()}


def _in_sample(until: str, name: str, spec: "HindcastSpec") -> None:
    if date.fromisoformat(until) >= spec.first:
        note(IN_SAMPLE.format(name=name, until=until))


def _forecast(spec: "HindcastSpec", record: "Supplied", given: "dict[str, Array]", *, quiet: bool) -> "list[Forecasts]":
    from regionsim.cli.progress import announce_compiling, bar
    from regionsim.history.hindcast import forecasts

    with announce_compiling(quiet=quiet):
        import regionsim.model.play  # noqa: F401  # compiles the kernels, or loads them
    total = len(spec.origins) * len(spec.arms)
    with bar("hindcast", quiet=quiet) as progress:
        step = None if progress is None else lambda done: progress(done, total)
        return list(forecasts(spec, record.records, record.events, step, given))


def _judge(
    spec: "HindcastSpec", record: "Supplied", made: "list[Forecasts]", more: dict[str, Any], folder: "Path | None", *,
    json: bool,
) -> int:  # fmt: skip
    from regionsim.history.scoring import judge, lengths_of

    lengths = lengths_of(record.records.get("border_closures", ()), record.named)
    result: dict[str, Any] = dict(judge(made, spec, record.records, lengths))
    about = {"from": spec.first, "to": spec.last, "origins": spec.origins, "arms": spec.arms, "draws": spec.draws,
             "seed": spec.seed, "set": spec.sets} | more  # fmt: skip
    if folder is not None:
        _write(folder, about | result)
    if json:
        out_json(about | result)
    else:
        from regionsim.views.hindcast import hindcast_text

        out(hindcast_text(result, screen_width()))
    return 0


def _write(path: "Path", result: dict[str, Any]) -> None:
    import json as texts

    from regionsim.runs.files import write_text
    from regionsim.views.hindcast import draw_skill

    path.mkdir(parents=True, exist_ok=True)
    write_text(path / "scores.json", texts.dumps(result, indent=2, default=str, allow_nan=False) + "\n")
    draw_skill(result["scores"], path / "skill.png")
