"""Scenario discovery: boxes of inputs in which a claim holds, tested on held-out worlds.

Core objects: `discover`, which returns a `Discovery` of `Finding`s, and `write_discovery`. With hundreds of inputs and
a few hundred worlds a search finds boxes in noise. So each box is searched again `RESAMPLES` times in two thirds of the
worlds and tested on the rest. It is better than chance when twice the median of the p-values on held-out worlds is at
most `CHANCE`: by Meinshausen, Meier and Bühlmann (2009, doi:10.1198/jasa.2009.tm08647) noise passes for a box in at
most that share of searches, however the resamples overlap.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from regionsim.display import Shown, short
from regionsim.errors import InputError, spoken
from regionsim.evidence.identified import KEY, identified
from regionsim.plots import plot
from regionsim.runs.files import inner_folder, write_text
from regionsim.runs.tables import write_csv
from regionsim.schema.units import is_bare
from regionsim.studies.case_table import Futures, Input
from regionsim.studies.prim import Mask, PrimBox, PrimResult, PrimRule, Whole, quasi_p, screened, search

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

RESAMPLES = 20
SOUGHT = 2 / 3  # share of worlds searched in a resample; the rest are held out
CHANCE = 0.05
SELDOM = 0.25  # an input found in a smaller share of resamples is left out of the box
FEW = 15  # least number of cases, and of other worlds, for a search
MANY_POINTS = 30  # of a design, from which points are held out too: a sample, where fewer are a deliberate grid


@dataclass(frozen=True)
class Limit:
    """The limit of a box on one input; `low`, `high`: None if open. `resamples`: share of resamples that found it."""

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
        """The limit as a clause, with whether the record identifies its input."""
        return f"{self.words} ({self.identified})" if self.identified else self.words

    @property
    def words(self) -> str:
        """The limit as a clause, with the input's title and unit."""
        unit = "" if self.input.is_date or is_bare(self.input.unit) else self.input.unit
        unit = f" {unit}" if unit else ""
        if self.categories:
            return f"{self.input.title} is {' or '.join(self.categories)}{unit}"
        ends = [None if end is None else self.input.words(end) for end in (self.low, self.high)]
        if ends[0] is not None and ends[1] is not None:
            return f"{self.input.title} is from {ends[0]} to {ends[1]}{unit}"
        return f"{self.input.title} is {'below' if ends[0] is None else 'above'} {ends[0] or ends[1]}{unit}"


@dataclass(frozen=True)
class Finding:
    """A box: `n` of the `worlds` searched, `k` of their `cases`, and its test on held-out worlds.

    held_coverage, held_density: over resamples, the share of held-out cases in the box found without them, and the
    share of cases among held-out worlds in it. chance: twice the median p-value on held-out worlds, at most 1.
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


@dataclass(frozen=True, repr=False)
class Discovery(Shown):
    """Boxes better than chance, the best first, and the candidate at which the search ended."""

    futures: Futures
    rule: PrimRule
    boxes: tuple[Finding, ...]
    refused: Finding | None
    reason: str
    """Why there is no box, or no further box; empty when the requested number was found."""

    def __repr__(self) -> str:
        found = f"{len(self.boxes)} boxes, true in {self.base:.0%} of {len(self.futures):,} worlds"
        return f"<Discovery where {short(self.futures.where)} in {self.futures.name}: {found}>"

    @property
    def base(self) -> float:
        """Share of cases among all worlds."""
        return float(self.futures.case.mean())

    def sentences(self) -> list[str]:
        """The result in plain words."""
        cases, worlds = int(self.futures.case.sum()), len(self.futures)
        lines = [f"In {cases:,} of {worlds:,} worlds {self.futures.claim} ({cases / worlds:.0%})."]
        for i, box in enumerate(self.boxes):
            asks = " and ".join(limit.marked_words for limit in box.limits)
            where, left = ("Where", "") if i == 0 else ("Of the worlds in no box before, where", " left")
            lines.append(
                f"{where} {asks}, this happens in {box.k:,} of {box.n:,} worlds ({box.density:.0%}); these hold "
                f"{box.coverage:.0%} of the cases{left}. On held-out worlds, boxes found without them hold "
                f"{box.held_coverage:.0%} of the cases, and this happens in {box.held_density:.0%} of their worlds."
            )
        if self.reason:
            lines.append(self.reason)
        return lines

    def plot(self) -> Figure:
        """Plot the boxes on their worlds. Raises InputError where there is no box to draw; `reason` says why."""
        if not self.boxes:
            raise InputError(f"no box to draw: {self.reason}")
        drawn: Figure = plot(self)
        return drawn

    def frame(self) -> pd.DataFrame:
        """A frame with one row per box and input, as in the CSV file."""
        import pandas as pd

        rows = [_row(number, box, limit) for number, box in enumerate(self.boxes, 1) for limit in box.limits]
        return pd.DataFrame(rows, columns=_COLUMNS)


_COLUMNS = [
    "box", "input", "identified", "title", "unit", "low", "high", "categories", "quasi_p", "resamples", "worlds",
    "cases", "in_box", "cases_in_box", "coverage", "density", "mass", "base_rate", "held_out_coverage",
    "held_out_density", "chance",
]  # fmt: skip


def _row(number: int, box: Finding, limit: Limit) -> dict[str, Any]:
    ends = [None if end is None else _end(limit.input, end) for end in (limit.low, limit.high)]
    return {
        "box": number, "input": limit.input.path, "identified": limit.identified, "title": limit.input.title,
        "unit": limit.input.unit, "low": ends[0], "high": ends[1],
        "categories": " | ".join(limit.categories), "quasi_p": limit.quasi_p,
        "resamples": limit.resamples, "worlds": box.worlds, "cases": box.cases, "in_box": box.n, "cases_in_box": box.k,
        "coverage": box.coverage, "density": box.density, "mass": box.mass, "base_rate": box.cases / box.worlds,
        "held_out_coverage": box.held_coverage, "held_out_density": box.held_density, "chance": box.chance,
    }  # fmt: skip


def _end(input: Input, value: float) -> float | str:
    return input.words(value) if input.is_date else value


def discover(futures: Futures, *, boxes: int = 3, rule: PrimRule | None = None) -> Discovery:
    """Find up to `boxes` boxes, each outside the boxes before; ends at the first that is no better than chance."""
    rule = PrimRule() if rule is None else rule
    left = np.ones(len(futures), dtype=np.bool_)
    findings: list[Finding] = []
    reason, refused = "", None
    while len(findings) < boxes and not reason:
        rest = futures.at(left)
        cases, others = int(rest.case.sum()), int((~rest.case).sum())
        more, of_rest = (" more", " in no box") if findings else ("", "")
        if min(cases, others) < FEW:
            few, holds = min(cases, others), "holds" if cases < others else "does not hold"
            reason = f"No{more} box: {few} worlds{of_rest} where it {holds} are too few to search ({FEW} are needed)."
            break
        box = _find(rest, rule)
        if box is None:
            reason = f"No{more} box is better than chance: no input separates these worlds from the others."
        elif rule.density is not None and box.density < rule.density:
            reason = f"No{more} box is {rule.density:.0%} dense (the densest found: {box.density:.0%})."
            refused = box
        elif not box.better:
            reason, refused = _no_better(box, f"No{more} box is better than chance"), box
        else:
            findings.append(box)
            left[np.flatnonzero(left)[box.inside]] = False
    return Discovery(futures, rule, tuple(findings), refused, reason)


def _no_better(box: Finding, start: str) -> str:
    return (
        f"{start}: in the best one, this happens in {box.k} of {box.n} worlds ({box.density:.0%}); among held-out "
        f"worlds, in {box.held_density:.0%} of those in the box, against {box.cases / box.worlds:.0%} of all worlds. "
        f"More worlds, or fewer inputs ({spoken('--over', 'named by over')}), may help."
    )


def _find(rest: Futures, rule: PrimRule) -> Finding | None:
    """The best box of these worlds with its test on resamples; None where no input separates the cases."""
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
    result = search(rest.space, rest.case, rule, often) if often else None
    if result is None:
        result = search(rest.space, rest.case, rule)
    if result is None:
        return None
    limits = tuple(_limit(rest, result.box, j, float(times[j]) / RESAMPLES) for j in result.box.inputs)
    return Finding(
        result, limits, result.box.holds(rest.space), len(rest), int(rest.case.sum()), result.n, result.k,
        hits / max(sought, 1), hits / max(size, 1), min(1.0, 2.0 * float(np.median(values))),
    )  # fmt: skip


def _box(rest: Futures, train: Mask, rule: PrimRule) -> PrimBox | None:
    result = search(rest.space.at(train), rest.case[train], rule)
    return None if result is None else result.box


def _limit(rest: Futures, box: PrimBox, j: int, resamples: float) -> Limit:
    values = [quasi_p(box, side, i, rest.space, rest.case) for side, i in box.limits() if i == j]
    variable, without = rest.inputs[j], box.without.get(j, frozenset())
    categories = tuple(word for i, word in enumerate(variable.categories) if i not in without) if without else ()
    return Limit(variable, box.low.get(j), box.high.get(j), categories, max(values), resamples)


def split(futures: Futures, number: int) -> tuple[Mask, Mask]:
    """Worlds searched in resample `number` and worlds held out, (W,) each.

    Worlds that share draws go to the same side, and in a design of many points also the worlds of a point: held-out
    worlds share neither with those searched. A hash chooses the side, so it does not depend on other worlds.
    """
    train, test = _part(futures.draw, f"draw {number}")
    if sampled(futures):
        of_point = _part(futures.point, f"point {number}")
        train, test = train & of_point[0], test & of_point[1]
    return train, test


def sampled(futures: Futures) -> bool:
    """Whether the worlds have so many design points that the choice of points is itself random."""
    return len(np.unique(futures.point)) >= MANY_POINTS


def _part(groups: Whole, name: str) -> tuple[Mask, Mask]:
    numbers, place = np.unique(groups, return_inverse=True)
    hashes = [hashlib.blake2b(f"{name} {group}".encode(), digest_size=8).digest() for group in numbers.tolist()]
    first = np.zeros(len(numbers), dtype=np.bool_)
    first[np.argsort(np.array(hashes), kind="stable")[: max(1, round(SOUGHT * len(numbers)))]] = True
    return first[place], ~first[place]


def held_out_p(futures: Futures, inside: Mask, *, by_point: bool = False) -> float:
    """One-sided p-value of as many cases in the box, if being in the box and being a case were unrelated.

    Exact (hypergeometric) where no two worlds share draws or a point. Otherwise worlds are not independent, so the sum
    over each group counts as one observation; returns the larger p-value by draws and, if `by_point`, by points.
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
            values.append(max(p, 0.5 ** len(sums)))  # at least the chance that all groups agree
    return max(values, default=1.0)


def slug(where: str) -> str:
    """A claim as a file name."""
    for sign, word in (("<=", "_at_most_"), (">=", "_at_least_"), ("<", "_below_"), (">", "_above_")):
        where = where.replace(sign, word)
    return re.sub(r"[^A-Za-z0-9.]+", "_", where).strip("_")[:120]


def write_discovery(discovery: Discovery, folder: Path) -> list[Path]:
    """Write the table as CSV and the page as Markdown into a folder; returns the files."""
    inner_folder(folder)
    stem = slug(discovery.futures.where)
    table, page = folder / f"{stem}.csv", folder / f"{stem}.md"
    write_csv(discovery.frame(), table, digits=6)
    write_text(page, markdown(discovery))
    return [page, table]


def markdown(discovery: Discovery) -> str:
    """The discovery as a page."""
    futures = discovery.futures
    lines = [f"# Where {futures.claim}", "", f"{futures.title}, `{futures.name}`: `{futures.where}`.", ""]
    lines += [text for sentence in discovery.sentences() for text in (sentence, "")]
    if discovery.boxes:
        lines += ["| box | input | identified | limits | quasi-p | found in resamples |", "| --- " * 6 + "|"]
        for i, box in enumerate(discovery.boxes, 1):
            for limit in box.limits:
                lines.append(
                    f"| {i} | `{limit.input.path}` | {limit.identified} | {limit.words} | {limit.quasi_p:.1e} | "
                    f"{limit.resamples:.0%} |"
                )
        lines += ["", "| box | coverage | density | mass | base rate | coverage held out | density held out | chance |"]
        lines.append("| --- " * 8 + "|")
        for i, box in enumerate(discovery.boxes, 1):
            shares = (box.coverage, box.density, box.mass, box.cases / box.worlds, box.held_coverage, box.held_density)
            lines.append(f"| {i} | {' | '.join(f'{share:.0%}' for share in shares)} | {box.chance:.2g} |")
        lines += ["", KEY, ""]
    lines += [*(f"{note}." for note in futures.notes), method(discovery), ""]
    return "\n".join(lines)


def method(discovery: Discovery) -> str:
    """How boxes were found, in a few sentences."""
    rule = discovery.rule
    aim = "correlates most with the cases" if rule.density is None else "holds most of the cases"
    floor = "" if rule.density is None else f" among boxes at least {rule.density:.0%} dense"
    return (
        f"PRIM peels {rule.alpha:.0%} at a time along {len(discovery.futures.inputs):,} inputs, added one by one, and "
        f"keeps the box that {aim}{floor}. Quasi-p: the chance of as dense a box without the limit, not corrected for "
        f"the search. Held out: {RESAMPLES} searches in two thirds of the worlds, tested on the rest. Simulated."
    )
