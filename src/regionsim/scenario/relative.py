"""Dates that are written relative to the record, start or end: `latest`, `start`, `start + 4 weeks`, `@end`.

Core object: `resolve_dates`. `start: latest` is the day after the last day of the record; `end`, and `on`, `from` and
`until` of levers, deals and shocks, may be the start or a time after it; so may the time after @ in a claim, as in
`trade_bilateral@start + 12 months < 2`, or the end, as in `trade_volume@end >= 10`. A resolved scenario holds plain
dates.
"""

import re
from datetime import date

from regionsim.scenario.truncate import day
from regionsim.schema.durations import later, parse_duration
from regionsim.yamlfile.locate import Items, Leaf, Map, Node

LATEST = "latest"
MOST = 400  # characters of a date or a claim that are read
_RELATIVE = re.compile(r"start(?:\s*\+\s*(.+))?", re.ASCII)
_AT = re.compile(r"@start(?:[ ]*\+[ ]*(\d{1,9} ?[a-z]+))?(?![\w+])", re.ASCII)
_AT_END = re.compile(r"@ ?end(?!\w)", re.ASCII)
_CLAIMED = ("that",)
_DATED = ("on", "from", "until", "end")


def resolve_dates(root: Map, latest: date | None) -> None:
    """Replace relative dates of a merged scenario, in place; what is not understood stays for the schema to report.

    latest: the day on which a start knows the whole record; None where there is no record.
    """
    start = root.items.get("start")
    if isinstance(start, Leaf) and start.value == LATEST and latest is not None:
        root.items["start"] = Leaf(latest.isoformat(), start.place)
    begins = day(root.items.get("start"))
    if begins is not None:
        _resolve(root, begins)
    ends = day(root.items.get("end"))
    if ends is not None:
        for key in ("targets", "expect"):
            _at_end(root.items.get(key), ends)


def _at_end(claims: Node | None, end: date) -> None:
    """Write the end's date into the claims of a list."""
    for item in claims.items if isinstance(claims, Items) else ():
        that = item.items.get("that") if isinstance(item, Map) else None
        if isinstance(item, Map) and isinstance(that, Leaf) and isinstance(that.value, str) and len(that.value) <= MOST:
            item.items["that"] = Leaf(_AT_END.sub(f"@{end}", that.value), that.place)


def _resolve(node: Node, start: date) -> None:
    if isinstance(node, Items):
        for item in node.items:
            _resolve(item, start)
    if not isinstance(node, Map):
        return
    for key, item in node.items.items():
        if isinstance(item, Leaf):
            value = _date(item.value, start) if key in _DATED else item.value
            node.items[key] = Leaf(_claim(value, start) if key in _CLAIMED else value, item.place)
        else:
            _resolve(item, start)


def _date(value: object, start: date) -> object:
    """The date of a relative text; anything else as it is."""
    match = _RELATIVE.fullmatch(value.strip()) if isinstance(value, str) and len(value) <= MOST else None
    if match is None:
        return value
    try:
        return (later(start, parse_duration(match[1])) if match[1] else start).isoformat()
    except (ValueError, OverflowError):
        return value


def _claim(value: object, start: date) -> object:
    """A claim with its relative times as dates; what is not understood stays."""
    if not isinstance(value, str) or len(value) > MOST:
        return value
    return _AT.sub(lambda match: "@" + str(_date(match[0][1:], start)), value)
