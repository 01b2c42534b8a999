"""Signals that ask a command to end: one line on stderr and exit code 3, whenever and however often they come.

Core objects: `handle_signals`, `interrupted`, `ignore_signals`, `silence_cleanup`. Imports only the
standard library, as it is needed first.
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

_seen = threading.Event()  # set if a signal has come since the command began


def interrupted() -> bool:
    """Whether a signal has asked this command to end. Later failures are due to it."""
    return _seen.is_set()


def silence_cleanup() -> None:
    """Silence errors in the cleanup after a failed command: its own error has been reported."""
    if threading.current_thread() is threading.main_thread():
        sys.unraisablehook = lambda _lost: None


def ignore_signals() -> None:
    """Ignore further signals: the command is ending."""
    if threading.current_thread() is threading.main_thread():
        for number in _numbers():
            with contextlib.suppress(OSError, ValueError):
                signal.signal(number, signal.SIG_IGN)


@contextlib.contextmanager
def handle_signals(*, for_good: bool) -> Iterator[Callable[[], int]]:
    """Inside, a signal to end raises KeyboardInterrupt; signals ignored from the start stay ignored.

    Yields a function that prints the interrupt message and returns the exit code. for_good: the process ends after the
    block, so the old handlers are not restored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield _report
        return
    _seen.clear()
    before = {number: signal.getsignal(number) for number in _numbers()}
    hook = sys.unraisablehook
    sys.unraisablehook = _unraisable_hook(hook)
    for number, handler in before.items():
        if handler is not signal.SIG_IGN and handler is not None:
            signal.signal(number, _interrupt)
    try:
        yield _report
    finally:
        if for_good:
            ignore_signals()
            # Python ends by SIGINT, whatever the exit code, if a signal came during exec, as a named tuple's class is
            # made; another exec clears this
            with contextlib.suppress(Exception):  # too little memory may be left for it
                exec("")  # noqa: S102
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


def _unraisable_hook(hook: Callable[[Any], object]) -> Callable[[Any], object]:
    """A hook that raises again an interrupt that came during cleanup, where Python would drop it."""

    def caught(lost: Any) -> object:
        if not issubclass(lost.exc_type, KeyboardInterrupt):
            return hook(lost)
        for number in _numbers():
            if callable(signal.getsignal(number)):
                again = threading.Timer(_SOON, _thread.interrupt_main, [number])  # raised here, it is dropped again
                again.daemon = True
                again.start()
                break
        return None

    return caught


def _report() -> int:
    ignore_signals()
    with contextlib.suppress(Exception):
        os.write(2, f"regionsim: {GO_ON}\n".encode())
    return INTERRUPTED
