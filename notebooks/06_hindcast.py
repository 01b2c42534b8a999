# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 6. Hindcast: scored, beside simple forecasts
#
# A replay that is told every decision, as in notebook 4, flatters. A hindcast starts from what was known on a day,
# plays a year, and is scored on what happened next, beside forecasts that need no model: the last value, the last
# twelve months.
#
# Needs the extra `analysis`. This is a small taste: one series, few origins, and outcomes to 2019 only. Outcomes from
# January 2023 are held back: [the rule](../docs/looks.md).

# %%
import os
import tempfile

os.chdir(os.environ.get("REGIONSIM_NOTEBOOKS") or tempfile.mkdtemp())

# %%
import json
import subprocess
import sys

words = "hindcast --from 2017-01-01 --to 2019-12-31 --origins 3 --arm A --series attacks_ucdp --draws 20 --quiet --json"
done = subprocess.run([sys.executable, "-m", "regionsim", *words.split()], capture_output=True, text=True, check=True)
result = json.loads(done.stdout)

# %%
import pandas as pd

scores = pd.DataFrame(result["scores"])
scores["baseline_crps"] = [row["baselines"].get(row["best"]) for row in result["scores"]]
columns = ["months", "outcomes", "effective", "crps", "best", "baseline_crps", "skill", "skill_low", "skill_high"]
scores[[*columns, "coverage", "note"]].round(2)

# %% [markdown]
# Skill is 1 less the model's score over that of the baseline that turned out best on the same outcomes: above zero
# the model is better, below zero the simple forecast is. Where there are fewer than ten outcomes or origins none is
# claimed. `outcomes` are months forecast; neighbouring ones are alike, and `effective` is what they are worth.
#
# All series, arms and origins: `regionsim hindcast`, some minutes; [Hindcast](../docs/hindcast.md) says what each arm
# is told.
