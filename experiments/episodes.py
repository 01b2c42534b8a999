"""Writes docs/episodes.md and docs/img/episodes.png: episodes of the record, predicted by fits that leave them out.

Core objects: `all_studies` (each episode of `seeds/episodes.csv` left out, fitted and predicted), `page` and `sheet`.
Some minutes on two cores; an argument is the effort of the fits, below 1 for a trial: ./dev python
experiments/episodes.py
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
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
from regionsim.runs.worker import follow_parent
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
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"), initializer=follow_parent) as pool:
        return list(pool.map(_study, ids, [task] * len(ids)))


def _study(id: str, task: CalibrationSpec) -> EpisodeStudy:
    return study(read_episodes()[id], task, DRAWS)


# -- the page ----------------------------------------------------------------------------------------------------------


def page(found: Sequence[EpisodeStudy]) -> str:
    """The whole page."""
    task = found[0].fit.spec
    facts = {"worlds": f"{task.worlds:,}", "waves": task.waves, "effort": f"{task.effort:.0%}", "draws": DRAWS,
             "held_back": _titles(one for one in found if WINDOW[0] <= one.episode.last <= WINDOW[1]),
             "since": WINDOW[0], "after": _titles(one for one in found if one.episode.last > WINDOW[1]),
             "count": len(found)}  # fmt: skip
    parts = [_HEAD.format(**facts), _summary(found) + _TAIL]
    parts += [part for one in found for part in _of_episode(one)]
    return "\n".join(parts)


def _titles(found: Iterable[EpisodeStudy]) -> str:
    return "; ".join(one.episode.title for one in found)


def _share(found: Sequence[EpisodeOutcome], name: str) -> str:
    """How many 90% intervals of a forecast hold, of those that it was made for."""
    made = [one for one in found if name in one.by]
    return f"{sum(one.held(name) for one in made)} / {len(made)}" if made else "-"


def _nearer(found: Sequence[EpisodeOutcome], other: str) -> str:
    """On how many outcomes the fit has a smaller CRPS than another forecast."""
    both = [one for one in found if other in one.by]
    return f"{sum(one.by[FIT].crps < one.by[other].crps for one in both)} / {len(both)}" if both else "-"


def _summary(found: Sequence[EpisodeStudy]) -> str:
    head = ("episode", "outcomes", "held by the fit", "by the prior", "by the simple", "by the fit, calendar only",
            "fit nearer than prior", "than the simple", "than calendar only")  # fmt: skip
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
    head = ("outcome", "observed", FIT, "CRPS", "rank", "held", PRIOR, "CRPS", "held", "simple", "CRPS", "held",
            "fit, calendar only", "CRPS")  # fmt: skip
    yield table(head, [_line(each) for each in one.outcomes]) + "\n"
    yield _READ[episode.id] + "\n"


def _events(episode: Episode) -> str:
    timeline = load_evidence().timeline
    events = [timeline[id] for id in episode.events]
    return "events: " + "; ".join(f"{one.title} ({one.shock.on}, `{one.source}`)" for one in events)


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
    words += [f"Mean (sd) with it to mean without: {', '.join(moved)}."] if moved else []
    words += [f"No longer narrowed, so drawn from the prior: {', '.join(sorted(lost))}."] if lost else []
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


_HEAD = """<!-- Made by experiments/episodes.py from seeds/episodes.csv and simulations; do not edit. -->
# Episodes left out and predicted

Can the model predict an episode that was left out of its fit? {count} episodes of the record are, one at a time, left
out of the fit and predicted by it.

**Fitted without it.** [Calibration](calibration.md) to June 2025 uses the rest of the record, on both sides of the
episode ({worlds} worlds in each of {waves} waves, effort {effort}). It reads no row of a series that shares a day with
the episode, and no event dated in it; it drops a yearly figure if one day of the episode lies in the year; rates count
the remaining days. A test triples the rows of these days and multiplies their numbers by ten: the fit stays
bit-identical. Two things remain. The structure and the priors were written knowing what happened (a parameter that is
no longer narrowed has its declared prior, which may be based on the episode). And the simulation of the thirty months
uses as inputs dated events with the lengths of closures, aid and returns from Iran, which drive what comes after the
episode.

**Predicted.** From the first of the month in which the episode begins, with the state as known on that day, {draws}
worlds, one year; a figure of a fiscal year is predicted from the first day of the fiscal year in which the episode
begins. As in arm C of [hindcasts](hindcast.md), the forecast is given when closures, orders and truces began and that
Kabul fell, but not how they ended, how strong an order was, rules on transit or a change of documents. Beside it are
three others: the same worlds with every parameter from its prior; of the simple forecasts given the same events, the
one that turned out best on these very outcomes of the series, which is stricter than one named beforehand (for lengths:
those of earlier ones); and the fit given only the calendar (arm A). Windows of a series do not overlap.

CRPS is of log(1 + x) for counts, persons and days, and in million USD for goods; smaller is better, and it must not be
summed over series. Rank is that of the observed value among the draws, 0 to 1. Held: whether the 90% interval contains
it.

**{held_back}** lie in the [held-back period](looks.md) (from {since}). They were looked at because this test names
them; the look is logged there, and nothing was changed because of it. **{after}** came later: the model was made
without it, its forecast was scored once (the [scorecard](scorecard.md)), and the structure has been changed with
knowledge of it since. A closure that had not ended when last observed counts as far as it was seen, in forecasts and in
the record.

## Summary
"""

_TAIL = """
The outcomes of one episode come from a few paths and are not independent trials: with so few no skill is claimed, for
or against. A fit that holds as much as the prior has added nothing to it. The simple forecast is given only that an
event began; where a series begins with the episode there is none.

![fan of each series by the fit and by the prior, and what was observed](img/episodes.png)
"""

_READ = {
    "returns_2016": """Predicted: that the push would multiply returns, with a strength fitted to 2023 and 2025 alone,
and what was left of the flow in 2017. Missed: the path. The flow of registered refugees grew over four months; most
of the model's campaigns begin at once and fade, so it has too many in the first month and too few in the last, and
the narrower fit no longer holds the first month, which the prior does. The structure lets some campaigns grow because
of 2016. The closure of all crossings is at the upper edge and Kharlachi beyond it: without the long closures of these
months, fitted lengths are shorter than the prior's, and nothing makes a small crossing stay closed after the large
ones open. Transit starts from a figure of 2013-14, the last one known on the day.""",
    "pandemic_2020": """Missed by every forecast: the fall of exports in the spring of 2020, and that of the fiscal
year. The model is given that two crossings closed and treats these as ordinary closures; it does not include cargo on
three days a week after they opened, or the fall of demand everywhere. Much of the fall of the year came before the
closure: the last figure of customs known on the day is that of 2017-18. Payments for imports are held, by intervals
over more than an order of magnitude: the share that banks see moves that much. Fit and prior are nearly the same,
because data narrow little that moves trade.""",
    "takeover_2021": """Predicted: the level of attacks over the year, except the first month of PICSS, and that it
would be higher than without the takeover. So it was for lethal events in the first months, while most later months of
PICSS lie between the forecasts with and without. The intervals are wide. Payments for exports lie at the lower edge
of theirs, and one month below: they halved, while no bank fails in the model. The last value before the takeover is
nearer throughout. It is for imports too, except in the first month.""",
    "truce_2021": """The length is held, with a median far too long: one truce of half a year is left to fit the
hazard. Without this truce the fit has truces suppress attacks more than with it, which is nearer to what PICSS
counted in November and December. The fewest attacks came two months after the truce had ended, for which the model
has no reason.""",
    "truce_2022": """The length is held, with a median less than half of it; lengths of earlier truces are far
shorter. In the counted months attacks rose while the truce held (August and September are missing). The model, given
a truce, has fewer of them, and so is nearer over these months when it is given only the calendar; the last value is
nearer than either. The rise of December, after the truce, is above the median of all forecasts. The effect of a truce
is the prior's here: the remaining record does not narrow it.""",
    "rules_2023": """Predicted: the size of the autumn returns and their fall toward spring, given the day of the
order; without it they are missed. The strength of orders is the prior's here, because the remaining record does not
narrow it; the fit is nearer because of its higher quiet flow (`people.return_odds`). Missed: that returns rose in
September, before the order, and again in May and June, for which the record dates none. **Transit is missed
altogether**: no arm is given rules on transit, and they did not arise by themselves in any, so this says nothing
about how the model treats rules that it is given.""",
    "expulsion_2025": """One outcome: May and June are not in the record. It is held by a wide interval, given the day
of the order; without it, it is missed. The strength of orders comes from 2023 alone. The pulse of 2023 unchanged,
which has no width, is too low.""",
    "rupture_2025": """The fit ends before the episode and has seen nothing of it, so it is nearly the prior. Predicted,
given the day on which the gates shut: that goods would stop, and that the closure would outlast any ordinary one; most
draws last as long as it was seen to, or longer. Given only the calendar, goods are missed altogether. Payments for
exports went on after the gates had shut and lie above the median. Returns of November are held in the upper half of a
wide interval; the forecast that is not given the closure is nearer: in the model shut gates can hold returnees up for
longer than they did.""",
}
"""Comments on the tables, written by hand: words, no figures. Revise them when the tables change."""


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
