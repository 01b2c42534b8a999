"""Every faulty file is refused with located lines, and nothing is written."""

import re
from pathlib import Path

import pytest

from regionsim.errors import InputError
from regionsim.scenario import load

from .faulty import Faulty, faulty_files
from .names import NAMES
from .spoilt import GOOD, PARAMETER_LINE

CASES = faulty_files()
LINE = re.compile(r"(?P<file>[^:\n]+\.yaml):(?P<line>[1-9]\d*):(?P<column>[1-9]\d*): (?:[^ ]+: )?\S.*")


def put(case: Faulty, folder: Path) -> None:
    for file, data in case.files.items():
        (folder / file).write_bytes(data)


def test_there_are_at_least_two_hundred_cases() -> None:
    assert len(CASES) >= 200


def test_the_unspoilt_file_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD.replace(PARAMETER_LINE, "  {}\n"), encoding="utf-8")
    scenario = load(tmp_path / "good.yaml", vocabulary=NAMES)

    assert scenario.weeks == 105


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_faulty_file_is_refused_at_its_place(case: Faulty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(case, tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        load(Path(case.main), vocabulary=NAMES)

    lines = caught.value.faults
    assert caught.value.exit_code == 2
    assert lines
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    hits = [line for line in lines if re.search(case.expected, line)]
    assert hits, lines
    assert case.place is None or any(line.startswith(f"{case.place}: ") for line in hits), (case.place, hits)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(case.files)
    assert len(lines) == len(set(lines))
