"""The rule of `regionsim.model.populations.households.live` as plain NumPy: whole arrays, one expression at a time.

Core object: `NumpyHouseholds`, arrays (W, N) with a Generator of its own. It is also the oracle that a reader can check
line by line.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from regionsim.model.populations.households import ELSEWHERE, RETURNED, WOULD_BE
from regionsim.schema.categories import ARRIVAL, BIRTH, DEPORTATION, ONWARD, REMIGRATION, RETURN

type Arguments = dict[str, Any]


@dataclass
class NumpyHouseholds:
    """Every world of the given inputs at once."""

    given: Arguments
    weeks: int = 1
    seed: int = 0

    def reset(self) -> None:
        """Back to the given state, and the stream to its start."""
        given = self.given
        self.rng = np.random.default_rng(self.seed)
        self.week = int(given["week"])
        self.status, self.province = given["status"], given["province"]
        self.cell, self.persons = given["cell"].astype(np.int64), given["persons"].copy()
        self.stock, self.moved = given["stock"].copy(), np.zeros_like(given["moved"])
        self.crossed = np.zeros_like(given["crossed"])
        self.set_odds(given["leave"], given["come"])

    def set_odds(self, leave: np.ndarray, come: np.ndarray) -> None:
        """Weekly odds in the kernel's form, (W, S * P, 2) and (W, 3)."""
        nothing = np.zeros((self.cell.shape[0], 1), dtype=np.float32)
        self.come = come
        self.odds = np.concatenate([leave[:, :, 0] + come[:, 2:], come[:, :2], nothing], axis=1)
        self.share = np.concatenate([leave[:, :, 1], np.repeat(nothing, 3, axis=1)], axis=1)

    def run(self) -> int:
        """Play the weeks; household-weeks."""
        for _ in range(self.weeks):
            self.week += 1
            self._move()
            self._have_children()
        return int(self.cell.size) * self.weeks

    def _move(self) -> None:
        proneness, provinces = self.given["proneness"], self.stock.shape[2]
        odds = np.take_along_axis(self.odds, self.cell, axis=1) * proneness
        onward = self.come[:, 2:] * proneness
        reach = self.rng.random(self.cell.shape, dtype=np.float32) * (1 + odds)
        acts, inside = reach < odds, self.cell < WOULD_BE
        goes_on = acts & inside & (reach < onward)
        goes_home = acts & inside & ~goes_on
        returns = goes_home & (reach - onward < (odds - onward) * np.take_along_axis(self.share, self.cell, axis=1))
        arrives, comes_back = acts & (self.cell == WOULD_BE), acts & (self.cell == RETURNED)
        for where, move, sign in (
            (returns, RETURN, -1),
            (goes_home & ~returns, DEPORTATION, -1),
            (goes_on, ONWARD, -1),
            (arrives, ARRIVAL, 1),
            (comes_back, REMIGRATION, 1),
        ):
            self._count(np.nonzero(where), self.persons[where], move, sign)
        world, slot = np.nonzero(goes_home)
        south = self.rng.random(world.size) < self.given["south"][world, self.province[world, slot]]
        np.add.at(self.crossed, (world, south.astype(np.int64)), self.persons[world, slot])
        home = self.status.astype(np.int64) * provinces + self.province
        self.cell = np.where(
            goes_on, ELSEWHERE, np.where(goes_home, RETURNED, np.where(arrives | comes_back, home, self.cell))
        )

    def _have_children(self) -> None:
        turn = slice(self.week % 4, None, 4)
        persons, inside = self.persons[:, turn], self.cell[:, turn] < WOULD_BE
        mean = 4 * self.given["birth"][:, np.newaxis] * persons
        born = np.where(inside, (mean + self.rng.random(persons.shape)).astype(np.int32), 0)
        persons += born  # a view
        world, place = np.nonzero(born)
        self._count((world, place * 4 + self.week % 4), born[world, place], BIRTH, 1)

    def _count(self, at: tuple[np.ndarray, ...], persons: np.ndarray, move: int, sign: int) -> None:
        """Add persons who move to the tallies; `sign` says whether they enter Pakistan or leave it."""
        world, slot = at
        status = self.status[world, slot]
        np.add.at(self.moved, (world, status, move), persons)
        np.add.at(self.stock, (world, status, self.province[world, slot]), sign * persons)
