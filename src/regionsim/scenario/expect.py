"""Parses the grammar of `expect`, what a scenario is expected to show. `regionsim check` judges the expectations.

Each expectation has a `name`, a claim `that`, the share or quantile of worlds `in` which it must hold, and optionally
`known: contradicted` with a `reason`, if the model is known to disagree with it.

    that:   REF OP TERM                 OP is one of < <= > >=
            REF in LOW..HIGH            both ends included
            REF in observed             between the lowest and highest figure of the series that count the same thing
            REF in observed +- 20%      the same, with each end widened by this share
            REF rises with LEVER        in the same world, with the intensity at 0, 0.5 and 1, all else equal: higher at
                                        each step; also falls with, never falls with, never rises with
            REF rises with LEVER at 0, 0.4, 0.8
    REF:    INDICATOR@DATE              INDICATOR[PLACE]@DATE for one crossing, province, group or status; a variable
                                        that only `run --record all` keeps is named in the same way, without places
    DATE:   2030 | 2030-08 | 2030-08-15
                                        the last recorded week that begins in that year or month, on or before that day;
                                        with `in observed`, the end of a year of the record: 2024 or 2024-12 for a
                                        calendar year, 2024-06 for Pakistan's fiscal year, 2024-03 for Afghanistan's;
                                        start, start + 12 months and end are dates of the scenario
    TERM:   NUMBER                      in the indicator's unit
            baseline                    the same REF in the baseline scenario
            REF                         the same world's value of another indicator or date
            baseline * 1.1              baseline or REF, times, plus or minus a number: * + -
    in:     >= 80% of worlds            share of the scenario's own worlds in which the claim holds; also <=
            >= 90% of pairs             share of pairs (this scenario, baseline) of equal draws and chance; also <=
            median | p05 | p50 | p95    the claim holds for that quantile, p01 to p99; with baseline or a second REF,
                                        for that quantile of the difference between the two sides, world by world;
                                        with a lever, for that quantile of the least change among the steps

A claim about the baseline is judged over pairs, every other claim over worlds. The scenario must pull a lever that a
claim names. Parsing checks names, places and dates and says what is allowed; it gives frozen values: `Claim` and
`Share` or `Quantile`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol, cast

from regionsim.errors import spoken
from regionsim.indicators.variables import RECORDED_AS, STATES
from regionsim.schema.dates import Period, parse_period
from regionsim.yamlfile.faults import allowed, quoted

type Comparison = Literal["<", "<=", ">", ">="]


@dataclass(frozen=True)
class Ref:
    """An indicator, in total or at one place, in the week that a period means."""

    indicator: str
    place: str | None
    period: Period


@dataclass(frozen=True)
class Term:
    """The right side of a comparison: `of` combined with `number` by the operator `by`; `of` None: the number alone.

    `baseline * 1.1` is Term("baseline", "*", 1.1), `baseline` Term("baseline", "+", 0.0), `3` Term(None, "+", 3.0).
    """

    of: Ref | Literal["baseline"] | None
    by: Literal["*", "+", "-"]
    number: float


@dataclass(frozen=True)
class Compare:
    """REF OP TERM."""

    left: Ref
    op: Comparison
    right: Term


@dataclass(frozen=True)
class Band:
    """REF in LOW..HIGH, both ends included."""

    left: Ref
    low: float
    high: float


@dataclass(frozen=True)
class Monotone:
    """REF rises with LEVER: from each intensity of `steps` to the next, the change is `op` 0 in the same world."""

    left: Ref
    op: Comparison
    lever: str
    steps: tuple[float, ...]


type Claim = Compare | Band | Monotone


@dataclass(frozen=True)
class Share:
    """At least (`>=`) or at most (`<=`) this share, 0 to 1, of worlds or of pairs."""

    op: Literal[">=", "<="]
    share: float
    of: Literal["worlds", "pairs"]


@dataclass(frozen=True)
class Quantile:
    """The claim must hold for this quantile, strictly between 0 and 1; the median is 0.5."""

    q: float


class Names(Protocol):
    """What the parser needs: indicators and their places, levers, and observed figures."""

    @property
    def indicators(self) -> Mapping[str, str | None]:
        """Indicator -> its dimension, or None."""

    @property
    def dimensions(self) -> Mapping[str, tuple[str, ...]]:
        """Dimension -> its places."""

    @property
    def levers(self) -> Mapping[str, str]:
        """Lever -> its title."""

    @property
    def observed(self) -> Mapping[str, Mapping[str, tuple[float, float]]]:
        """Indicator -> last month of a year of the record (2024-06) -> lowest and highest figure, in its unit."""


# White space is reduced to single blanks before these are used, so that no text can make them search for long.
_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?"
_REF = r"[A-Za-z_][A-Za-z0-9_]* ?(?:\[[^\[\]]*\])? ?@ ?[0-9-]+"
_CLAIM = re.compile(r"(?P<left>[^<>=]*?) ?(?P<op><=|>=|<|>|==|=) ?(?P<right>.*)")
_BAND = re.compile(rf"(?P<left>.*?) in (?P<low>{_NUMBER}) ?\.\. ?(?P<high>{_NUMBER})", re.ASCII)
_OBSERVED = re.compile(rf"(?P<left>.*?) in observed(?: ?\+- ?(?P<wider>{_NUMBER}) ?%)?", re.ASCII)
_MONOTONE = re.compile(r"(?P<left>.*?) (?P<way>(?:never )?(?:rises|falls)) with (?P<lever>\w+)(?: at (?P<steps>.*))?")
_WAYS: dict[str, Comparison] = {"rises": ">", "falls": "<", "never falls": ">=", "never rises": "<="}
_STEPS = (0.0, 0.5, 1.0)
_TERM = re.compile(rf"(?P<of>baseline|{_REF})(?: ?(?P<by>[*+-]) ?(?P<number>{_NUMBER}))?", re.ASCII)
_PARTS = re.compile(r"([A-Za-z_][A-Za-z0-9_]*) ?(?:\[([^\[\]]*)\])? ?@ ?(.*)")
_SHARE = re.compile(r"(>=|<=) ?(\d+(?:\.\d+)?) ?% of (worlds|pairs)", re.ASCII)
_QUANTILE = re.compile(r"p(\d\d)", re.ASCII)
_LONGEST = 500
_MOST_STEPS = 10


def parse_claim(text: str, names: Names) -> Claim:
    """The claim of `that`. Raises ValueError with a message for the user."""
    if len(text) > _LONGEST:
        raise ValueError(f"is too long (at most {_LONGEST} characters)")
    text = " ".join(text.split())
    band = _BAND.fullmatch(text)
    if band:
        low, high = _number(band["low"]), _number(band["high"])
        if not low <= high:
            raise ValueError(f"the band {low:g}..{high:g} is empty (must be LOW..HIGH with LOW <= HIGH)")
        return Band(_ref(band["left"], names), low, high)
    observed = _OBSERVED.fullmatch(text)
    if observed:
        return _observed(_ref(observed["left"], names), _number(observed["wider"] or "0") / 100, names)
    monotone = _MONOTONE.fullmatch(text)
    if monotone:
        lever = monotone["lever"]
        if lever not in names.levers:
            raise ValueError(f"unknown lever {quoted(lever)} {allowed(lever, names.levers, 'regionsim list levers')}")
        return Monotone(_ref(monotone["left"], names), _WAYS[monotone["way"]], lever, _steps(monotone["steps"]))
    compared = _CLAIM.fullmatch(text)
    if not compared:
        raise ValueError(
            f"{quoted(text)} is not a comparison (allowed: INDICATOR@DATE followed by <, <=, >, >= and a value or "
            "baseline, by in LOW..HIGH, by in observed, or by rises with LEVER)"
        )
    if compared["op"] in ("=", "=="):
        raise ValueError(f"cannot test equality with {compared['op']} (allowed: <, <=, >, >=, or in LOW..HIGH)")
    return Compare(_ref(compared["left"], names), cast(Comparison, compared["op"]), _term(compared["right"], names))


def parse_in(text: str) -> Share | Quantile:
    """The `in` of an expectation. Raises ValueError with a message for the user."""
    text = " ".join(text[:_LONGEST].split())
    share = _SHARE.fullmatch(text)
    if share:
        percent = float(share[2])
        if percent > 100:
            raise ValueError(f"{share[2]}% is more than 100% (allowed: 0% to 100%)")
        return Share(cast(Literal[">=", "<="], share[1]), percent / 100, cast(Literal["worlds", "pairs"], share[3]))
    if text == "median":
        return Quantile(0.5)
    quantile = _QUANTILE.fullmatch(text)
    if quantile and quantile[1] != "00":
        return Quantile(int(quantile[1]) / 100)
    raise ValueError(
        f"{quoted(text)} is not understood (allowed: '>= 80% of worlds', '<= 20% of worlds', '>= 90% of pairs', "
        "'median', 'p05' and other quantiles p01 to p99)"
    )


def agree(claim: Claim, within: Share | Quantile) -> None:
    """Raises ValueError if a claim about the baseline is judged over worlds, or another claim over pairs."""
    paired = isinstance(claim, Compare) and claim.right.of == "baseline"
    if isinstance(within, Share) and paired != (within.of == "pairs"):
        what = "a claim about the baseline" if paired else "a claim without baseline"
        raise ValueError(f"{what} holds in a share of {'pairs' if paired else 'worlds'}, not of {within.of}")


def require_level(claim: Claim) -> None:
    """Raises ValueError if a claim is no target: one compares with the baseline by itself and needs no further runs."""
    if isinstance(claim, Monotone):
        raise ValueError("a target is a value to reach (allowed: < <= > >= or in LOW..HIGH; rises with goes in expect)")
    if isinstance(claim, Compare) and claim.right.of == "baseline":
        raise ValueError(
            "a target is a value to reach: its change against the baseline is always reported (allowed: a "
            "number or INDICATOR@DATE; baseline goes in expect)"
        )
    for ref in refs(claim):
        if ref.indicator in STATES:
            raise ValueError(
                f"{ref.indicator} is recorded with {spoken('--record all', 'record_all=True')} only (see `{_LIST}`)"
            )


def refs(claim: Claim) -> tuple[Ref, ...]:
    """Every indicator the claim refers to."""
    if isinstance(claim, Compare) and isinstance(claim.right.of, Ref):
        return (claim.left, claim.right.of)
    return (claim.left,)


def require_recorded(claim: Claim, start: date, end: date) -> None:
    """Raises ValueError if a date of the claim means no recorded week of the horizon."""
    for ref in refs(claim):
        if ref.period.week(start, end) is None:
            raise ValueError(f"@{ref.period.text} is outside the horizon (allowed: {start} to {end})")


def _term(text: str, names: Names) -> Term:
    if re.fullmatch(_NUMBER, text, re.ASCII):
        return Term(None, "+", _number(text))
    match = _TERM.fullmatch(text)
    if not match:
        near = allowed(text, ["baseline"]) if re.fullmatch(r"\w+", text) else ""
        raise ValueError(
            f"{quoted(text)} is not a value to compare with "
            + (near or "(allowed: a number, baseline, INDICATOR@DATE; the last two also with * + or - and a number)")
        )
    by = cast(Literal["*", "+", "-"], match["by"] or "+")
    number = _number(match["number"]) if match["number"] else 0.0
    return Term("baseline" if match["of"] == "baseline" else _ref(match["of"], names), by, number)


def _observed(ref: Ref, wider: float, names: Names) -> Band:
    """The band of the record's figures for the year that ends with the date."""
    figures = names.observed.get(ref.indicator)
    if figures is None or ref.place is not None:
        what = ref.indicator if ref.place is None else f"{ref.indicator}[{ref.place}]"
        raise ValueError(f"no series counts {what} as the model does {allowed(what, sorted(names.observed))}")
    month = f"{ref.period.last:%Y-%m}"
    if month not in figures:
        raise ValueError(f"no year of the record ends with @{ref.period.text} {allowed(month, sorted(figures))}")
    if wider < 0:
        raise ValueError("the band cannot be narrowed (must be +- a share such as 20%)")
    low, high = figures[month]
    return Band(ref, low - wider * abs(low), high + wider * abs(high))


def _steps(text: str | None) -> tuple[float, ...]:
    """Rising intensities; the grammar's default if none are written."""
    if text is None:
        return _STEPS
    numbers = [number.strip() for number in text.split(",")]
    if not all(re.fullmatch(_NUMBER, number, re.ASCII) for number in numbers):
        raise ValueError(f"{quoted(text)} is not a list of intensities (such as 0, 0.4, 0.8)")
    steps = tuple(float(number) for number in numbers)
    if not 2 <= len(steps) <= _MOST_STEPS or list(steps) != sorted(set(steps)) or steps[0] < 0 or steps[-1] > 1:
        raise ValueError(
            f"{quoted(text)} must be 2 to {_MOST_STEPS} rising intensities from 0 to 1 (such as 0, 0.5, 1)"
        )
    return steps


def _ref(text: str, names: Names) -> Ref:
    match = _PARTS.fullmatch(text.strip())
    if not match:
        example = "trade_volume@2030 or closure_days[torkham]@2030-08"
        raise ValueError(f"{quoted(text)} is not INDICATOR@DATE (such as {example})")
    indicator, when = match[1], match[3].strip()
    place = None if match[2] is None else match[2].strip()
    named_indicator(indicator, place, names, f"@{when}")
    return Ref(indicator, place, parse_period(when))


def named_indicator(indicator: str, place: str | None, names: Names, when: str = "") -> None:
    """Raises ValueError for an unknown indicator, or a place that it does not have. when: what follows the name."""
    if RECORDED_AS.get(indicator) == ():
        raise ValueError(f"{indicator} has no column: it reaches nothing measured and is on the causal map only")
    if indicator not in names.indicators:
        raise ValueError(f"unknown indicator {quoted(indicator)} {allowed(indicator, names.indicators, _LIST)}")
    if place is not None:
        dimension = names.indicators[indicator]
        if dimension is None:
            raise ValueError(f"{indicator} has no places (write {indicator}{when})")
        places = names.dimensions.get(dimension, ())
        if place not in places:
            raise ValueError(f"unknown {dimension} {quoted(place)} {allowed(place, places)}")


def _number(text: str) -> float:
    number = float(text)
    if abs(number) == float("inf"):
        raise ValueError(f"{quoted(text)} is not a finite number")
    return number


_LIST = "regionsim list indicators"
