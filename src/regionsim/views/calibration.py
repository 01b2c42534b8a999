"""Results of a calibration as text, as a page and as a picture: prior, posterior, contraction, and limits.

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
_RANKS = "Ranks of true values in posteriors of simulated data; grey: 95% range of bars if ranks are uniform"
_OURS, _ZERO = style.COLOURS["trade"], style.MUTED

HEAD = """# Calibration: what the record narrows

Written by `regionsim calibrate --until {until} --out FILE.csv --report docs`. `draws: posterior` in a scenario takes
the narrowed parameters of each draw from one joint row of the shipped posterior (`seeds/posterior`), the others from
their priors. **`draws: prior` is the default.** To change that, change `draws` in `src/regionsim/scenario/schema.py`.

**{narrowed} of {uncertain} uncertain parameters are narrowed. The others are not identified: they are assumptions**,
and are marked so wherever they are named. No series measures trust, sanctuary, the influence of the army, mediation, or
the effects of strikes on militants and of uplift on recruitment.
{without}
## How

1. **Parts.** A part of the model with its own series is fitted to it separately: draws from the prior are weighted by
   the likelihood or, if there is none, by the nearness of what they simulate. A prior that was itself read from the
   series (role `calibrated`, that source) would count the series twice, so a uniform prior over three times its length
   replaces it (`widened`). A posterior can therefore be wider than the distribution that `draws: prior` uses.
2. **The whole.** The last 30 months to {until} are played in {worlds} worlds (the state as known at their start, dated
   events as observed, the strength of expulsion orders withheld). Every world is a separate draw, so one simulation
   fits an emulator: each figure below as a linear and quadratic function of the parameters that move it, with the
   residual scatter. Sets of parameters with an implausibility above 3 in any figure are dropped, a second wave plays
   the others, and the remaining sets are weighted by a normal likelihood with the variances of chance, of reporting and
   of the model's own error (`measurement.discrepancy`). A figure that no set comes near is set aside and named.
3. **Checks.** In 100 fits to simulated data, the ranks of true values and of their likelihoods in the posteriors must
   be uniform. For the whole model, worlds not used by the emulator of the first wave serve as the truth.

Contraction is 1 - variance of the posterior / variance of the prior used. Its standard error covers the sampling of
parameter sets and the emulator, which is fitted again to resampled worlds of the last wave. A parameter counts as
narrowed if its contraction exceeds 0.1 by two standard errors. **It is measured from the prior used**: if that was
widened, a posterior can be narrowed and still wider than the declared distribution (sd / declared above 1); the series
alone then says less than was read from it.

## Prior to posterior

| parameter | declared: mean (sd) | prior used | posterior | sd / declared | contraction | fitted in | series | n |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""
TAIL = """
## What this cannot show

- **The record to {until} is used, so scores on outcomes up to that day with these draws would be in-sample.**
  `hindcast` draws from priors. The method was chosen without looking at any score of January 2023 to June 2025, but
  the priors and the choice of parts were written with knowledge of what happened.
- Nothing observed after `--until` is used, except that stocks (people, aid, fighters) at the start of the simulation
  are interpolated between dates.
- Parameters fitted only by the whole keep their declared priors, even if these were read from the same years; most are
  uniform, so the record counts twice only in their ends.
- Strikes, campaigns and closures without a clash are counted, but threat, anger and closed gates raise their rates in
  the model, so a rate read from the count would give too many: these rates are shown as bounds and not used.
- Sit-ins rest on one event, strengths of orders on two, and deaths in strikes on three.
- Steps of violence are larger under the posterior than under priors; threat, strikes and closures rise with them, and
  no figure of the whole limits this.
- Rival structures (`structure.*`), initial values of variables that no series measures (`climate.*`) and rates of
  reporting are left out.

To repeat: `{make}`; add `--report docs` for this page.
`tests/patterns/posterior.py` compares the patterns under these draws with those under priors, and
`experiments/signs_posterior.py` the signs and hypotheses. `--without A..B` leaves out days of the record; seven
episodes are left out in this way and then predicted ([episodes](episodes.md)).
"""
_WITHOUT = "\n**Left out: {}**: no record of these days, or of a year that contains them, is used.\n"


def calibration_text(about: About, width: int | None = None) -> str:
    """The table for a terminal of this width, narrowed parameters first, and figures set aside."""
    rows = [["parameter", "prior used", "posterior", "contraction", "fitted in", ""]]
    for line in about["parameters"]:
        remark = "" if line["narrowed"] else "an upper bound, not used" if line["bound"] else ASSUMPTION
        rows.append([line["name"], _pair(line["prior"]), _pair(line["posterior"]), _contraction(line),
                     " ".join(line["fits"]) or "-", remark])  # fmt: skip
    lines = [columns(rows, width=width)]
    narrowed = sum(line["narrowed"] for line in about["parameters"])
    lines += ["", f"{narrowed} of {about['uncertain']} uncertain parameters are narrowed; all others are assumptions"]
    lines += [f"set aside, as no set of parameters comes near: {', '.join(_aside(about))}"] if _aside(about) else []
    lines += [f"too few data by then: {', '.join(about['left_out'])}"] if about["left_out"] else []
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
        f"{0.01 / len(p):.1g} required"
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
        bounds = f"\nUpper bounds, shown but not used (see the notes on parts):\n\n{bounds}"
    return "".join([
        HEAD.format(**facts), *(_row(line) for line in narrowed),
        f"\nFitted, and **not narrowed: assumptions** (contraction): {others or 'none'}.\n",
        bounds, _notes(about), _figures(about),
        _checks(about), TAIL.format(**facts),
    ])  # fmt: skip


def _notes(about: About) -> str:
    """Notes on parts."""
    items = "".join(f"- {title}: {note}.\n" for title, note in about.get("notes", {}).items())
    return f"\nNotes on parts:\n\n{items}" if items else ""


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
        f"\n## The whole\n\n{waves}. The effective sample size of the weighted sets is {about['worth']:.0f}. "
        "Figures are log(1 + x).\n\n"
        "| figure | observed | last wave: median (90%) | explained by parameters | implausibility | |\n"
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
        "![ranks of true values in posteriors of simulated data, by fit and parameter](img/calibration.png)\n"
    )


def draw_ranks(ranks: Mapping[str, npt.NDArray[np.float64]], path: Path) -> None:
    """Write the histograms of ranks of true values to a file."""
    about = {"Title": "Checks of calibration", "Description": _RANKS, "Source": "regionsim calibrate"}
    style.save(ranks_figure(ranks), path, about)


@style.look()
def ranks_figure(ranks: Mapping[str, npt.NDArray[np.float64]]) -> Figure:
    """Histograms of ranks of true values, by fit and parameter, with the 95% band of uniform ranks."""
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
    figure.text(0.02, 0.1 / (0.6 + 1.1 * rows), _RANKS, color=style.MUTED, fontsize=8)
    return figure
