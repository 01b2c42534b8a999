"""Faulty scenario files, each with the fault it must be refused for.

Core objects: `Faulty` and `faulty_files`. In the texts, § marks the place of the fault and is taken out.
"""

from collections.abc import Iterator
from typing import NamedTuple

from regionsim.scenario import Vocabulary

from . import spoilt_keys, spoilt_text, spoilt_values
from .names import NAMES
from .spoilt import GOOD, MARK, Edit

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


def faulty_files(names: Vocabulary = NAMES) -> list[Faulty]:
    """Every case, with a parameter of the given vocabulary put in. `names` must be those the files are loaded with."""
    fill = _filler(names)
    keys, values, text = spoilt_keys, spoilt_values, spoilt_text
    edits = [*keys.keys(), *keys.types(), *keys.missing(), *values.durations(), *values.dates(), *values.ranges()]
    edits += [*values.parameters(), *values.names(), *values.expects(), *text.yaml()]
    cases = [_edited(edit, fill) for edit in edits]
    cases += [_whole(name, fill(whole), expected) for name, whole, expected in text.texts()]
    for name, data, expected, at in text.raw():
        cases.append(Faulty(name, {MAIN: data}, MAIN, expected, f"{MAIN}:{at}"))
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
        "null removes a key that the extended scenario sets, and it does not set this",
        other=good,
    )
    late = (child.replace(MARK, "") % "other") + f"shocks:\n  - {{kind: visit, on: {MARK}2040-01-01}}\n"
    yield case("shock after an inherited end", late, "2040-01-01 is outside the horizon", other=good)
    again = (child.replace(MARK, "") % "other") + f"shocks:\n  - {{id: {MARK}autumn, kind: visit, on: 2026-01-01}}\n"
    yield case("inherited id taken", again, "the id 'autumn' is taken by the shock at other.yaml:16", other=good)
    head = (child.replace(MARK, "") % "other") + f"shocks:\n  - {{kind: visit, on: 2026-01-01}}\n  - {MARK}null\n"
    yield case("null inside a list", head, "shocks.2: null must be a map with its kind", other=good)
