"""Letters that the font of the pictures lacks: taken from another font of the machine, or replaced by a plain sign.

Core objects: `show_letters` (makes every text of a figure one that can be drawn), `show` (one text), `unshown` (names
of the letters that no font here has, for the one line that says so), `advance` (how wide a letter is).
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
_NO_LETTERS = ("lastresort", "last resort", "blank", "notdef")  # fonts that have a box for everything
_unshown: dict[str, None] = {}  # letters since `unshown` was last asked, in order


def show_letters(figure: Figure) -> None:
    """Let every text of the figure take letters from other fonts where its own lacks them; replace what none has."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            _show_ticks(axis)
    for text in figure.findobj(Text):
        if isinstance(text, Text):
            show(text)


def unshown() -> list[str]:
    """Names of letters replaced since this was last asked, at most about a dozen; none are left to be told after."""
    names = [_name(letter) for letter in _unshown]
    _unshown.clear()
    return names if len(names) <= _MOST else [*names[:_MOST], f"{len(names) - _MOST} more"]


@cache
def advance(letter: str, *, bold: bool = False) -> float:
    """How far a letter takes a line on, as a share of its size; that of a square where the font has no such letter."""
    font = FT2Font(findfont(FontProperties(family=[FONT], weight="bold" if bold else "normal")))
    if not font.get_char_index(ord(letter)):
        return 1.0
    font.set_size(_LARGE, 72.0)
    return font.load_char(ord(letter)).linearHoriAdvance / 65536.0 / _LARGE


def _show_ticks(axis: Axis) -> None:
    """Words of an axis are written anew whenever it is drawn: they are replaced where they come from."""
    if not isinstance(axis.get_major_locator(), FixedLocator):  # numbers and dates are of letters that there are
        return
    labels = axis.get_ticklabels()
    before = [label.get_text() for label in labels]
    for label in labels:
        show(label)
    after = [label.get_text() for label in labels]
    if after != before:
        axis.set_ticks(axis.get_majorticklocs(), after)


def show(text: Text) -> None:
    """Let one text take letters from other fonts where its own lacks them; replace what none has."""
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
        elif unicodedata.category(letter) in {"Cf", "Mn"}:  # says how to draw others, as joiners and selectors do
            content = content.replace(letter, "")
        else:
            content = content.replace(letter, PLAIN)
            _unshown[letter] = None
    if content != text.get_text():
        text.set_text(content)
    if families:
        text.set_fontfamily([FONT, *families])


def _printable(letter: str) -> str:
    """The letter; a space for a tab and for all else that steers a terminal."""
    return " " if letter != "\n" and unicodedata.category(letter) == "Cc" else letter


def _name(letter: str) -> str:
    return unicodedata.name(letter, f"U+{ord(letter):04X}")


@cache
def _letters_of(family: str, weight: str | int, style: Style) -> frozenset[int]:
    """What a family has in this weight; nothing where it cannot be read."""
    try:
        path = findfont(FontProperties(family=[family], weight=weight, style=style), fallback_to_default=False)
        return frozenset(FT2Font(path).get_charmap())
    except (ValueError, RuntimeError, OSError):
        return frozenset()


@cache
def _family_with(letter: str, weight: str | int, style: Style) -> str | None:
    """The first family of the machine that draws a letter; None where there is none."""
    return next((family for family in _families() if _draws(family, letter, weight, style)), None)


def _draws(family: str, letter: str, weight: str | int, style: Style) -> bool:
    """Whether a family has a letter and can draw it: fonts of coloured pictures have letters and cannot."""
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
