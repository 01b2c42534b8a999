"""What a benchmark found: printed as text, and written as Markdown between markers of a page.

Core object: `Report`. A page holds `<!-- measured: NAME -->` and `<!-- end -->`; what stands between them is replaced.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from measuring import table


@dataclass
class Report:
    """Tables by name, and the plain figures behind them."""

    figures: dict[str, Any] = field(default_factory=dict)
    pieces: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, title: str, head: Sequence[str], rows: Sequence[Sequence[object]], note: str = "") -> None:
        """Print a table now, and keep it for the page."""
        print(table(title, head, rows, note), flush=True)
        lines = [_row(head), "|---|" + "---:|" * (len(head) - 1), *map(_row, rows)]
        self.pieces[name] = "\n".join([*lines, *(["", " ".join(note.split())] if note else [])])

    def write(self, page: Path) -> None:
        """Put the tables into the page. Raises ValueError where the page has no place for one."""
        text = page.read_text(encoding="utf-8")
        for name, piece in self.pieces.items():
            place = re.compile(rf"(<!-- measured: {re.escape(name)} -->\n).*?(<!-- end -->)", re.DOTALL)
            text, found = place.subn(lambda match, piece=piece: f"{match[1]}\n{piece}\n\n{match[2]}", text)
            if found != 1:
                raise ValueError(f"{page}: has {found} places for {name}")
        page.write_text(text, encoding="utf-8")


def _row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"
