# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 1. A first run in ten minutes
#
# regionsim plays a scenario in many parallel **worlds**. Each world has its own draw of what is uncertain, and its
# own chance. What comes out is no forecast but a spread: how trade, violence, displacement and trust could develop
# *in this model* if a policy were tried.
#
# This notebook plays one scenario in few worlds over five years. The first play on a machine compiles the model,
# which takes up to a minute; after that it takes seconds.

# %%
import os
import tempfile

import regionsim as rs

os.chdir(os.environ.get("REGIONSIM_NOTEBOOKS") or tempfile.mkdtemp())  # `runs/` goes there; leave out to keep it here

# %% [markdown]
# ## Look before you play
#
# A scenario is a small file. `trade_push` is shipped: five levers of trade policy, and one closure of a crossing to
# test them. `rs.load` reads it, checks everything, and gives it back.

# %%
scenario = rs.load("trade_push")
print(scenario.title, scenario.question, "", sep="\n")
for name, lever in scenario.levers.items():
    print(f"{name:22} from {lever.from_}, intensity {lever.intensity}, in {lever.ramp_weeks:.0f} weeks")

# %% [markdown]
# ## Play it
#
# `sets` changes anything in the scenario by its path. Here it ends in 2030 instead of 2035. 30 worlds show the shape
# of the answer; for a figure to rely on take 200 or more, and read the error in the summary.

# %%
run = rs.run("trade_push", worlds=30, sets=["end=2030-12-31"], figures=False)
run

# %%
run.plot("trade_volume")

# %% [markdown]
# The line is the median over worlds; half of the worlds are in the dark band at a time, nine in ten in the light one.
# The numbers mark when levers begin (dashed) and when the closure comes (solid).
#
# The band is as much of the answer as the line. It is wide because no effect of these levers has been measured for
# this border: their sizes are assumptions with a range, and each world draws from it.
#
# ## Numbers
#
# `summary` holds every indicator by week; `error` is how far off the median may be because there are only 30 worlds.

# %%
last = run.summary().groupby("indicator", sort=False).last()
last.loc[
    ["trade_volume", "attacks", "closure_days", "refugees_in_pakistan", "trust_pakistan"],
    ["unit", "p05", "p50", "p95", "error"],
].round(2)

# %% [markdown]
# `frame` gives single worlds, tidy: one row per world and week. In how many worlds is trade above 5 billion at the
# end?

# %%
trade = run.frame("trade_volume")
final = trade[trade["date"] == trade["date"].max()]
print(f"{(final['value'] > 5).mean():.0%} of {len(final)} worlds end above 5 billion a year")

# %% [markdown]
# ## One world, told as a story
#
# Behind each line of the spread is a sequence of dated events. `replay` plays one world again and tells them: a good
# check of whether what drives the result makes sense.

# %%
story = run.replay(3)
print("\n".join(str(story).splitlines()[:16]))

# %% [markdown]
# ## Where a number comes from
#
# Every parameter has a unit, a range, a source and a role: observed, brief, calibrated, literature or assumption. What
# the record does not narrow is not identified, and an assumption whatever its role; it is marked so wherever it is
# named. Indicators with a dagger are scored by no series.

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
# On the command line the same run is `regionsim run trade_push --worlds 30 --set end=2030-12-31`, and the source of
# any number `regionsim explain NAME`.
#
# Next: [2. Compare and why](02_compare_and_why.py): what the policy *changes*, and which lever did it.
