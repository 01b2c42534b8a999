"""What a Python program uses, as `import regionsim as rs` offers it: `run`, `check`, `open_run`, `load`, `Run`, more.

Importing this imports the model and everything heavy; `regionsim` itself asks for it only when a name is used.
"""

from regionsim.analysis.check import Checked, check
from regionsim.analysis.compare import Comparison, compare
from regionsim.analysis.why import Why, why
from regionsim.ensemble import Plan, Run, Story, content_digest, list_runs, open_run, plan, replay, run
from regionsim.errors import InputError, RegionsimError, RunInterrupted, WorldsFailed
from regionsim.evidence import load_evidence
from regionsim.scenario import Scenario, load
from regionsim.views.report.page import report

__all__ = [
    "Checked",
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
    "check",
    "compare",
    "content_digest",
    "list_runs",
    "load",
    "load_evidence",
    "open_run",
    "plan",
    "replay",
    "report",
    "run",
    "why",
]
