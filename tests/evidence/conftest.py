"""A copy of the evidence base to change, with one sound parameter instead of the real ones and no lever."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from regionsim.evidence import Evidence, EvidenceError, load_evidence
from regionsim.paths import seeds_dir

PARAMETER = """\
# hours and trucks
clearance_torkham:
  title: Hours a truck needs to clear Torkham
  value: 24.2
  unit: h
  range: [5, 120]
  distribution: {distribution: triangular, low: 18, mode: 24.2, high: 50}
  role: observed
  sources: [S79, Q69, border_closures]
"""


@dataclass
class Base:
    """A folder laid out like seeds/."""

    folder: Path

    def load(self) -> Evidence:
        return load_evidence(self.folder)

    def faults(self) -> list[str]:
        with pytest.raises(EvidenceError) as error:
            self.load()
        assert error.value.exit_code == 4
        return error.value.faults

    def write(self, file: str, text: str) -> None:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())

    def change(self, file: str, old: str, new: str) -> int:
        """Replace the first occurrence, return its line."""
        text = (self.folder / file).read_text(encoding="utf-8")
        assert old in text, f"{file} does not hold {old!r}"
        self.write(file, text.replace(old, new, 1))
        return text[: text.index(old)].count("\n") + 1


@pytest.fixture
def base(tmp_path: Path) -> Base:
    shutil.copytree(seeds_dir(), tmp_path / "seeds", ignore=shutil.ignore_patterns("parameters", "levers"))
    made = Base(tmp_path / "seeds")
    made.write("parameters/border.yaml", PARAMETER)
    return made
