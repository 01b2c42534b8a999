"""The locks hold what pyproject.toml asks for, with hashes, and name no host."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)(?: ; [^\\]*)? \\$", re.MULTILINE)
EXTRAS = {  # what each lock holds
    "requirements.lock": ("analysis", "report"),  # what commands of ./dev need
    "requirements-dev.lock": ("analysis", "cluster", "export", "notebooks", "office", "report"),
    "requirements-docs.lock": ("docs", "report"),
}
LOCKS = tuple(EXTRAS)


def pins(lock: str) -> dict[str, str]:
    return {canonicalize_name(name): version for name, version in PIN.findall((ROOT / lock).read_text("utf-8"))}


def wanted(lock: str) -> list[Requirement]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    words: list[Any] = [*project["project"]["dependencies"], *project["dependency-groups"]["build"]]
    extras = project["project"]["optional-dependencies"]
    if lock == "requirements-dev.lock":
        words += project["dependency-groups"]["dev"]
    for name in EXTRAS[lock]:
        words += extras[name]
    return [Requirement(word) for word in words if isinstance(word, str)]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_a_fitting_version_of_everything_asked_for(lock: str) -> None:
    found = pins(lock)
    for one in wanted(lock):
        name = canonicalize_name(one.name)
        assert name in found, f"{one} is not in {lock}; run ./dev lock"
        assert one.specifier.contains(Version(found[name])), f"{lock} pins {name} {found[name]}; run ./dev lock"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes_and_no_line_names_a_host_or_an_index(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())

    assert len(pins(lock)) == len(entries)
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert not re.search(r"://|--index|--find-links|^-", text, re.MULTILINE)


def test_the_locks_agree_and_together_hold_every_extra() -> None:
    run, dev, docs = (pins(lock) for lock in LOCKS)

    assert {name: version for name, version in run.items() if dev.get(name) != version} == {}
    assert {name: version for name, version in docs.items() if dev.get(name, version) != version} == {}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert {name for names in EXTRAS.values() for name in names} == set(project["optional-dependencies"])
