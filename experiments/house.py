"""Draws which room of the package imports which: docs/img/house.png, or of another checkout.

Core objects: `rooms` (room -> room -> how many modules import how many) and `picture`. Rooms stand in rows, each above
all that it imports; an import that points upward, or between rooms of one row, is drawn red. Imports for type checkers
do not count. A second or two:  ./dev python experiments/house.py [CHECKOUT PICTURE]
"""

import ast
import itertools
import sys
from collections import Counter
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from regionsim.views import style

ROOT = Path(__file__).resolve().parents[1]
WIDTH, ROW = 9.0, 0.62  # inches

type Rooms = dict[str, Counter[str]]


def rooms(checkout: Path) -> Rooms:
    """Imports between rooms: for each room, how many of its imports reach each other one."""
    package = checkout / "src" / "regionsim"
    found: Rooms = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        here = parts[0]
        if here in ("__init__", "__main__"):
            continue
        reached = found.setdefault(here, Counter())
        for module in _imports(ast.parse(path.read_text(encoding="utf-8"))):
            words = module.split(".")
            if words[0] == "regionsim" and len(words) > 1 and words[1] not in (here, "__version__"):
                reached[words[1]] += 1
    for reached in found.values():
        for other in [one for one in reached if one not in found]:
            del reached[other]
    return found


def _imports(tree: ast.AST) -> list[str]:
    found = []
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.ImportFrom) and child.module and not child.level:
            found += [f"{child.module}.{alias.name}" for alias in child.names]
        elif isinstance(child, ast.Import):
            found += [alias.name for alias in child.names]
        found += _imports(child)
    return found


def rows(found: Rooms) -> list[list[str]]:
    """Rooms by row, the lowest first; where they import in a circle, the fewest imports are left out to order them."""
    graph = {room: set(reached) for room, reached in found.items()}
    while True:
        try:
            order = list(TopologicalSorter(graph).static_order())
        except CycleError as circle:
            ring = circle.args[1]
            pairs = [(b, a) for a, b in itertools.pairwise(ring)]
            room, other = min(pairs, key=lambda pair: found[pair[0]][pair[1]])
            graph[room].discard(other)
            continue
        level: dict[str, int] = {}
        for room in order:
            level[room] = max((level[other] + 1 for other in graph[room]), default=0)
        return [[room for room in order if level[room] == k] for k in range(max(level.values()) + 1)]


@style.look()
def picture(found: Rooms, path: Path, title: str) -> None:
    """Draw the rooms and their imports."""
    layers = rows(found)
    height = ROW * len(layers) * 1.6 + 0.9
    figure = style.new_figure(WIDTH, height)
    ax = figure.add_axes((0.02, 0.02, 0.96, 0.88))
    at = {
        room: ((i + 1) / (len(layer) + 1) + 0.12 * (k % 2 - 0.5), float(k))
        for k, layer in enumerate(layers)
        for i, room in enumerate(layer)
    }
    upward = 0
    for room, reached in found.items():
        for other, count in reached.items():
            down = at[other][1] < at[room][1]
            upward += not down
            ax.annotate(
                "", at[other], at[room], zorder=1,
                arrowprops={
                    "arrowstyle": "-|>", "color": style.MUTED if down else "#b3261e", "lw": 0.5 + 0.02 * min(count, 60),
                    "alpha": 0.45 if down else 0.95, "shrinkA": 14, "shrinkB": 14,
                    "connectionstyle": "arc3,rad=0.08",
                },
            )  # fmt: skip
    for room, (x, y) in at.items():
        box = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": style.INK, "linewidth": 0.8}
        ax.text(x, y, room, ha="center", va="center", fontsize=9, color=style.INK, bbox=box, zorder=2)
    ax.set_xlim(-0.05, 1.05)
    ax.set_ylim(-0.6, len(layers) - 0.4)
    ax.set_axis_off()
    words = "none points upward" if not upward else f"{upward} point upward"
    style.heading(figure, 0.2, 0.36, f"{title}: {len(found)} rooms; of their imports {words}", size=11, color=style.INK)
    style.save(figure, path, {"Title": title, "Description": "Which room of the package imports which."})


def main(words: list[str]) -> None:
    """Draw this checkout, or the one named."""
    checkout = Path(words[0]) if words else ROOT
    path = Path(words[1]) if len(words) > 1 else ROOT / "docs" / "img" / "house.png"
    picture(rooms(checkout), path, words[2] if len(words) > 2 else "The house")


if __name__ == "__main__":
    main(sys.argv[1:])
