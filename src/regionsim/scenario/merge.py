"""Merges scenario files, and sets single values in the result.

Core objects: `merge` for `extends` (maps merge, `null` removes, lists append) and `set_value` for `--set PATH=VALUE`.
A list whose first item is null stands by itself: it replaces the list that it would be appended to. A distribution of
another kind replaces the whole distribution, since the two share no keys. Nodes keep the place where they were written,
so a merged scenario knows the file and line of each of its values.
"""

from collections.abc import Iterable

from regionsim.errors import argument
from regionsim.scenario.schema import FILE_KEYS
from regionsim.yamlfile.faults import MAX_FAULTS, Fault, Path, Place, allowed, dotted, nearest, quoted
from regionsim.yamlfile.locate import Items, Leaf, Map, Node, read_value


def merge(base: Map, over: Map, faults: list[Fault], path: Path = (), *, sure: bool = True) -> Map:
    """`over` merged onto `base`, as new nodes; faults are added to the list.

    `sure` False: part of what is extended could not be read, so removing an unknown key is not a fault.
    """
    merged = Map(dict(base.items), over.place, dict(base.keys))
    for key, node in over.items.items():
        here = (*path, key)
        under = merged.items.get(key)
        if _is_null(node):
            if under is not None:
                del merged.items[key], merged.keys[key]
            elif sure:
                close = nearest(key, base.items) if len(faults) < MAX_FAULTS else None
                hint = f"; did you mean {close}?" if close else ""
                message = (
                    f"null removes a key that the extended scenario sets, and it does not set this (omit it{hint})"
                )
                faults.append(Fault(node.place, dotted(here), message))
            continue
        merged.items[key], merged.keys[key] = node, over.keys[key]
        if isinstance(node, Map):
            base_map = under if isinstance(under, Map) and not _other_kind(under, node) else Map()
            merged.items[key] = merge(base_map, node, faults, here, sure=sure)
        elif isinstance(node, Items):
            merged.items[key] = _appended(under, node, faults, here, sure=sure)
    return merged


def _other_kind(under: Map, over: Map) -> bool:
    """Whether both are distributions, of different kinds."""
    kinds = [kind.value for node in (under, over) if isinstance(kind := node.items.get("distribution"), Leaf)]
    return len(kinds) == 2 and kinds[0] != kinds[1]


def _appended(under: Node | None, over: Items, faults: list[Fault], path: Path, *, sure: bool) -> Items:
    """The list appended to the one it extends, or by itself if its first item is null."""
    listed = under.items if isinstance(under, Items) else []
    if not over.items or not _is_null(over.items[0]):
        return Items([*listed, *over.items], over.place)
    if not listed and sure:
        message = "null removes what the extended scenario lists, and it lists nothing here (omit it)"
        faults.append(Fault(over.items[0].place, dotted((*path, 0)), message))
    return Items(over.items[1:], over.place)


def set_value(root: Map, text: str, parameters: Iterable[str], faults: list[Fault]) -> None:
    """Apply one `PATH=VALUE` to the merged scenario; faults are added to the list.

    A path is dotted: `worlds`, `levers.trade_facilitation.intensity`, `parameters.trade.potential`, `shocks.0.for` or
    `shocks.autumn.for`. VALUE is read as YAML; null removes.
    """
    where = Place(argument("sets"))
    name, equals, written = text.partition("=")
    name = name.strip()
    if not equals or not name or not all(name.split(".")):
        faults.append(Fault(where, "", f"{quoted(text)} is not PATH=VALUE (such as worlds=50)"))
        return
    label = dotted(name.split("."))
    value, yaml_faults = read_value(written, argument("sets"))
    faults += [Fault(where, ".".join(filter(None, (label, fault.path))), fault.message) for fault in yaml_faults]
    if value is None:
        if not yaml_faults:
            faults.append(Fault(where, label, "has no value (null removes)"))
        return
    try:
        _put(root, name.split("."), value, list(parameters))
    except ValueError as error:
        faults.append(Fault(where, label, str(error)))


def _put(root: Map, parts: list[str], value: Node, parameters: list[str]) -> None:
    """Set the value at the path. Raises ValueError if there is no such path."""
    where = Place(argument("sets"))
    if parts[0] not in FILE_KEYS or parts[0] == "extends":
        full = ".".join(parts)
        hint = f"(did you mean parameters.{full}?)" if full in parameters else allowed(parts[0], _settable())
        raise ValueError(f"there is no such key {hint}")
    node: Node = root
    while True:
        key, parts = _step(node, parts, parameters if node is root.items.get("parameters") else ())
        if isinstance(node, Items):
            index = _index(node, key)
            if not parts:
                if _is_null(value):
                    del node.items[index]
                else:
                    node.items[index] = value
                return
            node = node.items[index]
            continue
        if not isinstance(node, Map):
            raise ValueError(f"{quoted(key)} is not part of a map or list there")
        if not parts:
            _put_key(node, key, value)
            return
        if key not in node.items:
            node.items[key], node.keys[key] = Map({}, where, {}), where
        node = node.items[key]


def _settable() -> list[str]:
    return [key for key in FILE_KEYS if key != "extends"]


def _step(node: Node, parts: list[str], parameters: Iterable[str]) -> tuple[str, list[str]]:
    """The next key and the remaining parts: parameter names contain dots, so the longest known name is taken."""
    names = {*parameters, *(node.items if isinstance(node, Map) else ())}
    for length in range(len(parts), 0, -1):
        if ".".join(parts[:length]) in names:
            return ".".join(parts[:length]), parts[length:]
    return (".".join(parts), []) if parameters else (parts[0], parts[1:])


def _put_key(node: Map, key: str, value: Node) -> None:
    if not _is_null(value):
        node.items[key], node.keys[key] = value, Place(argument("sets"))
    elif key in node.items:
        del node.items[key], node.keys[key]
    else:
        raise ValueError("null removes a value, and none is set there " + allowed(key, node.items))


def _index(node: Items, key: str) -> int:
    """Position in a list by number from 0, or by the `id` of an item."""
    ids = [item.items.get("id") if isinstance(item, Map) else None for item in node.items]
    names = [str(id.value) if isinstance(id, Leaf) else "" for id in ids]
    if key in names and key:
        return names.index(key)
    if key.isascii() and key.isdigit() and len(key) < 7 and int(key) < len(node.items):
        return int(key)
    choices = [str(i) for i in range(len(node.items))] + [name for name in names if name]
    raise ValueError(f"the list has no item {quoted(key)} {allowed(key, choices)}")


def _is_null(node: Node) -> bool:
    return isinstance(node, Leaf) and node.value is None
