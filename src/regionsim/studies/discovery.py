"""Scenario discovery: in which futures a claim holds, told as boxes of inputs that stand on worlds held out.

Core objects: `discover`, which gives a `Discovery` of `Finding`s, and `write_discovery`. With hundreds of inputs and
some hundred worlds a search finds a box in noise. So each box is sought again `RESAMPLES` times in two thirds of the
worlds and tried on the rest. It is better than chance when twice the median of the p-values on held-out worlds is at
most `CHANCE`: by Meinshausen, Meier and Bühlmann (2009, doi:10.1198/jasa.2009.tm08647) noise is taken for a box in at
most that share of searches, however the resamples overlap.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from regionsim.errors import InputError
from regionsim.evidence.identified import KEY, identified
from regionsim.plots import plot
from regionsim.runs.files import inner_folder, write_text
from regionsim.runs.tables import write_csv
from regionsim.studies.case_table import Futures, Input
from regionsim.studies.prim import Mask, PrimBox, PrimResult, PrimRule, Whole, quasi_p, screened, search

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

RESAMPLES = 20
SOUGHT = 2 / 3  # of the worlds in a resample; the rest is held out
CHANCE = 0.05
SELDOM = 0.25  # an input found in a smaller share of resamples is left out of the box
FEW = 15  # cases, and worlds that are none, from which a search makes sense
MANY_POINTS = 30  # of a design, from which some are held out too: a sample, where fewer are a grid of values meant


@dataclass(frozen=True)
class Limit:
    """What a box asks of one input; `low` and `high` None where open. `resamples`: share of resamples that found it."""

    input: Input
    low: float | None
    high: float | None
    categories: tuple[str, ...]
    quasi_p: float
    resamples: float

    @property
    def identified(self) -> str:
        """Whether the record identifies the input: see `evidence.identified`."""
        return identified(self.input.path)

    @property
    def marked_words(self) -> str:
        """The limit as a clause, and whether the record identifies its input."""
        return f"{self.words} ({self.identified})" if self.identified else self.words

    @property
    def words(self) -> str:
        """The limit as a clause, with the input's title and unit."""
        unit = "" if self.input.is_date or self.input.unit.startswith(("0", "1", "share", "-")) else self.input.unit
        unit = f" {unit}" if unit else ""
        if self.categories:
            return f"{self.input.title} is {' or '.join(self.categories)}{unit}"
        ends = [None if end is None else self.input.words(end) for end in (self.low, self.high)]
        if ends[0] is not None and ends[1] is not None:
            return f"{self.input.title} is from {ends[0]} to {ends[1]}{unit}"
        return f"{self.input.title} is {'below' if ends[0] is None else 'above'} {ends[0] or ends[1]}{unit}"


@dataclass(frozen=True)
class Finding:
    """A box: `n` of the `worlds` it was sought in, `k` of their `cases`, and what worlds held out say of it.

    held_coverage, held_density: over resamples, the share of held-out cases in the box found without them, and of cases
    among held-out worlds in it. chance: twice the median p-value on held-out worlds, at most 1.
    """

    found: PrimResult
    limits: tuple[Limit, ...]
    inside: Mask
    worlds: int
    cases: int
    n: int
    k: int
    held_coverage: float
    held_density: float
    chance: float

    @property
    def coverage(self) -> float:
        """Share of the cases that are in the box."""
        return self.k / self.cases

    @property
    def density(self) -> float:
        """Share of cases among the worlds in the box."""
        return self.k / self.n

    @property
    def mass(self) -> float:
        """Share of the worlds that are in the box."""
        return self.n / self.worlds

    @property
    def better(self) -> bool:
        """Whether the box is better than chance."""
        return self.chance <= CHANCE


@dataclass(frozen=True)
class Discovery:
    """What was found: boxes better than chance, the best of them first, and the candidate at which the search ended."""

    futures: Futures
    rule: PrimRule
    boxes: tuple[Finding, ...]
    refused: Finding | None
    reason: str
    """Why there is no box, or no more of them; empty when as many as asked for were found."""

    @property
    def base(self) -> float:
        """Share of cases among all worlds."""
        return float(self.futures.case.mean())

    def sentences(self) -> list[str]:
        """What was found in plain words."""
        cases, worlds = int(self.futures.case.sum()), len(self.futures)
        lines = [f"In {cases:,} of {worlds:,} worlds {self.futures.claim} ({cases / worlds:.0%})."]
        for i, one in enumerate(self.boxes):
            asks = " and ".join(limit.marked_words for limit in one.limits)
            where, left = ("Where", "") if i == 0 else ("Of the worlds in no box before, where", " left")
            lines.append(
                f"{where} {asks}, this happens in {one.k:,} of {one.n:,} worlds ({one.density:.0%}); these hold "
                f"{one.coverage:.0%} of the cases{left}. On worlds held out of the search, a box found without them "
                f"holds {one.held_coverage:.0%} of the cases, and this happens in {one.held_density:.0%} of its worlds."
            )
        if self.reason:
            lines.append(self.reason)
        return lines

    def plot(self) -> Figure:
        """The boxes on their worlds. Raises InputError where there is no box to draw; `reason` says why."""
        if not self.boxes:
            raise InputError(f"no box to draw: {self.reason}")
        drawn: Figure = plot(self)
        return drawn

    def frame(self) -> pd.DataFrame:
        """A row per box and input, as written to the CSV file."""
        import pandas as pd

        rows = [_row(number, one, limit) for number, one in enumerate(self.boxes, 1) for limit in one.limits]
        return pd.DataFrame(rows, columns=_COLUMNS)


_COLUMNS = [
    "box", "input", "identified", "title", "unit", "low", "high", "categories", "quasi_p", "resamples", "worlds",
    "cases", "in_box", "cases_in_box", "coverage", "density", "mass", "base_rate", "held_out_coverage",
    "held_out_density", "chance",
]  # fmt: skip


def _row(number: int, one: Finding, limit: Limit) -> dict[str, Any]:
    ends = [None if end is None else _end(limit.input, end) for end in (limit.low, limit.high)]
    return {
        "box": number, "input": limit.input.path, "identified": limit.identified, "title": limit.input.title,
        "unit": limit.input.unit, "low": ends[0], "high": ends[1],
        "categories": " | ".join(limit.categories), "quasi_p": limit.quasi_p,
        "resamples": limit.resamples, "worlds": one.worlds, "cases": one.cases, "in_box": one.n, "cases_in_box": one.k,
        "coverage": one.coverage, "density": one.density, "mass": one.mass, "base_rate": one.cases / one.worlds,
        "held_out_coverage": one.held_coverage, "held_out_density": one.held_density, "chance": one.chance,
    }  # fmt: skip


def _end(input: Input, value: float) -> float | str:
    return input.words(value) if input.is_date else value


def discover(futures: Futures, *, boxes: int = 3, rule: PrimRule | None = None) -> Discovery:
    """Up to `boxes` boxes, each sought among the worlds in none before; ends at the first no better than chance."""
    rule = PrimRule() if rule is None else rule
    left = np.ones(len(futures), dtype=np.bool_)
    found: list[Finding] = []
    reason, refused = "", None
    while len(found) < boxes and not reason:
        rest = futures.at(left)
        cases, others = int(rest.case.sum()), int((~rest.case).sum())
        more, of_rest = (" more", " in no box") if found else ("", "")
        if min(cases, others) < FEW:
            few = f"{cases} worlds{of_rest} where it is so" if cases < others else f"{others}{of_rest} where it is not"
            reason = f"No{more} box: {few} are too few to search ({FEW} are needed)."
            break
        one = _find(rest, rule)
        if one is None:
            reason = f"No{more} box is better than chance: no input tells these worlds from the others."
        elif rule.density is not None and one.density < rule.density:
            reason, refused = f"No{more} box is {rule.density:.0%} dense (the densest found: {one.density:.0%}).", one
        elif not one.better:
            reason, refused = _no_better(one, f"No{more} box is better than chance"), one
        else:
            found.append(one)
            left[np.flatnonzero(left)[one.inside]] = False
    return Discovery(futures, rule, tuple(found), refused, reason)


def _no_better(one: Finding, start: str) -> str:
    return (
        f"{start}: in the best this happens in {one.k} of {one.n} worlds ({one.density:.0%}); on worlds held out of "
        f"the search in {one.held_density:.0%} of the box's, against {one.cases / one.worlds:.0%} without any box. "
        "More worlds, or fewer inputs (--over), may tell."
    )


def _find(rest: Futures, rule: PrimRule) -> Finding | None:
    """The box of these worlds with what resamples say of it; None where no input tells anything."""
    times = np.zeros(len(rest.inputs))
    size = hits = sought = 0
    values = []
    for number in range(RESAMPLES):
        train, test = split(rest, number)
        box = _box(rest, train, rule)
        if box is not None:
            times[list(box.inputs)] += 1
        inside = np.zeros(int(test.sum()), dtype=np.bool_) if box is None else box.holds(rest.space.at(test))
        size, hits = size + int(inside.sum()), hits + int(rest.case[test][inside].sum())
        sought += int(rest.case[test].sum())
        values.append(held_out_p(rest.at(test), inside, by_point=sampled(rest)))
    often = [j for j in screened(rest.space, rest.case, 10**6) if times[j] >= SELDOM * RESAMPLES]
    found = search(rest.space, rest.case, rule, often) if often else None
    if found is None:
        found = search(rest.space, rest.case, rule)
    if found is None:
        return None
    limits = tuple(_limit(rest, found.box, j, float(times[j]) / RESAMPLES) for j in found.box.inputs)
    return Finding(
        found, limits, found.box.holds(rest.space), len(rest), int(rest.case.sum()), found.n, found.k,
        hits / max(sought, 1), hits / max(size, 1), min(1.0, 2.0 * float(np.median(values))),
    )  # fmt: skip


def _box(rest: Futures, train: Mask, rule: PrimRule) -> PrimBox | None:
    found = search(rest.space.at(train), rest.case[train], rule)
    return None if found is None else found.box


def _limit(rest: Futures, box: PrimBox, j: int, resamples: float) -> Limit:
    values = [quasi_p(box, side, i, rest.space, rest.case) for side, i in box.limits() if i == j]
    one, without = rest.inputs[j], box.without.get(j, frozenset())
    kept = tuple(word for i, word in enumerate(one.categories) if i not in without) if without else ()
    return Limit(one, box.low.get(j), box.high.get(j), kept, max(values), resamples)


def split(futures: Futures, number: int) -> tuple[Mask, Mask]:
    """Worlds searched in resample `number` and worlds held out, (W,) each.

    Worlds that share draws go the same way, and in a design of many points worlds of one point: what is held out shares
    neither with what is searched. The way is told by a hash, so it does not depend on the other worlds.
    """
    train, test = _part(futures.draw, f"draw {number}")
    if sampled(futures):
        of_point = _part(futures.point, f"point {number}")
        train, test = train & of_point[0], test & of_point[1]
    return train, test


def sampled(futures: Futures) -> bool:
    """Whether the worlds are of so many points that chance could lie in which points were drawn."""
    return len(np.unique(futures.point)) >= MANY_POINTS


def _part(groups: Whole, name: str) -> tuple[Mask, Mask]:
    numbers, place = np.unique(groups, return_inverse=True)
    hashes = [hashlib.blake2b(f"{name} {one}".encode(), digest_size=8).digest() for one in numbers.tolist()]
    first = np.zeros(len(numbers), dtype=np.bool_)
    first[np.argsort(np.array(hashes), kind="stable")[: max(1, round(SOUGHT * len(numbers)))]] = True
    return first[place], ~first[place]


def held_out_p(futures: Futures, inside: Mask, *, by_point: bool = False) -> float:
    """The chance of a box that holds as many cases, were being in it and being a case unrelated; one-sided.

    Exact (hypergeometric) where no two worlds share draws or a point. Else worlds are no independent witnesses: the sum
    over each group of worlds counts as one; of the p-values by draws and, if asked for, by points the larger is taken.
    """
    from scipy.stats import hypergeom, t

    case = futures.case
    if not inside.any() or inside.all() or not case.any():
        return 1.0
    if len(np.unique(futures.draw)) == len(case):
        return float(hypergeom.sf(int(case[inside].sum()) - 1, len(case), int(case.sum()), int(inside.sum())))
    excess = (inside - inside.mean()) * (case - case.mean())
    values = []
    for groups in (futures.draw, futures.point) if by_point else (futures.draw,):
        sums = np.bincount(np.unique(groups, return_inverse=True)[1], weights=excess)
        if len(sums) > 1:
            spread = float(sums.std(ddof=1)) * len(sums) ** 0.5
            p = float(t.sf(sums.sum() / spread, len(sums) - 1)) if spread > 0 else float(sums.sum() <= 0)
            values.append(max(p, 0.5 ** len(sums)))  # no fewer than that all groups agree by chance
    return max(values, default=1.0)


def slug(where: str) -> str:
    """A claim as the name of a file."""
    for sign, word in (("<=", "_at_most_"), (">=", "_at_least_"), ("<", "_below_"), (">", "_above_")):
        where = where.replace(sign, word)
    return re.sub(r"[^A-Za-z0-9.]+", "_", where).strip("_")[:120]


def write_discovery(found: Discovery, folder: Path) -> list[Path]:
    """Write the table and the words as CSV and Markdown into a folder; returns the files."""
    inner_folder(folder)
    stem = slug(found.futures.where)
    table, words = folder / f"{stem}.csv", folder / f"{stem}.md"
    write_csv(found.frame(), table, digits=6)
    write_text(words, markdown(found))
    return [words, table]


def markdown(found: Discovery) -> str:
    """The discovery as a page."""
    futures = found.futures
    lines = [f"# Where {futures.claim}", "", f"{futures.title}, `{futures.name}`: `{futures.where}`.", ""]
    lines += [text for sentence in found.sentences() for text in (sentence, "")]
    if found.boxes:
        lines += ["| box | input | identified | limits | quasi-p | found in resamples |", "| --- " * 6 + "|"]
        for i, one in enumerate(found.boxes, 1):
            for limit in one.limits:
                lines.append(
                    f"| {i} | `{limit.input.path}` | {limit.identified} | {limit.words} | {limit.quasi_p:.1e} | "
                    f"{limit.resamples:.0%} |"
                )
        lines += ["", "| box | coverage | density | mass | base rate | coverage held out | density held out | chance |"]
        lines.append("| --- " * 8 + "|")
        for i, one in enumerate(found.boxes, 1):
            shares = (one.coverage, one.density, one.mass, one.cases / one.worlds, one.held_coverage, one.held_density)
            lines.append(f"| {i} | {' | '.join(f'{share:.0%}' for share in shares)} | {one.chance:.2g} |")
        lines += ["", KEY, ""]
    lines += [*(f"{note}." for note in futures.notes), method(found), ""]
    return "\n".join(lines)


def method(found: Discovery) -> str:
    """How boxes were sought, in a few sentences."""
    rule = found.rule
    aim = "agrees most with where it is so (correlation)" if rule.density is None else "holds most of the cases"
    floor = "" if rule.density is None else f" among boxes at least {rule.density:.0%} dense"
    return (
        f"Peeled by {rule.alpha:.0%} at a time along {len(found.futures.inputs):,} inputs, built up input by input; "
        f"the box is taken that {aim}{floor}. Quasi-p: the chance of as dense a box without the limit, the search not "
        f"allowed for. Held out: {RESAMPLES} searches in two thirds of the worlds, tried on the rest. Simulated."
    )
