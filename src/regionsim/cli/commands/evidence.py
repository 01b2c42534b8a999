"""Commands that answer from the evidence base and the registries: `explain`, `list`."""

from typing import Annotated

from cyclopts import Parameter

from regionsim.cli.catalog import ABOUT, KINDS, Row, run_rows
from regionsim.cli.catalog import rows as catalog_rows
from regionsim.cli.options import Json, Runs, flag
from regionsim.cli.write import chosen_columns, columns, note, out, out_json
from regionsim.errors import InputError

_LISTED = (*KINDS, "runs")


def explain(
    name: Annotated[
        str, Parameter(help="A parameter, lever, mechanism, indicator, actor, claim, series, variable or document.")
    ],
    /,
    *,
    json: Json = False,
) -> None:
    """Explain a name: meaning, unit, value, range, role, who uses it, and where it comes from.

    Example: regionsim explain trade_volume
    """
    from regionsim.cli.explaining import matches, text

    rows = matches(name)
    if json:
        out_json(rows)
    else:
        out("\n\n".join(text(row) for row in rows))


def list_(
    kind: Annotated[
        str | None, Parameter(show_default=False, help=f"One of: {', '.join(_LISTED)} (default: names the kinds).")
    ] = None,
    /,
    *,
    unsourced: Annotated[bool, flag("Parameters without a source (there are none).")] = False,
    out_dir: Runs = "runs",
    json: Json = False,
) -> None:
    """List all entries of a kind; without a kind, name the kinds.

    Example: regionsim list levers
    """
    from regionsim.yamlfile.faults import allowed, quoted

    if kind is None:
        if unsourced:
            raise InputError("--unsourced: goes with `list parameters`, not with `list` alone")
        if json:
            out_json([{"id": name, "title": ABOUT[name]} for name in _LISTED])
        else:
            out(columns((name, ABOUT[name]) for name in _LISTED) + "\n\nregionsim list KIND lists one of them.")
        return
    if kind not in _LISTED:
        raise InputError(f"list: unknown kind {quoted(kind)} {allowed(kind, _LISTED)}")
    if unsourced and kind != "parameters":
        raise InputError(f"--unsourced: goes with `list parameters`, not with `list {kind}`")
    rows = run_rows(out_dir) if kind == "runs" else catalog_rows(kind)
    if unsourced:
        rows = [row for row in rows if not row["evidence"]]
    if json:
        out_json(rows)
    elif rows:
        lines = [_line(kind, row) for row in rows]
        every = tuple(range(len(lines[0])))
        out(chosen_columns(lines, [every, *_LESS.get(kind, ())], say=False))
    else:
        note(f"no {kind} in {out_dir}" if kind == "runs" else "none")


_LESS: dict[str, tuple[tuple[int, ...], ...]] = {
    "parameters": ((0, 1, 3, 4), (0, 1, 4)),
    "levers": ((0, 2),),
    "indicators": ((0, 1, 3), (0, 3)),
    "series": ((0, 2),),
    "claims": ((0, 2),),
    "variables": ((0, 2),),
    "runs": ((0, 1, 3, 4), (0, 1, 4), (0, 4)),
}
"""Columns of a list for ever narrower terminals; the title stays."""


def _line(kind: str, row: Row) -> tuple[str, ...]:
    """The cells of a row on a terminal: the id, the main facts of its kind, and the title."""
    from regionsim.evidence.identified import ASSUMED
    from regionsim.evidence.posterior import ASSUMPTION

    if kind == "parameters":
        value = f"{row['value']:,.6g} {row['unit']}".strip()
        mark = ASSUMPTION if row["identified"] == ASSUMED else row["identified"] or "not varied"
        return row["id"], value, row["role"], mark, row["title"]
    if kind == "levers":
        second = f"same as {row['same_as']}" if row["same_as"] else ""
        return row["id"], "moves nothing measured" if row["moves_nothing"] else second, row["title"]
    if kind == "shocks":
        return row["id"], f"{row['title']} Keys: {', '.join(row['keys'])}."
    if kind == "indicators":
        return row["id"], row["unit"], "scored" if row["scored_by"] else "never checked against data", row["title"]
    if kind == "variables":
        return row["id"], ", ".join(row["recorded_as"] or ["-"]), row["title"]
    if kind == "knobs":
        return row["id"], row["unit"], row["title"]
    if kind == "series":
        return row["id"], row["unit"], f"{row['title']} ({row['rows']} rows)"
    if kind == "claims":
        return row["id"], row["kind"], row["title"]
    if kind == "runs":
        state = "complete" if row["complete"] else "unfinished"
        return row["id"], f"{row['worlds']} worlds", f"{row['weeks']} weeks", state, row["title"]
    return row["id"], row["title"]
