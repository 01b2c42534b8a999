"""Faults of input files: place, path, what is wrong, what is allowed.

Core objects: `Place`, `Fault`, and `allowed`, which words what is allowed. A fault is always one printable line:
`FILE:LINE:COLUMN: path: what is wrong (what is allowed; did you mean ...?)`.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

type Path = tuple[str | int, ...]  # keys and list indices from the root

MAX_FAULTS = 100  # listed of one scenario
_SHOWN = 60  # characters of a value or key repeated in a fault
_COMPARED = 2000  # choices compared with a word to find the nearest
_LISTED = 12  # choices listed; if there are more, the command that lists them is named instead


@dataclass(frozen=True, order=True)
class Place:
    """A place in a file: line and column from 1; line 0 means an argument (`sets`)."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        name = printable(self.file, 1000)
        return f"{name}:{self.line}:{self.column}" if self.line else name


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong with the input. `path` is dotted; empty for the file as a whole."""

    place: Place
    path: str
    message: str

    def __str__(self) -> str:
        place = str(self.place)
        path = "" if self.path == place.removeprefix("--") else self.path  # an argument named like the key that it sets
        return ": ".join(part for part in (place, path, self.message) if part)


def printable(text: str, limit: int = _SHOWN) -> str:
    """The text on one line without control characters or lone surrogates, cut at `limit` characters."""
    safe = text[:limit] if text[:limit].isprintable() else repr(text[:limit])[1:-1]
    return safe + ("..." if len(text) > limit else "")


_JOINERS = "\u200c\u200d"  # used to write Persian, Urdu and Dari


def hidden(text: str) -> str | None:
    """The first character that a name may not contain, such as U+202E: an invisible or control character; or None."""
    first = next((sign for sign in text if not (sign.isprintable() or sign in _JOINERS)), None)
    return None if first is None else f"U+{ord(first):04X}"


def figure(number: float) -> str:
    """A number as a fault shows it: 3,000,000 or 0.8."""
    return f"{number:,}".removesuffix(".0")


def quoted(value: object) -> str:
    """A value as a fault repeats it: short, printable, text in quotes."""
    if isinstance(value, str):
        return f"'{printable(value)}'"
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return printable(str(value))


def dotted(path: Iterable[str | int]) -> str:
    """The path as users write it after --set: `shocks.0.on`."""
    return ".".join(printable(str(part)) for part in path)


def nearest(word: object, choices: Iterable[str]) -> str | None:
    """The choice most similar to the word, or None if none is similar."""
    options = list(islice(choices, _COMPARED))
    lowered = {option.lower(): option for option in reversed(options)}
    close = difflib.get_close_matches(str(word)[:_SHOWN].lower(), lowered, n=1, cutoff=0.6)
    return lowered[close[0]] if close else None


def allowed(word: object, choices: Iterable[str], listing: str = "") -> str:
    """The bracket that ends a fault: the choices, or the command that lists them, and the nearest choice.

    `listing` is a command such as `regionsim list levers`, named if there are many choices.
    """
    options = sorted(choices) if listing else list(choices)
    parts = []
    if len(options) <= _LISTED or not listing:
        parts.append("allowed: " + (", ".join(map(printable, options)) or "none"))
    else:
        parts.append(f"see `{listing}`")
    close = nearest(word, options)
    if close is not None:
        parts.append(f"did you mean {printable(close)}?")
    return f"({'; '.join(parts)})"
