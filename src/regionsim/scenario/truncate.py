"""What a shorter horizon leaves out of a merged scenario.

Core objects: `cut` (of the nodes of files), `ending` (of a resolved scenario). A scenario may end earlier than the one
it extends, and `--set end=...` earlier than the file. What the layers below date after that end can neither act nor be
judged: it is left out. What is dated after an end written in the same layer, or in one below, is a slip, and stays for
the checks to tell.
"""

from collections.abc import Callable
from datetime import date

from regionsim.scenario.expect import Monotone, Names, parse_claim, refs
from regionsim.scenario.schema import Scenario, Timeline
from regionsim.scenario.timeline import observed_shocks
from regionsim.scenario.vocabulary import vocabulary
from regionsim.schema.dates import parse_date, week_date, weeks_between
from regionsim.yamlfile.locate import Items, Leaf, Map, Node, find


def cut(root: Map, layer: Callable[[str], int], names: Names) -> None:
    """Remove levers, shocks and expectations that lie after an end put on top of them.

    `layer` numbers the files as shown, from 0 for the command line upward to the file extended last. Nothing is done
    where start or end is missing or faulty.
    """
    start, end = day(find(root, ("start",))), day(find(root, ("end",)))
    if start is None or end is None or end <= start:
        return
    top = layer(root.items["end"].place.file)
    last = week_date(start, weeks_between(start, end) - 1)

    def late(node: Node, key: str) -> bool:
        """Whether the date at `key`, written in a layer below, comes after the last week has begun."""
        found = find(node, (key,))
        when = day(found)
        return when is not None and when > last and found is not None and layer(found.place.file) > top

    def unjudged(node: Node) -> bool:
        """Whether `that`, written in a layer below, asks for a date after the end or for a lever left out."""
        found = find(node, ("that",))
        if not isinstance(found, Leaf) or not isinstance(found.value, str) or layer(found.place.file) <= top:
            return False
        try:
            claim = parse_claim(found.value, names)
        except ValueError:
            return False
        late_ref = any(ref.period.first > last and ref.period.week(start, end) is None for ref in refs(claim))
        return late_ref or (isinstance(claim, Monotone) and claim.lever in dropped)

    dropped: list[str] = []
    levers, shocks, expect = (root.items.get(key) for key in ("levers", "shocks", "expect"))
    if isinstance(levers, Map):
        dropped += [name for name, node in levers.items.items() if late(node, "from")]
        for name in dropped:
            del levers.items[name], levers.keys[name]
    if isinstance(shocks, Items):
        shocks.items[:] = [node for node in shocks.items if not late(node, "on")]
    if isinstance(expect, Items):
        expect.items[:] = [node for node in expect.items if not unjudged(node)]
    added = find(root, ("timeline", "add"))
    if isinstance(added, Items):
        added.items[:] = [node for node in added.items if not late(node, "on")]


def ending(scenario: Scenario, end: date) -> Scenario:
    """The scenario up to an earlier end, without what begins or is judged after it; itself where it ends by then."""
    if scenario.end <= end:
        return scenario
    last = week_date(scenario.start, weeks_between(scenario.start, end) - 1)
    timeline = scenario.timeline
    if isinstance(timeline, Timeline):
        timeline = timeline.model_copy(update={"add": tuple(one for one in timeline.add if one.on <= last)})
    levers = {name: one for name, one in scenario.levers.items() if one.from_ <= last}

    def judged(that: str) -> bool:
        claim = parse_claim(that, vocabulary())
        if isinstance(claim, Monotone) and claim.lever not in levers:
            return False
        return all(ref.period.week(scenario.start, end) is not None for ref in refs(claim))

    return scenario.model_copy(
        update={
            "end": end,
            "levers": levers,
            "shocks": tuple(one for one in scenario.shocks if one.on <= last),
            "timeline": timeline,
            "history": observed_shocks(timeline, scenario.start, last, vocabulary().timeline),
            "expect": tuple(one for one in scenario.expect if judged(one.that)),
        }
    )


def lost(scenario: Scenario, kept: Scenario) -> list[str]:
    """Levers, shocks and added events that `ending` took off, by their paths. kept: what it gave."""
    events = [one.timeline.add if isinstance(one.timeline, Timeline) else () for one in (scenario, kept)]
    return [
        *(f"levers.{name}" for name in scenario.levers if name not in kept.levers),
        *(f"shocks.{one.id or one.kind}" for one in scenario.shocks if one not in kept.shocks),
        *(f"timeline.{one.id or one.kind}" for one in events[0] if one not in events[1]),
    ]


def day(node: Node | None) -> date | None:
    """The date a node holds if it holds one; its faults are the schema's to tell."""
    try:
        return parse_date(node.value) if isinstance(node, Leaf) else None
    except ValueError:
        return None
