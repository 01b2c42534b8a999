"""The generated faulty scenario files, through the command line: exit 2, a located line, nothing written."""

import re
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.scenario.faulty import Faulty, faulty_files

LOCATED = re.compile(r"[^:\n]+\.yaml:[1-9]\d*:[1-9]\d*: \S.*")
CASES = faulty_files()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_faulty_file_is_refused_before_anything_is_played(case: Faulty, regionsim: Command, empty: Path) -> None:
    for file, data in case.files.items():
        (empty / file).write_bytes(data)
    said = regionsim("run", case.main)

    assert (said.code, said.out) == (2, "")
    lines = said.err.splitlines()
    assert lines
    assert [line for line in lines if not LOCATED.fullmatch(line)] == []
    assert sorted(path.name for path in empty.iterdir()) == sorted(case.files)
