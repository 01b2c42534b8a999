"""What a Python program uses, as `import regionsim as rs` offers it: `run`, `check`, `open_run`, `load`, `Run`, more.

Importing this imports the model and everything heavy; `regionsim` itself asks for it only when a name is used.
"""

from regionsim.analysis.asked import discover, sensitivity, sweep
from regionsim.analysis.check import Checked, check
from regionsim.analysis.compare import Comparison, compare
from regionsim.analysis.discovery import Discovery
from regionsim.analysis.sensitivity import Sensitivity
from regionsim.analysis.studies import Sweep
from regionsim.analysis.why import Why, why
from regionsim.ensemble import Plan, Run, Story, content_digest, list_runs, open_run, plan, replay, run
from regionsim.errors import InputError, RegionsimError, RunInterrupted, WorldsFailed
from regionsim.evidence import load_evidence
from regionsim.scenario import Scenario, load
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
