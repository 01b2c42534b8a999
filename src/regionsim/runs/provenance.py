"""What made a result: versions of the program and its dependencies, the commit of a checkout, the machine.

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
    """Versions of regionsim, Python and the packages that affect the numbers or the files."""
    from regionsim import __version__

    versions = {"regionsim": __version__, "python": platform.python_version()}
    for name in PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "absent"
    return versions


@cache
def commit() -> str | None:
    """The git commit of the checkout this code runs from, with "+dirty" if files differ; None outside a checkout."""
    root = Path(__file__).resolve().parents[3]
    if not (root / ".git").exists():
        return None
    head = _git(root, "rev-parse", "HEAD")
    if head is None:
        return None
    changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    return head + ("+dirty" if changed else "")


def _git(root: Path, *arguments: str) -> str | None:
    """Output of a git command, None if git is absent or fails."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, no shell
            ["git", "-C", str(root), *arguments],  # noqa: S607 - the user's own git
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
    """The running command as a shell would take it; "notebook" in a notebook, whose own command is uninformative."""
    if sys.argv and "ipykernel" in Path(sys.argv[0]).name:
        return "notebook"
    arguments = sys.orig_argv if not sys.argv or not sys.argv[0] else [Path(sys.argv[0]).name, *sys.argv[1:]]
    return shlex.join(arguments)
