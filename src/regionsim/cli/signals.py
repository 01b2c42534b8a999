"""Signals that ask a command to end: one line on stderr and exit code 3, whenever they come, and however many.

Core objects: `heeded`, `interrupted`, `deaf`, `hush`. Imports nothing but the standard library, as it is needed before
all else.
"""

import _thread
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

GO_ON = "interrupted; the same command goes on from what is finished"
INTERRUPTED = 3
_SOON = 0.01  # seconds
NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGXCPU", "SIGBREAK")  # those that the system has

_seen = threading.Event()  # whether one has come since the command began


def interrupted() -> bool:
    """Whether a signal has asked this command to end. What then fails, fails because of it."""
    return _seen.is_set()


def hush() -> None:
    """Say nothing of what fails while a command that has failed is tidied away: its user was told why."""
    if threading.current_thread() is threading.main_thread():
        sys.unraisablehook = lambda _lost: None


def deaf() -> None:
    """Heed no further signal: the command is ending and has only its last words to say."""
    if threading.current_thread() is threading.main_thread():
        for number in _numbers():
            with contextlib.suppress(OSError, ValueError):
                signal.signal(number, signal.SIG_IGN)


@contextlib.contextmanager
def heeded(*, for_good: bool) -> Iterator[Callable[[], int]]:
    """Inside, a signal that asks for the end raises KeyboardInterrupt; those ignored from the start stay ignored.

    Gives what says so on stderr and returns the exit code. for_good: the process ends behind the block, so signals are
    not heeded again.
    """
    if threading.current_thread() is not threading.main_thread():
        yield _tell
        return
    _seen.clear()
    before = {number: signal.getsignal(number) for number in _numbers()}
    hook = sys.unraisablehook
    sys.unraisablehook = _lost_and_found(hook)
    for number, handler in before.items():
        if handler is not signal.SIG_IGN and handler is not None:
            signal.signal(number, _interrupt)
    try:
        yield _tell
    finally:
        if for_good:
            deaf()
        else:
            sys.unraisablehook = hook
            for number, handler in before.items():
                if handler is not None:
                    signal.signal(number, handler)


def _numbers() -> list[signal.Signals]:
    return [getattr(signal, name) for name in NAMES if hasattr(signal, name)]


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    _seen.set()
    raise KeyboardInterrupt


def _lost_and_found(hook: Callable[[Any], object]) -> Callable[[Any], object]:
    """Python drops what is raised while it tidies up: an interruption that hits such a moment is raised again."""

    def caught(lost: Any) -> object:
        if not issubclass(lost.exc_type, KeyboardInterrupt):
            return hook(lost)
        for number in _numbers():
            if callable(signal.getsignal(number)):
                again = threading.Timer(_SOON, _thread.interrupt_main, [number])  # here it would be lost once more
                again.daemon = True
                again.start()
                break
        return None

    return caught


def _tell() -> int:
    deaf()
    with contextlib.suppress(Exception):
        os.write(2, f"regionsim: {GO_ON}\n".encode())
    return INTERRUPTED
