"""The command `record`: how far the record goes, what a start today rests on, and newer rows."""

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from regionsim.cli.options import Json, Observed, read_day, use_observed, writable_folder
from regionsim.cli.write import out, out_json
from regionsim.console import screen_width
from regionsim.errors import InputError
from regionsim.schema.dates import FIRST_YEAR, LAST_YEAR
from regionsim.yamlfile.faults import allowed, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regionsim.evidence import Evidence


def record(
    file: Annotated[str | None, Parameter(help="The file that --import reads.", show_default=False)] = None,
    /,
    *,
    check: Annotated[str | None, Parameter(help="Check a folder of newer rows; list what is new in it.")] = None,
    import_: Annotated[
        str | None, Parameter(name="--import", help="Turn FILE, as its publisher writes it, into rows of the record.")
    ] = None,
    folder: Annotated[str | None, Parameter(name="--out", help="The folder for the rows of --import.")] = None,
    template: Annotated[
        str | None, Parameter(help="Write empty tables to this folder, with a row for each month that is due.")
    ] = None,
    on: Annotated[
        str | None,
        Parameter(help="The start in question (default: the day after the record); for --template, today's date."),
    ] = None,
    observed: Observed = None,
    json: Json = False,
) -> int:
    """Show how far the record goes, where it has gaps, and what a start today rests on; prepare, check or import newer
    rows.

    A folder that passes --check can be given to every other command as --observed. What --import can read:
    ucdp-ged, ucdp-candidate, acled, unhcr-returns, iom-returns, sbp, customs.

    Example: regionsim record --check my_rows
    """
    _require_one({"--check": check, "--import": import_, "--template": template})
    if import_ is None and (file is not None or folder is not None):
        raise InputError(f"{'--out' if file is None else quoted(file)}: is for --import KIND alone")
    use_observed(observed)
    if template is not None:
        return _template(template, on, json=json)
    if import_ is not None:
        return _import(import_, file, folder, json=json)
    if check is not None:
        return _check(check, json=json)
    from regionsim.evidence import load_evidence

    evidence = load_evidence()
    start = evidence.record_ends + timedelta(days=1) if on is None else _day(on)
    _show(evidence, start, json=json)
    return 0


def _require_one(given: "Mapping[str, str | None]") -> None:
    """Raises InputError if more than one of the options is given."""
    names = [name for name, value in given.items() if value is not None]
    if len(names) > 1:
        raise InputError(f"{' and '.join(names)}: do different things (give one of them)")


def _day(text: str) -> date:
    """The day of --on. Raises InputError for a day on which no scenario may start."""
    day = read_day("--on", text, "2026-02-01")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InputError(f"--on: the year {day.year} is out of range (allowed: {FIRST_YEAR} to {LAST_YEAR})")
    return day


def _show(evidence: "Evidence", start: date, *, json: bool) -> None:
    from dataclasses import asdict

    from regionsim.history.record_cover import covers, rests_on, under_way

    found, state, events = covers(evidence), rests_on(evidence, start), under_way(evidence, start)
    if json:
        out_json({
            "record_ends": evidence.record_ends, "start": start, "series": [asdict(each) for each in found],
            "start_rests_on": [asdict(each) for each in state], "under_way": events,
        })  # fmt: skip
        return
    from regionsim.views.record import record_text

    out(record_text(evidence.record_ends, start, found, state, events, screen_width()))


def _template(folder: str, on: str | None, *, json: bool) -> int:
    """Write empty tables. Raises InputError if a table is there already."""
    from regionsim.evidence import load_evidence
    from regionsim.evidence.template import write_template

    until = None if on is None else _day(on)
    place = writable_folder(folder, "--template")
    paths, months = write_template(place if place is not None else Path(), load_evidence(), until)
    if json:
        out_json({"written": [str(path) for path in paths], "months": months})
        return 0
    due = months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"
    lines = [f"{path} written" for path in paths]
    out("\n".join(lines) + f"\nDue: {due}. Fill in figures and sources; delete rows for which you have none.\n"
        f"next: regionsim record --check {folder}\n")  # fmt: skip
    return 0


def _check(folder: str, *, json: bool) -> int:
    """Lists what is new in the folder. Raises InputError with every fault, each at its line."""
    from regionsim.evidence import load_evidence
    from regionsim.evidence.holdout import days_of
    from regionsim.evidence.supplied import read_folder, with_rows
    from regionsim.paths import user_path

    path = user_path(folder, "--check")
    evidence = load_evidence()
    added, events = read_folder(path, evidence, "--check")
    later = with_rows(evidence, added, events)
    new: list[dict[str, Any]] = []
    for id, rows in sorted(added.records.items()):
        spans = [days_of(row) for row in rows]
        first, last = min(begin for begin, _ in spans), max(end for _, end in spans)
        new.append({"series": id, "rows": len(rows), "from": first, "to": last})
    if json:
        out_json({"new": new, "events": list(events), "notes": added.notes, "record_ends": later.record_ends,
                  "ended_before": evidence.record_ends})  # fmt: skip
        return 0
    from regionsim.views.record import check_text

    out(check_text(folder, new, list(events), added.notes, evidence.record_ends, later.record_ends))
    return 0


def _import(kind: str, file: str | None, folder: str | None, *, json: bool) -> int:
    from regionsim.evidence.importers import IMPORTERS, import_file
    from regionsim.paths import user_path

    if kind not in IMPORTERS:
        raise InputError(f"--import: unknown kind {quoted(kind)} {allowed(kind, IMPORTERS)}")
    if file is None or folder is None:
        raise InputError("--import: needs the file to read and --out FOLDER for its rows")
    place = writable_folder(folder, "--out")
    done = import_file(kind, user_path(file, "--import"), place if place is not None else Path())
    if json:
        out_json({"written": str(done.path), "rows": done.rows, "notes": done.notes, "licence": done.licence})
        return 0
    lines = [f"{done.rows:,} rows written to {done.path}", *done.notes, f"Licence: {done.licence}"]
    out("\n".join(lines) + f"\nnext: regionsim record --check {folder}\n")
    return 0
