"""Arms: scenarios played, or run folders opened, whose world k has the same draws and chance in each.

Core objects: `read_arms` (words to scenarios and runs), `baseline_word`, `play_arms`, `obstacles` (why two runs cannot
be paired), `Outcome` and `read_outcomes` (the indicators asked for).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from regionsim.doors import texts, whole_or_none
from regionsim.errors import InputError, WorldsFailed
from regionsim.indicators import INDICATORS
from regionsim.paths import user_path
from regionsim.runs import PlaySettings, Run, open_run
from regionsim.runs.folders import kind_of_folder
from regionsim.runs.key import digests
from regionsim.runs.lock import WAIT
from regionsim.runs.manifest import NAME
from regionsim.runs.planning import planned
from regionsim.runs.play import play_scenario
from regionsim.scenario import Scenario, load
from regionsim.scenario.expect import parse_claim, refs
from regionsim.scenario.find import beside, source_path
from regionsim.scenario.load import changed
from regionsim.scenario.vocabulary import shipped_scenarios, vocabulary

type Source = str | Path | Mapping[str, Any] | Scenario | Run


@dataclass(frozen=True)
class Outcome:
    """An indicator or variable, whole or at one place."""

    indicator: str
    place: str | None = None

    def __str__(self) -> str:
        return f"{self.indicator}[{self.place}]" if self.place else self.indicator

    @property
    def title(self) -> str:
        """What it is called."""
        known = INDICATORS.get(self.indicator)
        name = known.title if known else self.indicator
        return f"{name}: {self.place.replace('_', ' ')}" if self.place else name

    @property
    def unit(self) -> str:
        """Its unit; of a variable, none."""
        known = INDICATORS.get(self.indicator)
        return known.unit if known else ""

    @property
    def direction(self) -> str:
        """Which way is better: up, down, or context where neither is."""
        known = INDICATORS.get(self.indicator)
        return known.direction if known else "context"

    @property
    def family(self) -> str:
        """The family it belongs to, which gives its colour."""
        known = INDICATORS.get(self.indicator)
        return known.family if known else "index"


def read_outcomes(words: Sequence[str]) -> tuple[Outcome, ...]:
    """The indicators of these words, such as attacks or closure_days[torkham]. Raises InputError with all faults."""
    found, faults = [], []
    for word in texts(words, "--indicator"):
        try:
            if "@" in word:
                raise ValueError("the date goes into --at")
            ref = refs(parse_claim(f"{word}@2000 > 0", vocabulary()))[0]
            found.append(Outcome(ref.indicator, ref.place))
        except ValueError as fault:
            faults.append(f"--indicator: {word}: {str(fault).replace('@2000', '')}")
    if faults:
        raise InputError(faults)
    return tuple(dict.fromkeys(found))


def read_arms(
    sources: Sequence[Source], *, sets: Sequence[str] = (), worlds: int | None = None, seed: int | None = None
) -> list[Scenario | Run]:
    """Each source as a scenario to play, or as a run where it is a run folder. Raises InputError with all faults."""
    found: list[Scenario | Run] = []
    faults: list[str] = []
    for source in sources:
        try:
            found.append(_read(source, sets, worlds, seed))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(list(dict.fromkeys(faults)))
    return found


def of_baseline(sets: Sequence[str]) -> tuple[str, ...]:
    """Of what is set, what goes for a baseline too: all but the levers, shocks and timeline that are to be compared."""
    return tuple(one for one in sets if not one.strip().startswith(("levers", "shocks", "timeline")))


def _read(source: Source, sets: Sequence[str], worlds: int | None, seed: int | None) -> Scenario | Run:
    if isinstance(source, str | Path) and (user_path(source) / NAME).exists():
        source = open_run(source)
    if isinstance(source, Run):
        if sets or seed is not None:
            raise InputError(f"{source.path}: is a run folder, which --set and --seed do not change")
        return Run(source.path, worlds=min(source.limit, whole_or_none(worlds, "--worlds", 1) or source.limit))
    if isinstance(source, str | Path) and source not in shipped_scenarios() and Path(source).is_dir():
        raise InputError(f"{source}: is {kind_of_folder(Path(source))}; here a run folder or a scenario is read")
    if isinstance(source, str | Path | Mapping):
        return load(source, sets=sets, worlds=worlds, seed=seed)
    if sets:
        raise InputError("sets: go with a scenario's path or name; a Scenario object is final")
    return changed(source, worlds, seed)


def baseline_word(sources: Sequence[Source], arms: Sequence[Scenario | Run]) -> Path:
    """The scenario file that all these name as their baseline. Raises InputError where they differ."""
    found, faults = set(), []
    for source, arm in zip(sources, arms, strict=True):
        name = arm.scenario.baseline if isinstance(arm, Run) else arm.baseline
        try:
            if isinstance(source, str | Path) and not isinstance(arm, Run):
                found.add(beside(name, source_path(source).parent, shipped_scenarios()))
            else:
                found.add(source_path(name))
        except (ValueError, InputError) as fault:
            faults.append(f"{arm.name}: baseline: {fault}")
    if faults:
        raise InputError(faults)
    if len(found) > 1:
        names = ", ".join(sorted(path.stem for path in found))
        raise InputError(f"the scenarios name several baselines ({names}); say which with --baseline")
    return found.pop()


def played_like(source: str | Path, scenario: Scenario, sets: Sequence[str] = ()) -> Scenario:
    """A scenario file, overrides laid on it, over the weeks of another, with its seed, draws and number of worlds."""
    same = [f"{key}={getattr(scenario, key)}" for key in ("start", "end", "draws")]
    return load(source, sets=(*sets, *same), worlds=scenario.worlds, seed=scenario.seed)


def needs_variables(outcomes: Sequence[Outcome]) -> bool:
    """Whether an outcome is a variable that only `--record all` keeps."""
    return any(one.indicator not in INDICATORS for one in outcomes)


def play_arms(
    arms: Sequence[Scenario | Run],
    settings: PlaySettings,
) -> list[Run]:
    """Play what is not played yet, each into the folder `regionsim run` gives it. Failed worlds are left out.

    Raises InputError, and RunInterrupted; the same call goes on from there.
    """
    found = []
    for arm in arms:
        if isinstance(arm, Run):
            found.append(arm)
            continue
        with settings.watched(planned(arm, settings)) as progress:
            found.append(played(arm, replace(settings, progress=progress)))
    return found


def played(scenario: Scenario, settings: PlaySettings) -> Run:
    """Play a scenario into its run folder; a run with failed worlds is returned without them.

    Where another command plays it, as many need one baseline, its worlds are waited for. Raises InputError and
    RunInterrupted.
    """
    try:
        return play_scenario(scenario, replace(settings, patience=WAIT))
    except WorldsFailed as error:
        if not isinstance(error.run, Run):
            raise
        return error.run


def labels(runs: Sequence[Run]) -> list[str]:
    """A name for each: the scenario's, with the hash where two have the same."""
    names = [one.name for one in runs]
    return [one.name if names.count(one.name) == 1 else f"{one.name}-{one.hash}" for one in runs]


_PARTS = {
    "evidence": "the evidence",
    "model": "the code of the model",
    "numpy": "the version of numpy",
    "numba": "the version of numba",
}


@dataclass(frozen=True)
class _Facts:
    """What must be equal for world k of two arms to share draws and chance; known before anything is played."""

    where: str
    parts: dict[str, str]
    seed: int
    start: str


def _facts(arm: Scenario | Run) -> _Facts:
    if isinstance(arm, Run):
        return _Facts(str(arm.path), arm.manifest.digests, arm.manifest.seed, arm.manifest.start)
    return _Facts(arm.name, digests(arm).parts(), arm.seed, arm.start.isoformat())


def obstacles(base: Scenario | Run, arm: Scenario | Run) -> list[str]:
    """What keeps world k of one from being world k of the other: evidence, engine, seed, in words; empty for nothing.

    A different start is no obstacle to be passed over but an error: see `require_one_clock`.
    """
    a, b = _facts(base), _facts(arm)
    found = [words for part, words in _PARTS.items() if a.parts.get(part) != b.parts.get(part)]
    if a.seed != b.seed:
        found.append(f"the seed ({a.seed} and {b.seed})")
    return found


def require_one_clock(base: Scenario | Run, arm: Scenario | Run, *, across_versions: bool) -> None:
    """Raises InputError, with what mends it, where two arms start on different days, or share no chance and are to."""
    for one in (base, arm):
        if isinstance(one, Run) and one.manifest.design is not None:
            raise InputError(f"{one.path}: belongs to a sweep, whose worlds differ in what was swept over")
    a, b = _facts(base), _facts(arm)
    if a.start != b.start:
        raise InputError(
            f"{b.where} starts on {b.start} and {a.where} on {a.start}: nothing is the same in the two (play both from "
            f"one day: --set start={b.start}, or name another --baseline)"
        )
    what = obstacles(base, arm)
    if what and not across_versions:
        raise InputError(
            f"{b.where} differs from the baseline {a.where} in {', '.join(what)}, so that no world of one has the "
            "draws and chance of a world of the other (play both again with this version and one --seed; or "
            "--across-versions compares them unpaired)"
        )


def ends_note(ends: Mapping[str, date]) -> list[str]:
    """What is said of arms that end on different days, in one sentence; nothing where all end on one."""
    if len(set(ends.values())) < 2:
        return []
    first = min(ends.values())
    days = ", ".join(f"{name} {day}" for name, day in ends.items())
    return [f"Scenarios end on different days ({days}): all are compared up to {first}, the first of them."]


def file_word(text: str) -> str:
    """A text as part of a file's name."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", text)
