"""Faulty scenario files, each with the fault it must be refused for.

Core objects: `Faulty` and `faulty_files`. In the texts, § marks the place of the fault and is taken out.
"""

from collections.abc import Iterator
from typing import NamedTuple

from regionsim.scenario import Vocabulary

from .names import NAMES

MARK = "§"
MAIN = "faulty.yaml"


class Faulty(NamedTuple):
    """Files by path relative to the working folder; `main` is the one to load, in that folder.

    `expected` is a regular expression to be found in a fault; `place` is how that fault's line begins, None where it
    differs by platform.
    """

    name: str
    files: dict[str, bytes]
    main: str
    expected: str
    place: str | None


GOOD = """\
format: 1
title: A scenario to spoil
question: What is wrong here?
evidence: [SC02]
baseline: status_quo
start: 2025-08-18
end: 2027-08-18
worlds: 4
seed: 7
draws: prior
parameters:
  PARAMETER: MIDDLE
levers:
  trade_facilitation: {from: 2026-01-01, intensity: 0.8, ramp: 52 weeks}
shocks:
  - {id: autumn, kind: border_closure, crossing: torkham, on: 2026-09-01, for: 4 weeks, by: pakistan}
timeline: none
expect:
  - {name: trade grows, that: "trade_volume@2027-07 > 3.0", in: ">= 80% of worlds"}
"""

PARAMETER_LINE = "  PARAMETER: MIDDLE\n"
LEVER = "  trade_facilitation: {from: 2026-01-01, intensity: 0.8, ramp: 52 weeks}\n"
SHOCK = "  - {id: autumn, kind: border_closure, crossing: torkham, on: 2026-09-01, for: 4 weeks, by: pakistan}\n"
EXPECT = '  - {name: trade grows, that: "trade_volume@2027-07 > 3.0", in: ">= 80% of worlds"}\n'

type Edit = tuple[str, str, str, str]  # name, text of GOOD, what stands there instead, expected


def faulty_files(names: Vocabulary = NAMES) -> list[Faulty]:
    """Every case, with a parameter of the given vocabulary put in. `names` must be those the files are loaded with."""
    fill = _filler(names)
    edits = [*_keys(), *_types(), *_missing(), *_durations(), *_dates(), *_ranges(), *_names(), *_expects()]
    cases = [_edited(edit, fill) for edit in [*edits, *_parameters(), *_yaml()]]
    cases += [_whole(name, fill(text), expected) for name, text, expected in _texts()]
    cases += [Faulty(name, {MAIN: data}, MAIN, expected, f"{MAIN}:{at}") for name, data, expected, at in _bytes()]
    cases += _extends(fill)
    doubled = {case.name for case in cases if sum(other.name == case.name for other in cases) > 1}
    assert not doubled, f"two cases are called {doubled}"
    return cases


class _Filler:
    """Puts the name, unit and values of a real parameter in a text."""

    def __init__(self, name: str, unit: str, low: float, high: float) -> None:
        span = high - low
        self.words = {
            "PARAMETER": name,
            "UNIT": unit,
            "MIDDLE": repr(low + span / 2),
            "QUARTER": repr(low + span / 4),
            "ABOVE": repr(high + span),
            "BELOW": repr(low - span),
        }

    def __call__(self, text: str) -> str:
        for word, value in self.words.items():
            text = text.replace(word, value)
        return text


def _filler(names: Vocabulary) -> _Filler:
    name = min(name for name, found in names.parameters.items() if found.unit and found.high - found.low > 1e-6)
    found = names.parameters[name]
    return _Filler(name, found.unit, found.low, found.high)


def _edited(edit: Edit, fill: _Filler) -> Faulty:
    name, old, new, expected = edit
    assert GOOD.count(old) == 1, f"{name}: the text to replace is not there once: {old}"
    return _whole(name, fill(GOOD.replace(old, new)), expected)


def _whole(name: str, text: str, expected: str) -> Faulty:
    """One file; the mark says where the fault is."""
    text, place = _unmarked(text, MAIN)
    return Faulty(name, {MAIN: text.encode()}, MAIN, expected, place)


def _unmarked(text: str, file: str) -> tuple[str, str | None]:
    before, mark, after = text.partition(MARK)
    if not mark:
        return text, None
    return before + after, f"{file}:{before.count('\n') + 1}:{len(before) - before.rfind('\n')}"


# -- keys ------------------------------------------------------------------------------------------------------------


def _keys() -> Iterator[Edit]:
    """Unknown, misplaced and duplicate keys."""
    top = "timeline: none\n"
    for wrong, near in {
        "titel": "title",
        "Question": "question",
        "evidences": "evidence",
        "base_line": "baseline",
        "extend": "extends",
        "strat": "start",
        "End": "end",
        "world": "worlds",
        "sed": "seed",
        "draw": "draws",
        "paramters": "parameters",
        "lever": "levers",
        "shock": "shocks",
        "time_line": "timeline",
        "expects": "expect",
        "formats": "format",
    }.items():
        yield f"unknown key {wrong}", top, f"{top}{MARK}{wrong}: 1\n", rf"{wrong}: unknown key .*did you mean {near}\?"
    for wrong in ("intensity", "from", "crossing", "that", "distribution", "id", "kind", "reason"):
        yield (
            f"misplaced {wrong} at the top",
            top,
            f"{top}{MARK}{wrong}: 1\n",
            rf"{wrong}: unknown key \(allowed: format",
        )
    for wrong in ("form", "intensty", "ramps", "untill", "crossing", "kind", "worlds"):
        text = LEVER.replace("{from", f"{{{MARK}{wrong}: 1, from")
        yield f"unknown key {wrong} in a lever", LEVER, text, rf"{wrong}: unknown key \(allowed: from, intensity"
    for wrong in ("duration", "from", "until", "intensity", "days", "On"):
        text = SHOCK.replace("{id", f"{{{MARK}{wrong}: 1, id")
        yield f"unknown key {wrong} in a shock", SHOCK, text, rf"shocks\.0\.{wrong}: unknown key \(allowed: id, on"
    for wrong in ("title", "within", "pairs", "Reason"):
        text = EXPECT.replace("{name", f"{{{MARK}{wrong}: 1, name")
        yield f"unknown key {wrong} in expect", EXPECT, text, rf"expect\.0\.{wrong}: unknown key \(allowed: name, that"
    for line in GOOD.splitlines():
        key, colon, value = line.partition(":")
        if colon and not line.startswith(" "):
            again = f"{MARK}{key}:{value or ' {}'}\n"
            yield (
                f"duplicate key {key}",
                EXPECT,
                EXPECT + again,
                rf"{key}: the key is given twice, first at line \d+, column 1",
            )
    for where, old, key in (("lever", LEVER, "intensity"), ("shock", SHOCK, "on"), ("expect", EXPECT, "in")):
        yield (
            f"duplicate key in a {where}",
            old,
            old.replace("}\n", f", {MARK}{key}: 1}}\n"),
            rf"{key}: the key is given",
        )
    yield "duplicate lever", LEVER, LEVER + LEVER.replace("  t", f"  {MARK}t"), "trade_facilitation: the key is given"
    yield "duplicate parameter", PARAMETER_LINE, PARAMETER_LINE + f"  {MARK}PARAMETER: 1\n", "the key is given twice"


def _types() -> Iterator[Edit]:
    """Values of the wrong type."""
    for key, old in _lines("title", "question", "baseline").items():
        for what, value in {"list": "[a]", "map": "{a: b}", "number": "12", "truth": "true"}.items():
            yield f"{key} is a {what}", old, f"{key}: {MARK}{value}\n", rf"{key}: .* must be text"
    for key, old in _lines("worlds", "seed").items():
        for what, value in {"text": "many", "list": "[4]", "fraction": "4.5", "truth": "true", "quote": '"4"'}.items():
            yield f"{key} is a {what}", old, f"{key}: {MARK}{value}\n", rf"{key}: .* must be a whole number"
    for key, old in {"levers": "levers:\n" + LEVER, "parameters": "parameters:\n" + PARAMETER_LINE}.items():
        for what, value in {"list": "[a]", "text": "none", "number": "3"}.items():
            yield f"{key} is a {what}", old, f"{key}: {MARK}{value}\n", rf"{key}: .* must be a map of keys"
    for key, old in {
        "shocks": "shocks:\n" + SHOCK,
        "expect": "expect:\n" + EXPECT,
        "evidence": "evidence: [SC02]\n",
    }.items():
        for what, value in {"map": "{a: b}", "text": "none", "number": "3"}.items():
            yield f"{key} is a {what}", old, f"{key}: {MARK}{value}\n", rf"{key}: .* must be a list"
    yield (
        "lever is a number",
        LEVER,
        f"  trade_facilitation: {MARK}0.8\n",
        "trade_facilitation: 0.8 must be a map of keys",
    )
    yield "lever is a list", LEVER, f"  trade_facilitation: {MARK}[0.8]\n", "trade_facilitation: a list must be a map"
    yield "intensity is text", LEVER, LEVER.replace("0.8", f"{MARK}high"), "intensity: 'high' must be a number"
    yield "intensity is quoted", LEVER, LEVER.replace("0.8", f'{MARK}"0.8"'), "intensity: '0.8' must be a number"
    yield (
        "shock is text",
        SHOCK,
        f"  - {MARK}border_closure\n",
        "shocks.0: 'border_closure' must be a map with its kind",
    )
    yield "expectation is text", EXPECT, f"  - {MARK}trade grows\n", "expect.0: 'trade grows' must be a map of keys"
    yield "claim is a number", "[SC02]", f"[SC02, {MARK}2]", r"evidence\.1: 2 must be text"
    yield (
        "that is a list",
        EXPECT,
        EXPECT.replace('"trade_v', f'{MARK}["trade_v').replace("3.0", "3").replace('3", in', '3"], in'),
        "that: a list must be text",
    )
    yield "crossing is a number", SHOCK, SHOCK.replace("torkham", f"{MARK}4"), "crossing: 4 is not understood .*torkham"
    for key, value in {"title": "A scenario to spoil", "worlds": "4", "draws": "prior", "end": "2027-08-18"}.items():
        yield f"null removes nothing: {key}", f"{key}: {value}\n", f"{key}: {MARK}null\n", rf"{key}: null removes"


def _lines(*keys: str) -> dict[str, str]:
    return {line.partition(":")[0]: line + "\n" for line in GOOD.splitlines() if line.partition(":")[0] in keys}


def _missing() -> Iterator[Edit]:
    """Keys that are needed and not there. The place is the map's."""
    for key, old in _lines("title", "start", "end").items():
        yield f"missing {key}", old, "", rf"{key}: the key is missing \(needed: title, start, end, format\)"
    yield "missing format", "format: 1\n", "", "format: the key is missing"
    yield "missing from", LEVER, LEVER.replace("{from: 2026-01-01, ", f"{MARK}{{"), "from: the key is missing"
    for key, part in {"on": "on: 2026-09-01, ", "for": "for: 4 weeks, ", "crossing": "crossing: torkham, "}.items():
        text = SHOCK.replace("{", MARK + "{").replace(part, "")
        yield f"missing {key}", SHOCK, text, rf"shocks\.0\.{key}: the key is missing \(needed: on, kind"
    text = SHOCK.replace("{", MARK + "{").replace("kind: border_closure, ", "")
    yield "missing kind", SHOCK, text, r"shocks\.0: the key kind is missing \(allowed: border_closure"
    for key, part in {"name": "name: trade grows, ", "in": ', in: ">= 80% of worlds"'}.items():
        text = EXPECT.replace("{", MARK + "{").replace(part, "")
        yield (
            f"missing {key} of expect",
            EXPECT,
            text,
            rf"expect\.0\.{key}: the key is missing \(needed: name, that, in\)",
        )
    text = EXPECT.replace("{", MARK + "{").replace("}", ", known: contradicted}")
    yield "missing reason", EXPECT, text, "known: contradicted needs a reason"


# -- values ----------------------------------------------------------------------------------------------------------


def _durations() -> Iterator[Edit]:
    """Durations without a unit, with a wrong one, or out of range."""
    bad = ["4", "4 fortnights", "-4 weeks", "weeks", "4 weeks and a day", "1e3 days", "four weeks", "[4, weeks]", "4w"]
    for value in [*bad, "1 year", "true"]:
        text = SHOCK.replace("for: 4 weeks", f"for: {MARK}{value}")
        yield f"closure for {value}", SHOCK, text, r"shocks\.0\.for: .*must be a duration with its unit"
    for value in ("52", "1 year", "soon"):
        text = LEVER.replace("ramp: 52 weeks", f"ramp: {MARK}{value}")
        yield f"ramp of {value}", LEVER, text, "ramp: .*must be a duration with its unit, such as 10 days"
    yield "closure for 0 days", SHOCK, SHOCK.replace("4 weeks", f"{MARK}0 days"), "must be longer than 0 days"
    yield "closure for 9999 months", SHOCK, SHOCK.replace("4 weeks", f"{MARK}9999 months"), "at most 60 years"


def _dates() -> Iterator[Edit]:
    """Dates that are none, or out of order."""
    bad = {
        "18-08-2025": "must be a date such as",
        "2025/08/18": "must be a date such as",
        "2025-8-18": "must be a date such as",
        "20250818": "must be a date such as",
        "2025-08-18T00:00:00": "must be a date such as",
        "2025": "must be a date such as",
        "today": "must be a date such as",
        "[2025-08-18]": "must be a date such as",
        "2025-13-01": "no day of the calendar",
        "2025-02-30": "no day of the calendar",
        "0000-01-01": "no day of the calendar",
        "1800-01-01": "year 1800 is out of range",
        "9999-01-01": "year 9999 is out of range",
    }
    for value, expected in bad.items():
        yield f"start on {value}", "start: 2025-08-18", f"start: {MARK}{value}", f"start: .*{expected}"
    end = "end: 2027-08-18"
    yield "end before the start", end, f"end: {MARK}2024-08-18", "end: 2024-08-18 is not after the start"
    yield "end on the start", end, f"end: {MARK}2025-08-18", "end: 2025-08-18 is not after the start"
    yield "horizon too long", end, f"end: {MARK}2090-01-01", r"too long \(at most 60 years: 2085-08-18 or earlier\)"
    for value in ("2020-01-01", "2025-08-17", "2027-08-18", "2040-01-01"):
        text = SHOCK.replace("2026-09-01", MARK + value)
        yield (
            f"shock on {value}",
            SHOCK,
            text,
            rf"shocks\.0\.on: {value} is outside the horizon \(allowed: 2025-08-18 to",
        )
    yield "shock on no day", SHOCK, SHOCK.replace("2026-09-01", f"{MARK}2026-09-31"), r"shocks\.0\.on: .*no day"
    for value in ("2027-08-18", "2050-01-01"):
        text = LEVER.replace("2026-01-01", MARK + value)
        yield f"lever from {value}", LEVER, text, rf"from: {value} is too late to act \(allowed: \S+ or earlier\)"
    for value in ("2026-01-01", "2025-12-31"):
        text = LEVER.replace("}", f", until: {MARK}{value}}}")
        yield (
            f"lever until {value}",
            LEVER,
            text,
            rf"until: {value} is not after from \(must be later than 2026-01-01\)",
        )
    for value in ("2024", "2028-01", "2027-08-19"):
        text = EXPECT.replace('"trade_volume@2027-07', f'{MARK}"trade_volume@{value}')
        yield f"expected at {value}", EXPECT, text, rf"expect\.0\.that: @{value} is outside the horizon"


def _ranges() -> Iterator[Edit]:
    """Numbers out of range."""
    for value, expected in {"0": "1 or more", "-3": "1 or more", "1000001": "1,000,000 or less"}.items():
        yield (
            f"worlds {value}",
            "worlds: 4",
            f"worlds: {MARK}{value}",
            rf"worlds: .* out of range \(allowed: {expected}\)",
        )
    yield "seed -1", "seed: 7", f"seed: {MARK}-1", r"seed: -1 is out of range \(allowed: 0 or more\)"
    yield "seed too large", "seed: 7", f"seed: {MARK}9223372036854775808", "seed: .* out of range"
    yield "seed far too large", "seed: 7", f"seed: {MARK}{'9' * 60}", "must be a finite number of reasonable length"
    yield "format 2", "format: 1", f"format: {MARK}2", r"format: 2 is not understood \(allowed: 1"
    yield "format is text", "format: 1", f'format: {MARK}"1"', r"format: '1' is not understood \(allowed: 1"
    for value in ("1.01", "-0.1", "80"):
        yield f"intensity {value}", LEVER, LEVER.replace("0.8", MARK + value), rf"intensity: {value} is out of range"
    for value in (".inf", "-.INF", ".nan", "1e999"):
        yield f"intensity {value}", LEVER, LEVER.replace("0.8", MARK + value), "must be a finite number"
    shocks = {
        "campaign too strong": (f"kind: attack_campaign, group: ttp, for: 8 weeks, multiplier: {MARK}50", "5 or less"),
        "campaign too weak": (f"kind: attack_campaign, group: ttp, for: 8 weeks, multiplier: {MARK}0.5", "1 or more"),
        "too many deaths": (f"kind: airstrike, deaths: {MARK}501", "500 or less"),
        "fewer than no deaths": (f"kind: airstrike, deaths: {MARK}-1", "0 or more"),
        "aid cut of 120%": (f"kind: aid_cut, for: 6 months, share: {MARK}1.2", "1 or less"),
        "wave too large": (f"kind: refugee_wave, for: 6 months, persons: {MARK}4000000", "3,000,000 or less"),
        "order too strong": (
            f"kind: expulsion_order, for: 6 weeks, statuses: [acc], multiplier: {MARK}251",
            "250 or less",
        ),
    }
    for name, (text, expected) in shocks.items():
        yield name, SHOCK, f"  - {{on: 2026-09-01, {text}}}\n", rf"is out of range \(allowed: {expected}\)"
    text = f"  - {{on: 2026-09-01, kind: refugee_wave, for: 6 months, persons: {MARK}1.5}}\n"
    yield "half a person", SHOCK, text, "persons: 1.5 must be a whole number"
    yield "title empty", "title: A scenario to spoil", f'title: {MARK}""', "title: must not be empty"
    yield "title too long", "title: A scenario to spoil", f"title: {MARK}{'x' * 201}", r"too long \(at most 200\)"
    yield "question too long", "What is wrong here?", f"{MARK}{'x' * 2001}", r"question: is too long \(at most 2,000\)"


def _parameters() -> Iterator[Edit]:
    """Parameters: values, units, distributions."""
    line = PARAMETER_LINE

    def one(name: str, value: str, expected: str) -> Edit:
        return f"parameter {name}", line, f"  PARAMETER: {value}\n", expected

    yield one("above its range", f"{MARK}ABOVE", r"is out of range \(allowed: .* to ")
    yield one("below its range", f"{MARK}BELOW", r"is out of range \(allowed: .* to ")
    yield one("above its range with its unit", f"{MARK}ABOVE UNIT", "is out of range")
    yield one("in another unit", f"{MARK}MIDDLE furlongs", "the unit is 'furlongs', must be '")
    yield one("without a unit, as text", f'{MARK}"MIDDLE"', "the text names no unit, must be '")
    yield one("in words", f"{MARK}a lot", "must be a number in .*, a text such as '10 ")
    yield one("is a list", f"{MARK}[1, 2]", "a list must be a number, a text such as")
    yield one("is true", f"{MARK}true", "true must be a number, a text such as")
    yield one("not finite", f"{MARK}.inf", "must be a finite number")
    yield one("without its distribution", f"{MARK}{{low: 1, high: 2}}", r"distribution is missing \(allowed: uniform")
    yield one("of unknown distribution", f"{{distribution: {MARK}triangle}}", "did you mean triangular")
    yield one("of numbered distribution", f"{{distribution: {MARK}3}}", "unknown distribution 3")
    for kind, needed in {"uniform": "low, high", "normal": "mean, sd", "beta": "a, b", "choice": "values"}.items():
        first = needed.partition(",")[0]
        yield one(
            f"{kind} without {first}", f"{MARK}{{distribution: {kind}}}", rf"{first}: the key is missing .*{needed}"
        )
    span = "low: QUARTER, high: MIDDLE"
    yield one(
        "with an unknown key", f"{{distribution: uniform, {span}, {MARK}sd: 1}}", r"sd: unknown key \(allowed: dis"
    )
    yield one("turned round", f"{MARK}{{distribution: uniform, low: MIDDLE, high: QUARTER}}", "low must be below high")
    mode = "{distribution: triangular, low: QUARTER, mode: ABOVE, high: MIDDLE}"
    yield one("with its mode outside", MARK + mode, "must have low <= mode <= high")
    yield one("reaching above", f"{{distribution: uniform, low: MIDDLE, high: {MARK}ABOVE}}", "high: .*out of range")
    yield one("reaching below", f"{{distribution: uniform, low: {MARK}BELOW, high: MIDDLE}}", "low: .*out of range")
    yield one("centred outside", f"{{distribution: normal, mean: {MARK}ABOVE, sd: 1}}", "mean: .*out of range")
    yield one(
        "without spread", f"{{distribution: normal, mean: MIDDLE, sd: {MARK}0}}", r"sd: 0 .*\(allowed: more than 0"
    )
    yield one("of no choice", f"{{distribution: choice, values: {MARK}[]}}", "values: must not be empty")
    yield one("of a bad choice", f"{{distribution: choice, values: [MIDDLE, {MARK}ABOVE]}}", "values: .*out of range")
    yield one(
        "of a worded choice", f"{{distribution: choice, values: [{MARK}many]}}", "values.0: 'many' must be a number"
    )
    yield one("of half a span", f"{MARK}{{distribution: beta, a: 1, b: 1, low: 0}}", "low and high go together")
    yield "unknown parameter", line, f"{line}  {MARK}trade.no_such_thing: 1\n", "unknown parameter"
    yield "parameters nested", line, f"{line}  {MARK}trade: {{no_such_thing: 1}}\n", "trade: unknown parameter"


def _names() -> Iterator[Edit]:
    """Names that are not known."""
    for wrong in ("trade_facilitaton", "Trade_Facilitation", "tradefacilitation"):
        text = LEVER.replace("  trade_facilitation", f"  {MARK}{wrong}")
        yield (
            f"unknown lever {wrong}",
            LEVER,
            text,
            r"unknown lever \(see `regionsim list levers`; did you mean trade_fac",
        )
    yield "unknown lever of no likeness", LEVER, LEVER.replace("trade_facilitation", f"{MARK}xyzzy"), "unknown lever"
    yield "unknown claim", "[SC02]", f"[{MARK}SC99]", "evidence.0: unknown claim 'SC99'"
    yield (
        "unknown kind",
        SHOCK,
        SHOCK.replace("border_closure", f"{MARK}border_closures"),
        "did you mean border_closure",
    )
    yield (
        "kind is a number",
        SHOCK,
        SHOCK.replace("border_closure", f"{MARK}5"),
        r"unknown kind 5 \(allowed: border_clos",
    )
    for key, right, wrong in (
        ("crossing", "torkham", "torkam"),
        ("by", "pakistan", "Pakistan"),
        ("by", "pakistan", "me"),
    ):
        text = SHOCK.replace(right, MARK + wrong)
        yield f"unknown {key} {wrong}", SHOCK, text, rf"{key}: '{wrong}' is not understood \(allowed: .*{right}"
    for wrong in ("[fruit]", "[cargo, aid, people]"):
        bad = wrong.strip("[]").split(", ")[-1]
        text = SHOCK.replace("by:", f"flows: {wrong.replace(bad, MARK + bad)}, by:")
        yield f"unknown flow {bad}", SHOCK, text, rf"flows\.\d: '{bad}' is not understood \(allowed: cargo, pedestrians"
    yield "no flows", SHOCK, SHOCK.replace("by:", f"flows: {MARK}[], by:"), "flows: must not be empty"
    yield "flow twice", SHOCK, SHOCK.replace("by:", f"flows: {MARK}[aid, aid], by:"), "flows: names one item twice"
    bad_group = f"  - {{on: 2026-09-01, kind: ceasefire, group: {MARK}iskp, for: 6 months}}\n"
    yield "truce with another group", SHOCK, bad_group, r"group: 'iskp' is not understood \(allowed: ttp"
    for wrong in ("Autumn", "2026", "has space", "x-y", "a" * 41):
        text = SHOCK.replace("autumn", f'{MARK}"{wrong}"')
        yield f"id {wrong}", SHOCK, text, "id: .* must be small letters, digits and underscores"
    twice = SHOCK.replace("id: autumn", f"id: {MARK}autumn")
    yield "id twice", SHOCK, SHOCK + twice, r"shocks\.1\.id: the id 'autumn' is taken by the shock at faulty\.yaml:16"
    yield (
        "unknown draws",
        "draws: prior",
        f"draws: {MARK}priors",
        r"draws: 'priors' .*allowed: prior.*did you mean prior",
    )
    yield "draws posterior", "draws: prior", f"draws: {MARK}posterior", "posterior is not available in this version"
    yield (
        "timeline observed",
        "timeline: none",
        f"timeline: {MARK}observed",
        "observed is not available in this version",
    )
    observed = "timeline: {base: observed, remove: [torkham]}"
    yield "timeline changed", "timeline: none", observed.replace("{", MARK + "{"), "not available in this version"
    yield (
        "unknown timeline",
        "timeline: none",
        f"timeline: {MARK}past",
        r"timeline: 'past' is not understood \(allowed: no",
    )
    yield "unknown baseline", "baseline: status_quo", f"baseline: {MARK}staus_quo", "did you mean status_quo"
    yield (
        "baseline outside",
        "baseline: status_quo",
        f"baseline: {MARK}../other.yaml",
        "leads outside this file's folder",
    )
    yield "baseline empty", "baseline: status_quo", f'baseline: {MARK}""', "must be the name of a scenario"


def _expects() -> Iterator[Edit]:
    """What `that` and `in` may not say."""
    claims = {
        "trade@2027-07 > 3": "unknown indicator 'trade'",
        "trade_volumes@2027-07 > 3": "unknown indicator .*did you mean trade_volume",
        "trade_volume > 3": "is no INDICATOR@DATE",
        "trade_volume@ > 3": "is no date",
        "trade_volume@2027-7 > 3": "is no date",
        "trade_volume@2027-13 > 3": "no day or month",
        "trade_volume@July > 3": "is no date",
        "trade_volume@2027-07": "compares nothing",
        "trade_volume@2027-07 = 3": "cannot test equality with =",
        "trade_volume@2027-07 == 3": "cannot test equality with ==",
        "trade_volume@2027-07 > ": "is no value to compare with",
        "trade_volume@2027-07 > basline": "did you mean baseline",
        "trade_volume@2027-07 > baseline / 2": "is no value to compare with",
        "trade_volume@2027-07 > 3 USD": "is no value to compare with",
        "trade_volume@2027-07 in 5..3": "the band 5..3 is empty",
        "trade_volume@2027-07 in 3": "compares nothing",
        "trade_volume[torkham]@2027-07 > 3": "trade_volume has no places",
        "3 < trade_volume@2027-07": "'3' is no INDICATOR@DATE",
        "": "compares nothing",
    }
    for text, expected in claims.items():
        new = EXPECT.replace('"trade_volume@2027-07 > 3.0"', f'{MARK}"{text}"')
        yield f"expected {text or 'nothing'}", EXPECT, new, rf"expect\.0\.that: .*{expected}"
    within = ["80% of worlds", "> 80% of worlds", ">= 80 of worlds", ">= 80% of draws", "mean", "p00", "p5", "always"]
    for text in within:
        new = EXPECT.replace('">= 80% of worlds"', f'{MARK}"{text}"')
        yield f"expected in {text}", EXPECT, new, r"expect\.0\.in: .* is not understood \(allowed: '>= 80% of worlds'"
    more = EXPECT.replace('">= 80%', f'{MARK}">= 120%')
    yield "expected in 120%", EXPECT, more, r"120% is more than all \(allowed: 0% to 100%\)"
    pairs = EXPECT.replace('">= 80% of worlds', f'{MARK}">= 80% of pairs')
    yield "expected in pairs of what", EXPECT, pairs, "holds in a share of worlds, not of pairs"
    worlds = EXPECT.replace("> 3.0", "> baseline").replace('">= 80%', f'{MARK}">= 80%')
    yield "baseline in worlds", EXPECT, worlds, "holds in a share of pairs, not of worlds"
    yield "expectation twice", EXPECT, EXPECT + EXPECT.replace("name: t", f"name: {MARK}t"), "names two expectations"
    known = EXPECT.replace("}", f", known: {MARK}maybe}}")
    yield "known maybe", EXPECT, known, r"known: 'maybe' is not understood \(allowed: contradicted"


# -- the file as YAML ------------------------------------------------------------------------------------------------


def _yaml() -> Iterator[Edit]:
    """What YAML allows and a scenario does not, and what is no YAML."""
    seed = "seed: 7\n"
    yield "anchor", seed, f"seed: {MARK}&seven 7\n", "seed: anchor &seven is not allowed"
    yield "alias", seed, f"seed: {MARK}*seven\n", r"seed: alias \*seven is not allowed"
    yield "anchor on a map", LEVER, LEVER.replace("{from", f"{MARK}&all {{from"), "anchor &all is not allowed"
    yield "merge key", LEVER, LEVER.replace("{from", f"{{{MARK}<<: {{}}, from"), "merge key << is not allowed"
    for tag in ("!!int", "!!str", "!!python/object/apply:os.system", "!local", "!!binary", "!!timestamp"):
        yield f"tag {tag}", seed, f"seed: {MARK}{tag} 7\n", "seed: tag .* is not allowed"
    yield "list as a key", seed, f"seed: 7\n{MARK}[a, b]: 1\n", "a key must be text"
    yield "map as a key", seed, f"seed: 7\n? {MARK}{{a: b}}\n: 1\n", "a key must be text"
    yield "control character in a key", seed, f'seed: 7\n{MARK}"a\\u0007": 1\n', "a key must be plain text"
    yield (
        "NUL by escape",
        "title: A scenario to spoil",
        f'title: {MARK}"a\\0b"',
        r"title: character U\+0000 is not allowed",
    )
    yield "surrogate by escape", "title: A scenario to spoil", f'title: {MARK}"\\uD800"', r"U\+D800|not valid YAML"
    yield "tab as indent", LEVER, LEVER.replace("  t", "\tt"), "not valid YAML"
    yield "bracket left open", "[SC02]", "[SC02", "not valid YAML"
    yield "quote left open", "title: A", 'title: "A', "not valid YAML"
    yield "colon in plain text", "title: A scenario to spoil", "title: A scenario: to spoil", "not valid YAML"
    yield "indented too little", LEVER, LEVER[1:] + LEVER.replace("trade_fac", "x_fac"), "not valid YAML|unknown lever"
    yield "second document", "timeline: none\n", f"timeline: none\n{MARK}---\n", "a second document starts here"
    yield "old YAML", "format: 1\n", "%YAML 1.1\n---\nformat: 1\n", "must be YAML 1.2"


def _texts() -> Iterator[tuple[str, str, str]]:
    """Whole files."""
    bomb = "".join(f"b{i}: &b{i} [{', '.join([f'*b{i - 1}'] * 9) if i else 'x'}]\n" for i in range(9))
    yield "alias bomb", bomb, r"anchor &b0 is not allowed"
    yield "empty file", f"{MARK}", "the file is empty"
    yield "only a comment", f"{MARK}# nothing here\n", "the file is empty"
    yield "only null", f"{MARK}null\n", "the file is empty"
    yield "only a list", f"{MARK}[1, 2]\n", "the file holds a list, must be a map of keys"
    yield "only a word", f"{MARK}trade_push\n", "the file holds 'trade_push', must be a map of keys"
    yield "only a number", f"{MARK}12\n", "the file holds 12, must be a map of keys"
    yield "JSON", f'{MARK}{{"title": "x"}}', "format: the key is missing"
    yield "nested too deep", "a: " + "[" * 60 + "]" * 60, "nested too deep"
    yield "nested far too deep", "a: " + "{b: " * 5000, "nested too deep"
    yield "nested keys", "? " * 400 + "a\n", "nested too deep|not valid YAML"
    yield "too many values", "a: [" + "1," * 50_001 + "]\n", r"too many values \(at most 50,000\)"
    yield "only a bracket", "{", "not valid YAML"
    yield "only a percent sign", "%", "not valid YAML|the file is empty"
    yield "only an at sign", "@", "not valid YAML"


def _bytes() -> Iterator[tuple[str, bytes, str, str]]:
    """Files that are no text, with the place of the fault."""
    yield "too large", b"#" * (1024 * 1024 + 1), r"too large \(at most 1 MiB\)", "1:1"
    yield "Latin-1", "title: Grenzübergang\n".encode("latin-1"), "byte 0xfc is not UTF-8", "1:13"
    yield "UTF-16", "title: x\n".encode("utf-16-le"), r"U\+0000 is not allowed", "1:2"
    yield "UTF-16 with its mark", b"\xff\xfe" + "title: x\n".encode("utf-16-le"), "byte 0xff is not UTF-8", "1:1"
    yield "NUL bytes", b"title: a\n\0\0\0", r"U\+0000 is not allowed", "2:1"
    yield "an escape sequence", b"title: \x1b[31m", r"U\+001B is not allowed", "1:8"
    yield "a surrogate", b"title: \xed\xa0\x80", "byte 0xed is not UTF-8", "1:8"
    yield "overlong", b"title: \xc0\xaf", "byte 0xc0 is not UTF-8", "1:8"
    yield "a program", b"\x7fELF\x02\x01\x01\0", r"is not allowed", "1:1"
    yield "a gzip file", b"\x1f\x8b\x08\0\0", "byte 0x8b is not UTF-8", "1:2"
    yield "byte order mark inside", b"title: a\nquestion: \xef\xbb\xbfb\n", r"U\+FEFF is not allowed", "2:11"


# -- extends ---------------------------------------------------------------------------------------------------------


def _extends(fill: _Filler) -> Iterator[Faulty]:
    """Circles, escapes and faults in what is extended."""
    good = fill(GOOD)
    child = f"format: 1\ntitle: A child\nextends: {MARK}%s\n"

    def case(name: str, main: str, expected: str, **others: str) -> Faulty:
        texts = {MAIN: main} | {f"{stem}.yaml": text for stem, text in others.items()}
        unmarked = {file: _unmarked(text, file) for file, text in texts.items()}
        place = next((place for _, place in unmarked.values() if place), None)
        return Faulty(name, {file: text.encode() for file, (text, _) in unmarked.items()}, MAIN, expected, place)

    yield case("extends itself", child % "faulty", "extends: extends in a circle: faulty.yaml -> faulty.yaml")
    circle = child.replace(MARK, "") % "faulty"
    yield case("extends in a circle of two", child.replace(MARK, "") % "other", "in a circle", other=circle)
    yield case(
        "extends in a circle of three",
        child.replace(MARK, "") % "second",
        r"in a circle: faulty\.yaml -> second\.yaml -> third\.yaml -> faulty\.yaml",
        second=child.replace(MARK, "") % "third",
        third=child % "faulty",
    )
    chain = {f"link{i}": child.replace(MARK, "") % f"link{i + 1}" for i in range(21)}
    yield case("extends too long a chain", child.replace(MARK, "") % "link0", "too long a chain", **chain)
    unknown = "there is no scenario 'staus_quo' beside this file or shipped .*did you mean status_quo"
    yield case("extends an unknown scenario", child % "staus_quo", unknown)
    missing = "there is no file 'others.yaml' beside this one .*did you mean other.yaml"
    yield case("extends a missing file", child % "others.yaml", missing, other=good)
    escapes = ["../outside.yaml", "../../etc/passwd", "sub/../../outside.yaml", "./../outside.yaml"]
    for word in escapes:
        yield case(f"extends {word}", child % word, "extends: .* leads outside this file's folder")
    for word in (
        "/etc/passwd",
        "C:/scenario.yaml",
        "~/scenario.yaml",
        "'\\\\host\\share\\a.yaml'",
        "file:///etc/passwd",
    ):
        yield case(f"extends {word}", child % word, "is an absolute path|there is no file|leads outside")
    for what, value in {
        "list": "[status_quo]",
        "map": "{a: b}",
        "number": "7",
        "truth": "true",
        "null": "null",
    }.items():
        yield case(f"extends a {what}", child % value, "extends: .* must be the name of one scenario")
    for what, value in {"nothing": '""', "spaces": '"  "'}.items():
        yield case(f"extends {what}", child % value, "extends: must be the name of a scenario")
    yield case("extends a folder", child % ".", "extends: there is no file '.' beside this one")
    base = good.replace("worlds: 4", f"worlds: {MARK}none")
    yield case("extends a faulty file", child.replace(MARK, "") % "other", "worlds: 'none' must be a whole", other=base)
    broken = good.replace("[SC02]", "[SC02")
    yield case("extends what is no YAML", child.replace(MARK, "") % "other", "not valid YAML", other=broken)
    empty = "the file is empty"
    yield case("extends an empty file", child.replace(MARK, "") % "other", empty, other=f"{MARK}")
    inherited = (child.replace(MARK, "") % "other") + f"levers:\n  {MARK}nothing_such: null\n"
    yield case(
        "null removes no lever",
        inherited.replace("such: ", f"such: {MARK}").replace(MARK, "", 1),
        "null removes what the extended scenario sets, and it sets no such key",
        other=good,
    )
    late = (child.replace(MARK, "") % "other") + f"shocks:\n  - {{kind: visit, on: {MARK}2040-01-01}}\n"
    yield case("shock after an inherited end", late, "2040-01-01 is outside the horizon", other=good)
    again = (child.replace(MARK, "") % "other") + f"shocks:\n  - {{id: {MARK}autumn, kind: visit, on: 2026-01-01}}\n"
    yield case("inherited id taken", again, "the id 'autumn' is taken by the shock at other.yaml:16", other=good)
    head = (child.replace(MARK, "") % "other") + f"shocks:\n  - {{kind: visit, on: 2026-01-01}}\n  - {MARK}null\n"
    yield case("null inside a list", head, "shocks.2: null must be a map with its kind", other=good)
