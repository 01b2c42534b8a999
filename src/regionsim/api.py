"""What a Python program uses, as `import regionsim as rs` offers it: `run`, `check`, `open_run`, `load`, `Run`, more.

Importing this imports the model and everything heavy; `regionsim` itself asks for it only when a name is used.
"""

from regionsim.errors import InputError, RegionsimError, RunInterrupted, WorldsFailed
from regionsim.evidence import load_evidence
from regionsim.runs import Plan, Run, Story, content_digest, list_runs, open_run, plan, replay, run
from regionsim.scenario import Scenario, load
from regionsim.studies.api import discover, sensitivity, sweep
from regionsim.studies.check import Checked, check
from regionsim.studies.compare import Comparison, compare
from regionsim.studies.discovery import Discovery
from regionsim.studies.sensitivity import Sensitivity
from regionsim.studies.sweep import Sweep
from regionsim.studies.why import Why, why
from regionsim.views.report.page import report

__all__ = [
    "Checked",
    "Comparison",
    "Discovery",
    "InputError",
    "Plan",
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
