"""What can go wrong, and the exit code each fault ends a command with.

Core objects: `RegionsimError` and its kinds. A command prints the message on one line and exits with `exit_code`;
a traceback is shown only on request.
"""

from collections.abc import Sequence


class RegionsimError(Exception):
    """A fault with a message for the user. `exit_code` is what the command ends with."""

    exit_code = 4


class InputError(RegionsimError):
    """The input is wrong. `faults` holds every fault found, one line each, located where it can be."""

    exit_code = 2

    def __init__(self, faults: str | Sequence[str]) -> None:
        self.faults: list[str] = [faults] if isinstance(faults, str) else list(faults)
        super().__init__("\n".join(self.faults))


class RunInterrupted(RegionsimError):
    """The run was interrupted; what is finished is kept and the same command goes on from there."""

    exit_code = 3


class WorldsFailed(RegionsimError):
    """Some worlds failed; the others are kept. `run` is the run without them."""

    exit_code = 4

    def __init__(self, message: str, run: object = None) -> None:
        self.run = run
        super().__init__(message)
