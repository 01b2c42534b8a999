"""Turns what a command raises into an exit code and lines on stderr; a traceback only on request.

Core object: `guarded`. Exit codes: 0 done, 1 an expectation is not met, 2 the input is wrong, 3 interrupted,
4 worlds failed or a fault of regionsim.
"""

import contextlib
import traceback
from collections.abc import Callable

from cyclopts import CycloptsError

from regionsim.cli.signals import GO_ON, ignore_signals, interrupted, silence_cleanup
from regionsim.cli.write import NoReader, close_quietly, flush, note, open_streams
from regionsim.errors import InputError, RegionsimError, RunInterrupted, machine_error


def guarded(command: Callable[[], int], *, debug: bool = False) -> int:
    """Call the command and return the exit code, whatever it raises."""
    open_streams()
    try:
        code = command()
        flush()
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # while rich writes the help
            close_quietly()
            return 0
        return end.code if isinstance(end.code, int) else 4
    except NoReader:
        close_quietly()
        return 0
    except BaseException as error:
        return _last_words(error, debug=debug)
    return code


def _last_words(error: BaseException, *, debug: bool) -> int:
    """Report the error if stderr can still be written; returns the exit code."""
    if isinstance(error, KeyboardInterrupt) or interrupted():
        ignore_signals()
    close_quietly()
    if debug:
        with contextlib.suppress(OSError, ValueError):
            traceback.print_exception(error)
    code = _report(error, debug=debug)
    close_quietly()
    if not debug:
        silence_cleanup()
    return code


def _report(error: BaseException, *, debug: bool) -> int:
    """Report the error on stderr; returns the exit code."""
    if isinstance(error, CycloptsError):
        note(f"regionsim: {' '.join(str(error).split())}")
        return InputError.exit_code
    if isinstance(error, KeyboardInterrupt) or (interrupted() and not isinstance(error, RunInterrupted)):
        note(f"regionsim: {GO_ON}")
        return RunInterrupted.exit_code
    if not isinstance(error, RegionsimError):
        error = machine_error(error) or error
    if isinstance(error, InputError):
        for fault in error.faults:
            note(fault)
        return error.exit_code
    if isinstance(error, RegionsimError):
        note(f"regionsim: {error}")
        return error.exit_code
    hint = "" if debug else " (--debug shows where)"
    message = " ".join(str(error).split()) or "no message"
    note(f"regionsim: a fault of regionsim, not of your input: {type(error).__name__}: {message}{hint}")
    return RegionsimError.exit_code
