"""The command `explore`: the live page."""

import threading
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from regionsim.cli.options import Dask, Observed, Shard, Workers, flag, read_shard, use_observed
from regionsim.cli.write import note, out


def explore(
    scenario: Annotated[str, Parameter(help="A scenario file, or the name of a shipped scenario.")] = "status_quo",
    /,
    *,
    worlds: Annotated[int, Parameter(help="Number of worlds.")] = 100,
    port: Annotated[int | None, Parameter(help="The port of the address (default: 8471, or any free one).")] = None,
    runs: Annotated[
        str, Parameter(help="The folder that holds run folders and what is learned about levers.")
    ] = "runs",
    no_browser: Annotated[bool, flag("Print the address only; open no browser.")] = False,
    observed: Observed = None,
    build: Annotated[bool, flag("Learn every lever, measure the error of estimates, and end.")] = False,
    workers: Workers = None,
    dask: Dask = None,
    shard: Shard = None,
) -> int:
    """Serve the live page on this machine: pull levers, see a distribution answer, save the scenario.

    The address holds a token and works on this machine only. Ctrl-C ends it.

    Example: regionsim explore status_quo --worlds 100
    """
    use_observed(observed)
    part = read_shard(shard)
    from regionsim.cli.progress import announce_compiling, bar
    from regionsim.views.explore.explorer import Explorer, library_of

    library = library_of(scenario, worlds, runs)
    with announce_compiling():
        import regionsim.model.play  # noqa: F401
    if build:
        from regionsim.views.explore.build import build as learn

        with bar(f"{scenario}: learning {len(library.levers)} levers") as progress:
            more = {} if progress is None else {"progress": progress}
            learn(library, workers=workers, dask=dask, shard=part, out=Path(runs), **more)
        _say_built(library.folder, len(library.known()), library.held_out())
        return 0
    with Explorer(library, port) as explorer:
        _open(explorer.address, len(library.known()), len(library.levers), browser=not no_browser)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            note("stopped")
    return 0


def _open(address: str, known: int, levers: int, *, browser: bool) -> None:
    out(f"Open {address}")
    learned = f"{known} of {levers} levers have instant estimates"
    rest = "" if known == levers else "; others are learned when first touched (--build learns all)"
    note(f"{learned}{rest}. Ctrl-C stops the simulator.")
    if browser:
        import webbrowser

        webbrowser.open(address)


def _say_built(folder: Path, known: int, held_out: dict[str, object] | None) -> None:
    out(f"{known} levers in {folder}")
    if held_out is not None:
        channels = held_out["channels"]
        medians = sorted(row["median"] for row in channels.values() if row["median"] is not None)  # type: ignore[attr-defined]
        if medians:
            middle = medians[len(medians) // 2]
            out(f"estimates on {held_out['combinations']} held-out settings: median error {middle:.3f} of the spread")
