"""The live page measured: how right its estimates are, and how fast it answers.

Run: ./dev python benchmarks/explore.py [accuracy|speed] [--levers N] [--end DATE] [--worlds N] [--settings N]
[--out RUNS]. Accuracy learns N levers of the status quo, strong ones first, then compares estimates with simulations of
fresh random settings: half of them levers alone, half with a closure of Torkham, estimated from a simulation of the
closure alone, as the page does. With the folder of runs in which `regionsim explore --build` has built the library it
uses all levers, and prints beside the errors what the page says of them. Speed needs Chromium: from the key that moves
a lever to the painted frame, to the first simulated half-year, to the last.
"""

import argparse
import json
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from regionsim.scenario import load
from regionsim.views.explore import held_out
from regionsim.views.explore.explorer import Explorer
from regionsim.views.explore.library import Library
from regionsim.views.explore.question import Start, question_of

FRESH = 71  # a seed that the library's own measure does not use
CLOSURE = {"kind": "border_closure", "crossing": "torkham", "on": "2026-09-07", "for": "8 weeks", "by": "pakistan"}
STRONG = (
    "trade_facilitation", "transit_agreement", "humanitarian_aid", "route_security", "trade_decoupling",
    "joint_border_management", "cut_ttp_ties", "ttp_mediation", "border_uplift", "attack_campaign",
    "contributor_policy", "cross_border_strikes", "border_fence", "forced_repatriation", "economic_assistance",
)  # fmt: skip
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def library_at(folder: Path, end: str, worlds: int) -> Library:
    scenario = load("status_quo", sets=(f"end={end}",) if end else (), worlds=worlds)
    return Library(Start(scenario, "status_quo", True), folder, worlds)


def learn(library: Library, count: int) -> list[str]:
    chosen = list(dict.fromkeys((*STRONG, *library.levers)))[:count]
    missing = [name for name in chosen if library.effects(name) is None]
    for first in range(0, len(missing), 3):
        library.learn_all(missing[first : first + 3], lambda _share: None, lambda: False)
    return chosen


def accuracy(library: Library, levers: int, settings: int) -> None:
    began = time.perf_counter()
    printed = library.held_out()
    chosen = library.known() if printed else learn(library, levers)
    print(f"{len(chosen)} levers learned in {time.perf_counter() - began:.0f} s, {library.of_levers} worlds each")
    rows = fresh(library, chosen, settings)
    print(f"{settings} fresh settings (2-5 levers, own dates; half with a closure), to {library.start.scenario.end}\n")
    print("| indicator | median error | page says | worst | fan | signs right | worst setting |")
    print("|---|---:|---:|---:|---:|---:|---|")
    told = {name: held_out.summary([errors for errors, _ in each]) for name, each in rows.items()}
    for name, row in told.items():
        if row["median"] is None:
            continue
        page = printed["channels"][name]["median"] if printed else "-"
        worst = max((errors["mean"] or 0.0, setting) for errors, setting in rows[name])[1]
        signs = f"{row['right']} of {row['clear']}"
        print(f"| `{name}` | {row['median']} | {page} | {row['worst']} | {row['fan']} | {signs} | {worst} |")
    medians = [row["median"] for row in told.values() if row["median"] is not None]
    right, clear = (sum(row[key] for row in told.values()) for key in ("right", "clear"))
    print(f"\nmedian over indicators {np.median(medians):.3f}; signs right {right} of {clear}")


def fresh(library: Library, levers: list[str], settings: int) -> dict[str, list[tuple[dict[str, Any], str]]]:
    """By channel, the errors of each fresh setting at the end of the horizon, with its name."""
    base = library.play_base(lambda: False)[:, : library.of_levers]
    rows: dict[str, list[tuple[dict[str, Any], str]]] = {channel.id: [] for channel in library.channels}
    listed = library.start.plain.get("shocks", [])
    for shocks in ((), (CLOSURE,)):
        asked = held_out.questions(library, levers, settings // 2, FRESH + len(shocks), shocks)
        alone = [question_of(library.start, {"shocks": [*listed, *shocks]})] if shocks else []
        values = held_out.simulated(library, [*alone, *asked], lambda _share: None)
        anchor = values.pop(0) if alone else None
        for question, truth in zip(asked, values, strict=True):
            estimate = held_out.estimated(library, question, anchor)
            assert estimate is not None
            name = ", ".join([*question.levers, *("closure" for _ in shocks)])
            for k, channel in enumerate(library.channels):
                errors = held_out.errors(base[k, :, -1], estimate[k, :, -1], truth[k, :, -1])
                rows[channel.id].append((errors, name))
    return rows


def speed(library: Library, moves: int) -> None:
    from playwright.sync_api import sync_playwright

    learn(library, 3)
    library.play_base(lambda: False)
    found = shutil.which("chromium")
    with Explorer(library, 0) as explorer, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=found, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(explorer.address)
        _until(page, "K.base && K.base.worldsAt(T - 1) >= W")
        for name in STRONG[:3]:
            page.evaluate(f"learn('{name}')")
        _until(page, "K.effects.size >= 3")
        frames = page.evaluate(_FRAMES, moves)
        print(
            f"lever to painted frame: median {statistics.median(frames):.0f} ms, worst {max(frames):.0f} ms of {moves}"
        )
        _until(page, "K.sim && K.sim.done")
        began, worked = time.perf_counter(), time.process_time()
        page.evaluate("setLever('trade_facilitation', { ...D.setting, intensity: 0.35 }, true)")
        for what, words in (
            (
                "K.sim && !K.sim.done && K.sim.values.worldsAt(D.points.findIndex((week) => week >= 25)) > 0",
                "half-year",
            ),
            ("K.sim && K.sim.values.worldsAt(T - 1) >= Math.min(32, W)", "first 32 worlds, all years"),
            ("K.sim && K.sim.done", f"all {library.worlds} worlds"),
        ):
            _until(page, what)
            passed, work = time.perf_counter() - began, time.process_time() - worked
            print(f"simulated {words}: {passed:.2f} s after the move, {work:.2f} s of processor time")
        browser.close()


_FRAMES = """async (moves) => {
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
    const slider = document.getElementById('lever-trade_facilitation'), took = [];
    for (let k = 0; k < moves; k += 1) {
        slider.value = 5 * (1 + (k * 7) % 20);
        const began = performance.now();
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        await frame();
        took.push(performance.now() - began);
        await new Promise((done) => setTimeout(done, 40));
    }
    return took;
}"""


def _until(page: Any, what: str) -> None:
    end = time.monotonic() + 120
    while not page.evaluate(what):
        assert time.monotonic() < end, what
        page.wait_for_timeout(5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=("accuracy", "speed"), default="accuracy")
    parser.add_argument("--levers", type=int, default=15)
    parser.add_argument("--end", help="the last day (default: that of the status quo)")
    parser.add_argument("--worlds", type=int, default=50)
    parser.add_argument("--settings", type=int, default=60)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        library = library_at(given.out or Path(folder), given.end, given.worlds)
        if given.what == "accuracy":
            accuracy(library, given.levers, given.settings)
        else:
            speed(library, 50)
    print(json.dumps({"key": library.key[:8], "end": given.end, "worlds": given.worlds}))


if __name__ == "__main__":
    main()
