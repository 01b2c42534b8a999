"""Options that several commands share, with their help."""

from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from regionsim.errors import InputError

Scenario = Annotated[str, Parameter(help="A scenario file, or the name of a shipped scenario.", show_default=False)]
Sets = Annotated[
    tuple[str, ...],
    Parameter(
        name="--set",
        negative="",
        show_default=False,
        help="Override PATH=VALUE, e.g. levers.trade_facilitation.intensity=0.5.",
    ),
]
Observed = Annotated[
    str | None, Parameter(help="A folder of newer rows, in tables like those of seeds/observed (docs/record.md).")
]
Worlds = Annotated[int | None, Parameter(help="Number of worlds, instead of the scenario's.")]
Seed = Annotated[int | None, Parameter(help="The seed of every random number, instead of the scenario's.")]
Runs = Annotated[str, Parameter(name="--out", help="The folder that holds the run folders.")]
Workers = Annotated[int | None, Parameter(help="Number of processes (default: the fastest).")]
Dask = Annotated[str | None, Parameter(help="Play on the Dask cluster with this scheduler, e.g. tcp://10.0.0.5:8786.")]
Shard = Annotated[
    str | None, Parameter(help="i/n: play every n-th batch from the i-th; without it, shards are combined.")
]
Json = Annotated[bool, Parameter(negative="", show_default=False, help="Print JSON, for scripts.")]


def flag(help: str) -> Parameter:
    """A switch that is off unless given, without a --no- form."""
    return Parameter(negative="", show_default=False, help=help)


Fresh = Annotated[bool, flag("Start again: forget what is finished.")]
DryRun = Annotated[bool, flag("Print the worlds, time, memory and disk needed; play nothing.")]
Short = Annotated[bool, flag("Print a short form: the main figures, without notes.")]
NoFigures = Annotated[bool, flag("Draw no pictures.")]


def use_observed(folder: str | None) -> None:
    """Add the rows of a folder, if one is given, to the record of this command. Raises InputError with its faults."""
    if folder is not None:
        from regionsim.evidence import supplied

        supplied.use_observed(folder)


def read_day(option: str, text: str, such: str) -> date:
    """The date of an ISO text; `such` is an example for the message. Raises InputError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{option}: {text!r} is not a date (allowed: such as {such})") from None


MOST_SHARDS = 1_000_000  # as many as worlds


def read_shard(text: str | None) -> tuple[int, int] | None:
    """(i, n) of "i/n", 1 <= i <= n. Raises InputError."""
    if text is None:
        return None
    place, _, count = text.partition("/")
    numbers = all(word.isdecimal() and len(word) <= 9 for word in (place, count))  # more digits are no number of shards
    if numbers and 1 <= int(place) <= int(count) <= MOST_SHARDS:
        return int(place), int(count)
    shown = text if len(text) <= 40 else f"{text[:40]}..."
    raise InputError(
        f"--shard: {shown!r} is no shard (allowed: i/n, such as 1/4, i from 1 to n, n up to {MOST_SHARDS:,})"
    )


def writable_folder(given: str | None, option: str) -> Path | None:
    """The folder to write to, checked before any work is done; None stays None. Raises InputError."""
    from regionsim.paths import writable_path
    from regionsim.runs.files import require_writable

    if given is None:
        return None
    folder = writable_path(given, option)
    require_writable(folder, f"{option} {folder}")
    return folder


def check_place(out_folder: Path, dask: str | None) -> None:
    """Raises InputError if a run could not begin: the cluster does not answer, or the folder cannot be written.

    So a dry run fails where the run would. Nothing is left behind.
    """
    from regionsim.runs.cluster import check_cluster
    from regionsim.runs.files import check_writable

    check_writable(out_folder, "--out")
    if dask is not None:
        check_cluster(dask)
