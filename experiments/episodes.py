"""Writes docs/episodes.md and docs/img/episodes.png: episodes of the record, predicted by fits that leave them out.

Core objects: `all_studies` (each episode of `seeds/episodes.csv` fitted without and played), `page` and `sheet`. Some
minutes on two cores; an argument is the effort of the fits, below 1 for a trial:
  ./dev python experiments/episodes.py
"""

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes

from regionsim.evidence import load_evidence
from regionsim.evidence.episodes import Episode, read_episodes
from regionsim.evidence.measures import read_measures
from regionsim.evidence.posterior import load_posterior
from regionsim.history.calibrate import CalibrationSpec
from regionsim.history.episodes import (
    BASELINE,
    FIT,
    LENGTHS,
    PRIOR,
    UNTOLD,
    EpisodeFan,
    EpisodeOutcome,
    EpisodeStudy,
    study,
)
from regionsim.history.hindcast import WINDOW
from regionsim.views import style

sys.path.insert(0, str(Path(__file__).resolve().parent))
from tabular import table  # a neighbour, not a package

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE, PICTURE = DOCS / "episodes.md", DOCS / "img" / "episodes.png"
DRAWS, PROCESSES = 200, 2
MOVED = 0.5
"""A parameter is named where leaving the episode out moves its mean by more than so many standard deviations."""
_FAMILY = {"attacks": "security", "exports": "trade", "imports": "trade", "transit": "trade"}
_MONTH = 365.25 / 12.0
_FEWEST, _LABELS = 100.0, 0.045  # persons at the foot of an axis; room for names, as a share of the sheet


def all_studies(task: CalibrationSpec) -> list[EpisodeStudy]:
    """Every episode, two at a time."""
    ids = list(read_episodes())
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        return list(pool.map(_study, ids, [task] * len(ids)))


def _study(id: str, task: CalibrationSpec) -> EpisodeStudy:
    return study(read_episodes()[id], task, DRAWS)


# -- the page ----------------------------------------------------------------------------------------------------------


def page(found: Sequence[EpisodeStudy]) -> str:
    """The whole page."""
    task = found[0].fit.spec
    facts = {"worlds": f"{task.worlds:,}", "waves": task.waves, "effort": f"{task.effort:.0%}", "draws": DRAWS,
             "held_back": "; ".join(one.episode.title for one in found if one.episode.last >= WINDOW[0]),
             "since": WINDOW[0]}  # fmt: skip
    parts = [_HEAD.format(**facts), _summary(found) + _TAIL]
    parts += [part for one in found for part in _of_episode(one)]
    return "\n".join(parts)


def _share(found: Sequence[EpisodeOutcome], name: str) -> str:
    """How many 90% intervals of a forecast hold, of those that it was made for."""
    made = [one for one in found if name in one.by]
    return f"{sum(one.held(name) for one in made)} / {len(made)}" if made else "-"


def _nearer(found: Sequence[EpisodeOutcome], other: str) -> str:
    """On how many outcomes the fit has a smaller CRPS than another forecast."""
    both = [one for one in found if other in one.by]
    return f"{sum(one.by[FIT].crps < one.by[other].crps for one in both)} / {len(both)}" if both else "-"


def _summary(found: Sequence[EpisodeStudy]) -> str:
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


def _of_episode(one: EpisodeStudy) -> Iterator[str]:
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


def _moved(one: EpisodeStudy) -> str:
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


def _line(one: EpisodeOutcome) -> list[str]:
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


def _held(one: EpisodeOutcome, name: str) -> str:
    return "yes" if one.held(name) else "**no**"


def _interval(read: object) -> str:
    return f"{_n(read.median)} ({_n(read.low)} to {_n(read.high)})"  # type: ignore[attr-defined]


def _n(value: float) -> str:
    """Three figures, or whole with thousands separated."""
    return f"{value:,.0f}" if abs(value) >= 100.0 else f"{value:.3g}"


_HEAD = """<!-- Made by experiments/episodes.py from seeds/episodes.csv and plays of the model; do not edit. -->
# Episodes left out and predicted

Seven episodes of the record are, one at a time, left out of the fit and predicted by it.

**Fitted without it.** [Calibration](calibration.md) to June 2025 by the rest of the record, on both sides of the
episode ({worlds} worlds in each of {waves} waves, effort {effort}). No row of a series that shares a day with the
episode is read and no event dated in it; a figure of a year goes where one day of the episode lies in it; rates
count the days that are left. Rows of these days made threefold and their numbers tenfold leave the fit the same to
the last bit (a test). Still there: the structure and the priors, written knowing what happened (a parameter that is
no longer narrowed has its declared prior, which may have been read off the episode), and, as inputs of the thirty
months that are played, dated events with the lengths of closures, aid and returns from Iran: they drive what comes
after the episode.

**Predicted.** From the first of the month in which it begins, with the state as known on that day, {draws} worlds,
a year; a figure of a fiscal year from the first day of the one that the episode begins in. Told in arm C of
[hindcasts](hindcast.md): when closures, orders and truces began and that Kabul fell, and not how they ended, how
strong an order was, rules on transit or a change of documents. Beside it: the same worlds with every parameter from
its prior; of the simple forecasts told of the same events the one that turned out best on these very outcomes of the
series, which is stricter than one named beforehand (for lengths: those of earlier ones); and the fit told nothing but
the calendar (arm A). Windows of a series do not overlap.

CRPS is of log(1 + x) for counts, persons and days, and in million USD for goods: smaller is better, and it is not
to be added up over series. Place is that of what was observed among the draws, 0 to 1. Held: whether it lies in the
90% interval.

**{held_back}** lie in the [days held back](looks.md) (from {since}). They were looked at because this test names
them; the look is logged there, and nothing was changed because of it.

## In sum
"""

_TAIL = """
Outcomes of one episode are a few paths, not as many trials: with so few no skill is claimed, for or against. A fit
that holds as much as the prior has added nothing to it. What the simple forecast is told of the future is only that
an event began; where a series begins with the episode there is none.

![fan of each series by the fit and by the prior, and what was observed](img/episodes.png)
"""

_READ = {
    "returns_2016": """Foreseen: that the push would multiply returns, from a strength fitted to 2023 and 2025
alone, and what was left of the flow in 2017. Missed: the path. The flow of registered refugees mounted over four
months; most of the model's campaigns begin at once and fade, so that it has too many in the first month and too few
in the last, and the fit, narrower, no longer holds the first month, which the prior does. That some campaigns mount
at all was put into the structure because of 2016. The closure of all crossings is at the upper edge and Kharlachi
beyond it: without the long closures of these months lengths are fitted shorter than the prior has them, and nothing
makes a small crossing stay shut after the large ones open. Transit starts from a figure of 2013-14, the last one
known on the day.""",
    "pandemic_2020": """Missed by every forecast: the fall of exports in the spring of 2020, and that of the fiscal
year. The model is told that two crossings closed and has ordinary closures for them; cargo on three days a week
after they opened, and the fall of demand everywhere, are not in it. Much of the fall of the year came before the
closure: the last figure of customs known on the day is that of 2017-18. Payments for imports are held, by intervals
over more than an order of magnitude: what share of them banks see moves that much. Fit and prior are nearly the same,
as little that moves trade is narrowed.""",
    "takeover_2021": """Foreseen: the level of attacks over the year, but for the first month of PICSS, and that it
would be higher than without the takeover: so it was for lethal events in the first months, while most later months
of PICSS lie between the forecasts with and without. The intervals are wide. Payments for exports lie at the lower edge
of theirs, and one month below: they halved, as no bank fails in the model, and the last value before the takeover is
nearer throughout. It is for imports too, but for the first month.""",
    "truce_2021": """The length is held, with a middle far too long: one truce of half a year is left to fit the
hazard to. With this truce out the fit has truces suppress attacks more than with it in, which is nearer to what
PICSS counted in November and December. The fewest attacks came two months after the truce had ended, for which
there is no reason in the model.""",
    "truce_2022": """The length is held, with a middle less than half of it; lengths of earlier truces are far
shorter. In the months that were counted attacks rose while the truce held (August and September are missing). The
model, told of a truce, has fewer of them, and so is nearer over these months when it is told nothing; the last
value is nearer than either. The rise of December, after the truce, is above the middle of all forecasts. The effect
of a truce is prior here: what is left of the record does not narrow it.""",
    "rules_2023": """Foreseen: the size of the returns of autumn and their fall to the spring, told the day of the
order; without it they are missed. The strength of orders is prior here, what is left does not narrow it; the fit is
nearer by its higher quiet flow (`people.return_odds`). Missed: that returns rose in September, before the order,
and again in May and June, for which the record dates none. **Transit is missed altogether**: rules on transit are
told in no arm and came about by themselves in none, so that this says nothing of what the model makes of rules that
it is told of.""",
    "expulsion_2025": """One outcome: May and June are not in the record. It is held by a wide interval, told the
day of the order; untold, it is missed. The strength of orders comes from 2023 alone. The pulse of 2023 as it was,
which has no width, is too low.""",
}
"""What was read of the tables and of the code, by hand: words, no figures. To be read again when the tables change."""


# -- the picture -------------------------------------------------------------------------------------------------------


def sheet(found: Sequence[EpisodeStudy], path: Path) -> None:
    """A panel for each series by month of each episode, one for figures of years, one for lengths."""
    panels = [(one, fan) for one in found for fan in one.fans]
    rows = -(-(len(panels) + 2) // 4)
    figure = style.new_figure(15.0, 1.1 + 2.75 * rows)
    axes = list(np.ravel(figure.subplots(rows, 4, squeeze=False)))
    height = float(figure.get_size_inches()[1])
    figure.subplots_adjust(0.05, 0.45 / height, 0.985, 1.0 - 1.2 / height, 0.27, 0.5)
    for axis, (one, fan) in zip(axes, panels, strict=False):
        _fan(axis, one, fan)
    rest = axes[len(panels) :]
    every = [each for one in found for each in one.outcomes]
    _ratios(rest[0], [one for one in every if one.label.startswith("FY")], "Fiscal years, forecast over observed")
    _ratios(rest[1], [one for one in every if one.series == LENGTHS], "Lengths in days, forecast over observed")
    for axis in rest[2:]:
        axis.set_axis_off()
    title = "Episodes predicted by fits that leave them out"
    words = (
        "Colour: fit without the episode, median and 90%. Grey, dashed: prior. Black: observed, as much a month as its "
        "days say. Arm C: told when closures, orders and truces began, not their ends or strength."
    )
    figure.text(0.02, 1.0 - 0.35 / height, title, color=style.INK, fontsize=14, fontweight="bold")
    figure.text(0.02, 1.0 - 0.62 / height, words, color=style.MUTED, fontsize=9)
    style.save(figure, path, {"Title": title, "Description": words, "Source": "experiments/episodes.py"})


def _fan(axis: Axes, one: EpisodeStudy, fan: EpisodeFan) -> None:
    """Months of a series: prior, fit and what was observed."""
    measure = read_measures()[fan.series]
    colour = style.COLOURS[_FAMILY.get(measure.latent, "people")]
    people = measure.unit == "persons"
    middles = [float(mdates.date2num(fan.origin)) + _MONTH * (k + 0.5) for k in range(fan.fit.shape[1])]
    for values, shade, line, name in ((fan.prior, style.MUTED, "--", "prior"), (fan.fit, colour, "-", "fit")):
        low, middle, high = np.maximum(values, 1.0 if people else 0.0)
        axis.fill_between(middles, low, high, color=shade, alpha=0.25, linewidth=0)
        axis.plot(middles, middle, line, color=shade, linewidth=1.4, label=name)
    for each in one.outcomes:
        if each.series == fan.series:
            begin, end = (float(mdates.date2num(day)) for day in (each.window.begin, each.window.end))
            level = each.window.value * _MONTH / (end - begin)
            axis.plot([begin, end], [level, level], color=style.INK, linewidth=2.2, solid_capstyle="butt")
            axis.plot([(begin + end) / 2.0], [level], "o", color=style.INK, markersize=3.5)
    axis.set_xlim(middles[0] - _MONTH / 2.0, middles[-1] + _MONTH / 2.0)
    style.quiet(axis, small=True)
    if people:
        axis.set_yscale("log")
        axis.set_ylim(bottom=max(axis.get_ylim()[0], _FEWEST))
        axis.yaxis.set_major_formatter(style.number_ticks())
        axis.minorticks_off()
    else:
        axis.set_ylim(bottom=0.0)
    axis.set_title(f"{one.episode.title}\n{measure.title}", fontsize=8, color=style.INK)
    axis.set_ylabel(f"{measure.unit} a month", fontsize=7, color=style.MUTED)


def _ratios(axis: Axes, outcomes: Sequence[EpisodeOutcome], title: str) -> None:
    """Intervals of the fit and of the prior over what was observed, a line for each outcome."""
    names = []
    box = axis.get_position()
    axis.set_position((box.x0 + _LABELS, box.y0, box.width - _LABELS, box.height))
    for k, one in enumerate(reversed(outcomes)):
        colour = style.COLOURS["border" if one.series == LENGTHS else "trade"]
        for name, shade, up in ((FIT, colour, 0.14), (PRIOR, style.MUTED, -0.14)):
            read = one.by[name]
            low, middle, high = (max(x / one.window.value, 1e-3) for x in (read.low, read.median, read.high))
            axis.plot([low, high], [k + up, k + up], color=shade, linewidth=2.0)
            axis.plot([middle], [k + up], "o", color=shade, markersize=3.5)
        names.append(one.label.removeprefix("closure_") if one.series == LENGTHS else f"{one.series[:-5]} {one.label}")
    style.quiet(axis, small=True)
    axis.set_xscale("log")
    axis.axvline(1.0, color=style.INK, linewidth=1.2)
    low, high = axis.get_xlim()
    axis.set_xticks([tick for tick in (0.03, 0.1, 0.3, 1.0, 3.0, 10.0) if low <= tick <= high])
    axis.xaxis.set_major_formatter(style.number_ticks())
    axis.minorticks_off()
    axis.set_yticks(range(len(names)), [name.replace("_", " ") for name in names], fontsize=6)
    axis.set_title(title, fontsize=8, color=style.INK)


def main() -> None:
    """Fit, play and write."""
    found = all_studies(CalibrationSpec(effort=float(sys.argv[1]) if len(sys.argv) > 1 else 1.0))
    PAGE.write_text(page(found), encoding="utf-8", newline="\n")
    sheet(found, PICTURE)


if __name__ == "__main__":
    main()
