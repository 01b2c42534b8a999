"""The part of the record that a forecast is given.

Core object: `InformationSet`. A forecast made on a past day may know an event but not how it ends, or nothing after the
day: what it is not given is drawn as for the model's own events.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class InformationSet:
    """own_from: day from which the model generates events of the recorded kinds (until then only the given ones occur).

    drivers_until: day to which drivers follow their series. hidden: kinds of shocks whose length and strength are not
    given: closures last as the model's own do, truces end by hazard, campaigns are as strong and long as the model's.
    running: days for which a closure in force at the start had lasted by then, by the id of its shock.
    """

    own_from: date
    drivers_until: date
    hidden: frozenset[str] = frozenset()
    running: Mapping[str, float] = field(default_factory=dict)
