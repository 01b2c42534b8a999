"""Commands on run folders: `export`, `replay`."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from regionsim.cli.options import Json, Observed, Runs, flag, use_observed
from regionsim.cli.write import note, out, out_json, size_words

if TYPE_CHECKING:
    from regionsim.runs import Run

RunName = Annotated[str, Parameter(name="RUN", help="A run folder, or a run's name in the folder of runs.")]


def export(
    run: RunName,
    /,
    *,
    to: Annotated[Literal["csv", "parquet", "xlsx", "netcdf"], Parameter(help="The format.")],
    out_dir: Runs = "runs",
    dry_run: Annotated[bool, flag("Print the rows and the size; write nothing.")] = False,
) -> None:
    """Write a run's tables in another format, beside them. xlsx and netcdf need the extra `export`.

    Rows and size are printed first. parquet has one file per table, also of places.

    Example: regionsim export trade_push --to parquet
    """
    import shutil

    from regionsim.errors import InputError
    from regionsim.runs.export_sizes import export_sizes, size_sentences

    opened = find_run(run, out_dir)
    sizes = export_sizes(opened, to)
    need, free = sum(table.bytes for table in sizes), shutil.disk_usage(opened.path).free
    for line in size_sentences(sizes, to):
        (out if dry_run else note)(line)
    if dry_run:
        return
    if need > free and to != "netcdf":
        raise InputError(f"--to {to}: needs about {size_words(need)}, and the disk has {size_words(free)} free")
    out(str(opened.export(to, say=note)))


def replay(
    run: RunName,
    /,
    *,
    world: Annotated[int, Parameter(help="The number of the world, from 0.")],
    first: Annotated[str | None, Parameter(name="--from", help="The first year, month or day told.")] = None,
    last: Annotated[str | None, Parameter(name="--to", help="The last year, month or day told.")] = None,
    kind: Annotated[
        tuple[str, ...],
        Parameter(
            negative="", show_default=False, help="Only this kind of line: closure, strike, year ...; repeatable."
        ),
    ] = (),
    top: Annotated[
        int | None,
        Parameter(help="Only so many events: turning points first, then by people killed and days shut."),
    ] = None,
    why: Annotated[
        bool, flag("Also print why: for each choice that is an event, the utilities of actions and the largest terms.")
    ] = False,
    out_dir: Runs = "runs",
    observed: Observed = None,
    json: Json = False,
) -> None:
    """Print the log of one world: dated events and their causes. The world is played again for it.

    Example: regionsim replay trade_push --world 3 --from 2026 --to 2027 --top 20
    """
    begin, end = read_span(first, last)
    use_observed(observed)
    from regionsim.cli.progress import announce_compiling

    opened = find_run(run, out_dir)
    _check_span(begin, end, opened)
    with announce_compiling():
        story = opened.replay(world, why=why).select(begin, end, kind, top)
    before = _under_way(opened) if begin is None and not kind and top is None else []
    if json:
        lines = [{"date": line.date.isoformat(), "kind": line.kind, "text": line.text} for line in story]
        out_json({"world": story.world, "same": story.same, "note": story.note, "under_way": before, "lines": lines})
        return
    note(story.note)
    if not story.lines:
        note("nothing of this kind happens in this time")
        return
    out("\n".join([*(f"under way at the start: {line}" for line in before), *map(str, story)]))


def _check_span(begin: date | None, end: date | None, run: "Run") -> None:
    """Raises InputError where the time asked for lies wholly outside the run."""
    from regionsim.errors import InputError

    start, last = run.scenario.start, run.scenario.end
    if begin is not None and begin > last:
        raise InputError(f"--from {begin}: is outside the run ({start} to {last})")
    if end is not None and end < start:
        raise InputError(f"--to {end}: is outside the run ({start} to {last})")


def read_span(first: str | None, last: str | None) -> tuple[date | None, date | None]:
    """The first day of --from and the last of --to, each a year, a month or a day. Raises InputError."""
    from regionsim.errors import InputError
    from regionsim.schema.dates import parse_period

    days: list[date | None] = []
    faults = []
    for option, text in (("--from", first), ("--to", last)):
        try:
            period = None if text is None else parse_period(text)
        except ValueError as error:
            faults.append(f"{option}: {error}")
            continue
        days.append(None if period is None else period.first if option == "--from" else period.last)
    if faults:
        raise InputError(faults)
    return days[0], days[1]


def _under_way(run: "Run") -> list[str]:
    """Events of the record that reach into the start of a run, if it lies after the briefs' present."""
    from regionsim.evidence import load_evidence
    from regionsim.history.record_cover import under_way
    from regionsim.scenario.schema import Timeline
    from regionsim.schema.dates import PRESENT

    scenario = run.scenario
    removed = scenario.timeline.remove if isinstance(scenario.timeline, Timeline) else ()
    return under_way(load_evidence(), scenario.start, removed) if scenario.start > PRESENT else []


def find_run(name: str, out_dir: str) -> "Run":
    """The run in a folder, or by its name in the folder of runs; without the hash if only one run has that name.

    Raises InputError with the choices.
    """
    from regionsim.errors import InputError
    from regionsim.paths import user_path
    from regionsim.runs import list_runs, open_run
    from regionsim.runs.folders import kind_of_folder
    from regionsim.runs.manifest import NAME
    from regionsim.yamlfile.faults import allowed, quoted

    if (user_path(name) / NAME).exists():
        return open_run(name)
    folders = [folder for folder in (user_path(name), user_path(out_dir) / name) if folder.is_dir()]
    if named := next((folder for folder in folders if (folder / NAME).exists()), None):
        return open_run(named)  # reports why a run is damaged: a list of runs leaves it out
    runs = list_runs(out_dir)
    matching = [run for run in runs if name in (run.path.name, run.name)]
    if len(matching) == 1:
        return matching[0]
    if matching:
        names = ", ".join(run.path.name for run in matching)
        raise InputError(f"{quoted(name)} is the name of {len(matching)} runs (say which: {names})")
    if folders:
        raise InputError(f"{folders[0]}: is {kind_of_folder(folders[0])}; expected a run folder")
    listing = f"regionsim list runs --out {out_dir}"
    raise InputError(f"{quoted(name)} is not a run folder {allowed(name, [run.path.name for run in runs], listing)}")
