"""The command `discover`: in which futures a claim holds, as boxes of inputs."""

import glob
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from regionsim.cli.options import Json, NoFigures, Runs, flag
from regionsim.cli.write import columns, note, out, out_json

if TYPE_CHECKING:
    from regionsim.studies.discovery import Discovery


def discover(
    run: Annotated[str, Parameter(name="RUN", help="A run or sweep: its folder or name, or a scenario with one run.")],
    /,
    *,
    where: Annotated[str, Parameter(help="The claim to explain, in each world: 'INDICATOR@DATE < NUMBER'.")],
    over: Annotated[
        tuple[str, ...],
        Parameter(negative="", show_default=False, help="Use only this input (default: all); repeatable."),
    ] = (),
    boxes: Annotated[int, Parameter(help="Maximum number of boxes, each in worlds outside the earlier ones.")] = 3,
    density: Annotated[float | None, Parameter(help="Minimum share of cases in a box, 0 to 1.")] = None,
    peel: Annotated[float, Parameter(help="The share of worlds removed at each step.")] = 0.05,
    folder: Annotated[str | None, Parameter(help="Where to write (default: discover, in the run's folder).")] = None,
    out_dir: Runs = "runs",
    no_figures: NoFigures = False,
    json: Json = False,
    quiet: Annotated[bool, flag("Print only the folder written to.")] = False,
) -> None:
    """Find in which futures a claim holds: limits on inputs (PRIM boxes) that separate these worlds from others.

    A box is reported only if it does better than chance on worlds held out of the search.

    Example: regionsim discover trade_push --where "trade_volume@2035 < 3"
    """
    from regionsim.errors import InputError, unwritable
    from regionsim.paths import writable_path
    from regionsim.studies.case_table import read_futures
    from regionsim.studies.discovery import discover as search
    from regionsim.studies.discovery import write_discovery
    from regionsim.studies.prim import PrimRule

    if boxes < 1:
        raise InputError(f"--boxes: {boxes} is out of range (allowed: 1 or more)")
    if density is not None and not 0 < density <= 1:
        raise InputError(f"--density: {density:g} is out of range (allowed: above 0, up to 1)")
    if not 0.01 <= peel <= 0.5:
        raise InputError(f"--peel: {peel:g} is out of range (allowed: 0.01 to 0.5)")
    place = _place(run, out_dir)
    futures = read_futures(place, where, over)
    if not quiet and not json:
        note(f"{len(futures):,} worlds, {len(futures.inputs):,} inputs; searching, about 10 seconds per box")
    discovery = search(futures, boxes=boxes, rule=PrimRule(alpha=peel, density=density))
    target = place / "discover" if folder is None else writable_path(folder, "--folder")
    try:
        files = write_discovery(discovery, target)
        if not no_figures:
            from regionsim.views.discovery import draw_discovery

            picture = draw_discovery(discovery, target)
            files += [picture] if picture else []
    except OSError as fault:
        raise unwritable(str(target), fault) from fault
    if json:
        out_json(_plain(discovery, files))
    else:
        out(str(target) if quiet else _text(discovery, files))


def _place(name: str, out_dir: str) -> Path:
    """The folder of a run or of a sweep. Raises InputError with the choices."""
    from regionsim.cli.commands.results import find_run
    from regionsim.errors import InputError
    from regionsim.paths import user_path
    from regionsim.yamlfile.faults import quoted

    path, runs = user_path(name), user_path(out_dir, "--out")
    for place in (path, runs / name):
        if (place / "study.json").is_file():
            return place
    word = path.stem if path.suffix in {".yaml", ".yml"} else name
    try:
        return find_run(word, out_dir).path
    except InputError:
        sweeps = sorted(path.parent for path in runs.glob(f"{glob.escape(word)}-sweep-*/study.json"))
        if len(sweeps) == 1:
            return sweeps[0]
        if sweeps:
            names = ", ".join(path.name for path in sweeps)
            raise InputError(f"{quoted(name)} is the name of {len(sweeps)} sweeps (say which: {names})") from None
        raise


def _text(discovery: "Discovery", files: list[Path]) -> str:
    from regionsim.evidence.identified import KEY, narrowed_words

    parts = ["\n".join(discovery.sentences())]
    if discovery.boxes:
        rows = [["box", "quasi-p", "resamples", "identified", "limit"]]
        for number, box in enumerate(discovery.boxes, 1):
            rows += [[f"{number}", f"{x.quasi_p:.1e}", f"{x.resamples:.0%}", x.identified, x.words] for x in box.limits]
        shares = [["box", "worlds", "cases", "coverage", "density", "mass", "base rate", "held-out coverage, density"]]
        for number, box in enumerate(discovery.boxes, 1):
            values = (box.coverage, box.density, box.mass, box.cases / box.worlds)
            held = f"{box.held_coverage:.0%}, {box.held_density:.0%}"
            shares.append([f"{number}", f"{box.n}", f"{box.k}", *(f"{value:.0%}" for value in values), held])
        parts += [columns(rows, right=(1, 2), name=(0, 4)), columns(shares, right=range(1, 8))]
        parts.append(
            "quasi-p: chance of a box as dense without the limit; resamples: share of searches that found it\n"
            f"{KEY}\n{narrowed_words()}"
        )
    parts += [f"{box}." for box in discovery.futures.notes]
    return "\n\n".join([*parts, "written  " + "\n         ".join(map(str, files))])


def _plain(discovery: "Discovery", files: list[Path]) -> dict[str, Any]:
    import json

    rows = json.loads(discovery.frame().to_json(orient="records"))
    return {
        "run": discovery.futures.name,
        "where": discovery.futures.where,
        "worlds": len(discovery.futures),
        "cases": int(discovery.futures.case.sum()),
        "inputs": len(discovery.futures.inputs),
        "boxes": len(discovery.boxes),
        "text": discovery.sentences(),
        "limits": rows,
        "notes": list(discovery.futures.notes),
        "files": [str(path) for path in files],
    }
