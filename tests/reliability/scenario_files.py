"""Hostile and mutated scenario files: `attack(seed)` makes one, `judge` says whether the reader took it well.

A file either loads or is refused with faults that each name a file and line (or the flag), quickly, and nothing else
ever happens. What is attacked: types, sizes, dates, texts, structure, names, chains of `extends`, single edits of the
shipped scenarios, and flags put on top. The flags of a text stand in its first line, behind FLAGS.
"""

import json
import random
import re
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

from regionsim.errors import InputError
from regionsim.paths import scenarios_dir
from regionsim.scenario import Scenario, load
from regionsim.scenario.load import from_resolved

SECONDS = 2.0
FLAGS = "# flags: "

KEYS = [
    "format", "title", "question", "evidence", "extends", "baseline", "start", "end", "worlds", "seed", "draws",
    "parameters", "levers", "shocks", "timeline", "expect",
]  # fmt: skip
WORDS = [
    "~", "null", "", "true", "NO", "12:30", "0o17", "0x1F", ".5", "1e308", "1e309", "-0.0", ".inf", ".nan", "9" * 39,
    "9" * 400, "-1", "0", "1", "2.5", "1_000", "'text'", '"\\x07"', '"\\ud800"', "[]", "{}", "[[], {}]", "{a: 1}",
    "[null]", "2026-02-29", "2026-13-01", "0000-00-00", "9999-12-31", "2035-08-18", "1899-12-31", "2026-1-1", "2026",
    "4 weeks", "-4 weeks", "1e9 weeks", "4 fortnights", "٤ weeks", "10 USD bn/yr", "10 EUR", "*a", "&a 1", "!!int 3",
    "!x y", "| \n  block", "'unclosed", "%", "@", "`", "- -", "? :", "<<: x", "\u202eabc", "مثال", "e\u0301", "\u200b",
    "a" * 3000, "{distribution: uniform, low: 2, high: 1}", "{distribution: normal, mean: 5}", "{distribution: cauchy}",
    "{distribution: choice, values: []}", "{distribution: uniform, low: 0, high: 1}", "status_quo", "../../etc/passwd",
    "/dev/zero", "con", "trade_push.yaml", "self", "nowhere", "$HOME", "{{x}}", "\ttab",
]  # fmt: skip
SETS = [
    "worlds=3", "seed=7", "end=2027-01-01", "end=never", "draws=fixed", "parameters=null", "levers=null",
    "shocks.0=null", "shocks.99.on=2026-01-01", "expect=null", "=", "a", "a..b=1", "title=[", "worlds=", "extends=x",
    "levers.trade_facilitation.intensity=0.5", "parameters.trade.potential=8", "trade.potential=8", "worlds=\u0660",
    "timeline={base: observed}", "shocks=[{kind: airstrike, on: 2026-03-01, deaths: 3}]", "x" * 5000,
]  # fmt: skip


@cache
def _shipped() -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8") for path in sorted(scenarios_dir().glob("*.yaml")))


def attack(seed: int) -> tuple[str, str]:
    """A scenario file's text and, in a few words, what is done to it; the same for the same seed."""
    chance = random.Random(seed)
    how = chance.choice(list(_HOW.values()))
    text = how(chance)
    flags = ""
    if chance.random() < 0.3:
        sets = chance.sample(SETS, chance.randint(0, 3))
        number = chance.choice([None, 0, 2, -1, 10**30])
        flags = FLAGS + json.dumps({"sets": sets, chance.choice(["worlds", "seed"]): number}) + "\n"
    name = next(name for name, made in _HOW.items() if made is how)
    return flags + text, f"{name}{' under flags' if flags else ''}"


def _wrong_types(chance: random.Random) -> str:
    """A short file in which some keys hold what they should not."""
    held = {"format": "1", "title": "T", "extends": "status_quo"}
    held |= {key: chance.choice(WORDS) for key in chance.sample(KEYS, chance.randint(1, 5))}
    return "".join(f"{key}: {value}\n" for key, value in held.items())


def _inner(chance: random.Random) -> str:
    """Levers, shocks, expectations and timelines with fields wrong, missing or unknown."""

    def field(name: str, sound: str) -> str:
        return "" if chance.random() < 0.1 else f"{name}: {sound if chance.random() < 0.7 else chance.choice(WORDS)}, "

    lever = chance.choice(["trade_facilitation", "route_security", "nothing", "''"])
    kind = chance.choice(["border_closure", "airstrike", "refugee_wave", "aid_cut", "expulsion_order", "flood"])
    parts = [
        f"levers: {{{lever}: {{{field('from', '2026-01-01')}{field('intensity', '0.5')}{field('ramp', '4 weeks')}}}}}",
        f"shocks: [{{{field('kind', kind)}{field('on', '2026-01-01')}{field('for', '4 weeks')}{field('id', 'a')}"
        f"{field('deaths', '3')}{field('persons', '100')}{field('share', '0.5')}{field('crossing', 'all')}}}]",
        f"expect: [{{{field('name', 'n')}{field('that', '"trade_volume@2030 > baseline"')}{field('in', 'median')}}}]",
        f"timeline: {{{field('base', 'observed')}{field('move', '{a: 2026-01-01}')}{field('remove', '[x]')}}}",
        f"parameters: {{{field('trade.potential', '8')}{field('structure.uplift', '1')}{field('trade.nothing', '1')}}}",
    ]
    chosen = chance.sample(parts, chance.randint(1, 4))
    return "format: 1\ntitle: T\nextends: status_quo\n" + "\n".join(chosen).replace(", }", "}") + "\n"


def _edited(chance: random.Random) -> str:
    """A shipped scenario with a value or line changed, doubled, moved or struck."""
    lines = chance.choice(_shipped()).splitlines()
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(lines))
        what = chance.randrange(6)
        if what == 0:
            lines[at] = re.sub(r": .*", lambda _: f": {chance.choice(WORDS)}", lines[at], count=1)
        elif what == 1:
            lines.insert(at, lines[at])
        elif what == 2:
            lines[at] = " " * chance.randint(1, 3) + lines[at]
        elif what == 3 and len(lines) > 1:
            del lines[at]
        elif what == 4:
            lines[at] = re.sub(r"\d+", lambda _: chance.choice(["0", "99999999999", "-5", "1.5"]), lines[at], count=1)
        else:
            other = chance.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
    return "\n".join(lines) + "\n"


def _spoilt(chance: random.Random) -> str:
    """A shipped scenario with characters struck, put in or exchanged."""
    text = list(chance.choice(_shipped()))
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(text))
        text[at] = chance.choice(["", text[at] * 2, *"[]{}:,#&*!|>'\"%@`\t\n\0-?", "\u00a0", "\ufeff", "\u2028", "ق"])
    return "".join(text)


def _truncated(chance: random.Random) -> str:
    """A shipped scenario that ends in the middle, or is followed by another."""
    text = chance.choice(_shipped())
    cut = text[: chance.randrange(len(text))]
    return cut if chance.random() < 0.8 else f"{cut}\n---\n{text}"


def _deep(chance: random.Random) -> str:
    """Nesting, width and repetition far beyond any scenario."""
    size = chance.choice([10, 60, 400, 5000])
    made = [
        "title: " + "[" * size + "]" * size,
        "\n".join(f"{' ' * i}a:" for i in range(min(size, 400))),
        "shocks: [" + "{}, " * size + "]",
        "parameters: {" + ", ".join(f"trade.p{i}: 1" for i in range(size)) + "}",
        "".join(f"worlds: {i}\n" for i in range(size)),
        "a: &a [1]\n" + "".join(f"b{i}: *a\n" for i in range(min(size, 400))),
        "levers: " + "{a: " * size + "1" + "}" * size,
        "? " * size + "x",
        "- " * size + "x",
        "title: '" + "x" * size * 100 + "'",
        "#" * size * 100,
    ]  # fmt: skip
    return "format: 1\nextends: status_quo\n" + chance.choice(made) + "\n"


def _chained(chance: random.Random) -> str:
    """Extends, baselines and appended lists that lead nowhere, round in a circle, or out of the folder."""
    word = chance.choice([*WORDS, "attacked", "attacked.yaml", "./attacked", "beside", "beside.v2", "broken", "loop"])
    baseline = f"baseline: {chance.choice(WORDS)}\n" if chance.random() < 0.5 else ""
    taken = chance.choice(["", "shocks: [null]\n", "expect: [null]\n", "levers: null\n", "worlds: null\n"])
    return f"format: 1\ntitle: T\nextends: {word}\n{baseline}{taken}"


def _noise(chance: random.Random) -> str:
    """Characters of all kinds."""
    pool = "abc019 \n\t:-[]{},'\"#&*!|>%@`\\~?=<>\x00\x07\x7f\x85\u2028\ufeff\ud7ff\U0001f600\u0660"
    return "".join(chance.choices(pool, k=chance.randint(0, 300)))


_HOW: dict[str, Callable[[random.Random], str]] = {
    "wrong types": _wrong_types,
    "wrong fields": _inner,
    "edited scenario": _edited,
    "spoilt characters": _spoilt,
    "truncated": _truncated,
    "deep or wide": _deep,
    "broken chain": _chained,
    "noise": _noise,
}
BESIDE = {
    "beside.yaml": "format: 1\ntitle: B\nextends: trade_push\n",
    "beside.v2.yaml": "format: 1\ntitle: B\nextends: beside\n",
    "broken.yaml": "format: 1\ntitle: [\n",
    "loop.yaml": "format: 1\ntitle: L\nextends: attacked\n",
}
_LOCATED = re.compile(r"(?s)(.*?:\d+:\d+|sets|worlds|seed): .+")


def judge(text: str, folder: Path) -> str | None:
    """What the reader did wrong with a file of this text in the folder; None where it did well."""
    for name, held in BESIDE.items():
        (folder / name).write_text(held, encoding="utf-8")
    path = folder / "attacked.yaml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
    flags = json.loads(text.splitlines()[0].removeprefix(FLAGS)) if text.startswith(FLAGS) else {}
    began = time.process_time()
    try:
        found, faults = load(path, **flags), []
    except InputError as error:
        found, faults = None, error.faults
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    spent = time.process_time() - began
    if spent > SECONDS:
        return f"took {spent:.1f} s"
    return _of_faults(faults) if found is None else _of_scenario(found, path, flags)


def _of_faults(faults: list[str]) -> str | None:
    if not faults:
        return "refused without a fault"
    for fault in faults:
        if not _LOCATED.fullmatch(fault):
            return f"not located: {fault}"
        if len(fault.splitlines()) > 1 or not fault.isprintable():
            return f"not one printable line: {fault!r}"
    return None


def _of_scenario(found: Scenario, path: Path, flags: dict) -> str | None:
    """What is loaded under flags loads without them; and what is written as resolved is the same scenario."""
    if flags:
        try:
            load(path)
        except InputError as error:
            return f"a flag hides {error.faults[0]}"
    again = from_resolved(found.resolved_yaml(), found.name)
    return None if again.numbers_key() == found.numbers_key() else "written as resolved it is another scenario"
