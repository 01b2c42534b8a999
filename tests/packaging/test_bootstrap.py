"""`./dev` finds a Python that really runs, heals an interrupted set-up, and says one clear line where it cannot.

Played with stand-ins: a fake Python that notes what it is asked, in a copy of the checkout's few files.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("basename", "cat", "chmod", "cksum", "cp", "dirname", "mkdir", "rm", "sh", "sleep")
FITTING = """#!/bin/sh
echo "$*" >>"$LOG"
[ "$1 $2" != "-m venv" ] || { mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; }
"""
NO_VENV = '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; esac\n'
SHIM = "#!/bin/sh\necho 'pyenv: command not found' >&2\nexit 127\n"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="./dev is for POSIX shells")


class Bench:
    """A folder with ./dev, a PATH with nothing but what is put there, and the fake Python's log."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bin, self.log = folder / "checkout", folder / "bin", folder / "log"
        self.bin.mkdir()
        (self.folder / "src").mkdir(parents=True)
        for name in ("dev", "pyproject.toml", "requirements.lock", "requirements-dev.lock", "requirements-docs.lock"):
            shutil.copy2(ROOT / name, self.folder / name)
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool) or tool)

    def python(self, name: str, text: str) -> None:
        (self.bin / name).write_text(text, encoding="utf-8")
        (self.bin / name).chmod(0o755)

    def dev(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        env = {"PATH": str(self.bin), "HOME": str(self.folder), "LOG": str(self.log)} | more
        self.log.write_text("", encoding="utf-8")
        command = [str(self.bin / "sh"), str(self.folder / "dev"), *words]
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)

    @property
    def asked(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_machine_without_a_fitting_python_is_told_in_one_line(bench: Bench) -> None:
    bench.python("python3", "#!/bin/sh\nexit 1\n")
    done = bench.dev("run", "x")

    assert done.returncode == 1
    assert done.stderr == "dev: no Python 3.12 or newer found (Debian, Ubuntu: apt install python3 python3-venv)\n"
    assert not (bench.folder / ".venv").exists()


def test_a_python_without_venv_is_told_in_one_line(bench: Bench) -> None:
    bench.python("python3", NO_VENV)
    done = bench.dev("run", "x")

    assert done.returncode == 1
    assert done.stderr == "dev: python3 lacks its venv module (Debian, Ubuntu: apt install python3-venv)\n"


def test_a_shim_that_leads_nowhere_is_passed_over_and_pyenv_versions_are_found(bench: Bench) -> None:
    for name in ("python3.13", "python3.12", "python3"):
        bench.python(name, SHIM)
    folder = bench.folder / ".pyenv" / "versions" / "3.12.1" / "bin"
    folder.mkdir(parents=True)
    bench.python("real", FITTING)
    shutil.copy2(bench.bin / "real", folder / "python")
    done = bench.dev("run", "x", "--worlds", "2")

    assert done.returncode == 0, done.stderr
    assert bench.asked[-1] == "-P -m regionsim run x --worlds 2"


def test_the_second_start_installs_nothing_and_a_changed_lock_installs_again(bench: Bench) -> None:
    bench.python("python3", FITTING)
    bench.dev("list", "levers")
    assert any(line.startswith("-m pip install") and "--require-hashes" in line for line in bench.asked)

    bench.dev("list", "levers")
    assert bench.asked == ["-P -m regionsim list levers"]

    with (bench.folder / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("# changed\n")
    done = bench.dev("list", "levers")
    assert any("--require-hashes" in line for line in bench.asked)
    assert not any(line.startswith("-m venv") for line in bench.asked)
    assert "setting up" not in done.stderr


def test_an_interrupted_set_up_is_made_anew(bench: Bench) -> None:
    bench.python("python3", FITTING)
    bench.dev("list", "levers")
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    (bench.folder / ".venv" / ".busy").write_text(f"{ended.pid}\n", encoding="utf-8")
    (bench.folder / ".venv" / "half-written").touch()
    done = bench.dev("list", "levers")

    assert done.returncode == 0, done.stderr
    assert any(line.startswith("-m venv") for line in bench.asked)
    assert not (bench.folder / ".venv" / "half-written").exists()
    assert not (bench.folder / ".venv" / ".busy").exists()


def test_a_failed_installation_stops_with_its_code_and_is_tried_again(bench: Bench) -> None:
    bench.python("python3", FITTING.replace("echo", '[ "$3" != install ] || exit 7\necho'))
    assert bench.dev("list", "levers").returncode == 7
    shutil.rmtree(bench.folder / ".venv" / "bin")
    bench.python("python3", FITTING)
    assert bench.dev("list", "levers").returncode == 0
    assert bench.asked[-1] == "-P -m regionsim list levers"


def test_test_runs_lint_format_types_and_the_quick_tests_and_slow_only_the_slow(bench: Bench) -> None:
    bench.python("python3", FITTING)
    bench.dev("test")
    assert [line.split()[1] for line in bench.asked[-4:]] == ["ruff", "ruff", "mypy", "pytest"]
    assert "not slow" in bench.asked[-1]
    bench.dev("test", "--slow")
    assert bench.asked == ["-m pytest -q -n 2 -m slow"]
    bench.dev("test", "tests/cli", "-k", "help")
    assert bench.asked == ["-m pytest tests/cli -k help"]


def test_docs_installs_its_own_lock_makes_warnings_errors_and_says_where_the_first_page_is(bench: Bench) -> None:
    bench.python("python3", FITTING)
    done = bench.dev("docs")

    assert any(line.endswith("requirements-docs.lock") for line in bench.asked)
    assert bench.asked[-1].startswith("-P -m sphinx")
    assert "--fail-on-warning" in bench.asked[-1]
    assert done.stdout == f"{bench.folder}/build/docs/index.html\n"


def test_bounds_tests_with_the_lowest_versions_apart_from_the_environment_and_refuses_other_words(bench: Bench) -> None:
    bench.python("python3", FITTING)
    bench.dev("test", "tests")
    apart = bench.folder / "build" / "lowest" / "bin"
    apart.mkdir(parents=True)  # uv would
    shutil.copy2(bench.bin / "python3", apart / "python")
    bench.dev("bounds", "lowest", "-q")

    assert any(f"--python {apart}/python --resolution lowest-direct" in line for line in bench.asked)
    assert bench.asked[-1] == "-m pytest -W default -q"
    assert bench.dev("bounds", "middle").stderr == "dev: bounds lowest|newest\n"


def test_the_python_that_is_named_comes_before_those_that_are_found(bench: Bench) -> None:
    bench.python("python3.13", SHIM)
    bench.python("mine", FITTING)
    bench.python("python3", NO_VENV)
    assert bench.dev("list", "levers", PYTHON="mine").returncode == 0


def test_the_scripts_may_be_executed() -> None:
    assert os.access(ROOT / "dev", os.X_OK)
    assert (ROOT / ".ci" / "run").read_text("utf-8").startswith("#!/usr/bin/env bash\n")
