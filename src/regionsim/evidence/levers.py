"""Reads `levers/`: what a policymaker can do, one entry per lever, with the size of each effect.

Core object: `read_levers`. A size is a parameter like any other: the effect of lever `border_fence` on the knob
`infiltration` has the size `levers.border_fence_infiltration`, its pushes have `levers.border_fence_push`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import cast, get_args

from regionsim.evidence.entries import Entry
from regionsim.evidence.parameters import LEVERS, NAME, read_parameter
from regionsim.evidence.records import Claim, Cost, Effect, Grade, How, Lever, Parameter
from regionsim.evidence.tables import Faults, read_yaml
from regionsim.schema.knobs import KNOBS
from regionsim.yamlfile.faults import allowed, figure, quoted
from regionsim.yamlfile.locate import Node, plain

_KEYS = (
    *("number", "title", "who", "briefs", "evidence", "grade", "coercive", "targets", "effects", "pushes", "push_size"),
    *("parts", "needs", "side_effects", "cost"),
)
_NEEDED = ("title", "who", "grade", "coercive", "needs", "side_effects", "cost")
_WHERE = "claim, document or series"
_LEVELS = ("unknown", "low", "medium", "high")
_CHANGES: dict[How, str] = {"cut": "Fall", "lift": "Rise", "add": "Change"}
_SIGNS = {"+": 1, "-": -1}


@dataclass(frozen=True)
class Known:
    """The names that an entry may refer to."""

    claims: Mapping[str, Claim]
    variables: frozenset[str]
    sources: frozenset[str]
    """Ids of claims, documents and series."""
    parameters: Mapping[str, Parameter]


def read_levers(folder: Path, known: Known, faults: Faults) -> tuple[dict[str, Lever], dict[str, Parameter]]:
    """The levers by id in the order of their numbers, and their sizes: first of effects, then of pushes."""
    reader = _Reader(known, faults)
    for path in sorted(folder.rglob("*.yaml")):
        root = read_yaml(path, faults)
        file = f"{LEVERS}/{path.relative_to(folder).as_posix()}"
        for id, node in root.items.items() if root is not None else ():
            reader.read(id, node, file)
    reader.check_numbers()
    reader.check_parts()
    levers = sorted(reader.levers.values(), key=lambda lever: inf if lever.number is None else lever.number)
    names = [effect.parameter for lever in levers for effect in lever.effects]
    names += [lever.push_parameter for lever in levers if lever.pushes]
    return {lever.id: lever for lever in levers}, {name: reader.sizes[name] for name in names if name in reader.sizes}


class _Reader:
    """Reads entry by entry; references between entries are checked when all are read."""

    def __init__(self, known: Known, faults: Faults) -> None:
        self.known = known
        self.faults = faults
        self.briefs = {id for id, claim in known.claims.items() if claim.kind == "lever"}
        self.entries: dict[str, Entry] = {}
        self.levers: dict[str, Lever] = {}
        self.sizes: dict[str, Parameter] = {}

    def read(self, id: str, node: Node, file: str) -> None:
        """Store the lever of an entry and its sizes."""
        entry = Entry(id, node, self.faults)
        if not NAME.fullmatch(id):
            entry.fault("", "a lever is named in lower case, digits and underscores")
        if id in self.entries:
            entry.fault("", f"the lever is given twice, first at {self.entries[id].place}")
            return
        self.entries[id] = entry
        if not entry.keyed(_KEYS, _NEEDED):
            return
        briefs = entry.ids("briefs", "lever of the briefs", self.briefs)
        lever = Lever(
            id=id,
            title=entry.text("title"),
            who=entry.text("who"),
            evidence=(*briefs, *entry.ids("evidence", "claim", self.known.claims)),
            grade=cast(Grade, entry.word("grade", "grade", get_args(Grade))),
            targets=entry.ids("targets", "variable", self.known.variables),
            effects=self.effects(entry),
            needs=entry.text("needs"),
            side_effects=entry.text("side_effects"),
            pushes=self.pushes(entry),
            parts=tuple(entry.pairs("parts", "levers and the claims they stand for")),
            briefs=briefs,
            coercive=_truth(entry, "coercive"),
            cost=self.cost(entry),
            number=_number(entry),
            file=file,
            place=entry.place,
        )
        _check_purpose(entry)
        if entry.sound:
            self.levers[id] = lever

    def effects(self, entry: Entry) -> tuple[Effect, ...]:
        """The knobs it turns, each with its size."""
        effects = []
        for name, node in entry.pairs("effects", "knobs").items():
            part = Entry(f"{entry.path}.effects.{name}", node, self.faults)
            knob = KNOBS.get(name)
            if knob is None:
                self.faults.unknown(entry.place_in("effects", name), part.path, "knob", name, KNOBS)
            elif part.keyed(("how", "size"), ("how", "size")):
                how = cast(How, part.word("how", "way to turn a knob", get_args(How)))
                title = f"{_CHANGES.get(how, '')} of {knob.title} at full intensity of {_title(entry)}"
                size = self.size(f"{entry.path}_{name}", part, "size", title)
                effects.append(Effect(name, how, f"{LEVERS}.{entry.path}_{name}"))
                if size is not None:
                    _check_size(part, size, "share" if how in ("cut", "lift") else knob.unit, below_one=how == "cut")
        return tuple(effects)

    def pushes(self, entry: Entry) -> tuple[tuple[str, int], ...]:
        """The variables it pushes, each with its direction; reads their common size."""
        pushes = []
        for variable, node in entry.pairs("pushes", "variables").items():
            path, place, sign = f"{entry.path}.pushes.{variable}", entry.place_in("pushes", variable), str(plain(node))
            if variable not in self.known.variables:
                self.faults.unknown(place, path, "variable", variable, self.known.variables)
            elif f"climate.{variable}_initial" not in self.known.parameters:
                self.faults.add(place, path, "a series measures it (only variables without a series can be pushed)")
            if sign not in _SIGNS:
                self.faults.add(node.place, path, f"unknown direction {quoted(plain(node))} {allowed(sign, _SIGNS)}")
            pushes.append((variable, _SIGNS.get(sign, 0)))
        if ("pushes" in entry.items) != ("push_size" in entry.items):
            missing = "push_size" if "pushes" in entry.items else "pushes"
            entry.fault(missing, "the key is missing (pushes and push_size go together)")
        title = f"Push on {', '.join(variable for variable, _ in pushes)} at full intensity of {_title(entry)}"
        size = self.size(f"{entry.path}_push", entry, "push_size", title)
        if size is not None:
            _check_size(entry, size, "logit", key="push_size")
        return tuple(pushes)

    def size(self, name: str, entry: Entry, key: str, title: str) -> Parameter | None:
        """The parameter under a key, stored by its name; None if the key is missing or its value is faulty."""
        id = f"{LEVERS}.{name}"
        if key not in entry.items:
            return None
        size = read_parameter(
            id, Entry(f"{entry.path}.{key}", entry.items[key], self.faults), self.known.sources, title
        )
        if id in self.sizes:
            entry.fault(key, f"{id} is also the name of the size at {self.sizes[id].place} (rename one lever)")
        elif size is not None:
            self.sizes[id] = size
        return size

    def cost(self, entry: Entry) -> Cost:
        """A figure with its sources, or a level; a level other than unknown needs a claim."""
        node = entry.items.get("cost")
        if node is None:
            return Cost("unknown")
        part = Entry(f"{entry.path}.cost", node, self.faults)
        level = part.value("level")
        needed: tuple[str, ...] = ("value", "unit", "sources") if "value" in part.items else ("level", "sources")
        if level == "unknown":
            needed = ("level",)
        if not part.keyed((*needed, "note"), needed):
            return Cost("unknown")
        known_ids, what = (self.known.sources, _WHERE) if "value" in part.items else (self.known.claims, "claim")
        return Cost(
            part.word("level", "level", _LEVELS),
            part.number("value"),
            part.text("unit"),
            part.ids("sources", what, known_ids),
            part.text("note"),
        )

    def check_numbers(self) -> None:
        """Note numbers that two levers share."""
        numbers: dict[int, str] = {}
        for id, lever in self.levers.items():
            number = lever.number
            if number is not None and numbers.setdefault(number, id) != id:
                self.entries[id].fault(
                    "number", f"{number} is the number of {numbers[number]} (omit it, or choose another)"
                )

    def check_parts(self) -> None:
        """Note parts of packages that are not levers, are packages themselves, or do not rest on the claim named."""
        for id in self.levers:
            for part, node in self.entries[id].pairs("parts", "levers").items():
                path, place, claim = f"{id}.parts.{part}", self.entries[id].place_in("parts", part), str(plain(node))
                if part not in self.entries:
                    self.faults.unknown(place, path, "lever", part, self.entries)
                elif "parts" in self.entries[part].items:
                    self.faults.add(place, path, "is itself a package (allowed: levers)")
                elif part in self.levers and claim not in self.levers[part].evidence:
                    self.faults.unknown(node.place, path, f"claim of {part}", claim, self.levers[part].evidence)


def _title(entry: Entry) -> str:
    return entry.path.replace("_", " ")


def _truth(entry: Entry, key: str) -> bool:
    value = entry.value(key)
    if key in entry.items and not isinstance(value, bool):
        entry.fault(key, f"must be true or false (found {quoted(value)})")
    return value is True


def _number(entry: Entry) -> int | None:
    value = entry.value("number")
    if "number" in entry.items and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        entry.fault("number", f"must be a whole number from 1 (found {quoted(value)})")
        return None
    return value if isinstance(value, int) else None


def _check_purpose(entry: Entry) -> None:
    """Note an entry that rests on no claim or has no effect."""
    if not {"briefs", "evidence"} & entry.items.keys():
        entry.fault("", "rests on no claim (needed: briefs or evidence)")
    does = {"effects", "pushes", "parts"} & entry.items.keys()
    if not does or ("parts" in does and len(does) > 1):
        entry.fault("", "must have effects or pushes, or only parts (a package)")


def _check_size(entry: Entry, size: Parameter, unit: str, *, key: str = "size", below_one: bool = False) -> None:
    """Note a size in the wrong unit, or a cut that can reach the whole knob."""
    if size.unit != unit:
        entry.fault(key, f"its unit is {quoted(size.unit)} (allowed: {unit})")
    if below_one and size.high >= 1:
        entry.fault(key, f"its range ends at {figure(size.high)}, which cuts below zero (allowed: less than 1)")
