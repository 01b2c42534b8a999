"""What can go wrong, and the exit code each fault ends a command with.

Core objects: `RegionsimError` and its kinds. A command prints the message on one line and exits with `exit_code`;
a traceback is shown only on request. `visible` is how text from files and users is repeated.
"""

import re
from collections.abc import Sequence

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all but tab and line feed


def visible(text: str) -> str:
    r"""The text with characters that a terminal obeys as they are written: \x1b."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


class RegionsimError(Exception):
    """A fault with a message for the user. `exit_code` is what the command ends with."""

    exit_code = 4


class InputError(RegionsimError):
    """The input is wrong. `faults` holds every fault found, one line each, located where it can be."""

    exit_code = 2

    def __init__(self, faults: str | Sequence[str]) -> None:
        self.faults: list[str] = [visible(one) for one in ([faults] if isinstance(faults, str) else faults)]
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
