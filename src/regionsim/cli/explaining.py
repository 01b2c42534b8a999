"""The output of `explain`: meaning, unit, value, range, role, users, and the sources with locators.

Core objects: `matches` (everything of that name, as rows) and `text`. A name may have several entries, such as an
actor of the briefs and of the model.
"""

import difflib
import textwrap
from typing import Any

from regionsim.cli.catalog import KINDS, Row, evidence_row, rows, treated
from regionsim.cli.uses import used_by
from regionsim.console import screen_width
from regionsim.errors import InputError

_DEFINED = {
    "levers": "lever",
    "knobs": "knob",
    "shocks": "shock",
    "indicators": "indicator",
    "actors": "actor",
    "scenarios": "scenario",
    "schedule": "phase of the week",
    "variables": "variable",
}
IDLE = "reaches nothing measured"
PAST = "has reached nothing measured since August 2021: links move it only in scenarios that start before"
_UNUSED = {"lever": "no shipped scenario", "shock": "no shipped scenario"}  # a user's scenario may use them
_WIDTH, _NARROW = 110, 60
_USERS = 8  # shown by name; the rest is counted


def matches(name: str) -> list[Row]:
    """Every entry of that name: its row with `is`, `used_by` and `sources`. Raises InputError with similar names."""
    from regionsim.evidence import load_evidence

    entries = [{"is": noun} | row for kind, noun in _DEFINED.items() for row in rows(kind) if row["id"] == name]
    thing = load_evidence().find(name)
    if thing is not None and thing.id == name:
        entries.insert(0, {"is": type(thing).__name__.lower()} | _entry(thing))
    entries = [row | _climate(name) if row["is"] == "variable" else row for row in entries]
    if not entries:
        raise InputError(_unknown(name))
    return [
        row | {"used_by": used_by(name, row["is"]), "sources": [_source(id) for id in _cited(row, name)]}
        for row in entries
    ]


def _unknown(name: str) -> str:
    """The message for an unknown name: ids of similar spelling, then ids that contain it."""
    from regionsim.evidence import load_evidence
    from regionsim.yamlfile.faults import quoted

    ids = list(dict.fromkeys([row["id"] for kind in _DEFINED for row in rows(kind)] + list(load_evidence().names())))
    lowered = {id.lower(): id for id in reversed(ids)}
    close = [lowered[match] for match in difflib.get_close_matches(name[:80].lower(), lowered, n=3, cutoff=0.6)]
    if len(name) > 2:
        close += [id for id in ids if name.lower() in id.lower() and id not in close][: 5 - len(close)]
    hint = f"did you mean {', '.join(close)}?" if close else f"see regionsim list KIND; kinds: {', '.join(KINDS)}"
    return f"explain: unknown name {quoted(name)} ({hint})"


def _entry(thing: Any) -> Row:
    """An entry of the evidence base; a mechanism says how it is treated."""
    row = evidence_row(thing)
    return row | treated(thing) if row.get("kind") == "mechanism" else row


def _climate(name: str) -> Row:
    """A variable that no series measures: what became of it, and its causes and effects among the claims that act."""
    from regionsim.evidence import load_evidence
    from regionsim.model.causal_map import leading
    from regionsim.model.named import MAPPED, SOFT

    if name not in SOFT | MAPPED:
        return {}
    drawn = {
        kind: [row for row in rows("mechanisms") if row["treatment"] in kinds]
        for kind, kinds in (("act", ("link", "channel")), ("map", ("map",)))
    }
    said = "no series measures it"
    if name in MAPPED:
        return {"measured": f"{said}, and it {IDLE}: on the causal map only"} | _neighbours(
            name, drawn["map"], " on the map"
        )
    act = {"start": f"climate.{name}_initial"} | _neighbours(name, drawn["act"])
    if name not in leading(load_evidence().kind("mechanism")):
        return {"measured": f"{said}, and it {PAST}"} | act
    return {"measured": f"{said}: its causes set the level it moves to (directions claimed, sizes assumed)"} | act


def _neighbours(name: str, drawn: list[Row], where: str = "") -> Row:
    """Causes and effects of a variable among these mechanisms."""
    return {
        f"causes{where}": [f"{row['cause']} ({row['id']})" for row in drawn if row["effect"] == name],
        f"acts_on{where}": [f"{row['effect']} ({row['id']})" for row in drawn if row["cause"] == name],
    }


def _cited(row: Row, name: str) -> list[str]:
    """Ids of the sources of an entry: documents for a claim, evidence for all else."""
    return [id for id in [*row["evidence"], *row.get("sources", [])] if id != name]


def _source(id: str) -> Row:
    """A claim, document or series as a source: id, title, text and location."""
    from regionsim.evidence import Claim, Document, load_evidence

    thing = load_evidence().find(id)
    if isinstance(thing, Claim):
        return {"id": id, "title": thing.title, "text": thing.text, "where": [*thing.sources, *thing.locators]}
    if isinstance(thing, Document):
        return {"id": id, "title": thing.title, "text": thing.author, "where": [thing.url] if thing.url else []}
    return {"id": id, "title": thing.title if thing else "", "text": "", "where": list(thing.sources if thing else ())}


# Text

_FACTS = (  # field of a row -> its label, in the order shown
    ("question", "question"),
    ("definition", "meaning"),
    ("text", "meaning"),
    ("unit", "unit"),
    ("neutral", "neutral value"),
    ("kind", "kind"),
    ("direction", "better when"),
    ("family", "family"),
    ("scored_by", "scored by"),
    ("dimension", "recorded by"),
    ("who", "pulled by"),
    ("grade", "grounds"),
    ("targets", "aims at"),
    ("effects", "turns"),
    ("pushes", "pushes"),
    ("parts", "pulls"),
    ("needs", "needs"),
    ("side_effects", "side effects"),
    ("coercive", "coercive"),
    ("cost", "cost"),
    ("recorded_as", "recorded as"),
    ("measured", "measured"),
    ("start", "starts at"),
    ("causes", "moved by"),
    ("causes on the map", "claimed causes"),
    ("acts_on", "acts on"),
    ("acts_on on the map", "claimed effects"),
    ("calls", "done by"),
    ("levers", "levers"),
    ("parameters", "parameters"),
    ("shocks", "shocks"),
    ("extends", "extends"),
    ("baseline", "baseline"),
    ("place", "written in"),
)


def text(row: Row) -> str:
    """One entry as plain text."""
    lines = [f"{row['id']}  ({row['is']})", *_wrapped("", row["title"])]
    for label, value in _facts(row):
        lines += _wrapped(label, value)
    if "values" in row:
        lines.append("  keys")
        for key in row["values"]:
            lines += _wrapped(f"  {key['key']}", _key(key))
        lines += _wrapped("example", row["example"])
    for arena in row.get("arenas", []):
        lines += _arena(arena)
    if "treatment" in row:
        lines += _wrapped("in the model", _treated(row))
    if lever := _lever(row):
        lines += _wrapped("in the model", lever)
    lines += _wrapped("used by", _users(row))
    for i, source in enumerate(row["sources"]):
        value = f"{source['id']}: {source['title']}" + (f" - {source['text']}" if source["text"] else "")
        where = f" [{', '.join(source['where'])}]" if source["where"] else ""
        lines += _wrapped("" if i else "sources", value + where)
    return "\n".join(lines)


def _key(key: Row) -> str:
    """A key of a shock: whether it is needed, its values, its meaning."""
    from regionsim.scenario.fields import NONE

    given = "optional" if key["default"] == NONE else f"default {key['default']}" if key["default"] else "needed"
    return f"{key['values']} ({given}). {key['meaning']}".rstrip()


def _arena(arena: Row) -> list[str]:
    """One arena: its actions, each with its usual rate, the goals with their weights, the replies it expects."""
    from regionsim.evidence import load_evidence

    known = load_evidence().parameters

    def number(id: str) -> str:
        return f"{known[id].value:,.6g} {known[id].unit}"

    default, *actions = arena["actions"]
    lines = _wrapped("chooses", f"in {arena['id']}: {default['id']}: {default['title']} (unless it acts)")
    for action in actions:
        grounds = ", ".join(action["evidence"])
        usual = f"{action['rate']} = {number(action['rate'])}"
        lines += _wrapped("", f"{action['id']}: {action['title']}; at rest {usual} ({grounds})")
    goals = [f"{goal} ({id} = {number(id)})" for goal, id in arena["goals"].items()]
    lines += _wrapped("  goals", ", ".join(goals))
    return lines + _wrapped("  expects replies", ", ".join(arena["replies"].values()))


def _lever(row: Row) -> str:
    """What became of a lever, in words, if it is another's second name or moves nothing measured; else empty."""
    said = []
    if name := row.get("same_as"):
        said.append(
            f"same as {name}: one lever of several names, with one effect and one size; names pulled at once add up"
        )
    if why := row.get("moves_nothing"):
        said.append(f"moves nothing measured: {why}")
    return "; ".join(said)


def _treated(row: Row) -> str:
    """How a mechanism is treated, in words."""
    texts = {
        "link": f"in the weekly step: link from {row['cause']} to {row['effect']} ({row['where']})",
        "channel": f"in the weekly step: channel, {row['cause']} turns the knob {row['where']}",
        "structure": f"in the weekly step: a rule of a process, {row['where']}",
        "map": f"on the causal map only (arrow from {row['cause']} to {row['effect']}): {row['why']}",
        "none": f"not built in: {row['why']}",
    }
    return texts[row["treatment"]]


def _users(row: Row) -> str:
    """The first users and the number of others."""
    users = row["used_by"]
    rest = len(users) - _USERS
    named = ", ".join(users[:_USERS]) + (f" and {rest} more" if rest > 0 else "")
    return named or ("nothing else" if row.get("treatment", "none") != "none" else _UNUSED.get(row["is"], "nothing"))


def _facts(row: Row) -> list[tuple[str, str]]:
    """Labels and values: from the evidence base for its entries, else from the fields of the row."""
    from regionsim.evidence import load_evidence

    if row["is"] in ("parameter", "claim", "document", "series", "event"):
        return [pair for pair in load_evidence().describe(row["id"])[2:] if pair[0] != "source"]
    facts = [(label, row.get(field)) for field, label in _FACTS]
    if row.get("scored_by") == []:
        facts.append(("scored by", "no series: never checked against data"))
    return [(label, _in_words(value)) for label, value in facts if value not in (None, "", [])]


def _in_words(value: Any) -> str:
    """A field's value in words."""
    if isinstance(value, dict):
        return " ".join(_in_words(item) for item in value.values())
    if isinstance(value, list):
        return ", ".join(_in_words(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.6g}" if isinstance(value, float) else str(value)


def _wrapped(label: str, content: str) -> list[str]:
    """A fact in lines of the terminal's width, its label before it, or above it where the terminal is narrow."""
    width = min(_WIDTH, screen_width() or _WIDTH)
    narrow = width < _NARROW
    indent = " " * (6 if narrow and label.startswith(" ") else 4 if narrow else 20)
    head = indent if narrow or not label else f"  {label:<17} "
    lines = textwrap.wrap(
        content, width, initial_indent=head, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
    )
    return [f"  {label}", *lines] if narrow and label else lines
