"""The notebooks as pages: Markdown cells become text, code cells become blocks of Python. Nothing is executed.

Links to other files of Python lead to the file itself, and those to the table of pages to the first page.

Core objects: `NotebookParser`, `as_markdown`.
"""

import re

from docutils import nodes
from myst_parser.parsers.sphinx_ import MystParser
from sphinx.application import Sphinx

CELL = re.compile(r"^# %%(.*)\n", re.MULTILINE)
SCRIPT = re.compile(r"\]\((?=[\w./-]+\.py\))(?!\d|\S*/\d)")


class NotebookParser(MystParser):
    """Reads a script of cells as jupytext writes it ("percent")."""

    supported = ("notebook",)

    def parse(self, inputstring: str, document: nodes.document) -> None:
        """Parse the cells as one Markdown page."""
        super().parse(as_markdown(inputstring), document)


def as_markdown(script: str) -> str:
    """The cells of a script as Markdown. What stands before the first cell is for Jupyter and left out."""
    _, *parts = CELL.split(script)
    cells = []
    for kind, text in zip(parts[::2], parts[1::2], strict=True):
        if "[markdown]" in kind:
            cells.append(re.sub(r"^# ?", "", text.strip(), flags=re.MULTILINE))
        else:
            cells.append(f"```python\n{text.strip()}\n```")
    return "\n\n".join(cells) + "\n"


def _on_source(app: Sphinx, page: str, source: list[str]) -> None:
    source[0] = SCRIPT.sub("](path:", source[0]).replace("](docs/README.md)", "](docs/index.md)")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the kind of source."""
    app.add_source_suffix(".py", "notebook")
    app.add_source_parser(NotebookParser)
    app.connect("source-read", _on_source)
    return {"parallel_read_safe": True}
