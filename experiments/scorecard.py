"""Writes docs/scorecard.md: hindcasts scored beside simple forecasts that are given the same events.

Core objects: `played` and `look` (simulations; scores kept in docs/scores.json), `page` (the text, from scores kept
and the pages on patterns and signs) and `main`. Baselines are those declared in seeds/baselines.csv. Some minutes on
one core:

    ./dev python experiments/scorecard.py                 outcomes of 2014 to 2022 anew, then the page
    ./dev python experiments/scorecard.py --late          those of July 2025 to January 2026, in hindsight
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

from regionsim.evidence.measures import read_measures
from regionsim.history.calibrate import CalibrationSpec, calibrate
from regionsim.history.declared import read_declared
from regionsim.history.external_data import read_supplied
from regionsim.history.frozen import as_written, freeze
from regionsim.history.hindcast import ONE_ORIGIN, SEEN_ONCE, WINDOW, HindcastSpec, forecasts
from regionsim.history.judge import judge
from regionsim.history.stocks import stock_rows
from regionsim.views.hindcast import draw_skill

DOCS = Path(__file__).resolve().parents[1] / "docs"
sys.path.insert(0, str(Path(__file__).resolve().parent))

import scorecard_page  # noqa: E402  # a neighbour of this script

TUNED = HindcastSpec(date(2014, 1, 1), date(2022, 12, 31), every=3)
LOOK = HindcastSpec(*WINDOW, every=1)
LATE = HindcastSpec(*SEEN_ONCE, every=1)
APART = ("by_month", "windows", "event_rows")
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
            write(scores | {"late": played(LATE)}, DOCS)
        case ["--smoke", folder]:
            small = replace(TUNED, first=date(2019, 1, 1), last=date(2020, 6, 30), every=6, arms=("A", "C"), draws=20)
            learnt = CalibrationSpec(until=date(2018, 12, 31), worlds=40, rows=20, waves=1, effort=0.01)
            smoke = look(replace(small, first=date(2020, 1, 1)), learnt, Path(folder))
            late = played(replace(small, first=date(2020, 1, 1), every=ONE_ORIGIN))
            write({"tuned": played(small), "window": smoke, "late": late}, Path(folder))
        case []:
            path = DOCS / "scores.json"
            known = json.loads(path.read_text("utf-8")) if path.exists() else {}
            write(known | {"tuned": played(TUNED)}, DOCS)
        case _:
            sys.exit("experiments/scorecard.py: say nothing, --text, --late, --look FOLDER or --smoke FOLDER")


if __name__ == "__main__":
    main(sys.argv[1:])
