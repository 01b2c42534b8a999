# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 6. Hindcast: scored, beside simple forecasts
#
# A simulation that is given every decision, as in notebook 4, looks better than a forecast would. A hindcast starts
# from what was known on a day, simulates a year, and is scored on what happened next, beside forecasts that need no
# model: the last value, the last twelve months.
#
# Needs the extra `analysis`. This is a small example: one series, few origins, and outcomes to 2019 only. Outcomes from
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
# Skill is 1 minus the model's score divided by that of the baseline that turned out best on the same outcomes: above
# zero the model is better, below zero the simple forecast is. With fewer than ten outcomes or origins none is claimed.
# `outcomes` are months forecast; neighbouring ones are correlated, and `effective` is their effective sample size.
#
# All series, arms and origins: `regionsim hindcast`, some minutes; [Hindcast](../docs/hindcast.md) says what each arm
# is given.
#
# Next: [7. From a question to a brief](07_from_question_to_brief.py).
