"""The built wheel, installed by itself, plays a shipped scenario in an empty folder."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow


def run(*words: str | Path, cwd: Path) -> str:
    env = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "PYTEST"))}
    done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built without a network."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("regionsim-*.whl")
    return built


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts folder of an environment that holds the wheel; its dependencies are this environment's."""
    home = tmp_path_factory.mktemp("wheel") / "venv"
    venv.create(home, with_pip=False)
    python = next(path for path in (home / "bin" / "python", home / "Scripts" / "python.exe") if path.exists())
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", "--no-index", wheel)
    run(*pip, cwd=home)
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home).strip())
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return python.parent


def test_the_wheel_holds_the_evidence_the_scenarios_and_the_typing_marker(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())

    for folder in ("seeds", "scenarios"):
        tracked = [path for path in (ROOT / folder).rglob("*") if path.is_file()]
        expected = {f"regionsim/_data/{path.relative_to(ROOT).as_posix()}" for path in tracked}
        assert expected
        assert expected <= names
    assert "regionsim/py.typed" in names
    report = ROOT / "src" / "regionsim" / "views" / "report"
    parts = {f"regionsim/views/report/{path.name}" for path in report.iterdir() if path.is_file()}
    assert {path.rpartition(".")[2] for path in parts} >= {"j2", "css", "js", "csv"}
    assert parts <= names
    assert not [name for name in names if name.endswith((".nbi", ".nbc", ".pyc"))]


def test_the_installed_wheel_plays_a_shipped_scenario_in_an_empty_folder(scripts: Path, tmp_path: Path) -> None:
    where = run(scripts / "python", "-c", "import regionsim; print(regionsim.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(scripts.parent)

    assert "trade_push" in run(scripts / "regionsim", "list", "scenarios", cwd=tmp_path)
    words = ("run", "trade_push", "--worlds", "2", "--set", "end=2025-12-01", "--json")
    (said,) = json.loads(run(scripts / "regionsim", *words, cwd=tmp_path))
    folder = tmp_path / said["path"]

    assert (said["worlds"], said["failed"]) == (2, [])
    assert (folder / "summary.csv").is_file()
    assert said["figures"]
    assert all((tmp_path / name).is_file() for name in said["figures"])
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]
