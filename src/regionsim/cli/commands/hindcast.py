"""The command `hindcast`: replay history from many origins, and score the forecasts beside simple ones."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from regionsim.cli.options import Json, flag, read_day, writable_folder
from regionsim.cli.write import note, out, out_json
from regionsim.console import screen_width
from regionsim.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from regionsim.history.declared import Declaration
    from regionsim.history.external_data import Supplied
    from regionsim.history.hindcast import Forecasts, HindcastSpec
    from regionsim.history.measurement import Array

FIRST = "2016-01-01"
PLAIN = "plain"
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
_From = Annotated[str, Parameter(name="--from", help="First day of the outcomes, and first origin.")]
_To = Annotated[
    str | None,
    Parameter(name="--to", help="Last day of the outcomes (default: 2022-12-31, or that of the frozen file)."),
]
_Every = Annotated[
    str, Parameter(name="--origins", help="monthly, one (the first alone), or months from one origin to the next.")
]
_Arms = Annotated[
    tuple[str, ...],
    Parameter(negative="", show_default=False, help="Information given: A, B, C or D; repeatable (default: all)."),
]
_Series = Annotated[
    tuple[str, ...],
    Parameter(negative="", show_default=False, help="A series of seeds/measures.csv; repeatable (default: all)."),
]
_Start = Annotated[
    str,
    Parameter(
        help="plain, or worlds weighted by what was reported in the two years before: by returns, or (assimilated) by "
        "attacks too."
    ),
]
_Declare = Annotated[
    str | None,
    Parameter(help="Write baselines, events and scores to this file, and a hash beside it; simulate nothing."),
]
_Declared = Annotated[str | None, Parameter(help="Score by what a file written by --declare says.")]
_Freeze = Annotated[str | None, Parameter(help="Write the draws to this file, and a hash beside it, before scoring.")]
_Frozen = Annotated[str | None, Parameter(help="Score the draws in a file written by --freeze; simulate nothing.")]
_Out = Annotated[
    str | None, Parameter(name="--out", help="Write scores.json, windows.csv and skill.png to this folder.")
]


def hindcast(
    *,
    first: _From = FIRST,
    last: _To = None,
    every: _Every = "3",
    arm: _Arms = (),
    series: _Series = (),
    observed: Annotated[str | None, Parameter(help="A folder of further observed data, like seeds/observed.")] = None,
    draws: Annotated[int, Parameter(help="Worlds per origin and arm.")] = 200,
    sets: _Set = (),
    posterior: _Posterior = None,
    start: _Start = PLAIN,
    seed: Annotated[int, Parameter(help="The seed of every random number.")] = 20250818,
    declare: _Declare = None,
    declared: _Declared = None,
    freeze: _Freeze = None,
    frozen: _Frozen = None,
    folder: _Out = None,
    full: Annotated[bool, flag("Print every score: by months ahead, totals, events, paths, closures, shares.")] = False,
    json: Json = False,
    quiet: Annotated[bool, flag("Print no progress.")] = False,
) -> int:
    """Forecast a year from many past origins, and score it beside simple forecasts given the same events.

    Arms: A gives the calendar; B adds outside shocks; C adds when closures, strikes, orders and truces began; D adds
    when crossings were open. No arm gives the end of anything that is scored. Skill is against the baseline that
    seeds/baselines.csv declares for the series. None is claimed with fewer than ten outcomes.

    Example: regionsim hindcast --from 2018-01-01 --to 2019-12-31 --origins 6 --arm A --draws 50
    """
    from regionsim.history.external_data import read_supplied
    from regionsim.history.frozen import read_frozen

    place = writable_folder(folder, "--out")
    chosen = {"--declared": declared, "--posterior": posterior, "--set": sets, "--arm": arm, "--series": series,
              "--start": start != PLAIN}  # fmt: skip
    _check_files(declare, freeze, frozen, [option for option, value in chosen.items() if value])
    kept = None if frozen is None else read_frozen(frozen, _last_day(last))
    if kept is None:
        spec, declaration = _asked(first, last, every, arm, draws, seed, series, sets, start), _declaration(declared)
    else:
        spec, declaration = kept.spec, kept.declaration
    if declare is not None:
        return _declare(declare, spec, declaration, json=json)
    record = read_supplied(observed)
    for line in (*record.notes, *_before(record, spec, observed), *(kept.notes if kept is not None else ())):
        note(line)
    more: dict[str, Any] = {"posterior": posterior, "sha256": None if kept is None else kept.sha256}
    if kept is not None:
        return _judge(spec, record, list(kept.made), declaration, more, place, full=full, json=json)
    made = _forecast(spec, record, _given(posterior, spec), quiet=quiet or json)
    if freeze is not None:
        made, more["sha256"] = _freeze(freeze, made, spec, declaration, json=json)
    return _judge(spec, record, made, declaration, more, place, full=full, json=json)


def _asked(
    first: str, last: str | None, every: str, arm: tuple[str, ...], draws: int, seed: int, series: tuple[str, ...],
    sets: tuple[str, ...], kind: str,
) -> "HindcastSpec":  # fmt: skip
    """What the options ask for. Raises InputError for any that is wrong, before anything is simulated."""
    from regionsim.history.hindcast import HindcastSpec
    from regionsim.history.origins import ARMS
    from regionsim.scenario import load

    start, end = read_day("--from", first, FIRST), _last_day(last) or date(2022, 12, 31)
    arms = tuple(dict.fromkeys(arm)) or tuple(ARMS)
    spec = HindcastSpec(start, end, _months(every), arms, draws, seed, series, sets, kind)
    if sets:
        load("status_quo", sets=sets)
    return spec


def _last_day(text: str | None) -> date | None:
    return None if text is None else read_day("--to", text, FIRST)


def _declaration(path: str | None) -> "Declaration":
    from regionsim.history.declared import read_declaration, read_declared

    return read_declared() if path is None else read_declaration(path)


def _check_files(declare: str | None, freeze: str | None, frozen: str | None, chosen: list[str]) -> None:
    """Raises InputError for options that exclude one another, and for files that exist. chosen: other options that a
    frozen file settles.
    """
    from regionsim.history.frozen import not_yet

    named = [option for option, value in (("--declare", declare), ("--freeze", freeze)) if value] + chosen
    if frozen is not None and named:
        raise InputError(f"--frozen: {', '.join(named)} cannot be given with it (the file holds what was asked)")
    if declare is not None and freeze is not None:
        raise InputError("--declare: --freeze writes the declaration too (give one of the two)")
    for option, path in (("--declare", declare), ("--freeze", freeze)):
        if path is not None:
            not_yet(path, option)


def _months(text: str) -> int:
    """Months between origins. Raises InputError."""
    from regionsim.history.hindcast import ONE_ORIGIN

    words = {"monthly": 1, "one": ONE_ORIGIN}
    if text in words:
        return words[text]
    if text.isdecimal() and text.isascii() and 0 < len(text) < 4 and int(text):
        return int(text)
    raise InputError(f"--origins: {text[:40]!r} is not known (allowed: monthly, one, or a number of months, such as 3)")


def _before(record: "Supplied", spec: "HindcastSpec", observed: str | None) -> "list[str]":
    """What to say before anything is simulated."""
    from regionsim.history.external_data import unread
    from regionsim.history.hindcast import WINDOW
    from regionsim.history.unused import unused

    lines = unread(record, spec)
    if observed is not None:
        lines += [f"--observed: {each.line()}" for each in unused(record.records, record.named, spec, record.added)]
    if spec.opens_window:
        lines.append(LOOK.format(first=max(WINDOW[0], spec.first), last=min(WINDOW[1], spec.last)))
    return lines


def _declare(path: str, spec: "HindcastSpec", declaration: "Declaration", *, json: bool) -> int:
    from regionsim.history.declared import declare
    from regionsim.history.frozen import asked
    from regionsim.paths import writable_path

    digest = declare(writable_path(path, "--declare"), declaration, asked(spec))
    if json:
        out_json({"declared": path, "sha256": digest})
    else:
        out(f"declared {path}\nsha256 {digest}\n")
    return 0


def _freeze(
    path: str, made: "list[Forecasts]", spec: "HindcastSpec", declaration: "Declaration", *, json: bool
) -> "tuple[list[Forecasts], str]":
    """Freeze forecasts; returns them as they stand in the file, which is what is scored now and later, and its hash."""
    from regionsim.history.frozen import as_written, freeze

    written = [as_written(each) for each in made]
    digest = freeze(path, written, spec, declaration)
    if not json:
        out(f"frozen {path}\nsha256 {digest}\n")
    return written, digest


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
        return list(forecasts(spec, record.records, record.events, step, given, inputs=record.inputs))


def _judge(
    spec: "HindcastSpec", record: "Supplied", made: "list[Forecasts]", declaration: "Declaration",
    more: dict[str, Any], folder: "Path | None", *, full: bool, json: bool,
) -> int:  # fmt: skip
    from regionsim.history.judge import judge
    from regionsim.history.unused import unused

    result: dict[str, Any] = dict(judge(made, spec, record.records, record.named, declaration))
    result["unused"] = [each.plain() for each in unused(record.records, record.named, spec)]
    about = {"from": spec.first, "to": spec.last, "origins": spec.origins, "arms": spec.arms, "draws": spec.draws,
             "seed": spec.seed, "set": spec.sets, "start": spec.start, "declared": declaration.plain(),
             "declared_sha256": declaration.sha256} | more  # fmt: skip
    if folder is not None:
        _write(folder, about | result, spec)
    if json:
        out_json(about | result)
    else:
        from regionsim.views.hindcast import hindcast_text
        from regionsim.views.skill_words import skill_words

        shown = hindcast_text if full else skill_words
        out(shown(result, spec.first, spec.last, screen_width()))
        if not full:
            out("--full prints scores by months ahead, totals, events, paths, lengths of closures and shares.")
    return 0


def _write(path: "Path", result: dict[str, Any], spec: "HindcastSpec") -> None:
    import csv
    import io
    import json as texts

    from regionsim.runs.files import write_text
    from regionsim.views.hindcast import draw_skill

    path.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in result.items() if name != "windows"}
    write_text(path / "scores.json", texts.dumps(kept, indent=2, default=str, allow_nan=False) + "\n")
    text = io.StringIO()
    if result["windows"]:
        rows = csv.DictWriter(text, list(result["windows"][0]), lineterminator="\n")
        rows.writeheader()
        rows.writerows(result["windows"])
    write_text(path / "windows.csv", text.getvalue())
    draw_skill(result["scores"], path / "skill.png", spec.first)
