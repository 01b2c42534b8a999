"""The library: what each lever does by itself in each world, kept on disk and learned when a lever is first touched.

Core object: `Library`. Its folder lies beside the run folders and is named by a digest of all that decides its numbers:
the starting scenario, the evidence, the model's sources, the number of worlds and the form of the library. So a library
of another code, seed, horizon or scenario is never read. A file that is damaged is learned again.
"""

from __future__ import annotations

import json
import threading
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from regionsim.runs.files import read_regular, replacing, require_writable, write_text
from regionsim.runs.key import SHORT, digest_of, digests
from regionsim.views.explore.compose import (
    KNOTS,
    RAMP,
    Pull,
    from_scale,
    to_scale,
    week_of,
    widened,
)
from regionsim.views.explore.composites import Rule
from regionsim.views.explore.player import Floats, Player, Stopped
from regionsim.views.explore.question import Question, Start, question_of
from regionsim.views.explore.targets import channels_of, points_of

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel
    from regionsim.scenario import Scenario

FORM = 1
"""Version of the library's form; part of its key."""
WORLDS = 50
"""Worlds in which single levers are simulated, at most."""
_QUARTER = 91  # days between the start and the library's date, at least
_HELD_OUT = "held_out.json"
_MOST_BYTES = 500_000_000


class Library:
    """Effects of single levers on one starting scenario.

    out: the folder that holds run folders. worlds: of the page; single levers are simulated in the first `WORLDS`.
    """

    def __init__(self, start: Start, out: Path, worlds: int) -> None:
        self.start, self.worlds = start, worlds
        self.channels, self.points = channels_of(start.scenario), points_of(start.scenario)
        self.player = Player(start.scenario, worlds, self.channels, self.points)
        self.of_levers = min(WORLDS, worlds)
        self.key = digest_of(
            [FORM, digests(start.scenario).key, self.of_levers, self.points, [vars(each) for each in self.channels]]
        )
        self.folder = out / f"explore-{self.key[:SHORT]}"
        self._effects: dict[str, Floats] = {}
        self._reach: dict[str, Any] = {}
        self._learning = threading.Lock()

    @cached_property
    def date(self) -> date:
        """The day from which levers of the library are pulled: the first of a quarter, three months after the start."""
        scenario = self.start.scenario
        day = scenario.start + timedelta(days=_QUARTER)
        month = 3 * ((day.month + 2) // 3) + 1
        quarter = day if day.day == 1 and day.month % 3 == 1 else date(day.year + month // 13, month % 12, 1)
        late = scenario.start + (scenario.end - scenario.start) / 4
        return quarter if quarter <= late else min(scenario.start + timedelta(days=14), scenario.end)

    @cached_property
    def rule(self) -> Rule:
        """How the composite indices of the page's worlds follow from their parts."""
        from regionsim.model.worlds import plain_worlds

        return Rule(plain_worlds(self.start.scenario, range(self.worlds)).parameters)

    # -- the starting scenario ---------------------------------------------------------------------------------------

    @property
    def base_file(self) -> Path:
        """The file of the starting scenario's values."""
        return self.folder / f"base-{self.worlds}.npz"

    def base(self) -> Floats | None:
        """The values under the starting scenario, (channels, worlds, points); None before they are simulated."""
        if "" not in self._effects:
            shape = len(self.channels), self.worlds, len(self.points)
            found = _read(self.base_file, {"values": (shape, np.float32)})
            if found is None:
                return None
            self._effects[""] = found["values"]
        return self._effects[""]

    def keep_base(self, values: Floats) -> None:
        """Store the values under the starting scenario."""
        self._effects[""] = values
        self._write(self.base_file, values)

    def play_base(self, stop: Callable[[], bool]) -> Floats:
        """The values under the starting scenario, simulated if need be."""
        found = self.base()
        if found is None:
            found = self.filled(None, stop)
            self.keep_base(found)
        return found

    def filled(self, question: Question | None, stop: Callable[[], bool]) -> Floats:
        """Every value of a question, (channels, worlds, points)."""
        values = self.empty()
        for part in self.player.parts(question, stop):
            part.put_into(values)
        return values

    def empty(self) -> Floats:
        """Values of all worlds and points that have not been simulated yet, (channels, worlds, points)."""
        return np.full((len(self.channels), self.worlds, len(self.points)), np.nan, dtype=np.float32)

    # -- single levers -----------------------------------------------------------------------------------------------

    @cached_property
    def levers(self) -> tuple[str, ...]:
        """The levers that can be in the library: those that the starting scenario does not pull itself."""
        from regionsim.levers import LEVERS

        own = {*self.start.scenario.levers, *(name for deal in self.start.scenario.deals for name in deal.levers)}
        return tuple(name for name in LEVERS if name not in own)

    def file_of(self, lever: str) -> Path:
        """The file of a lever."""
        return self.folder / "levers" / f"{lever}.npz"

    def known(self) -> list[str]:
        """The levers that have been learned."""
        return [lever for lever in self.levers if lever in self._effects or self.file_of(lever).is_file()]

    def effects(self, lever: str) -> Floats | None:
        """What a lever does, on the scales, (knots without 0, channels, worlds, points); None before it is learned."""
        if lever not in self._effects:
            shape = len(KNOTS) - 1, len(self.channels), self.of_levers, len(self.points)
            form = {"values": (shape, np.float32), "reach": ((len(self.channels), 2), np.float64)}
            found = _read(self.file_of(lever), form)
            if found is None:
                return None
            self._effects[lever], self._reach[lever] = found["values"], found["reach"]
        return self._effects[lever]

    def question(self, lever: str, intensity: float) -> Question:
        """One lever, pulled as in the library."""
        setting = {"from": self.date.isoformat(), "intensity": float(intensity), "ramp": f"{RAMP} weeks"}
        return question_of(self.start, {"levers": {lever: setting}})

    def learn(
        self, lever: str, progress: Callable[[float], None] = lambda _share: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> Floats:  # fmt: skip
        """Simulate a lever at each knot, side by side, and store what it does. progress: called with the share done."""
        while not self._learning.acquire(timeout=0.2):
            if stop():
                raise Stopped
        try:
            found = self.effects(lever)
            if found is None:
                self.learn_all([lever], progress, stop)
            return self._effects[lever]
        finally:
            self._learning.release()

    def learn_all(self, levers: Sequence[str], progress: Callable[[float], None], stop: Callable[[], bool]) -> None:
        """Simulate several levers side by side, and store what each does."""
        base = self.play_base(stop)[:, : self.of_levers]
        arms = self._arms(levers, progress, stop)
        knots = len(KNOTS) - 1
        for k, lever in enumerate(levers):
            found = self.differences(base, arms[k * knots : (k + 1) * knots])
            self._reach[lever] = self._reached(base, found)
            self._effects[lever] = found
            self._write(self.file_of(lever), found, self._reach[lever])

    def _arms(self, levers: Sequence[str], progress: Callable[[float], None], stop: Callable[[], bool]) -> Floats:
        """The values with each lever at each knot but 0, (levers x knots, channels, worlds, points)."""
        scenarios = tuple(self.question(lever, knot).scenario for lever in levers for knot in KNOTS[1:])
        model = self.side_by_side(scenarios)
        parts = []
        for part in self.player.play(model, stop):
            parts.append(part.values)
            progress(sum(each.shape[2] for each in parts) / len(self.points))
        values = np.concatenate(parts, axis=2)
        shape = len(self.channels), len(scenarios), self.of_levers, len(self.points)
        return np.ascontiguousarray(values.reshape(shape).swapaxes(0, 1))

    def side_by_side(self, scenarios: tuple[Scenario, ...]) -> RegionModel:
        """A model of these scenarios, each in the worlds in which levers are simulated, before its first week."""
        from regionsim.model.arms import Arms
        from regionsim.model.region import RegionModel
        from regionsim.model.worlds import plain_worlds

        with self.player.turn, np.errstate(all="ignore"):
            tables = tuple(plain_worlds(each, range(self.of_levers)) for each in scenarios)
            return RegionModel(Arms(scenarios, tables))

    def differences(self, base: Floats, values: Floats) -> Floats:
        """Values (knots, channels, worlds, points) less those of the starting scenario, on the scales."""
        made = [to_scale(values[:, k], c) - to_scale(base[k], c) for k, c in enumerate(self.channels)]
        return np.ascontiguousarray(np.stack(made, axis=1), dtype=np.float32)

    def _reached(self, base: Floats, effects: Floats) -> Any:
        """The lowest and highest value of each channel with a lever, (channels, 2)."""
        made = [from_scale(to_scale(base[k], c) + effects[:, k], c) for k, c in enumerate(self.channels)]
        return np.array([(np.nanmin(each), np.nanmax(each)) for each in made])

    # -- estimates ---------------------------------------------------------------------------------------------------

    def pull(self, lever: str, setting: Mapping[str, Any]) -> Pull | None:
        """A lever as a question pulls it; None if it has not been learned. setting: numbers of a `LeverSetting`."""
        effects = self.effects(lever)
        if effects is None:
            return None
        start = self.start.scenario.start
        at = week_of(start, self.date)
        late = (setting["ramp"] / 7 - RAMP) / 2  # a longer ramp acts as a later one
        end = None if setting["until"] is None else week_of(start, setting["until"]) - at
        return Pull(effects, setting["intensity"], week_of(start, setting["from"]) - at + late, end)

    def pulls(self, question: Question) -> list[Pull] | None:
        """The levers of a question; None if it changes one that has not been learned, or that the start pulls."""
        settings = [(name, question.scenario.levers[name]) for name, each in question.levers.items() if each]
        if len(settings) < len(question.levers):
            return None
        found = [
            self.pull(name, {"from": s.from_, "until": s.until, "ramp": s.ramp_days, "intensity": s.intensity})
            for name, s in settings
        ]
        made = [pull for pull in found if pull is not None]
        return made if len(made) == len(found) else None

    def limits(self) -> list[tuple[float, float] | None]:
        """The lowest and highest estimate of each channel: what start and learned levers reach, and a tenth more.

        None where its scale alone limits it, or nothing has been simulated.
        """
        base = self.base()
        if base is None:
            return [None] * len(self.channels)
        reached = [np.stack([np.nanmin(base, axis=(1, 2)), np.nanmax(base, axis=(1, 2))], axis=1)]
        for lever in self.known():
            if lever not in self._reach:
                self.effects(lever)
            if lever in self._reach:
                reached.append(self._reach[lever])
        low, high = np.min([each[:, 0] for each in reached], axis=0), np.max([each[:, 1] for each in reached], axis=0)
        return [
            None if channel.scale == "logit" else widened(float(low[k]), float(high[k]))
            for k, channel in enumerate(self.channels)
        ]

    # -- measured error ----------------------------------------------------------------------------------------------

    def held_out(self) -> dict[str, Any] | None:
        """The measured error of estimates, as `held_out.measure` wrote it; None before it is measured."""
        with suppress(OSError, ValueError):
            found = json.loads((self.folder / _HELD_OUT).read_text(encoding="utf-8"))
            if isinstance(found, dict) and found.get("key") == self.key:
                return found
        return None

    def keep_held_out(self, found: Mapping[str, Any]) -> None:
        """Store the measured error."""
        self.make()
        write_text(self.folder / _HELD_OUT, json.dumps({"key": self.key, **found}, indent=1) + "\n")

    def make(self) -> None:
        """Make the folder, with the scenario in it for a reader. Raises InputError if it cannot be written."""
        require_writable(self.folder / "levers", str(self.folder))
        if not (self.folder / "scenario.yaml").is_file():
            write_text(self.folder / "scenario.yaml", self.start.scenario.resolved_yaml())

    def _write(self, path: Path, values: Floats, reach: Any = None) -> None:
        self.make()
        more = {} if reach is None else {"reach": reach}
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.savez_compressed(file, values=values, **more)


def _read(path: Path, form: Mapping[str, tuple[tuple[int, ...], Any]]) -> dict[str, Any] | None:
    """The arrays in a file; None if there is none, or it is damaged (the zip's checksums) or of another form."""
    try:
        with np.load(BytesIO(read_regular(path, _MOST_BYTES)), allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in form}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error):
        return None
    fits = all(arrays[name].shape == shape and arrays[name].dtype == kind for name, (shape, kind) in form.items())
    return arrays if fits else None
