"""What kind of results a folder holds, and the record and tables of a study, checked.

Core objects: `kind_of_folder` (what a folder is and which command reads it), `read_study_folder`, `checked_table`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from regionsim.errors import InputError
from regionsim.runs.integrity import Damaged, check_name, read_file, read_record
from regionsim.runs.manifest import NAME

STUDY = "study.json"
MOST_BYTES = 1024**3  # of a study's table
_KINDS = (
    ("compare.json", "a comparison (its table is compare.csv; regionsim compare makes it again)"),
    ("why.json", "a study of causes (its table is why.csv; regionsim report shows it beside its scenario)"),
    ("scores.json", "a hindcast's scores (regionsim hindcast makes them)"),
)


def kind_of_folder(folder: Path) -> str:
    """What a folder without a run holds, in words, with the command that reads it."""
    if (folder / STUDY).is_file():
        try:
            method = read_record(folder / STUDY, "study").get("method")
        except (OSError, InputError):
            method = None
        if method is None:
            return "the folder of a sweep (regionsim discover reads it; its runs are in arms)"
        return "the folder of a sensitivity study (regionsim report shows it beside the runs of its scenario)"
    for name, description in _KINDS:
        if (folder / name).is_file():
            return f"the folder of {description}"
    try:
        runs = sorted(path.parent.name for path in folder.glob(f"*/{NAME}"))
        if runs:
            more = f", and {len(runs) - 3} more" if len(runs) > 3 else ""
            return f"a folder of runs (name one of them: {', '.join(runs[:3])}{more})"
        if any(folder.glob("*.yaml")):
            return "a folder of scenarios (name its files)"
    except OSError as fault:
        return f"a folder that cannot be read ({fault.strerror or fault})"
    return f"a folder without a run (it holds no {NAME})"


def read_study_folder(folder: Path) -> dict[str, Any]:
    """The record of a study, `study.json`, checked. `arms` are names of folders and `files` digests of tables.

    Raises OSError if there is none, Damaged, and InputError if a newer version wrote it.
    """
    path = folder / STUDY
    study: dict[str, Any] = {"arms": [], "over": [], "files": {}} | read_record(path, "study")
    try:
        for name in study["arms"]:
            check_name(name)
        for name, digest in study["files"].items():
            check_name(name)
            if not isinstance(digest, str):
                raise TypeError("digests are texts")
        for name in study["over"]:
            if not isinstance(name, str):
                raise TypeError("inputs are texts")
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise Damaged(path, f"{type(fault).__name__}: {fault}") from None
    return study


def checked_table(folder: Path, study: dict[str, Any], name: str) -> str:
    """The text of a study's table, checked against the digest in the record (old records have none). Raises Damaged."""
    path = folder / name
    data = read_file(path, study["files"].get(name), MOST_BYTES)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Damaged(path, "is not UTF-8 text") from None
