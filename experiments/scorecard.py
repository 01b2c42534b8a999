"""Writes docs/scorecard.md: hindcasts scored beside simple forecasts that are given the same events.

Core objects: `played`, `look` and `rupture` (simulations; scores kept in docs/scores.json), `page` (the text, from
scores kept and the pages on patterns and signs) and `main`. Baselines are those declared in seeds/baselines.csv. An
origin and arm of 200 draws takes about 1.5 seconds on one core:

    ./dev python experiments/scorecard.py                 outcomes of 2014 to 2022 anew, those of July 2025 to January
                                                          2026 in hindsight, the start of 1 October 2025; then the page
    ./dev python experiments/scorecard.py --late          the latter two alone
    ./dev python experiments/scorecard.py --text          the page alone, from the scores kept
    ./dev python experiments/scorecard.py --look FOLDER   the days held back: once, and logged in docs/looks.md.
                                                          Freezes the draws to FOLDER before any score is taken
    ./dev python experiments/scorecard.py --smoke FOLDER  all of it, small, written to FOLDER, in less than a minute
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from regionsim.evidence import record_ends
from regionsim.evidence.measures import Window, add_months, read_measures, windows_of
from regionsim.history.all_shut import happened, model_odds
from regionsim.history.calibrate import CalibrationSpec, calibrate
from regionsim.history.declared import read_declared
from regionsim.history.external_data import read_supplied
from regionsim.history.frozen import as_written, freeze
from regionsim.history.hindcast import ONE_ORIGIN, SEEN_ONCE, WINDOW, Forecasts, HindcastSpec, forecasts
from regionsim.history.judge import judge
from regionsim.history.scoring import lengths_of, running_of, scored, spell_table
from regionsim.history.stocks import stock_rows
from regionsim.views.hindcast import draw_skill

DOCS = Path(__file__).resolve().parents[1] / "docs"
sys.path.insert(0, str(Path(__file__).resolve().parent))

import scorecard_page  # noqa: E402  # a neighbour of this script

TUNED = HindcastSpec(date(2014, 1, 1), date(2022, 12, 31), every=3)
LOOK = HindcastSpec(*WINDOW, every=1)
LATE = HindcastSpec(*SEEN_ONCE, every=1)
BEFORE_RUPTURE, MONTHS_AHEAD = date(2025, 10, 1), 7
"""The start from which the closure of all gates of 12 October 2025 is forecast, and the months of its probability."""
RUPTURE_DRAWS = 1000
NOVEMBER = Window(date(2025, 11, 1), date(2025, 12, 1), 0.0)
APART = ("by_month", "windows", "event_rows", "unknown_events")
"""Tables that are too long to keep; `regionsim hindcast --out` writes them."""
STOCK_ARMS = ("A", "C")
LEARNT = date(2022, 12, 31)
"""Up to this day the posterior of the look is fitted."""

type Tables = dict[str, Any]


def played(ask: HindcastSpec, given: Mapping[str, np.ndarray] | None = None, frozen: Path | None = None) -> Tables:
    """The tables of a hindcast, without the longest (`APART`); draws are frozen first where a file is named."""
    record = read_supplied()
    total = len(ask.origins) * len(ask.arms)

    def say(done: int) -> None:
        sys.stderr.write(f"\r{done} of {total} forecasts")

    made = [as_written(each) for each in forecasts(ask, record.records, record.events, say, given)]
    sys.stderr.write("\n")
    digest = None if frozen is None else freeze(frozen, made, ask, read_declared())
    tables = judge(made, ask, record.records, record.named)
    if given is None:
        tables["stock"] = stock_rows(replace(ask, arms=STOCK_ARMS), record.records, record.events)
    asked = {"from": ask.first, "to": ask.last, "origins": len(ask.origins), "every": ask.every, "draws": ask.draws,
             "seed": ask.seed, "sha256": digest}  # fmt: skip
    return rounded({"asked": asked} | {name: rows for name, rows in tables.items() if name not in APART})


def look(ask: HindcastSpec, learnt: CalibrationSpec, folder: Path) -> dict[str, Tables]:
    """The days held back: draws from priors, and from a posterior that has not seen them."""
    fitted = calibrate(learnt)
    given = {name: np.resize(values, ask.draws) for name, values in fitted.rows.items()}
    folder.mkdir(parents=True, exist_ok=True)
    return {
        "prior": played(ask, frozen=folder / "prior.json"),
        "posterior": played(ask, given, folder / "posterior.json") | {"narrowed": len(fitted.rows)},
    }


def rupture(draws: int) -> Tables:
    """From the start of 1 October 2025: the odds that all gates are shut, untold; told that they shut on the 12th, the
    length of that closure; and returns of November.
    """
    record, declared = read_supplied(), read_declared()
    ask = HindcastSpec(BEFORE_RUPTURE, record_ends(), ONE_ORIGIN, ("A", "C"), draws,
                       measures=("closures", "returns_all"))  # fmt: skip
    made = {each.arm: as_written(each) for each in forecasts(ask, record.records, record.events)}
    untold, told = made["A"], made["C"]
    end = add_months(BEFORE_RUPTURE, MONTHS_AHEAD)
    events = [each for each in declared.events if each.kind == "all_shut"]
    odds = [{"over": each.over, "p": model_odds(untold.all_shut, BEFORE_RUPTURE, end, each.over),
             "p_declared": float(untold.past_odds[each.over][MONTHS_AHEAD - 1]),
             "happened": happened(record.records, BEFORE_RUPTURE, end, each.over)} for each in events]  # fmt: skip
    closures = record.records["border_closures"]
    running = running_of(closures, record.named)
    whole = [spell for spell in told.spells if spell.crossing == "all" and spell.id in running]
    alone = [replace(told, spells=(spell,)) for spell in whole]
    lengths = [{"id": spell.id, "on": spell.on, "seen": running[spell.id],
                "scores": spell_table([one], lengths_of(closures, record.named), ask.last, running),
                **{name: _interval(days) | {"longer": float((days > running[spell.id]).mean())}
                   for name, days in (("model", spell.draws), ("past", spell.past))}}
               for one, spell in zip(alone, whole, strict=True)]  # fmt: skip
    returns = [_november(each, declared.baselines["returns_all"].month) for each in (untold, told)]
    asked = {"from": ask.first, "to": ask.last, "origins": 1, "every": ask.every, "draws": draws, "seed": ask.seed}
    return rounded({"asked": asked, "months": MONTHS_AHEAD, "odds": odds, "lengths": lengths, "returns": returns})


def _november(made: Forecasts, declared: str) -> dict[str, Any]:
    """Returns of November 2025 in an arm, beside the declared baseline."""
    (forecast,) = (each for each in made.series if each.measure.id == "returns_all")
    windows = windows_of(forecast.measure, read_supplied().records, record_ends())
    (window,) = (each for each in windows if each[:2] == NOVEMBER[:2])
    draws, theirs = forecast.over([window]), forecast.baseline_over(declared, [window])
    (score,) = scored(forecast, [window], draws, {declared: theirs})
    return {"arm": made.arm, "observed": window.value, **_interval(draws[:, 0]), "crps": score.crps,
            "declared": declared, "crps_declared": score.theirs.get(declared)}  # fmt: skip


def _interval(draws: np.ndarray) -> dict[str, float]:
    return {name: float(np.quantile(draws, q)) for name, q in (("low", 0.05), ("median", 0.5), ("high", 0.95))}


def rounded(value: Any) -> Any:
    """Numbers with four digits, days as text, as they are kept."""
    if isinstance(value, Mapping):
        return {name: rounded(one) for name, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [rounded(one) for one in value]
    if isinstance(value, float):
        return float(f"{value:.4g}")
    return value.isoformat() if isinstance(value, date) else value


def write(scores: dict[str, Any], folder: Path) -> None:
    """Scores, pictures and the page."""
    text = json.dumps(scores, indent=None, separators=(",", ":")).replace('{"series"', '\n{"series"')
    (folder / "scores.json").write_text(text + "\n", "utf-8")
    (folder / "img").mkdir(exist_ok=True)
    for name, tables in {"tuned": scores["tuned"], "window": scores.get("window", {}).get("prior")}.items():
        if tables:
            rows = [row for row in tables["scores"] if row["months"] == "1-12"]
            draw_skill(rows, folder / "img" / f"skill_{name}.png", date.fromisoformat(tables["asked"]["from"]))
    (folder / "scorecard.md").write_text(page(scores), "utf-8")


def page(scores: Mapping[str, Any]) -> str:
    """The page."""
    titles = {id: one.title for id, one in read_measures().items()}
    patterns, signs = ((DOCS / f"{name}.md").read_text("utf-8") for name in ("patterns", "signs"))
    return scorecard_page.text(scores, titles, patterns, signs)


def main(words: Iterable[str]) -> None:
    """Do what the words say."""
    match list(words):
        case ["--text"]:
            write(json.loads((DOCS / "scores.json").read_text("utf-8")), DOCS)
        case ["--look", folder]:
            scores = json.loads((DOCS / "scores.json").read_text("utf-8"))
            write(scores | {"window": look(LOOK, CalibrationSpec(until=LEARNT), Path(folder))}, DOCS)
        case ["--late"]:
            scores = json.loads((DOCS / "scores.json").read_text("utf-8"))
            write(scores | {"late": played(LATE), "rupture": rupture(RUPTURE_DRAWS)}, DOCS)
        case ["--smoke", folder]:
            small = replace(TUNED, first=date(2019, 1, 1), last=date(2020, 6, 30), every=6, arms=("A", "C"), draws=20)
            learnt = CalibrationSpec(until=date(2018, 12, 31), worlds=40, rows=20, waves=1, effort=0.01)
            smoke = look(replace(small, first=date(2020, 1, 1)), learnt, Path(folder))
            late = played(replace(small, first=date(2020, 1, 1), every=ONE_ORIGIN))
            write({"tuned": played(small), "window": smoke, "late": late, "rupture": rupture(40)}, Path(folder))
        case []:
            path = DOCS / "scores.json"
            known = json.loads(path.read_text("utf-8")) if path.exists() else {}
            made = {"tuned": played(TUNED), "late": played(LATE), "rupture": rupture(RUPTURE_DRAWS)}
            write(known | made, DOCS)
        case _:
            sys.exit("experiments/scorecard.py: say nothing, --text, --late, --look FOLDER or --smoke FOLDER")


if __name__ == "__main__":
    main(sys.argv[1:])
