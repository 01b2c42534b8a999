"""The text of docs/scorecard.md, from scores kept and the pages on patterns and signs.

Core objects: `text` and `headline`, the line that the README repeats (a test compares the two).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scorecard_cells import Row, Rows, Titles, asked, number, skill, table  # neighbours, not packages
from scorecard_october import looked, rupture_text

from regionsim.views.hindcast import counted, gained, held, sizes

WHOLE = "1-12"
WORSE = -0.05
"""A skill below this is worse than the goal allows."""
BRIEF = {
    "attacks_picss": "attacks", "attacks_ucdp": "lethal events", "attacks_pips": "attacks by year",
    "closures": "closures begun", "exports_bank": "exports paid by banks", "imports_bank": "imports paid by banks",
    "exports_customs": "exports at customs", "imports_customs": "imports at customs",
    "exports_year": "exports by year", "imports_year": "imports by year", "transit_year": "transit by year",
    "returns_all": "returns", "returns_registered": "registered returns",
    "returns_undocumented": "undocumented returns",
}  # fmt: skip
FLOWS = {
    "attacks": ("attacks_picss", "attacks_ucdp"), "exports": ("exports_bank", "exports_customs"),
    "imports": ("imports_bank", "imports_customs"),
    "returns": ("returns_all", "returns_registered", "returns_undocumented"),
}  # fmt: skip
"""What the goals are about -> its series by month."""
SHORT = {"last value": "last", "last year": "year", "climatology": "clim", "seasonal": "seas", "drift": "drift",
         "autoregression": "NB-AR", "event dummies": "event", "all events": "events",
         "pulse curves": "pulse", "past totals": "totals"}  # fmt: skip

HEAD = """<!-- Made by experiments/scorecard.py from simulations; do not edit. -->
# Scorecard

{headline}

How well the model forecasts the past. From each origin the model starts from the state as known on that day and
simulates a year. The model's forecast of what sources would report is scored against what they reported, beside
simple forecasts that are given the same events ([method](hindcast.md)). All scores are **pseudo-out-of-sample**:
structure and most parameters were chosen knowing what happened. Tuning may use outcomes to December 2022; the later
ones were opened under [the rule](looks.md).

CRPS is of log(1 + x) for counts, else in million USD; smaller is better. **Skill** is 1 - CRPS / CRPS of the baseline
that `seeds/baselines.csv` declares for the series, with its reason, on the same outcomes; its 95% interval resamples
blocks of origins of half a year. **Best** is the same against whichever baseline turned out best on these outcomes,
which nobody could have named beforehand. The declaration was made when the scores of all baselines to June 2025 stood
on this page: it is made beforehand only for outcomes after January 2026. **n** is forecasts compared / outcomes that
share no day / effective sample size (n_eff, given autocorrelation); with fewer than ten outcomes or origins no skill is
claimed. **90% held** is the share of all forecasts whose 90% interval contains the outcome, with a 95% interval based
on the effective sample size, at most the outcomes. **PIT p** is the chance of ranks among the draws at least as uneven
as these, for the same sample size.
"""
ARMS = """
Arms: A is given the calendar; B also outside shocks; C also when closures, strikes, orders and truces began; D also
when crossings were open. No arm is given what is scored, nor how long an order lasts or how strong it is. Simple
forecasts are given the same closures, strikes, orders, truces and takeover, and use the past effects of such events;
a first event has none. They cannot use aid and returns from Iran, so in B they equal those of A.
"""
BASELINES = """
Baselines: `last` the last value with Poisson; `year` the pool of the last twelve months; `clim` climatology; `seas`
seasonal naive; `drift`; `NB-AR` negative-binomial autoregression with a trend; `event` the pool times the past effects
of the kind of event nearest to the series, `events` of every kind given; `pulse` returns after an order as after
orders before; `totals` the last total of as many months, changed as such totals changed before. The declared one is
marked with *. The best is in bold, even where it is the model; a dash is a baseline that too few of these forecasts
have. Log scores (of counts) are the model's, with the best of the baselines' in brackets; smaller is better.
"""
LENGTHS = """Lengths of closures (`border.closure_days_median`) were fitted to this very list, up to 2025; past lengths
are those known on the day. A better score of the model shows that it was fitted, not that it can predict.
"""
CANNOT = """
## What the model cannot do

- Predict when: in arm A it knows no closure, order, truce or change of government before it happens. Levels of attacks
  moved by steps (up in 2014, down in 2015 and 2016) that nothing in the earlier record announces; intervals miss those.
- Be scored on most questions: no series measures trust, sanctuary, the army's influence, mediation, the effect of
  strikes on militants or of uplift on recruitment. Those are [assumptions](calibration.md), whatever the scores
  above.
- Say much on returns before 2023: nine outcomes per status are too few. So are those by crossing, where constant shares
  are far better than the model's before 2023.
- Predict how registration changes the number of registered refugees: its intervals are far too narrow (the check of
  stocks), because the model registers nobody anew.
- Predict imports as paid by banks: the share that banks see moves more than the flow does.
- Be scored on years of trade and transit: they are a handful, and are shown as checks.
- Tell [rival structures](rivals.md) apart, or predict [episodes](episodes.md) that it was not given; both have pages of
  their own.
- Be new: its authors knew how 2023 to 2025 went, and since the one look also the months to January 2026. Only data
  after these, added with `regionsim hindcast --observed` and scored on forecasts frozen before, are new to it.
"""


def text(scores: Mapping[str, Any], titles: Titles, patterns: str, signs: str) -> str:
    """The page."""
    tuned, window = scores["tuned"], scores.get("window")
    parts = [HEAD.format(headline=headline(scores)), "## In one table\n", overview(scores, titles), ARMS]
    parts.append("![skill with intervals, outcomes of 2014 to 2022](img/skill_tuned.png)\n")
    parts += ["## Goals\n", goals(tuned, "2014 to 2022")]
    if window:
        parts += [goals(window["prior"], "January 2023 to June 2025")]
    parts += [by_lead(scores, titles)]
    if window:
        parts += [held_back(window)]
    parts += [one_look(scores.get("late"), titles)]
    if "rupture" in scores:
        parts += [rupture_text(scores["rupture"])]
    parts += ["## Every score, outcomes of 2014 to 2022\n", asked(tuned), BASELINES, every(tuned["scores"], titles)]
    parts += ["### Totals, events, joint paths, lengths of closures, shares of crossings\n", others(tuned)]
    if window:
        for name, words in (("prior", "draws from priors"), ("posterior", "draws from the posterior to 2022")):
            parts += [f"## Every score, January 2023 to June 2025, {words}\n", asked(window[name])]
            parts += [every(window[name]["scores"], titles), others(window[name])]
    parts += [pattern_text(patterns, signs), CANNOT]
    return "\n".join(parts).rstrip() + "\n"


def headline(scores: Mapping[str, Any]) -> str:
    """One line: skill of each series that can be scored, given only the calendar, in the latest days scored."""
    window = scores.get("window")
    rows = (window["prior"] if window else scores["tuned"])["scores"]
    days = "January 2023 to June 2025, held back" if window else "2014 to 2022"
    alone = [row for row in rows if row["months"] == WHOLE and row["arm"] == "A"]
    figures = [f"{BRIEF[row['series']]} {skill(row)}" for row in alone if row["skill"] is not None]
    return (
        f"**Skill against the simple forecast declared for each series, given only the calendar, 1 to 12 months ahead "
        f"({days}): {'; '.join(figures) or 'too few to score'}.**"
    )


# -- tables ------------------------------------------------------------------------------------------------------------


def one_look(late: Mapping[str, Any] | None, titles: Titles) -> str:
    """The frozen forecasts of July 2025 to January 2026 as they were scored; the same months in hindsight, if kept."""
    parts = [looked()]
    if late:
        parts += ["### The same months by the model as it is now, in hindsight\n", asked(late)]
        parts += [every(late["scores"], titles), others(late)]
    return "\n".join(parts)


def overview(scores: Mapping[str, Any], titles: Titles) -> str:
    """One row a series and arm: skill over the year ahead, in the days that may be tuned and in those held back."""
    window = (scores.get("window") or {}).get("prior", {}).get("scores", [])
    then = {(row["series"], row["arm"]): row for row in window if row["months"] == WHOLE}
    known = {(row["series"], row["arm"]): row for row in scores["tuned"]["scores"] if row["months"] == WHOLE}
    rows, few = [], []
    for key in sorted(known.keys() | then.keys()):
        one, two = known.get(key), then.get(key)
        if all(row is None or row["skill"] is None for row in (one, two)):
            few.append(titles[key[0]])
        else:
            rows.append([titles[key[0]], key[1], *(_brief(one)), *(_brief(two) if window else [])])
    columns = ["n", "declared baseline", "skill", "best in hindsight", "90% held"]
    head = ["series, 1 to 12 months ahead", "arm", *(f"2014-22: {name}" if name == "n" else name for name in columns)]
    later = [f"2023-25: {name}" if name == "n" else name for name in columns] if window else []
    made = table(head + later, rows)
    return made + (f"\nToo few to score: {'; '.join(dict.fromkeys(few))}.\n" if few else "")


def _brief(row: Row | None) -> list[str]:
    if row is None:
        return ["-"] * 5
    best = f"{row['best']} {gained(row, '_best')}" if row["skill_best"] is not None else "-"
    return [counted(row), row["declared"] or "-", skill(row), best, held(row)]


LEADS = ("1-3", "4-6", "7-12", WHOLE)


def by_lead(scores: Mapping[str, Any], titles: Titles) -> str:
    """CRPS by months ahead of the series of the goals, in arms A and C, beside the declared and the best baseline."""
    judged = {series for of in FLOWS.values() for series in of}
    groups = [("2014 to 2022", scores["tuned"])]
    groups += [("January 2023 to June 2025", scores["window"]["prior"])] if scores.get("window") else []
    groups += [("July 2025 to January 2026, in hindsight", scores["late"])] if scores.get("late") else []
    head = ["series", "arm", "months ahead", "n", "CRPS", "declared baseline", "its CRPS", "skill", "best in hindsight",
            "its CRPS", "skill against it", "90% held", "PIT p"]  # fmt: skip
    parts = ["## CRPS by months ahead, arms A and C\n"]
    for when, tables in groups:
        rows = [row for row in tables["scores"]
                if row["series"] in judged and row["arm"] in ("A", "C") and row["months"] in LEADS]  # fmt: skip
        parts += [f"### Outcomes of {when}\n", asked(tables), table(head, [_lead(row, titles) for row in rows])]
    return "\n".join(parts)


def _lead(row: Row, titles: Titles) -> list[str]:
    ours = row["crps"] if row["crps_compared"] is None else row["crps_compared"]
    best, of = row["best"], row["baselines"]
    return [titles[row["series"]], row["arm"], row["months"], counted(row), number(ours), row["declared"] or "-",
            number(of.get(row["declared"])), skill(row), best or "-", number(of.get(best)), gained(row, "_best"),
            held(row), number(row["pit"], 2)]  # fmt: skip


def every(rows: Rows, titles: Titles) -> str:
    """A table a series: each baseline's score beside the model's. Series too few to score have the whole year only."""
    parts = []
    for series in sorted({row["series"] for row in rows}):
        of = [row for row in rows if row["series"] == series]
        few = all(row["skill"] is None for row in of)
        shown = [row for row in of if row["months"] == WHOLE or not few]
        names = [name for name in SHORT if any(name in row["baselines"] for row in shown)]
        logs = ["log score"] if any(row["log"] is not None for row in shown) else []
        marked = [SHORT[name] + ("*" if name == shown[0]["declared"] else "") for name in names]
        head = ["arm", "months", "n", "model", *marked, "skill", "best", *logs, "90% held", "PIT p"]
        parts += [f"**{titles[series]}** (`{series}`)\n", table(head, [_scores(row, names) for row in shown])]
    return "\n".join(parts)


def _scores(row: Row, names: Sequence[str]) -> list[str]:
    ours = row["crps"] if row["crps_compared"] is None else row["crps_compared"]
    all_scores = [ours, *(row["baselines"].get(name) for name in names)]
    best = min(value for value in all_scores if value is not None)
    cells = [f"**{number(value)}**" if value == best else number(value) for value in all_scores]
    logs = [] if row["log"] is None else [_logs(row)]
    return [row["arm"], row["months"], counted(row), *cells, skill(row), gained(row, "_best"), *logs, held(row),
            number(row["pit"], 2)]  # fmt: skip


def _logs(row: Row) -> str:
    """The model's log score, and that of the baseline that has the best."""
    known = {name: value for name, value in row["baseline_logs"].items() if value is not None}
    best = min(known, key=lambda name: known[name], default=None)
    return number(row["log"]) + ("" if best is None else f" ({SHORT[best]} {number(known[best])})")


def others(tables: Mapping[str, Any]) -> str:
    """Totals, events, paths, spells and shares."""
    totals = [
        [row["series"], row["arm"], row["months"], counted(row), number(row["crps"] if row["crps_compared"] is None
         else row["crps_compared"]), row["declared"] or "-", number(row["baselines"].get(row["declared"])), skill(row),
         held(row)]
        for row in tables.get("totals", ())
    ]  # fmt: skip
    events = [
        [row["title"], row["arm"], sizes(row), str(row["happened"]), number(row["p"], 2), number(row["brier"]),
         number(row["log"]), row["declared"], number(row["p_declared"], 2), number(row["brier_declared"]),
         number(row["log_declared"]), row["note"]]
        for row in tables.get("events", ())
    ]  # fmt: skip
    paths = [
        [row["series"], row["arm"], sizes(row), number(row["energy"]), *_least(row["baselines"]), row["note"]]
        for row in tables["paths"]
    ]
    spells = [
        [row["forecast"], sizes(row), str(row["censored"]), number(row["log"]), number(row["crps"]), row["note"]]
        for row in tables["spells"]
    ]
    shares = [
        [
            row["arm"],
            f"{sizes(row)} of {row['outcomes']}",
            number(row["error"]),
            number(row["frozen shares"]),
            row["note"],
        ]
        for row in tables["shares"]
    ]
    stock = [
        [str(row["year"]), row["arm"], number(row["observed"]),
         f"{number(row['median'])} ({number(row['low'])} to {number(row['high'])})",
         *(number(row[name]) for name in ("crps", "last value", "drift"))]
        for row in tables.get("stock", ())
    ]  # fmt: skip
    check = ["check: registered refugees at the end of the year, from its first day", "arm", "observed",
             "model: median (90%)", "CRPS of logs", "last value", "drift"]  # fmt: skip
    found = [
        table(
            ["total of months", "arm", "months", "n", "CRPS", "declared baseline", "its CRPS", "skill", "90% held"],
            totals,
        ),
        table(
            [
                "event within the year, or the months left",
                "arm",
                "n / n_eff",
                "happened",
                "mean p",
                "Brier",
                "log score",
                "declared baseline",
                "mean p",
                "Brier",
                "log score",
                "",
            ],
            events,
        ),
        table(["joint path of a year", "arm", "n / n_eff", "energy score", "best baseline", "its score", ""], paths),
        table(
            ["days of closures whose start is given (arm C)", "n / n_eff", "censored", "log score", "CRPS", ""],
            spells,
        ),
        LENGTHS if spells else "",
        table(["shares of Torkham and Chaman, arm", "n / n_eff, of outcomes", "error", "frozen shares", ""], shares),
        table(check, stock),
    ]
    return "\n".join(one for one in found if one)


def _least(scores: Mapping[str, float]) -> list[str]:
    name = min(scores, key=lambda one: scores[one])
    return [name, number(scores[name])]


# -- goals, and the days held back -------------------------------------------------------------------------------------


def goals(tables: Mapping[str, Any], when: str) -> str:
    """The goals, and whether they are reached."""
    year = [row for row in tables["scores"] if row["months"] == WHOLE and row["skill"] is not None]
    judged: list[Row] = []
    lines: list[list[str]] = []
    for flow, series in FLOWS.items():
        for arm, least, words in (("A", WORSE, "no worse than -5%"), ("C", 0.0, "above zero")):
            of = [row for row in year if row["series"] in series and row["arm"] == arm]
            judged += of
            lines.append(
                [f"{flow}, arm {arm}, the year ahead: skill {words}", *_with_tried(flow, *_reached(of, least))]
            )
    uneven = [row for row in judged if not row["coverage_low"] <= 0.9 <= row["coverage_high"]]
    goal = "90% intervals of these: the interval of their coverage includes 90%"
    lines.append([goal, *_with_tried("intervals", *_kept(uneven, held, judged))])
    return table([f"goal against the declared baseline, outcomes of {when}", "", "figures", "what was tried"], lines)


TRIED = {
    "attacks": "levels filtered from all sources, with their errors; a log tempo that wanders beside rare steps; "
    "worlds weighted by the attacks of two years ([worse](weighted_starts.md))",
    "exports": "levels filtered from all months and years published, with their errors; scatter of months at customs; "
    "rates of reporting that return to a mean",
    "imports": "the same as for exports, and little of the season at customs in payments",
    "returns": "orders under way as part of the start; the end of cards and an order as one event; worlds weighted by "
    "the returns of two years ([no gain](weighted_starts.md))",
    "intervals": "errors of the levels at the start; scatter of months; rates of reporting that drift",
}
"""What a goal is about -> what was tried to reach it, printed where it is missed."""


def _with_tried(about: str, verdict: str, figures: str) -> list[str]:
    return [verdict, figures, TRIED[about] if "missed" in verdict else ""]


AFTER = """
[Looks](looks.md) lists what was changed after the first look, in the scoring, in what hindcasts know and in what simple
forecasts are given, and what it did to the scores; the model and its parameters are as they were then.

**Returns in arm C**: how strongly an order multiplies returns, and for how long (`people.campaign_multiplier` and
others), comes from the orders of October 2023 and April 2025, on which it is scored; the simple forecasts know of one
order before the last. A skill there shows that the model was fitted, not that it can predict.
"""


def _reached(rows: Rows, least: float) -> list[str]:
    """Whether every series reaches the least skill, and by more than chance."""
    if not rows:
        return ["too few to score", ""]
    if min(row["skill"] for row in rows) < least:
        return ["**missed**", _named(rows, skill)]
    sure = all(row["skill_low"] is not None and row["skill_low"] >= least for row in rows)
    return ["met" if sure else "met, within chance", _named(rows, skill)]


def _kept(rows: Rows, how: Callable[[Row], str], judged: Rows) -> list[str]:
    if not judged:
        return ["too few to score", ""]
    return ["**missed**", _named(rows, how)] if rows else ["met", "all"]


def _named(rows: Rows, how: Callable[[Row], str]) -> str:
    return "; ".join(f"{row['series']} {row['arm']} {how(row)}" for row in rows)


def held_back(window: Mapping[str, Mapping[str, Any]]) -> str:
    """The days held back: priors beside a posterior that has not seen them."""
    prior, after = (
        {(row["series"], row["arm"]): row for row in window[name]["scores"] if row["months"] == WHOLE}
        for name in ("prior", "posterior")
    )
    rows = []
    for key in sorted(prior.keys() & after.keys()):
        one, two = prior[key], after[key]
        change = 1.0 - two["crps"] / one["crps"] if one["crps"] else 0.0
        cells = [
            number(one["crps"]),
            number(two["crps"]),
            f"{change:+.0%}",
            skill(one),
            skill(two),
            held(one),
            held(two),
        ]
        rows.append([*key, counted(one), *cells])
    head = ["series", "arm", "n", "CRPS, priors", "posterior", "gain", "skill, priors", "posterior", "90% held, priors",
            "posterior"]  # fmt: skip
    return (
        "## The days held back\n\n![skill with intervals, January 2023 to June 2025](img/skill_window.png)\n\n"
        "The scores reported above use draws from priors. Beside them, the same with the\n"
        f"{window['posterior']['narrowed']} parameters that the record to December 2022 narrows drawn from that\n"
        "[posterior](calibration.md).\n\n" + table(head, rows) + AFTER
    )


# -- patterns and signs ------------------------------------------------------------------------------------------------


def pattern_text(patterns: str, signs: str) -> str:
    """Patterns with figures: counts by verdict, and those that do not hold."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in patterns.splitlines()
        if line.startswith("| ") and line.count("|") == 8 and not line.startswith(("| ---", "| pattern"))
    ]
    verdicts = [row[6] for row in rows]
    failing = [[row[0], row[1], row[2], row[3], row[5]] for row in rows if row[6] == "**does not hold**"]
    signs_line = re.search(r"^\*\*(Of [^*]*)\*\*", signs, re.MULTILINE)
    if not rows or signs_line is None:
        raise ValueError("docs/patterns.md or docs/signs.md has another form")
    return (
        "## Patterns and signs\n\n"
        f"Of {len(rows)} rows of the [patterns](patterns.md) {verdicts.count('holds')} hold, "
        f"{len(failing)} do not, {verdicts.count('shown')} are shown only. {signs_line[1]} ([signs](signs.md)).\n\n"
        + table(["pattern", "statistic, does not hold", "observed", "model: median (90%)", "p"], failing)
    )
