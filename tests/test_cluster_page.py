"""What docs/cluster.md shows is of this program: blocks parse, commands and options exist, numbers of shards agree.

Where SLURM and Dask are installed their examples are run, made smaller: on this machine alone, over loopback.
"""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import yaml

from regionsim.cli.app import build
from regionsim.cli.options import read_shard
from regionsim.runs import content_digest, open_run
from regionsim.studies.study_file import read_study
from regionsim.studies.sweep import Sweep

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = (DOCS / "cluster.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
VARIABLE = re.compile(r"\$\(\(.*?\)\)|\$\w+")


def blocks(kind: str) -> list[str]:
    return [text for known, text in BLOCKS if known == kind]


def commands(word: str) -> list[list[str]]:
    """Words of each command that begins with a word, with 1 for what the shell would fill in."""
    lines = [VARIABLE.sub("1", line) for _, text in BLOCKS for line in text.splitlines()]
    found = [re.search(rf"(?:^|[\s/\"]){word} ((?:scheduler|worker|sweep|run) [^&\n]+)", line) for line in lines]
    return [shlex.split(one[1].rstrip('"') if one[1].count('"') % 2 else one[1]) for one in found if one]


def test_each_block_parses() -> None:
    assert {kind for kind, _ in BLOCKS} == {"bash", "yaml", "python"}
    for text in blocks("python"):
        compile(text, "cluster.md", "exec")
    for text in blocks("bash") if shutil.which("bash") else []:
        said = subprocess.run(["bash", "-n"], input=text, text=True, capture_output=True, check=False)
        assert said.returncode == 0, said.stderr
    assert [yaml.safe_load(text).get("kind") for text in blocks("yaml")] == [None, "Job"]


def test_the_files_to_copy_are_the_blocks_shown() -> None:
    files = {path.name: path.read_text("utf-8") for path in (DOCS / "cluster").iterdir()}
    assert files.keys() == set(re.findall(r"\(cluster/([\w.]+)\)", PAGE))
    there = subprocess.run(["bash", "-n", DOCS / "cluster" / "slurm_here.sh"], capture_output=True, check=False)
    assert there.stderr == b""
    del files["slurm_here.sh"]
    assert set(files.values()) < {text for _, text in BLOCKS}


def test_each_command_and_shard_is_valid() -> None:
    shown = commands("regionsim")
    assert len(shown) == 4
    for words in shown:
        build().parse_args(words, exit_on_error=False, print_error=False)
    shards = [words[words.index("--shard") + 1] for words in shown if "--shard" in words]
    assert [read_shard(shard) for shard in shards] == [(1, 20)] * 2
    job = yaml.safe_load(blocks("yaml")[1])["spec"]
    assert job["completions"] == 20
    assert "#SBATCH --array=1-20\n" in PAGE


def test_the_commands_of_dask_are_valid() -> None:
    pytest.importorskip("distributed")
    from distributed.cli import dask_scheduler, dask_worker

    mains = {"scheduler": dask_scheduler.main, "worker": dask_worker.main}
    shown = commands("dask")
    assert sorted(words[0] for words in shown) == sorted(mains)
    for words in shown:
        mains[words[0]].make_context(words[0], words[1:])


def test_the_study_shown_is_one_scenario(tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(blocks("yaml")[0])
    study = read_study(str(path))
    sweep = Sweep(study, out=tmp_path, workers=20)
    assert (len(sweep.points), len(sweep.arms)) == (512, 1)
    assert sum(plan.worlds for plan in sweep.plans()) == 10_240


# The examples run for real, made smaller

SMALLER = (
    (r"sample:.*", "sample: sobol:32\nset: {end: 2025-10-13, parameters.size.households: 200}"),
    (r"2026-01-01:2028-01-01", "2025-09-01:2025-09-29"), (r"outcomes:.*", "outcomes: [trade_volume@2025-09]"),
    (r"1-20\b", "1-2"), (r"/20\b", "/2"), (r"--mem=4G", "--mem=1G"), (r"cpus-per-task=4", "cpus-per-task=1"),
    (r"0:1:5", "0:1:3"), (r"2026-08-01", "2025-10-13"),
)  # fmt: skip
"""640 worlds of the study are two batches of one process, 60 of Dask's sweep two of two processes."""
TOOLS = ("slurmctld", "slurmd", "munged", "sbatch")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def smaller(name: str) -> str:
    """A file to copy, with numbers that a test can wait for."""
    text = (DOCS / "cluster" / name).read_text("utf-8")
    for large, little in SMALLER:
        text = re.sub(large, little, text)
    return text


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """An environment in which `regionsim` and `dask` are those of this Python."""
    for name in ("regionsim", "dask"):
        command = tmp_path / "bin" / name
        command.parent.mkdir(exist_ok=True)
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -W ignore -m {name} "$@"\n')
        command.chmod(0o755)
    path = os.pathsep.join([str(tmp_path / "bin"), os.environ["PATH"], "/usr/sbin"])
    return os.environ | {"PATH": path, "PYTHONPATH": str(DOCS.parent / "src")}


def bash(text: str, folder: Path, env: dict[str, str]) -> str:
    """What a script prints on stdout, run in a folder. It must succeed within some minutes."""
    folder.mkdir(exist_ok=True)
    with (folder / "bash.log").open("w+") as log:
        words = ["timeout", "--foreground", "400", "bash", "-ec", text]
        done = subprocess.run(words, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=log, text=True, check=False)
        log.seek(0)
        assert done.returncode == 0, done.stdout + log.read()
    return done.stdout


def contents(folder: Path) -> tuple[dict[str, str], dict[str, bytes]]:
    """Digests of the content of a study's runs, and its tables."""
    (study,) = (path for path in (folder / "runs").iterdir() if "-sweep-" in path.name)
    runs = [open_run(path.parent) for path in study.rglob("manifest.json")]
    assert [len(run.manifest.batches) for run in runs] == [2]
    return {run.path.name: content_digest(run) for run in runs}, {
        path.name: path.read_bytes() for path in study.glob("*.csv")
    }


@pytest.mark.slow
def test_the_job_array_gives_what_one_process_gives(tmp_path: Path, shell: dict[str, str]) -> None:
    if not all(shutil.which(tool, path=shell["PATH"]) for tool in TOOLS) or os.geteuid() != 0:
        pytest.skip("needs SLURM and munge, and root to start them")
    array, alone = tmp_path / "array", tmp_path / "alone"
    for folder in (array, alone):
        folder.mkdir()
        (folder / "study.yaml").write_text(smaller("study.yaml"))
    for name in ("shards.sh", "submit.sh"):
        (array / name).write_text(smaller(name))
    with tempfile.TemporaryDirectory(prefix="regionsim-slurm-", ignore_cleanup_errors=True) as place:
        Path(place).chmod(0o755)
        lines = (
            f'SLURM_PORT={free_port()} source "{DOCS / "cluster" / "slurm_here.sh"}" {place}',
            "trap stop_slurm EXIT",
            "until sinfo | grep -q idle; do sleep 1; done",
            "bash submit.sh",
            'while [ -n "$(squeue --noheader)" ]; do sleep 1; done',
        )
        bash("\n".join(lines), array, shell)
    logs = {path.name: path.read_text("utf-8") for path in array.glob("*.log")}
    assert all("is finished" in logs[f"push-{shard}.log"] for shard in (1, 2)), logs
    bash("regionsim sweep study.yaml --workers 1", alone, shell)
    assert contents(array) == contents(alone)


@pytest.mark.slow
def test_the_example_of_dask_gives_what_one_process_gives(tmp_path: Path, shell: dict[str, str]) -> None:
    pytest.importorskip("distributed")
    text = smaller("dask_here.sh").replace("8786", str(free_port()))
    sweep = next(line for line in text.splitlines() if line.startswith("regionsim"))
    bash(text, tmp_path / "cluster", shell)
    bash(sweep.partition(" --dask")[0], tmp_path / "alone", shell)
    assert contents(tmp_path / "cluster") == contents(tmp_path / "alone")
