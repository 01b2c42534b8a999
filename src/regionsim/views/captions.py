"""Captions of figures and metadata of their files: what is shown, units, sources, and what made it.

Core objects: `caption`, `provenance`, `metadata`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regionsim.runs.results import Run

DATA_END = "Data end June 2025: everything shown is simulated."


def caption(run: Run, indicator: str, place: str | None = None) -> str:
    """Two or three sentences: what is shown, the unit, the sources of today's value."""
    from regionsim.indicators import INDICATORS

    entry = INDICATORS.get(indicator)
    where = f" at {place}" if place else ""
    shown = f"Median over {count_worlds(run)}{where}, with bands that hold 50% and 90% of them."
    if entry is None:
        return f"{shown} A variable of the model. {DATA_END}"
    definition = entry.definition.rstrip(".")
    return f"{shown} {definition}. Unit: {entry.unit}. Sources: {', '.join(entry.source)}. {DATA_END}"


def count_worlds(run: Run) -> str:
    """The number of worlds, and of those that failed."""
    count = run.numbers.size
    failed = f" ({len(run.failed)} failed and left out)" if run.failed else ""
    return f"{count:,} world{'' if count == 1 else 's'}{failed}"


def provenance(run: Run) -> str:
    """The line that says what made a figure."""
    manifest = run.manifest
    commit, _, dirty = (manifest.commit or "").partition("+")
    parts = ["regionsim", manifest.versions.get("regionsim", ""), commit[:8], dirty and "with changes"]
    made = " ".join(word for word in parts if word)
    return f"Run {run.name}-{run.hash}, seed {manifest.seed}, {made}. Made by: {manifest.command}"


def metadata(run: Run, title: str, description: str) -> dict[str, str]:
    """Metadata of a PNG file, by PNG's keywords."""
    return {
        "Title": f"{title} - {run.manifest.title}",
        "Description": description,
        "Software": f"regionsim {run.manifest.versions.get('regionsim', '')}",
        "Source": f"run {run.name}-{run.manifest.hash}; command: {run.manifest.command}",
        "Comment": provenance(run),
    }
