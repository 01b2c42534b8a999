"""Study files: a sweep written down in YAML.

Core objects: `is_study`, `read_study`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from regionsim.errors import InputError
from regionsim.scenario.find import completed, display, read_bytes, source_path
from regionsim.studies.designs import Axis, read_axis, read_sample
from regionsim.studies.sweep import REPLICATES, Study
from regionsim.yamlfile.faults import allowed
from regionsim.yamlfile.locate import place_of, plain, read

KEYS = ("study", "title", "scenario", "over", "sample", "replicates", "seed", "set", "outcomes")


def is_study(path: str) -> bool:
    """Whether a path names a study file rather than a scenario."""
    try:
        file = source_path(path)
        root, _ = read(read_bytes(file), str(file))
    except (InputError, ValueError):  # its faults are reported when it is read as a scenario
        return False
    return root is not None and "study" in root.items


def read_study(path: str) -> Study:
    """The study in a YAML file. Raises InputError with the faults found."""
    file = source_path(path)
    try:
        root, faults = read(read_bytes(file), display(file))
    except ValueError as error:
        raise InputError(f"{display(file)}: {error}") from None
    if faults or root is None:
        raise InputError([str(fault) for fault in faults])
    wrong = [f"{root.keys[key]}: {key}: unknown key {allowed(key, KEYS)}" for key in root.items if key not in KEYS]
    data = plain(root)
    wrong += [f"{path}: {key}: is missing" for key in ("scenario", "over") if not data.get(key)]
    if data.get("study") != 1:
        wrong.append(f"{path}: study: must be 1, the version of the format")
    kinds: dict[str, type] = {
        "over": dict,
        "set": dict,
        "outcomes": list,
        "sample": str,
        "replicates": int,
        "seed": int,
    }
    for key, kind in kinds.items():
        if data.get(key) is not None and (not isinstance(data[key], kind) or isinstance(data[key], bool)):
            wrong.append(f"{root.keys[key]}: {key}: must be {_KINDS[kind]}")
    count, seed, sample = (data.get(key) for key in ("replicates", "seed", "sample"))
    if isinstance(count, int) and count < 1:
        wrong.append(f"{root.items['replicates'].place}: replicates: {count} is out of range (allowed: 1 or more)")
    if isinstance(seed, int) and not 0 <= seed < 2**63:
        wrong.append(f"{root.items['seed'].place}: seed: {seed} is out of range (allowed: 0 to {2**63 - 1:,})")
    if isinstance(sample, str):
        wrong += _faults(f"{root.items['sample'].place}: ", partial(read_sample, sample))
    axes: list[Axis] = []
    for name, values in data["over"].items() if isinstance(data.get("over"), dict) else ():
        place = place_of(root, ("over", name))
        wrong += _faults(f"{place}: over: ", lambda n=name, v=values: axes.append(read_axis(n, v)))  # type: ignore[misc]
    named = data.get("outcomes")
    if isinstance(named, list) and not all(isinstance(text, str) for text in named):
        wrong.append(f"{root.items['outcomes'].place}: outcomes: must be texts such as trade_volume@2030")
    if wrong:
        raise InputError(wrong)
    beside = completed(file.parent / str(data["scenario"]))
    return Study(
        scenario=str(beside) if beside is not None and beside.is_file() else str(data["scenario"]),
        over=tuple(axes),
        sample=data.get("sample"),
        replicates=REPLICATES if count is None else count,
        seed=data.get("seed"),
        sets=tuple(f"{key}={json.dumps(value, default=str)}" for key, value in (data.get("set") or {}).items()),
        outcomes=tuple(data.get("outcomes") or ()),
    )


def _faults(where: str, read: Callable[[], object]) -> list[str]:
    """The faults of reading something, each with its place."""
    try:
        read()
    except InputError as error:
        return [f"{where}{fault}" for fault in error.faults]
    return []


_KINDS = {dict: "a map", list: "a list", str: "a text such as lhs:64", int: "a whole number"}
