"""The command `calibrate`: fit the uncertain parameters to the record up to a day, and write a posterior."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from regionsim.cli.options import Json, Observed, flag, read_day, use_observed, writable_folder
from regionsim.cli.write import note, out, out_json
from regionsim.console import screen_width

if TYPE_CHECKING:
    from regionsim.history.calibrate import Calibration, CalibrationSpec


def calibrate(
    *,
    until: Annotated[str, Parameter(help="The last day of the record that may be used.")],
    to: Annotated[str, Parameter(name="--out", help="The posterior: a .csv file, and a .json file beside it.")],
    report: Annotated[
        str | None, Parameter(help="Write calibration.md, and img/calibration.png, to this folder.")
    ] = None,
    without: Annotated[
        tuple[str, ...],
        Parameter(
            negative="",
            show_default=False,
            help="Days A..B left out of the record, such as 2016-07-01..2017-06-30; repeatable.",
        ),
    ] = (),
    worlds: Annotated[int, Parameter(help="Worlds played in each wave.")] = 2000,
    rows: Annotated[int, Parameter(help="Rows of the posterior.")] = 1000,
    waves: Annotated[int, Parameter(help="Waves of history matching.")] = 2,
    seed: Annotated[int, Parameter(help="The seed of every random number.")] = 20250818,
    effort: Annotated[float, Parameter(help="Share of the usual draws and checks, 0.01 to 1; less for a trial.")] = 1.0,
    observed: Observed = None,
    json: Json = False,
    quiet: Annotated[bool, flag("Print no progress.")] = False,
) -> int:
    """Fit the uncertain parameters to the record up to a day, and report which of them the data narrow.

    Parts of the model are fitted to their own series, then the whole model to figures of the last 30 months, by history
    matching in waves. Parameters that are not narrowed keep their priors. --without leaves out days of the record, and
    figures of years that contain them, so that they can be predicted. An existing file is overwritten.

    Example: regionsim calibrate --until 2025-06-30 --out posterior.csv
    """
    use_observed(observed)
    from regionsim.history.calibrate import CalibrationSpec

    path, page = _target(to), writable_folder(report, "--report")
    task = CalibrationSpec(
        read_day("--until", until, "2025-06-30"), worlds, rows, waves, seed, effort, tuple(map(_span, without))
    )
    calibration = _fitted(task, quiet=quiet or json)
    about = _write(path, calibration, page)
    if json:
        out_json(about)
    else:
        from regionsim.views.calibration import calibration_text

        out(calibration_text(about, screen_width()))
        out(f"\nwritten: {path} and {path.with_suffix('.json')}\n")
    return 0


def _span(text: str) -> tuple[date, date]:
    """First and last day, written A..B."""
    from regionsim.errors import InputError

    first, _, last = text.partition("..")
    if not last:
        raise InputError(f"--without: {text!r} is no span of days (allowed: such as 2016-07-01..2017-06-30)")
    return read_day("--without", first, "2025-06-30"), read_day("--without", last, "2025-06-30")


def _target(text: str) -> Path:
    from regionsim.errors import InputError
    from regionsim.paths import writable_path
    from regionsim.runs.files import require_writable

    path = writable_path(text, "--out")
    if path.suffix != ".csv" or path.is_dir():
        raise InputError(f"--out: {text!r} is not a posterior file (allowed: a name that ends in .csv)")
    require_writable(path.parent, f"--out {path}")
    return path


def _fitted(task: "CalibrationSpec", *, quiet: bool) -> "Calibration":
    from regionsim.cli.progress import announce_compiling
    from regionsim.history.calibrate import calibrate as fit_all

    with announce_compiling(quiet=quiet):
        import regionsim.model.play  # noqa: F401  # compiles the kernels, or loads them
    return fit_all(task, None if quiet else lambda message: note(f"calibrate: {message}"))


def _write(path: Path, calibration: "Calibration", folder: Path | None) -> dict[str, object]:
    """Write the posterior and, if requested, the page and its picture; returns the manifest."""
    import json as texts

    from regionsim.history.posteriors import described, table_of
    from regionsim.runs.files import put_text

    table = table_of(calibration)
    about = described(calibration, table)
    path.parent.mkdir(parents=True, exist_ok=True)
    put_text(path, table)
    put_text(path.with_suffix(".json"), texts.dumps(about, indent=1, allow_nan=False) + "\n")
    if folder is not None:
        from regionsim.views.calibration import calibration_page, draw_ranks

        (folder / "img").mkdir(parents=True, exist_ok=True)
        put_text(folder / "calibration.md", calibration_page(about))
        draw_ranks(calibration.ranks, folder / "img" / "calibration.png")
    return about
