"""The merged scenario as text, with the file and line of each value.

Core object: `show`. The text is YAML that reads back as the merged scenario, with values as written. Comments at the
end date the shocks of entries that repeat, and list the events of an observed timeline.
"""

import textwrap
from collections.abc import Sequence
from pathlib import Path as FilePath
from typing import Any

from regionsim.scenario.load import load_with_origins
from regionsim.scenario.marks import shock_text
from regionsim.scenario.patterns import dates, singles
from regionsim.scenario.schema import FILE_KEYS, Scenario, ScenarioFile
from regionsim.scenario.vocabulary import Vocabulary
from regionsim.schema.dates import week_date
from regionsim.schema.shocks import Shock
from regionsim.yamlfile.emit import emit
from regionsim.yamlfile.faults import Path, Place, printable
from regionsim.yamlfile.locate import Items, Leaf, Map, find, plain

_DEFAULTED = ("question", "baseline", "worlds", "seed", "draws", "timeline")


def show(
    source: str | FilePath,
    *,
    sets: Sequence[str] = (),
    worlds: int | None = None,
    seed: int | None = None,
    vocabulary: Vocabulary | None = None,
) -> str:
    """The merged scenario, with a comment `file:line` (or sets, or default) after each value. Raises InputError.

    The comment of an uncertain parameter also says whether the record identifies it.
    """
    scenario, root = load_with_origins(source, sets=sets, worlds=worlds, seed=seed, vocabulary=vocabulary)
    written: dict[str, Any] = plain(root)
    defaults = {key: ScenarioFile.model_fields[key].default for key in _DEFAULTED}
    values = defaults | written
    text = emit(
        {key: values[key] for key in FILE_KEYS if key in values},
        lambda path: "; ".join(filter(None, (_origin(root, path), _mark(path)))),
    )
    return text + _patterns(scenario) + _history(scenario.history)


def _patterns(scenario: Scenario) -> str:
    """What the entries with `every` or several crossings stand for, as comments."""
    last = week_date(scenario.start, scenario.weeks - 1)
    lines = []
    for i, shock in enumerate(scenario.shocks):
        days, count = dates(shock, last), len(singles(shock, last))
        if count > 1:
            on = textwrap.fill(", ".join(map(str, days)), 110, initial_indent="#   ", subsequent_indent="#   ")
            lines.append(f"# shocks.{shock.id or i} stands for {count} shocks: {shock_text(shock)}\n{on}\n")
    return "".join(lines)


def _history(events: Sequence[Shock]) -> str:
    """The timeline's events as comments, so that the text still reads back as the merged scenario."""
    lines = [f"# the timeline plays {len(events)} events:"] if events else []
    for event in events:
        fields = event.model_dump(mode="json", by_alias=True, exclude_none=True)
        lines.append("#   - {" + ", ".join(f"{key}: {_plain(value)}" for key, value in fields.items()) + "}")
    return "".join(f"{line}\n" for line in lines)


def _plain(value: Any) -> str:
    return f"[{', '.join(value)}]" if isinstance(value, list) else str(value)


def _origin(root: Map, path: Path) -> str:
    node = find(root, path)
    if node is None:
        return "default"
    if isinstance(node, Leaf):
        return _line(node.place)
    if isinstance(node, Items) and all(isinstance(item, Leaf) for item in node.items):
        places = [item.place for item in node.items] or [node.place]
        return ", ".join(dict.fromkeys(_line(place) for place in places))
    return ""


def _mark(path: Path) -> str:
    """Whether the record identifies a parameter; empty for other keys."""
    from regionsim.evidence.identified import identified

    return identified(str(path[1])) if len(path) == 2 and path[0] == "parameters" else ""


def _line(place: Place) -> str:
    file = printable(place.file, 1000)
    return f"{file}:{place.line}" if place.line else file
