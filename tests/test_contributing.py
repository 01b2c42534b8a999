"""What people who take part are told is so: commands exist, versions agree, forms and workflows are well-formed."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

import regionsim as rs

ROOT = Path(__file__).resolve().parents[1]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted((GITHUB / "ISSUE_TEMPLATE").glob("*.yml"))
TOLD = [ROOT / "CONTRIBUTING.md", ROOT / "README.md", GITHUB / "PULL_REQUEST_TEMPLATE.md", *WORKFLOWS]
TASKS = set(re.findall(r"^(\w+)\)", (ROOT / "dev").read_text("utf-8"), re.MULTILINE))


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def test_every_task_of_dev_that_is_shown_exists_and_its_head_lists_all_of_them() -> None:
    from regionsim.cli.app import COMMANDS

    shown = {word for path in TOLD for word in re.findall(r"\./dev (\w+)", path.read_text("utf-8"))}
    head = (ROOT / "dev").read_text("utf-8").split("set -eu")[0]

    assert {"test", "docs", "bounds", "lock"} <= shown
    assert shown - TASKS <= set(COMMANDS)
    assert {task for task in TASKS if f"./dev {task}" not in head} == set()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_reads_only_and_each_of_its_jobs_ends(path: Path) -> None:
    workflow = read(path)

    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 60
        assert all("run" in step or "@v" in step["uses"] for step in job["steps"])


def test_lint_types_and_tests_run_on_both_versions_of_python_and_with_both_bounds() -> None:
    checks, bounds = (read(GITHUB / "workflows" / f"{name}.yml") for name in ("checks", "bounds"))

    assert checks["jobs"]["tests"]["strategy"]["matrix"]["python"] == ["3.12", "3.13"]
    assert [one["bound"] for one in bounds["jobs"]["tests"]["strategy"]["matrix"]["include"]] == ["lowest", "newest"]


@pytest.mark.parametrize("path", [path for path in FORMS if path.stem != "config"], ids=lambda path: path.stem)
def test_a_form_asks_what_is_needed_under_names_of_its_own(path: Path) -> None:
    form = read(path)
    ids = [part["id"] for part in form["body"]]

    assert {"name", "description", "body"} <= set(form)
    assert len(ids) == len(set(ids))
    assert all(part["attributes"]["label"] for part in form["body"])


def test_hooks_call_the_tools_of_the_environment_that_dev_makes() -> None:
    (repository,) = read(ROOT / ".pre-commit-config.yaml")["repos"]

    assert repository["repo"] == "local"
    for hook in repository["hooks"]:
        assert shlex.split(hook["entry"])[0].startswith(".venv/bin/")
        assert hook["language"] == "system"


def test_the_citation_and_the_changes_are_of_this_version() -> None:
    citation = read(ROOT / "CITATION.cff")
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "license"} <= set(citation)
    assert citation["version"] == rs.__version__
    assert newest is not None
    assert newest[1] == rs.__version__


def test_the_changes_name_modules_that_exist_as_the_new_names() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    table = text[text.index("| old | new |") :].split("\n\n")[0]
    new = [cell for row in table.splitlines()[2:] for cell in re.findall(r"`(\w[\w.]*)`", row.split("|")[2])]
    places = [ROOT / "src" / "regionsim" / name.replace(".", "/") for name in new]

    assert len(new) > 30
    assert [str(path) for path in places if not (path.is_dir() or path.with_suffix(".py").exists())] == []


def test_every_page_of_the_site_is_in_the_table_of_pages() -> None:
    table = (ROOT / "docs" / "README.md").read_text("utf-8")
    trees = re.findall(r"```{toctree}\n(.*?)```", (ROOT / "docs" / "index.md").read_text("utf-8"), re.DOTALL)
    entries = [line for tree in trees for line in tree.splitlines() if line and not line.startswith(":")]
    pages = {re.sub(r".*<(.*)>", r"\1", line) for line in entries if "*" not in line}

    assert {f"{page}.md" for page in pages} == set(re.findall(r"\]\(([^)]+\.md)\)", table))
