"""The core rules as mesa-frames, played by another Python: mesa-frames needs other versions than regionsim.

Core objects: `FramesCore` and `frames_python`, which finds or makes that Python.
"""

import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from core_rules import RULES, Arguments, Rules
from inputs import alike

from regionsim.model.populations.households import ELSEWHERE, RETURNED, WOULD_BE
from regionsim.schema.categories import ARRIVAL, BIRTH, DEPORTATION, MOVES, ONWARD, REMIGRATION, RETURN

SCRIPT = Path(__file__).resolve().with_name("frames_script.py")
CODES = {
    "elsewhere": ELSEWHERE, "returned": RETURNED, "would_be": WOULD_BE, "arrival": ARRIVAL, "birth_move": BIRTH,
    "deportation": DEPORTATION, "onward": ONWARD, "remigration": REMIGRATION, "return": RETURN, "moves": len(MOVES),
}  # fmt: skip


def frames_python(folder: Path) -> Path | None:
    """A Python with mesa-frames: `MESA_FRAMES_PYTHON`, or one made in the folder; None where it cannot be installed."""
    if given := os.environ.get("MESA_FRAMES_PYTHON"):
        return Path(given)
    python = folder / "frames" / "bin" / "python"
    for words in (
        [sys.executable, "-m", "venv", folder / "frames"],
        [python, "-m", "pip", "install", "-q", "mesa-frames"],
    ):
        if subprocess.run(words, check=False, capture_output=True).returncode:
            return None
    return python


@dataclass
class FramesCore:
    """`worlds` worlds, each from the first of `given`, one after another."""

    python: Path
    given: Arguments
    worlds: int
    weeks: int
    rules: Rules = RULES
    seed: int = 0
    seconds: float = field(default=0.0, init=False)
    """Of the processor, that the last `totals` took without the start of its process."""

    def totals(self) -> npt.NDArray[np.float64]:
        """The quantities of each world, (W, Q)."""
        one = alike(self.given, 1)
        world = {
            name: one[name][0] for name in ("cell", "status", "province", "south", "proneness", "persons", "leave")
        }
        numbers = {"birth": one["birth"][0], "come": one["come"][0], "week": one["week"], "worlds": self.worlds}
        with tempfile.TemporaryDirectory() as folder:
            paths = Path(folder) / "inputs.npz", Path(folder) / "totals.npy"
            np.savez(paths[0], weeks=self.weeks, seed=self.seed, **world, **numbers, **CODES, **asdict(self.rules))
            done = subprocess.run([self.python, SCRIPT, *paths], check=True, stdout=subprocess.PIPE, text=True)
            self.seconds = float(done.stdout)
            totals: npt.NDArray[np.float64] = np.load(paths[1])
        return totals
