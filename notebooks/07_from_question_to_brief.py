# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 7. From a question to a brief
#
# The question: *if Torkham and Chaman shut for six weeks every autumn, do quicker clearance and lighter transit rules
# still keep trade above the 3 billion dollars a year that the briefs give for 2025?* Fifteen cells lead from it to a
# page that can be passed on.

# %%
import os
import tempfile
from html import escape

from IPython.display import HTML

import regionsim as rs

os.chdir(os.environ.get("REGIONSIM_NOTEBOOKS") or tempfile.mkdtemp())  # `runs/` goes there; leave out to keep it here

# %% [markdown]
# ## The question as two scenarios
#
# A scenario may be a dict with the keys of a file. It is checked like a file, and says only what differs from the one
# that it extends. `targets` hold the question as a number: they are reported first, everywhere. The first `None` in a
# list leaves out what the extended scenario lists.

# %%
question = {
    "format": 1,
    "title": "Autumn closures, with easier trade",
    "question": "With closures every autumn, does easier trade keep the volume above 3 billion dollars?",
    "extends": "status_quo",
    "end": "2028-12-31",
    "worlds": 100,
    "shocks": [
        {"kind": "border_closure", "crossing": ["torkham", "chaman"], "on": "2026-10-01", "for": "6 weeks",
         "every": "1 year", "by": "pakistan"},
    ],
    "levers": {
        "trade_facilitation": {"from": "2026-01-01", "intensity": 0.8, "ramp": "52 weeks"},
        "transit_agreement": {"from": "2026-01-01", "intensity": 0.8, "ramp": "12 months"},
    },
    "targets": [
        None,
        {"name": "trade stays above 3 billion dollars a year", "that": "trade_volume@2028 >= 3", "sources": ["Q06"]},
        {"name": "Torkham is shut at most 60 days of the year", "that": "closure_days[torkham]@2028 <= 60"},
    ],
    "expect": [None],
}  # fmt: skip
baseline = question | {"title": "Autumn closures alone", "levers": {}}
rs.load(question)

# %% [markdown]
# What will it take? Nothing is played yet.

# %%
rs.plan([question, baseline])

# %% [markdown]
# ## The answer
#
# World *k* has the same draws and the same chance in both, so each pair of worlds differs by the levers alone. The
# targets come first, then medians, then what civilians bear.

# %%
both = rs.compare(question, baseline=baseline)
both

# %%
both.plot("trade_volume")

# %% [markdown]
# ## Which lever does it
#
# Every set of the two levers is played in the same worlds; the parts add up to the whole.

# %%
causes = rs.why(question, baseline, indicators=["trade_volume", "trade_transit"])
causes.plot()

# %% [markdown]
# ## The page that is passed on
#
# One file that needs no network. `brief=True` writes its first page alone: the answer with its counts of worlds, who
# bears it, what it rests on, what could turn it.

# %%
page = rs.report(question, to="brief.html", baseline=baseline, brief=True)
frame = f'<iframe srcdoc="{escape(page.read_text("utf-8"))}" style="width: 100%; height: 1100px"></iframe>'
HTML(f"<div>{frame}</div>")

# %% [markdown]
# Without `brief=True` the body follows; `full=True` also plays what causes and expectations need. In a terminal the
# same page is `regionsim report mine.yaml --baseline base.yaml --brief --out brief.html`.
#
# Next: [8. With the EMA Workbench and SALib](08_ema_and_salib.py).
