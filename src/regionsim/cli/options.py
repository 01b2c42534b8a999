"""Options that several commands share, with their help."""

from typing import Annotated

from cyclopts import Parameter

Scenario = Annotated[str, Parameter(help="A scenario file, or the name of a shipped scenario.", show_default=False)]
Sets = Annotated[
    tuple[str, ...],
    Parameter(
        name="--set",
        negative="",
        show_default=False,
        help="Override PATH=VALUE, e.g. levers.trade_facilitation.intensity=0.5.",
    ),
]
Worlds = Annotated[int | None, Parameter(help="How many worlds, instead of the scenario's number.")]
Seed = Annotated[int | None, Parameter(help="The seed of every random number, instead of the scenario's.")]
Runs = Annotated[str, Parameter(name="--out", help="The folder that holds the run folders.")]
Json = Annotated[bool, Parameter(negative="", show_default=False, help="Print JSON, for scripts.")]


def flag(help: str) -> Parameter:
    """A switch that is off unless given, without a --no- form."""
    return Parameter(negative="", show_default=False, help=help)
