"""What a play is told of the record, where it is told only a part.

Core object: `InformationSet`. A forecast made on a past day may know an event and not how it ends, or nothing after the
day: what it is not told is the model's own, drawn as for its own events.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class InformationSet:
    """own_from: from this day events of the kinds of the record may happen by themselves (until then only those given).

    drivers_until: to this day drivers follow their series. hidden: kinds of shocks whose lengths and strength are not
    told: closures last as the model's own do, truces end by hazard, campaigns are as strong and long as the model's.
    running: days for which a closure in force at the start had lasted by then, by the id of its shock.
    """

    own_from: date
    drivers_until: date
    hidden: frozenset[str] = frozenset()
    running: Mapping[str, float] = field(default_factory=dict)
