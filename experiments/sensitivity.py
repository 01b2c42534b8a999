"""Writes docs/sensitivity.md: which uncertain inputs of the trade push matter, by a Morris screening and a Sobol study.

Core objects: `screening`, `shares` and `main`. The command itself runs the studies and keeps them under runs/, so
what is finished is not repeated. About a quarter of an hour on two cores:  ./dev python experiments/sensitivity.py
"""

import subprocess
import sys
from pathlib import Path

import pandas as pd

from regionsim.evidence.identified import KEY, identified, narrowed_words

PAGE = Path(__file__).resolve().parents[1] / "docs" / "sensitivity.md"
OUTCOMES = ("trade_volume@2035", "attacks@2035", "refugees_in_pakistan@2035", "poverty_rate_border@2035",
            "trust_pakistan@2035")  # fmt: skip
SHARED_OUT = ("trade_volume@2035", "trade_bilateral@2035")  # outcomes of the second study
MOST = 12  # inputs of the second study: those that move its first outcome most in the first
SHOWN = 8  # inputs listed of each outcome of the first

HEAD = """<!-- Made by experiments/sensitivity.py from simulations; do not edit. -->
# What matters in the trade push

Which uncertain inputs matter most for the result of the [trade push](../scenarios/trade_push.yaml) after ten years? A
Morris screening covers all {inputs} of them, then a Sobol analysis gives shares of variance for the {most} that move
trade most. Each input varies over its own prior distribution, so it matters here if it is both uncertain and strong.
Inputs that no series identifies (`assumption`) have wide distributions and so rank high: the page shows where
knowledge would help, not what causes what in the region. [Commands](commands.md#sensitivity) defines each index.

{narrowed}
{key} See [calibration](calibration.md).

```
{first}
{second}
```

## A screening of everything

{points:,} points in 4 replicates, {worlds:,} worlds of ten years. **mu\\*** is the change of the outcome, in its
unit, as the input goes from the lowest to the highest quarter of its distribution, all else equal, with its 95%
interval; **mu** has the sign; **chance** is the share of the squared effect that is due to random numbers and not the
input; *wide* marks an interval wider than the index, which then says little.
"""

SECOND = """{points:,} points of a Sobol design (512 base points) in 2 replicates, {worlds:,} worlds. **ST** is the
share of the variance of means over replicates that involves the input, interactions included; **S1** that of the input
alone; with 95% bootstrap intervals. All other inputs keep the draws of the replicate.
"""


def played(*words: str) -> Path:
    """Play a study, or what is missing of it; its folder."""
    sys.stderr.write(f"regionsim {' '.join(words)}\n")
    command = [sys.executable, "-P", "-m", "regionsim", *words, "--quiet", "--no-figures"]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603  # our own command
    return Path(said.stdout.strip())


def spread(low: float, high: float) -> str:
    """An interval in brackets."""
    return f"[{low:.3g}, {high:.3g}]"


def marked(name: str) -> str:
    """An input and whether the record identifies it, as two cells."""
    return f"`{name}` | {identified(name)}"


def screening(found: pd.DataFrame, about: pd.DataFrame) -> str:
    """The tables of the screening, one for each outcome."""
    text = ""
    for outcome in OUTCOMES:
        row = about[about["outcome"] == outcome].iloc[0]
        text += f"\n### {outcome}, {row['unit']}\n\n"
        text += f"Mean {row['mean']:,.4g}, standard deviation over worlds {row['sd']:,.3g}; {row['said']}.\n\n"
        text += "| | input | identified | mu\\* | mu | sigma | chance | |\n|---:|---|---|---|---:|---:|---:|---|\n"
        for _, one in found[found["outcome"] == outcome].nsmallest(SHOWN, "rank").iterrows():
            wide = "wide" if isinstance(one["warning"], str) else ""
            index = f"{one['mu_star']:.3g} {spread(one['mu_star_low'], one['mu_star_high'])}"
            cells = (f"{one['rank']:.0f}", marked(one["input"]), index, f"{one['mu']:.3g}", f"{one['sigma']:.3g}")
            text += f"| {' | '.join(cells)} | {one['chance']:.0%} | {wide} |\n"
    return text


def shares(found: pd.DataFrame, about: pd.DataFrame) -> str:
    """The tables of shares of variance."""
    text = ""
    for outcome in SHARED_OUT:
        row = about[about["outcome"] == outcome].iloc[0]
        mine = found[found["outcome"] == outcome]
        text += f"\n### {outcome}, {row['unit']}\n\n{row['said'][0].upper()}{row['said'][1:]}.\n\n"
        text += "| | input | identified | ST | S1 | |\n|---:|---|---|---|---|---|\n"
        for _, one in mine.sort_values("rank").iterrows():
            wide = "wide" if isinstance(one["warning"], str) else ""
            index = [f"{one[key]:.2f} {spread(one[f'{key}_low'], one[f'{key}_high'])}" for key in ("ST", "S1")]
            text += f"| {one['rank']:.0f} | {marked(one['input'])} | {' | '.join(index)} | {wide} |\n"
        alone = mine["S1"].clip(lower=0.0).sum()
        text += f"\nFirst-order shares sum to {alone:.2f}; the rest is due to interactions.\n"
    return text


def main() -> None:
    """Play both studies and write."""
    first = ("sensitivity", "trade_push", "--method", "morris", "--samples", "10", "--replicates", "4",
             *(word for one in OUTCOMES for word in ("--outcome", one)))  # fmt: skip
    folder = played(*first)
    found, about = (pd.read_csv(folder / f"{name}.csv") for name in ("indices", "outcomes"))
    top = found[found["outcome"] == SHARED_OUT[0]].nsmallest(MOST, "rank")["input"]
    second = ("sensitivity", "trade_push", "--method", "sobol", "--samples", "512", "--replicates", "2",
              *(word for one in top for word in ("--over", one)),
              *(word for one in SHARED_OUT for word in ("--outcome", one)))  # fmt: skip
    other = played(*second)
    again, of = (pd.read_csv(other / f"{name}.csv") for name in ("indices", "outcomes"))
    row, and_row = about.iloc[0], of.iloc[0]
    commands = [" \\\n    ".join(f"regionsim {' '.join(words)}".split(" --")) for words in (first, second)]
    text = HEAD.format(
        inputs=found["input"].nunique(), most=MOST, points=int(row["points"]), worlds=int(row["worlds"]),
        narrowed=narrowed_words(), key=KEY,
        first=commands[0].replace("\\\n    ", "\\\n    --"), second=commands[1].replace("\\\n    ", "\\\n    --"),
    )  # fmt: skip
    text += screening(found, about)
    text += f"\n## Shares of variance of the {MOST} that move trade most\n\n"
    text += SECOND.format(points=int(and_row["points"]), worlds=int(and_row["worlds"]))
    PAGE.write_text(text + shares(again, of), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
