"""The documentation is of this program: generated pages are current, links lead somewhere, commands exist."""

import importlib.util
import re
import shlex
from pathlib import Path
from types import ModuleType

import pytest

from regionsim.cli.app import build

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "notebooks" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
LINK = re.compile(r"\]\((?!https?://)([^)#]+)(?:#[^)]*)?\)")
BLOCK = re.compile(r"^```(python|yaml)\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^(?:regionsim|\./dev) (?!test|docs|python|lock|bounds)(.+)$", re.MULTILINE)


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "experiments" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def generated() -> dict[str, str]:
    return generator().pages()


@pytest.mark.parametrize("name", ["coverage.md", "model-in-ten-minutes.md", "odd.md", "options.md", "reference.md"])
def test_a_generated_page_is_what_the_definitions_make_of_it(name: str, generated: dict[str, str]) -> None:
    written = (ROOT / "docs" / name).read_text("utf-8")

    assert written == generated[name], "run ./dev python experiments/generate.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_of_the_checkout(page: Path) -> None:
    broken = [link for link in LINK.findall(page.read_text("utf-8")) if not (page.parent / link).exists()]

    assert broken == []


def test_every_command_shown_in_the_documentation_parses() -> None:
    shown = [line for page in PAGES for line in COMMAND.findall(re.sub(r"\\\n +", "", page.read_text("utf-8")))]

    assert len(shown) >= 10
    for line in shown:
        words = shlex.split(line.split("#")[0])
        words = words[: words.index(">")] if ">" in words else words  # the shell's own
        build().parse_args(words, exit_on_error=False, print_error=False)


def blocks(language: str) -> list[str]:
    return [text for page in PAGES for kind, text in BLOCK.findall(page.read_text("utf-8")) if kind == language]


def test_python_shown_in_the_documentation_compiles_and_names_what_there_is() -> None:
    import regionsim as rs

    shown = blocks("python")

    assert len(shown) >= 2
    for text in shown:
        compile(text, "documentation", "exec")
        assert {name for name in re.findall(r"\brs\.(\w+)", text) if name not in rs.__all__} == set()


def test_scenarios_and_studies_shown_in_the_documentation_are_accepted(tmp_path: Path) -> None:
    from regionsim.scenario import load
    from regionsim.studies.study_file import read_study

    shown = [text for text in blocks("yaml") if re.search("^(format|study): 1$", text, re.MULTILINE)]

    assert len(shown) >= 3
    for number, text in enumerate(shown):
        called = re.match(r"# (\w+\.yaml)\n", text)  # others that extend it find it by this name
        file = tmp_path / (called[1] if called else f"shown_{number}.yaml")
        file.write_text(text, "utf-8")
        if "study: 1" in text:
            assert read_study(str(file)).over
        else:
            assert load(file).title
