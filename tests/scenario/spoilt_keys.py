"""Scenarios spoilt in their keys: unknown, misplaced, doubled, missing, or of the wrong type."""

from collections.abc import Iterator

from .spoilt import EXPECT, GOOD, LEVER, MARK, PARAMETER_LINE, SHOCK, Edit


def keys() -> Iterator[Edit]:
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
    for wrong in ("duration", "from", "untill", "intensity", "days", "On"):
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


def types() -> Iterator[Edit]:
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
        "trade_facilitation: 0.8 must be a map of from, intensity, ramp, until",
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
    yield (
        "expectation is text",
        EXPECT,
        f"  - {MARK}trade grows\n",
        "expect.0: 'trade grows' must be a map of name, that, in, known, reason",
    )
    yield "claim is a number", "[SC02]", f"[SC02, {MARK}2]", r"evidence\.1: 2 must be text"
    yield (
        "that is a list",
        EXPECT,
        EXPECT.replace('"trade_v', f'{MARK}["trade_v').replace("3.0", "3").replace('3", in', '3"], in'),
        "that: a list must be text",
    )
    yield (
        "crossing is a number",
        SHOCK,
        SHOCK.replace("torkham", f"{MARK}4"),
        "crossing: 4 must be a cross.*torkham",
    )
    for key, value in {"title": "A scenario to spoil", "worlds": "4", "draws": "prior", "end": "2027-08-18"}.items():
        yield f"null removes nothing: {key}", f"{key}: {value}\n", f"{key}: {MARK}null\n", rf"{key}: null removes"


def _lines(*keys: str) -> dict[str, str]:
    return {line.partition(":")[0]: line + "\n" for line in GOOD.splitlines() if line.partition(":")[0] in keys}


def missing() -> Iterator[Edit]:
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
