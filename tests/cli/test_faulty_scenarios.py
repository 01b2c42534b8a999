"""One in ten of the faulty scenario files through the command line: exit 2, located lines, nothing written."""

import re
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.scenario.faulty import faulty_files

LOCATED = re.compile(r"[^:\n]+\.yaml:[1-9]\d*:[1-9]\d*: \S.*")


def test_faulty_files_are_refused_before_anything_is_played(
    regionsim: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, case in enumerate(faulty_files()[::10]):
        folder = tmp_path / str(number)
        folder.mkdir()
        monkeypatch.chdir(folder)
        for file, data in case.files.items():
            (folder / file).write_bytes(data)
        said = regionsim("run", case.main)
        assert (said.code, said.out) == (2, ""), case.name
        lines = said.err.splitlines()
        assert lines, case.name
        assert [line for line in lines if not LOCATED.fullmatch(line)] == [], case.name
        assert sorted(path.name for path in folder.iterdir()) == sorted(case.files), case.name
