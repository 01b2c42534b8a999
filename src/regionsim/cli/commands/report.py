"""The command `report`: a decision brief of scenarios or runs as a page, a Word file or slides."""

from typing import Annotated

from cyclopts import Parameter

from regionsim.cli.commands.compare import At, Baseline, Indicators, watching
from regionsim.cli.options import Observed, Seed, Sets, Workers, Worlds, flag, use_observed
from regionsim.cli.write import note, out


def report(
    scenarios: Annotated[tuple[str, ...], Parameter(help="Run folders, scenario files, or shipped names.")],
    /,
    *,
    out_file: Annotated[
        str, Parameter(name="--out", help="The file to write; its ending, .html, .docx or .pptx, sets the format.")
    ],
    baseline: Baseline = None,
    worlds: Worlds = None,
    seed: Seed = None,
    sets: Sets = (),
    observed: Observed = None,
    indicators: Indicators = (),
    at: At = (),
    runs: Annotated[str, Parameter(help="The folder that holds the run folders.")] = "runs",
    workers: Workers = None,
    full: Annotated[bool, flag("Also play what causes (why) and expectations (check) need.")] = False,
    brief: Annotated[bool, flag("Write the first page alone, which answers; it is ready sooner.")] = False,
    format: Annotated[
        str | None, Parameter(help="html, docx (Word) or pptx (PowerPoint), if not as the file's name ends.")
    ] = None,
    title: Annotated[str | None, Parameter(help="A title for the page (default: those of the scenarios).")] = None,
    quiet: Annotated[bool, flag("Print only the file's name.")] = False,
) -> int:
    """Write a decision brief: one HTML file that opens from disk, needs no network, and can be printed.

    The file's ending, .html, .docx or .pptx, sets the format. Missing runs are played. Causes and expectations are
    shown if why and check have played the runs they need.

    Example: regionsim report trade_push --out brief.html --baseline status_quo --worlds 50
    """
    use_observed(observed)
    from regionsim.views.report.page import report as reported

    path = reported(
        *scenarios, to=out_file, baseline=baseline, worlds=worlds, seed=seed, sets=sets, indicators=indicators, at=at,
        out=runs, workers=workers, full=full, first_page=brief, title=title, format=format, watch=watching(quiet=quiet),
    )  # fmt: skip
    out(str(path))
    if not quiet:
        opened = "" if path.suffix.lower() in (".docx", ".pptx") else "; opens in any browser, from disk"
        note(f"{path.stat().st_size / 1e6:.1f} MB{opened}")
    return 0
