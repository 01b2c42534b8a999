"""Writes docs/episodes.md and docs/img/episodes.png: episodes of the record, predicted by fits that leave them out.

Core objects: `all_studies` (each episode of `seeds/episodes.csv` fitted without and played), `page` and `sheet`. Some
minutes on two cores; an argument is the effort of the fits, below 1 for a trial:
  ./dev python docs/episodes.py
"""

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes

from regionsim.analysis.calibrate import Task
from regionsim.analysis.episodes import BASELINE, FIT, LENGTHS, PRIOR, UNTOLD, Fan, Outcome, Study, study
from regionsim.analysis.hindcast import WINDOW
from regionsim.evidence import load_evidence
from regionsim.evidence.episodes import Episode, read_episodes
from regionsim.evidence.measures import read_measures
from regionsim.evidence.posterior import load_posterior
from regionsim.views import style

sys.path.insert(0, str(Path(__file__).resolve().parent))
from signs import table  # a neighbour, not a package

DOCS = Path(__file__).resolve().parent
PAGE, PICTURE = DOCS / "episodes.md", DOCS / "img" / "episodes.png"
DRAWS, PROCESSES = 200, 2
MOVED = 0.5
"""A parameter is named where leaving the episode out moves its mean by more than so many standard deviations."""
_FAMILY = {"attacks": "security", "exports": "trade", "imports": "trade", "transit": "trade"}
_MONTH = 365.25 / 12.0


def all_studies(task: Task) -> list[Study]:
    """Every episode, two at a time."""
    ids = list(read_episodes())
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        return list(pool.map(_study, ids, [task] * len(ids)))


def _study(id: str, task: Task) -> Study:
    return study(read_episodes()[id], task, DRAWS)


# -- the page ----------------------------------------------------------------------------------------------------------


def page(found: Sequence[Study]) -> str:
    """The whole page."""
    task = found[0].fit.task
    facts = {"worlds": f"{task.worlds:,}", "waves": task.waves, "effort": f"{task.effort:.0%}", "draws": DRAWS,
             "held_back": ", ".join(one.episode.title for one in found if one.episode.last >= WINDOW[0]),
             "since": WINDOW[0]}  # fmt: skip
    parts = [_HEAD.format(**facts), _summary(found), _TAIL]
    parts += [part for one in found for part in _of_episode(one)]
    return "\n".join(parts)


def _share(found: Sequence[Outcome], name: str) -> str:
    """How many 90% intervals of a forecast hold, of those that it was made for."""
    made = [one for one in found if name in one.by]
    return f"{sum(one.held(name) for one in made)} / {len(made)}" if made else "-"


def _nearer(found: Sequence[Outcome], other: str) -> str:
    """On how many outcomes the fit has a smaller CRPS than another forecast."""
    both = [one for one in found if other in one.by]
    return f"{sum(one.by[FIT].crps < one.by[other].crps for one in both)} / {len(both)}" if both else "-"


def _summary(found: Sequence[Study]) -> str:
    head = ("episode", "outcomes", "held by the fit", "by the prior", "by the simple", "by the fit, told nothing",
            "fit nearer than prior", "than the simple", "than told nothing")  # fmt: skip
    groups = [(one.episode.title, list(one.outcomes)) for one in found]
    groups.append(("**all**", [each for one in found for each in one.outcomes]))
    lines = [
        (title, len(of), *(_share(of, name) for name in (FIT, PRIOR, BASELINE, UNTOLD)),
         *(_nearer(of, name) for name in (PRIOR, BASELINE, UNTOLD)))
        for title, of in groups
    ]  # fmt: skip
    return table(head, lines) + "\n"


def _of_episode(one: Study) -> Iterator[str]:
    """A section: what was left out and told, what came of the fit, outcomes, and what was read of them."""
    episode = one.episode
    yield f"## {episode.title}\n"
    yield f"{episode.note}. Left out: {episode.first} to {episode.last}; {_events(episode)}.\n"
    yield _moved(one)
    head = ("outcome", "observed", FIT, "CRPS", "place", "held", PRIOR, "CRPS", "held", "simple", "CRPS", "held",
            "fit, told nothing", "CRPS")  # fmt: skip
    yield table(head, [_line(each) for each in one.outcomes]) + "\n"
    yield _READ[episode.id] + "\n"


def _events(episode: Episode) -> str:
    timeline = load_evidence().timeline
    events = [timeline[id] for id in episode.events]
    return "known by " + "; ".join(f"{one.title} ({one.shock.on}, `{one.source}`)" for one in events)


def _moved(one: Study) -> str:
    """Parameters that a fit without the episode has elsewhere than the shipped one, and parts it lacks."""
    shipped = {line["name"]: line for line in load_posterior().about["parameters"]}
    moved, lost = [], []
    for line in one.fit.lines:
        was = shipped.get(line.name)
        if was is None or line.bound or not (was["narrowed"] or line.narrowed):
            continue
        (a, spread), b = was["posterior"], line.posterior[0]
        if was["narrowed"] and not line.narrowed:
            lost.append(f"`{line.name}`")
        elif abs(b - a) > MOVED * spread:
            moved.append(f"`{line.name}` {a:.3g} ({spread:.2g}) to {b:.3g}")
    lost += [f"`{name}`" for name in shipped.keys() - {line.name for line in one.fit.lines}
             if shipped[name]["narrowed"]]  # fmt: skip
    words = [f"{len(one.fit.rows)} parameters are narrowed without it."]
    words += [f"Moved, mean (sd) with it to mean without: {', '.join(moved)}."] if moved else []
    words += [f"No longer narrowed, so from the prior: {', '.join(sorted(lost))}."] if lost else []
    words += [f"Parts for which too little is left: {', '.join(one.fit.left_out)}."] if one.fit.left_out else []
    words += [] if one.fit.sound else ["**Its checks on simulated data fail.**"]
    return " ".join(words) + "\n"


def _line(one: Outcome) -> list[str]:
    fit, prior, simple, untold = (one.by.get(name) for name in (FIT, PRIOR, BASELINE, UNTOLD))
    name = _length(one.label) if one.series == LENGTHS else f"`{one.series}` {one.label}"
    cells = [name, _n(one.window.value)]
    assert fit is not None  # noqa: S101  # every outcome has one
    cells += [_interval(fit), _n(fit.crps), f"{fit.place:.2f}", _held(one, FIT)]
    assert prior is not None  # noqa: S101
    cells += [_interval(prior), _n(prior.crps), _held(one, PRIOR)]
    cells += [f"{one.baseline}: {_interval(simple)}", _n(simple.crps), _held(one, BASELINE)] if simple else ["-"] * 3
    return cells + ([_interval(untold), _n(untold.crps)] if untold else ["-"] * 2)


def _length(id: str) -> str:
    event = load_evidence().timeline[id]
    return f"days: {event.title} ({event.shock.on})"


def _held(one: Outcome, name: str) -> str:
    return "yes" if one.held(name) else "**no**"


def _interval(read: object) -> str:
    return f"{_n(read.median)} ({_n(read.low)} to {_n(read.high)})"  # type: ignore[attr-defined]


def _n(value: float) -> str:
    """Three figures, or whole with thousands separated."""
    return f"{value:,.0f}" if abs(value) >= 100.0 else f"{value:.3g}"
