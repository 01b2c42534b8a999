"""The command line starts quickly and says how each command is used."""

import itertools
import pkgutil
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from regionsim.cli.app import COMMANDS, build
from tests.conftest import Command

HEAVY = {"numba", "pandas", "mesa", "matplotlib", "pyarrow", "scipy", "numpy", "networkx"}
SCRIPT = Path(sys.executable).with_name("regionsim")


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from regionsim.cli import main; code = main(['--help']);"
        f"sys.stderr.write(','.join(sorted(set(sys.modules) & {HEAVY!r}))); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)

    assert done.stderr == ""
    assert "Usage: regionsim COMMAND" in done.stdout


def test_the_installed_command_says_its_version() -> None:
    from regionsim import __version__

    done = subprocess.run([SCRIPT, "--version"], capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout.strip() == __version__


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example_that_parses(name: str, regionsim: Command) -> None:
    said = regionsim(name, "--help")

    assert said.code == 0
    function = pkgutil.resolve_name(f"regionsim.cli.commands.{COMMANDS[name][0]}")
    docstring = function.__doc__ or ""
    example = re.search(r"Example: regionsim (.*)", docstring)
    assert example, "the help has an example"
    assert "Example: regionsim" in said.out
    command, _, _ = build().parse_args(shlex.split(example[1].split(" > ")[0]), exit_on_error=False, print_error=False)
    assert command is function
    assert COMMANDS[name][1] == " ".join(docstring.split("\n\n")[0].split()), (
        "the root's help says what the command's does"
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_help_breaks_a_line_only_where_it_is_full(
    name: str, regionsim: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    paragraphs = regionsim(name, "--help").out.partition("\n\n")[2].partition("\n\u256d")[0].split("\n\n")

    for paragraph in paragraphs:
        lines = [line.rstrip() for line in paragraph.strip().splitlines()]
        for line, after in itertools.pairwise(lines):
            assert len(line) + 1 + len(after.split()[0]) > 79, (line, after)


def test_without_words_the_help_is_shown(regionsim: Command) -> None:
    assert "Usage: regionsim COMMAND" in regionsim().out
