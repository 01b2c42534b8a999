# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 4. History, and what if it had gone otherwise
#
# Before a model is asked about the future, it should be compared with the past. This notebook simulates July 2021 to
# the end of 2023: the takeover of Kabul, a truce with the TTP and its end, the closure of Torkham in February 2023. The
# model is given *decisions* (closures, strikes, truces, orders) from the record; the *responses* to them are its own.

# %%
import os
import tempfile

import regionsim as rs

os.chdir(os.environ.get("REGIONSIM_NOTEBOOKS") or tempfile.mkdtemp())  # `runs/` goes there; leave out to keep it here

run = rs.run("history_2021", worlds=40, sets=["end=2023-12-31"], figures=False)
run.plot("attacks")

# %% [markdown]
# The curve is the sum over the year before each week, like yearly figures of all indicators.
#
# ## Compared with data
#
# A count per month is clearer than a yearly sum. `rs.RegionModel` is the model itself, all worlds side by side, one
# week a step. Dots are months as published by the Pakistan Institute for Conflict and Security Studies (PICSS); missing
# months are left empty, not filled in.

# %%
import numpy as np
import pandas as pd

model = rs.RegionModel(rs.load("history_2021", sets=["end=2023-12-31"]), worlds=40)
weeks = []
with np.errstate(all="ignore"):
    while model.week + 1 < model.weeks:
        model.step()
        weeks.append(model.violence.attacks.sum(axis=(1, 2)))  # over groups and provinces

days = pd.date_range("2021-07-05", periods=len(weeks), freq="7D")
monthly = pd.DataFrame(weeks, index=days).resample("MS").mean() * 365.25 / 12 / 7

# %%
from datetime import date

from regionsim.views import style

records = rs.load_evidence().series["attacks_monthly/picss_monthly_national"].records
seen = {date(int(row["year"]), int(row["month"]), 15): row["events"] for row in records}
seen = {day: count for day, count in seen.items() if date(2021, 7, 5) <= day < date(2024, 1, 1)}

ax = style.new_axes()
middle = monthly.index + pd.Timedelta(days=14)
for low, high, alpha, label in ((0.25, 0.75, 0.36, "50% of worlds"), (0.05, 0.95, 0.18, "90% of worlds")):
    ends = monthly.quantile([low, high], axis=1)
    ax.fill_between(middle, *ends.to_numpy(), color=style.COLOURS["security"], alpha=alpha, linewidth=0, label=label)
ax.plot(middle, monthly.median(axis=1), color=style.COLOURS["security"], label="median")
ax.plot(list(seen), list(seen.values()), "o", color=style.INK, markersize=4, label="PICSS")
for first, last in (("2021-11-09", "2021-12-09"), ("2022-05-18", "2022-11-28")):
    ax.axvspan(np.datetime64(first), np.datetime64(last), color="#999999", alpha=0.15, linewidth=0)
ax.set_ylim(0)
ax.set_xlim(days[0], days[-1])
style.quiet(ax)
ax.set_title(
    "Militant attacks in Pakistan per month; truces shaded", loc="left", fontsize=11, fontweight="bold", pad=25
)
ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False, fontsize=8.5)
ax

# %%
inside = [monthly.loc[str(day.replace(day=1))].quantile([0.05, 0.95]) for day in seen]
hits = sum(low <= count <= high for (low, high), count in zip(inside, seen.values(), strict=True))
print(f"{hits} of {len(seen)} published months are within the band of 90% of worlds")

# %% [markdown]
# The model follows the record through the truces of 2021 and 2022. From the end of 2022 on many months lie above most
# worlds: attacks grew faster than the model's do, which is a known miss (`regionsim check history_2021` names it, and
# [the patterns](../docs/patterns.md) list others).
#
# This is a check of consistency, not of foresight: events were given, and growth rates of the groups come from counts
# of 2023 to 2025. For forecasts from what was known on a day see [6. Hindcast](06_hindcast.py).
#
# ## The closure of Torkham, February 2023

# %%
torkham = run.events().query("kind == 'closure' and place == 'torkham' and world == 0")
torkham[["date", "actor", "cause", "magnitude"]].tail(3)

# %% [markdown]
# `magnitude` is its length in days; the date is the week it begins in. What did it do? Remove that one event from the
# record and leave all other random numbers as they were.

# %%
from pathlib import Path

Path("torkham_open.yaml").write_text("""\
format: 1
title: Torkham stays open in February 2023
extends: history_2021
baseline: history_2021
timeline: {base: observed, remove: [closure_torkham_2023_02_19]}
expect: [null]
""")
both = rs.compare(
    "torkham_open.yaml",
    baseline="history_2021",
    worlds=40,
    sets=["end=2023-12-31"],
    at=["2023-03-31"],
    indicators=["closure_days[torkham]", "perishable_loss", "trade_bilateral", "trust_afghanistan"],
)
both.table().set_index(["date", "indicator"])[["unit", "p50", "p05", "p95", "better", "clear_from"]].round(3)

# %% [markdown]
# Until the week of 20 February 2023 both histories are bit-identical. Six days at one of five crossings are little in
# a year of trade, as the size of the difference shows. Compare the two dates: where the later difference is larger,
# traders kept using other routes after the gate had reopened.
#
# ## What if the truce had held?
#
# The TTP ended its truce on 28 November 2022. Here it holds to the end of May 2023 instead: its end is removed, and a
# truce of 26 weeks is added where the recorded one stops.

# %%
Path("truce_holds.yaml").write_text("""\
format: 1
title: The truce holds to May 2023
extends: history_2021
baseline: history_2021
timeline:
  base: observed
  remove: [truce_end_2022_11_28]
  add: [{id: truce_goes_on, kind: ceasefire, on: 2022-11-28, group: ttp, for: 26 weeks}]
expect: [null]
""")
held = rs.compare(
    "truce_holds.yaml",
    baseline="history_2021",
    worlds=40,
    sets=["end=2023-12-31"],
    indicators=["attacks", "fatalities", "ttp_strength", "trust_pakistan"],
)
held.plot()

# %% [markdown]
# In the model attacks fall while it holds; the strength of the group meanwhile is the other side of the bargain. Both
# rest on assumptions about what a truce does, each with a wide range (`regionsim explain
# security.truce_suppression`). Closures, strikes and orders stay those of the record, so the answer leaves out what a
# longer truce would have done to *decisions*. A counterfactual is a statement about the model, and a question to those
# who know the events.
#
# Next: [5. Your own lever and indicator](05_your_own_lever_and_indicator.py).
