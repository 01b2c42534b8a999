"""Reads `levers/`: what a policymaker can do, one entry per lever, with the size of each effect.

Core object: `read_levers`. A size is a parameter like any other: the effect of lever `border_fence` on the knob
`infiltration` has the size `levers.border_fence_infiltration`, its pushes have `levers.border_fence_push`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Discriminator, Field, Strict, Tag

from regionsim.evidence.entries import Entry, Ids, Text
from regionsim.evidence.parameters import LEVERS, NAME, SOURCE, SizeEntry, ends, parameter_of
from regionsim.evidence.records import Claim, Cost, Effect, Grade, How, Level, Lever, Parameter
from regionsim.evidence.tables import Faults, read_yaml
from regionsim.indicators.variables import RECORDED_AS
from regionsim.schema.knobs import KNOBS
from regionsim.schema.quantities import Model, Number, Whole
from regionsim.yamlfile.faults import Path, figure, quoted
from regionsim.yamlfile.locate import Node, place_of
from regionsim.yamlfile.shape import TAG

_CHANGES: dict[How, str] = {"cut": "Fall", "lift": "Rise", "add": "Change"}
_SIGNS = {"+": 1, "-": -1}


class EffectEntry(Model):
    """A knob turned, as written."""

    how: How
    size: SizeEntry


class FigureCost(Model):
    """A cost that a source gives as a figure."""

    value: Number
    unit: Text
    sources: Ids
    note: str = ""


class AssumedCost(Model):
    """A cost that is assumed, within a range; sources if any bear on it, and a note that says how it was arrived at."""

    value: Annotated[Number, Field(gt=0)]
    unit: Text
    range: Annotated[tuple[Annotated[Number, Field(gt=0)], ...], AfterValidator(ends)]
    role: Literal["assumption"]
    sources: tuple[Text, ...] = ()
    note: Text


class LevelCost(Model):
    """A cost that a claim gives as a level."""

    level: Level
    sources: Ids
    note: str = ""


class UnknownCost(Model):
    """A cost that no source gives."""

    level: Literal["unknown"]
    note: str = ""


_COSTS: dict[str, type[BaseModel]] = {
    "figure": FigureCost,
    "assumed": AssumedCost,
    "level": LevelCost,
    "unknown": UnknownCost,
}


def _kind_of_cost(cost: Any) -> str:
    if isinstance(cost, dict) and "value" in cost:
        return TAG + ("assumed" if "role" in cost else "figure")
    return TAG + ("unknown" if isinstance(cost, dict) and cost.get("level") == "unknown" else "level")


class LeverEntry(Model):
    """A lever as written."""

    number: Whole | None = Field(default=None, ge=1)
    title: Text
    who: Text
    briefs: Ids = ()
    evidence: Ids = ()
    grade: Grade
    coercive: Annotated[bool, Strict()]
    targets: Ids = ()
    effects: dict[str, EffectEntry] = Field(default={}, min_length=1)
    pushes: dict[str, Literal["+", "-"]] = Field(default={}, min_length=1)
    push_size: SizeEntry | None = None
    same_as: Text | None = None
    parts: dict[str, Text] = Field(default={}, min_length=1)
    needs: Text
    side_effects: Text
    cost: Annotated[
        Annotated[FigureCost, Tag(TAG + "figure")]
        | Annotated[AssumedCost, Tag(TAG + "assumed")]
        | Annotated[LevelCost, Tag(TAG + "level")]
        | Annotated[UnknownCost, Tag(TAG + "unknown")],
        Discriminator(_kind_of_cost),
    ]


@dataclass(frozen=True)
class Known:
    """The names that an entry may refer to."""

    claims: Mapping[str, Claim]
    variables: frozenset[str]
    sources: frozenset[str]
    """Ids of claims, documents and series."""
    parameters: Mapping[str, Parameter]


def read_levers(folder: FilePath, known: Known, faults: Faults) -> tuple[dict[str, Lever], dict[str, Parameter]]:
    """The levers by id in the order of their numbers, and their sizes: first of effects, then of pushes."""
    reader = _Reader(known, faults)
    for path in sorted(folder.rglob("*.yaml")):
        root = read_yaml(path, faults)
        file = f"{LEVERS}/{path.relative_to(folder).as_posix()}"
        for id, node in root.items.items() if root is not None else ():
            reader.read(id, node, file)
    reader.check_numbers()
    reader.check_parts()
    reader.follow_names()
    levers = sorted(reader.levers.values(), key=lambda lever: inf if lever.number is None else lever.number)
    own = [lever for lever in levers if not lever.same_as]
    names = [effect.parameter for lever in own for effect in lever.effects]
    names += [lever.push_parameter for lever in own if lever.pushes]
    return {lever.id: lever for lever in levers}, {name: reader.sizes[name] for name in names if name in reader.sizes}


class _Reader:
    """Reads entry by entry; references between entries are checked when all are read."""

    def __init__(self, known: Known, faults: Faults) -> None:
        self.known = known
        self.faults = faults
        self.briefs = {id for id, claim in known.claims.items() if claim.kind == "lever"}
        self.entries: dict[str, Entry] = {}
        self.written: dict[str, LeverEntry] = {}
        self.levers: dict[str, Lever] = {}
        self.sizes: dict[str, Parameter] = {}

    def read(self, id: str, node: Node, file: str) -> None:
        """Store the lever of an entry and its sizes."""
        entry = Entry(id, node, self.faults)
        if not NAME.fullmatch(id):
            entry.fault((), "a lever is named in lower case, digits and underscores")
        if id in self.entries:
            entry.fault((), f"the lever is given twice, first at {self.entries[id].place}")
            return
        self.entries[id] = entry
        written = entry.shaped(LeverEntry, _COSTS)
        if written is None:
            return
        self.written[id] = written
        entry.known(("briefs",), "lever of the briefs", written.briefs, self.briefs)
        entry.known(("evidence",), "claim", written.evidence, self.known.claims)
        entry.known(("targets",), "variable", written.targets, self.known.variables)
        effects, pushes = self.effects(id, entry, written), self.pushes(id, entry, written)
        if not written.briefs and not written.evidence:
            entry.fault((), "rests on no claim (needed: briefs or evidence)")
        if sum(map(bool, (written.parts, written.effects or written.pushes, written.same_as))) != 1:
            entry.fault((), "must have effects or pushes, or only parts (a package), or only same_as (another name)")
        cost = self.cost(entry, written)
        if entry.sound:
            self.levers[id] = Lever(
                id=id, title=written.title, who=written.who, evidence=(*written.briefs, *written.evidence),
                grade=written.grade, targets=written.targets, effects=effects, needs=written.needs,
                side_effects=written.side_effects, pushes=pushes, parts=tuple(written.parts), briefs=written.briefs,
                coercive=written.coercive, cost=cost, number=written.number, file=file, place=entry.place,
            )  # fmt: skip

    def effects(self, id: str, entry: Entry, written: LeverEntry) -> tuple[Effect, ...]:
        """The knobs it turns, each with its size."""
        entry.known(("effects",), "knob", tuple(written.effects), KNOBS, at_key=True)
        effects = []
        for name, effect in written.effects.items():
            if name in KNOBS:
                title = f"{_CHANGES[effect.how]} of {KNOBS[name].title} at full intensity of {_title(id)}"
                unit = KNOBS[name].unit if effect.how == "add" else "share"
                self.size(entry, f"{id}_{name}", ("effects", name, "size"), effect.size, title, unit)
                if effect.how == "cut" and effect.size.range[1] >= 1:
                    end = figure(effect.size.range[1])
                    message = f"its range ends at {end}, which cuts below zero (allowed: less than 1)"
                    entry.fault(("effects", name, "size"), message)
            effects.append(Effect(name, effect.how, f"{LEVERS}.{id}_{name}"))
        return tuple(effects)

    def pushes(self, id: str, entry: Entry, written: LeverEntry) -> tuple[tuple[str, int], ...]:
        """The variables it pushes, each with its direction; reads their common size."""
        entry.known(("pushes",), "variable", tuple(written.pushes), self.known.variables, at_key=True)
        for variable in written.pushes:
            mapped = RECORDED_AS.get(variable) == ()  # on the causal map only
            started = f"climate.{variable}_initial" in self.known.parameters
            if variable in self.known.variables and not mapped and not started:
                message = "a series measures it (only variables without a series can be pushed)"
                entry.fault(("pushes", variable), message, at_key=True)
        if bool(written.pushes) != bool(written.push_size):
            missing = "push_size" if written.pushes else "pushes"
            entry.fault((missing,), "the key is missing (pushes and push_size go together)")
        elif written.push_size:
            title = f"Push on {', '.join(written.pushes)} at full intensity of {_title(id)}"
            self.size(entry, f"{id}_push", ("push_size",), written.push_size, title, "logit")
        return tuple((variable, _SIGNS[sign]) for variable, sign in written.pushes.items())

    def size(self, entry: Entry, name: str, at: Path, written: SizeEntry, title: str, unit: str) -> None:
        """Store a size under its name; note one of another name's or in another unit than its use asks for."""
        id = f"{LEVERS}.{name}"
        size = parameter_of(id, entry, written, title, self.known.sources, at)
        if id in self.sizes:
            entry.fault(at, f"{id} is also the name of the size at {self.sizes[id].place} (rename one lever)")
        elif size is not None:
            self.sizes[id] = size
        if written.unit != unit:
            entry.fault(at, f"its unit is {quoted(written.unit)} (allowed: {unit})")

    def cost(self, entry: Entry, written: LeverEntry) -> Cost:
        """A figure with its sources, or an assumed one, or a level; a level other than unknown needs a claim."""
        cost = written.cost
        if isinstance(cost, AssumedCost):
            low, high = cost.range
            if not low <= cost.value <= high:
                message = f"{figure(cost.value)} is outside the range {figure(low)} to {figure(high)}"
                entry.fault(("cost", "value"), message)
            entry.known(("cost", "sources"), SOURCE, cost.sources, self.known.sources)
            return Cost("", cost.value, cost.unit, cost.sources, cost.note, (low, high))
        if isinstance(cost, FigureCost):
            entry.known(("cost", "sources"), SOURCE, cost.sources, self.known.sources)
            return Cost("", cost.value, cost.unit, cost.sources, cost.note)
        if isinstance(cost, LevelCost):
            entry.known(("cost", "sources"), "claim", cost.sources, self.known.claims)
            return Cost(cost.level, sources=cost.sources, note=cost.note)
        return Cost("unknown", note=cost.note)

    def check_numbers(self) -> None:
        """Note numbers that two levers share."""
        numbers: dict[int, str] = {}
        for id, lever in self.levers.items():
            number = lever.number
            if number is not None and numbers.setdefault(number, id) != id:
                message = f"{number} is the number of {numbers[number]} (omit it, or choose another)"
                self.entries[id].fault(("number",), message)

    def follow_names(self) -> None:
        """Give a lever that is another's second name the effects, pushes and sizes of that one."""
        for id, lever in self.levers.items():
            if not (name := self.written[id].same_as):
                continue
            entry, other = self.entries[id], self.levers.get(name)
            entry.known(("same_as",), "lever", (name,), self.entries)
            if other is not None and (other.parts or self.written[name].same_as):
                entry.fault(("same_as",), f"{name} is itself a package or a second name (allowed: levers)")
            elif other is not None:
                self.levers[id] = replace(lever, same_as=name, effects=other.effects, pushes=other.pushes)

    def check_parts(self) -> None:
        """Note parts of packages that are not levers, are packages themselves, or do not rest on the claim named."""
        for id in self.levers:
            entry, parts = self.entries[id], self.written[id].parts
            entry.known(("parts",), "lever", tuple(parts), self.entries, at_key=True)
            for part, claim in parts.items():
                path = ("parts", part)
                if part in self.entries and self.entries[part].has("parts"):
                    entry.fault(path, "is itself a package (allowed: levers)", at_key=True)
                elif part in self.levers and claim not in self.levers[part].evidence:
                    evidence = self.levers[part].evidence
                    self.faults.unknown(
                        place_of(entry.node, path), f"{id}.parts.{part}", f"claim of {part}", claim, evidence
                    )


def _title(id: str) -> str:
    return id.replace("_", " ")
