# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 8. With the EMA Workbench and SALib
#
# Exploratory modelling has its own tools. A run goes to the [EMA Workbench](https://emaworkbench.readthedocs.io) as
# experiments and outcomes; a sample of [SALib](https://salib.readthedocs.io) is played as a sweep and goes back to be
# analysed.
#
# Needs the extra `analysis` and the EMA Workbench (`./dev python -m pip install '.[analysis]' ema-workbench`).

# %%
import os
import tempfile
import textwrap
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from SALib.analyze import morris as morris_analysis
from SALib.sample import morris as morris_sample

import regionsim as rs

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # about packages that it could use and that are not needed here
    from ema_workbench.analysis import feature_scoring, prim

os.chdir(os.environ.get("REGIONSIM_NOTEBOOKS") or tempfile.mkdtemp())  # `runs/` goes there; leave out to keep it here

END = "end=2027-12-31"
CHOSEN = "#0072B2"
OTHER = "#BBBBBB"
PARAMETERS = rs.load_evidence().parameters


def title(name: str) -> str:
    """An input in words, in lines short enough for a label."""
    words = (
        PARAMETERS[name].title
        if name in PARAMETERS
        else name.removeprefix("levers.").replace("_", " ").replace(".", ", ")
    )
    return textwrap.fill(words, 52)


# %% [markdown]
# ## A run as experiments
#
# A row per world: its varied inputs, and the columns that the workbench expects. Outcomes are arrays of worlds by
# weeks, and `TIME` holds the weeks as decimal years.

# %%
run = rs.run("trade_push", worlds=300, sets=[END], figures=False)
experiments, outcomes = run.to_ema(["trade_volume", "attacks"])
experiments.shape, {name: values.shape for name, values in outcomes.items()}

# %% [markdown]
# ## Which inputs matter: feature scoring
#
# Trees are grown on the inputs to predict trade in the last week; an input's score is its share of what they use.
# Hundreds of inputs share the worlds, so that only the first few stand out from chance.

# %%
last = {"trade": outcomes["trade_volume"][:, -1]}
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    scores = feature_scoring.get_feature_scores_all(experiments, last, random_state=1)["trade"].astype(float)
top = scores.sort_values(ascending=False).head(10)

fig, ax = plt.subplots(figsize=(9, 5.4), layout="constrained")
ax.barh([title(name) for name in top.index[::-1]], top.to_numpy()[::-1], color=CHOSEN)
ax.tick_params(axis="y", labelsize=8)
ax.axvline(1 / len(scores), color="black", linewidth=0.8, linestyle=":")
ax.text(1 / len(scores), -0.9, " an equal share", fontsize=8, va="center")
ax.set_ylim(-1.3, 9.6)
ax.set_xlabel("feature score (sum over all inputs: 1)")
ax.set_title("Trade push: what predicts trade at the end of 2027", loc="left")
ax.spines[["top", "right"]].set_visible(False)

# %% [markdown]
# ## In which worlds: PRIM
#
# Where among the four first inputs is trade in its lowest quarter? PRIM peels a box: *coverage* is its share of those
# worlds, *density* their share of the box.

# %%
low = last["trade"] < np.quantile(last["trade"], 0.25)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    search = prim.Prim(experiments[list(top.index[:4])], low)
    box = search.find_box()
best = box.peeling_trajectory.query("density >= 0.5").head(1).index[0]
limits = box.box_lims[best]
narrowed = [name for name in top.index[:4] if not np.allclose(list(limits[name]), list(box.box_lims[0][name]))]
box.peeling_trajectory.loc[[best], ["coverage", "density", "mass", "res_dim"]].round(2)

# %%
x, y = (narrowed + [name for name in top.index if name not in narrowed])[:2]
fig, ax = plt.subplots(figsize=(7.5, 4.6), layout="constrained")
ax.scatter(experiments[x][~low], experiments[y][~low], s=14, color=OTHER, label="other worlds")
ax.scatter(experiments[x][low], experiments[y][low], s=18, color=CHOSEN, label="trade in its lowest quarter")
(x0, x1), (y0, y1) = limits[x], limits[y]
ax.add_patch(plt.Rectangle((x0, y0), x1 - x0, y1 - y0, fill=False, edgecolor="black", linewidth=1.5))
ax.set_xlabel(f"{title(x)} ({PARAMETERS[x].unit})")
ax.set_ylabel(f"{title(y)}\n({PARAMETERS[y].unit})")
ax.set_title("The box of PRIM, on its first two inputs", loc="left", pad=24)
ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
ax.spines[["top", "right"]].set_visible(False)

# %% [markdown]
# The workbench does not test a box on worlds that were held out; [`rs.discover`](03_sweeps_and_sensitivity.py) does,
# and may answer that no box is better than chance.
#
# ## A sample of SALib, played and analysed
#
# `rs.problem` names inputs and their bounds. An uncertain parameter has the bounds 0 and 1: quantiles of its own
# distribution, which `shares=True` turns into values. A lever's intensity has the range given here.

# %%
INPUTS = ["trade.potential", "trade.cost_sensitivity", "trade.habit", "trade.memory_half_life",
          "levers.trade_facilitation.intensity=0:1", "levers.transit_agreement.intensity=0:1"]  # fmt: skip
problem = rs.problem("trade_push", over=INPUTS, sets=[END])
sample = morris_sample.sample(problem, 8, num_levels=4, seed=1)
design = pd.DataFrame(sample, columns=problem["names"])
swept = rs.sweep(
    "trade_push", design=design, shares=problem["names"][:4], replicates=4, outcomes=["trade_volume@2027"], sets=[END]
)
swept

# %%
effects = morris_analysis.analyze(problem, sample, swept.means()["trade_volume@2027"].to_numpy(), num_levels=4, seed=1)
order = np.argsort(effects["mu_star"])

fig, ax = plt.subplots(figsize=(8.5, 3.4), layout="constrained")
ax.barh(
    [title(problem["names"][i]) for i in order],
    np.asarray(effects["mu_star"])[order],
    xerr=np.asarray(effects["mu_star_conf"])[order],
    color=CHOSEN,
    capsize=3,
)
ax.set_xlabel("mu*, billion dollars a year (bars: 95% interval)")
ax.set_title("Trade at the end of 2027: elementary effects of Morris", loc="left")
ax.spines[["top", "right"]].set_visible(False)

# %% [markdown]
# The intervals hold chance too: each point is the mean of four worlds, and all points share draws and random numbers.
#
# ## And back: the worst worlds under another policy
#
# The inputs of experiments are a design. Here the values of trade's inputs in the ten worlds with the least trade, once
# with the levers of the trade push and once without.

# %%
names = [name for name in problem["names"] if name in experiments]
worst = experiments.loc[np.argsort(last["trade"])[:10], names]
with_push, without = (
    rs.sweep(scenario, design=worst, replicates=10, outcomes=["trade_volume@2027"], sets=[END]).means().iloc[:, 0]
    for scenario in ("trade_push", "status_quo")
)
fig, ax = plt.subplots(figsize=(7.5, 3.4), layout="constrained")
ax.vlines(range(10), without, with_push, color=OTHER, linewidth=2)
ax.scatter(range(10), without, color=OTHER, s=36, zorder=3, label="status quo")
ax.scatter(range(10), with_push, color=CHOSEN, s=36, zorder=3, label="trade push")
ax.set_xticks(range(10), [str(world) for world in worst.index])
ax.set_xlabel("inputs of world")
ax.set_ylabel("trade volume, USD bn/yr")
ax.set_title("The ten worst sets of inputs: means of ten worlds at the end of 2027", loc="left", pad=24)
ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
ax.spines[["top", "right"]].set_visible(False)

# %% [markdown]
# What was bad luck in those ten worlds is gone, since chance is drawn anew; what their inputs cause stays.
#
# Next: [9. The live page](09_explore.py).
