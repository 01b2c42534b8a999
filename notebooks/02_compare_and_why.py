# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 2. Compare, and ask why
#
# Is the trade push better than no new policy, in what, and which of its levers causes that? Each world is compared
# with its twin: world *k* has the same draws and the same random numbers in every scenario, so that differences follow
# from the policy alone.

# %%
import os
import tempfile

import regionsim as rs

os.chdir(os.environ.get("REGIONSIM_NOTEBOOKS") or tempfile.mkdtemp())  # `runs/` goes there; leave out to keep it here

# %% [markdown]
# ## A scenario of your own
#
# A file says only what differs from the scenario it extends. This one keeps three levers and drops everything else.

# %%
from pathlib import Path

Path("open_gates.yaml").write_text("""\
format: 1
title: Open gates
question: Do quicker clearance, lighter transit rules and gates kept out of quarrels raise trade?
extends: status_quo
evidence: [null, SC02]
baseline: status_quo
end: 2028-12-31
worlds: 40
levers:
  trade_facilitation: {from: 2026-01-01, intensity: 0.8, ramp: 52 weeks}
  transit_agreement: {from: 2026-01-01, intensity: 0.8, ramp: 12 months}
  trade_decoupling: {from: 2026-01-01, intensity: 0.8, ramp: 6 months}
expect:
  - null
  - {name: trade grows, that: "trade_volume@2028 > baseline", in: ">= 80% of pairs"}
""")
rs.load("open_gates.yaml").title

# %% [markdown]
# An error is reported with its place, its cause and what is allowed; nothing is simulated.

# %%
try:
    rs.load("open_gates.yaml", sets=["levers.trade_facilitation.intensity=8"])
except rs.InputError as fault:
    print(fault)

# %% [markdown]
# ## What differs

# %%
both = rs.compare("open_gates.yaml", baseline="status_quo", worlds=40, sets=["end=2028-12-31"], at=["2027"])
both.plot()

# %% [markdown]
# Each panel shows the difference, pair by pair: the median, and bands that contain half and nine tenths of the pairs.
# A row is *clear* from the first week from which one side has, until the end, more pairs than chance gives. Clear does
# not mean large: look at the size first.

# %%
table = both.table()
table = table[table["date"] == table["date"].max()].set_index("indicator")
shown = ["unit", "baseline_median", "scenario_median", "p50", "median_low", "median_high", "better", "clear_from"]
table[shown].round(3)

# %% [markdown]
# `better` is the share of pairs that end better, by the direction of the indicator; empty where more is neither
# better nor worse. `median_low` and `median_high` bound the median difference; more worlds narrow them. More worlds do
# not narrow the bands of the pairs: those show how differently the same policy can turn out.
#
# ## Which lever caused it
#
# `why` simulates every set of the three levers (eight scenarios) in the same worlds. A lever's part is its Shapley
# value: its contribution, averaged over all orders in which the levers could be added to the baseline. The parts add up
# to the whole.

# %%
because = rs.why(
    "open_gates.yaml", "status_quo", worlds=12, sets=["end=2028-12-31"], indicators=["trade_volume", "attacks"]
)
because.plot()

# %% [markdown]
# Where an interval includes zero, 12 worlds do not determine the sign of that part. A part is a share of a difference
# in the model: it depends on what counts as one lever, and it is not a measured effect.
#
# ## Was it expected?
#
# `check` judges the entries of a scenario's `expect`, here one line, with a stated rate of false alarms.

# %%
rs.check("open_gates.yaml").frame()[["name", "verdict", "observed", "low", "high"]]

# %% [markdown]
# Next: [3. Sweeps and sensitivity](03_sweeps_and_sensitivity.py): how much of a lever, and what the result depends on.
