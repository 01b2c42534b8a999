"""One entry of a YAML file of the evidence base: a map held against its model, whose ids are then looked up.

Core objects: `Entry`, `Text`, `Ids`. A fault is noted at the value (or the key) it is about; the entry is then unsound.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, Strict

from regionsim.evidence.tables import Faults
from regionsim.schema.quantities import DISTRIBUTIONS
from regionsim.yamlfile.faults import Fault, Path, allowed, dotted
from regionsim.yamlfile.locate import Map, Node, place_of
from regionsim.yamlfile.shape import validated


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


Text = Annotated[str, Strict(), AfterValidator(_not_blank)]
_LISTED = {"variable": "variables", "knob": "knobs", "claim": "claims", "lever": "levers"}
Ids = Annotated[tuple[Text, ...], Field(min_length=1)]


class Entry:
    """A map as written. `path` is how faults name it; `sound` holds until a fault is found in it."""

    def __init__(self, path: str, node: Node, faults: Faults) -> None:
        self.path = path
        self.node = node
        self.faults = faults
        self.sound = True

    @property
    def place(self) -> str:
        """File and line it is written in."""
        return self.place_at(())

    def place_at(self, path: Path) -> str:
        """File and line that the value at a path is written in."""
        place = place_of(self.node, path)
        return f"{place.file}:{place.line}"

    def shaped[M: BaseModel](self, model: type[M], tagged: Mapping[str, type[BaseModel]] | None = None) -> M | None:
        """The entry as its model, or None (with every fault noted). tagged: models of unions, by tag."""
        models = {**DISTRIBUTIONS, **(tagged or {})}
        written, faults = validated(self.node, model, name=self.path, tagged=models, untagged=self._untagged)
        self.faults.found.extend(faults)
        self.sound = self.sound and written is not None
        return written

    def _untagged(self, path: Path, given: Any) -> Fault:
        name = given.get("distribution") if isinstance(given, dict) else None
        message = f"must be a map with a known distribution {allowed(name, DISTRIBUTIONS)}"
        return Fault(place_of(self.node, path), f"{self.path}.{dotted(path)}", message)

    def fault(self, path: Path, message: str, *, at_key: bool = False) -> None:
        """Note a fault at the value (or the key itself) at a path in the entry, or at the entry where there is none."""
        self.sound = False
        name = ".".join(part for part in (self.path, dotted(path)) if part)
        self.faults.add(place_of(self.node, path, key=at_key), name, message)

    def known(self, path: Path, what: str, ids: Sequence[str], known: Collection[str], *, at_key: bool = False) -> None:
        """Note each id of the list at a path that is not known. at_key: the ids are the keys of a map."""
        for index, id in enumerate(ids):
            if id not in known:
                self.sound = False
                place = place_of(self.node, (*path, id if at_key else index), key=at_key)
                name = ".".join((self.path, dotted((*path, id) if at_key else path)))
                self.faults.unknown(place, name, what, id, known, _LISTED.get(what, ""))

    def has(self, key: str) -> bool:
        """Whether the key is written."""
        return isinstance(self.node, Map) and key in self.node.items
