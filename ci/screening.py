#!/usr/bin/env python3
"""Plays a small sensitivity screening and compares it with a stored one: does a change move what matters?

    python ci/screening.py                     # exit 1 where a rank or an expectation has moved
    python ci/screening.py --update            # a change that is meant to move them: store what comes out now
    python ci/screening.py my/screening.json   # another file

The file says what is played (`ask`: scenario, method, samples, replicates, over, outcomes, and `expect`: whether to
judge the scenario's expectations) and what came out (`found`). Needs nothing but `regionsim` with its extra `analysis`.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

FIRST = {"morris": "mu_star", "sobol": "ST"}  # the index that ranks
WORDS = {"mu_star": "mu*", "ST": "ST"}
SMALL = 0.01  # of the outcome's largest index: what is smaller then and now counts as nothing


class Stop(Exception):
    """A message, and the exit code that goes with it."""

    def __init__(self, message, code=2):
        super().__init__(message)
        self.code = code


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", default=str(Path(__file__).with_suffix(".json")))
    parser.add_argument("--update", action="store_true", help="store what comes out now")
    parser.add_argument("--out", default="runs", help="the folder that holds the run folders")
    parser.add_argument(
        "--summary", default=os.environ.get("GITHUB_STEP_SUMMARY"), help="add a page in Markdown to this"
    )
    asked = parser.parse_args(argv)
    try:
        return screen(Path(asked.file), asked.out, asked.summary, update=asked.update)
    except Stop as stop:
        print(f"screening: {stop}", file=sys.stderr)
        return stop.code


def screen(file, out, summary, *, update):
    """Play, compare, tell. The exit code."""
    stored = read(file)
    ask, then = stored["ask"], stored.get("found")
    if then is None and not update:
        raise Stop(f"{file}: holds no result yet; --update stores one")
    now = play(ask, out)
    moved, drifts = compare(then, now) if then else ([], [])
    page = markdown(ask, then, now, moved, drifts, updated=update)
    if summary:
        with Path(summary).open("a", encoding="utf-8") as target:
            target.write(page)
    for line in [*moved, *(f"(within tolerance) {line}" for line in drifts)]:
        print(line)
    if update:
        file.write_text(text_of({"ask": ask, "found": now}), encoding="utf-8")
        print(f"stored in {file}; say in the change why it moves")
        return 0
    if moved:
        print(f"{len(moved)} moved. If the change means to: python {sys.argv[0]} {file} --update, and commit the file")
        return 1
    print(f"nothing moved: {len(now['outcomes'])} outcomes, {len(now['expectations'])} expectations")
    return 0


def read(file):
    """The stored file. Raises Stop."""
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(stored["ask"]["scenario"], str):
            raise TypeError
    except OSError as fault:
        raise Stop(f"{file}: {fault.strerror or fault}") from None
    except (ValueError, KeyError, TypeError):
        raise Stop(f"{file}: is no file of a screening (a map with ask: scenario ..., and found:)") from None
    return stored


def text_of(stored):
    """The file's text, an input to a line, so that a change of it can be read."""
    text = json.dumps(stored, indent=1, ensure_ascii=False)
    return re.sub(r'\{\s*("rank"[^{}]*?)\s*\}', lambda row: "{" + re.sub(r"\s+", " ", row[1]) + "}", text) + "\n"


# Playing


def play(ask, out):
    """What comes out now: {"outcomes": name -> ..., "expectations": name -> verdict}."""
    words = ["sensitivity", ask["scenario"], "--no-figures", "--json", "--out", out]
    for name in ("method", "samples", "replicates", "seed"):
        words += [f"--{name}", str(ask[name])] if name in ask else []
    for option, key in (("--over", "over"), ("--outcome", "outcomes"), ("--set", "set")):
        words += [word for value in ask.get(key, ()) for word in (option, value)]
    said = regionsim(words, (0,))
    index = FIRST[said["method"]]
    outcomes = {
        one["outcome"]: {
            "unit": one["unit"],
            "verdict": one["verdict"],
            "index": index,
            "inputs": {
                row["input"]: {
                    "rank": row["rank"],
                    "value": digits(row[index]),
                    "low": digits(row[f"{index}_low"]),
                    "high": digits(row[f"{index}_high"]),
                }
                for row in one["indices"]
            },
        }
        for one in said["outcomes"]
    }
    expectations = {}
    if ask.get("expect"):
        sets = [word for value in ask.get("set", ()) for word in ("--set", value)]
        judged = regionsim(["check", ask["scenario"], "--json", "--out", out, *sets], (0, 1))
        expectations = {row["name"]: row["verdict"] for row in judged["expectations"]}
    return {"outcomes": outcomes, "expectations": expectations}


def regionsim(words, codes):
    """What a command says as JSON. Raises Stop, with the command's own exit code, where that is not one of `codes`."""
    done = subprocess.run([sys.executable, "-m", "regionsim", *words], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode not in codes:
        raise Stop(f"regionsim {words[0]} ended with exit code {done.returncode}", done.returncode)
    return json.loads(done.stdout)


def digits(value):
    return float(f"{value:.5g}")


# Comparing


def compare(then, now):
    """What has moved, and what has drifted within tolerance: two lists of sentences.

    An index has moved where its 95% intervals then and now do not meet. A rank has moved where the index has and the
    rank is another, or where two inputs changed places and their intervals are apart both then and now. Inputs whose
    index is below a hundredth of the outcome's largest then and now are passed over. An expectation has moved where one
    firm verdict became another; undecided is not firm.
    """
    moved, drifts = [], []
    for name in [*then["outcomes"], *sorted(set(now["outcomes"]) - set(then["outcomes"]))]:
        old, new = then["outcomes"].get(name), now["outcomes"].get(name)
        if old is None or new is None or set(old["inputs"]) != set(new["inputs"]) or old["index"] != new["index"]:
            moved.append(f"{name}: what is asked differs from what is stored; --update")
        elif old["verdict"] != new["verdict"]:
            moved.append(f"{name}: was {old['verdict']}, is {new['verdict']}")
        else:
            compare_ranks(name, old, new, moved, drifts)
    for name in sorted({*then["expectations"], *now["expectations"]}):
        old, new = (found["expectations"].get(name, "not asked") for found in (then, now))
        if old != new:
            firm = "undecided" not in (old, new)
            (moved if firm else drifts).append(f"expectation '{name}': was {old}, is {new}")
    return moved, drifts


def compare_ranks(name, old, new, moved, drifts):
    """Adds what is to be said of one outcome's inputs."""
    least = SMALL * max((row["value"] for found in (old, new) for row in found["inputs"].values()), default=0.0)
    kept = [which for which in old["inputs"] if max(f["inputs"][which]["value"] for f in (old, new)) > least]
    for which in kept:
        before, after = old["inputs"][which], new["inputs"][which]
        words = f"{name}: {which}: {told(before, old)} then, {told(after, new)} now"
        if (before["value"] == 0.0) != (after["value"] == 0.0) and apart(before, after):
            moved.append(f"{words} ({'now moves' if after['value'] else 'no longer moves'} the outcome)")
        elif apart(before, after) and before["rank"] != after["rank"]:
            moved.append(words)
        elif apart(before, after) or before["rank"] != after["rank"]:
            drifts.append(words)
    for first, second in swapped({k: old["inputs"][k] for k in kept}, new["inputs"]):
        moved.append(f"{name}: {first} and {second} changed places, with intervals apart both then and now")


def swapped(old, new):
    """Pairs of inputs surely in one order then and surely in the other now."""
    names = sorted(old, key=lambda which: old[which]["rank"])
    pairs = ((a, b) for i, a in enumerate(names) for b in names[i + 1 :])
    return [(a, b) for a, b in pairs if old[a]["low"] > old[b]["high"] and new[b]["low"] > new[a]["high"]]


def apart(one, other):
    return one["low"] > other["high"] or other["low"] > one["high"]


def told(row, about):
    return f"rank {row['rank']}, {WORDS[about['index']]} {row['value']:.3g} [{row['low']:.3g}, {row['high']:.3g}]"


# Telling


def markdown(ask, then, now, moved, drifts, *, updated):
    """A page: what moved, then every outcome's inputs by rank."""
    state = "stored anew" if updated else f"{len(moved)} moved" if moved else "nothing moved"
    lines = [f"# Screening of {clean(ask['scenario'])}: {state}", ""]
    lines += [f"- **{clean(line)}**" for line in moved] + [f"- within tolerance: {clean(line)}" for line in drifts]
    for name, new in now["outcomes"].items():
        lines += ["", f"## {clean(name)} ({clean(new['unit'])})", ""]
        if new["verdict"] != "ranked":
            lines.append(f"{new['verdict']}")
            continue
        index = WORDS[new["index"]]
        lines += [f"| rank | then | input | {index} [95% interval] | then |", "| ---: | ---: | --- | ---: | ---: |"]
        old = ((then or {}).get("outcomes", {}).get(name) or {}).get("inputs", {})
        for which, row in sorted(new["inputs"].items(), key=lambda item: item[1]["rank"]):
            before = old.get(which)
            ranks = f"| {row['rank']} | {before['rank'] if before else '-'} | {clean(which)} "
            lines.append(f"{ranks}| {interval(row)} | {interval(before) if before else '-'} |")
    if now["expectations"]:
        lines += ["", "## Expectations", "", "| expectation | now | then |", "| --- | --- | --- |"]
        before = (then or {}).get("expectations", {})
        lines += [f"| {clean(k)} | {v} | {before.get(k, '-')} |" for k, v in now["expectations"].items()]
    return "\n".join(lines) + "\n\n"


def interval(row):
    return f"{row['value']:.3g} [{row['low']:.3g}, {row['high']:.3g}]"


def clean(text):
    """Text that is no mark-up in Markdown."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|~" else c for c in " ".join(str(text).split()))


if __name__ == "__main__":
    sys.exit(main())
