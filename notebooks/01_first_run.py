# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 1. A first run in ten minutes
#
# regionsim simulates a scenario in many parallel **worlds**. Each world has its own draw of the uncertain parameters,
# and its own random numbers. The result is not a forecast but a spread: how trade, violence, displacement and trust
# could develop *in this model* if a policy were tried.
#
# This notebook runs one scenario in few worlds over five years. The first run on a machine compiles the model, which
# takes up to a minute; after that it takes seconds.

# %%
import os
import tempfile

import regionsim as rs

os.chdir(os.environ.get("REGIONSIM_NOTEBOOKS") or tempfile.mkdtemp())  # `runs/` goes there; leave out to keep it here

# %% [markdown]
# ## Look before you run
#
# A scenario is a small file. `trade_push` ships with the package: five levers of trade policy, and one closure of a
# crossing to test them. `rs.load` reads it, checks everything, and returns it.

# %%
scenario = rs.load("trade_push")
print(scenario.title, scenario.question, "", sep="\n")
for name, lever in scenario.levers.items():
    print(f"{name:22} from {lever.from_}, intensity {lever.intensity}, in {lever.ramp_weeks:.0f} weeks")

# %% [markdown]
# ## Run it
#
# `sets` changes anything in the scenario by its path. Here it ends in 2030 instead of 2035. 30 worlds show the shape
# of the answer; for a figure to rely on, use 200 or more, and read the error in the summary.

# %%
run = rs.run("trade_push", worlds=30, sets=["end=2030-12-31"], figures=False)
run

# %%
run.plot("trade_volume")

# %% [markdown]
# The line is the median over worlds; at each date half of the worlds are in the dark band, nine in ten in the light
# one. The numbers mark when levers begin (dashed) and when the closure happens (solid).
#
# The band matters as much as the line. It is wide because no effect of these levers has been measured for this border:
# their sizes are assumptions with a range, and each world draws from it.
#
# ## Numbers
#
# `summary` has every indicator by week; `error` is the sampling error of the median with only 30 worlds.

# %%
last = run.summary().groupby("indicator", sort=False).last()
last.loc[
    ["trade_volume", "attacks", "closure_days", "refugees_in_pakistan", "trust_pakistan"],
    ["unit", "p05", "p50", "p95", "error"],
].round(2)

# %% [markdown]
# `frame` gives single worlds in tidy form: one row per world and week. In how many worlds is trade above 5 billion at
# the end?

# %%
trade = run.frame("trade_volume")
final = trade[trade["date"] == trade["date"].max()]
print(f"{(final['value'] > 5).mean():.0%} of {len(final)} worlds end above 5 billion a year")

# %% [markdown]
# ## The events of one world
#
# Behind each world of the spread is a sequence of dated events. `replay` simulates one world again and prints them: a
# good check of whether the causes of a result make sense.

# %%
story = run.replay(3)
print("\n".join(str(story).splitlines()[:16]))

# %% [markdown]
# ## Where a number comes from
#
# Every parameter has a unit, a range, a source and a role: observed, brief, calibrated, literature or assumption. A
# parameter that data do not narrow is not identified: it is marked as an assumption everywhere, whatever its role.
# Indicators with a dagger were never checked against data.

# %%
one = rs.load_evidence().parameters["levers.trade_facilitation_clearance_time"]
print(
    one.title,
    f"{one.value} {one.unit}, drawn from {one.draw.low} to {one.draw.high}",
    f"{one.role}; sources {', '.join(one.sources)}",
    dict(rs.load_evidence().describe(one.id))["posterior"],
    sep="\n",
)

# %% [markdown]
# On the command line the same run is `regionsim run trade_push --worlds 30 --set end=2030-12-31`; `regionsim explain
# NAME` gives the source of any number.
#
# Next: [2. Compare and why](02_compare_and_why.py): what the policy *changes*, and which lever causes it.
