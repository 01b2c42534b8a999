"""What changed since a run was made, reported when a replayed world differs from the stored one.

Core object: `what_changed`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from regionsim.runs.key import digests, files_of_key
from regionsim.runs.provenance import platform_name, versions

if TYPE_CHECKING:
    from regionsim.runs.results import Run

SHOWN = 5
_PARTS = {
    "scenario": "scenario (its file in the folder, or how it is read)",
    "evidence": "evidence",
    "model": "code",
}


def what_changed(run: Run) -> str:
    """Which parts of the run's key have changed, with their files, in words.

    If the key is the same: which other versions or which platform have changed, or that none have.
    """
    then, today = run.manifest.digests, digests(run.scenario).parts()
    files = files_of_key(run.scenario)
    changed = [
        f"{label}{_files(run.manifest.sources.get(part), files[part]) if part in files else ''}"
        for part, label in _PARTS.items()
        if then.get(part) != today[part]
    ]
    changed += [
        _version(name, then.get(name), today[name]) for name in ("numpy", "numba") if then.get(name) != today[name]
    ]
    if changed:
        return f"since the run was made, this changed: {'; '.join(changed)}"
    now, here = versions(), platform_name()
    others = [
        _version(name, was, now[name]) for name, was in run.manifest.versions.items() if now.get(name, was) != was
    ]
    if run.manifest.platform != here:
        others.append(_version("platform", run.manifest.platform, here))
    if others:
        return (
            f"scenario, evidence, code, numpy and numba are the same; this changed: {'; '.join(others)}; results are "
            f"bit-identical only within one platform and lock file"
        )
    return "scenario, evidence, code, versions and platform are the same, so the stored files must have changed"


def _version(name: str, then: str | None, now: str) -> str:
    return f"{name} ({then or 'not noted'} then, {now} now)"


def _files(then: Mapping[str, str] | None, today: Mapping[str, str]) -> str:
    """Which files differ, in brackets, or that the run did not record its files."""
    if not then:
        return " (files unknown: an older version made the run and did not record them)"
    gone = [f"{name} is gone" for name in then if name not in today]
    new = [f"{name} is new" for name in today if name not in then]
    differing = [name for name in today if name in then and then[name] != today[name]]
    return f" ({_some([*differing, *new, *gone])})"


def _some(names: Iterable[str]) -> str:
    every = list(names)
    more = f" and {len(every) - SHOWN} more" if len(every) > SHOWN else ""
    return ", ".join(every[:SHOWN]) + more
