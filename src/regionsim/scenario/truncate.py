"""Removes from a scenario what lies after a shorter horizon.

Core objects: `truncate` (nodes of files), `ending` (a resolved scenario). A scenario may end earlier than the one it
extends, and `--set end=...` earlier than the file. What lower layers date after that end can neither act nor be judged
and is removed. A date after an end written in the same layer, or in a lower one, is a mistake, which the checks report.
"""

from collections.abc import Callable
from datetime import date

from regionsim.scenario.expect import Monotone, Names, parse_claim, refs
from regionsim.scenario.patterns import fitting, read_shock
from regionsim.scenario.schema import Scenario, Timeline
from regionsim.scenario.timeline import observed_shocks
from regionsim.scenario.vocabulary import vocabulary
from regionsim.schema.dates import parse_date, week_date, weeks_between
from regionsim.schema.shocks import PATTERN_KEYS
from regionsim.yamlfile.locate import Items, Leaf, Map, Node, find


def truncate(root: Map, layer: Callable[[str], int], names: Names) -> list[str]:
    """Remove what lies after an end set in a higher layer; the paths of levers, deals and shocks among it are returned.

    `layer` numbers the files as shown, from 0 for the command line to the file extended last. If start or end is
    missing or faulty, nothing is removed.
    """
    start, end = day(find(root, ("start",))), day(find(root, ("end",)))
    if start is None or end is None or end <= start:
        return []
    top = layer(root.items["end"].place.file)
    last = week_date(start, weeks_between(start, end) - 1)

    def late(node: Node, key: str) -> bool:
        """Whether the date at `key`, written in a lower layer, is after the first day of the last week."""
        dated = find(node, (key,))
        when = day(dated)
        return when is not None and when > last and dated is not None and layer(dated.place.file) > top

    def unjudged(node: Node) -> bool:
        """Whether `that`, written in a lower layer, needs a date after the end or a removed lever."""
        that = find(node, ("that",))
        if not isinstance(that, Leaf) or not isinstance(that.value, str) or layer(that.place.file) <= top:
            return False
        try:
            claim = parse_claim(that.value, names)
        except ValueError:
            return False
        late_ref = any(ref.period.first > last and ref.period.week(start, end) is None for ref in refs(claim))
        return late_ref or (isinstance(claim, Monotone) and claim.lever in dropped)

    def counted(node: Node) -> Node:
        """The shock without the repeats after the end that it counts, if they are counted in a lower layer."""
        times = node.items.get("times") if isinstance(node, Map) else None
        shock = read_shock(node) if isinstance(times, Leaf) and layer(times.place.file) > top else None
        if shock is None or not isinstance(node, Map) or not isinstance(times, Leaf):
            return node
        left = fitting(shock, last).times
        if left is not None:
            return Map(node.items | {"times": Leaf(left, times.place)}, node.place, node.keys)
        once = {key: item for key, item in node.items.items() if key not in PATTERN_KEYS}
        return Map(once, node.place, {key: node.keys[key] for key in once})

    def kept(items: Items, path: str, key: str) -> list[Node]:
        """What begins in time; the paths of the others are noted."""
        removed.extend(_path(node, path) for node in items.items if late(node, key))
        return [node for node in items.items if not late(node, key)]

    removed, dropped = list[str](), list[str]()
    if isinstance(levers := root.items.get("levers"), Map):
        dropped += [name for name, node in levers.items.items() if late(node, "from")]
        removed += [f"levers.{name}" for name in dropped]
        for name in dropped:
            del levers.items[name], levers.keys[name]
    for path, key in (("deals", "from"), ("shocks", "on"), ("timeline.add", "on")):
        if isinstance(entries := find(root, tuple(path.split("."))), Items):
            entries.items[:] = [counted(node) for node in kept(entries, path.partition(".")[0], key)]
    for judged in (root.items.get(key) for key in ("targets", "expect")):
        if isinstance(judged, Items):
            judged.items[:] = [node for node in judged.items if not unjudged(node)]
    return removed


def _path(node: Node, path: str) -> str:
    """The path of an entry of a list, by its id or kind."""
    named = find(node, ("id",)) or find(node, ("kind",))
    return f"{path}.{named.value}" if isinstance(named, Leaf) else path


def ending(scenario: Scenario, end: date) -> Scenario:
    """The scenario up to an earlier end, without what begins or is judged later; unchanged if it ends by then."""
    if scenario.end <= end:
        return scenario
    last = week_date(scenario.start, weeks_between(scenario.start, end) - 1)
    timeline = scenario.timeline
    if isinstance(timeline, Timeline):
        timeline = timeline.model_copy(
            update={"add": tuple(fitting(shock, last) for shock in timeline.add if shock.on <= last)}
        )
    levers = {name: setting for name, setting in scenario.levers.items() if setting.from_ <= last}

    def judged(that: str) -> bool:
        claim = parse_claim(that, vocabulary())
        if isinstance(claim, Monotone) and claim.lever not in levers:
            return False
        return all(ref.period.week(scenario.start, end) is not None for ref in refs(claim))

    return scenario.model_copy(
        update={
            "end": end,
            "levers": levers,
            "deals": tuple(deal for deal in scenario.deals if deal.from_ <= last),
            "shocks": tuple(fitting(shock, last) for shock in scenario.shocks if shock.on <= last),
            "timeline": timeline,
            "history": observed_shocks(timeline, scenario.start, last, vocabulary().timeline),
            "targets": tuple(target for target in scenario.targets if judged(target.that)),
            "expect": tuple(expectation for expectation in scenario.expect if judged(expectation.that)),
        }
    )


def lost(scenario: Scenario, shortened: Scenario) -> list[str]:
    """Paths of the levers, shocks and added events that `ending` removed. shortened: what it returned."""
    last = week_date(shortened.start, shortened.weeks - 1)
    added = scenario.timeline.add if isinstance(scenario.timeline, Timeline) else ()
    return [
        *(f"levers.{name}" for name in scenario.levers if name not in shortened.levers),
        *(f"deals.{deal.id}" for deal in scenario.deals if deal not in shortened.deals),
        *(f"shocks.{shock.id or shock.kind}" for shock in scenario.shocks if shock.on > last),
        *(f"timeline.{shock.id or shock.kind}" for shock in added if shock.on > last),
    ]


def left_out_words(scenario: Scenario) -> list[str]:
    """One sentence on what an earlier end left out when the scenario was loaded; none where nothing was."""
    late = scenario.left_out
    begin, act = ("begins", "does not act") if len(late) == 1 else ("begin", "do not act")
    return [f"{scenario.name}: {', '.join(late)} {begin} after the end, {scenario.end}, and {act}"] if late else []


def day(node: Node | None) -> date | None:
    """The date that a node holds, if any; the schema reports its faults."""
    try:
        return parse_date(node.value) if isinstance(node, Leaf) else None
    except ValueError:
        return None
