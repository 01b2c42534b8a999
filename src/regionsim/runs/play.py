"""Play or load: the same command finds the same folder, reuses what is finished and plays what is missing.

Core objects: `run` (one scenario), `run_all` (several), `play` (several folders in one pool) and `play_shard`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from regionsim.doors import listed
from regionsim.errors import InputError, WorldsFailed, argument
from regionsim.runs import sidecar
from regionsim.runs.files import remove_temporary
from regionsim.runs.lock import SHARDS, WAIT, FolderLock
from regionsim.runs.planning import Plan, check_worlds, planned, pool_size
from regionsim.runs.results import Run
from regionsim.runs.run_folder import RunFolder
from regionsim.runs.run_list import Runs
from regionsim.runs.runner import play_missing
from regionsim.runs.settings import PlayOptions, PlaySettings
from regionsim.runs.together import planned_together, shared
from regionsim.runs.worker import BatchOutcome

if TYPE_CHECKING:
    from regionsim.scenario import Scenario
    from regionsim.scenario.load import Source

SHARD_PATIENCE = 120.0  # seconds that a shard waits for another to set up the folder


def run(
    source: Source,
    *,
    worlds: int | None = None,
    seed: int | None = None,
    sets: Sequence[str] = (),
    **options: Unpack[PlayOptions],
) -> Run:
    """Play a scenario into its run folder and open it. source: a path, a shipped name, a Scenario, or the content of a
    file as a dict. options: see `PlaySettings`.

    A call without `shard` takes over what all shards have played, plays the rest and writes the summary. Raises
    InputError, RunInterrupted (finished batches are kept), and at the end WorldsFailed if worlds failed: its `run` is
    the run without them.
    """
    from regionsim.scenario import load

    return play_scenario(load(source, worlds=worlds, seed=seed, sets=sets), PlaySettings(**options))


def run_all(
    sources: Sequence[Source],
    *,
    worlds: int | None = None,
    seed: int | None = None,
    sets: Sequence[str] = (),
    **options: Unpack[PlayOptions],
) -> Runs:
    """As `run`, for several scenarios, which are played side by side. The `run` of WorldsFailed is a `Runs`."""
    from regionsim.scenario.load import load_all

    scenarios, settings = load_all(sources, worlds=worlds, seed=seed, sets=sets), PlaySettings(**options)
    if not scenarios:
        raise InputError("nothing to play: the list of scenarios is empty")
    if settings.shard is not None:
        raise InputError(f"{argument('shard')}: plays one scenario at a time (not a list)")
    for scenario in scenarios:
        check_worlds(scenario.worlds)
    runs = Runs(play_runs([RunFolder(scenario, settings) for scenario in scenarios]))
    failed = [f"{run.name}: {_failures(run)}" for run in runs if run.failed]
    if failed:
        raise WorldsFailed("; ".join(failed), run=runs)
    return runs


def plan(
    source: Source | Sequence[Source],
    *,
    worlds: int | None = None,
    seed: int | None = None,
    sets: Sequence[str] = (),
    **options: Unpack[PlayOptions],
) -> Plan:
    """What `run` would do with these options, see `PlaySettings`; nothing is written. Raises InputError."""
    from regionsim.scenario.load import load_all

    settings = PlaySettings(**options)
    scenarios = load_all(listed(source), worlds=worlds, seed=seed, sets=sets)
    plans = [planned(scenario, settings) for scenario in scenarios]
    if not plans:
        raise InputError("nothing to play: the list of scenarios is empty")
    return plans[0] if len(plans) == 1 else planned_together(", ".join(plan.name for plan in plans), plans, settings)


def play_scenario(scenario: Scenario, settings: PlaySettings) -> Run:
    """As `run`, for a `Scenario`."""
    check_worlds(scenario.worlds)
    folder = RunFolder(scenario, settings)
    if settings.fresh or not folder.is_done():
        folder.make()
        if settings.shard is not None:
            play_shard(folder.path, [folder])
        else:
            with writing(folder.path, settings.patience):
                play([folder])
                folder.write_summary()
    run = Run(folder.path, worlds=scenario.worlds)
    if run.failed:
        raise WorldsFailed(_failures(run), run=run)
    return run


def _failures(run: Run) -> str:
    shown = [f"world {world}: {why}" for world, why in list(run.failed.items())[:3]]
    more = f", and {len(run.failed) - 3} more" if len(run.failed) > 3 else ""
    return f"{len(run.failed)} of {run.limit} worlds failed and are left out ({'; '.join(shown)}{more})"


def play_runs(folders: Sequence[RunFolder], held: Sequence[RunFolder] = ()) -> list[Run]:
    """Play what several runs are missing, together, and open them; failed worlds are left out.

    held: more runs to play with them, in folders that the caller holds, without a summary and not opened. If other
    commands are playing some, this waits for them. Raises InputError and RunInterrupted.
    """
    by_path = {folder.path.absolute(): folder for folder in folders}
    unfinished = [folder for folder in by_path.values() if folder.settings.fresh or not folder.is_done()]
    for folder in (*unfinished, *held):
        folder.make()
    with ExitStack() as locks:
        # always in one order, so that no two commands wait for each other
        for folder in sorted(unfinished, key=lambda each: each.path.absolute()):
            locks.enter_context(writing(folder.path, WAIT))
        if unfinished or held:
            play([*unfinished, *held])
        for folder in unfinished:
            folder.write_summary()
    return [Run(folder.path, worlds=folder.scenario.worlds) for folder in folders]


@contextmanager
def writing(folder: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold a folder exclusively: no other writer and no shard. patience: seconds to wait for them."""
    with FolderLock(folder, patience=patience), FolderLock(folder, SHARDS, patience=patience):
        yield


def play(folders: Sequence[RunFolder]) -> None:
    """Play what each folder is missing in one pool, with the settings of the first. Only while they are held."""
    settings = folders[0].settings
    for folder in folders:
        remove_temporary(folder.path)
        if settings.fresh:
            folder.empty()
        folder.prepare(len(folders))
    by_path = {folder.path.absolute(): folder for folder in folders}
    tasks = [folder.task(batch) for folder in folders for batch in folder.needed_batches() if batch.status == "missing"]

    def note(outcome: BatchOutcome) -> None:
        by_path[outcome.folder.absolute()].note(outcome)

    beside = partial(_write_worlds, tuple(folders))
    if tasks:
        side_by_side = shared(tasks, settings.workers)
        processes = pool_size(len(side_by_side), settings.workers)
        play_missing(side_by_side, processes, note, beside, settings.progress, settings.dask)
    else:
        beside()
    for folder in folders:
        folder.seal("worlds.parquet")
        sidecar.tidy(folder.path)


def _write_worlds(folders: Sequence[RunFolder]) -> None:
    """Write the tables of worlds. Imports the model, which only processes that play need."""
    for folder in folders:
        folder.write_worlds()


def play_shard(place: Path, folders: Sequence[RunFolder]) -> None:
    """Play the batches of one shard, perhaps beside others; records of its finished batches stay beside the parts until
    merged. place: the folder that shards share, of the run or the study.
    """
    settings = folders[0].settings
    number, count = settings.shard or (1, 1)
    with FolderLock(place, patience=SHARD_PATIENCE):
        for folder in folders:
            folder.prepare(len(folders))
            folder.write_worlds()
            folder.seal("worlds.parquet")
    every = [(folder, batch) for folder in folders for batch in folder.needed_batches()]
    mine = every[number - 1 :: count]
    with FolderLock(place, SHARDS, shared=True):
        tasks = shared([folder.task(batch) for folder, batch in mine if batch.status == "missing"], settings.workers)
        if tasks:
            processes = pool_size(len(tasks), settings.workers)
            play_missing(tasks, processes, lambda _: None, lambda: None, settings.progress, settings.dask)
