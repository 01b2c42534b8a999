"""The notebooks: well formed, without outputs, and each plays from beginning to end."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("[0-9][0-9]_*.py"))
MARKDOWN = "# %% [markdown]\n"
LINK = re.compile(r"\]\((?!https?://)([^)#]+)")


def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build", FOLDER / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_notebooks_are_numbered_without_gap_and_each_is_in_the_table() -> None:
    table = (FOLDER / "README.md").read_text("utf-8")

    assert [int(path.name[:2]) for path in NOTEBOOKS] == list(range(1, len(NOTEBOOKS) + 1))
    assert set(re.findall(r"\]\((\d\d_\w+\.py)\)", table)) == {path.name for path in NOTEBOOKS}
    assert not list(FOLDER.rglob("*.ipynb"))  # executed ones are made, not kept


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_parses_has_a_numbered_title_and_text_between_its_code(path: Path) -> None:
    jupytext = pytest.importorskip("jupytext")
    book = jupytext.read(path)
    kinds = [cell.cell_type for cell in book.cells]

    assert book.cells[0].source.startswith(f"# {int(path.name[:2])}. ")
    assert sum(cell.source.startswith("# ") for cell in book.cells if cell.cell_type == "markdown") == 1
    assert kinds[0] == kinds[-1] == "markdown"
    assert kinds.count("markdown") >= kinds.count("code") / 2
    for cell in book.cells:
        if cell.cell_type == "code":
            compile(cell.source, path.name, "exec")
            assert not cell.outputs


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_writes_to_a_folder_of_its_own_and_its_links_lead_somewhere(path: Path) -> None:
    text = path.read_text("utf-8")

    assert 'os.chdir(os.environ.get("REGIONSIM_NOTEBOOKS") or tempfile.mkdtemp())' in text
    assert text.index("os.chdir") < min(
        text.index(word) for word in ("rs.load(", "rs.run(", "rs.sweep(", "subprocess.run(") if word in text
    )
    assert not re.search(r"""["'( ](/(home|tmp|root|work|Users|usr)\b|[A-Z]:\\)""", text)
    assert [link for link in LINK.findall(text) if not (FOLDER / link).exists()] == []


def files() -> dict[Path, int]:
    """When each file of the checkout was written, but for hidden ones and what Python compiles."""
    found = [path for top in ROOT.glob("[!.]*") for path in (top, *top.rglob("*"))]
    return {path: path.stat().st_mtime_ns for path in found if path.is_file() and "__pycache__" not in path.parts}


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_plays_from_beginning_to_end_and_writes_nothing_into_the_checkout(
    path: Path, tmp_path: Path
) -> None:
    pytest.importorskip("nbclient")
    build = builder()
    before = files()
    book = build.execute(path, str(tmp_path), strict=True)

    assert files() == before
    said = [out for cell in book.cells for out in cell.get("outputs", ()) if out.output_type == "stream"]
    assert [out.text for out in said if out.name == "stderr"] == []
    if "plot(" in path.read_text("utf-8"):
        assert all(png.startswith(b"\x89PNG") for png in build.figures(book))
        assert build.figures(book)
