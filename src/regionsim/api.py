"""The Python API of `import regionsim as rs`: `run`, `check`, `open_run`, `load`, `Run` and more.

Importing this module imports the model and other heavy modules; `regionsim` does so only when a name is used.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Unpack

from regionsim import runs
from regionsim.errors import InputError, RegionsimError, RunInterrupted, WorldsFailed
from regionsim.evidence import load_evidence
from regionsim.runs import Plan, PlaySettings, Run, Story, content_digest, list_runs, open_run, plan, replay
from regionsim.runs.settings import PlayOptions
from regionsim.scenario import Scenario, load
from regionsim.studies.api import discover, sensitivity, sweep
from regionsim.studies.check import Checked, check
from regionsim.studies.compare import Comparison, compare
from regionsim.studies.discovery import Discovery
from regionsim.studies.sensitivity import Sensitivity
from regionsim.studies.sweep import Sweep
from regionsim.studies.why import Why, why
from regionsim.views.explore.explorer import Explorer, explore
from regionsim.views.report.page import report


def run(
    source: str | Path | Mapping[str, Any] | Scenario,
    *,
    worlds: int | None = None,
    seed: int | None = None,
    sets: Sequence[str] = (),
    figures: bool = True,
    **options: Unpack[PlayOptions],
) -> Run:
    """Play a scenario into its run folder, draw its pictures unless `figures` is False, and open it.

    source: a path, a shipped name, a Scenario, or a scenario file's content as a dict. options: out, workers, fresh and
    more, see `PlaySettings`. Raises InputError, RunInterrupted (finished batches are kept) and, after the last batch,
    WorldsFailed if worlds failed: its `run` holds the others.
    """
    from regionsim.views.figures import update_figures  # matplotlib is heavy

    try:
        played = runs.run(source, worlds=worlds, seed=seed, sets=sets, **options)
    except WorldsFailed as failed:
        if figures and isinstance(failed.run, Run):
            update_figures(failed.run)
        raise
    if figures and options.get("shard") is None:
        update_figures(played)
    return played


__all__ = [
    "Checked",
    "Comparison",
    "Discovery",
    "Explorer",
    "InputError",
    "Plan",
    "PlaySettings",
    "RegionsimError",
    "Run",
    "RunInterrupted",
    "Scenario",
    "Sensitivity",
    "Story",
    "Sweep",
    "Why",
    "WorldsFailed",
    "check",
    "compare",
    "content_digest",
    "discover",
    "explore",
    "list_runs",
    "load",
    "load_evidence",
    "open_run",
    "plan",
    "replay",
    "report",
    "run",
    "sensitivity",
    "sweep",
    "why",
]
