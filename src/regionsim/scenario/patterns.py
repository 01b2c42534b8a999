"""Patterns of shocks: one entry that stands for several, by `every` or by a list of crossings.

Core objects: `read_shock`, `dates` (when an entry happens), `singles` (the shocks that it stands for), `fitting` (an
entry cut to a shorter horizon), `pattern_faults`. An entry stays one everywhere else: files, tables, studies, faults.
"""

from collections.abc import Iterator
from datetime import date
from typing import cast

from pydantic import ValidationError

from regionsim.schema.durations import in_words, later, written
from regionsim.schema.shocks import MOST_SHOCKS, PATTERN_KEYS, SHOCKS, BorderClosure, Shock
from regionsim.yamlfile.locate import Leaf, Map, Node, plain

SHORTEST = 7.0  # days between repeats: the model steps in weeks


def read_shock(node: Node) -> Shock | None:
    """The shock of an entry, or None if the schema rejects it."""
    kind = node.items.get("kind") if isinstance(node, Map) else None
    model = SHOCKS.get(str(kind.value)) if isinstance(kind, Leaf) else None
    try:
        return None if model is None else cast("Shock", model.model_validate(plain(node)))
    except ValidationError:
        return None


def dates(shock: Shock, last: date) -> list[date]:
    """The dates of a shock up to `last`, the day on which the last week begins; the first one in any case.

    They stop beyond `MOST_SHOCKS`, which is a fault.
    """
    days = [shock.on]
    while shock.every is not None and len(days) < (shock.times or MOST_SHOCKS + 1):
        try:
            day = later(shock.on, shock.every, len(days))
        except OverflowError:
            break
        if day > last or (shock.until is not None and day >= shock.until):
            break
        days.append(day)
    return days


def singles(shock: Shock, last: date) -> tuple[Shock, ...]:
    """The shocks that an entry stands for, by date, then in the order of its crossings; itself if it is one."""
    gates: tuple[object, ...] = ()
    if isinstance(crossing := getattr(shock, "crossing", None), tuple):
        gates = crossing
    if shock.every is None and not gates:
        return (shock,)
    fixed = dict.fromkeys(PATTERN_KEYS)
    each = [{"on": day} | ({"crossing": gate} if gates else {}) for day in dates(shock, last) for gate in gates or (0,)]
    return tuple(
        shock.model_copy(update={**fixed, **changes, "id": f"{shock.id}_{k}" if shock.id else None})
        for k, changes in enumerate(each, start=1)
    )


def fitting(shock: Shock, last: date) -> Shock:
    """The entry without the repeats after `last` that it counts."""
    if shock.times is None:
        return shock
    times = len(dates(shock, last))
    return shock.model_copy(update={"times": times} if times > 1 else dict.fromkeys(PATTERN_KEYS))


def pattern_faults(shock: Shock, last: date | None) -> Iterator[tuple[str, str]]:
    """Key and message of each fault of a pattern. last: when the last week begins, None if the horizon is faulty."""
    if shock.every is None:
        for key in ("until", "times"):
            if getattr(shock, key) is not None:
                yield key, "needs every, such as every: 1 year"
        return
    every, lasts = written(shock.every), getattr(shock, "days", None)
    if shock.until is not None and shock.times is not None:
        yield "times", "is given beside until (keep one of the two)"
    if shock.every < SHORTEST:
        yield "every", f"{every} is shorter than a week, the step of the model (allowed: 1 week or more)"
        return
    if lasts is not None and lasts > shock.every:
        yield "for", f"{in_words(lasts)} is longer than every, {every}: each must end before the next begins"
    if isinstance(shock, BorderClosure) and shock.until_agreed:
        yield "until_agreed", "does not go with every, as its end is not known (write each closure as an entry)"
    second = later(shock.on, shock.every)
    if shock.until is not None and shock.until <= second:
        yield "until", f"{shock.until} leaves nothing to repeat (must be later than {second}, the second time)"
    if last is not None and shock.times is not None:
        fit = dates(shock, last)
        if shock.on <= last and len(fit) < shock.times and shock.until is None:
            yield "times", f"{shock.times} times are too many: the last week begins on {last} (at most {len(fit)})"
