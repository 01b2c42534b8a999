"""The core rules as mesa-frames: households are rows of a polars frame, one expression after another, world by world.

Run by `core_frames` with a Python that has mesa-frames: python frames_script.py INPUTS.npz OUT.npy. Nothing of
regionsim is imported: INPUTS holds the first world of a kernel's arguments, the rules' numbers and the codes of cells
and moves. Prints the processor seconds that playing took, imports not included.
"""

import sys
import time

import numpy as np
import polars as pl
from mesa_frames import AgentSetPolars, ModelDF


class Households(AgentSetPolars):
    """The households of one world."""

    def __init__(self, model: "Core", frame: pl.DataFrame) -> None:
        super().__init__(model)
        self += frame

    def step(self) -> None:
        """Move, and have children."""
        m, g = self.model, self.model.given
        n = len(self.agents)
        cell, persons, proneness = pl.col("cell"), pl.col("persons"), pl.col("proneness")
        reach, odds, onward, move = pl.col("reach"), pl.col("odds"), pl.col("onward"), pl.col("move")
        inside = cell < g["would_be"]
        moved = (
            self.agents.with_columns(
                odds=pl.lit(pl.Series(m.odds)).gather(cell) * proneness,
                share=pl.lit(pl.Series(m.share)).gather(cell),
                onward=m.onward * proneness,
            )
            .with_columns(reach=pl.Series(m.rng.random(n)) * (1.0 + odds), gate=pl.Series(m.rng.random(n)))
            .with_columns(
                move=pl.when(reach >= odds)
                .then(-1)
                .when(cell == g["would_be"])
                .then(g["arrival"])
                .when(cell == g["returned"])
                .then(g["remigration"])
                .when(reach < onward)
                .then(g["onward"])
                .when(reach - onward < (odds - onward) * pl.col("share"))
                .then(g["return"])
                .otherwise(g["deportation"])
            )
        )
        home = move.is_in([g["return"], g["deportation"]])
        for kind, people in moved.filter(move >= 0).group_by("move").agg(persons.sum()).iter_rows():
            m.moved[kind] += people
        m.by_south += moved.filter(home & (pl.col("gate") < pl.col("south")))["persons"].sum()
        moved = moved.with_columns(
            cell=pl.when(move == g["onward"])
            .then(g["elsewhere"])
            .when(home)
            .then(g["returned"])
            .when(move.is_in([g["arrival"], g["remigration"]]))
            .then(pl.col("home"))
            .otherwise(cell)
        ).with_columns(
            born=pl.when(((pl.col("slot") - m.week) % 4 == 0) & inside)
            .then((4.0 * m.birth * persons + pl.Series(m.rng.random(n))).floor().cast(pl.Int64))
            .otherwise(0)
        )
        m.moved[g["birth_move"]] += moved["born"].sum()
        kept = [name for name in self.agents.columns if name != "persons"]
        self.agents = moved.select(*kept, (persons + pl.col("born")).alias("persons"))


class Core(ModelDF):
    """One world."""

    def __init__(self, given: dict, seed: int) -> None:
        super().__init__(seed)
        self.given, self.rng = given, np.random.default_rng([seed, 7])
        self.week, self.birth = int(given["week"]), float(given["birth"])
        self.moved, self.by_south = np.zeros(int(given["moves"])), 0.0
        provinces = given["south"].size
        slots = given["cell"].size
        frame = {
            "unique_id": np.arange(slots), "slot": np.arange(slots), "cell": given["cell"].astype(np.int64),
            "home": given["status"].astype(np.int64) * provinces + given["province"],
            "south": given["south"][given["province"]], "proneness": given["proneness"].astype(float),
            "persons": given["persons"].astype(np.int64),
        }  # fmt: skip
        self.agents += Households(self, pl.DataFrame(frame))
        self.cells_south = np.tile(given["south"], given["leave"].shape[0] // provinces)
        self.share = np.concatenate([given["leave"][:, 1], np.zeros(3)])
        self.fighters, self.attacks, self.alarm = given["fighters"], 0, 1.0
        self.since, self.until, self.days_shut = np.zeros(2), np.zeros(2), 0.0

    def play(self, weeks: int) -> list[float]:
        """The world's totals after so many weeks."""
        g, rng = self.given, self.rng
        for now in 7.0 * np.arange(weeks):
            self.week += 1
            attacks = rng.poisson(g["attacks"] * self.fighters / g["fighters"])
            losses = min(rng.poisson(g["losses"] * attacks), self.fighters)
            self.fighters += rng.poisson(g["recruits"]) - losses
            self.attacks += attacks
            self.alarm = g["keep"] * self.alarm + (1.0 - g["keep"]) * attacks / g["attacks"]
            odds = g["shutting"] * self.alarm
            shuts = (self.until <= now) & (rng.random(2) < odds / (1.0 + odds))
            self.since = np.where(shuts, now + 7.0 * rng.random(2), self.since)
            self.until = np.where(shuts, self.since + rng.exponential(g["days_shut"], 2), self.until)
            shut = np.maximum(0.0, np.minimum(self.until, now + 7.0) - np.maximum(self.since, now)) / 7.0
            self.days_shut += 7.0 * shut.sum()
            pressure = max(0.0, 1.0 + g["answer"] * (self.alarm - 1.0))
            passes = 1.0 - (self.cells_south * shut[1] + (1.0 - self.cells_south) * shut[0])
            come = g["come"].astype(float) * [1.0 - shut.sum() / 2.0, 1.0 - shut.sum() / 2.0, 1.0]
            self.onward = float(come[2])
            self.odds = np.concatenate([g["leave"][:, 0] * pressure * passes + come[2], come[:2], [0.0]])
            self.agents.do("step")
        return [self.attacks, self.fighters, self.days_shut, *self.moved, self.by_south]


def main() -> None:
    """Play all worlds."""
    with np.load(sys.argv[1]) as stored:
        given = {name: value if value.ndim else value.item() for name, value in stored.items()}
    Core(given, 0).play(1)  # what is loaded once
    began = time.process_time()
    totals = [Core(given, given["seed"] + world).play(given["weeks"]) for world in range(given["worlds"])]
    print(time.process_time() - began)
    np.save(sys.argv[2], np.array(totals, dtype=float))


if __name__ == "__main__":
    main()
