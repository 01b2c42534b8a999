"""The core rules in the project's own manner: every state has an axis of worlds, the households a kernel.

Core object: `WorldsCore`. Chance comes by name from `Streams`, as in the model, so a world is the same in any batch.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from core_rules import CROSSINGS, RULES, Arguments, Rules
from inputs import alike

from regionsim.model import maths
from regionsim.model.populations import households
from regionsim.model.random import Streams


@dataclass
class WorldsCore:
    """`worlds` worlds side by side, each from the first of `given`, with replicates from 0 on."""

    given: Arguments
    worlds: int
    weeks: int
    rules: Rules = RULES
    seed: int = 0

    def totals(self) -> npt.NDArray[np.float64]:
        """The quantities of each world, (W, Q)."""
        rules, now = self.rules, alike(self.given, self.worlds)
        usual, come = now["leave"].copy(), now["come"].copy()
        streams = Streams(self.seed, now["replicates"])
        provinces = now["stock"].shape[2]
        south = np.tile(now["south"], usual.shape[1] // provinces)
        fighters, attacks_in_all = np.full(self.worlds, rules.fighters), np.zeros(self.worlds)
        alarm, shut_days = np.ones(self.worlds), np.zeros(self.worlds)
        since, until = np.zeros((2, self.worlds, len(CROSSINGS)))
        moves, by_south = np.zeros((self.worlds, now["moved"].shape[2])), np.zeros(self.worlds)
        for week in range(self.weeks):
            streams.week, day = week, 7.0 * week
            attacks = streams.poisson("core.attacks", rules.attacks * fighters / rules.fighters)
            losses = np.minimum(streams.poisson("core.losses", rules.losses * attacks), fighters)
            fighters = fighters + streams.poisson("core.recruits", rules.recruits) - losses
            attacks_in_all += attacks
            alarm = rules.keep * alarm + (1.0 - rules.keep) * attacks / rules.attacks
            odds = (rules.shutting * alarm)[:, np.newaxis]
            u = streams.uniforms("core.shutting", 3 * len(CROSSINGS)).reshape(self.worlds, len(CROSSINGS), 3)
            shuts = (until <= day) & (u[:, :, 0] < odds / (1.0 + odds))
            since = np.where(shuts, day + 7.0 * u[:, :, 1], since)
            until = np.where(shuts, since - rules.days_shut * maths.log(u[:, :, 2]), until)
            shut = np.maximum(0.0, np.minimum(until, day + 7.0) - np.maximum(since, day)) / 7.0
            both = shut[:, 0] + shut[:, 1]
            shut_days += 7.0 * both
            pressure = np.maximum(0.0, 1.0 + rules.answer * (alarm - 1.0))[:, np.newaxis]
            passes = 1.0 - (south * shut[:, 1:] + (1.0 - south) * shut[:, :1])
            now["leave"][:, :, 0] = usual[:, :, 0] * pressure * passes
            now["come"][:, :2] = come[:, :2] * (1.0 - both / 2.0)[:, np.newaxis]
            now["week"] += 1
            households.live(*now.values())
            moves += now["moved"].sum(axis=1)
            by_south += now["crossed"][:, 1]
        return np.column_stack([attacks_in_all, fighters, shut_days, moves, by_south]).astype(np.float64)
