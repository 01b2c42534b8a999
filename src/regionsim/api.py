"""What a Python program uses: `run`, `open_run`, `load`, `Run`, `RegionModel`, as `import regionsim as rs` offers them.

Importing this imports the model and everything heavy; `regionsim` itself asks for it only when a name is used.
"""

from regionsim.ensemble import Plan, Run, Story, content_digest, list_runs, open_run, plan, replay, run
from regionsim.errors import InputError, RegionsimError, RunInterrupted, WorldsFailed
from regionsim.evidence import load_evidence
from regionsim.scenario import Scenario, load

__all__ = [
    "InputError",
    "Plan",
    "RegionsimError",
    "Run",
    "RunInterrupted",
    "Scenario",
    "Story",
    "WorldsFailed",
    "content_digest",
    "list_runs",
    "load",
    "load_evidence",
    "open_run",
    "plan",
    "replay",
    "run",
]
