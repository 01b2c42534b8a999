"""What a Python program uses: `run`, `open_run`, `load`, `Run`, `RegionModel`, as `import regionsim as rs` offers them.

Importing this imports the model and everything heavy; `regionsim` itself asks for it only when a name is used.
"""

from regionsim.analysis.compare import Comparison, compare
from regionsim.analysis.why import Why, why
from regionsim.ensemble import Plan, Run, Story, content_digest, list_runs, open_run, plan, replay, run
from regionsim.errors import InputError, RegionsimError, RunInterrupted, WorldsFailed
from regionsim.evidence import load_evidence
from regionsim.scenario import Scenario, load

__all__ = [
    "Comparison",
    "InputError",
    "Plan",
    "RegionsimError",
    "Run",
    "RunInterrupted",
    "Scenario",
    "Story",
    "Why",
    "WorldsFailed",
    "compare",
    "content_digest",
    "list_runs",
    "load",
    "load_evidence",
    "open_run",
    "plan",
    "replay",
    "run",
    "why",
]
