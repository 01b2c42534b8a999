# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 9. The live page
#
# Pull a lever and see in how many worlds a target is reached: `rs.explore` opens the live page. In a notebook that
# has anywidget (the extra `notebooks`) the page stands in the cell itself; elsewhere it opens in the browser.

# %%
import os
import tempfile

import regionsim as rs

os.chdir(os.environ.get("REGIONSIM_NOTEBOOKS") or tempfile.mkdtemp())  # `runs/` goes there; leave out to keep it here

SHORT = "end=2028-12-31"

# %% [markdown]
# Twenty worlds to the end of 2028, so that answers come fast. The last value of a cell is shown: here the page. Move
# *Economic integration* to the right. The first answer of a lever takes a while, because the page learns what it does
# by itself in each world; after that it answers while you drag, with an estimate (dashed, blue) that the simulation
# of the same worlds replaces (green).

# %%
start = rs.load("status_quo", worlds=20, sets=[SHORT])
live = rs.explore(start, worlds=20)
live

# %% [markdown]
# Without the page, the same estimate comes from the library behind it. The library belongs to the starting scenario
# and is kept beside the run folders. First it learns a lever by itself, in three intensities.

# %%
library = live.library
effects = library.learn("trade_facilitation")
print("intensities, channels, worlds, dates:", effects.shape)

# %% [markdown]
# What the page shows is a scenario. *Save YAML* writes it as a file, and `regionsim run` of that file gives the
# numbers on the page bit for bit. Here the same setting is written by hand and compared with its start, over the same
# worlds.

# %%
setting = {
    "format": 1,
    "title": "Economic integration, half way",
    "extends": "status_quo",
    "end": "2028-12-31",
    "levers": {"trade_facilitation": {"from": "2026-01-01", "intensity": 0.5, "ramp": "26 weeks"}},
    "expect": [None],
}
pushed = rs.run(setting, worlds=20, figures=False)
base = rs.run(start, figures=False)
gain = (pushed.values("trade_volume") - base.values("trade_volume"))[:, -1]
middle = sorted(gain)[gain.size // 2]
print(f"trade is higher in {(gain > 0).sum()} of {gain.size} worlds; in the middle one by {middle:.2f} USD bn a year")

# %% [markdown]
# The page listens on this machine only, at an address that holds a token. Close it when done.

# %%
live.close()

# %% [markdown]
# Teaching with it: tick *Predict first*, pull a lever, draw where you think the middle world goes, and only then see.
# The page of the command line is the same one: `regionsim explore`.
