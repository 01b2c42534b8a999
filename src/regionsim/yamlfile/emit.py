"""Writes plain data as YAML text that reads back the same, with optional comments at the ends of lines.

Core object: `emit`. Maps are blocks; lists of scalars are in brackets on one line; text that could be read as another
type is in double quotes.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from regionsim.yamlfile.faults import Path
from regionsim.yamlfile.locate import resolve

type Remark = Callable[[Path], str]  # the remark for the value at a path; empty for none

_PLAIN = re.compile(r"[A-Za-z0-9_$][A-Za-z0-9_$ .,/%()+*@<>=-]*", re.ASCII)
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*", re.ASCII)


def _silent(_path: Path) -> str:
    return ""


def emit(data: dict[str, Any], remark: Remark = _silent) -> str:
    """YAML text of a map; `remark(path)` is added as a comment after the value at that path."""
    lines: list[str] = []
    _map(data, (), "", lines, remark)
    return "\n".join(lines) + "\n" if lines else "{}\n"


def _map(data: dict[str, Any], path: Path, indent: str, lines: list[str], remark: Remark, first: str = "") -> None:
    """Lines of a map; `first` replaces the indent of its first line (the dash of a list item)."""
    for i, (key, value) in enumerate(data.items()):
        start = first if i == 0 and first else indent
        _value(f"{start}{_key(key)}:", value, (*path, key), indent + "  ", lines, remark)


def _value(head: str, value: Any, path: Path, indent: str, lines: list[str], remark: Remark) -> None:
    if isinstance(value, dict) and value:
        lines.append(_with(head, remark(path)))
        _map(value, path, indent, lines, remark)
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        lines.append(_with(head, remark(path)))
        for i, item in enumerate(value):
            if isinstance(item, dict) and item:
                _map(item, (*path, i), indent + "  ", lines, remark, first=indent + "- ")
            else:
                _value(indent + "-", item, (*path, i), indent + "  ", lines, remark)
    else:
        lines.append(_with(f"{head} {_flow(value)}", remark(path)))


def _with(line: str, text: str) -> str:
    return f"{line}  # {text}" if text else line


def _flow(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_scalar(item, in_list=True) for item in value) + "]"
    return "{}" if isinstance(value, dict) else _scalar(value)


def _scalar(value: Any, in_list: bool = False) -> str:
    if isinstance(value, str):
        harmless = _PLAIN.fullmatch(value) and value == value.strip() and not (in_list and "," in value)
        return value if harmless and resolve(value) == value else json.dumps(value, ensure_ascii=False)
    return json.dumps(value, allow_nan=False)


def _key(key: str) -> str:
    return key if _KEY.fullmatch(key) and resolve(key) == key else json.dumps(key, ensure_ascii=False)
