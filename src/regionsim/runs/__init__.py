"""Worlds in batches: in this process or a local pool, into run folders that can be extended, resumed and read.

Core objects: `run` (produce or load), `Run` and `open_run`, `plan` (what a run would take), `replay` (a world's story).
"""

from regionsim.runs.engine import MODEL, Engine
from regionsim.runs.planning import Plan, plan
from regionsim.runs.produce import run
from regionsim.runs.results import Run, content_digest, list_runs, open_run
from regionsim.runs.runner import Progress
from regionsim.runs.story import Line, Story, replay

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
