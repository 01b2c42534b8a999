"""July 2025 to January 2026 on the scorecard: the one look at frozen forecasts, and the start before the rupture.

Core objects: `looked` and `rupture_text`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from scorecard_cells import asked, met, number, range_of, table  # neighbours, not packages

ONE_LOOK = """
## July 2025 to January 2026: one look at frozen forecasts

At the end of June 2025, the end of the record that the model was made with, forecasts of the seven months that followed
were frozen; then the outcomes were opened and scored, once. It was one origin, so these figures are not a rate of
success. They are those of the model as it was; what they showed has changed the model since, and these months are
hindsight now.
"""
LOOKED = (
    ("attacks in seven months (PICSS), arm A", "613 (459 to 833)", "about as good", "635"),
    ("all gates shut for more than 30 days, arm A", "1%", "6% (how often it happened before)",
     "it happened: from 12 October, 111 days and on"),
    ("length of that closure, its beginning given (arm C): log score", "4.6 (an ordinary closure, median 9 days, drawn "
     "for each gate)", "2.6 (past lengths)", "still shut after 111 days"),
    ("the same, had the model taken it for a rupture", "0.6 (56% last over 112 days)", "2.6 (past lengths)", ""),
    ("exports by month, given when gates were shut (arm D): CRPS", "5.9, against 52", "", ""),
    ("imports by month, given when gates were shut (arm D): CRPS", "2.5, against 28", "", ""),
    ("returns in seven months, arm A", "130,000 (40,000 to 639,000), skill -181%", "", "642,000"),
    ("returns in seven months, orders given (arm C)", "326,000 (103,000 to 718,000), skill -37%", "", "642,000"),
    ("500,000 returns or more", "1% where cards lapse alone, 53% where an order comes too (8% of worlds)", "",
     "it happened"),
)  # fmt: skip
"""What was asked, the model's median and 90% interval, the simple forecast, what was observed."""
LESSON = """
Attacks were forecast well, and trade where the closed gates were given. **The closure of all gates was denied, and
returns were far too low.** A closure of all gates that is given was drawn as an ordinary one, apart for each gate; a
campaign of expulsions under way was forgotten at the start; the end of cards and a new order were independent. All
three are mended since, with knowledge of this outcome.
"""


def looked() -> str:
    """The frozen forecasts as they were scored, once."""
    head = ["forecast frozen at the end of June 2025", "model: median (90%)", "simple forecast", "observed"]
    return "\n".join([ONE_LOOK, table(head, [list(row) for row in LOOKED]), LESSON])


LEAST_ODDS, MOST_ODDS = 0.03, 0.15
RUPTURE = """## The start of 1 October 2025

Eleven days before all gates were shut, from what was published by then. Arm A does not know that they will be; arm C
knows the day on which the closure began, but not its length, and nothing of returns. These are the forecasts of the
model as it is now, made with knowledge of the outcome.
"""


def rupture_text(found: Mapping[str, Any]) -> str:
    """The closure of October 2025 from the start before it: odds untold, length told, returns of November; goals."""
    lines = [*_odds(found), *(line for row in found["lengths"] for line in _length(row))]
    for row in found["returns"]:
        theirs = f"CRPS {number(row['crps_declared'])} ({row['declared']}); the model's {number(row['crps'])}"
        inside = f"inside the 90% interval: {met(row['low'] <= row['observed'] <= row['high'])}"
        goal = inside if row["arm"] == "C" else "-"
        lines.append(
            [f"returns of November 2025, arm {row['arm']}", range_of(row), theirs, number(row["observed"]), goal]
        )
    head = ["forecast", "model: median (90%)", "simple forecast", "observed", "goal"]
    return "\n".join([RUPTURE, asked(found), table(head, lines)])


def _odds(found: Mapping[str, Any]) -> Iterator[list[str]]:
    """Probabilities of a closure of all gates; the goal is about the shortest."""
    for n, row in enumerate(found["odds"]):
        what = (
            f"all gates shut for more than {row['over']:.0f} days within {found['months']} months, arm A: probability"
        )
        span = f"{LEAST_ODDS:.0%} to {MOST_ODDS:.0%}: {met(LEAST_ODDS <= row['p'] <= MOST_ODDS)}"
        outcome = {True: "it happened", False: "it did not happen", None: "not known"}[row["happened"]]
        yield [what, f"{row['p']:.1%}", f"{row['p_declared']:.1%} (past rate)", outcome, "-" if n else span]


def _length(row: Mapping[str, Any]) -> Iterator[list[str]]:
    """Days of the closure that is given, which had not ended when last observed."""
    ours, theirs = row["scores"]
    seen, past = f"{row['seen']:.0f} and on", f"{range_of(row['past'])} (past lengths)"
    yield [f"days of the closure of {row['on']}, arm C", range_of(row["model"]), past, seen, "-"]
    yield [
        "chance that it lasts longer than seen",
        *(f"{row[name]['longer']:.0%}" for name in ("model", "past")),
        "",
        "-",
    ]
    goal = f"better than past lengths: {met(ours['log'] < theirs['log'])}"
    yield ["log score of its length, as far as seen", number(ours["log"]), number(theirs["log"]), "", goal]
