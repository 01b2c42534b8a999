"""What a calibration says, as text, as a page and as a picture: prior, posterior, contraction, and what is not known.

Core objects: `calibration_text`, `calibration_page` and `draw_ranks`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from regionsim.console import columns
from regionsim.evidence.posterior import ASSUMPTION, MAKE
from regionsim.views import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

type About = Mapping[str, Any]

_BINS = 10
_ROOM = 1.5  # inches from one histogram to the next, less a gap
_PLACES = "Places of true values in posteriors of simulated data; grey: where nineteen in twenty even bars lie"
_OURS, _ZERO = style.COLOURS["trade"], style.MUTED

HEAD = """# Calibration: what the record narrows

Written by `regionsim calibrate --until {until} --out FILE.csv --report docs`. `draws: posterior` in a scenario takes
the narrowed parameters of each draw from one joint row of the posterior that ships (`seeds/posterior`), and all else
from its prior. **`draws: prior` is the default.** To change that, change `draws` in `src/regionsim/scenario/schema.py`.

**{narrowed} of {uncertain} uncertain parameters are narrowed. The others are not identified: they are assumptions**,
and it is said so wherever one is named. No series speaks of trust, sanctuary, the sway of the army, mediation,
what strikes do to militants or uplift to recruitment.
{without}
## How

1. **Parts.** A part of the model with a series of its own is fitted to it by itself: draws from the prior, weighted by
   the likelihood or, where there is none, by nearness of what each simulates. A prior that had been read off the same
   series (role `calibrated`, that source) would count it twice: it is replaced by an even one, thrice as long
   (`widened`). So a posterior can be wider than the distribution that `draws: prior` draws from.
2. **The whole.** The record of the last 30 months to {until} is played in {worlds} worlds (the state as known at its
   start, dated events as they were, the strength of expulsion orders not told). Every world is a draw, so that one
   play gives the figures below as lines and parabolas in the parameters that move them, and the scatter that is left.
   Sets of parameters with an implausibility above 3 in any figure are dropped, a second wave is played with sets that
   were not, and what is left is weighted by a normal likelihood with variances of chance, of reporting and of the
   model's own error (`measurement.discrepancy`). A figure that no set of parameters comes near is set aside, and named.
3. **Checks.** In 100 fits on simulated data true values, and their likelihoods, must be found in even places of their
   posteriors. For the whole model, worlds that the emulator of the first wave has not seen stand for the truth.

Contraction is 1 - variance of the posterior / variance of the prior used, with its standard error by chance: of the
sets drawn, and of the emulator, which is fitted again to resampled worlds of the last wave. A parameter counts as
narrowed where it is above 0.1 by two standard errors. **It is measured from the prior used**: where that was widened, a
posterior can be narrowed and still wider than what was declared (sd / declared above 1): the series by itself then says
less than had been read off it.

## Prior to posterior

| parameter | declared: mean (sd) | prior used | posterior | sd / declared | contraction | fitted in | series | n |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""
TAIL = """
## What this cannot show

- **The record to {until} is used, so scores on outcomes up to that day with these draws would be in-sample.**
  `hindcast` draws from priors. The method was settled without looking at any score of January 2023 to June 2025; but
  priors, and which parts there are, were written knowing what happened.
- Nothing observed after `--until` is used, but for straight lines between dated stocks (people, aid, fighters) at the
  start of the play.
- Priors of parameters fitted by the whole only are taken as declared, also where they were read off the same years;
  they are mostly even, so that the record counts twice only in their ends.
- Strikes, campaigns and closures after no clash are counted, but in the model threat, anger and gates already shut
  raise their rates, so that a rate read off the count would make too many: they are shown as bounds and not used.
- Sit-ins are one event, strengths of orders are two, and deaths in strikes three.
- Steps of violence are wider under the posterior than under priors; threat, strikes and closures rise with them, which
  no figure of the whole holds down.
- Rival structures (`structure.*`), starts of variables that no series measures (`climate.*`) and rates of reporting
  are left out.

Do it again: `{make}`; add `--report docs` for this page.
`tests/patterns/posterior.py` sets the patterns under these draws beside those under priors, and
`experiments/signs_posterior.py` the signs and hypotheses. `--without A..B` leaves days of the record out; seven
episodes are so left out and then predicted ([episodes](episodes.md)).
"""
_WITHOUT = "\n**Left out: {}**: no record of these days, or of a year that reaches into them, is used.\n"


def calibration_text(about: About, width: int | None = None) -> str:
    """The table for a terminal of this width, narrowed parameters first, and what was set aside."""
    rows = [["parameter", "prior used", "posterior", "contraction", "fitted in", ""]]
    for line in about["parameters"]:
        remark = "" if line["narrowed"] else "an upper bound, not used" if line["bound"] else ASSUMPTION
        rows.append([line["name"], _pair(line["prior"]), _pair(line["posterior"]), _contraction(line),
                     " ".join(line["fits"]) or "-", remark])  # fmt: skip
    lines = [columns(rows, width=width)]
    narrowed = sum(line["narrowed"] for line in about["parameters"])
    lines += ["", f"{narrowed} of {about['uncertain']} uncertain parameters are narrowed; all others are assumptions"]
    lines += [f"set aside, as no parameters come near: {', '.join(_aside(about))}"] if _aside(about) else []
    lines += [f"the record says too little by then: {', '.join(about['left_out'])}"] if about["left_out"] else []
    lines += [_verdict(about)]
    return "\n".join(lines) + "\n"


def _pair(values: Sequence[float]) -> str:
    return f"{values[0]:.3g} ({values[1]:.2g})"


def _ratio(line: About) -> str:
    """The posterior's standard deviation over the declared one."""
    return f"{line['posterior'][1] / line['declared'][1]:.2f}" if line["declared"][1] else "-"


def _contraction(line: About) -> str:
    return f"{line['contraction']:.2f} +- {line['error']:.2f}"


def _aside(about: About) -> list[str]:
    return [figure["figure"] for figure in about["figures"] if not figure["kept"]]


def _verdict(about: About) -> str:
    """Whether the checks on simulated data pass."""
    p = about["checks"]
    worst = min(p, key=p.__getitem__)
    result = "pass" if about["sound"] else "FAIL"
    return (
        f"checks on simulated data {result}: smallest of {len(p)} p values {p[worst]:.2g} ({worst}), at least "
        f"{0.01 / len(p):.1g} asked"
    )


def calibration_page(about: About) -> str:
    """The page docs/calibration.md."""
    lines = about["parameters"]
    narrowed = [line for line in lines if line["narrowed"]]
    facts = {"until": about["until"], "uncertain": about["uncertain"], "narrowed": len(narrowed),
             "worlds": f"{about['worlds']:,}", "make": MAKE,
             "without": _WITHOUT.format(", ".join(about["without"])) if "without" in about else ""}  # fmt: skip
    others = ", ".join(f"`{line['name']}` ({line['contraction']:.2f})" for line in lines
                       if not line["narrowed"] and not line["bound"])  # fmt: skip
    bounds = "".join(
        f"- `{line['name']}`: {_pair(line['posterior'])} by {line['n']} records, {', '.join(line['series'])}\n"
        for line in lines
        if line["bound"]
    )
    if bounds:
        bounds = f"\nUpper bounds, shown and not used (what the series overstates is said below):\n\n{bounds}"
    return "".join([
        HEAD.format(**facts), *(_row(line) for line in narrowed),
        f"\nFitted, and **not narrowed: assumptions** (contraction): {others or 'none'}.\n",
        bounds, _notes(about), _figures(about),
        _checks(about), TAIL.format(**facts),
    ])  # fmt: skip


def _notes(about: About) -> str:
    """What is said of single parts."""
    items = "".join(f"- {title}: {note}.\n" for title, note in about.get("notes", {}).items())
    return f"\nOf single parts:\n\n{items}" if items else ""


def _row(line: About) -> str:
    used = f"{_pair(line['prior'])}, widened" if line["widened"] else "as declared"
    cells = (f"`{line['name']}`", _pair(line["declared"]), used, _pair(line["posterior"]), _ratio(line),
             _contraction(line), ", ".join(line["fits"]), ", ".join(line["series"]), str(line["n"]))  # fmt: skip
    return "| " + " | ".join(cells) + " |\n"


def _figures(about: About) -> str:
    """The whole: figures and waves."""
    waves = "; ".join(f"wave {wave['wave']}: {wave['moved_by']} parameters move a figure, {wave['plausible']:.1%} of "
                      "sets are plausible so far" for wave in about["waves"])  # fmt: skip
    head = (
        f"\n## The whole\n\n{waves}. The weighted sets are worth {about['worth']:.0f} equal ones. Figures are logs of "
        "(1 + x).\n\n| figure | observed | last wave: median (90%) | explained by parameters | implausibility | |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
    )
    return head + "".join(
        f"| {row['figure']} | {row['observed']:.2f} | {row['median']:.2f} ({row['low']:.2f} to {row['high']:.2f}) | "
        f"{row['explained']:.0%} | {row['implausibility']:.1f} | {'' if row['kept'] else '**set aside**'} |\n"
        for row in about["figures"]
    )


def _checks(about: About) -> str:
    return (
        f"\n## Checks\n\n{_verdict(about)[0].upper() + _verdict(about)[1:]}.\n\n"
        "![places of true values in posteriors of simulated data, by fit and parameter](img/calibration.png)\n"
    )


def draw_ranks(ranks: Mapping[str, npt.NDArray[np.float64]], path: Path) -> None:
    """Write the histograms of places of truths into a file."""
    about = {"Title": "Checks of calibration", "Description": _PLACES, "Source": "regionsim calibrate"}
    style.save(ranks_figure(ranks), path, about)


@style.look()
def ranks_figure(ranks: Mapping[str, npt.NDArray[np.float64]]) -> Figure:
    """Histograms of places of truths, one for each fit and parameter, with the band that even places keep to."""
    names, columns = sorted(ranks), 6
    rows = -(-len(names) // columns)
    figure = style.new_figure(12.0, 0.6 + 1.1 * rows)
    axes = np.ravel(np.asarray(figure.subplots(rows, columns, squeeze=False, gridspec_kw={"hspace": 0.9})))
    for axis in axes:
        axis.set_axis_off()
    for name, axis in zip(names, axes, strict=False):
        n = len(ranks[name])
        error = 1.96 * np.sqrt(n / _BINS * (1.0 - 1.0 / _BINS))
        axis.hist(ranks[name], bins=np.linspace(0.0, 1.0, _BINS + 1).tolist(), color=_OURS)
        axis.axhspan(max(n / _BINS - error, 0.0), n / _BINS + error, color=_ZERO, alpha=0.3)
        title = [part for line in name.split(": ") for part in style.broken(line, 6.0, _ROOM)]
        axis.set_title("\n".join(title), fontsize=6, color=style.INK)
    figure.text(0.02, 0.1 / (0.6 + 1.1 * rows), _PLACES, color=style.MUTED, fontsize=8)
    return figure
