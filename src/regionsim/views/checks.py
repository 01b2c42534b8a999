"""Verdicts on expectations, for people and for machines: a table, a summary in Markdown, a report in JUnit's XML.

Core objects: `check_table`, `closing_words`, `check_markdown`, `check_junit`. Text is escaped for each format.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree import ElementTree as Xml

from regionsim.runs.numerals import short
from regionsim.schema.units import is_bare
from regionsim.studies.verdicts import Verdict

if TYPE_CHECKING:
    from regionsim.studies.check import CaseChecked, Checked, Judged

CHOICES = ((5, 0, 1, 2, 3, 4), (5, 0, 1, 2, 3), (5, 0, 1, 3), (5, 0, 1), (5, 0))
"""Columns of the table of a scenario's expectations, for ever narrower terminals."""
HEAD = ("verdict", "observed", "interval", "required", "of", "expectation")

# characters that XML 1.0 forbids or that steer a terminal
_ILLEGAL = re.compile(r"[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKS = {Verdict.MET: "met", Verdict.NOT_MET: "NOT MET", Verdict.SURPRISE: "MET, THOUGH KNOWN AS CONTRADICTED"}


def check_table(case: CaseChecked, *, reasons: bool = False) -> list[tuple[str, ...]]:
    """A row per expectation of a scenario, under `HEAD`; reasons: also give reasons for known contradictions."""
    rows: list[tuple[str, ...]] = []
    for judged in case.judged:
        note = _note(judged, reasons=reasons)
        name = _clean(judged.expectation.name) + (f" ({note})" if note else "")
        verdict = _MARKS.get(judged.verdict, judged.verdict.value)
        values = _observed(judged), _interval(judged), _required(judged), f"{judged.n:,} {judged.of}"
        rows.append((verdict, *values, name))
    return rows


def verdict_counts(case: CaseChecked) -> str:
    """A scenario's verdicts counted, and the names of those that are unexpected."""
    counts = Counter(judged.verdict for judged in case.judged)
    words = ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in Verdict if verdict in counts)
    names = "; ".join(_clean(judged.expectation.name) for judged in case.judged if judged.verdict.unexpected)
    return f"{words}: {names}" if names else words


def closing_words(checked: Checked) -> str:
    """The count of each verdict, and the rates of error."""
    counts = {verdict: checked.count(verdict) for verdict in Verdict}
    counted = [f"{n} {verdict.value}" for verdict, n in counts.items() if n or verdict in _ALWAYS]
    of = f"{checked.tests} expectation{'s' if checked.tests != 1 else ''}"
    return f"{', '.join(counted)}, of {of}.\n{_sure(checked)}"


def check_markdown(checked: Checked) -> str:
    """A page: what needs attention first, then every scenario."""
    unexpected = len(checked.unexpected)
    bad = any(case.failed for case in checked.cases)
    state = "worlds failed" if bad else f"{unexpected} unexpected" if unexpected else "nothing unexpected"
    lines = [f"# Expectations: {state}", "", *(_cell(line) for line in closing_words(checked).split("\n")), ""]
    for case in checked.cases:
        scenario = case.case.scenario
        lines += [f"## {_cell(scenario.title)}", "", f"{_cell(case.case.source)}, {scenario.worlds:,} worlds", ""]
        lines += [f"**Failed:** {_cell(failed)}" for failed in case.failed] + [""] * bool(case.failed)
        lines += [_line(HEAD), _line(["---"] * len(HEAD))]
        for judged, row in zip(case.judged, check_table(case, reasons=True), strict=True):
            verdict = f"**{row[0].lower()}**" if judged.verdict.unexpected else row[0]
            lines.append(_line([verdict, *(_cell(word) for word in row[1:])]))
        lines.append("")
    return "\n".join(lines)


def check_junit(checked: Checked) -> str:
    """A suite per scenario, a case per expectation; undecided and known contradictions are skipped."""
    root = Xml.Element("testsuites", name="regionsim check")
    totals = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    for case in checked.cases:
        suite = _suite(root, case, checked)
        for key in totals:
            totals[key] += int(suite.get(key, "0"))
    for key, number in totals.items():
        if key != "skipped":  # the root of JUnit's format has no such count
            root.set(key, str(number))
    Xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


_ALWAYS = (Verdict.MET, Verdict.NOT_MET, Verdict.UNDECIDED)


def _suite(root: Xml.Element, case: CaseChecked, checked: Checked) -> Xml.Element:
    name = case.case.scenario.name
    suite = Xml.SubElement(root, "testsuite", name=_clean(name))
    properties = Xml.SubElement(suite, "properties")
    about = {
        "title": case.case.scenario.title, "file": case.case.source, "worlds": case.case.scenario.worlds,
        "seed": case.case.scenario.seed, "alpha": checked.alpha, "zone": checked.zone,
        "expectations judged together": checked.tests,
    } | {f"run {number}": path for number, path in enumerate(case.runs, 1)}  # fmt: skip
    for key, value in about.items():
        Xml.SubElement(properties, "property", name=key, value=_clean(str(value)))
    for judged in case.judged:
        row = Xml.SubElement(suite, "testcase", classname=_clean(name), name=_clean(judged.expectation.name), time="0")
        message = f"{judged.verdict.value}: {figures(judged)}" + (f"; {_note(judged)}" if _note(judged) else "")
        if judged.verdict.unexpected:
            failure = Xml.SubElement(row, "failure", type=judged.verdict.value, message=_clean(message))
            failure.text = _clean(f"that: {judged.expectation.that}\nin: {judged.expectation.in_}\n{message}")
        elif judged.verdict in (Verdict.UNDECIDED, Verdict.KNOWN):
            Xml.SubElement(row, "skipped", message=_clean(message))
        Xml.SubElement(row, "system-out").text = _clean(message)
    for failed in case.failed:
        error = Xml.SubElement(suite, "testcase", classname=_clean(name), name="every world is played", time="0")
        Xml.SubElement(error, "error", type="worlds failed", message=_clean(failed))
    counts = {"tests": "testcase", "failures": "testcase/failure", "errors": "testcase/error"}
    for key, path in (counts | {"skipped": "testcase/skipped"}).items():
        suite.set(key, str(len(suite.findall(path))))
    return suite


def figures(judged: Judged) -> str:
    """The observed value, interval and requirement, in one line."""
    return f"{_observed(judged)} {_interval(judged)} of {judged.n:,} {judged.of}, required {_required(judged)}"


def _observed(judged: Judged) -> str:
    if judged.observed is None:
        return "none"
    return f"{100 * judged.observed:.1f}%" if judged.is_share else short(judged.observed)


def _interval(judged: Judged) -> str:
    if judged.is_share:
        return f"[{100 * (judged.low or 0.0):.1f}%, {100 * (judged.high or 0.0):.1f}%]"
    low, high = ("..." if end is None else short(end) for end in (judged.low, judged.high))
    return f"[{low}, {high}]"


def _required(judged: Judged) -> str:
    if judged.is_share or is_bare(judged.unit):
        return judged.asked
    return f"{judged.asked} {judged.unit}"


def _note(judged: Judged, *, reasons: bool = True) -> str:
    """A remark on a verdict, on one line."""
    if judged.verdict is Verdict.UNDECIDED:
        return f"about {_round(judged.more):,} more would decide" if judged.more else "a million more would not decide"
    if judged.verdict in (Verdict.KNOWN, Verdict.SURPRISE):
        return _clean(judged.expectation.reason or "") if reasons else ""
    return "within the zone" if judged.within else ""


def _round(count: int) -> int:
    """Two figures, rounded up."""
    unit = int("1" + "0" * max(0, len(str(count)) - 2))
    return -(-count // unit) * unit


def _sure(checked: Checked) -> str:
    """The rates of error, in words."""
    false = f"at most {100 * checked.alpha:g}% that any true expectation is called not met"
    points = f"{100 * checked.zone:g} points"
    return (
        f"Chance of a false alarm: {false}.\nA share that falls short by less than {points} counts as met; intervals "
        f"are wide enough ({_level(checked)}) to be read together."
    )


def _level(checked: Checked) -> str:
    return f"{100 * (1 - 2 * checked.alpha / checked.tests):.4g}% each"


def _clean(text: str) -> str:
    """The text on one line, without characters that XML forbids or a terminal obeys."""
    return " ".join(_ILLEGAL.sub("", text).split())


def _cell(text: str) -> str:
    """Text escaped for Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>#|~!$&])", r"\\\1", _clean(text)).replace("\\<", "&lt;").replace("\\&", "&amp;")


def _line(cells: Iterator[str] | list[str] | tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"
