"""The real command in a process of its own, as a user would start it, and a small scenario to give it.

Core objects: `run_command` (words -> `Ended`), `write_small` and `assert_clear`, which holds what every refusal
must be: one clear line, the right exit code, no traceback, nothing blamed on the program.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

COMMAND = (sys.executable, "-P", "-m", "regionsim")
PATIENCE = 300.0
"""Seconds a command may take on a loaded machine before it counts as hanging."""
SMALL = """format: 1
title: {title}
extends: status_quo
end: 2025-10-18
worlds: 2
expect: [null]
"""


class Ended(NamedTuple):
    """What a finished command left behind."""

    code: int
    out: str
    err: str


def run_command(
    *words: str | bytes | Path,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    shell: str | None = None,
) -> Ended:
    """Run one command in `folder`; `shell` adds redirections, with the command as "$@"."""
    line: list[str | bytes | Path] = [*COMMAND, *words]
    if shell is not None:
        line = ["bash", "-c", shell, "bash", *line]
    ended = subprocess.run(
        line,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    return Ended(ended.returncode, ended.stdout.decode("utf-8", "replace"), ended.stderr.decode("utf-8", "replace"))


def write_small(folder: Path, name: str = "small", title: str = "A small one", more: str = "") -> Path:
    """A scenario of two worlds and two months, as `folder/name.yaml`."""
    path = folder / f"{name}.yaml"
    path.write_text(SMALL.format(title=title) + more, encoding="utf-8")
    return path


def assert_clear(ended: Ended, code: int = 2) -> None:
    """A command that was refused, or stopped, says why in plain lines and blames nobody but the cause."""
    said = ended.out + ended.err
    assert ended.code == code, f"exit {ended.code} instead of {code}: {said[-600:]}"
    assert "Traceback" not in said, said[-600:]
    assert "fault of regionsim" not in said, said[-600:]
    assert code == 0 or ended.err.strip(), "nothing is said"
