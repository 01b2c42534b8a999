"""Worlds in batches: in this process or a local pool, into run folders that can be extended, resumed and read.

Core objects: `run` (produce or load), `Run` and `open_run`, `plan` (what a run would take), `replay` (a world's story).
"""

from regionsim.ensemble.engine import MODEL, Engine
from regionsim.ensemble.planning import Plan
from regionsim.ensemble.produce import plan, run
from regionsim.ensemble.runner import Progress
from regionsim.ensemble.runs import Run, content_digest, list_runs, open_run
from regionsim.ensemble.story import Line, Story, replay

__all__ = [
    "MODEL",
    "Engine",
    "Line",
    "Plan",
    "Progress",
    "Run",
    "Story",
    "content_digest",
    "list_runs",
    "open_run",
    "plan",
    "replay",
    "run",
]
