"""Writes docs/ten_billion.md: what gates, rules, security, demand and infrastructure contribute to the distance from
USD 10 billion of trade.

Core objects: `BLOCKS` (which levers and parameters lift a block of constraints) and `totals` (all combinations played
in the same worlds); shares are exact Shapley values. Some minutes on one core:  ./dev python experiments/ten_billion.py
"""

import sys
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from regionsim.errors import RegionsimError
from regionsim.model.play import play
from regionsim.model.worlds import plain_worlds
from regionsim.scenario import load
from regionsim.studies.shapley import second_difference, shapley, subsets

sys.path.insert(0, str(Path(__file__).resolve().parent))
from tabular import table  # a neighbour, not a package

PAGE = Path(__file__).resolve().parents[1] / "docs" / "ten_billion.md"
WORLDS, GOAL = 60, 10.0
END = "2030-08-19"
SMALL = ("parameters.size.households=400", "parameters.size.traders=240")
COLUMNS = {"trade_bilateral": "bilateral trade", "trade_volume": "bilateral trade and transit"}
_FROM = "{from: 2025-08-18, intensity: 1.0}"

BLOCKS: dict[str, tuple[str, tuple[str, ...]]] = {
    "gates": (
        "gates kept out of disputes and reopened sooner; documents, staff and systems at the crossings",
        tuple(f"levers.{lever}={_FROM}" for lever in ("trade_decoupling", "border_governance")),
    ),
    "rules": (
        "lower duties, quicker clearance, light transit rules, capital of Afghan residents in use",
        tuple(f"levers.{lever}={_FROM}" for lever in ("trade_facilitation", "transit_agreement", "contributor_policy")),
    ),
    "security": (
        "guarded roads, ties with the TTP cut, pressure on IS-KP, joint posts",
        tuple(
            f"levers.{lever}={_FROM}"
            for lever in ("route_security", "cut_ttp_ties", "counter_iskp", "joint_border_management")
        ),
    ),
    "demand": (
        "aid to Afghanistan, and markets about twice as large",
        (
            f"levers.humanitarian_aid={_FROM}",
            "parameters.trade.ceiling_into_afghanistan=22",
            "parameters.trade.ceiling_out_of_afghanistan=6",
        ),
    ),
    "infrastructure": (
        "crossings that clear four times the usual flow; corridors and regional projects pursued",
        (
            "parameters.border.capacity_slack=4",
            *(f"levers.{lever}={_FROM}" for lever in ("corridors", "regional_projects")),
        ),
    ),
}

type Array = Any  # numpy, (worlds,)
type Set = frozenset[str]


def played(lifted: Set, worlds: int) -> dict[str, Array]:
    """Trade of the last year in USD bn with these blocks lifted, (worlds,) by column. Raises where a world fails."""
    sets = [one for name in BLOCKS if name in lifted for one in BLOCKS[name][1]]
    scenario = load("status_quo", sets=(f"end={END}", *SMALL, *sets))
    result = play(scenario, plain_worlds(scenario, range(worlds)))
    if result.failed:
        raise RegionsimError(f"{sorted(lifted)}: worlds {sorted(result.failed)} failed")
    return {column: np.asarray(result.columns[column][:, -1], dtype=np.float64) for column in COLUMNS}


def totals(worlds: int) -> dict[str, dict[Set, Array]]:
    """Every combination, by column; equal parameters and equal chance."""
    found: dict[str, dict[Set, Array]] = {column: {} for column in COLUMNS}
    for lifted in subsets(tuple(BLOCKS)):
        sys.stderr.write(f"{' '.join(sorted(lifted)) or 'none'}\n")
        for column, values in played(lifted, worlds).items():
            found[column][lifted] = values
    return found


def interaction(value: dict[Set, Array]) -> tuple[str, str, Array]:
    """The pair whose joint lifting, alone, adds most over (or under) its parts: names and the excess by world."""
    none: Set = frozenset()
    best = max(
        combinations(BLOCKS, 2),
        key=lambda pair: abs(float(np.median(second_difference(value, none, *pair)))),
    )
    return (*best, second_difference(value, none, *best))


def _range(values: Array) -> str:
    low, middle, high = np.percentile(values, (5.0, 50.0, 95.0))
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"


def _section(column: str, value: dict[Set, Array]) -> str:
    none, every = value[frozenset()], value[frozenset(BLOCKS)]
    share = shapley(value, tuple(BLOCKS))
    rows = [("as things stand", _range(none), "")]
    for name in sorted(BLOCKS, key=lambda block: -float(np.median(share[block]))):
        part = float(np.mean(share[name]) / np.mean(GOAL - none))
        rows.append((name, _range(share[name]), f"{100.0 * part:.0f}%"))
    rows.append(("all lifted", _range(every), ""))
    left = GOAL - every
    rows.append(("what remains to 10", _range(left), f"{100.0 * float(np.mean(left) / np.mean(GOAL - none)):.0f}%"))
    first, second, excess = interaction(value)
    reach = float(np.mean(every >= GOAL))
    kind = "more" if np.median(excess) > 0 else "less"
    return f"""## {COLUMNS[column].capitalize()}

{table(("", "USD bn a year: median (90% of worlds)", "share of the mean distance"), rows)}

Largest interaction: {first} with {second}, together {kind} than their sum by {_range(excess)}. With every block lifted,
{100.0 * reach:.0f}% of worlds reach 10.
"""


def page(worlds: int) -> str:
    """The page for this many worlds."""
    found = totals(worlds)
    lifted = [
        (name, what, ", ".join(f"`{one.split('=')[0]}`" for one in sets)) for name, (what, sets) in BLOCKS.items()
    ]
    sections = "\n".join(_section(column, value) for column, value in found.items())
    return _HEAD.format(worlds=worlds, end=END, blocks=table(("block", "lifted by", "set"), lifted), sections=sections)


_HEAD = """<!-- Made by experiments/ten_billion.py from simulations of the status quo; do not edit. -->
# How far from 10 billion, and what is in the way

The briefs speak of 10 billion dollars of trade. What keeps trade below that? Blocks of constraints are lifted from
the first day, in all 32 combinations, in the same {worlds} worlds (equal parameters and random numbers), and trade in
the year to {end} is compared. A block's share is its Shapley value: its contribution, averaged over all orders in
which the blocks can be lifted, world by world, so that shares sum exactly to the whole. A block lifts what existing
levers at full intensity and parameters can lift; the rest counts as what remains. Other blocks would give other
shares.

{blocks}

{sections}
## How to read it

The goal of 10 billion is tested twice: on bilateral trade, and on bilateral trade with transit. The sum mixes two-way
and transit trade; read both parts. All Afghan trade in 2024 was about 12.6 billion, so 10 billion of bilateral trade
would be about four fifths of it: most of what remains is a market of that size, which does not exist. A negative
remainder means more than 10.

Rules matter most for the sum because light rules bring transit, and with it goods that come back into Pakistan
(at most the share `trade.round_trip_most` of all transit). These serve Pakistan's market and no Afghan need, so the
sum can exceed all Afghan trade; this is how it reached 8.6 billion in FY2022-23. Where the sum reaches 10, the
briefs' number is met but not what they mean by it.

Five years are too short for trade to respond fully to lower costs. Most sizes behind the blocks are assumptions with
wide ranges; the intervals cover the model's worlds, not reality.
"""


def main() -> None:
    """Play and write. An argument is the number of worlds."""
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else WORLDS
    PAGE.write_text(page(worlds), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
