"""What made a result: versions of the program and of what it stands on, the commit of a checkout, the machine.

Core objects: `versions`, `commit`, `platform_name`, `command_line`.
"""

import platform
import shlex
import subprocess
import sys
from functools import cache
from importlib import metadata
from pathlib import Path

PACKAGES = ("numpy", "numba", "pandas", "pyarrow", "mesa", "scipy")


@cache
def versions() -> dict[str, str]:
    """Versions of regionsim, Python and the packages that touch the numbers or the files."""
    from regionsim import __version__

    found = {"regionsim": __version__, "python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "absent"
    return found


@cache
def commit() -> str | None:
    """The git commit of the checkout this code runs from, with "+dirty" where files differ; None outside a checkout."""
    root = Path(__file__).resolve().parents[3]
    if not (root / ".git").exists():
        return None
    head = _git(root, "rev-parse", "HEAD")
    if head is None:
        return None
    changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    return head + ("+dirty" if changed else "")


def _git(root: Path, *words: str) -> str | None:
    """Output of a git command, None where git is absent or unwilling."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, no shell
            ["git", "-C", str(root), *words],  # noqa: S607 - the user's own git
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def platform_name() -> str:
    """System, machine and processor family: bit-identical results are promised within one of these."""
    return f"{platform.system()} {platform.release()} {platform.machine()}"


def command_line() -> str:
    """The command that is running, as a shell would take it; "notebook" in one, whose own words say nothing."""
    if sys.argv and "ipykernel" in Path(sys.argv[0]).name:
        return "notebook"
    words = sys.orig_argv if not sys.argv or not sys.argv[0] else [Path(sys.argv[0]).name, *sys.argv[1:]]
    return shlex.join(words)
