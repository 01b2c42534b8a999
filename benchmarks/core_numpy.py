"""The core rules as plain NumPy, one world at a time: arrays over households, one expression after another.

Core object: `NumpyCore`. What a modeller writes who knows NumPy but has no axis of worlds.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from core_rules import CROSSINGS, RULES, Arguments, Rules
from inputs import alike
from numpy_households import NumpyHouseholds


@dataclass
class NumpyCore:
    """`worlds` worlds, each from the first of `given`, one after another."""

    given: Arguments
    worlds: int
    weeks: int
    rules: Rules = RULES
    seed: int = 0

    def totals(self) -> npt.NDArray[np.float64]:
        """The quantities of each world, (W, Q)."""
        one = alike(self.given, 1)
        return np.array([self._play(one, self.seed + world) for world in range(self.worlds)])

    def _play(self, given: Arguments, seed: int) -> npt.NDArray[np.float64]:
        rules, rng = self.rules, np.random.default_rng([seed, 1])
        households = NumpyHouseholds(given, 1, seed)
        households.reset()
        south, provinces = given["south"][0], given["stock"].shape[2]
        fighters, alarm, attacks_in_all = rules.fighters, 1.0, 0
        since, until, shut_days = np.zeros(len(CROSSINGS)), np.zeros(len(CROSSINGS)), 0.0
        for now in 7.0 * np.arange(self.weeks):
            attacks = rng.poisson(rules.attacks * fighters / rules.fighters)
            fighters += rng.poisson(rules.recruits) - min(rng.poisson(rules.losses * attacks), fighters)
            attacks_in_all += attacks
            alarm = rules.keep * alarm + (1.0 - rules.keep) * attacks / rules.attacks
            odds = rules.shutting * alarm
            shuts = (until <= now) & (rng.random(until.size) < odds / (1.0 + odds))
            since = np.where(shuts, now + 7.0 * rng.random(until.size), since)
            until = np.where(shuts, since + rng.exponential(rules.days_shut, until.size), until)
            shut = np.maximum(0.0, np.minimum(until, now + 7.0) - np.maximum(since, now)) / 7.0
            shut_days += 7.0 * shut.sum()
            pressure = max(0.0, 1.0 + rules.answer * (alarm - 1.0))
            passes = 1.0 - (south * shut[1] + (1.0 - south) * shut[0])
            leave, come = given["leave"].copy(), given["come"].copy()
            leave[0, :, 0] *= pressure * np.tile(passes, leave.shape[1] // provinces)
            come[0, :2] *= 1.0 - shut.mean()
            households.set_odds(leave, come)
            households.run()
        moves = households.moved.sum(axis=(0, 1))
        return np.array([attacks_in_all, fighters, shut_days, *moves, households.crossed[0, 1]], dtype=np.float64)
