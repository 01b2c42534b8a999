"""Writes docs/indices.md: how the composite indices are made, step by step, and how much rankings depend on weights.

Core object: `main`. Goalposts come from the parameters; correlations and rank reversals from simulations. A minute
or two on one core:  ./dev python experiments/indices.py
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np

from regionsim.evidence import load_evidence
from regionsim.indicators.composite_weights import PARTS, correlations, rank_reversal, weights
from regionsim.model.play import play
from regionsim.model.worlds import plain_worlds
from regionsim.scenario import load

sys.path.insert(0, str(Path(__file__).resolve().parent))
from tabular import table  # a neighbour, not a package

PAGE = Path(__file__).resolve().parents[1] / "docs" / "indices.md"
WORLDS = 100
YEARS = "2035-08-18"
ARMS = ("trade_push", "security_first", "economy_first", "security_and_economy")

_STEPS = (
    ("framework", "Four parts that the briefs discuss: security, connectivity, people, relations (V22, V86, V93, "
     "V36)."),
    ("choice of indicators", "Those that the model simulates and for which a series or a claim gives a current value."),
    ("missing data", "None: a simulation fills every week. What no series measures (trust) is marked as an "
     "assumption."),
    ("multivariate analysis", "Rank correlations of the parts over worlds of the status quo (below)."),
    ("normalisation", "Between fixed goalposts, which score 5 and 95; beyond them scores approach 0 and 100. Of "
     "attacks and deaths the goalposts are the extremes of the record. On a log scale for counts and volumes."),
    ("weights and aggregation", "Geometric means, so that a strong part does not make up for a weak one. Equal weights "
     "within a part; among the parts a flat Dirichlet draw per parameter draw, equal where draws are fixed."),
    ("uncertainty and sensitivity", "Rank reversals over weights (below); the weights are parameters, so any "
     "sensitivity analysis includes them."),
    ("back to the data", "The four parts and every raw series are always recorded beside the whole."),
    ("links to other indicators", "None tried: no outside index covers the two countries by month."),
    ("presentation", "The whole is never shown without its parts. Coercive levers are never ranked by the security "
     "index alone; deaths by strikes, deportations and livelihoods are in the humanitarian index."),
)  # fmt: skip

_HEAD = """<!-- Made by experiments/indices.py from the parameters and from simulations; do not edit. -->
# The composite indices

How the composite indices are built, and how much rankings of scenarios depend on the weights. An index is a summary by
chosen goalposts and weights, not a finding. It follows the ten steps of the OECD/JRC handbook (S157).

Deaths by cross-border strikes are part of the humanitarian index, not an index of their own: they lower the whole
wherever strikes are used. They are also an indicator of their own, `strike_deaths`.
"""


def _goalposts() -> str:
    known = load_evidence().parameters
    rows: list[tuple[object, ...]] = []
    for id, worst in known.items():
        if id.startswith("index.") and id.endswith("_worst"):
            best, name = known[id.replace("_worst", "_best")], id.removeprefix("index.").removesuffix("_worst")
            rows.append((f"`{name}`", f"{worst.value:g}", f"{best.value:g}", worst.unit, ", ".join(worst.sources)))
    return table(("part", "scores 5 at", "scores 95 at", "unit", "sources"), rows) + "\n"


def _played(arm: str, worlds: int) -> tuple[Any, Any]:
    """The parts at the end, (W, parts), and the weights drawn, (W, parts)."""
    scenario = load(arm, sets=(f"end={YEARS}",))
    sys.stderr.write(f"{arm}\n")
    result = play(scenario, plain_worlds(scenario, range(worlds)))
    last = np.stack([result.columns[f"{part}_index"][:, -1] for part in PARTS], axis=-1)
    return last, weights(result.worlds.parameters)


def page(worlds: int) -> str:
    """The whole page."""
    quo, drawn = _played("status_quo", worlds)
    parts = {arm: _played(arm, worlds)[0] for arm in ARMS}
    found, tied = rank_reversal(parts, drawn), correlations(quo)
    steps = [(k + 1, name, text) for k, (name, text) in enumerate(_STEPS)]
    ties: list[tuple[object, ...]] = [(name, *(f"{x:.2f}" for x in row)) for name, row in zip(PARTS, tied, strict=True)]
    places: list[tuple[object, ...]] = []
    for k, arm in enumerate(ARMS):
        means = (f"{x:.1f}" for x in parts[arm].mean(axis=0))
        places.append((f"`{arm}`", found.order.index(arm) + 1, f"{found.first[k]:.0%}", *means))
    turned: list[tuple[object, ...]] = [
        (f"`{arm}`", *("" if k == m else f"{found.pairs[k, m]:.0%}" for m in range(len(ARMS))))
        for k, arm in enumerate(ARMS)
    ]
    return "\n".join(
        (
            _HEAD,
            "## The ten steps\n", table(("step", "", "what was done"), steps) + "\n",
            "## Goalposts\n\nFixed for all scenarios and years.\n", _goalposts(),
            f"## Correlations between the parts\n\nRank correlations over {worlds} worlds of the status quo after ten "
            "years. The weaker they are, the more the weights matter.\n",
            table(("", *PARTS), ties) + "\n",
            f"## How much the ranking depends on the weights\n\nFour scenarios ranked by their mean over {worlds} "
            f"worlds after "
            f"ten years, with {len(drawn)} draws of the weights. In **{found.any_pair:.0%}** of the draws at "
            f"least two of "
            f"the four swap places. The last columns are means of the parts.\n",
            table(("scenario", "rank by equal weights", "first in", *PARTS), places) + "\n",
            "Share of the draws of weights that rank two scenarios differently from equal weights:\n",
            table(("", *(f"`{arm}`" for arm in ARMS)), turned) + "\n",
        )
    )  # fmt: skip


def main() -> None:
    """Play and write. An argument is the number of worlds."""
    PAGE.write_text(page(int(sys.argv[1]) if len(sys.argv) > 1 else WORLDS), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
