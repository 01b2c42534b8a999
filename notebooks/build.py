"""Plays the notebooks: `./dev python notebooks/build.py` writes executed .ipynb files into a folder.

    build.py [NAME...] [--out FOLDER] [--figures]

NAME: the beginning of a notebook's name, such as 04 (default: all). FOLDER: default `runs/notebooks`, which is not
under version control. --figures: the pictures too, as PNG. Needs the extras `notebooks` and `analysis`. Runs go to a
temporary folder.
"""

import argparse
import base64
import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PATIENCE = 900  # seconds for one cell; the first play on a machine compiles the model
SETUP = """import warnings
{strict}
warnings.filterwarnings("ignore", "IProgress not found")  # a bar that Mesa could draw and nothing here asks for
"""


def sources(names: list[str] | None = None) -> list[Path]:
    """The notebooks in their order, or those whose names begin so."""
    there = sorted(HERE.glob("[0-9][0-9]_*.py"))
    return [path for path in there if not names or any(path.name.startswith(name) for name in names)]


def execute(path: Path, runs: str, *, strict: bool = False):
    """A notebook with its outputs. Raises nbclient's CellExecutionError. strict: warnings are errors."""
    import jupytext
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell

    book = jupytext.read(path)
    strictly = "warnings.simplefilter('error')" if strict else ""
    book.cells.insert(0, new_code_cell(SETUP.format(strict=strictly)))
    paths = filter(None, (str(HERE.parent / "src"), os.environ.get("PYTHONPATH")))  # an empty one is the working folder
    environment = os.environ | {"REGIONSIM_NOTEBOOKS": runs, "PYTHONPATH": os.pathsep.join(paths)}
    client = NotebookClient(book, timeout=PATIENCE, kernel_name="python3", resources={"metadata": {"path": runs}})
    client.execute(env=environment)
    del book.cells[0]
    return book


def figures(book) -> list[bytes]:
    """The pictures a notebook shows, as PNG."""
    shown = [out.data for cell in book.cells for out in cell.get("outputs", ()) if "data" in out]
    return [base64.b64decode(data["image/png"]) for data in shown if "image/png" in data]


def main() -> int:
    """Play what is asked for and say where it lies."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("names", nargs="*", metavar="NAME", help="the beginning of a notebook's name (default: all)")
    ask.add_argument("--out", default="runs/notebooks", help="folder to write to (default: %(default)s)")
    ask.add_argument("--figures", action="store_true", help="write the pictures as PNG files too")
    asked = ask.parse_args()
    import nbformat

    out = Path(asked.out)
    out.mkdir(parents=True, exist_ok=True)
    for path in sources(asked.names):
        with tempfile.TemporaryDirectory() as runs:
            book = execute(path, runs)
        nbformat.write(book, out / f"{path.stem}.ipynb")
        print(out / f"{path.stem}.ipynb")
        for number, png in enumerate(figures(book) if asked.figures else [], start=1):
            (out / f"{path.stem}_{number}.png").write_bytes(png)
    return 0


if __name__ == "__main__":
    sys.exit(main())
