"""The rules of a scenario that need several of its keys, or names from the rest of the program.

Core object: `rule_faults`. Each rule looks only at what the schema accepts, so that no fault hides another and none is
reported twice.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path as FilePath
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from regionsim.scenario.condition import parse_conditions
from regionsim.scenario.expect import Claim, Monotone, agree, parse_claim, parse_in, require_level, require_recorded
from regionsim.scenario.find import beside
from regionsim.scenario.patterns import pattern_faults, read_shock, singles
from regionsim.scenario.schema import MAX_YEARS, Deal, LeverSetting, Timeline, horizon_end
from regionsim.scenario.timeline import observed_shocks, span
from regionsim.scenario.truncate import day
from regionsim.scenario.vocabulary import Range, Vocabulary, goalposts
from regionsim.schema.dates import FIRST_START, NOT_BEFORE, week_date, weeks_between
from regionsim.schema.quantities import DISTRIBUTIONS, Choice, LogNormal, Normal, read_quantity, support
from regionsim.schema.shocks import MOST_SHOCKS
from regionsim.yamlfile.faults import MAX_FAULTS, Fault, Path, Place, allowed, dotted, figure, quoted
from regionsim.yamlfile.locate import Items, Leaf, Map, Node, find, place_of, plain

type Folder = Callable[[str], FilePath | None]  # file as shown -> its folder; None to look for no files


def rule_faults(root: Map, names: Vocabulary, folder: Folder) -> list[Fault]:
    """Every fault of a merged scenario beyond its shape."""
    checker = _Checker(root, names)
    with contextlib.suppress(_EnoughError):
        checker.horizon()
        checker.parameters()
        checker.goalposts()
        checker.levers()
        checker.deals()
        checker.shocks()
        checker.draws()
        checker.timeline()
        checker.evidence()
        checker.baseline(folder)
        checker.targets()
        checker.expectations()
    return checker.faults


class _EnoughError(Exception):
    """Enough faults: further checks would only take time."""


class Horizon(NamedTuple):
    """A horizon, and the day on which its last week begins: nothing dated later acts."""

    start: date
    end: date
    last: date


class _Checker:
    """`span` is the horizon, None if it is faulty."""

    def __init__(self, root: Map, names: Vocabulary) -> None:
        self.root = root
        self.names = names
        self.faults: list[Fault] = []
        self.span: Horizon | None = None

    def fault(self, path: Path, message: str, *, key: bool = False) -> None:
        self.faults.append(Fault(place_of(self.root, path, key=key), dotted(path), message))
        if len(self.faults) > MAX_FAULTS:
            raise _EnoughError

    def horizon(self) -> None:
        start, end = day(find(self.root, ("start",))), day(find(self.root, ("end",)))
        if start is None or end is None:
            return
        if start < FIRST_START:
            allowed = f"(allowed: {FIRST_START} or later): {NOT_BEFORE}"
            self.fault(("start",), f"{start} is before the first state of the record {allowed}")
        elif end <= start:
            self.fault(("end",), f"{end} is not after the start (must be later than {start})")
        elif end > horizon_end(start):
            latest = horizon_end(start)
            self.fault(("end",), f"{end} makes the horizon too long (at most {MAX_YEARS} years: {latest} or earlier)")
        else:
            self.span = Horizon(start, end, week_date(start, weeks_between(start, end) - 1))

    def parameters(self) -> None:
        for name, node in self.children("parameters"):
            path = ("parameters", name)
            limits = self.names.parameters.get(name)
            if limits is None:
                message = f"unknown parameter {allowed(name, self.names.parameters, 'regionsim list parameters')}"
                self.fault(path, message, key=True)
            elif isinstance(node, Map):
                self.distribution(path, node, limits)
            elif isinstance(node, Leaf):
                self.value(path, node.value, limits)

    def distribution(self, path: Path, node: Map, limits: Range) -> None:
        draw = _sound(DISTRIBUTIONS.get(str(_leaf(node, "distribution"))), node)
        if draw is None:
            return
        if limits.choices and not isinstance(draw, Choice):
            message = f"gives values between those allowed ({limits.only}; use choice)"
            self.fault((*path, "distribution"), message)
            return
        for field, number in support(draw):  # type: ignore[arg-type]  # one of the union, by construction
            if message := _rejection(number, limits):
                parts = field.split(".")
                here = (*path, *(int(part) if part.isdigit() else part for part in parts))
                self.fault(here, f"{parts[0]}: {message}")

    def value(self, path: Path, value: Any, limits: Range) -> None:
        if isinstance(value, str):
            try:
                value = read_quantity(value, limits.unit)
            except ValueError as error:
                self.fault(path, f"{quoted(value)}: {error}")
                return
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and (message := _rejection(value, limits)):
            self.fault(path, message)

    def goalposts(self) -> None:
        """The goalposts of each part of an index must differ and keep the order that they have in the evidence."""
        given = dict(self.children("parameters"))
        for worst, best in goalposts(self.names.parameters):
            if worst not in given and best not in given:
                continue
            rising = self.names.parameters[worst].value < self.names.parameters[best].value
            below, above = (worst, best) if rising else (best, worst)
            lower, upper = self.ends(below, given), self.ends(above, given)
            if lower and upper and lower[1] >= upper[0]:
                where = f"({below} must be below {above}; now {figure(lower[1])} and {figure(upper[0])})"
                how = "equals" if lower == upper else "is on the wrong side of"
                first, second = (worst, best) if worst in given else (best, worst)
                self.fault(("parameters", first), f"{how} the other goalpost, {second} {where}")

    def ends(self, name: str, given: dict[str, Node]) -> tuple[float, float] | None:
        """The lowest and highest value of a parameter, None if the given value is faulty."""
        limits, node = self.names.parameters[name], given.get(name)
        if node is None:
            return limits.value, limits.value
        if isinstance(node, Map):
            draw = _sound(DISTRIBUTIONS.get(str(_leaf(node, "distribution"))), node)
            values = [number for _, number in support(draw)] if draw is not None else []  # type: ignore[arg-type]
            endless = isinstance(draw, Normal | LogNormal)
            return ((limits.low, limits.high) if endless else (min(values), max(values))) if values else None
        value = plain(node)
        with contextlib.suppress(ValueError):
            value = read_quantity(value, limits.unit) if isinstance(value, str) else value
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return (float(value), float(value)) if is_number else None

    def levers(self) -> None:
        for name, node in self.children("levers"):
            path = ("levers", name)
            if name not in self.names.levers:
                self.fault(path, f"unknown lever {allowed(name, self.names.levers, 'regionsim list levers')}", key=True)
            setting = _sound(LeverSetting, node)
            if setting is None:
                continue
            self.acts(path, setting.from_, setting.until)

    def deals(self) -> None:
        seen: dict[str, Place] = {}
        for i, node in enumerate(self.items("deals")):
            if not isinstance(node, Map):
                continue
            path, name, levers = ("deals", i), _leaf(node, "id"), node.items.get("levers")
            if isinstance(name, str):
                if name in seen:
                    self.fault((*path, "id"), f"the id {quoted(name)} is taken by the deal at {seen[name]}")
                seen.setdefault(name, place_of(self.root, (*path, "id")))
            for lever in levers.items if isinstance(levers, Map) else ():
                if lever not in self.names.levers:
                    choices = allowed(lever, self.names.levers, "regionsim list levers")
                    self.fault((*path, "levers", lever), f"unknown lever {choices}", key=True)
            self.parsed((*path, "while"), lambda text: parse_conditions(text, self.names))
            deal = _sound(Deal, node)
            if deal is not None:
                self.acts(path, deal.from_, deal.until)

    def acts(self, path: Path, begin: date, until: date | None) -> None:
        """Note a beginning that is too late to act, and an end that is not after the beginning."""
        if self.span and begin > self.span.last:
            self.fault((*path, "from"), f"{begin} is too late to act (allowed: {self.span.last} or earlier)")
        if until is not None and until <= begin:
            self.fault((*path, "until"), f"{until} is not after from (must be later than {begin})")

    def shocks(self) -> None:
        seen: dict[str, Place] = {}
        for i, node in enumerate(self.items("shocks")):
            if not isinstance(node, Map):
                continue
            name, on = _leaf(node, "id"), day(node.items.get("on"))
            if isinstance(name, str) and name in seen:
                self.fault(("shocks", i, "id"), f"the id {quoted(name)} is taken by the shock at {seen[name]}")
            elif isinstance(name, str):
                seen[name] = place_of(self.root, ("shocks", i, "id"))
            if on and self.span and not self.span.start <= on <= self.span.last:
                span = f"{self.span.start} to {self.span.last}, when the last week begins"
                self.fault(("shocks", i, "on"), f"{on} is outside the horizon (allowed: {span})")
        self.patterns([(("shocks", i), node) for i, node in enumerate(self.items("shocks"))])

    def patterns(self, entries: Sequence[tuple[Path, Node]]) -> None:
        """Faults of entries that stand for several shocks, and of more shocks than a scenario may have."""
        last, count = self.span.last if self.span else None, 0
        for path, node in entries:
            shock = read_shock(node)
            if shock is None:
                continue
            found = list(pattern_faults(shock, last))
            for key, message in found:
                self.fault((*path, key), message)
            count += len(singles(shock, last)) if last and not found else 1
            if count > MOST_SHOCKS:
                key = "every" if shock.every is not None else "kind"
                self.fault(
                    (*path, key), f"the entries up to this one stand for too many shocks (at most {MOST_SHOCKS:,})"
                )
                return

    def draws(self) -> None:
        from regionsim.evidence.posterior import MAKE, shipped_file

        if _leaf(self.root, "draws") == "posterior" and shipped_file() is None:
            self.fault(("draws",), f"there is no posterior (allowed: prior, fixed; make it: {MAKE})")

    def timeline(self) -> None:
        node = self.root.items.get("timeline")
        changes = _sound(Timeline, node if isinstance(node, Map) else Map({"base": node})) if node else None
        if changes is None:
            return
        before = len(self.faults)
        self.removed(changes)
        self.moved(changes)
        self.added(changes)
        if self.span is None or len(self.faults) > before:
            return
        if not observed_shocks(changes, self.span.start, self.span.last, self.names.timeline):
            record = span(self.names.timeline.values())
            self.fault(("timeline",), f"no observed event acts within the horizon (the record: {record}; or none)")

    def removed(self, changes: Timeline) -> None:
        for i, name in enumerate(changes.remove):
            if name not in self.names.timeline:
                self.fault(("timeline", "remove", i), self.unknown_event(name))

    def moved(self, changes: Timeline) -> None:
        for name, on in changes.move.items():
            path: Path = ("timeline", "move", name)
            if name not in self.names.timeline:
                self.fault(path, self.unknown_event(name), key=True)
            elif name in changes.remove:
                self.fault(path, f"{name} is removed as well (either move it or remove it)", key=True)
            if self.span and not self.span.start <= on <= self.span.last:
                self.fault(path, f"{on} is outside the horizon (allowed: {self.span.start} to {self.span.last})")

    def added(self, changes: Timeline) -> None:
        taken = set(self.names.timeline)
        own = [(("shocks", i), _leaf(node, "id")) for i, node in enumerate(self.items("shocks"))]
        more = [(("timeline", "add", i), shock.id) for i, shock in enumerate(changes.add)]
        for path, name in (*own, *more):
            if name is not None and name in taken:
                where = "an event of the timeline" if name in self.names.timeline else "another shock"
                self.fault((*path, "id"), f"the id {quoted(name)} is taken by {where}")
            if name is not None:
                taken.add(name)
        for i, shock in enumerate(changes.add):
            if self.span and not self.span.start <= shock.on <= self.span.last:
                message = f"{shock.on} is outside the horizon (allowed: {self.span.start} to {self.span.last})"
                self.fault(("timeline", "add", i, "on"), message)
        nodes = find(self.root, ("timeline", "add"))
        entries = nodes.items if isinstance(nodes, Items) else []
        self.patterns([(("timeline", "add", i), node) for i, node in enumerate(entries)])

    def unknown_event(self, name: str) -> str:
        return f"unknown event {quoted(name)} {allowed(name, self.names.timeline, 'regionsim list timeline')}"

    def items(self, key: str) -> list[Node]:
        node = self.root.items.get(key)
        return node.items if isinstance(node, Items) else []

    def evidence(self) -> None:
        for i, node in enumerate(self.items("evidence")):
            value = plain(node)
            if isinstance(value, str) and value not in self.names.claims:
                message = f"unknown claim {quoted(value)} {allowed(value, self.names.claims, 'regionsim list claims')}"
                self.fault(("evidence", i), message)

    def baseline(self, folder: Folder) -> None:
        node = self.root.items.get("baseline")
        where = folder(node.place.file) if node is not None else None
        if isinstance(node, Leaf) and isinstance(node.value, str) and where is not None:
            try:
                beside(node.value, where, self.names.scenarios)
            except ValueError as error:
                self.fault(("baseline",), str(error))

    def claims(self, key: str, what: str) -> Iterator[tuple[Path, Map, Claim | None]]:
        """The claims of a list, with their paths and nodes; each has a name of its own and dates of the horizon."""
        seen: set[str] = set()
        for i, node in enumerate(self.items(key)):
            if not isinstance(node, Map):
                continue
            path: Path = (key, i)
            name = _leaf(node, "name")
            if isinstance(name, str) and name in seen:
                self.fault((*path, "name"), f"{quoted(name)} names two {what} (each needs its own name)")
            seen.add(str(name))
            undated = self.span is None and any(word in str(_leaf(node, "that")) for word in ("@start", "@end"))
            claim = None if undated else self.parsed((*path, "that"), lambda text: parse_claim(text, self.names))
            yield path, node, claim
            if claim is not None and self.span is not None:
                self.holds((*path, "that"), partial(require_recorded, claim, self.span.start, self.span.end))

    def targets(self) -> None:
        for path, node, claim in self.claims("targets", "targets"):
            if claim is not None:
                self.holds((*path, "that"), partial(require_level, claim))
            sources = node.items.get("sources")
            for i, source in enumerate(sources.items if isinstance(sources, Items) else ()):
                value, known = plain(source), self.names.claims | self.names.sources
                if isinstance(value, str) and value not in known:
                    message = f"unknown source {quoted(value)} {allowed(value, known, 'regionsim list claims')}"
                    self.fault((*path, "sources", i), message)

    def expectations(self) -> None:
        for path, node, claim in self.claims("expect", "expectations"):
            within = self.parsed((*path, "in"), parse_in)
            if claim is not None and within is not None:
                self.holds((*path, "in"), partial(agree, claim, within))
            if isinstance(claim, Monotone) and claim.lever not in dict(self.children("levers")):
                message = f"the scenario does not pull {claim.lever} (write it under levers, with its date)"
                self.fault((*path, "that"), message)
            if _leaf(node, "known") == "contradicted" and not _leaf(node, "reason"):
                self.fault(path, "known: contradicted needs a reason")

    # -- helpers -----------------------------------------------------------------------------------------------------

    def holds(self, path: Path, require: Callable[[], None]) -> None:
        try:
            require()
        except ValueError as error:
            self.fault(path, str(error))

    def parsed[T](self, path: Path, parse: Callable[[str], T]) -> T | None:
        node = find(self.root, path)
        if not isinstance(node, Leaf) or not isinstance(node.value, str):
            return None
        try:
            return parse(node.value)
        except ValueError as error:
            self.fault(path, str(error))
            return None

    def children(self, key: str) -> list[tuple[str, Node]]:
        node = self.root.items.get(key)
        return list(node.items.items()) if isinstance(node, Map) else []


def _leaf(node: Node | None, key: str) -> Any:
    child = node.items.get(key) if isinstance(node, Map) else None
    return child.value if isinstance(child, Leaf) else None


def _sound[M: BaseModel](model: type[M] | None, node: Node) -> M | None:
    """The node as a value of the model, or None if the schema rejects it."""
    try:
        return model.model_validate(plain(node)) if model is not None else None
    except ValidationError:
        return None


def _rejection(value: float, limits: Range) -> str:
    """Why a parameter cannot have a value; empty if it can."""
    if not limits.low <= value <= limits.high:
        span = f"{figure(limits.low)} to {figure(limits.high)} {limits.unit}".rstrip()
        return f"{figure(value)} is out of range (allowed: {span})"
    return "" if limits.takes(value) else f"{figure(value)} is not one of the values allowed ({limits.only})"
