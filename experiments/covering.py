"""The tables of docs/coverage.md: what becomes of each claim of the briefs.

Core object: `BLOCKS` (name -> function that makes the table), used by experiments/generate.py.
"""

import textwrap
from collections import Counter
from collections.abc import Callable

from tabular import table  # a neighbour, not a package

from regionsim.cli.catalog import Row, rows
from regionsim.evidence import load_evidence
from regionsim.evidence.identified import ASSUMED
from regionsim.indicators import INDICATORS
from regionsim.levers import LEVERS
from regionsim.model.coverage import STANDS, Standing, of_indicator

AIM = 150, 200  # uncertain parameters
_KINDS = ("link", "channel", "structure", "map", "none")


def _mechanism_counts() -> str:
    claims = load_evidence().kind("mechanism")
    found = Counter((row["treatment"], claims[row["id"]].fields["in_documents"]) for row in rows("mechanisms"))
    lines = [(kind, found[kind, "yes"], sum(n for (k, _), n in found.items() if k == kind)) for kind in _KINDS]
    total = ("all", *(sum(line[i] for line in lines if isinstance(line[i], int)) for i in (1, 2)))
    return table(("treatment", "stated in the documents", "all"), [*lines, total])


def _mechanisms() -> str:
    lines = [
        (row["id"], row["title"], row["treatment"], f"`{row['where']}`" if row["where"] else row["why"])
        for row in rows("mechanisms")
    ]
    return table(("id", "claim", "treatment", "where, or why not"), lines)


def _standing(one: Standing) -> str:
    names = ", ".join(f"{kind} `{id}`" for kind, _, id in (name.partition(":") for name in one.names))
    return "; ".join(part for part in (names, one.why) if part)


def _actors() -> str:
    claims = load_evidence().kind("actor")
    kept = [one for one in claims.values() if one.fields["importance"] in ("core", "secondary")]
    lines = [(one.id, one.title, one.fields["importance"], _standing(STANDS[one.id])) for one in kept]
    return table(("id", "actor", "importance", "stands as, or why not"), lines)


def _indicators() -> str:
    found = load_evidence().kind("indicator").values()
    lines = [(one.id, one.title, _standing(of_indicator(one.id, one.fields["variable"]))) for one in found]
    return table(("id", "indicator", "held as"), lines)


def _levers() -> str:
    pulled = {
        id: [lever.id for lever in LEVERS.values() if id in lever.evidence] for id in load_evidence().kind("lever")
    }
    names = {row["id"]: row for row in rows("levers")}
    lines = [
        (
            id,
            load_evidence().claims[id].title,
            ", ".join(f"`{lever}`" for lever in levers) or "none",
            "; ".join(dict.fromkeys(filter(None, (_lever(names[lever]) for lever in levers)))),
        )
        for id, levers in pulled.items()
    ]
    return table(("id", "lever of the briefs", "pulled by", "in the model"), lines)


def _lever(row: Row) -> str:
    """Whether a lever is another's second name, or moves nothing measured."""
    second = f"`{row['id']}` is the same as `{row['same_as']}`" if row["same_as"] else ""
    return f"`{row['id']}` moves nothing measured" if row["moves_nothing"] else second


def _variables() -> str:
    lines = [
        (
            f"`{row['id']}`",
            row["title"],
            ", ".join(f"`{name}`" for name in row["recorded_as"] or ()) or "none: on the causal map only",
            "yes" if INDICATORS.keys() & set(row["recorded_as"] or ()) else "",
        )
        for row in rows("variables")
    ]
    return table(("variable", "what", "columns", "an indicator"), lines)


def _uncertain_counts() -> str:
    """How many parameters are drawn, of which kind, beside the number aimed at."""
    drawn = [row for row in rows("parameters") if row["identified"]]
    sizes = sum(row["id"].startswith("levers.") for row in drawn)
    readings = sum(row["unit"] == "reading" for row in drawn)
    narrowed = sum(row["identified"] != ASSUMED for row in drawn)
    low, high = AIM
    aim = f"The aim was {low} to {high} in all"
    if len(drawn) > high:
        aim += f"; it is missed by {len(drawn) - high}"
    return textwrap.fill(
        f"{len(drawn)} parameters are drawn: {sizes} sizes of what levers do, {readings} readings of the structure, "
        f"and {len(drawn) - sizes - readings} others; the record narrows {narrowed} of them. {aim}. Each that is left "
        "moves some indicator by 3% at an end of its range (`experiments/inert.py`; the size of a lever where that "
        "lever is pulled), acts on works that take longer than the three years tried, chooses between readings, or is "
        "fitted to the record. To fix more would hide doubt.",
        120,
    )


BLOCKS: dict[str, Callable[[], str]] = {
    "actor_coverage": _actors,
    "indicator_coverage": _indicators,
    "lever_coverage": _levers,
    "mechanism_counts": _mechanism_counts,
    "mechanisms": _mechanisms,
    "uncertain_counts": _uncertain_counts,
    "variable_coverage": _variables,
}
