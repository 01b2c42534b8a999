"""From what a command raises to an exit code and lines on stderr; a traceback only on request.

Core object: `guarded`. Exit codes: 0 done, 1 an expectation is not met, 2 the input is wrong, 3 interrupted,
4 worlds failed or a fault of ours.
"""

import contextlib
import os
import sys
import traceback
from collections.abc import Callable

from cyclopts import CycloptsError

from regionsim.cli.write import flush, forgiving, note
from regionsim.errors import InputError, RegionsimError, RunInterrupted

GO_ON = "interrupted; the same command goes on from what is finished"


def guarded(command: Callable[[], int], *, debug: bool = False) -> int:
    """Call the command and return the exit code, whatever happens in it."""
    forgiving()
    try:
        code = command()
        flush()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 4
    except BrokenPipeError:  # the reader, such as head, has seen enough
        _close_quietly()
        return 0
    except BaseException as error:
        if debug:
            traceback.print_exc()
        with contextlib.suppress(BrokenPipeError):
            return _told(error, debug=debug)
        return 4
    return code


def _told(error: BaseException, *, debug: bool) -> int:
    """Say on stderr what happened; the exit code."""
    if isinstance(error, KeyboardInterrupt):
        note(f"regionsim: {GO_ON}")
        return RunInterrupted.exit_code
    if isinstance(error, CycloptsError):
        note(f"regionsim: {' '.join(str(error).split())}")
        return InputError.exit_code
    if isinstance(error, InputError):
        for fault in error.faults:
            note(fault)
        return error.exit_code
    if isinstance(error, RegionsimError):
        note(f"regionsim: {error}")
        return error.exit_code
    hint = "" if debug else " (--debug shows where)"
    words = " ".join(str(error).split()) or "no message"
    note(f"regionsim: a fault of regionsim, not of your input: {type(error).__name__}: {words}{hint}")
    return RegionsimError.exit_code


def _close_quietly() -> None:
    """Point stdout nowhere, so that the interpreter's last flush does not fail."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
