"""A table in Markdown, for the scripts that write the pages of this folder.

Core object: `table`.
"""

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """Rows of cells under a head; a bar within a cell is escaped, a line end is a space. No line end after the last."""
    cells = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in [list(head), ["---"] * len(head), *cells])
