"""Fused rules: a rule of the week is played once on symbols, which gives a straight list of steps, and from then on
one compiled machine replays the steps instead of hundreds of calls of NumPy.

Core objects: `play` (a rule in a model), `together` (rules that follow each other, as one), `as_written` (a context in
which rules are played as plain Python) and `refusals`. Whoever writes a rule need not know: it is a function of the
model, and what cannot be traced is played as written. The bits are the same either way.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from regionsim.model.fused.bound import MISSING, Bound, fitting
from regionsim.model.fused.build import build
from regionsim.model.fused.program import Program
from regionsim.model.fused.stand_ins import current, played
from regionsim.model.fused.symbol import Untraceable
from regionsim.model.fused.trace import Trace
from regionsim.model.fused.twin import Twin

WARM = 3
"""Calls of a rule before it is traced: a model of few weeks is not worth it."""
MOST_PROGRAMS = 16
"""Courses through one rule that are kept."""
MOST_REFUSALS = 12
"""Attempts to trace a rule that may fail."""

RARELY = 8
"""Rules together are traced at their first, 8th, 64th ... week without a program: a trace of many rules takes
long, and where their courses differ from week to week it serves few.
"""

_LOCK = threading.Lock()
_written = threading.local()


class Together:
    """Rules of the week that follow each other: one program, which looks up each array of the model once and keeps what
    one rule hands to the next in a register. Where there is none for a week, each is played by itself.
    """

    def __init__(self, rules: tuple[Callable[[Any], None], ...]) -> None:
        self.rules = rules
        self.__name__ = "+".join(rule.__name__ for rule in rules)

    def __call__(self, w: Any) -> None:
        """Play each."""
        for rule in self.rules:
            play(rule, w)

    def __reduce__(self) -> Any:  # a copy of a model goes on with the same programs
        return together, self.rules


@lru_cache(maxsize=64)
def together(*rules: Callable[[Any], None]) -> Callable[[Any], None]:
    """Rules that follow each other, as one: the same object for the same rules, so that models share its programs."""
    return Together(rules) if len(rules) > 1 else rules[0]


class _Rule:
    """What is known of one rule, or of rules together: programs, the latest first, and refusals with the guards that
    led there.
    """

    def __init__(self, function: Callable[[Any], None]) -> None:
        self.function = function
        self.programs: list[Program] = []
        self.refused: list[tuple[list[Any], str]] = []
        self.calls = 0
        self.missed, self.waits = 0, 0
        """Weeks without a program, and how many there must be before the next attempt."""

    def trace(self, w: Any) -> None:
        """Play the rule on stand-ins of this model and keep what it does."""
        trace = Trace(w)
        current.trace = trace
        rules = self.function.rules if isinstance(self.function, Together) else (self.function,)
        self.waits = RARELY * self.missed if len(rules) > 1 else 0
        try:
            for rule in rules:
                played(rule)(Twin(trace, w, ()))
            trace.finish()
            self.programs.insert(0, build(trace))
        except Exception as fault:
            reason = str(fault) if isinstance(fault, Untraceable) else f"{type(fault).__name__}: {fault}"
            self.refused.append((list(trace.guards.values()), reason))
        finally:
            current.trace = None


_rules: dict[Callable[[Any], None], _Rule] = {}


class Bindings(dict[int, Bound | int]):
    """The programs bound to one model, or how often that failed. A copy of the model begins with none."""

    def __deepcopy__(self, memo: Any) -> "Bindings":
        return Bindings()

    def __reduce__(self) -> Any:
        return Bindings, ()


@contextmanager
def as_written() -> Iterator[None]:
    """Rules are played as plain Python and NumPy within this context, in this thread."""
    before = getattr(_written, "on", False)
    _written.on = True
    try:
        yield
    finally:
        _written.on = before


def refusals() -> dict[str, list[str]]:
    """Why rules were played as written in this process, by rule."""
    return {f"{f.__module__}:{f.__name__}": [why for _, why in rule.refused] for f, rule in _rules.items()
            if rule.refused}  # fmt: skip


def counts() -> dict[str, int]:
    """Programs kept in this process, by rule."""
    return {f"{f.__module__}:{f.__name__}": len(rule.programs) for f, rule in _rules.items()}


def play(rule: Callable[[Any], None], w: Any) -> None:
    """Play a rule of the week in a model: by its program, or as written."""
    if w.decisions is not None or getattr(_written, "on", False):
        rule(w)
        return
    known = _rules.get(rule) or _rules.setdefault(rule, _Rule(rule))
    known.calls += 1
    if known.calls <= WARM or not _replayed(known, w):
        rule(w)


def _replayed(known: _Rule, w: Any) -> bool:
    if _by_program(known, w):
        return True
    known.missed += 1
    if len(known.programs) >= MOST_PROGRAMS or len(known.refused) >= MOST_REFUSALS or known.missed < known.waits:
        return False
    if any(fitting(w, guards) for guards, _ in known.refused):
        return False
    with _LOCK:
        known.trace(w)
    return _by_program(known, w)


def _by_program(known: _Rule, w: Any) -> bool:
    for at, program in enumerate(known.programs):
        if fitting(w, program.guards) and (bound := _bound(program, w)) is not None and bound.play(w):
            if at:
                known.programs.insert(0, known.programs.pop(at))
            return True
    return False


def _bound(program: Program, w: Any) -> Bound | None:
    """The program in this model; None where the model is not made for it, or not yet."""
    found: Bound | int = w.bindings.get(id(program), 0)
    if isinstance(found, int) and found >= MOST_REFUSALS:
        return None
    if isinstance(found, int) or not found.still(w):
        try:
            made = Bound(program, w) if fitting(w, program.once) else None
        except MISSING:
            made = None
        if made is None or not made.fits:
            w.bindings[id(program)] = found + 1 if isinstance(found, int) else 1
            return None
        found = w.bindings[id(program)] = made
    return found
