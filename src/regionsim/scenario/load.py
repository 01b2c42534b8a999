"""From a file, or the name of a shipped scenario, to a merged and validated `Scenario`.

Core objects: `load`, `load_with_origins` (also the merged nodes, each with its file and line), `from_resolved`. All
faults are listed at once, in the order of files and lines; nothing is guessed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from regionsim.doors import counted, plain_value, texts
from regionsim.errors import InputError, argument
from regionsim.scenario.checks import rule_faults
from regionsim.scenario.find import beside, display, read_bytes, source_path
from regionsim.scenario.merge import merge, set_value
from regionsim.scenario.problems import scenario_faults
from regionsim.scenario.relative import resolve_dates
from regionsim.scenario.schema import Scenario, ScenarioFile
from regionsim.scenario.timeline import observed_shocks
from regionsim.scenario.truncate import truncate
from regionsim.scenario.vocabulary import Vocabulary
from regionsim.scenario.vocabulary import vocabulary as installed_vocabulary
from regionsim.schema.dates import week_date, weeks_between
from regionsim.schema.quantities import read_quantity
from regionsim.yamlfile.faults import MAX_FAULTS, Fault, Place, quoted
from regionsim.yamlfile.locate import Leaf, Map, built, copied, plain, read

MAX_FILES = 20  # in one chain of extends
DICT = "scenario"  # what faults call a scenario that has no file, and its name where its title gives none
_LONGEST_NAME = 60  # of one made from a title


type Source = str | FilePath | Mapping[str, Any] | Scenario
"""A file's path, a shipped name, a Scenario, or the content of a file as a dict, which may hold values of NumPy and
pandas.
"""


def load(
    source: Source,
    *,
    sets: Sequence[str] = (),
    worlds: int | None = None,
    seed: int | None = None,
    vocabulary: Vocabulary | None = None,
) -> Scenario:
    """The scenario in a file (path), of a shipped name or in a dict, or a Scenario, with `sets` such as "worlds=50".

    `worlds` and `seed` override the file's. Names are checked against `vocabulary` (default: this installation's).
    Raises InputError with every fault; faults of the file are listed even if an override replaces the value.
    """
    if isinstance(source, Scenario) and not sets:
        return changed(source, worlds, seed)
    return load_with_origins(source, sets=sets, worlds=worlds, seed=seed, vocabulary=vocabulary)[0]


def load_all(
    sources: Iterable[Source], *, sets: Sequence[str] = (), worlds: int | None = None, seed: int | None = None
) -> list[Scenario]:
    """As `load`, for several; a file or name given twice counts once. Raises InputError with the faults of all."""
    scenarios: list[Scenario] = []
    faults: list[str] = []
    read: set[str | FilePath] = set()
    for source in sources:
        if isinstance(source, str | FilePath):
            if source in read:
                continue
            read.add(source)
        try:
            scenarios.append(load(source, sets=sets, worlds=worlds, seed=seed))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(list(dict.fromkeys(faults)))
    return scenarios


def load_with_origins(
    source: Source,
    *,
    sets: Sequence[str] = (),
    worlds: int | None = None,
    seed: int | None = None,
    vocabulary: Vocabulary | None = None,
) -> tuple[Scenario, Map]:
    """As `load`, and the merged nodes: every value as written, with its file and line."""
    names = installed_vocabulary() if vocabulary is None else vocabulary
    chain = _Chain(names)
    if isinstance(source, Scenario):
        path = FilePath(f"{source.name}.yaml")
        root = chain.merged(path, built(source.resolved(), source.name), source.name)
        chain.folders[source.name] = chain.home = None  # it may name a baseline beside a file that is not known here
    elif isinstance(source, Mapping):
        path = FilePath(f"{DICT}.yaml")
        root = chain.merged(path, built(plain_value(source), DICT), DICT)
    else:
        path = source_path(source)
        root = chain.merged(path)
    if sets or worlds is not None or seed is not None:
        chain.check(copied(root))
        for text in texts(sets, "sets"):
            set_value(root, text, names.parameters, chain.faults)
        for key, number in (("worlds", worlds), ("seed", seed)):
            if number is not None:
                place = Place(argument(key))
                root.items[key], root.keys[key] = Leaf(counted(number), place), place
    chain.check(root)
    if chain.faults:
        raise InputError(chain.lines())
    name = _named(root, names) if isinstance(source, Mapping) else path.stem
    return _scenario(root, name, names, chain.left_out), root


def _named(root: Map, names: Vocabulary) -> str:
    """A name for a scenario without a file, from its title; never that of a shipped one, which it is not."""
    words = re.findall(r"[a-z0-9]+", str(plain(root)["title"]).lower())
    name = "_".join(words)[:_LONGEST_NAME].strip("_") or DICT
    return f"own_{name}" if name in names.scenarios else name


def extended(source: str | FilePath) -> list[str]:
    """The names of the scenarios that a scenario extends, the nearest first. Raises InputError for a faulty one."""
    chain = _Chain(installed_vocabulary())
    chain.merged(source_path(source))
    if chain.faults:
        raise InputError(chain.lines())
    return [FilePath(file).stem for file in chain.folders][1:]


def changed(scenario: Scenario, worlds: int | None, seed: int | None) -> Scenario:
    """A scenario with another number of worlds or seed; unchanged if both are None. Raises InputError."""
    given = {"worlds": worlds, "seed": seed}
    root = Map({key: Leaf(counted(n), Place(argument(key))) for key, n in given.items() if n is not None})
    if not root.items:
        return scenario
    faults = scenario_faults(root, complete=False)
    if faults:
        raise InputError([str(fault) for fault in sorted(faults)])
    return scenario.model_copy(update=plain(root))


def from_resolved(text: str, name: str, *, vocabulary: Vocabulary | None = None) -> Scenario:
    """The scenario that `Scenario.resolved_yaml` wrote. Raises InputError with every fault."""
    names = installed_vocabulary() if vocabulary is None else vocabulary
    root, faults = read(text.encode("utf-8", "surrogatepass"), "scenario.yaml")
    if root is not None:
        faults = [*faults, *scenario_faults(root), *rule_faults(root, names, lambda _: None)]
    if faults or root is None:
        raise InputError([str(fault) for fault in sorted(faults)])
    return _scenario(root, name, names)


def _scenario(root: Map, name: str, names: Vocabulary, left_out: Sequence[str] = ()) -> Scenario:
    """The resolved scenario of nodes without faults: units read, defaults filled."""
    data = plain(root)
    try:
        file = ScenarioFile.model_validate(data)
        values = {field: getattr(file, field) for field in ScenarioFile.model_fields if field != "format"}
        values["parameters"] = {
            key: read_quantity(value, names.parameters[key].unit) if isinstance(value, str) else value
            for key, value in file.parameters.items()
        }
        last = week_date(file.start, weeks_between(file.start, file.end) - 1)
        history = observed_shocks(file.timeline, file.start, last, names.timeline)
        return Scenario.model_validate(
            {"name": name, "history": history, "left_out": left_out}
            | {_alias(key): value for key, value in values.items()}
        )
    except ValidationError as error:  # faults were listed before: reaching this is an error of ours
        raise AssertionError(f"scenario {name}: faults went unnoticed: {error}") from error


def _alias(field: str) -> str:
    return Scenario.model_fields[field].alias or field


class _Chain:
    """Reads a file and what it extends. `folders` maps files as shown to their folders, in the order read; `home` is
    the folder of the first file, to which overrides belong.
    """

    def __init__(self, names: Vocabulary) -> None:
        self.names = names
        self.faults: list[Fault] = []
        self.folders: dict[str, FilePath | None] = {}
        self.home: FilePath | None = None
        self.complete = True
        self.read_any = False
        self.left_out: list[str] = []

    def merged(self, path: FilePath, given: Map | None = None, name: str = "") -> Map:
        """The file merged onto what it extends. given: its content, if there is no file, which faults call `name`."""
        self.home = path.parent
        layers: list[Map] = []
        chain: list[FilePath] = []
        following: FilePath | None = path
        while following is not None:
            chain.append(following.resolve())
            layer, following = self.layer(following, chain, given, name)
            given = None
            if layer is None:
                self.complete = False
            else:
                layers.append(layer)
        self.read_any = bool(layers)
        root = Map()
        for layer in reversed(layers):
            root = merge(root, layer, self.faults, sure=self.complete)
        return root

    def check(self, root: Map) -> None:
        """Add the faults of merged nodes, after truncating them to their horizon."""
        if self.read_any:
            resolve_dates(root, self.names.latest)
            self.left_out = truncate(root, self.layer_number, self.names)
            self.faults += scenario_faults(root, complete=self.complete)
            self.faults += rule_faults(root, self.names, lambda file: self.folders.get(file, self.home))

    def layer(
        self, path: FilePath, chain: list[FilePath], given: Map | None, name: str
    ) -> tuple[Map | None, FilePath | None]:
        """The file's own nodes without `extends`, and the file it extends."""
        shown = display(path) if given is None else name
        self.folders[shown] = path.parent
        root = given
        if root is None:
            try:
                data = read_bytes(path)
            except ValueError as error:
                self.faults.append(Fault(Place(shown, 1, 1), "", str(error)))
                return None, None
            root, faults = read(data, shown)
            self.faults += faults
        if root is None or "extends" not in root.items:
            return root, None
        node = root.items.pop("extends")
        root.keys.pop("extends")
        try:
            if not isinstance(node, Leaf) or not isinstance(node.value, str):
                raise ValueError(f"{quoted(plain(node))} must be the name of one scenario")
            return root, self.extended(node.value, path.parent, chain)
        except ValueError as error:
            self.complete = False
            self.faults.append(Fault(node.place, "extends", str(error)))
            return root, None

    def extended(self, word: str, folder: FilePath, chain: list[FilePath]) -> FilePath:
        """The file that `extends` names. Raises ValueError for a circle or a chain too long."""
        path = beside(word, folder, self.names.scenarios)
        if path.resolve() in chain:
            circle = [file.name for file in chain[chain.index(path.resolve()) :]] + [path.name]
            raise ValueError(f"extends in a circle: {' -> '.join(circle)} (extend one that does not lead back)")
        if len(chain) >= MAX_FILES:
            raise ValueError(f"extends too long a chain (at most {MAX_FILES} files)")
        return path

    def layer_number(self, file: str) -> int:
        """0 for the command line, 1 for the file loaded, and so on down the chain of extends."""
        return list(self.folders).index(file) + 1 if file in self.folders else 0

    def lines(self) -> list[str]:
        """Faults without repeats: by file in the order read, the command line last, then by place."""

        def order(fault: Fault) -> tuple[int, Fault]:
            return self.layer_number(fault.place.file) or MAX_FILES + 1, fault

        faults = sorted(set(self.faults), key=order)
        if len(faults) > MAX_FAULTS:
            rest = Fault(faults[MAX_FAULTS].place, "", f"only the first {MAX_FAULTS} faults are listed")
            faults = [*faults[:MAX_FAULTS], rest]
        return [str(fault) for fault in faults]
