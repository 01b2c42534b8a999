"""Starts a new scenario: a small file that extends another, and a schema beside it for the editor.

Core object: `new`, for `regionsim new NAME --from SCENARIO`.
"""

import contextlib
import json
import os
import re
from pathlib import Path
from typing import Any

from regionsim.errors import InputError
from regionsim.scenario.find import ENDINGS, beside, display, source_path
from regionsim.scenario.jsonschema import json_schema
from regionsim.scenario.load import load
from regionsim.scenario.schema import Scenario
from regionsim.scenario.vocabulary import Vocabulary
from regionsim.scenario.vocabulary import vocabulary as installed_vocabulary
from regionsim.yamlfile.emit import emit
from regionsim.yamlfile.faults import Path as Place
from regionsim.yamlfile.faults import quoted

SCHEMA = Path(".regionsim") / "schema.json"
_LONGEST = 200  # bytes of a name: run folders have it too, followed by a hash

_TEXT = """\
# yaml-language-server: $schema={schema}
# Only what differs from {source} is written here. Maps merge, null removes, lists append (a list that begins with null
# stands by itself).
# See it merged: regionsim show {name}.yaml    check it: regionsim validate {name}.yaml
{head}# baseline: {baseline}    # what compare, expect and report compare it with

# parameters:
#   NAME: 10.0                        # a value in the declared unit, or a distribution (regionsim list parameters)
# levers:
#   NAME: {{from: {start}, intensity: 0.8, ramp: 52 weeks}}    # regionsim list levers
# deals:
#   - {{id: my_deal, levers: {{NAME: 0.8}}, while: "attacks_ttp < 450", review: 13 weeks, from: {start}}}
# shocks:                               # keys of a kind: regionsim explain border_closure
#   - {{kind: border_closure, crossing: torkham, on: {start}, for: 4 weeks, by: both}}
#   - {{kind: border_closure, crossing: [torkham, chaman], on: {start}, for: 6 weeks, every: 1 year, by: pakistan}}
# targets:                              # the question as numbers, reported first: in how many worlds are they reached?
{dropped_targets}#   - {{name: trade reaches 10 billion, that: "trade_volume@end >= 10", sources: [Q06]}}
# expect:
{dropped}#   - {{name: a sentence, that: "trade_volume@{year} > baseline", in: ">= 90% of pairs"}}
"""


def new(name: str, source: str | Path, *, folder: Path | None = None, vocabulary: Vocabulary | None = None) -> Path:
    """Write NAME.yaml in the folder (default: the working folder), extending `source`; returns its path.

    Only the generated schema is overwritten if it exists. Raises InputError if the source is faulty or the new file
    cannot extend it, or if the name is taken or not a file name.
    """
    names = installed_vocabulary() if vocabulary is None else vocabulary
    here = Path.cwd() if folder is None else folder
    if not _is_file_name(name):
        raise InputError(
            f"{quoted(name)} is not a scenario name (allowed: a file name of up to {_LONGEST} letters without .yaml)"
        )
    if name in names.scenarios:
        raise InputError(f"{name}: a shipped scenario has this name (choose another)")
    path = here / f"{name}.yaml"
    if path.exists() or path.is_symlink():
        raise InputError(f"{display(path)}: the file exists and is not overwritten (choose another name)")
    scenario = load(source, vocabulary=names)
    text = _text(scenario, _reach(source_path(source), here, names), name)
    try:
        _write_schema(here / SCHEMA, names)
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise InputError(f"{display(path)}: cannot be written: {error.strerror or error}") from None
    return path


def _is_file_name(name: str) -> bool:
    """Whether this can be a file's name on any system: printable, no path, no .yaml ending, not hidden.

    Other dots are allowed: `v1.2` is a name.
    """
    return (
        len(name.encode("utf-8", "replace")) <= _LONGEST
        and name.isprintable()
        and not re.search(r'[<>:"/\\|?*%]', name)
        and re.fullmatch(r"[^\s.\-~](.*[^\s.])?", name) is not None
        and not name.lower().endswith(ENDINGS)
    )


def _text(scenario: Scenario, extends: str, name: str) -> str:
    """The new file's text, without the source's question and evidence, which belong to the source alone."""
    head: dict[str, Any] = {"extends": extends, "title": name.replace("_", " "), "question": ""}
    marks: dict[Place, str] = {("question",): "what this study asks; the report prints it under the title"}
    if scenario.evidence:
        head["evidence"] = None
        marks["evidence",] = f"removes {', '.join(scenario.evidence)}; delete this line if yours is about it too"
    inherited = len(scenario.expect)
    dropped = (
        f"#   - null                            # without this line {scenario.name}'s own {inherited} are judged too\n"
    )
    targets = len(scenario.targets)
    dropped_targets = (
        f"#   - null                            # without this line {scenario.name}'s own {targets} come first\n"
    )
    return _TEXT.format(
        schema=SCHEMA.as_posix(),
        source=scenario.name,
        name=name,
        head=emit(head, lambda path: marks.get(path, "")),
        start=scenario.start.isoformat(),
        year=scenario.end.year,
        baseline=scenario.baseline,
        dropped=dropped if inherited else "",
        dropped_targets=dropped_targets if targets else "",
    )


def _reach(source: Path, folder: Path, names: Vocabulary) -> str:
    """The value of `extends` that means the source in a file of the folder. Raises InputError if there is none."""
    candidates = []
    with contextlib.suppress(ValueError):
        relative = source.resolve().relative_to(folder.resolve())
        candidates += [relative.with_suffix("").as_posix(), relative.as_posix()]
    for name in [*candidates, source.stem]:
        with contextlib.suppress(ValueError):
            if beside(name, folder, names.scenarios).resolve() == source.resolve():
                return name
    where = display(folder.resolve())
    raise InputError(f"{display(source)}: a scenario in {where} cannot extend it (copy it into that folder)")


def _write_schema(path: Path, names: Vocabulary) -> None:
    """Write the schema, atomically, to the path that the new file's first line names."""
    path.parent.mkdir(exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    draft.write_text(json.dumps(json_schema(names), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(draft, path)
