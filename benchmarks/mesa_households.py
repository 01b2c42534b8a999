"""The rule of `regionsim.model.populations.households.live` as idiomatic Mesa: an agent for each household.

Core objects: `Household` (a mesa agent) and `HouseholdModel`, one world. Written from the rule, not from the kernel's
code: competing risks of return, deportation and onward movement; arrival and re-migration; births once in four weeks.
"""

import gc
from dataclasses import dataclass
from typing import Any

import mesa
import numpy as np

from regionsim.model.populations.households import ELSEWHERE, RETURNED, WOULD_BE
from regionsim.schema.categories import ARRIVAL, BIRTH, DEPORTATION, MOVES, ONWARD, REMIGRATION, RETURN, STATUSES

type Arguments = dict[str, Any]

PLACES = {WOULD_BE: "would-be", RETURNED: "returned", ELSEWHERE: "elsewhere"}
NORTH, SOUTH = 0, 1


class Household(mesa.Agent):
    """A household that stands for many persons."""

    def __init__(
        self, model: "HouseholdModel", slot: int, status: int, province: int, place: str, proneness: float, persons: int
    ) -> None:
        super().__init__(model)
        self.slot, self.status, self.province, self.place = slot, status, province, place
        self.proneness, self.persons = proneness, persons

    def step(self) -> None:
        """One week."""
        if self.place == "pakistan":
            self.leave_perhaps()
        elif self.place != "elsewhere":
            self.come_perhaps()
        if self.place == "pakistan" and (self.slot - self.model.week) % 4 == 0:
            self.have_children()

    def leave_perhaps(self) -> None:
        """Return, be deported or move on, with odds that compete."""
        model = self.model
        leaving, share_returning = model.leaving[self.status][self.province]
        onward = model.onward * self.proneness
        odds = leaving * self.proneness + onward
        reach = self.random.random() * (1.0 + odds)
        if reach >= odds:
            return
        if reach < onward:
            self.place, move = "elsewhere", ONWARD
        else:
            self.place = "returned"
            move = RETURN if reach - onward < (odds - onward) * share_returning else DEPORTATION
            gate = SOUTH if self.random.random() < model.south[self.province] else NORTH
            model.crossed[gate] += self.persons
        model.moved[self.status][move] += self.persons
        model.stock[self.status][self.province] -= self.persons

    def come_perhaps(self) -> None:
        """Arrive for the first time, or come back."""
        model = self.model
        odds = (model.arriving if self.place == "would-be" else model.returning_again) * self.proneness
        if self.random.random() * (1.0 + odds) >= odds:
            return
        model.moved[self.status][ARRIVAL if self.place == "would-be" else REMIGRATION] += self.persons
        model.stock[self.status][self.province] += self.persons
        self.place = "pakistan"

    def have_children(self) -> None:
        """Four weeks' births, in whole persons."""
        model = self.model
        born = int(4.0 * model.birth * self.persons + self.random.random())
        self.persons += born
        model.moved[self.status][BIRTH] += born
        model.stock[self.status][self.province] += born


class HouseholdModel(mesa.Model):
    """One world: row `row` of a kernel's arguments. `order` is the AgentSet method that calls each `step`."""

    def __init__(self, given: Arguments, row: int, seed: int | None, order: str = "do") -> None:
        super().__init__(rng=seed)
        self.week, self.order = int(given["week"]), order
        provinces = given["stock"].shape[2]
        odds = given["leave"][row].astype(float).tolist()
        self.leaving = [odds[s * provinces : (s + 1) * provinces] for s in range(len(STATUSES))]
        self.arriving, self.returning_again, self.onward = given["come"][row].astype(float).tolist()
        self.south = given["south"][row].astype(float).tolist()
        self.birth = float(given["birth"][row])
        self.moved = [[0] * len(MOVES) for _ in STATUSES]
        self.crossed = [0, 0]
        self.stock = given["stock"][row].tolist()
        columns = ("status", "province", "cell", "proneness", "persons")
        for slot, (status, province, cell, proneness, persons) in enumerate(
            zip(*(given[name][row].tolist() for name in columns), strict=True)
        ):
            Household(self, slot, status, province, PLACES.get(cell, "pakistan"), proneness, persons)

    def step(self) -> None:
        """One week of every household."""
        self.week += 1
        getattr(self.agents, self.order)("step")


@dataclass
class MesaHouseholds:
    """Every world of the given inputs as a Mesa model, one after another."""

    given: Arguments
    weeks: int = 1
    order: str = "do"
    seed: int = 0

    def reset(self) -> None:
        """Build the models anew; the old ones are freed now, not while the clock runs."""
        self.models: list[HouseholdModel] = []
        gc.collect()
        worlds = range(self.given["cell"].shape[0])
        self.models = [HouseholdModel(self.given, row, self.seed + row, self.order) for row in worlds]

    def run(self) -> int:
        """Play the weeks; household-weeks."""
        for model in self.models:
            for _ in range(self.weeks):
                model.step()
        return sum(len(model.agents) for model in self.models) * self.weeks

    @property
    def moved(self) -> np.ndarray:
        """Persons by status and move, (W, S, moves)."""
        return np.array([model.moved for model in self.models])

    @property
    def crossed(self) -> np.ndarray:
        """Returners by the northern and the southern crossing, (W, 2)."""
        return np.array([model.crossed for model in self.models])
