"""Arms: scenarios to play or run folders to open, whose world k has the same draws and chance in each.

Core objects: `read_arms` (sources to scenarios and runs), `baseline_word`, `play_arms`, `obstacles` (why two runs
cannot be paired), `Outcome` and `read_outcomes` (the indicators to study).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from regionsim.doors import texts, whole_or_none
from regionsim.errors import InputError, argument, set_words, spoken
from regionsim.indicators import INDICATORS
from regionsim.paths import user_path
from regionsim.runs import PlaySettings, Run, open_run
from regionsim.runs.files import check_writable
from regionsim.runs.folders import kind_of_folder
from regionsim.runs.key import digests
from regionsim.runs.manifest import NAME
from regionsim.runs.planning import Plan, planned, warnings_of
from regionsim.runs.play import play_runs
from regionsim.runs.run_folder import RunFolder
from regionsim.runs.together import planned_together
from regionsim.scenario import Scenario, load
from regionsim.scenario.expect import parse_claim, refs
from regionsim.scenario.find import beside, source_path
from regionsim.scenario.vocabulary import shipped_scenarios, vocabulary
from regionsim.schema.dates import day_words

type Source = str | Path | Mapping[str, Any] | Scenario | Run

SHOWN = 3
"""The most runs that are named one by one while they are played."""


@dataclass(frozen=True)
class Outcome:
    """An indicator or variable, in total or at one place."""

    indicator: str
    place: str | None = None

    def __str__(self) -> str:
        return f"{self.indicator}[{self.place}]" if self.place else self.indicator

    @property
    def title(self) -> str:
        """Its title."""
        entry = INDICATORS.get(self.indicator)
        name = entry.title if entry else self.indicator
        return f"{name}: {self.place.replace('_', ' ')}" if self.place else name

    @property
    def unit(self) -> str:
        """Its unit; empty for a variable."""
        entry = INDICATORS.get(self.indicator)
        return entry.unit if entry else ""

    @property
    def direction(self) -> str:
        """Which way is better: up, down, or context for neither."""
        entry = INDICATORS.get(self.indicator)
        return entry.direction if entry else "context"

    @property
    def family(self) -> str:
        """Its family, which sets its colour."""
        entry = INDICATORS.get(self.indicator)
        return entry.family if entry else "index"


def read_outcomes(indicators: Sequence[str]) -> tuple[Outcome, ...]:
    """Parse indicators such as attacks or closure_days[torkham]. Raises InputError with all faults."""
    outcomes, faults = [], []
    for word in texts(indicators, argument("indicators")):
        try:
            if "@" in word:
                raise ValueError(f"the date goes into {argument('at')}")
            ref = refs(parse_claim(f"{word}@2000 > 0", vocabulary()))[0]
            outcomes.append(Outcome(ref.indicator, ref.place))
        except ValueError as fault:
            faults.append(f"{argument('indicators')}: {word}: {str(fault).replace('@2000', '')}")
    if faults:
        raise InputError(faults)
    return tuple(dict.fromkeys(outcomes))


def read_arms(
    sources: Sequence[Source], *, sets: Sequence[str] = (), worlds: int | None = None, seed: int | None = None
) -> list[Scenario | Run]:
    """Read each source: a run folder as a run, all else as a scenario to play. Raises InputError with all faults."""
    arms: list[Scenario | Run] = []
    faults: list[str] = []
    for source in sources:
        try:
            arms.append(_read(source, sets, worlds, seed))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(list(dict.fromkeys(faults)))
    return arms


def of_baseline(sets: Sequence[str]) -> tuple[str, ...]:
    """The `sets` that also apply to a baseline: all but levers, deals, shocks and timeline, which are compared."""
    compared = ("levers", "deals", "shocks", "timeline")
    return tuple(override for override in sets if not override.strip().startswith(compared))


def _read(source: Source, sets: Sequence[str], worlds: int | None, seed: int | None) -> Scenario | Run:
    if isinstance(source, str | Path) and (user_path(source) / NAME).exists():
        source = open_run(source)
    if isinstance(source, Run):
        if sets or seed is not None:
            raise InputError(
                f"{source.path}: is a run folder: {argument('sets')} and {argument('seed')} cannot change it"
            )
        return Run(source.path, worlds=min(source.limit, whole_or_none(worlds, argument("worlds"), 1) or source.limit))
    if isinstance(source, str | Path) and source not in shipped_scenarios() and Path(source).is_dir():
        raise InputError(f"{source}: is {kind_of_folder(Path(source))}; expected a run folder or a scenario")
    return load(source, sets=sets, worlds=worlds, seed=seed)


def baseline_word(sources: Sequence[Source], arms: Sequence[Scenario | Run]) -> Path:
    """The scenario file that all arms name as their baseline. Raises InputError where they differ."""
    files, faults = set(), []
    for source, arm in zip(sources, arms, strict=True):
        name = arm.scenario.baseline if isinstance(arm, Run) else arm.baseline
        try:
            if isinstance(source, str | Path) and not isinstance(arm, Run):
                files.add(beside(name, source_path(source).parent, shipped_scenarios()))
            else:
                files.add(source_path(name))
        except (ValueError, InputError) as fault:
            faults.append(f"{arm.name}: baseline: {fault}")
    if faults:
        raise InputError(faults)
    if len(files) > 1:
        names = ", ".join(sorted(path.stem for path in files))
        raise InputError(f"the scenarios name several baselines ({names}); choose one with {argument('baseline')}")
    return files.pop()


def meant_baseline(sources: Sequence[Source], arms: Sequence[Scenario | Run]) -> Run | Scenario | Path:
    """The baseline that all arms name: its run folder where that is one of them; its scenario, played like the first,
    where all are run folders; else its file. Raises InputError where they differ.
    """
    word = baseline_word(sources, arms)
    runs = [arm for arm in arms if isinstance(arm, Run)]
    named = {arm.scenario.baseline if isinstance(arm, Run) else arm.baseline for arm in arms}
    given = next((run for run in runs if run.name in named), None)
    if given is not None or not runs or len(runs) < len(arms):
        return given or word
    return played_like(word, runs[0].scenario.model_copy(update={"worlds": runs[0].limit}))


def played_like(source: str | Path, scenario: Scenario, sets: Sequence[str] = ()) -> Scenario:
    """A scenario file with `sets` applied, over the weeks of `scenario`, with its seed, draws and number of worlds."""
    same = [f"{key}={getattr(scenario, key)}" for key in ("start", "end", "draws")]
    return load(source, sets=(*sets, *same), worlds=scenario.worlds, seed=scenario.seed)


def needs_variables(outcomes: Sequence[Outcome]) -> bool:
    """Whether an outcome is a variable, which only `--record all` stores."""
    return any(outcome.indicator not in INDICATORS for outcome in outcomes)


def play_arms(arms: Sequence[Scenario | Run], settings: PlaySettings) -> list[Run]:
    """Play the missing arms together, each into the folder that `regionsim run` gives it. Failed worlds are left out.

    Raises InputError, and RunInterrupted: repeat the call to resume.
    """
    given = [arm for arm in arms if not isinstance(arm, Run)]
    played = iter(play_scenarios([(arm, settings) for arm in given])) if given else iter(())
    return [arm if isinstance(arm, Run) else next(played) for arm in arms]


def play_scenarios(arms: Sequence[tuple[Scenario, PlaySettings]]) -> list[Run]:
    """Play scenarios together, each into its own folder; those of the first settings hold for the work.

    If another command is playing one, as with a shared baseline, this waits for it. Raises InputError and
    RunInterrupted.
    """
    settings = arms[0][1]
    plans = [planned(scenario, own) for scenario, own in arms]
    missing = [plan for plan in plans if plan.to_play]
    if missing:
        check_writable(settings.folder, argument("out"))  # before anyone is told that something is played
    expected = planned_together(names_of(missing), missing, settings) if len(missing) > 1 else (missing or plans)[0]
    with settings.watched(replace(expected, warnings=warnings_of(plans))) as progress:
        return play_runs([RunFolder(scenario, replace(own, progress=progress)) for scenario, own in arms])


def names_of(plans: Sequence[Plan]) -> str:
    """The names of several runs in a few words."""
    names = list(dict.fromkeys(plan.name for plan in plans))
    return ", ".join(names) if len(names) <= SHOWN else f"{len(plans)} runs"


_PARTS = {
    "evidence": "the evidence",
    "model": "the code of the model",
    "numpy": "the version of numpy",
    "numba": "the version of numba",
}


@dataclass(frozen=True)
class _Facts:
    """What must be equal for world k of two arms to share draws and chance; known before any arm is played."""

    where: str
    parts: dict[str, str]
    seed: int
    start: str


def _facts(arm: Scenario | Run) -> _Facts:
    if isinstance(arm, Run):
        return _Facts(str(arm.path), arm.manifest.digests, arm.manifest.seed, arm.manifest.start)
    return _Facts(arm.name, digests(arm).parts(), arm.seed, arm.start.isoformat())


def obstacles(base: Scenario | Run, arm: Scenario | Run) -> list[str]:
    """What keeps worlds of two arms from being paired: evidence, code, versions or seed, in words; empty for nothing.

    A different start is not listed here because it is always an error: see `require_one_clock`.
    """
    a, b = _facts(base), _facts(arm)
    differences = [description for part, description in _PARTS.items() if a.parts.get(part) != b.parts.get(part)]
    if a.seed != b.seed:
        differences.append(f"the seed ({a.seed} and {b.seed})")
    return differences


def require_one_clock(base: Scenario | Run, arm: Scenario | Run, *, across_versions: bool) -> None:
    """Raise InputError, with the remedy, where two arms differ in start, or cannot be paired but must be."""
    for run in (base, arm):
        if isinstance(run, Run) and run.manifest.design is not None:
            raise InputError(f"{run.path}: belongs to a sweep, whose worlds differ in the swept inputs")
    a, b = _facts(base), _facts(arm)
    if a.start != b.start:
        raise InputError(
            f"{b.where} starts on {b.start} and {a.where} on {a.start}, so they cannot be compared (start both "
            f"on one day: {set_words(f'start={b.start}')}, or name another {argument('baseline')})"
        )
    what = obstacles(base, arm)
    if what and not across_versions:
        raise InputError(
            f"{b.where} differs from the baseline {a.where} in {', '.join(what)}, so their worlds cannot be "
            f"paired (run both again with this version and one {argument('seed')}, or compare them unpaired: "
            f"{spoken('--across-versions', 'across_versions=True')})"
        )


def ends_note(ends: Mapping[str, date]) -> list[str]:
    """One sentence about arms that end on different days; empty where all end on the same day."""
    if len(set(ends.values())) < 2:
        return []
    first = min(ends.values())
    days = ", ".join(f"{name} on {day_words(day)}" for name, day in ends.items())
    return [f"The runs end on different days ({days}); they are compared up to {day_words(first)}, the earliest."]


def file_word(text: str) -> str:
    """A text made safe as part of a file name."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", text)
