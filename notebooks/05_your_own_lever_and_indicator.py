# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 5. Your own lever and indicator
#
# Three ways, from light to thorough: compute an indicator from what is recorded; combine existing levers in a scenario
# file; or define both in a clone, where the program then treats them like its own.

# %%
import os
import tempfile

import regionsim as rs

os.chdir(os.environ.get("REGIONSIM_NOTEBOOKS") or tempfile.mkdtemp())  # `runs/` goes there; leave out to keep it here

SHORT = "end=2028-12-31"

# %% [markdown]
# ## An indicator computed from a run
#
# What share of trade is informal? Nothing records it, but both amounts are there: `values` gives an array, a row per
# world and a column per week.

# %%
import numpy as np

from regionsim.views import style


def informal_share(run):
    """Informal trade over all trade, (W, weeks)."""
    informal = run.values("trade_informal")
    return informal / (informal + run.values("trade_volume"))


run = rs.run("trade_push", worlds=40, sets=[SHORT], figures=False)
share = 100 * informal_share(run)

ax = style.new_axes()
for low, high, alpha, label in ((25, 75, 0.36, "50% of worlds"), (5, 95, 0.18, "90% of worlds")):
    ends = np.percentile(share, (low, high), axis=0)
    ax.fill_between(run.dates, *ends, color=style.COLOURS["trade"], alpha=alpha, linewidth=0, label=label)
ax.plot(run.dates, np.median(share, axis=0), color=style.COLOURS["trade"], label="median")
ax.set_xlim(run.dates[0], run.dates[-1])
ax.set_ylim(0)
style.quiet(ax)
ax.set_title("Informal trade, % of all trade in the year before", loc="left", fontsize=11, fontweight="bold", pad=25)
ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, fontsize=8.5)
ax

# %% [markdown]
# With `record_all=True` the model's other variables are recorded too (`regionsim list variables`), and can be used in
# the same way. Take differences world by world: row *k* of two runs is the same world.

# %%
base = rs.run("status_quo", worlds=40, sets=[SHORT], figures=False)
change = share[:, -1] - 100 * informal_share(base)[:, -1]
print(f"change at the end: {change.mean():+.1f} points; falls in {(change < 0).mean():.0%} of worlds")

# %% [markdown]
# ## A lever made of others
#
# `trade_facilitation` does three things at once. Say you want quicker clearance alone, around the clock, with your own
# effect size. A scenario can set each effect's size (`regionsim explain trade_facilitation` names them), so a file is
# enough.

# %%
from pathlib import Path

Path("night_shift.yaml").write_text("""\
format: 1
title: Crossings clear goods around the clock
question: What does quicker clearance do by itself?
extends: status_quo
baseline: status_quo
evidence: [null, SC02]
end: 2028-12-31
parameters:
  levers.trade_facilitation_trade_fees: 0
  levers.trade_facilitation_project_pace: 0
  levers.trade_facilitation_clearance_time: {distribution: uniform, low: 0.1, high: 0.4}
levers:
  trade_facilitation: {from: 2026-01-01, intensity: 1, ramp: 26 weeks}
expect: [null]
""")
both = rs.compare("night_shift.yaml", baseline="status_quo", worlds=40, sets=[SHORT], indicators=["trade_bilateral"])
both.plot("trade_bilateral")

# %% [markdown]
# Make packages the same way: name several levers in one file, and let others extend it.
#
# ## Both defined in a clone
#
# A lever for others to use, with a name, a source and a test, is a definition: one entry in a data file. This notebook
# changes none of your files: it works on a copy of the checkout in a temporary folder. In your own clone, edit the
# files.

# %%
import shutil

checkout = Path(rs.__file__).parents[2]
clone = Path("clone").resolve()
for part in ("src", "seeds", "scenarios"):
    shutil.copytree(checkout / part, clone / part, dirs_exist_ok=True)


def add(file, text, before=None):
    """Add text at the end of a file of the clone, or before a line that begins so."""
    path = clone / file
    old = path.read_text("utf-8")
    at = len(old) if before is None else old.index(before)
    path.write_text(old[:at] + text + old[at:], "utf-8")


# %% [markdown]
# **The lever.** Who uses it, the recommendation it represents, the knob it turns, what it needs, its side effects. The
# size says how far it turns the knob at full intensity: an assumption, so its range is wide, and its note says so.

# %%
add(
    "seeds/levers/trade.yaml",
    """
night_shift:
  title: Crossings clear goods around the clock
  who: both customs services
  briefs: [LS04]
  grade: documented
  coercive: false
  targets: [trade, transit]
  effects:
    clearance_time:
      how: cut
      size:
        value: 0.25
        unit: share
        range: [-0.5, 0.99]
        distribution: {distribution: uniform, low: 0.1, high: 0.4}
        role: assumption
        sources: [LS04]
        note: No effect size has been measured for this border; wide by judgement
  needs: staff and light at night
  side_effects: overtime
  cost: {level: unknown}
""",
)

# %% [markdown]
# **The indicator.** What it is, and how it is read from the model: one function from the model to a vector over worlds.

# %%
add(
    "src/regionsim/indicators/definitions.py",
    """    ("informal_share", "Informal trade as a share of all trade", "share", "down", "trade",
     "Informal trade over the sum of informal, two-way and transit trade, trailing year.", "V88 S93", None),
""",
    before='    ("trade_diverted"',
)
add(
    "src/regionsim/model/measures.py",
    """    "informal_share": lambda w: w.trailing.total["informal"] / (w.trailing.total["informal"] + _volume(w)),
""",
    before='    "trade_diverted"',
)

# %% [markdown]
# **The test.** A lever at intensity 0 changes no bit; in use, it does what it is for. This would go into
# `tests/levers`; here it is a script that runs in the clone.

# %%
import subprocess
import sys

Path("try_it.py").write_text("""\
import regionsim as rs

HERE = ["end=2027-06-30"]
LEVER = HERE + ["levers.night_shift.from=2026-01-01", "levers.night_shift.ramp=0 days"]
base = rs.run("status_quo", worlds=20, sets=HERE, figures=False, workers=1)
idle = rs.run("status_quo", worlds=20, sets=[*LEVER, "levers.night_shift.intensity=0"], figures=False, workers=1)
pulled = rs.run("status_quo", worlds=20, sets=[*LEVER, "levers.night_shift.intensity=1"], figures=False, workers=1)

assert all((base.values(name) == idle.values(name)).all() for name in base.indicators), "at 0 a bit has changed"
gain = pulled.values("trade_bilateral")[:, -1] - base.values("trade_bilateral")[:, -1]
assert gain.mean() > 0
print(f"two-way trade {gain.mean():+.3f} USD bn a year")
print(f"informal share {base.values('informal_share')[:, -1].mean():.3f}, "
      f"with the lever {pulled.values('informal_share')[:, -1].mean():.3f}")
""")
done = subprocess.run(
    [sys.executable, "try_it.py"], env=os.environ | {"PYTHONPATH": str(clone / "src")}, text=True, capture_output=True
)
print(done.stdout + done.stderr)
done.check_returncode()

# %% [markdown]
# In a real clone, add the indicator to the list in `tests/indicators/test_definitions.py`. Then `./dev python
# experiments/generate.py` rewrites the reference, and `./dev test` checks both: every source exists, the model reads
# every knob, every cut stays under one. [Adding things](../docs/adding.md) covers the rest: knobs, mechanisms, shocks,
# actors.
#
# Next: [6. Hindcast](06_hindcast.py).
