"""Writes docs/patterns.md from the model as it is:  ./dev python tests/patterns/table.py   (takes a minute or two).

Core objects: `page`, the text, and `main`. A slow test compares what is written with what would be.
"""

from pathlib import Path

import numpy as np
import pictures
from pattern_figures import ALPHA, MONTE_CARLO, Finding
from pattern_register import FINDINGS, MISSES, WEAK

PAGE = Path(__file__).resolve().parents[2] / "docs" / "patterns.md"
HEAD = """# Patterns

Patterns in the record, and whether the model reproduces them. Written by `./dev python tests/patterns/table.py`; the
tests in `tests/patterns` check the same figures by the same rules.

Observed figures are computed from `seeds/observed`, to June 2025. The model's figures are computed in the
same way, from the status quo in each world, or from pairs of the same world with and without one change. Parameters
are drawn from their priors: a wide distribution shows uncertainty and is not a forecast. **p** is the two-sided
posterior-predictive tail area: twice the smaller share of worlds at or beyond the observed figure. A comparison by p
fails if p is under {alpha}, which happens with that probability even if the model is right; of the {compared}
comparisons by p below, {expected} would fail by chance. No parameter was moved to make a row hold. Some had been
fitted to the same record before (their notes say so), and such rows show only that the fit carries over: P5 and P6 to
the list of closures, P3 to deaths by group, P8 to transit after October 2023, P10 to the multipliers.

| pattern | statistic | observed | model: median (90%) | of, horizon | p | verdict |
| --- | --- | --- | --- | --- | --- | --- |
"""
PICTURES = """
![each pattern on its own scale: distribution over worlds and what was observed](img/patterns.png)

The model from January 2014, given the state at that time and the dated events, beside the yearly series. It does not
follow the fall of violence to 2019 and the rise since (P12).

![bands of worlds and observed series, 2014 to 2025](img/history.png)
"""


def findings() -> dict[str, Finding]:
    """Every finding by name, computed."""
    return {name: make() for name, make in FINDINGS.items()}


def page(found: dict[str, Finding]) -> str:
    """The page as it should be."""
    by_p = [each for each in found.values() if np.isfinite(each.p) and each.rule.startswith("p is")]
    head = HEAD.format(alpha=ALPHA, compared=len(by_p), expected=f"about {len(by_p) * ALPHA:.1f}")
    rows = in_order(found)
    return head + "".join(map(_row, rows)) + PICTURES + _misses(found) + _weak(found) + _rules(rows)


def in_order(found: dict[str, Finding]) -> list[Finding]:
    """The findings as the page lists them."""
    return sorted(found.values(), key=_place)


def _place(finding: Finding) -> tuple[int, str]:
    """P1 to P13, then the others by name; rows of one pattern stay in their order."""
    number = finding.pattern.removeprefix("P")
    return (int(number), "") if number.isdigit() else (99, finding.pattern)


def _row(finding: Finding) -> str:
    return "| " + " | ".join(cells(finding)) + " |\n"


def cells(finding: Finding) -> tuple[str, ...]:
    """The cells of a finding's row."""
    low, middle, high = (_figure(each, finding) for each in finding.interval)
    observed = " to ".join(_figure(each, finding) for each in finding.observed) or "-"
    p = f"{finding.p:.2g}" if np.isfinite(finding.p) else "-"
    counted = f"{np.isfinite(finding.model).sum()} {finding.of}, {finding.horizon}"
    return (
        finding.pattern, finding.statistic, observed, f"{middle} ({low} to {high})", counted, p,
        verdict(finding),
    )  # fmt: skip


def verdict(finding: Finding) -> str:
    """Whether it holds, in words."""
    if finding.rule.startswith("shown"):
        return "shown"
    return "holds" if finding.holds else "**does not hold**"


def _figure(value: float, finding: Finding) -> str:
    if finding.percent:
        return f"{100.0 * value:.0f}%"
    return f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:.3g}"


def _rules(rows: list[Finding]) -> str:
    head = (
        "\n## Rules other than a tail area\n\nFalse-alarm rates are given for rules that involve observations or "
        "tests. "
        "The other rules concern the\nmodel alone and can fail only by sampling error over worlds.\n\n"
    )
    lines = []
    for each in rows:
        if not each.rule.startswith(("p is", "shown")):
            alarm = "" if each.alarm == MONTE_CARLO else f" (false alarms: {each.alarm})"
            lines.append(f"- {each.pattern}, {each.statistic}: {each.rule}{alarm}.\n")
    return head + "".join(lines)


def _weak(found: dict[str, Finding]) -> str:
    """Rows that hold narrowly: every p under 0.1, with a reason where one is known."""
    lines = [
        " ".join([f"- {each.pattern}, {each.statistic}: p = {each.p:.2g}.", WEAK.get(name, "")]).rstrip() + "\n"
        for name, each in found.items()
        if each.holds and each.p < 0.1
    ]
    return "\n## What holds narrowly\n\n" + "".join(lines)


def _misses(found: dict[str, Finding]) -> str:
    """What the model does not reproduce, and why; rows that fail without an entry are named too."""
    lines = []
    for why in dict.fromkeys(miss.why for miss in MISSES.values()):
        names = [found[name] for name, miss in MISSES.items() if miss.why == why]
        lines.append(f"- {'; '.join(f'{each.pattern}, {each.statistic}' for each in names)}. {why}\n")
    new = [each for name, each in found.items() if not each.holds and name not in MISSES]
    lines += [f"- {each.pattern}, {each.statistic}. Not explained yet.\n" for each in new]
    return "\n## What does not hold\n\n" + "".join(lines)


def main() -> None:
    """Write the page and its pictures."""
    found = findings()
    PAGE.write_text(page(found), encoding="utf-8", newline="\n")
    pictures.strips(in_order(found), PAGE.parent / "img" / "patterns.png")
    pictures.history(*pictures.played(), PAGE.parent / "img" / "history.png")


if __name__ == "__main__":
    main()
