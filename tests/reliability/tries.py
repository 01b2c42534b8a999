"""One try of each class of attack, by its seed, in an empty folder; each raises where the answer is wrong."""

import os
from pathlib import Path

from . import kills, limits, run_folders, scenario_files
from .commands import assert_clear, run_command
from .limits import LIMITS
from .small_inputs import SMALL_INPUTS
from .test_supplied_tables import judge as judge_table

SMALL, LIMITED = tuple(SMALL_INPUTS), tuple(LIMITS)


def scenario_in_process(seed: int, folder: Path) -> None:
    """A fuzzed scenario file is loaded or refused."""
    text, what = scenario_files.attack(seed)
    here = Path.cwd()
    os.chdir(folder)
    try:
        wrong = scenario_files.judge(text, folder)
    finally:
        os.chdir(here)
    assert wrong is None, f"{what}: {wrong}"


def scenario_by_command(seed: int, folder: Path) -> None:
    """The same files given to `validate`, as a user would."""
    text, what = scenario_files.attack(seed)
    for name, held in scenario_files.BESIDE.items():
        (folder / name).write_text(held, encoding="utf-8")
    (folder / "attacked.yaml").write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
    ended = run_command("validate", "attacked.yaml", folder=folder)
    assert ended.code in {0, 2}, f"{what}: exit {ended.code}"
    assert_clear(ended, ended.code)


def supplied_table(seed: int, folder: Path) -> None:
    """A spoilt table that a user supplies."""
    judge_table(seed, folder / "supplied")


def run_folder(seed: int, folder: Path) -> None:
    """A spoilt folder of runs."""
    run_folders.one_try(seed, folder)


def kill(seed: int, _folder: Path) -> None:
    """A command killed and started again, in folders of its own."""
    kills.attack(seed)


def limit(seed: int, folder: Path) -> None:
    """A command that has too little of something."""
    limits.hold(LIMITED[seed], folder)


def small_input(seed: int, folder: Path) -> None:
    """An input or a place known to have hurt."""
    SMALL_INPUTS[SMALL[seed]](folder)
