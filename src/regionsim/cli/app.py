"""The commands of `regionsim`, and `main`, which runs one and returns its exit code."""

import sys
from collections.abc import Callable, Sequence
from functools import partial

import cyclopts

from regionsim import __version__
from regionsim.cli.commands import (
    calibrate,
    check,
    compare,
    discover,
    evidence,
    hindcast,
    report,
    results,
    run,
    sensitivity,
    study,
    sweep,
    why,
)
from regionsim.cli.guard import guarded

_EPILOGUE = (
    "SCENARIO is a file, or the name of a shipped scenario (regionsim list scenarios).\n\n"
    "Exit codes: 0 done; 1 an expectation is not met; 2 the input is wrong; 3 interrupted, the same command goes on "
    "from there; 4 some worlds failed, or a fault of regionsim (--debug shows where).\n\n"
    "Example: regionsim run trade_push --worlds 20"
)
COMMANDS: dict[str, Callable[..., object]] = {  # in the order --help lists them
    "run": run.run,
    "compare": compare.compare,
    "why": why.why,
    "sweep": sweep.sweep,
    "check": check.check,
    "sensitivity": sensitivity.sensitivity,
    "discover": discover.discover,
    "hindcast": hindcast.hindcast,
    "report": report.report,
    "calibrate": calibrate.calibrate,
    "explain": evidence.explain,
    "list": evidence.list_,
    "show": study.show,
    "validate": study.validate,
    "schema": study.schema,
    "new": study.new,
    "export": results.export,
    "replay": results.replay,
}


def build() -> cyclopts.App:
    """The application with every command of this version."""
    app = cyclopts.App(
        name="regionsim",
        help="Trade, borders, violence, displacement and trust between Pakistan and Afghanistan, "
        "played in many parallel worlds.",
        help_epilogue=_EPILOGUE,
        help_format="plaintext",
        version=__version__,
        suppress_keyboard_interrupt=False,
    )
    for place, (name, command) in enumerate(COMMANDS.items()):
        app.command(command, name, help_epilogue="", sort_key=place)
    return app


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. `argv`: the words after `regionsim` (default: the process's)."""
    words = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in words
    words = [word for word in words if word != "--debug"]
    return guarded(partial(_call, words), debug=debug)


def _call(words: list[str]) -> int:
    code = build()(words, exit_on_error=False, print_error=False, result_action="return_value")
    return code if isinstance(code, int) else 0
