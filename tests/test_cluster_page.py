"""What docs/cluster.md shows is of this program: blocks parse, commands and options exist, numbers of shards agree."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from regionsim.cli.app import build
from regionsim.cli.options import read_shard
from regionsim.studies.study_file import read_study
from regionsim.studies.sweep import Sweep

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "cluster.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
VARIABLE = re.compile(r"\$\(\(.*?\)\)|\$\w+")


def blocks(kind: str) -> list[str]:
    return [text for known, text in BLOCKS if known == kind]


def commands(word: str) -> list[list[str]]:
    """Words of each command that begins with a word, with 1 for what the shell would fill in."""
    lines = [VARIABLE.sub("1", line) for _, text in BLOCKS for line in text.splitlines()]
    found = [re.search(rf"(?:^|[\s/]){word} ((?:scheduler|worker|sweep|run) [^&\n]+)", line) for line in lines]
    return [shlex.split(one[1].rstrip('"') if one[1].count('"') % 2 else one[1]) for one in found if one]


def test_each_block_parses() -> None:
    assert {kind for kind, _ in BLOCKS} == {"bash", "yaml", "python"}
    for text in blocks("python"):
        compile(text, "cluster.md", "exec")
    for text in blocks("bash") if shutil.which("bash") else []:
        said = subprocess.run(["bash", "-n"], input=text, text=True, capture_output=True, check=False)
        assert said.returncode == 0, said.stderr
    assert [yaml.safe_load(text).get("kind") for text in blocks("yaml")] == [None, "Job"]


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
