"""The commands of `regionsim`, and `main`, which runs one and returns its exit code."""

import os
import sys
from collections.abc import Sequence
from functools import partial

import cyclopts

from regionsim import __version__
from regionsim.cli.guard import guarded
from regionsim.cli.write import note
from regionsim.errors import speaking_of_commands
from regionsim.paths import OBSERVED_VARIABLE

_EPILOGUE = (
    "SCENARIO is a file, or the name of a shipped scenario (regionsim list scenarios).\n\n"
    "Exit codes: 0 done; 1 an expectation is not met; 2 the input is wrong; 3 interrupted, the same command "
    "resumes; 4 some worlds failed, or a fault of regionsim (--debug shows where).\n\n"
    "Example: regionsim run trade_push --worlds 20"
)
COMMANDS: dict[str, tuple[str, str]] = {  # in the order --help lists them
    "run": (
        "run:run",
        "Play scenarios in many worlds, write a run folder each, print a summary table and where the pictures are.",
    ),
    "compare": (
        "compare:compare",
        "Compare scenarios with a baseline, world by world: differences, intervals, share better, since when.",
    ),
    "why": (
        "why:why",
        "Attribute a scenario's mean difference from its baseline to its overrides, by Shapley values.",
    ),
    "sweep": (
        "sweep:sweep",
        "Play a scenario at many points of its inputs: parameters, intensities and dates of levers, shocks.",
    ),
    "check": (
        "check:check",
        "Judge every scenario's expect: block, statistically, over worlds.",
    ),
    "sensitivity": (
        "sensitivity:sensitivity",
        "Rank the uncertain inputs of a scenario by their effect on outcomes, with intervals and the share of chance.",
    ),
    "discover": (
        "discover:discover",
        "Find in which futures a claim holds: limits on inputs (PRIM boxes) that separate these worlds from others.",
    ),
    "hindcast": (
        "hindcast:hindcast",
        "Forecast a year from many past origins, and score it beside simple forecasts given the same events.",
    ),
    "record": (
        "record:record",
        "Show how far the record goes, where it has gaps, and what a start today rests on; prepare, check or import "
        "newer rows.",
    ),
    "report": (
        "report:report",
        "Write a decision brief: one HTML file that opens from disk, needs no network, and can be printed.",
    ),
    "calibrate": (
        "calibrate:calibrate",
        "Fit the uncertain parameters to the record up to a day, and report which of them the data narrow.",
    ),
    "explain": (
        "evidence:explain",
        "Explain a name: meaning, unit, value, range, role, who uses it, and where it comes from.",
    ),
    "list": (
        "evidence:list_",
        "List all entries of a kind; without a kind, name the kinds.",
    ),
    "show": (
        "study:show",
        "Show the merged scenario, with the file and line each value came from.",
    ),
    "validate": (
        "study:validate",
        "Check scenario files, and list every fault at once. Exit code 2 if there is one.",
    ),
    "schema": (
        "study:schema",
        "Print the JSON Schema of a scenario file, for editors.",
    ),
    "new": (
        "study:new",
        "Start a scenario of your own, in a small file that extends another.",
    ),
    "export": (
        "results:export",
        "Write a run's tables in another format, beside them. xlsx and netcdf need the extra `export`.",
    ),
    "explore": (
        "explore:explore",
        "Serve the live page on this machine: pull levers, see a distribution answer, save the scenario.",
    ),
    "replay": (
        "results:replay",
        "Print the log of one world: dated events and their causes. The world is played again for it.",
    ),
}
"""Name -> its module and function in `commands`, and the summary of its docstring: so --help imports no command."""


def build(arguments: Sequence[str] = ()) -> cyclopts.App:
    """The application with every command; those named in `arguments` are imported for their full help."""
    app = cyclopts.App(
        name="regionsim",
        help="Trade, borders, violence, displacement and trust between Pakistan and Afghanistan, "
        "played in many parallel worlds.",
        help_epilogue=_EPILOGUE,
        help_format="markdown",  # plain text would keep the line breaks of docstrings
        version=__version__,
        suppress_keyboard_interrupt=False,
    )
    for place, (name, (where, first)) in enumerate(COMMANDS.items()):
        path = f"regionsim.cli.commands.{where}"
        app.command(path, name, help=None if name in arguments else first, help_epilogue="", sort_key=place)
    return app


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. `argv`: the words after `regionsim` (default: the process's)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in arguments
    arguments = [word for word in arguments if word != "--debug"]
    with speaking_of_commands():
        return guarded(partial(_call, arguments), debug=debug)


def _call(arguments: list[str]) -> int:
    supplied = os.environ.get(OBSERVED_VARIABLE)
    try:
        code = build(arguments)(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    finally:
        _say_unshown()
        os.environ.pop(OBSERVED_VARIABLE, None)  # --observed holds for one command
        if supplied is not None:
            os.environ[OBSERVED_VARIABLE] = supplied
    return code if isinstance(code, int) else 0


def _say_unshown() -> None:
    """Note, in one line, the letters in pictures that no font of this machine has."""
    letters = sys.modules.get("regionsim.views.letters")  # not imported if nothing was drawn
    names = letters.unshown() if letters else []
    if names:
        note(f"the pictures cannot show: {', '.join(names)}")
