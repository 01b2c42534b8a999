"""Plays worlds in batches, in this process or a pool, into run folders that can be extended, resumed and read.

Core objects: `run` (play or load), `Run` and `open_run`, `plan` (what a run would take), `replay` (a world's story).
"""

from regionsim.runs.engine import MODEL, Engine
from regionsim.runs.planning import Plan
from regionsim.runs.play import plan, run, run_all
from regionsim.runs.results import Run, content_digest, list_runs, open_run
from regionsim.runs.run_list import Runs
from regionsim.runs.settings import PlaySettings, Progress
from regionsim.runs.story import Story, StoryLine, replay

__all__ = [
    "MODEL",
    "Engine",
    "Plan",
    "PlaySettings",
    "Progress",
    "Run",
    "Runs",
    "Story",
    "StoryLine",
    "content_digest",
    "list_runs",
    "open_run",
    "plan",
    "replay",
    "run",
    "run_all",
]
