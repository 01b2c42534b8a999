"""Captions of figures and metadata of their files: what is shown, units, sources, and what made it.

Core objects: `caption`, `data_end`, `provenance`, `metadata`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from regionsim.scenario.timeline import data_until

if TYPE_CHECKING:
    from regionsim.runs.results import Run
    from regionsim.scenario import Scenario

SIMULATED = "Everything shown is simulated."


def data_end(scenario: Scenario) -> str:
    """What data the run uses: those known at its start, or the record to its end where it plays the record."""
    return f"Data end {data_until(scenario):%B %Y}: everything shown is simulated."


def caption(run: Run, indicator: str, place: str | None = None) -> str:
    """Two or three sentences: what is shown, the unit, the sources of today's value."""
    from regionsim.indicators import INDICATORS

    entry = INDICATORS.get(indicator)
    where = f" at {place}" if place else ""
    shown = f"Median over {count_worlds(run)}{where}, with bands that hold 50% and 90% of them."
    if entry is None:
        return f"{shown} A variable of the model. {data_end(run.scenario)}"
    definition = entry.definition.rstrip(".")
    return f"{shown} {definition}. Unit: {entry.unit}. Sources: {', '.join(entry.source)}. {data_end(run.scenario)}"


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
