"""The commands of `regionsim`, and `main`, which runs one and returns its exit code."""

import sys
from collections.abc import Sequence
from functools import partial

import cyclopts

from regionsim import __version__
from regionsim.cli.guard import guarded
from regionsim.cli.write import note

_EPILOGUE = (
    "SCENARIO is a file, or the name of a shipped scenario (regionsim list scenarios).\n\n"
    "Exit codes: 0 done; 1 an expectation is not met; 2 the input is wrong; 3 interrupted, the same command goes on "
    "from there; 4 some worlds failed, or a fault of regionsim (--debug shows where).\n\n"
    "Example: regionsim run trade_push --worlds 20"
)
COMMANDS: dict[str, tuple[str, str]] = {  # in the order --help lists them
    "run": (
        "run:run",
        "Play scenarios in many worlds, write a run folder each, print a summary table and where the pictures are.",
    ),
    "compare": (
        "compare:compare",
        "Set scenarios against a baseline, world by world: differences with intervals, chance of better, since when.",
    ),
    "why": (
        "why:why",
        "Say which override caused how much of a scenario's mean difference from its baseline: Shapley values.",
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
        "Rank the uncertain inputs of a scenario by what they do to outcomes, with intervals and the share of chance.",
    ),
    "discover": (
        "discover:discover",
        "Say in which futures a claim holds: limits on inputs (PRIM boxes) that tell these worlds from the others.",
    ),
    "hindcast": (
        "hindcast:hindcast",
        "Forecast a year from many origins in the past, and score it beside simple forecasts told of the same events.",
    ),
    "report": (
        "report:report",
        "Write a decision brief: one HTML file that opens from disk, asks nothing of a network, and prints.",
    ),
    "calibrate": (
        "calibrate:calibrate",
        "Fit the uncertain parameters to the record up to a day, and say how much of it narrows what.",
    ),
    "explain": (
        "evidence:explain",
        "Explain a name: meaning, unit, value, range, role, who uses it, and where it comes from.",
    ),
    "list": (
        "evidence:list_",
        "List what there is of a kind.",
    ),
    "show": (
        "study:show",
        "Show the merged scenario, with the file and line each value came from.",
    ),
    "validate": (
        "study:validate",
        "Check scenario files; every fault found is listed at once. Exit code 2 where there is one.",
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
    "replay": (
        "results:replay",
        "Tell the story of one world: a dated log of what happened and why. The world is played again for it.",
    ),
}
"""Name -> where its function is among `commands`, and the first words of its docstring: --help at the root need not
import what no one asked for."""


def build(arguments: Sequence[str] = ()) -> cyclopts.App:
    """The application with every command of this version; those named among the words say all they have to say."""
    app = cyclopts.App(
        name="regionsim",
        help="Trade, borders, violence, displacement and trust between Pakistan and Afghanistan, "
        "played in many parallel worlds.",
        help_epilogue=_EPILOGUE,
        help_format="plaintext",
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
    return guarded(partial(_call, arguments), debug=debug)


def _call(arguments: list[str]) -> int:
    try:
        code = build(arguments)(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    finally:
        _say_unshown()
    return code if isinstance(code, int) else 0


def _say_unshown() -> None:
    """One line for all pictures of a command whose letters no font of this machine has."""
    letters = sys.modules.get("regionsim.views.letters")  # not imported where nothing was drawn
    names = letters.unshown() if letters else []
    if names:
        note(f"the pictures cannot show: {', '.join(names)}")
