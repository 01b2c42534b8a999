"""Weekly flows of a simulation: the quantities that sources report, before measurement.

Core objects: `play` (plays a scenario), `follow` (plays a model) and `Weeks` (its flows, levels, lengths of closures,
ends of truces).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from regionsim.history.measurement import Array
from regionsim.schema.units import USD_BN

if TYPE_CHECKING:
    from regionsim.evidence.inputs import Inputs
    from regionsim.model.events import Events
    from regionsim.model.information_set import InformationSet
    from regionsim.model.region import RegionModel
    from regionsim.model.worlds import Worlds
    from regionsim.scenario import Scenario


@dataclass(frozen=True)
class Weeks:
    """Weekly flows of a simulation by name, (W, weeks); levels at the origin per month, (W,); the season of flows that
    have one, with a mean of 1, (W, weeks); days of closures set by the scenario, (W,), by place and week; persons who
    `crossed` at Torkham and Chaman, (W, 2, weeks); weeks in which a truce ended, (W, weeks); holders of registration
    cards in Pakistan at the start and after each week, (W, weeks + 1); days of each week on which goods pass at no
    gate, `all_shut`, (W, weeks).
    """

    flows: dict[str, Array]
    levels: dict[str, Array]
    seasons: dict[str, Array]
    lengths: dict[str, Array]
    crossed: Array
    parameters: dict[str, Array]
    truce_ends: npt.NDArray[np.bool_]
    registered: Array
    all_shut: Array


def play(
    scenario: Scenario, information: InformationSet | None, worlds: int | Worlds, inputs: Inputs | None = None
) -> Weeks:
    """Play a scenario in a number of worlds, or in given worlds: weekly flows in USD million, persons, counts.

    inputs: by default those of this installation.
    """
    from regionsim.model.region import RegionModel

    return follow(RegionModel(scenario, worlds, told=information, inputs=inputs))


def follow(model: RegionModel) -> Weeks:
    """Play what is left of a model: weekly flows in USD million, persons, counts."""
    weekly: dict[str, list[Array]] = {}
    registered = [_registered(model)]
    with np.errstate(all="ignore"):
        while model.week + 1 < model.weeks:
            model.step()
            registered.append(_registered(model))
            for name, now in _flows(model).items():
                weekly.setdefault(name, []).append(np.array(now, dtype=np.float64))
    flows = {name: np.stack(rows, axis=-1) for name, rows in weekly.items()}
    crossed = flows.pop("north"), flows.pop("south")
    all_shut = flows.pop("all shut")
    seasons = {name: flows.pop(f"season of {name}") for name in ("exports", "imports")}
    log = model.log.sorted()
    place = {int(number): row for row, number in enumerate(model.worlds.number)}
    flows["closures"], lengths = _closures(model, log, place)
    p = model.p
    levels = {
        "attacks": p["violence.attacks_initial"] / 12.0, "exports": 1000.0 * p["trade.export_initial"] / 12.0,
        "imports": 1000.0 * p["trade.import_initial"] / 12.0, "transit": 1000.0 * p["trade.transit_initial"] / 12.0,
    }  # fmt: skip
    stock = np.stack(registered, axis=-1)
    ends = _truce_ends(model, log, place)
    return Weeks(flows, levels, seasons, lengths, np.stack(crossed, axis=1), p, ends, stock, all_shut)


def _registered(w: RegionModel) -> Array:
    """Holders of registration cards in Pakistan, (W,)."""
    from regionsim.schema.categories import POR

    return np.asarray(w.people.households.stock[:, POR].sum(axis=-1), dtype=np.float64)


def _flows(w: RegionModel) -> dict[str, Array]:
    from regionsim.model.processes import trade
    from regionsim.schema.categories import DEPORTATION, POR, RETURN

    week = w.flows
    registered = w.people.moved[:, POR, RETURN] + w.people.moved[:, POR, DEPORTATION]
    season = (trade.season(w) * w.trade.mix).sum(axis=-1)
    return {
        "attacks": week["attacks"].sum(axis=1), "deaths": week["fatalities"], "clashes": week["clashes"],
        **{name: USD_BN * week[name] for name in ("exports", "imports", "transit")},
        "season of exports": season[:, 0], "season of imports": season[:, 1],
        "returns": week["returns"], "returns_registered": registered, "returns_other": week["returns"] - registered,
        "north": w.people.crossed[:, 0], "south": w.people.crossed[:, 1],
        "all shut": 7.0 * (1.0 - w.gates.cargo_open.max(axis=1)),
    }  # fmt: skip


def _closures(w: RegionModel, log: Events, place: Mapping[int, int]) -> tuple[Array, dict[str, Array]]:
    """Closures begun in each week, (W, weeks), those of one day counted once; and the days of those that the scenario
    sets, by place and week, to goods passing again or the end of the play for ruptures. place: rows of worlds by their
    numbers.
    """
    begun = np.zeros((w.n_worlds, w.weeks))
    shut = np.flatnonzero((log.kind == "closure") & (log.cause != "scenario"))  # those of the scenario are no forecasts
    days = {(place[int(log.world[k])], int(log.week[k]), int(log.day[k])) for k in shut}
    for world, week, _ in days:
        begun[world, week] += 1.0
    given = [k for k in np.flatnonzero(log.kind == "closure") if log.cause[k] == "scenario"]
    passes = np.flatnonzero(log.kind == "goods_pass")
    again: dict[tuple[int, str], list[int]] = {}
    for k in passes:
        again.setdefault((int(log.world[k]), str(log.place[k])), []).append(int(log.week[k]))
    lengths: dict[str, Array] = {}
    for k in given:
        world, gate, week, length = int(log.world[k]), str(log.place[k]), int(log.week[k]), float(log.magnitude[k])
        if length == 0.0:  # a rupture, which has no drawn length
            length = 7.0 * (min((at for at in again.get((world, gate), ()) if at >= week), default=w.weeks) - week)
        lengths.setdefault(f"{gate}@{week}", np.full(w.n_worlds, np.nan))[place[world]] = length
    return begun, lengths


def _truce_ends(w: RegionModel, log: Events, place: Mapping[int, int]) -> npt.NDArray[np.bool_]:
    """Weeks in which the truce with the TTP ended, (W, weeks)."""
    ended = np.zeros((w.n_worlds, w.weeks), dtype=np.bool_)
    for k in np.flatnonzero(log.kind == "truce_end"):
        ended[place[int(log.world[k])], int(log.week[k])] = True
    return ended
