"""The result of a run, for people and for scripts: the summary table, and where its files are.

Core objects: `summary_text`, `short_text`, `where`, `summary_row`.
"""

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regionsim.console import FOLDS, chosen_columns, folded, on_one_line, screen_width

if TYPE_CHECKING:
    from regionsim.runs import Run


def summary_text(run: "Run") -> str:
    """The targets and the table of a run, as wide as the terminal."""
    from rich.console import Console

    from regionsim.views.tables import WIDTH, folded_summary, summary_table

    width = screen_width()
    if width is not None and width < FOLDS:
        return _targets(run, width) + folded_summary(run, width)
    text = io.StringIO()
    wide = WIDTH if width is None else width
    Console(file=text, width=wide, force_terminal=None if width is None else True).print(summary_table(run, wide))
    table = text.getvalue().replace("\xa0", " ")  # non-breaking spaces are no longer needed
    return _targets(run, width) + "\n".join(line.rstrip() for line in table.splitlines())


def short_text(run: "Run") -> str:
    """The targets and the headlines of a run: medians at the end, with the interval that holds 90% of worlds."""
    from regionsim.views.tables import SHORT, short_table

    width = screen_width()
    table, _ = chosen_columns(short_table(run), SHORT, right=(2, 3, 4), width=width)
    return f"{_targets(run, width, short=True)}{on_one_line(run.manifest.title)} ({run.name}-{run.hash})\n{table}"


def _targets(run: "Run", width: int | None, *, short: bool = False) -> str:
    """The targets of the run's scenario; empty if it has none."""
    from regionsim.studies.targets import targets_of
    from regionsim.views.tables import WIDTH
    from regionsim.views.targets import CHOICES_ALONE, target_lines

    rows = targets_of(run)
    if not rows:
        return ""
    width = width or WIDTH
    lines = folded(f"{on_one_line(run.manifest.title)}: targets, and worlds that reach them (95% interval)", width)
    table, _ = chosen_columns(target_lines(rows), CHOICES_ALONE[1:] if short else CHOICES_ALONE, width=width)
    return "\n".join([*lines, table, "", ""])


def where(run: "Run", *, figures: bool) -> str:
    """The run folder, and its pictures if requested."""
    lines = ["", f"run folder  {run.path}"]
    pictures = _pictures(run)
    if figures and pictures:
        overview = next((path for path in pictures if path.stem == "overview"), pictures[0])
        lines.append(f"pictures    {overview}" + (f" and {len(pictures) - 1} more beside it" if pictures[1:] else ""))
    return "\n".join(lines)


def summary_row(run: "Run") -> dict[str, Any]:
    """The result of a run for scripts."""
    from regionsim.studies.compare import plain_row
    from regionsim.studies.targets import targets_of
    from regionsim.views import summary_rows

    return {
        "name": run.name,
        "title": run.manifest.title,
        "path": str(run.path),
        "hash": run.hash,
        "worlds": int(run.numbers.size),
        "failed": sorted(run.failed),
        "weeks": run.weeks,
        "seed": run.manifest.seed,
        "targets": [plain_row(row) for row in targets_of(run)],
        "summary": summary_rows(run),
        "figures": [str(path) for path in _pictures(run)],
    }


def _pictures(run: "Run") -> list[Path]:
    return sorted((run.path / "figures").glob("*.png"))
