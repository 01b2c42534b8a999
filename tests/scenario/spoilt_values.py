"""Scenarios spoilt in their values: durations, dates, ranges, parameters, names, expectations."""

from collections.abc import Iterator

from .spoilt import EXPECT, LEVER, MARK, PARAMETER_LINE, SHOCK, Edit


def durations() -> Iterator[Edit]:
    """Durations without a unit, with a wrong one, or out of range."""
    bad = ["4", "4 fortnights", "-4 weeks", "weeks", "4 weeks and a day", "1e3 days", "four weeks", "[4, weeks]", "4w"]
    for value in [*bad, "1 decade", "true"]:
        text = SHOCK.replace("for: 4 weeks", f"for: {MARK}{value}")
        yield f"closure for {value}", SHOCK, text, r"shocks\.0\.for: .*must be a duration with its unit"
    for value in ("52", "1 yr", "soon"):
        text = LEVER.replace("ramp: 52 weeks", f"ramp: {MARK}{value}")
        yield f"ramp of {value}", LEVER, text, "ramp: .*must be a duration with its unit, such as 10 days"
    yield "closure for 0 days", SHOCK, SHOCK.replace("4 weeks", f"{MARK}0 days"), "must be longer than 0 days"
    yield from _patterns()
    yield "closure for 9999 months", SHOCK, SHOCK.replace("4 weeks", f"{MARK}9999 months"), "at most 60 years"


def _patterns() -> Iterator[Edit]:
    """Entries that stand for several shocks, written so that they cannot."""
    for keys, expected in (
        (f"times: {MARK}3", "times: needs every, such as every: 1 year"),
        (f"until: {MARK}2027-01-01", "until: needs every"),
        (f"every: {MARK}6 days", r"every: 6 days is shorter than a week.*1 week or more"),
        (f"every: {MARK}soon", "every: 'soon': must be a duration with its unit"),
        (f"every: 26 weeks, times: {MARK}9", r"times: 9 times are too many.*at most 2\)"),
        (f"every: 8 weeks, times: {MARK}1", r"times: 1 is out of range \(allowed: 2 or more\)"),
        (f"every: 8 weeks, times: {MARK}3, until: 2027-01-01", "times: is given beside until"),
        (f"every: 1 year, until: {MARK}2027-09-01", r"until: 2027-09-01 leaves nothing to repeat"),
        (f"every: 1 year, until: {MARK}2027", "until: 2027: must be a date"),
    ):
        yield f"pattern {keys}", SHOCK, SHOCK.replace("by:", f"{keys}, by:"), rf"shocks\.0\.{expected}"
    text = SHOCK.replace("for: 4 weeks", f"for: {MARK}4 weeks, every: 2 weeks")
    yield "pattern that overlaps", SHOCK, text, "for: 4 weeks is longer than every, 2 weeks"
    text = SHOCK.replace("torkham", "all").replace("by:", f"every: 1 year, until_agreed: {MARK}true, by:")
    yield "pattern until agreed", SHOCK, text, "until_agreed: does not go with every"
    for wrong, expected in {
        f"{MARK}[]": "crossing: must not be empty",
        f"{MARK}[torkham, torkham]": "crossing: names one item twice",
        f"[torkham, {MARK}all]": r"crossing\.1: 'all' is not understood \(allowed: torkham, chaman",
        f"[torkham, {MARK}chamn]": r"crossing\.1: 'chamn' is not understood .*did you mean chaman",
        f"{MARK}{{torkham: chaman}}": "crossing: a map must be a crossing or a list of them",
    }.items():
        yield f"crossings {wrong}", SHOCK, SHOCK.replace("torkham", wrong), rf"shocks\.0\.{expected}"
    many = "".join(
        f"  - {{kind: accusation, on: 2025-09-01, every: {MARK if k == 19 else ''}1 week}}\n" for k in range(30)
    )
    yield "patterns of too many", SHOCK, many, r"shocks\.19\.every: .*stand for too many shocks \(at most 2,000\)"


def dates() -> Iterator[Edit]:
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
        "2025-13-01": "not a day of the calendar",
        "2025-02-30": "not a day of the calendar",
        "0000-01-01": "not a day of the calendar",
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
    yield "shock on no day", SHOCK, SHOCK.replace("2026-09-01", f"{MARK}2026-09-31"), r"shocks\.0\.on: .*not a day"
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


def ranges() -> Iterator[Edit]:
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
        "duties too high": (f"kind: duty_change, multiple: {MARK}11", "10 or less"),
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


def parameters() -> Iterator[Edit]:
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


def names() -> Iterator[Edit]:
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
    observed = "timeline: {base: observed, remove: [torkham]}"
    yield "timeline changed", "timeline: none", observed.replace("[", "[" + MARK), "unknown event 'torkham'"
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


def expects() -> Iterator[Edit]:
    """What `that` and `in` may not say."""
    claims = {
        "trade@2027-07 > 3": "unknown indicator 'trade'",
        "trade_volumes@2027-07 > 3": "unknown indicator .*did you mean trade_volume",
        "trade_volume > 3": "is not INDICATOR@DATE",
        "trade_volume@ > 3": "is not a date",
        "trade_volume@2027-7 > 3": "is not a date",
        "trade_volume@2027-13 > 3": "not a day or month",
        "trade_volume@July > 3": "is not a date",
        "trade_volume@2027-07": "is not a comparison",
        "trade_volume@2027-07 = 3": "cannot test equality with =",
        "trade_volume@2027-07 == 3": "cannot test equality with ==",
        "trade_volume@2027-07 > ": "is not a value to compare with",
        "trade_volume@2027-07 > basline": "did you mean baseline",
        "trade_volume@2027-07 > baseline / 2": "is not a value to compare with",
        "trade_volume@2027-07 > 3 USD": "is not a value to compare with",
        "trade_volume@2027-07 in 5..3": "the band 5..3 is empty",
        "trade_volume@2027-07 in 3": "is not a comparison",
        "trade_volume[torkham]@2027-07 > 3": "trade_volume has no places",
        "3 < trade_volume@2027-07": "'3' is not INDICATOR@DATE",
        "": "is not a comparison",
    }
    for text, expected in claims.items():
        new = EXPECT.replace('"trade_volume@2027-07 > 3.0"', f'{MARK}"{text}"')
        yield f"expected {text or 'nothing'}", EXPECT, new, rf"expect\.0\.that: .*{expected}"
    within = ["80% of worlds", "> 80% of worlds", ">= 80 of worlds", ">= 80% of draws", "mean", "p00", "p5", "always"]
    for text in within:
        new = EXPECT.replace('">= 80% of worlds"', f'{MARK}"{text}"')
        yield f"expected in {text}", EXPECT, new, r"expect\.0\.in: .* is not understood \(allowed: '>= 80% of worlds'"
    more = EXPECT.replace('">= 80%', f'{MARK}">= 120%')
    yield "expected in 120%", EXPECT, more, r"120% is more than 100% \(allowed: 0% to 100%\)"
    pairs = EXPECT.replace('">= 80% of worlds', f'{MARK}">= 80% of pairs')
    yield "expected in pairs of what", EXPECT, pairs, "holds in a share of worlds, not of pairs"
    worlds = EXPECT.replace("> 3.0", "> baseline").replace('">= 80%', f'{MARK}">= 80%')
    yield "baseline in worlds", EXPECT, worlds, "holds in a share of pairs, not of worlds"
    yield "expectation twice", EXPECT, EXPECT + EXPECT.replace("name: t", f"name: {MARK}t"), "names two expectations"
    known = EXPECT.replace("}", f", known: {MARK}maybe}}")
    yield "known maybe", EXPECT, known, r"known: 'maybe' is not understood \(allowed: contradicted"
