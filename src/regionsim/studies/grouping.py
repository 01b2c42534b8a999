"""Groups of overrides: several levers, shocks or parameters that `why` takes for one cause.

Core objects: `read_groups` (from texts such as "coercion=border_fence,autumn"), `grouped`, and `Grouping`: the causes,
and the overrides of each.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from regionsim.errors import InputError, argument
from regionsim.studies.overrides import Override
from regionsim.yamlfile.faults import allowed, nearest, quoted

type Groups = Mapping[str, Sequence[str]]
"""Name -> members: levers, shocks and deals by their id, parameters by their name, or any override by its path."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_ -]{0,39}", re.ASCII)
_LISTED = 12  # choices named in a fault


@dataclass(frozen=True)
class Grouping:
    """Causes in the order of the scenario: groups at the place of their first member, and overrides in no group."""

    causes: tuple[Override, ...]
    members: Mapping[str, frozenset[str]]
    """Path of a cause -> paths of its overrides."""

    @property
    def rows(self) -> list[dict[str, object]]:
        """The causes as plain data: path, words, members."""
        return [asdict(cause) | {"members": sorted(self.members[cause.path])} for cause in self.causes]

    def paths(self, chosen: Iterable[str]) -> frozenset[str]:
        """The paths of the overrides of some causes."""
        return frozenset(path for cause in chosen for path in self.members[cause])


def count_causes(causes: int, overrides: int) -> str:
    """The number of overrides, and of the causes that they are grouped into, in words."""
    words = f"{overrides} override{'' if overrides == 1 else 's'}"
    return words if causes == overrides else f"{words} in {causes} cause{'' if causes == 1 else 's'}"


def read_groups(texts: Iterable[str]) -> dict[str, list[str]]:
    """Groups from texts NAME=MEMBER,MEMBER. Raises InputError with every fault."""
    groups: dict[str, list[str]] = {}
    faults = []
    for text in texts:
        name, sign, listed = text.partition("=")
        members = [word for member in listed.split(",") if (word := member.strip())]
        if not sign or not members:
            faults.append(
                f"{argument('groups')}: {quoted(text)} must be NAME=MEMBER,MEMBER, such as coercion=border_fence,autumn"
            )
        elif name.strip() in groups:
            faults.append(f"{argument('groups')}: {quoted(name.strip())} is given twice (each group has its own name)")
        else:
            groups[name.strip()] = members
    if faults:
        raise InputError(faults)
    return groups


def grouped(overrides: Sequence[Override], groups: Groups) -> Grouping:
    """The causes of these overrides and groups. Raises InputError with every fault: names, members, overlaps."""
    known = _aliases(overrides)
    known_paths = {override.path for override in overrides}
    owner: dict[str, str] = {}
    members: dict[str, frozenset[str]] = {}
    faults: list[str] = []
    for name, listed in groups.items():
        if not _NAME.fullmatch(name) or name in known_paths or name == "total":
            faults.append(
                f"{argument('groups')}: {quoted(name)} cannot name a group (allowed: up to 40 letters and digits)"
            )
        if isinstance(listed, str) or not listed:
            faults.append(f"{argument('groups')}: {quoted(name)} must be a list of changes")
            continue
        paths = []
        for member in map(str, listed):
            path = known.get(member)
            if path is None:
                faults.append(f"{argument('groups')}: {name}: {_unknown(member, known, overrides)}")
            elif path in owner:
                faults.append(
                    f"{argument('groups')}: {name}: {quoted(member)} is also in {owner[path]} (a change has one group)"
                )
            else:
                owner[path] = name
                paths.append(path)
        members[name] = frozenset(paths)
    if faults:
        raise InputError(faults)
    causes: dict[str, Override] = {}
    for override in overrides:
        name = owner.get(override.path, override.path)
        if name in members:
            inside = [_end(each.path).replace("_", " ") for each in overrides if each.path in members[name]]
            causes.setdefault(name, Override(name, ", ".join(inside)))
        else:
            causes[name] = override
    single = {name: frozenset({name}) for name in causes if name not in members}
    return Grouping(tuple(causes.values()), {name: (members | single)[name] for name in causes})


def _aliases(overrides: Sequence[Override]) -> dict[str, str]:
    """What a member may be called -> its path: the path, and its end where only one override has it."""
    ends: dict[str, list[str]] = {}
    for override in overrides:
        ends.setdefault(_end(override.path), []).append(override.path)
    short = {end: paths[0] for end, paths in ends.items() if len(paths) == 1}
    return short | {override.path: override.path for override in overrides}


def _end(path: str) -> str:
    """The id in a path: of shocks.autumn, autumn."""
    return path.partition(".")[2].removeprefix("add.") or path


def _unknown(member: str, known: Mapping[str, str], overrides: Sequence[Override]) -> str:
    """What is wrong with a member that no override is called by."""
    several = [each.path for each in overrides if _end(each.path) == member]
    if several:
        return f"{quoted(member)} is the name of {len(several)} changes (say which: {', '.join(several)})"
    short = {path: end for end, path in known.items() if end != path}
    names = [short.get(each.path, each.path) for each in overrides]
    if len(names) <= _LISTED:
        return f"{quoted(member)} is no change of the scenario {allowed(member, names)}"
    close = nearest(member, names)
    hint = f" (did you mean {close}?)" if close else ""
    return f"{quoted(member)} is none of the {len(names)} changes of the scenario{hint}"
