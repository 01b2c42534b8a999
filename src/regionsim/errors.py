"""Errors, and the exit code that each gives a command.

Core objects: `RegionsimError` and its subclasses; `machine_error`, which recognises faults of the machine, such as a
full disk; `visible`, which escapes text from files and users; `argument` and `spoken`, by which a message names what
the user typed: options of a command, or arguments of a Python function; `install_line`, which installs an extra. A
command prints the message on one line and exits with `exit_code`; a traceback is shown only on request.
"""

import errno
import re
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all but tab and line feed


def visible(text: str) -> str:
    r"""The text with control characters escaped, such as \x1b."""
    return _CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


_of_commands = False  # whether messages speak of commands; one for all threads, as those of the live page
_OPTIONS = {  # arguments whose option has another name
    "arms": "arm", "every": "origins", "first": "from", "groups": "group", "indicators": "indicator", "kinds": "kind",
    "last": "to", "measures": "series", "outcomes": "outcome", "sets": "set",
}  # fmt: skip


@contextmanager
def speaking_of_commands() -> Iterator[None]:
    """Inside the block messages name options of the command line; elsewhere arguments of Python."""
    global _of_commands
    before, _of_commands = _of_commands, True
    try:
        yield
    finally:
        _of_commands = before


def spoken(command: str, python: str) -> str:
    """The words for a user of the command line, or for one of Python."""
    return command if _of_commands else python


def argument(name: str) -> str:
    """An argument of a Python function as the user knows it: `sets`, or on the command line `--set`."""
    return spoken(f"--{_OPTIONS.get(name, name).replace('_', '-')}", name)


def set_words(override: str) -> str:
    """How a user sets a value, such as "worlds=50", for one command or call."""
    return spoken(f"--set {override}", f"sets=[{override!r}]")


def same_again() -> str:
    """What a user repeats to resume: the same command, or the same call."""
    return spoken("the same command", "the same call")


def install_line(extra: str) -> str:
    """The line of a shell that installs an extra for the Python that runs; a bare `pip` can belong to another one."""
    return f"{shlex.quote(Path(sys.executable).as_posix())} -m pip install {shlex.quote(f'regionsim[{extra}]')}"


class RegionsimError(Exception):
    """An error with a message for the user; the command ends with `exit_code`."""

    exit_code = 4


class InputError(RegionsimError):
    """The input is wrong. `faults` holds every fault found, one line each, with its location where known."""

    exit_code = 2

    def __init__(self, faults: str | Sequence[str]) -> None:
        self.faults: list[str] = [visible(fault) for fault in ([faults] if isinstance(faults, str) else faults)]
        super().__init__("\n".join(self.faults))


class RunInterrupted(RegionsimError):
    """The run was interrupted; finished batches are kept, and the same command resumes."""

    exit_code = 3


class WorldsFailed(RegionsimError):
    """Some worlds failed; the others are kept. `run` is the run without them."""

    exit_code = 4

    def __init__(self, message: str, run: object = None) -> None:
        self.run = run
        super().__init__(message)


_SCARCE = {  # resources that run out; with more of them the same command resumes
    "ENOSPC": "the disk is full",
    "EDQUOT": "the disk quota is used up",
    "EFBIG": "a file would be larger than is allowed (ulimit -f)",
    "EMFILE": "too many files are open for this process (ulimit -n)",
    "ENFILE": "too many files are open on this machine",
    "ENOMEM": "out of memory",
    "EAGAIN": "no more processes or threads are allowed (ulimit -u)",
    "EIO": "the disk cannot be read or written (input/output error)",
    "ESTALE": "the network file system has lost the file",
    "ETIMEDOUT": "the file system does not answer",
    "EINTR": "a system call was interrupted",
    "EPIPE": "the process at the other end is gone",
}
_SCARCE_NUMBERS = {getattr(errno, name): words for name, words in _SCARCE.items() if hasattr(errno, name)}
_TOO_FEW = ("can't start new thread", "cannot start new thread")
_NO_MEMORY = ("cannot allocate memory", "failed to map segment", "out of memory", "std::bad_alloc")


def scarce(fault: BaseException) -> str | None:
    """The resource that ran out, in words: disk, memory, files, threads; None for any other fault."""
    message = str(fault).lower()
    if isinstance(fault, MemoryError) or any(phrase in message for phrase in _NO_MEMORY):
        return "out of memory"
    if isinstance(fault, OSError):
        return _SCARCE_NUMBERS.get(fault.errno or 0)
    return _SCARCE["EAGAIN"] if any(phrase in message for phrase in _TOO_FEW) else None


def machine_error(fault: BaseException) -> RegionsimError | None:
    """The fault as an error for the user, if the machine is the cause; else None.

    RunInterrupted if a resource ran out: the same command resumes once there is more. InputError for files that cannot
    be read or written.
    """
    about = _file_of(fault)
    shortage = scarce(fault)
    if shortage is not None:
        return RunInterrupted(f"{about}{shortage}; {same_again()} goes on from what is finished")
    if isinstance(fault, OSError):
        why = (fault.strerror or " ".join(str(fault).split()) or type(fault).__name__).rstrip(".")
        lowered = why if fault.errno is None else why[:1].lower() + why[1:]
        return InputError(f"{about or 'regionsim: '}{'cannot be used: ' if about else ''}{lowered}")
    return None


def unwritable(where: str, fault: OSError) -> RegionsimError:
    """The error for `where`, which cannot be written: RunInterrupted if a resource ran out, else InputError."""
    shortage = scarce(fault)
    if shortage is not None:
        return RunInterrupted(f"{where}: {shortage}; {same_again()} goes on from what is finished")
    name = str(getattr(fault, "filename", None) or "")
    more = f": {name}" if name and name not in where else ""
    # a folder cannot be made where a file lies, which the system calls "file exists"
    why = "not a directory" if isinstance(fault, FileExistsError | NotADirectoryError) else fault.strerror or fault
    return InputError(f"{where}: cannot be written ({why}{more})")


def _file_of(fault: BaseException) -> str:
    """The file that a fault names, on one line and followed by a colon; empty if it names none."""
    name = getattr(fault, "filename", None)
    if name is None or isinstance(name, int):
        return ""
    text = name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)
    return f"{text if text.isprintable() else repr(text)[1:-1]}: "
