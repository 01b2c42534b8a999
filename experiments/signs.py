"""Writes docs/signs.md: which signs of the briefs hold in the model, by scenario.

Core objects: `Row` (a sign of `seeds/claims/scenario_signs.csv`, judged), `Plays` (each scenario and its baseline,
simulated in the same worlds) and `main`. The date, the columns and the least effect that counts come from the
scenario's own `expect`. Some minutes on one core:  ./dev python experiments/signs.py
"""

import csv
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from regionsim.errors import RegionsimError
from regionsim.evidence import load_evidence
from regionsim.indicators.variables import RECORDED_AS
from regionsim.model.causal_map import became, in_the_step
from regionsim.model.play import play
from regionsim.model.worlds import plain_worlds
from regionsim.paths import seeds_dir
from regionsim.scenario import Scenario, load
from regionsim.scenario.expect import Compare, Ref, parse_claim, parse_in
from regionsim.scenario.vocabulary import shipped_scenarios, vocabulary
from regionsim.schema.dates import parse_period
from regionsim.studies.expectations import holds, seen, sides
from regionsim.studies.verdicts import OPS

sys.path.insert(0, str(Path(__file__).resolve().parent))
from tabular import table  # a neighbour, not a package

PAGE = Path(__file__).resolve().parents[1] / "docs" / "signs.md"
WORLDS = 100
HOLDS, FAILS = 0.8, 0.5  # shares of pairs that move as stated
ASKED = 0.85  # share of signs that should hold
SELDOM = 0.02  # share of pairs that move the other way

type Array = Any  # numpy, (worlds,)
type Kept = tuple[Scenario, dict[str, Array], dict[str, dict[str, Array]], dict[str, Array]]


class Plays:
    """Scenarios played in the same worlds: equal parameters, equal chance. Each is played once.

    `overrides` are taken by every scenario besides its own.
    """

    def __init__(self, worlds: int, overrides: tuple[str, ...] = ()) -> None:
        self.worlds, self.overrides = worlds, overrides
        self._kept: dict[tuple[str, ...], Kept] = {}

    def of(self, name: str, *sets: str) -> "Kept":
        """The scenario, its columns and places over worlds and weeks, and its parameters over worlds."""
        key = (name, *sets)
        if key not in self._kept:
            scenario = load(name, sets=(*sets, *self.overrides))
            sys.stderr.write(f"{' '.join(key)}: {scenario.weeks} weeks\n")
            result = play(scenario, plain_worlds(scenario, range(self.worlds)), record_all=True)
            if result.failed:
                raise RegionsimError(f"{name}: worlds {sorted(result.failed)} failed")
            self._kept[key] = scenario, result.columns, result.places, result.worlds.parameters
        return self._kept[key]

    def value(self, played: tuple[str, ...], ref: Ref) -> Array:
        """What `ref` means in each world of a play, (worlds,)."""
        scenario, columns, places, _ = self.of(*played)
        week = ref.period.week(scenario.start, scenario.end)
        whole = columns[ref.indicator] if ref.place is None else places[ref.indicator][ref.place]
        return np.asarray(whole[:, week], dtype=np.float64)

    def baseline(self, name: str) -> tuple[str, ...]:
        """The play that a scenario is compared with, as long as the scenario."""
        scenario = load(name)
        base = load(scenario.baseline)
        return (base.name,) if base.end == scenario.end else (base.name, f"end={scenario.end}")

    def sides(self, name: str, claim: Compare) -> tuple[Array, Array]:
        """Both sides of a comparison, world by world."""
        return sides(claim, Of(self, name))

    def gain(self, played: tuple[str, ...], column: str, on: str) -> Array:
        """How much higher a column is than in the status quo, world by world."""
        ref = Ref(column, None, parse_period(on))
        return self.value(played, ref) - self.value(self.status_quo(played), ref)

    def status_quo(self, played: tuple[str, ...]) -> tuple[str, ...]:
        """The status quo, as long as a play."""
        end = self.of(*played)[0].end
        return ("status_quo",) if end == load("status_quo").end else ("status_quo", f"end={end}")


@dataclass(frozen=True)
class Of:
    """A scenario among the plays, as claims are judged of it."""

    plays: Plays
    name: str

    def value(self, ref: Ref) -> Array:
        """The indicator in the scenario."""
        return self.plays.value((self.name,), ref)

    def baseline(self, ref: Ref) -> Array:
        """The indicator in its baseline."""
        return self.plays.value(self.plays.baseline(self.name), ref)

    def stepped(self, ref: Ref, lever: str, intensity: float) -> Array:
        """The indicator with a lever at another intensity."""
        return self.plays.value((self.name, f"levers.{lever}.intensity={intensity}"), ref)


@dataclass(frozen=True)
class Row:
    """A sign: which scenario and variable, how many pairs move as stated, the median difference, and the columns."""

    id: str
    scenario: str
    basis: str
    sign: str
    evidence: str
    columns: str
    on: str
    share: float
    opposite: float
    median: float

    @property
    def verdict(self) -> str:
        """holds, undecided, or fails."""
        return "holds" if self.share >= HOLDS else "fails" if self.share < FAILS else "undecided"


def signs(*, stepped: bool = True) -> list[dict[str, str]]:
    """The rows of the table of signs that state a direction, for a variable in the weekly step; or all others of them.

    A variable that leads to nothing measured is drawn on the causal map, and no simulation moves it.
    """
    claims = load_evidence().kind("mechanism")
    with (seeds_dir() / "claims" / "scenario_signs.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["sign"] in ("+", "-")]
    return [row for row in rows if in_the_step(row["variable"], claims) == stepped]


def by_claim() -> dict[str, str]:
    """SC id -> the shipped scenario that is about it."""
    return {claim: name for name in shipped_scenarios() for claim in load(name).evidence if claim.startswith("SC")}


def stated(scenario: Scenario, column: str, sign: str) -> Compare | None:
    """The expectation of a scenario that compares a column with the baseline in the stated direction."""
    for one in scenario.expect:
        claim = parse_claim(one.that, vocabulary())
        if not isinstance(claim, Compare) or claim.right.of != "baseline" or claim.left.place is not None:
            continue
        if claim.left.indicator == column and claim.op[0] == (">" if sign == "+" else "<"):
            return claim
    return None


def judged(plays: Plays, sign: dict[str, str], name: str) -> Row:
    """One sign judged by the worst of the columns the scenario names for it; without any, by the first at the end."""
    scenario = load(name)
    columns = RECORDED_AS[sign["variable"]]
    claims = [claim for column in columns if (claim := stated(scenario, column, sign["sign"]))]
    if not claims:
        op = ">" if sign["sign"] == "+" else "<"
        claims = [parse_claim(f"{columns[0]}@{last_month(scenario.end)} {op} baseline", vocabulary())]  # type: ignore[list-item]
    found = []
    for claim in claims:
        left, right = plays.sides(name, claim)
        difference = left - plays.value(plays.baseline(name), claim.left)
        away = -difference if sign["sign"] == "+" else difference
        as_stated = float(OPS[claim.op](left, right).mean())
        found.append((as_stated, float((away > 0).mean()), float(np.median(difference))))
    share, opposite, median = min(found)
    names = ", ".join(claim.left.indicator for claim in claims)
    on = claims[0].left.period.text
    basis = sign["basis"] + ("!" if sign["contested"] == "yes" else "")
    return Row(sign["id"], name, basis, sign["sign"], sign["evidence"], names, on, share, opposite, median)


def last_month(end: date) -> str:
    """The month of a day, as `expect` writes it."""
    return f"{end:%Y-%m}"


def expectations(plays: Plays, name: str) -> list[tuple[str, bool, bool, float]]:
    """Each expectation of a scenario: its name, whether it is met, whether it is known to fail, share of worlds."""
    found = []
    for one in load(name).expect:
        claimed = seen(parse_claim(one.that, vocabulary()), Of(plays, name))
        met = holds(claimed, parse_in(one.in_))
        found.append((one.name, met, one.known == "contradicted", float(claimed.true.mean())))
    return found


# -- the page --------------------------------------------------------------------------------------------------------


@cache
def at_work(evidence: str) -> bool:
    """Whether every claim of a sign's chain acts in the weekly step or is a rule: none is on the causal map only."""
    what = became(load_evidence().kind("mechanism"))
    chain = evidence.split(";")[0].replace(" ", "").split(">")
    return all(what[id].kind != "map" for id in chain if id in what)


def totals(rows: Sequence[Row]) -> Counter[str]:
    """How many of the O, D and C rows hold, are undecided, fail."""
    return Counter(row.verdict for row in rows if row.basis[0] in "ODC")


def aim(of_all: float, of_working: float) -> str:
    """Whether the share of signs that was asked for holds, of all signs and of those at work, in a sentence."""
    met = [name for name, share in (("all signs", of_all), ("those at work", of_working)) if share >= ASKED]
    return f"The aim was that {ASKED:.0%} hold. It is " + (
        f"met for {' and for '.join(met)}{'' if len(met) == 2 else ' only'}." if met else "missed on either count."
    )


def page(plays: Plays) -> str:
    """The whole page."""
    names = by_claim()
    rows = [judged(plays, sign, names[sign["scenario"]]) for sign in signs()]
    count = totals(rows)
    tested = sum(count.values())
    words = {key: count[key] for key in ("holds", "undecided", "fails")}
    of_step = totals([row for row in rows if at_work(row.evidence)])
    working, hold = sum(of_step.values()), of_step["holds"]
    short = [row for row in rows if row.basis[0] in "ODC" and row.verdict != "holds" and at_work(row.evidence)]
    words |= {"still": sum(row.opposite <= SELDOM for row in short), "seldom": SELDOM}
    words |= {"working": working, "hold": hold, "of_working": f"{100 * hold / working:.0f}", "rest": tested - working}
    words |= {"aim": aim(count["holds"] / tested, hold / working)}
    parts = [_HEAD.format(worlds=plays.worlds, tested=tested, share=f"{100 * count['holds'] / tested:.0f}", **words)]
    head = ("scenario", "claim", "signs", "hold", "undecided", "fail", "wired", "inferred")
    parts.append(table(head, _summary(rows, names)) + "\n")
    wanting = [row for row in rows if row.basis[0] in "ODC" and row.verdict != "holds"]
    parts.append(
        "## Signs that do not hold\n\nThe scenario file gives the reason, where known, beside the expectation.\n"
    )
    parts.append(_signs_table(wanting))
    parts.append("## Every sign\n")
    parts.append(_signs_table(rows))
    parts.append(_MAPPED)
    mapped = [(row["id"], row["basis"], row["sign"], row["evidence"]) for row in signs(stepped=False)]
    parts.append(table(("sign", "basis", "stated", "evidence"), mapped) + "\n")
    parts.append("## Expectations of the scenarios\n\nAll entries of `expect`, including the signs above.\n")
    parts.append(_expectations(plays, names))
    return "\n".join(parts) + "\n"


_MAPPED = """\
## Signs on the causal map only

Nothing leads from these variables to anything measured, so they are [drawn](causal-map.md) and not simulated. That such
a sign held said only that its arrow was there.
"""


def _summary(rows: Sequence[Row], names: dict[str, str]) -> list[tuple[object, ...]]:
    lines: list[tuple[object, ...]] = []
    for claim, name in sorted(names.items()):
        own = [row for row in rows if row.scenario == name]
        count = totals(own)
        wired, inferred = ([row.verdict for row in own if row.basis[0] == basis] for basis in "LI")
        of = [f"{verdicts.count('holds')} of {len(verdicts)}" if verdicts else "" for verdicts in (wired, inferred)]
        counted = (sum(count.values()), count["holds"], count["undecided"], count["fails"])
        lines.append((name, claim, *(number or "" for number in counted), *of))
    return lines


def _signs_table(rows: Sequence[Row]) -> str:
    head = ("sign", "basis", "stated", "evidence", "column", "at", "as stated", "opposite", "median difference", "")
    return table(head, [
        (row.id, row.basis, row.sign, row.evidence, row.columns, row.on, f"{row.share:.2f}", f"{row.opposite:.2f}",
         f"{row.median:+.3g}", row.verdict) for row in rows
    ]) + "\n"  # fmt: skip


def _expectations(plays: Plays, names: dict[str, str]) -> str:
    lines: list[tuple[object, ...]] = []
    for name in sorted(names.values()):
        found = expectations(plays, name)
        unmet = [f"{title} ({share:.2f}{', known' if known else ''})" for title, met, known, share in found if not met]
        lines.append((name, f"{len(found) - len(unmet)} of {len(found)}", "; ".join(unmet)))
    return table(("scenario", "met", "not met (share of worlds or pairs)"), lines) + "\n"


_HEAD = """<!-- Made by experiments/signs.py from simulations of the shipped scenarios; do not edit. -->
# Signs of the briefs in the model

For each of their scenarios the briefs imply in which direction variables move. This page tests whether the model moves
them the same way. The model is built on the same claims, so a sign that holds shows that a claim is implemented and not
outweighed by others; it is no evidence that the claim is true. Variables that no series measures are on scales of 0 to
1; only their direction has meaning.

{worlds} worlds of each scenario are compared with the same worlds (equal parameters and random numbers) of its
baseline. A sign *holds* if at least 80% of the pairs move as stated, by more than the least effect that its scenario
names; it *fails* if fewer than half do, and is *undecided* in between. With several columns the worst counts. Basis: O
an outcome claimed with the lever, D one claim, C a chain of claims, `!` contested by an equally short chain; only these
are counted as signs. L is the lever's own instrument (wiring), I an inferred chain. The signs of six scenarios are
withheld for verification and not listed.

**Of {tested} signs {holds} hold ({share}%), {undecided} are undecided and {fails} fail.** {rest} of them rest on a
claim that is on the [causal map](causal-map.md) only, as a norm or of a past epoch, so the model has no reason to
follow them. Of the {working} others {hold} hold ({of_working}%). Of those that do not, {still} hardly ever move
the other way (in at most {seldom:.0%} of pairs): too few of their pairs move as far as asked, as where talks,
accusations or clashes are few a year. {aim}
"""


def main() -> None:
    """Play and write. An argument is the number of worlds."""
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else WORLDS
    PAGE.write_text(page(Plays(worlds)), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
