"""A small scenario of twelve worlds and eighty weeks, and a page about it that is being served."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from regionsim.views.explore.explorer import Explorer, library_of
from regionsim.views.explore.library import Library

WORLDS = 12
HOSTILE = "Small </script><img src=x onerror=alert(1)>&$[ @DATA@ base"
BASE = f"""format: 1
title: "{HOSTILE}"
extends: status_quo
end: 2027-03-01
parameters: {{size.households: 400, size.traders: 120}}
expect: [null]
"""


@pytest.fixture(scope="session")
def base_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("explored") / "base.yaml"
    path.write_text(BASE, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def library(base_file: Path) -> Library:
    return library_of(base_file, WORLDS, base_file.parent / "runs")


@pytest.fixture(scope="session")
def explorer(library: Library) -> Iterator[Explorer]:
    with Explorer(library, 0) as opened:
        yield opened
