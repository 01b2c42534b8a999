"""The key of a run: every file and table that decides numbers is in it, nothing else; a replay says which changed."""

import ast
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from regionsim.evidence.inputs import digests_of_files, load_inputs
from regionsim.runs import changed, key, replay
from regionsim.runs.files import sha256_of
from regionsim.runs.integrity import write_record
from regionsim.runs.sources import DATA, PACKAGE, ROOTS, _imported, playing_sources, source_files
from regionsim.scenario import load
from tests.toys.toy import TOY

TRACED = """
import json, sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from regionsim.evidence.inputs import load_inputs
load_inputs().posterior
built = list(opened)
from regionsim.scenario import load
sets = ["draws=posterior", "end=2023-09-04", "parameters.size.households=400", "parameters.size.traders=120"]
scenario = load("history_2023", sets=sets)
from regionsim.model.play import play
from regionsim.model.worlds import plain_worlds
opened.clear()
play(scenario, plain_worlds(scenario, range(2)), record_all=True)
modules = {name: getattr(one, "__file__", None) for name, one in sys.modules.items() if name.startswith("regionsim")}
print(json.dumps({"built": built, "played": opened, "modules": modules}))
"""


@pytest.fixture(scope="module")
def traced():
    """A play of history with the posterior in a process of its own: files opened, modules imported."""
    done = subprocess.run([sys.executable, "-c", TRACED], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def below(paths, folder):
    places = [Path(path).resolve() for path in paths]
    return {place.relative_to(folder).as_posix() for place in places if place.is_relative_to(folder)}


def test_every_file_that_the_model_imports_is_in_the_key(traced):
    imported = below(filter(None, traced["modules"].values()), PACKAGE)
    assert "model/region.py" in imported
    assert imported <= playing_sources().keys()
    assert not {name.partition("/")[0] for name in playing_sources()} & {"views", "cli", "analysis", "api.py"}


def test_what_is_opened_for_a_play_is_what_the_inputs_cover(traced):
    from regionsim.paths import seeds_dir

    opened = below(traced["built"], seeds_dir())
    covered = load_inputs().tables.keys()
    assert covered <= opened
    told = {name for name in opened - covered if not name.startswith(("claims/", "posterior/"))}
    assert told == {"documents.yaml", "literature.csv"}  # named as sources; the model is given no word of them
    assert below(traced["played"], seeds_dir()) == set()
    data = {name for name in below([*traced["built"], *traced["played"]], PACKAGE) if name.endswith(DATA)}
    assert data <= playing_sources().keys()


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    place = tmp_path_factory.mktemp("copy") / "regionsim"
    return Path(shutil.copytree(PACKAGE, place, ignore=shutil.ignore_patterns("__pycache__", "_data")))


def test_a_byte_in_any_source_that_plays_changes_the_key_and_no_other_file_does(copied):
    before = digests_of_files(copied, source_files(copied, ROOTS))
    assert before == playing_sources()
    for path in (path for path in copied.rglob("*") if path.is_file()):
        if path.relative_to(copied).as_posix() not in before:
            path.write_bytes(path.read_bytes() + b"\n")
    (copied / "model" / "notes.txt").write_text("a remark")
    assert digests_of_files(copied, source_files(copied, ROOTS)) == before
    for name in before:
        path = copied / name
        path.write_bytes(path.read_bytes() + b"#")
    after = digests_of_files(copied, source_files(copied, ROOTS))
    for name, digest in after.items():
        assert digest != before[name], name
        assert key.digest_of(before | {name: digest}) != key.digest_of(before)


def test_imports_are_followed_wherever_they_stand(tmp_path):
    texts = {
        "__init__.py": "",
        "root.py": "import pack.plain\nfrom pack import sub as other\nfrom pack.sub.deep import (  # (b)\n    it,\n)\n",
        "plain.py": "def late():\n    try:\n        from . import lazy\n    except ImportError:\n        pass\n",
        "lazy.py": "if TYPE_CHECKING:\n    from pack import typed\nelse:\n    from .sub import beside as b\n",
        "typed.py": "import pack.unread\n",
        "unread.py": "",
        "sub/__init__.py": "from ..above import name\n",
        "sub/deep.py": "match 1:\n    case 1:\n        import pack.matched, os\n",
        "sub/beside.py": "import pack.root\n",
        "sub/table.csv": "a,b\n",
        "sub/remark.txt": "",
        "above.py": "import packed.other\n",
        "matched.py": "",
    }
    for name, text in texts.items():
        (tmp_path / "pack" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "pack" / name).write_text(text)
    found = {path.relative_to(tmp_path / "pack").as_posix() for path in source_files(tmp_path / "pack", ["pack.root"])}
    assert found == texts.keys() - {"typed.py", "unread.py", "sub/remark.txt"}


class _Played(ast.NodeTransformer):
    """A syntax tree without what is for type checking."""

    def visit_If(self, node):
        kept = node.orelse if "TYPE_CHECKING" in ast.unparse(node.test) else [node]
        return [self.generic_visit(each) for each in kept]


def test_the_text_of_a_file_shows_all_that_its_syntax_tree_imports():
    for path in PACKAGE.rglob("*.py"):
        wanted = set()
        for node in ast.walk(_Played().visit(ast.parse(path.read_bytes()))):
            if isinstance(node, ast.Import):
                wanted |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, path  # imports of the package are absolute
                wanted |= {f"{node.module}.{alias.name}" for alias in node.names}
        ours = {name for name in wanted if name.split(".")[0] == PACKAGE.name}
        assert ours <= set(_imported(path, PACKAGE)), path


def test_the_key_follows_each_part(monkeypatch):
    scenario = load("status_quo")
    first = key.digests(scenario)
    monkeypatch.setattr(key, "playing_sources", lambda: playing_sources() | {"model/new.py": "0"})
    assert key.digests(scenario).model != first.model
    monkeypatch.undo()
    inputs = load_inputs()
    monkeypatch.setattr(key, "load_inputs", lambda: replace(inputs, measures={}))
    assert key.digests(scenario).evidence != first.evidence
    assert len({first.key, key.digests(scenario).key}) == 2
    monkeypatch.undo()
    assert key.digests(scenario) == first
    assert first.evidence == inputs.digest


# -- what a replay says -----------------------------------------------------------------------------------------------


@pytest.fixture
def differing(play):
    """A run of which a stored value is another than would be played, and a way to doctor its manifest."""
    found = play(3)
    path = found.path / "trajectories" / "part-000000-000002.parquet"
    table = pq.read_table(path)
    values = table["attacks"].to_numpy().copy()
    values[0] += 1
    pq.write_table(table.set_column(table.column_names.index("attacks"), "attacks", [values]), path)
    forged = json.loads((found.path / "manifest.json").read_text())
    forged["batches"][0]["parts"]["trajectories"]["sha256"] = sha256_of(path)
    write_record(found.path / "manifest.json", {name: one for name, one in forged.items() if name != "checksum"})

    def said(**doctored):
        manifest = json.loads((found.path / "manifest.json").read_text())
        manifest = {name: value for name, value in (manifest | doctored).items() if value is not None}
        manifest.pop("checksum", None)
        write_record(found.path / "manifest.json", manifest)
        return replay(type(found)(found.path), 0, engine=TOY).note

    said.manifest = json.loads((found.path / "manifest.json").read_text())
    return said


def test_a_manifest_notes_what_each_file_of_the_key_was(play):
    files = play(3).manifest.sources
    assert files.keys() == {"evidence", "model"}
    assert files["model"].keys() == playing_sources().keys()
    assert all(playing_sources()[name].startswith(digest) for name, digest in files["model"].items())
    assert files["evidence"].keys() == load_inputs().tables.keys()


def test_a_replay_says_which_tables_sources_and_versions_changed(differing):
    files, digests = differing.manifest["sources"], differing.manifest["digests"]
    then = {
        "evidence": files["evidence"] | {"claims/mechanisms.csv": "other"},
        "model": files["model"] | {"model/region.py": "other", "model/left.py": "other"},
    }
    del then["evidence"]["measures.csv"]
    note = differing(sources=then, digests=digests | {"evidence": "x", "model": "x", "numpy": "1.0"})
    assert (
        "evidence (claims/mechanisms.csv, measures.csv is new); code (model/region.py, model/left.py is gone)" in note
    )
    assert f"numpy (1.0 then, {digests['numpy']} now)" in note
    assert "platform" not in note
    assert "scenario" not in note
    assert "numba" not in note


def test_a_replay_names_few_files_and_counts_the_rest(differing):
    files, digests = differing.manifest["sources"], differing.manifest["digests"]
    then = files | {"model": dict.fromkeys(files["model"], "other")}
    said = differing(sources=then, digests=digests | {"model": "x"})
    assert f"and {len(files['model']) - changed.SHOWN} more)" in said


def test_a_replay_of_a_run_that_noted_no_files_says_so(differing):
    digests = differing.manifest["digests"] | {"model": "x"}
    assert "code (files unknown" in differing(sources=None, digests=digests)


def test_a_replay_says_where_the_scenario_is_another(differing):
    assert "changed: scenario (its file" in differing(digests=differing.manifest["digests"] | {"scenario": "x"})


def test_the_platform_is_named_only_where_it_is_another(differing):
    assert "the stored files must have changed" in differing()
    note = differing(platform="Plan9 4 mips", versions=differing.manifest["versions"] | {"scipy": "0.1"})
    assert "this changed: scipy (0.1 then" in note
    assert "platform (Plan9 4 mips then" in note
