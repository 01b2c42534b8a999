# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 3. Sweeps, sensitivity, and where a policy fails
#
# Three questions about the same scenario: how much of a lever is enough, which of the uncertain inputs matter, and in
# which worlds does the policy fall short?
#
# Needs the extra `analysis` (`./dev python -m pip install '.[analysis]'`).

# %%
import os
import tempfile

import regionsim as rs

os.chdir(os.environ.get("REGIONSIM_NOTEBOOKS") or tempfile.mkdtemp())  # `runs/` goes there; leave out to keep it here

END = "end=2029-12-31"

# %% [markdown]
# ## How much of it: a sweep
#
# An input is named by its path in the scenario. Every point uses the same worlds, so points differ by the input alone,
# and the line is smoother than the band.

# %%
swept = rs.sweep(
    "trade_push",
    {"levers.transit_agreement.intensity": "0:1:5"},
    replicates=12,
    outcomes=["trade_transit@2029", "trade_volume@2029"],
    sets=[END],
)
swept.plot("trade_transit@2029")

# %% [markdown]
# Two inputs make a grid. Does a transit agreement help more if trade is decoupled from disputes?

# %%
grid = rs.sweep(
    "trade_push",
    {"levers.transit_agreement.intensity": [0, 0.5, 1], "levers.trade_decoupling.intensity": [0, 0.5, 1]},
    replicates=12,
    outcomes=["trade_volume@2029"],
    sets=[END],
)
grid.plot()

# %%
grid.results()[[*grid.results().columns[1:3], "mean", "error"]].round(2)

# %% [markdown]
# Differences between cells are differences of means in equal worlds. `error` is that of each mean alone, and so larger
# than that of a difference.
#
# ## What it depends on: sensitivity
#
# A Morris screening moves one input after another and measures how far the outcome moves. Without `over` it takes all
# uncertain inputs, some hundreds; here eight, and few trajectories.

# %%
INPUTS = [
    "trade.potential",
    "trade.cost_sensitivity",
    "trade.habit",
    "trade.memory_half_life",
    "levers.transit_agreement_transit_rules",
    "levers.trade_facilitation_trade_fees",
    "levers.route_security_route_risk",
    "levers.trade_decoupling_closure_from_clash",
]
screened = rs.sensitivity(
    "trade_push",
    over=INPUTS,
    samples=5,
    replicates=4,
    outcomes=["trade_volume@2029"],
    sets=[END],
)
screened.plot()

# %% [markdown]
# `mu*` is how far trade moves as an input goes from the lowest to the highest quarter of its distribution. It shows
# where evidence would help most: a top input marked as an assumption, which no series identifies, deserves a study of
# its own.
#
# ## Where it fails: discovery
#
# In 200 worlds, each with its own draw of everything, which ones do not reach 4.5 billion by 2028?

# %%
run = rs.run("trade_push", worlds=200, sets=["end=2028-12-31"], figures=False)
found = rs.discover(run, "trade_volume@2028 < 4.5")
print("\n".join(found.sentences()))

# %%
found.plot() if found.boxes else print(found.reason)

# %% [markdown]
# A box is shown only if it does better than chance on worlds that were held out of the search. "No box is better than
# chance" is an answer too: then many small factors decide, or chance.
#
# Next: [4. History and counterfactuals](04_history_and_counterfactuals.py).
