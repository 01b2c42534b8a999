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


def wrongly_answered(case: Faulty, folder: Path) -> str | None:
    """What is wrong with the answer to a faulty file in the working folder; None where it is right."""
    try:
        load(Path(case.main), vocabulary=NAMES)
    except InputError as error:
        lines, code = error.faults, error.exit_code
    else:
        return "it was loaded"
    hits = [line for line in lines if re.search(case.expected, line)]
    if code != 2 or not hits or len(lines) != len(set(lines)):
        return f"exit {code}: {lines}"
    if odd := [line for line in lines if not LINE.fullmatch(line)]:
        return f"not located: {odd}"
    if case.place is not None and not any(line.startswith(f"{case.place}: ") for line in hits):
        return f"not at {case.place}: {hits}"
    left = sorted(path.name for path in folder.iterdir())
    return None if left == sorted(case.files) else f"files left: {left}"


def test_every_faulty_file_is_refused_at_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {}
    for number, case in enumerate(CASES):
        folder = tmp_path / str(number)
        folder.mkdir()
        put(case, folder)
        monkeypatch.chdir(folder)
        if answer := wrongly_answered(case, folder):
            wrong[case.name] = answer
    assert wrong == {}
