"""Runs that are played together have the folders, names and contents of runs that are played one by one."""

import gc
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from regionsim.errors import RunInterrupted
from regionsim.model.region import RegionModel
from regionsim.runs import MODEL, Run, content_digest, run
from regionsim.runs.manifest import Batch
from regionsim.runs.run_folder import RunFolder
from regionsim.runs.settings import PlaySettings
from regionsim.runs.together import shared
from regionsim.runs.worker import BatchTask
from regionsim.scenario import Scenario
from regionsim.studies.arms import play_arms, play_scenarios
from regionsim.studies.compare import compare
from regionsim.studies.why import why
from tests.model.worlds import small
from tests.toys.toy import TOY

END = "2025-11-24"
NAMES = ("status_quo", "smart_border", "strikes_and_blame", "forced_repatriation", "cpec_minerals_gate_open")


def scenarios(worlds: int = 3) -> list[Scenario]:
    return [small(name, f"worlds={worlds}", end=END) for name in NAMES]


def contents(each: Run) -> tuple[str, bytes]:
    """Content and table of worlds of a run."""
    return content_digest(each), (each.path / "worlds.parquet").read_bytes()


def kept(runs: Sequence[Run]) -> dict[str, tuple[str | bytes, ...]]:
    """Folder name -> content, table of worlds and summary of each run."""
    return {each.path.name: (*contents(each), (each.path / "summary.csv").read_bytes()) for each in runs}


def alone(folder: Path, each: Sequence[Scenario]) -> dict[str, tuple[str | bytes, ...]]:
    return kept([run(scenario, out=folder, workers=1) for scenario in each])


def test_arms_that_are_played_together_are_those_played_alone(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    arms = scenarios()
    settings = PlaySettings(out=tmp_path / "together", workers=1, progress=lambda *done: told.append(done))
    runs = play_arms(arms, settings)

    assert kept(runs) == alone(tmp_path / "alone", arms)
    assert [batch.beside for each in runs for batch in each.manifest.batches] == [12] * 5
    assert told == sorted(told)
    assert told[-1] == (15 * arms[0].weeks, 15 * arms[0].weeks)


def test_arms_with_more_recorded_or_another_end_are_played_in_the_same_call(tmp_path: Path) -> None:
    base, late = small("status_quo", "worlds=2", end=END), small("trade_push", "worlds=2", end="2025-12-29")
    settings = PlaySettings(out=tmp_path / "together", workers=1)
    every, plain = play_scenarios([(base, settings.recording(True)), (late, settings)])

    assert every.variables
    assert not plain.variables
    assert content_digest(plain) == content_digest(run(late, out=tmp_path / "alone", workers=1))


def test_a_comparison_and_an_attribution_play_what_their_arms_would_be_alone(tmp_path: Path) -> None:
    arms = scenarios(2)
    compared = compare(*arms, out=tmp_path / "together", workers=1)
    attributed = why(arms[1], arms[0], out=tmp_path / "together", workers=1)
    runs = [compared.baseline, *compared.arms]
    between = [Run(path.parent) for path in (attributed.folder / "arms").glob("*/manifest.json")]

    assert kept(runs) == alone(tmp_path / "alone", arms)
    some = {name: each[:2] for name, each in alone(tmp_path / "alone", attributed.between[::3]).items()}
    assert len(between) == len(attributed.between) > len(some) > 1
    assert {each.path.name: contents(each) for each in between}.items() >= some.items()


def test_an_interrupted_command_goes_on_where_it_was(tmp_path: Path) -> None:
    arms = scenarios(2)
    others = [small(name, "worlds=2", end="2025-12-29") for name in NAMES[:2]]

    def stop(done: int, _total: int) -> None:
        if done > 10 * arms[0].weeks:
            raise KeyboardInterrupt

    with pytest.raises(RunInterrupted, match="5 of 7 batches are finished and kept"):
        play_arms([*arms, *others], PlaySettings(out=tmp_path / "together", workers=1, progress=stop))
    runs = play_arms([*arms, *others], PlaySettings(out=tmp_path / "together", workers=1))
    assert kept(runs) == alone(tmp_path / "alone", [*arms, *others])


@pytest.mark.slow
def test_a_pool_plays_arms_together_too(tmp_path: Path) -> None:
    arms = scenarios(30)
    runs = play_arms(arms, PlaySettings(out=tmp_path / "together", workers=2))

    assert all(batch.beside for each in runs for batch in each.manifest.batches)
    assert kept(runs) == alone(tmp_path / "alone", arms)


def tasks(
    folder: Path, sizes: Sequence[int], engine: object = MODEL, end: Callable[[int], str] = lambda _: END
) -> list[BatchTask]:
    settings = PlaySettings(out=folder, engine=engine)  # type: ignore[arg-type]
    made = []
    for k, size in enumerate(sizes):
        work = RunFolder(small("status_quo", f"parameters.trade.value_of_time={0.5 + 0.01 * k}", end=end(k)), settings)
        made.append(work.task(Batch(first=0, last=size)))
    return made


def test_batches_are_put_together_up_to_what_one_run_has_and_in_order(tmp_path: Path) -> None:
    given = tasks(tmp_path, [50] * 20)
    packs = shared(given, 1)
    assert [part for pack in packs for part in pack.parts] == given
    assert len(packs) == 2
    assert {pack.worlds for pack in packs} == {500}
    assert len(shared(given, 4)) == 4


def test_batches_are_kept_apart_where_they_cannot_share_a_week(tmp_path: Path) -> None:
    assert [len(pack.parts) for pack in shared(tasks(tmp_path, [5] * 3, TOY), 1)] == [1, 1, 1]
    ends = tasks(tmp_path, [5] * 4, end=lambda k: END if k % 2 else "2025-12-29")
    assert [len(pack.parts) for pack in shared(ends, 1)] == [2, 2]
    one = tasks(tmp_path, [5])
    assert [len(pack.parts) for pack in shared(one * 3, 1)] == [1, 1, 1]


def test_a_model_is_freed_as_soon_as_its_batch_is_played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models: list[weakref.ref[RegionModel]] = []
    step = RegionModel.step

    def watched(model: RegionModel) -> None:
        if not models or models[-1]() is not model:
            models.append(weakref.ref(model))
        step(model)

    monkeypatch.setattr(RegionModel, "step", watched)
    gc.disable()
    try:
        run(small("status_quo", "worlds=120", end="2025-09-01"), out=tmp_path, workers=1)
        assert [each() for each in models] == [None] * len(models)
    finally:
        gc.enable()
    assert models
