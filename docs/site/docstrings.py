"""Docstrings of this project as Sphinx reads them: plain prose becomes reStructuredText.

Single backticks are code; public classes and errors become links. Text such as "worlds: how many. out: the folder."
becomes a list of parameters. Nothing else is interpreted.

Core objects: `as_rest`, `named`.
"""

from __future__ import annotations

import contextlib
import inspect
import re
from typing import TYPE_CHECKING, Any

import regionsim

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

CODE = re.compile(r"`([^`]+)`")
MARKUP = re.compile(r"[*|\\@]|(?<=\w)_(?!\w)")
ERROR = re.compile(r"\b(RegionsimError|InputError|RunInterrupted|WorldsFailed)\b")
PART = re.compile(r"(?:^|(?<=[.;:] ))(\w+): ")


def prose(text: str) -> str:
    """Prose with code in backticks, as reStructuredText."""
    pieces = CODE.split(text)
    return "".join(_code(piece) if i % 2 else _plain(piece) for i, piece in enumerate(pieces))


def _plain(text: str) -> str:
    return ERROR.sub(r":py:exc:`\1 <regionsim.\1>`", MARKUP.sub(r"\\\g<0>", text))


def _code(text: str) -> str:  # `run` and `plan` are also names of attributes, so only classes become links
    return f":py:obj:`{text} <regionsim.{text}>`" if text in regionsim.__all__ and text[0].isupper() else f"``{text}``"


def named(paragraph: str, names: set[str]) -> tuple[str, dict[str, str]]:
    """A paragraph split into what stands before the first "name: ", and the text of each name."""
    found = [part for part in PART.finditer(paragraph) if part[1] in names]
    if not found:
        return paragraph, {}
    ends = [part.start() for part in found[1:]] + [len(paragraph)]
    texts = {part[1]: paragraph[part.end() : end].strip().rstrip(";") for part, end in zip(found, ends, strict=True)}
    return paragraph[: found[0].start()].strip(), texts


def as_rest(lines: list[str], names: set[str]) -> list[str]:
    """A docstring as reStructuredText. names: of its parameters."""
    groups: list[list[str]] = []
    for block in re.split(r"\n\s*\n", "\n".join(lines).strip()):
        if block.startswith("    "):
            groups += [["::"], block.splitlines()]
            continue
        before, parts = named(" ".join(block.split()), names)
        raised = ""
        if parts:  # what is raised is of the function, not of its last parameter
            last = [*parts][-1]
            parts[last], mark, said = parts[last].partition("Raises ")
            raised = mark + said
        listed = [line for name, text in parts.items() for line in (f"``{name}``", f"    {prose(text.strip())}")]
        groups += [group for group in ([prose(before)], listed, [prose(raised)]) if any(group)]
    return [line for group in groups for line in (*group, "")]


def _on_docstring(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    names: set[str] = set()
    if what in {"function", "method", "class"}:
        with contextlib.suppress(TypeError, ValueError):
            names = set(inspect.signature(thing).parameters)
    lines[:] = as_rest(lines, names)


def _on_signature(app: Sphinx, what: str, name: str, thing: Any, *said: Any) -> tuple[str, None] | None:
    """A scenario is made by `load`: pages of pydantic's types say nothing to a reader."""
    return ("", None) if thing is regionsim.Scenario else None


def _on_missing(app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.Element) -> Any:
    """A type by its short name or by that of the module that defines it leads to the public name."""
    name = node.get("reftarget", "").rpartition(".")[2].replace("PlayOptions", "PlaySettings")
    if node.get("refdomain") != "py" or name not in regionsim.__all__:
        return None
    python = env.get_domain("py")
    return python.resolve_xref(env, node["refdoc"], app.builder, "obj", f"regionsim.{name}", node, content)


def setup(app: Sphinx) -> dict[str, bool]:
    """Listen to autodoc, and to links that lead nowhere."""
    app.connect("autodoc-process-docstring", _on_docstring)
    app.connect("autodoc-process-signature", _on_signature)
    app.connect("missing-reference", _on_missing)
    return {"parallel_read_safe": True}
