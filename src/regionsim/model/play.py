"""Play a batch: a pure function from a scenario and rows of worlds to what happened in them.

Core objects: `play` and `BatchResult`. The same rows give the same bits in any batch, order and process.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from regionsim.evidence.inputs import load_inputs
from regionsim.model.actors.decisions import Decision, Decisions
from regionsim.model.arms import Arms, batches
from regionsim.model.events import Events
from regionsim.model.parting import spread, stages
from regionsim.model.region import RegionModel
from regionsim.model.worlds import Worlds

if TYPE_CHECKING:
    from regionsim.scenario import Scenario

type Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class BatchResult:
    """What happened in W worlds. `columns` and `places` hold float32 (W, weeks); week k is dated start + 7 k days.

    `failed` maps a world's number to the reason; its columns are NaN.
    """

    worlds: Worlds
    start: date
    weeks: int
    columns: dict[str, Floats]
    places: dict[str, dict[str, Floats]]
    events: Events
    failed: dict[int, str]
    decisions: tuple[Decision, ...] = ()
    """Every choice with its reasons, if `play` was asked for them."""


def play(
    scenario: "Scenario",
    worlds: Worlds,
    *,
    record_all: bool = False,
    on_week: Callable[[int], None] | None = None,
    reasons: bool = False,
) -> BatchResult:
    """Play the worlds from start to end; `on_week(weeks done)` after each week. reasons: keep those of every choice."""
    # failed worlds are marked afterwards; their NaN reaches no other world
    with np.errstate(all="ignore"):
        model = RegionModel(scenario, worlds, record_all=record_all)
        model.decisions = Decisions() if reasons else None
        model.run(on_week)
    return result(model)


def play_together(
    parts: Sequence[tuple["Scenario", Worlds]],
    *,
    record_all: bool = False,
    on_worlds: Callable[[int], None] | None = None,
) -> list[BatchResult]:
    """Play several scenarios, each in its worlds: the results of playing each by itself, bit for bit.

    Those that can share a batch do. `on_worlds(n)` is called after each week of a batch of n worlds.
    """
    results: dict[int, BatchResult] = {}
    for places in batches(parts, load_inputs()):
        arms = Arms(tuple(parts[k][0] for k in places), tuple(parts[k][1] for k in places))
        size = arms.of.size

        def on_week(_week: int, size: int = size) -> None:
            if on_worlds is not None:
                on_worlds(size)

        with np.errstate(all="ignore"):
            together = result(_played(arms, record_all, on_week))
        results.update(zip(places, parted(together, arms), strict=True))
    return [results[k] for k in range(len(parts))]


def _played(arms: Arms, record_all: bool, on_week: Callable[[int], None]) -> RegionModel:
    """A model of the arms, played to its end; once for as long as the same happens in several."""

    def some(chosen: Sequence[int]) -> Arms:
        return Arms(tuple(arms.scenarios[k] for k in chosen), tuple(arms.tables[k] for k in chosen))

    plan = list(stages(arms, load_inputs()))
    before = plan[0][2]
    model = RegionModel(some(sorted(set(before))), record_all=record_all)
    for first, until, instead in plan:
        if first > 0:
            chosen, rows = sorted(set(instead)), np.arange(model.n_worlds)
            there = {k: rows[model.arms.of == place] for place, k in enumerate(sorted(set(before)))}
            of = np.concatenate([there[before[k]] for k in chosen])
            model, before = spread(model, some(chosen), of, record_all=record_all), instead
        while model.week + 1 < until:
            model.step()
            on_week(model.week + 1)
    return model


def parted(together: BatchResult, arms: Arms) -> list[BatchResult]:
    """The result of each arm of a batch, with its own numbers of worlds."""
    if len(arms.tables) == 1:
        return [together]
    out, first, log = [], 0, together.events
    for table in arms.tables:
        rows = slice(first, first + len(table))
        columns = {name: np.ascontiguousarray(values[rows]) for name, values in together.columns.items()}
        places = {
            name: {place: np.ascontiguousarray(values[rows]) for place, values in by.items()}
            for name, by in together.places.items()
        }
        inside = slice(*np.searchsorted(log.world, (rows.start, rows.stop)))
        texts = {name: column[inside] for name, column in vars(log).items()}
        texts["world"] = table.number[texts["world"] - first]
        order = np.argsort(texts["world"], kind="stable")
        events = Events(**{name: column[order] for name, column in texts.items()})
        mine = range(first, rows.stop)
        failed = {int(table.number[k - first]): why for k, why in together.failed.items() if k in mine}
        out.append(BatchResult(table, together.start, together.weeks, columns, places, events, failed))
        first = rows.stop
    return out


def result(model: RegionModel) -> BatchResult:
    """What the model has recorded so far, with worlds that hold a non-finite number marked as failed."""
    columns, places = model.recorder.columns(), model.recorder.places()
    weeks = model.week + 1
    failed: dict[int, str] = {}
    for name, values in columns.items():
        bad = ~np.isfinite(values[:, :weeks]).all(axis=1)
        for row in np.flatnonzero(bad):
            failed.setdefault(int(model.worlds.number[row]), f"{name} is not a number")
    rows = np.isin(model.worlds.number, list(failed))
    if failed:
        for values in [*columns.values(), *(v for by in places.values() for v in by.values())]:
            values[rows] = np.nan
    decisions = tuple(model.decisions.taken) if model.decisions else ()
    return BatchResult(model.worlds, model.start, model.weeks, columns, places, model.log.sorted(), failed, decisions)
