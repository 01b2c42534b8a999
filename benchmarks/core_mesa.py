"""The core rules as idiomatic Mesa: objects that act one by one, a DataCollector, and `mesa.batch_run` for the worlds.

Core objects: `CoreModel` (one world), its agents, and `MesaCore`, all worlds by `mesa.batch_run`.
"""

import gc
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import mesa
import numpy as np
import numpy.typing as npt
from core_rules import CROSSINGS, QUANTITIES, RULES, Arguments, Rules
from mesa_households import Household, HouseholdModel

from regionsim.schema.categories import MOVES


class Group(mesa.Agent):
    """The armed group."""

    def __init__(self, model: "CoreModel") -> None:
        super().__init__(model)
        self.fighters, self.attacks = model.rules.fighters, 0

    def step(self) -> None:
        """Attack, lose men, recruit."""
        rules = self.model.rules
        attacks = int(self.rng.poisson(rules.attacks * self.fighters / rules.fighters))
        losses = min(int(self.rng.poisson(rules.losses * attacks)), self.fighters)
        self.fighters += int(self.rng.poisson(rules.recruits)) - losses
        self.attacks += attacks
        self.model.alarm = rules.keep * self.model.alarm + (1.0 - rules.keep) * attacks / rules.attacks


class Crossing(mesa.Agent):
    """A crossing; days count from the first day of week 0."""

    def __init__(self, model: "CoreModel", name: str) -> None:
        super().__init__(model)
        self.name, self.since, self.until = name, 0.0, 0.0
        self.shut, self.days_shut = 0.0, 0.0

    def step(self) -> None:
        """Perhaps shut; the share of this week on which it is shut."""
        rules, now = self.model.rules, self.model.now
        odds = rules.shutting * self.model.alarm
        if self.until <= now and self.random.random() < odds / (1.0 + odds):
            self.since = now + 7.0 * self.random.random()
            self.until = self.since + self.random.expovariate(1.0 / rules.days_shut)
        self.shut = max(0.0, min(self.until, now + 7.0) - max(self.since, now)) / 7.0
        self.days_shut += 7.0 * self.shut


class CoreModel(HouseholdModel):
    """One world. `given` are a kernel's arguments of one world or more, of which the first is taken."""

    def __init__(
        self, given: Arguments, rules: Rules = RULES, order: str = "shuffle_do", rng: int | None = None
    ) -> None:
        super().__init__(given, 0, rng, order)
        self.rules, self.alarm, self.now = rules, 1.0, -7.0
        self.usual = (self.leaving, self.arriving, self.returning_again)
        self.group = Group(self)
        self.north, self.south_gate = (Crossing(self, name) for name in CROSSINGS)
        reporters = {name: (lambda model, k=k: model.moved_by(k)) for k, name in enumerate(MOVES)}
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "attacks": lambda model: model.group.attacks,
                "fighters": lambda model: model.group.fighters,
                "days shut": lambda model: model.north.days_shut + model.south_gate.days_shut,
                **reporters,
                "by the southern crossing": lambda model: model.crossed[1],
            }
        )

    def moved_by(self, move: int) -> int:
        """Persons who have made a move so far."""
        return sum(row[move] for row in self.moved)

    def step(self) -> None:
        """One week."""
        self.week += 1
        self.now += 7.0
        self.agents_by_type[Group].do("step")
        self.agents_by_type[Crossing].shuffle_do("step")
        self.set_odds()
        getattr(self.agents_by_type[Household], self.order)("step")
        self.datacollector.collect(self)

    def set_odds(self) -> None:
        """This week's odds of leaving and coming."""
        leaving, arriving, again = self.usual
        pressure = max(0.0, 1.0 + self.rules.answer * (self.alarm - 1.0))
        north, south = self.north.shut, self.south_gate.shut
        passes = [1.0 - (share * south + (1.0 - share) * north) for share in self.south]
        self.leaving = [
            [(odds * pressure * open_, back) for (odds, back), open_ in zip(row, passes, strict=True)]
            for row in leaving
        ]
        open_ = 1.0 - (north + south) / 2.0
        self.arriving, self.returning_again = arriving * open_, again * open_


@dataclass
class MesaCore:
    """`worlds` worlds by `mesa.batch_run` in this process, with seeds from `seed` on."""

    given: Arguments
    worlds: int
    weeks: int
    order: str = "shuffle_do"
    rules: Rules = RULES
    seed: int = 0

    def totals(self) -> npt.NDArray[np.float64]:
        """The quantities of each world, (W, Q)."""
        gc.collect()
        with _start_method_kept():
            rows = mesa.batch_run(
                CoreModel,
                {"given": [self.given], "rules": [self.rules], "order": self.order},
                number_processes=1,
                rng=range(self.seed, self.seed + self.worlds),
                max_steps=self.weeks,
                display_progress=False,
            )
        return np.array([[row[name] for name in QUANTITIES] for row in rows], dtype=np.float64)


@contextmanager
def _start_method_kept() -> Iterator[None]:
    """`batch_run` sets the start method of the whole process; put it back."""
    before = multiprocessing.get_start_method(allow_none=True)
    try:
        yield
    finally:
        multiprocessing.set_start_method(before, force=True)
