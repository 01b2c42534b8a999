"""Writes the pages that are made from definitions: docs/coverage.md, docs/model-in-ten-minutes.md, docs/odd.md,
docs/options.md and docs/reference.md.

Core objects: `pages` (name -> text) and `main`. Run after changing a lever, an indicator, a phase of the week, an
actor, a parameter or a shock:  ./dev python experiments/generate.py   (a test compares the pages with what it makes).
"""

import ast
import inspect
import re
import sys
import tempfile
import textwrap
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
from scipy.stats import rankdata

from regionsim.cli.app import COMMANDS, build
from regionsim.cli.catalog import Row, rows
from regionsim.evidence import ROLES, load_evidence
from regionsim.evidence.identified import ASSUMED, identified, narrowed_words
from regionsim.indicators import DIMENSIONS, INDICATORS
from regionsim.levers import KNOBS
from regionsim.model.actors.arenas import ARENAS, GOALS, REPLIES
from regionsim.model.drivers import DRIVERS
from regionsim.model.initial_state import provenance
from regionsim.model.play import play
from regionsim.model.worlds import plain_worlds
from regionsim.runs import run
from regionsim.scenario import SHOCKS, expect, load
from regionsim.scenario.schema import Deal, LeverSetting, ScenarioFile
from regionsim.schema.quantities import DISTRIBUTIONS
from regionsim.schema.shocks import PATTERN_KEYS

DOCS = Path(__file__).resolve().parents[1] / "docs"
sys.path.insert(0, str(Path(__file__).resolve().parent))
from covering import BLOCKS as COVERAGE  # noqa: E402  # a neighbour, not a package
from tabular import table as _table  # noqa: E402

MODEL = DOCS.parent / "src" / "regionsim"
# one world is told in docs/model-in-ten-minutes.md: the one of so many whose figures rank nearest the middle
WORLDS, TYPICAL = 100, ("attacks", "trade_volume", "closure_days")
TOLD_UNTIL, THIRD_YEAR = "2026-02-18", "2028-08-18"
_NAMED = 8  # ids named in a cell before the rest is counted


def pages() -> dict[str, str]:
    """The generated pages by file name: each template with its {{blocks}} filled in."""
    return {path.name: _filled(path.read_text(encoding="utf-8")) for path in sorted((DOCS / "templates").glob("*.md"))}


def main() -> None:
    """Write the pages."""
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8", newline="\n")


def _filled(template: str) -> str:
    text = re.sub(r"\{\{(\w+)\}\}", lambda found: BLOCKS[found[1]](), template)
    made = "experiments/generate.py from docs/templates and the definitions in the code"
    return f"<!-- Made by {made}; do not edit. -->\n{text}"


def _ids(found: Sequence[str]) -> str:
    rest = len(found) - _NAMED
    return ", ".join(found[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _schedule() -> str:
    lines = [(i, row["title"], row["text"], _ids(row["evidence"])) for i, row in enumerate(rows("schedule"), 1)]
    return _table(("", "phase", "what happens", "claims"), lines)


def _submodels() -> str:
    """Each phase with the functions that play it, in order, and what they say of themselves."""
    parts = []
    for row in rows("schedule"):
        parts.append(f"### {row['title']}\n")
        for call in row["calls"]:
            file, function = call.split(":")
            parts.append(f"`{call}`: {_docstring(MODEL / file, function)}\n")
    return "\n".join(parts).rstrip()


def _docstring(path: Path, function: str) -> str:
    """A function's docstring on one line, read without importing (and compiling) it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name == function:
            return " ".join((ast.get_docstring(node) or "").split())
    raise LookupError(f"{path} has no function {function}")


def _actors() -> str:
    lines = [
        (row["kind"], f"`{row['id']}`", row["title"], row["text"], _ids(row["evidence"])) for row in rows("actors")
    ]
    return _table(("kind", "id", "who or what", "what it does", "claims"), lines)


def _arenas() -> str:
    """Who chooses what: actions with the default first, goals and expected replies."""
    titles = {row["id"]: row["title"] for row in rows("actors")}
    lines = [
        (
            titles[info.actor], info.title, "; ".join(action.title for action in info.actions), ", ".join(info.goals),
            "; ".join(REPLIES[reply].title for reply in info.replies),
        )
        for info in ARENAS.values()
    ]  # fmt: skip
    return _table(("actor", "arena", "actions, the default first", "goals", "replies it expects"), lines)


def _goals() -> str:
    return "; ".join(f"*{goal}*, {text}" for goal, text in GOALS.items())


def _indicators() -> str:
    lines = [
        (
            f"`{row['id']}`",
            row["unit"],
            row["direction"],
            row["dimension"] or "",
            "yes" if row["scored_by"] else "no",
            row["definition"],
            _ids(row["evidence"]),
        )
        for row in rows("indicators")
    ]
    return _table(("indicator", "unit", "better", "by", "scored", "definition", "evidence"), lines)


def _story() -> str:
    """The first half-year of a typical world of the status quo, with the reasons of choices."""
    world = _typical()
    with tempfile.TemporaryDirectory() as folder:
        told = run(load("status_quo", sets=(f"end={TOLD_UNTIL}",)), worlds=world + 1, out=folder, workers=1)
        lines = [str(line) for line in told.replay(world, why=True)]
    return "```text\n" + "\n".join(textwrap.fill(line, 118, subsequent_indent=" " * 12) for line in lines) + "\n```"


@cache
def _typical() -> int:
    """The world of the status quo whose figures rank nearest the medians, by the one that ranks furthest from its own.

    The figures are those of `TYPICAL` at the end of what is told and of the third year.
    """
    scenario = load("status_quo", sets=(f"end={THIRD_YEAR}",))
    result = play(scenario, plain_worlds(scenario, range(WORLDS)))
    weeks = [(date.fromisoformat(day) - scenario.start).days // 7 - 1 for day in (TOLD_UNTIL, THIRD_YEAR)]
    ranks = np.stack([rankdata(result.columns[name][:, week]) for name in TYPICAL for week in weeks])
    return int(np.abs(ranks - (WORLDS + 1) / 2).max(axis=0).argmin())


def _typical_rule() -> str:
    """How the world that is told was chosen."""
    titles = "; ".join(INDICATORS[name].title for name in TYPICAL)
    return textwrap.fill(
        f"The world is number {_typical()} of {WORLDS}, chosen as typical: its figures rank nearest the medians, at "
        f"the end of this half-year and of the third year ({titles}).",
        120,
    )


def _dimensions() -> str:
    return _table(("dimension", "places"), [(name, ", ".join(places)) for name, places in DIMENSIONS.items()])


def _levers() -> str:
    lines = [
        (
            f"`{row['id']}`",
            row["title"],
            row["who"],
            row["grade"],
            "yes" if row["coercive"] else "",
            _turned(row),
            _sizes(row),
            row["needs"],
            row["side_effects"],
        )
        for row in rows("levers")
    ]
    return _table(("lever", "what", "who", "grounds", "coercive", "turns", "sizes", "needs", "side effects"), lines)


def _turned(row: Row) -> str:
    return ", ".join(f"{effect['how']} `{effect['knob']}`" for effect in row["effects"])


def _sizes(row: Row) -> str:
    """What the record says of the sizes of a lever's effects."""
    return ", ".join(sorted({effect["identified"] or "not varied" for effect in row["effects"]}))


def _knobs() -> str:
    lines = [(f"`{knob.id}`", knob.title, f"{knob.neutral:g}", knob.unit) for knob in KNOBS.values()]
    return _table(("knob", "what", "neutral", "unit"), lines)


def _parameters() -> str:
    """Number of parameters by group and role, and which are identified; values are `regionsim list parameters`."""
    found = Counter((row["id"].split(".")[0], row["role"]) for row in rows("parameters"))
    marks = Counter(
        (row["id"].split(".")[0], row["identified"].split()[0]) for row in rows("parameters") if row["identified"]
    )
    groups, counted = sorted({group for group, _ in found}), ("narrowed", ASSUMED)
    lines = [
        (group, *(found[group, role] or "" for role in ROLES), *(marks[group, mark] or "" for mark in counted))
        for group in groups
    ]
    total = (sum(found[group, role] for group in groups) for role in ROLES)
    of_marks = (sum(marks[group, mark] for group in groups) for mark in counted)
    head = ("group", *(f"role {role}" for role in ROLES), "uncertain: narrowed", "uncertain: assumption")
    return f"{narrowed_words()}\n\n" + _table(head, [*lines, ("all", *total, *of_marks)])


def _starts() -> str:
    """What a start on three days takes from which series, and how."""
    days = (date(2014, 1, 6), date(2021, 7, 5), date(2023, 1, 2))
    found = [provenance(day) for day in days]
    lines = []
    for name in found[0] | found[1] | found[2]:
        cells = [f"{one[name].value:.4g}: {one[name].how}" if name in one else "as in mid-2025" for one in found]
        sources = {one[name].source for one in found if name in one}
        lines.append((f"`{name}`", *cells, "; ".join(sorted(sources))))
    return _table(("parameter", *(f"start {day}" for day in days), "from"), lines)


def _drivers() -> str:
    lines = [(f"`{one.id}`", one.title, one.record, one.after, one.effect, _ids(one.sources)) for one in DRIVERS]
    return _table(("driver", "what", "within the record", "after it", "acts on", "sources"), lines)


def _structures() -> str:
    """The readings a draw takes, from the parameters of the group `structure` that are numbered readings."""
    found = [
        one for id, one in load_evidence().parameters.items() if id.startswith("structure.") and one.unit == "reading"
    ]
    lines = [(f"`{p.id}`", p.title, identified(p.id), _ids(p.sources)) for p in found]
    return _table(("parameter", "what it chooses", "identified", "sources"), lines)


def _scenarios() -> str:
    lines = [(f"`{row['id']}`", row["title"], row["question"], ", ".join(row["evidence"])) for row in rows("scenarios")]
    return _table(("scenario", "title", "question", "of the briefs"), lines)


def _keys() -> str:
    return _fields(ScenarioFile)


def _lever_keys() -> str:
    return _fields(LeverSetting)


def _fields(model: type) -> str:
    fields = model.model_fields.items()  # type: ignore[attr-defined]  # a pydantic model
    lines = [(f"`{field.alias or name}`", " ".join((field.description or "").split())) for name, field in fields]
    return _table(("key", "meaning"), lines)


def _shocks() -> str:
    lines = []
    for kind, model in SHOCKS.items():
        every = ("id", "kind", "on", *PATTERN_KEYS)
        keys = [field.alias or name for name, field in model.model_fields.items() if name not in every]
        lines.append((f"`{kind}`", inspect.getdoc(model), ", ".join(f"`{key}`" for key in keys)))
    return _table(("kind", "what", "keys beside `on` and `id`"), lines)


def _distributions() -> str:
    lines = []
    for name, model in DISTRIBUTIONS.items():
        keys = [key for key in model.model_fields if key != "distribution"]
        lines.append(
            (f"`{name}`", " ".join((inspect.getdoc(model) or "").split()), ", ".join(f"`{key}`" for key in keys))
        )
    return _table(("distribution", "what", "keys"), lines)


def _expect() -> str:
    """The grammar as its parser's docstring has it."""
    doc = inspect.getdoc(expect) or ""
    block = re.search(r"^    that:.*?(?=^\S)", doc, re.MULTILINE | re.DOTALL)
    if block is None:
        raise LookupError("the grammar has left the docstring of regionsim.scenario.expect")
    return f"```text\n{textwrap.dedent(block[0]).strip()}\n```"


def _commands() -> str:
    """Each command: what it does, and its words with what they mean."""
    app, parts = build(tuple(COMMANDS)), []
    for name in COMMANDS:
        said = inspect.cleandoc(app[name].help).split("\n\n")
        text = " ".join(" ".join(part.split()) for part in said if not part.startswith("Example:"))
        parts.append(f"## {name}\n\n{text}\n")
        words = [one for one in app[name].assemble_argument_collection() if one.show]
        lines = [(", ".join(f"`{word}`" for word in one.names), one.parameter.help or "") for one in words]
        parts.append(_table(("word", "meaning"), lines) + "\n" if lines else "")
        example = [part.removeprefix("Example: ") for part in said if part.startswith("Example:")]
        parts.append(f"```\n{' '.join(' '.join(example).split())}\n```\n" if example else "")
    return "\n".join(part for part in parts if part).rstrip()


BLOCKS: dict[str, Callable[[], str]] = {
    "actors": _actors,
    "arenas": _arenas,
    "goals": _goals,
    "story": _story,
    "typical_rule": _typical_rule,
    "commands": _commands,
    "dimensions": _dimensions,
    "distributions": _distributions,
    "expect": _expect,
    "indicators": _indicators,
    "keys": _keys,
    "knobs": _knobs,
    "lever_keys": _lever_keys,
    "deal_keys": lambda: _fields(Deal),
    "levers": _levers,
    "parameters": _parameters,
    "scenarios": _scenarios,
    "schedule": _schedule,
    "structures": _structures,
    "starts": _starts,
    "drivers": _drivers,
    "shocks": _shocks,
    "submodels": _submodels,
    **COVERAGE,
}

if __name__ == "__main__":
    main()
