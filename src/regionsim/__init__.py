"""regionsim: scenarios and indicators for Pakistan-Afghanistan, played in many parallel worlds.

    import regionsim as rs

    run = rs.run("trade_push", worlds=50)   # an rs.Run: frame, summary, plot, events, export, replay
    rs.run(["status_quo", "trade_push"])    # several side by side: an rs.Runs
    rs.compare("status_quo", "trade_push")  # an rs.Comparison: table, plot
    rs.why("trade_push")                    # an rs.Why: which lever did it
    rs.check("trade_push")                  # are its expectations met? an rs.Checked: judged, frame, exit_code
    rs.report("trade_push", to="brief.html")  # a decision brief as one page
    rs.sweep("trade_push", {"trade.potential": "5:15:3"})   # an rs.Sweep: results, plot
    rs.sensitivity("trade_push")            # an rs.Sensitivity: which uncertain inputs matter
    rs.discover(run, "trade_volume@2030 < 3")               # an rs.Discovery: in which futures
    rs.explore("trade_push")                # the live page, an rs.Explorer: address, close
    rs.load("trade_push")                   # a Scenario
    rs.open_run("runs/trade_push-1a2b3c4d") # an earlier run
    rs.RegionModel(rs.load("trade_push"), worlds=3)

Names are imported when they are first used, so `import regionsim` costs nothing.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"

if TYPE_CHECKING:
    from regionsim.api import (
        Checked,
        Comparison,
        Discovery,
        Explorer,
        InputError,
        Plan,
        PlaySettings,
        RegionsimError,
        Run,
        RunInterrupted,
        Runs,
        Scenario,
        Sensitivity,
        Story,
        Sweep,
        Why,
        WorldsFailed,
        check,
        compare,
        content_digest,
        discover,
        explore,
        list_runs,
        load,
        load_evidence,
        open_run,
        plan,
        problem,
        replay,
        report,
        run,
        sensitivity,
        sweep,
        why,
    )
    from regionsim.model import RegionModel

__all__ = [
    "Checked",
    "Comparison",
    "Discovery",
    "Explorer",
    "InputError",
    "Plan",
    "PlaySettings",
    "RegionModel",
    "RegionsimError",
    "Run",
    "RunInterrupted",
    "Runs",
    "Scenario",
    "Sensitivity",
    "Story",
    "Sweep",
    "Why",
    "WorldsFailed",
    "__version__",
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
    "problem",
    "replay",
    "report",
    "run",
    "sensitivity",
    "sweep",
    "why",
]


def __getattr__(name: str) -> Any:
    """A public name, imported when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("regionsim.model" if name == "RegionModel" else "regionsim.api"), name)


def __dir__() -> list[str]:
    return __all__
