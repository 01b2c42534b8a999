"""Attacks the program in every class and writes docs/reliability.md:  ./dev test --version && \\
.venv/bin/python -m tests.reliability.page   (twenty minutes on two cores; --share 0.1 makes a tenth and writes nothing)

Core objects: `CLASSES` (what is attacked, how often, and one try by its seed), `failures`, `page` and `main`. A try
that fails raises; the page counts them. The slow tests make some of the same tries, the long ones one in four.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import batched
from multiprocessing import get_context
from pathlib import Path

from regionsim.runs.worker import follow_parent

from . import tries
from .limits import NotHere

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
CHUNK = 25
"""Tries that one process makes before it reports."""


@dataclass(frozen=True)
class AttackClass:
    """One kind of attack: `one_try(seed, folder)` raises where the program answers wrongly."""

    title: str
    tries: int
    right: str
    """What counts as a right response."""
    one_try: Callable[[int, Path], None]


CLASSES = {
    "scenarios": AttackClass(
        "scenario files, in one process",
        5000,
        "loaded or refused, each error with its place",
        tries.scenario_in_process,
    ),
    "commands": AttackClass("scenario files, by command", 200, "exit 0 or 2, no traceback", tries.scenario_by_command),
    "tables": AttackClass("external tables", 500, "used, or refused with the place", tries.supplied_table),
    "folders": AttackClass(
        "damaged run and study folders", 300, "the same result, or exit 2 and the file's name", tries.run_folder
    ),
    "kills": AttackClass("kills and signals", 60, "the same command then gives equal content", tries.kill),
    "limits": AttackClass(
        "limits of disk, memory, files, time", len(tries.LIMITED), "one line; finished work is kept", tries.limit
    ),
    "inputs": AttackClass(
        "inputs and places that once caused failures", len(tries.SMALL), "the right response to each", tries.small_input
    ),
}


@dataclass(frozen=True)
class Row:
    """What came of a class: the tries made, those that failed in words, and the seconds of one process."""

    title: str
    tries: int
    failed: tuple[str, ...]
    right: str
    seconds: float


def failures(name: str, seeds: Sequence[int]) -> list[str]:
    """Make the tries of a class with these seeds; a line for each that fails. One this machine cannot make is none."""
    failed = []
    for seed in seeds:
        with tempfile.TemporaryDirectory(prefix="attack-") as folder:
            try:
                CLASSES[name].one_try(seed, Path(folder))
            except NotHere:
                continue
            except Exception as wrong:  # a failed try is a result here
                failed.append(f"{name} {seed}: {type(wrong).__name__}: {' '.join(str(wrong).split())[:400]}")
    return failed


def _timed(name: str, seeds: Sequence[int]) -> tuple[list[str], float]:
    began = time.perf_counter()
    return failures(name, seeds), time.perf_counter() - began


def made(share: float, chosen: Sequence[str]) -> Iterator[Row]:
    """Attack in two processes, and tell how far it is on stderr."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=follow_parent) as pool:
        for name in chosen:
            one = CLASSES[name]
            seeds = range(max(1, round(one.tries * share)))
            chunks = list(batched(seeds, max(1, min(CHUNK, len(seeds) // 8))))
            failed: list[str] = []
            seconds = 0.0
            for number, (some, took) in enumerate(pool.map(_timed, [name] * len(chunks), chunks), 1):
                failed += some
                seconds += took
                sys.stderr.write(f"\r{one.title}: {number} of {len(chunks)} parts, {len(failed)} failed ")
            sys.stderr.write("\n")
            yield Row(one.title, len(seeds), tuple(failed), one.right, seconds)


HEAD = """<!-- Made by tests/reliability/page.py from attacks on the program; do not edit. -->
# Reliability: what was tried to break it

Attempts to break the program, and how many succeeded. Each class is a harness in `tests/reliability`; try number k of a
class is the same each time. A try fails if the response is not the right one, if a traceback appears, or if an input, a
full disk or a signal is reported as a program error. `./dev test` makes some of these tries; `./dev test --slow` makes
the rest, but only one in four of commands, folders and kills.

| attacked | tries | failures | right response | seconds |
| --- | ---: | ---: | --- | ---: |
"""
FOOT = """
Seconds are summed over two processes that share two cores. Limits that need a separate disk are tried only as root.
Scenario files are of 16 kinds, from wrong types to hostile texts and chains of `extends`. Folders are damaged by
flipped bits, truncation, pipes, links, forged records and files of other runs. The commands killed are `run`,
`sweep`, `sensitivity`, `why`, `check` and `report`, with one and two processes.

## Limits

{limits}

## Inputs and places that once caused failures

{inputs}
"""


def page(rows: Sequence[Row]) -> str:
    """The page in Markdown."""
    table = [f"| {row.title} | {row.tries:,} | {len(row.failed)} | {row.right} | {row.seconds:,.0f} |" for row in rows]
    return f"{HEAD}{'\n'.join(table)}\n{FOOT.format(limits=_named(tries.LIMITED), inputs=_named(tries.SMALL))}"


def _named(names: Sequence[str]) -> str:
    return "\n".join(f"- {name.replace('_', ' ')}" for name in names)


def main() -> int:
    """Attack, say what failed, and write the page where all was tried; 1 where something failed."""
    parser = argparse.ArgumentParser(description="Attacks the program in every class and writes docs/reliability.md.")
    parser.add_argument("--share", type=float, default=1.0, help="of the tries; below 1 nothing is written")
    parser.add_argument("classes", nargs="*", help=f"of {', '.join(CLASSES)}; all where none is named")
    words = parser.parse_args()
    rows = list(made(words.share, words.classes or list(CLASSES)))
    failed = [line for row in rows for line in row.failed]
    sys.stdout.write("".join(f"{line}\n" for line in failed))
    if words.share >= 1.0 and not words.classes:
        PAGE.write_text(page(rows), encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
