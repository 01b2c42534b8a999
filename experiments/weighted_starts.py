"""Writes docs/weighted_starts.md: forecasts from plain starts beside those weighted by what was reported before.

Core objects: `Compared` and `compared` (scores by start on the same outcomes), and `page`, which only reads them. Four
minutes on one core:  ./dev python experiments/weighted_starts.py  . With `--write 2026-02-01 returns` it writes
`seeds/starts/2026-02-01.csv`, from which scenarios of that day then draw.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from regionsim.evidence.measures import read_measures
from regionsim.history.assimilation import BACK, EFFECTIVE, WORLDS, Assimilated, assimilate
from regionsim.history.external_data import read_supplied
from regionsim.history.hindcast import STARTS, HindcastSpec, forecasts
from regionsim.history.scoring import Score, score
from regionsim.paths import seeds_dir

sys.path.insert(0, str(Path(__file__).resolve().parent))
from tabular import table  # a neighbour, not a package

PAGE = Path(__file__).resolve().parents[1] / "docs" / "weighted_starts.md"
MEASURES = ("attacks_picss", "attacks_ucdp", "returns_registered", "returns_undocumented", "returns_all")
FIRST, LAST, EVERY = date(2016, 1, 1), date(2022, 12, 31), 6
ARM, DRAWS = "C", 50
SHOWN = date(2022, 7, 1)
"""A day whose weighting the page describes."""
GAINS = 0.02
"""Share of the score by which weighting must be better over all outcomes to count as adding something."""
HEAD = f"""<!-- Made by experiments/weighted_starts.py from simulations; do not edit. -->
# Starts weighted by what was reported before

A start takes levels of trade and attacks from all that was published by its day, with their errors (plain). It can
also be weighted: worlds are played through the {BACK} months before it, with the events of those months, and count by
how well they match what was reported: the filtered level of attacks and its share in Balochistan, and the returns
counted. Each part is tempered until the effective number of worlds is the root of {EFFECTIVE:.0%} of all ({WORLDS:,},
or 20 for each draw of a hindcast), or all of it where one part counts alone. A start draws its tempo of attacks by
group, its odds of return and the course of campaigns from the worlds by their weights. Demand for goods does not wander
in the model, so its filtered level is all that the record says of it; closures are told, so how long ruptures last is
not moved.

`regionsim hindcast --start plain|returns|assimilated` chooses the start of a hindcast, and a file that it freezes says
which.

CRPS (of logs, for counts) of forecasts from origins of {FIRST:%B %Y} to {LAST:%B %Y}, every {EVERY} months, arm {ARM},
{DRAWS} draws; less is better. Days after {LAST.year} were not looked at.

"""


@dataclass(frozen=True)
class Compared:
    """Mean CRPS of a series by start, and number of forecasts and of outcomes."""

    series: str
    n: int
    outcomes: int
    crps: dict[str, float]


def scores(start: str) -> list[Score]:
    """Scores of all forecasts from starts of a kind."""
    record = read_supplied()
    ask = HindcastSpec(FIRST, LAST, EVERY, (ARM,), DRAWS, measures=MEASURES, start=start)
    made = forecasts(ask, record.records, record.events)
    return [each for one in made for forecast in one.series for each in score(forecast, record.records, LAST)]


def compared() -> list[Compared]:
    """A row for each series that has outcomes."""
    by_start = {start: scores(start) for start in STARTS}
    rows = []
    for id in MEASURES:
        of = {start: [each for each in found if each.series == id] for start, found in by_start.items()}
        if of["plain"]:
            outcomes = len({each.window for each in of["plain"]})
            means = {start: float(np.mean([each.crps for each in found])) for start, found in of.items()}
            rows.append(Compared(id, len(of["plain"]), outcomes, means))
    return rows


def page(rows: Sequence[Compared], shown: Assimilated) -> str:
    """The page."""
    titles = {id: measure.title for id, measure in read_measures().items()}
    lines = [
        (titles[row.series], f"{row.n} / {row.outcomes}", *(f"{row.crps[start]:.3f}" for start in STARTS))
        for row in rows
    ]
    text = HEAD + table(["series", "forecasts / outcomes", *STARTS], lines) + "\n\n"
    text += "".join(map(_said, [start for start in STARTS if start != "plain"], [rows] * 2))
    powers = ", ".join(f"{part} to the power of {power:.2f}" for part, power in shown.powers.items())
    figures = " and ".join(f"{n} of {id}" for id, n in shown.matched.items() if n) or "no count of returns"
    return text + (
        f"\nOn {SHOWN} {shown.effective:.0f} of {shown.weights.size:,} worlds carry the weight, with likelihoods of "
        f"{powers}; {figures} were matched. **The plain start is the default, and no weighted start is shipped**; "
        "`experiments/weighted_starts.py --write` makes one for a day.\n"
    )


def _said(start: str, rows: Sequence[Compared]) -> str:
    """What a start adds, by parts of the model."""
    words = []
    for part in ("attacks", "returns"):
        of = [row for row in rows if row.series.startswith(part)]
        gain = 1.0 - sum(row.n * row.crps[start] for row in of) / sum(row.n * row.crps["plain"] for row in of)
        change = "adds nothing" if abs(gain) < GAINS else f"{abs(gain):.0%} {'better' if gain > 0.0 else 'worse'}"
        words.append(f"{part}: {change} ({sum(row.outcomes for row in of)} outcomes)")
    return f"- `{start}`, {'; '.join(words)}.\n"


def main() -> None:
    """Write the page, or the file of a start."""
    record = read_supplied()
    if sys.argv[1:2] == ["--write"]:
        day, start = date.fromisoformat(sys.argv[2]), sys.argv[3]
        made = assimilate(day, record.records, record.events, parts=STARTS[start])
        folder = seeds_dir() / "starts"
        folder.mkdir(exist_ok=True)
        (folder / f"{day}.csv").write_text(made.table(), encoding="utf-8", newline="\n")
        sys.stdout.write(f"{day}: {made.effective:.0f} of {made.weights.size} worlds, powers {dict(made.powers)}\n")
        return
    shown = assimilate(SHOWN, record.records, record.events, 1000)
    PAGE.write_text(page(compared(), shown), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
