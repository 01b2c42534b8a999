"""Scenarios whose expectations are judged, each with its baseline.

Core objects: `Case`, `read_cases` (from files, folders and shipped names) and `with_lever`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from regionsim.errors import InputError
from regionsim.paths import user_path
from regionsim.scenario import Scenario, load
from regionsim.scenario.find import beside, display, source_path
from regionsim.scenario.load import Source
from regionsim.scenario.vocabulary import shipped_scenarios
from regionsim.studies.arms import of_baseline, played_like
from regionsim.studies.study_file import is_study
from regionsim.yamlfile.faults import printable

FOLDER = "scenarios"
"""The folder whose scenarios are judged by default."""


@dataclass(frozen=True)
class Case:
    """A scenario, and its baseline over the same weeks with the same seed and number of worlds; `source` its file.

    asked: the worlds that the file asks for; with fewer, more expectations stay undecided.
    """

    scenario: Scenario
    baseline: Scenario
    source: str
    asked: int = 0

    @property
    def remark(self) -> str:
        """A sentence where it is judged over fewer worlds than its file asks for; else empty."""
        if self.scenario.worlds >= self.asked:
            return ""
        return (
            f"{self.scenario.name}: judged over {self.scenario.worlds:,} worlds, fewer than the {self.asked:,} that it "
            "asks for: more expectations stay undecided"
        )


def read_cases(
    sources: Sequence[Source] = (), *, worlds: int | None = None, seed: int | None = None, sets: Sequence[str] = ()
) -> list[Case]:
    """The cases in files, folders (their *.yaml) and shipped names; by default in ./scenarios or all shipped ones.

    worlds: instead of each scenario's. All `sets` but those of levers, shocks and the timeline apply to the baseline
    too, which always has the scenario's weeks, seed and kind of draws: only policy, shocks and what the files say
    differ. Scenarios without expectations are skipped. Raises InputError with all faults, or if no case is left.
    """
    cases, faults = [], []
    named = sources or _default()
    read: list[Source] = []
    for source in (path for name in named for path in _files(name)):
        if isinstance(source, str | Path) and source in read:
            continue
        read.append(source)
        try:
            case = _case(source, worlds, seed, sets)
        except InputError as error:
            faults += error.faults
            continue
        cases.append(case)
    if faults:
        raise InputError(list(dict.fromkeys(faults)))
    judged = [case for case in cases if case.scenario.expect]
    if not judged:
        names = ", ".join(case.scenario.name for case in cases[:5]) + (", ..." if len(cases) > 5 else "")
        raise InputError(f"nothing to judge: no expectation within the horizon of {names}")
    return judged


def with_lever(scenario: Scenario, lever: str, intensity: float) -> Scenario:
    """The scenario with one of its levers at another intensity."""
    setting = scenario.levers[lever].model_copy(update={"intensity": intensity})
    return scenario.model_copy(update={"levers": scenario.levers | {lever: setting}})


def _default() -> Sequence[Source]:
    folder = Path(FOLDER)
    return [folder] if folder.is_dir() and any(folder.glob("*.yaml")) else shipped_scenarios()


def _files(source: Source) -> list[Source]:
    """The scenario files of a folder, without studies; any other source as it is."""
    if not isinstance(source, str | Path):
        return [source]
    folder = user_path(source)
    if not folder.is_dir():
        return [source]
    files = sorted(path for path in (*folder.glob("*.yaml"), *folder.glob("*.yml")) if not is_study(str(path)))
    if not files:
        raise InputError(f"{printable(str(source), 1000)}: the folder holds no scenario (*.yaml)")
    return list(files)


def _case(source: Source, worlds: int | None, seed: int | None, sets: Sequence[str]) -> Case:
    scenario = load(source, sets=sets, worlds=worlds, seed=seed)
    path = source_path(source) if isinstance(source, str | Path) else Path(scenario.name)
    asked = load(source).worlds if worlds is not None or sets else scenario.worlds
    return Case(scenario, _baseline(scenario, path, sets), display(path), asked)


def _baseline(scenario: Scenario, path: Path, sets: Sequence[str]) -> Scenario:
    """The baseline with the scenario's weeks, seed, draws and worlds. path: of the scenario, or its name."""
    if scenario.baseline == scenario.name:
        return scenario
    try:
        file = beside(scenario.baseline, path.parent, shipped_scenarios())
    except ValueError as error:
        raise InputError(f"{display(path)}: baseline: {error}") from None
    if file.resolve() == path.resolve():
        return scenario
    return played_like(file, scenario, of_baseline(sets))
