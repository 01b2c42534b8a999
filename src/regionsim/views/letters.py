"""Letters that the font of the pictures lacks: drawn in another font of the machine, or replaced by `PLAIN`.

Core objects: `show_letters` (makes every text of a figure drawable), `show` (one text), `unshown` (names of letters
that no font here has), `advance` (the width of a letter).
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Literal

from regionsim.views.plotting import FONT

# isort: split
from matplotlib.font_manager import FontProperties, findfont, fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

type Style = Literal["normal", "italic", "oblique"]

PLAIN = "?"
_LARGE = 100.0  # points at which letters are measured
_MOST = 12  # names of letters in a line
_NO_LETTERS = ("lastresort", "last resort", "blank", "notdef")  # fonts that draw a box for every letter
_unshown: dict[str, None] = {}  # letters since the last call of `unshown`, in order


def show_letters(figure: Figure) -> None:
    """Let every text of the figure use other fonts for letters its own lacks; replace letters that none has."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            _show_ticks(axis)
    for text in figure.findobj(Text):
        if isinstance(text, Text):
            show(text)


def unshown() -> list[str]:
    """Names of letters replaced since the last call, at most 12 and the number of others."""
    names = [_name(letter) for letter in _unshown]
    _unshown.clear()
    return names if len(names) <= _MOST else [*names[:_MOST], f"{len(names) - _MOST} more"]


@cache
def advance(letter: str, *, bold: bool = False) -> float:
    """Advance width of a letter, as a share of the font size; 1 if the font has no such letter."""
    font = FT2Font(findfont(FontProperties(family=[FONT], weight="bold" if bold else "normal")))
    if not font.get_char_index(ord(letter)):
        return 1.0
    font.set_size(_LARGE, 72.0)
    return font.load_char(ord(letter)).linearHoriAdvance / 65536.0 / _LARGE


def _show_ticks(axis: Axis) -> None:
    """Replace the labels of an axis at their source, as an axis writes them anew whenever it is drawn."""
    if not isinstance(axis.get_major_locator(), FixedLocator):  # numbers and dates need no other font
        return
    labels = axis.get_ticklabels()
    before = [label.get_text() for label in labels]
    for label in labels:
        show(label)
    after = [label.get_text() for label in labels]
    if after != before:
        axis.set_ticks(axis.get_majorticklocs(), after)


def show(text: Text) -> None:
    """Let a text use other fonts for letters its own lacks; replace letters that none has."""
    content = "".join(map(_printable, text.get_text()))
    font = text.get_fontproperties()
    weight, style = font.get_weight(), font.get_style()
    base = _letters_of(FONT, weight, style)
    families: dict[str, None] = {}
    for letter in dict.fromkeys(content):
        if ord(letter) in base or letter == "\n":
            continue
        family = _family_with(letter, weight, style)
        if family is not None:
            families[family] = None
        elif unicodedata.category(letter) in {"Cf", "Mn"}:  # joiners and selectors, which have no shape of their own
            content = content.replace(letter, "")
        else:
            content = content.replace(letter, PLAIN)
            _unshown[letter] = None
    if content != text.get_text():
        text.set_text(content)
    if families:
        text.set_fontfamily([FONT, *families])


def _printable(letter: str) -> str:
    """The letter; a space for a tab or another control character."""
    return " " if letter != "\n" and unicodedata.category(letter) == "Cc" else letter


def _name(letter: str) -> str:
    return unicodedata.name(letter, f"U+{ord(letter):04X}")


@cache
def _letters_of(family: str, weight: str | int, style: Style) -> frozenset[int]:
    """Letters of a family in this weight; empty if it cannot be read."""
    try:
        path = findfont(FontProperties(family=[family], weight=weight, style=style), fallback_to_default=False)
        return frozenset(FT2Font(path).get_charmap())
    except (ValueError, RuntimeError, OSError):
        return frozenset()


@cache
def _family_with(letter: str, weight: str | int, style: Style) -> str | None:
    """The first family of the machine that draws a letter; None if there is none."""
    return next((family for family in _families() if _draws(family, letter, weight, style)), None)


def _draws(family: str, letter: str, weight: str | int, style: Style) -> bool:
    """Whether a family has a letter and can draw it: colour fonts have letters that cannot be drawn."""
    if ord(letter) not in _letters_of(family, weight, style):
        return False
    try:
        font = FT2Font(findfont(FontProperties(family=[family], weight=weight, style=style)))
        font.set_size(10.0, 72.0)
        font.load_char(ord(letter))
    except (ValueError, RuntimeError, OSError):
        return False
    return True


@cache
def _families() -> tuple[str, ...]:
    """Families of the machine: DejaVu's, then Noto's, then others, by name."""
    return tuple(sorted(_usable(entry.name for entry in fontManager.ttflist), key=_order))


def _usable(names: Iterable[str]) -> set[str]:
    return {name for name in names if not any(word in name.lower() for word in _NO_LETTERS)}


def _order(name: str) -> tuple[int, str]:
    return (0 if name.startswith("DejaVu") else 1 if name.startswith("Noto") else 2, name)
