"""Writes docs/signs_posterior.md: signs and hypotheses of the briefs under the posterior, beside those under priors.

Core objects: `Seen` (results of `signs.py` and `hypotheses.py` under one setting of `draws`) and `page`.
Both settings are simulated here, in paired worlds: a parameter that the posterior does not narrow has the
same value in both. A quarter of an hour on one core:  ./dev python experiments/signs_posterior.py
"""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from regionsim.evidence.identified import narrowed_words

sys.path.insert(0, str(Path(__file__).resolve().parent))
import hypotheses  # neighbours, not a package
from signs import FAILS, HOLDS, WORLDS, Plays, Row, by_claim, expectations, judged, signs, totals
from tabular import table

PAGE = Path(__file__).resolve().parents[1] / "docs" / "signs_posterior.md"
POSTERIOR = ("draws=posterior",)

type Pairs[T] = Sequence[tuple[T, T]]  # under priors, under the posterior


@dataclass(frozen=True)
class Seen:
    """Under one setting of `draws`: signs; expectations by scenario and name (met, share); readings of hypotheses."""

    rows: list[Row]
    expected: dict[tuple[str, str], tuple[bool, float]]
    readings: list[tuple[str, hypotheses.Reading]]


def seen(worlds: int, overrides: tuple[str, ...] = ()) -> Seen:
    """Everything played and judged once."""
    plays, names = Plays(worlds, overrides), by_claim()
    rows = [judged(plays, sign, names[sign["scenario"]]) for sign in signs()]
    expected = {
        (name, title): (met, share)
        for name in sorted(names.values())
        for title, met, _, share in expectations(plays, name)
    }
    return Seen(rows, expected, [(id, one) for id, read in hypotheses.READINGS.items() for one in read(plays)])


def page(worlds: int) -> str:
    """The whole page."""
    before, after = seen(worlds), seen(worlds, POSTERIOR)
    rows = list(zip(before.rows, after.rows, strict=True))
    readings = [(id, was, now) for (id, was), (_, now) in zip(before.readings, after.readings, strict=True)]
    words = {"holds": f"{HOLDS:.0%}", "fails": f"{FAILS:.0%}", "narrowed": narrowed_words()}
    return "\n".join([
        _HEAD.format(worlds=worlds, chance=_chance(worlds), **words),
        "## Signs whose verdict changes\n",
        _signs_table([pair for pair in rows if pair[0].verdict != pair[1].verdict]),
        _counts(rows, worlds),
        "## Hypotheses\n",
        _said_of_readings(readings),
        "## Expectations of the scenarios that change\n",
        _expectations(before, after),
        "## Every sign\n",
        _signs_table(rows),
    ])  # fmt: skip


def _chance(worlds: int) -> float:
    """Two standard errors of a difference of two shares of so many worlds, at most."""
    return float(2.0 * (2 * 0.25 / worlds) ** 0.5)


def _change(was: str, now: str) -> str:
    return now if was == now else f"{was} before, now {now}"


def _signs_table(rows: Pairs[Row]) -> str:
    head = ("sign", "basis", "stated", "column", "at", "prior: share, median", "posterior: share, median", "verdict")
    lines = [
        (was.id, was.basis, was.sign, was.columns, was.on, f"{was.share:.2f}, {was.median:+.3g}",
         f"{now.share:.2f}, {now.median:+.3g}", _change(was.verdict, now.verdict))
        for was, now in rows
    ]  # fmt: skip
    return (table(head, lines) if lines else "None.") + "\n"


def _counts(rows: Pairs[Row], worlds: int) -> str:
    was, now = totals([pair[0] for pair in rows]), totals([pair[1] for pair in rows])
    moved = sum(abs(b.share - a.share) >= _chance(worlds) for a, b in rows)
    return (
        f"**Of {was.total()} signs {was['holds']} hold under priors and {now['holds']} under the posterior;** "
        f"{was['undecided']} and {now['undecided']} are undecided, {was['fails']} and {now['fails']} fail (basis O, D "
        f"and C; L and I are listed, not counted). Of all {len(rows)} shares {moved} move by {_chance(worlds):.2f} "
        f"or more.\n"
    )


def _said_of_readings(readings: Sequence[tuple[str, hypotheses.Reading, hypotheses.Reading]]) -> str:
    was, now = (Counter(pair[i].verdict for _, *pair in readings) for i in (0, 1))
    counted = ", ".join(f"{was[key]} and {now[key]} {key}" for key in ("borne out", "open", "contradicted"))
    lines = [
        (id, f"{one.share:.0%}", f"{other.share:.0%}", _change(one.verdict, other.verdict), other.text)
        for id, one, other in readings
    ]
    head = ("", "prior: of worlds", "posterior: of worlds", "verdict", "what was measured (figures: posterior)")
    return f"Of {len(readings)} readings under priors and under the posterior: {counted}.\n\n{table(head, lines)}\n"


def _expectations(before: Seen, after: Seen) -> str:
    lines = [
        (name, title, f"{share:.2f}", f"{after.expected[name, title][1]:.2f}", _change(_met(met), _met(now)))
        for (name, title), (met, share) in before.expected.items()
        if met != (now := after.expected[name, title][0])
    ]
    was, now = (sum(met for met, _ in one.expected.values()) for one in (before, after))
    said = f"Of {len(before.expected)} expectations {was} are met under priors and {now} under the posterior.\n"
    head = ("scenario", "expectation", "prior: share", "posterior: share", "")
    return said + (f"\n{table(head, lines)}\n" if lines else "")


def _met(met: bool) -> str:
    return "met" if met else "not met"


_HEAD = """<!-- Made by experiments/signs_posterior.py from simulations of the shipped scenarios; do not edit. -->
# Signs and hypotheses before and after calibration

Do [signs](signs.md) and [hypotheses](hypotheses.md) change when parameters are calibrated? Results under priors beside
the same simulations with `draws: posterior` ([calibration](calibration.md)), {worlds} worlds each. Worlds are paired: a
parameter that data do not narrow has the same value in both. A sign *holds* if at least {holds} of the pairs of a
scenario and its baseline move as stated and *fails* if under {fails} do; a hypothesis is borne out if seen in at least
{holds} of the worlds. Share: pairs that move as stated; median: of the difference from the baseline. Shares that differ
by less than {chance:.2f} (two standard errors, at most) may differ by chance, and a verdict may change with them.

{narrowed} A verdict that stays the same does not
depend on what the record settles, and is not confirmed by it.
"""


def main() -> None:
    """Play and write. An argument is the number of worlds."""
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else WORLDS
    PAGE.write_text(page(worlds), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
