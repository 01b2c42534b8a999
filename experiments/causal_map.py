"""Writes docs/causal-map.md and its two drawings: every claim that joins two variables, as an arrow.

Core objects: `drawing` (arrows -> SVG text) and `pages` (file name -> text). Variables stand on a circle, by group and
so that arrows are short; each arrow has the claim's id and words as its title. Run after changing a mechanism or
what of it acts:  ./dev python experiments/causal_map.py   (a test compares the files with what it makes).
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import cos, pi, sin
from pathlib import Path
from textwrap import fill

from regionsim.cli.catalog import rows
from regionsim.evidence import load_evidence
from regionsim.model.causal_map import IDLE, READ, TODAY, Arrow, arrows
from regionsim.model.named import MAPPED, MEASURED_NAMES, SOFT

sys.path.insert(0, str(Path(__file__).resolve().parent))
from tabular import table  # a neighbour, not a package

DOCS = Path(__file__).resolve().parents[1] / "docs"
WIDE, HIGH, RADIUS = 1340, 1340, 385.0
GAP = 2.0
"""Room between groups, in places of a variable."""
FONT = 13
COLOURS = {1.0: "#0072b2", -1.0: "#d55e00"}
GREY, INK = "#6b6b6b", "#1a1a1a"
SWEEPS = 40

type Point = tuple[float, float]


def circle(drawn: Sequence[Arrow], groups: Mapping[str, str]) -> dict[str, float]:
    """The angle of each variable that an arrow touches, in radians from the top: by group, neighbours close."""
    names = sorted({name for arrow in drawn for name in (arrow.cause, arrow.effect)})
    kinds = sorted({groups[name] for name in names})
    parts = {kind: [name for name in names if groups[name] == kind] for kind in kinds}
    beside: dict[str, list[str]] = {name: [] for name in names}
    for arrow in drawn:
        beside[arrow.cause].append(arrow.effect)
        beside[arrow.effect].append(arrow.cause)
    angles = _spread(parts)
    for _ in range(SWEEPS):  # each variable towards the mean direction of its neighbours, within its group
        for kind, part in parts.items():
            centre = sum(angles[name] for name in part) / len(part)
            pull = {name: _towards([angles[other] for other in beside[name]], centre) for name in part}
            parts[kind] = sorted(part, key=lambda name: (round(pull[name], 6), name))
        angles = _spread(parts)
    return angles


def _spread(parts: Mapping[str, Sequence[str]]) -> dict[str, float]:
    places = sum(map(len, parts.values())) + GAP * len(parts)
    angles, place = {}, GAP / 2.0
    for part in parts.values():
        for name in part:
            angles[name] = 2.0 * pi * (place + 0.5) / places
            place += 1.0
        place += GAP
    return angles


def _towards(angles: Sequence[float], centre: float) -> float:
    """Mean of angles, each taken by the shorter way round from the centre."""
    turned = [(angle - centre + pi) % (2.0 * pi) - pi for angle in angles]
    return sum(turned) / max(len(turned), 1)


def _point(angle: float, radius: float) -> Point:
    return WIDE / 2.0 + radius * sin(angle), HIGH / 2.0 - radius * cos(angle)


def drawing(drawn: Sequence[Arrow], why: Mapping[str, str], title: str) -> str:
    """The arrows on a circle as SVG. why: of each arrow that does not act, the reason."""
    variables = load_evidence().variables
    angles = circle(drawn, {name: claim.fields["group"] for name, claim in variables.items()})
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" font-family="sans-serif" '
        f'font-size="{FONT}" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDE}" height="{HIGH}" fill="#ffffff"/>',
        "<defs>",
        *(_head(name, colour) for name, colour in (("plus", COLOURS[1.0]), ("minus", COLOURS[-1.0]))),
        "</defs>",
        *(
            _arrow(each, nth, angles, why)
            for each, nth in _numbered(sorted(drawn, key=lambda each: each.id not in why))
        ),
        *(_label(name, angle, variables[name].title) for name, angle in angles.items()),
        *_key(bool(why.keys() & {arrow.id for arrow in drawn})),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _head(name: str, colour: str) -> str:
    shape = '<path d="M0 0L10 5L0 10z"'
    size = 'viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse"'
    return f'<marker id="{name}" {size} orient="auto">{shape} fill="{colour}"/></marker>'


def _numbered(drawn: Sequence[Arrow]) -> Iterator[tuple[Arrow, int]]:
    """Each arrow with its number among those of the same two variables."""
    seen: Counter[tuple[str, str]] = Counter()
    for arrow in drawn:
        yield arrow, seen[arrow.cause, arrow.effect]
        seen[arrow.cause, arrow.effect] += 1


def _arrow(arrow: Arrow, nth: int, angles: Mapping[str, float], why: Mapping[str, str]) -> str:
    """A curve that bends the deeper inwards the farther its ends are apart; those of the same ends side by side."""
    start, end = angles[arrow.cause], angles[arrow.effect]
    apart = (end - start + pi) % (2.0 * pi) - pi
    (x, y), (u, v) = _point(start, RADIUS - 8.0), _point(end, RADIUS - 8.0)
    depth = RADIUS * (1.0 - min(abs(sin(apart / 2.0)) ** 0.5, 0.95))
    over, up = _point(start + apart / 2.0, depth - 14.0 * nth)
    shape = f'd="M{x:.1f} {y:.1f}Q{over:.1f} {up:.1f} {u:.1f} {v:.1f}"'
    style = 'stroke-width="1.5" opacity="0.85"' if arrow.id not in why else 'stroke-width="1" opacity="0.4"'
    style += ' stroke-dasharray="5 4"' if arrow.id in why else ""
    head = f'marker-end="url(#{"plus" if arrow.sign > 0 else "minus"})"'
    words = f"{arrow.id}: {arrow.cause} {'raises' if arrow.sign > 0 else 'lowers'} {arrow.effect}"
    words += f" (on the map only: {why[arrow.id]})" if arrow.id in why else ""
    return (
        f'<path {shape} fill="none" stroke="{COLOURS[arrow.sign]}" {style} {head}><title>{escape(words)}</title></path>'
    )


def _label(name: str, angle: float, title: str) -> str:
    """A dot and the variable's words, turned outwards; measured ones bold, those without a state grey."""
    (x, y), (u, v) = _point(angle, RADIUS), _point(angle, RADIUS + 9.0)
    turned, anchor = (angle * 180.0 / pi - 90.0, "start") if angle <= pi else (angle * 180.0 / pi + 90.0, "end")
    colour = GREY if name in MAPPED else INK
    weight = ' font-weight="bold"' if name in MEASURED_NAMES else ' font-style="italic"' if name in MAPPED else ""
    words = f"{name}: {title}"
    return (
        f'<g fill="{colour}"><title>{escape(words)}</title><circle cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'
        f'<text x="{u:.1f}" y="{v:.1f}" dy="4" text-anchor="{anchor}"{weight} '
        f'transform="rotate({turned:.1f} {u:.1f} {v:.1f})">{escape(title)}</text></g>'
    )


def _key(mapped: bool) -> list[str]:
    """What colours, dashes and letters mean, in the corner."""
    words = [
        (f'stroke="{COLOURS[1.0]}" stroke-width="1.5"', "raises"),
        (f'stroke="{COLOURS[-1.0]}" stroke-width="1.5"', "lowers"),
    ]
    words += [(f'stroke="{GREY}" stroke-dasharray="5 4"', "on the map only")] if mapped else []
    lines = [
        f'<path d="M16 {22 + 22 * k}H52" fill="none" {style}/><text x="60" y="{26 + 22 * k}">{text}</text>'
        for k, (style, text) in enumerate(words)
    ]
    below = 26 + 22 * len(words)
    lines += [f'<text x="16" y="{below}" font-weight="bold">measured</text>']
    lines += [f'<text x="16" y="{below + 22}">no series, in the weekly step</text>']
    if mapped:
        grey = f'fill="{GREY}" font-style="italic"'
        lines += [f'<text x="16" y="{below + 44}" {grey}>no series, no state</text>']
    return lines


def pages() -> dict[str, str]:
    """The page and its drawings by file name under docs/."""
    claims = load_evidence().kind("mechanism")
    drawn = arrows(claims)
    became = {row["id"]: row for row in rows("mechanisms")}
    why = {arrow.id: became[arrow.id]["why"] for arrow in drawn if became[arrow.id]["treatment"] == "map"}
    act = [arrow for arrow in drawn if arrow.id not in why]
    return {
        "img/causal_map.svg": drawing(drawn, why, "The causal map: every claim that joins two variables"),
        "img/causal_map_acting.svg": drawing(act, {}, "The claims that act in the weekly step"),
        "causal-map.md": _page(drawn, why),
    }


def _page(drawn: Sequence[Arrow], why: Mapping[str, str]) -> str:
    reasons = Counter(reason.partition(" (")[0].partition(":")[0] for reason in why.values())
    past, norm, idle = (reasons[words] for words in ("a past epoch", "a norm", IDLE))
    lines = [
        (arrow.id, f"`{arrow.cause}`", "+" if arrow.sign > 0 else "-", f"`{arrow.effect}`", arrow.epoch,
         f"on the map only: {why[arrow.id]}" if arrow.id in why else f"in the weekly step, as a {arrow.kind}")
        for arrow in drawn
    ]  # fmt: skip
    said = f"""\
What the briefs claim to lead to what. Of their mechanisms {len(drawn)} join two variables with a direction, at least
one of which no series measures. {len(drawn) - len(why)} of them act in the weekly step of a scenario that starts on
{TODAY:%d %B %Y}. The others are drawn and move nothing: {past} are of a past epoch, {norm} are norms, {idle} lead to
nothing measured. A claim acts if its epoch covers the day, if it is not a norm among variables that no series measures,
and if it leads, through claims that act, to something measured: to a knob of a measured process, or to a variable that
a process reads ({", ".join(f"`{name}`" for name in READ)}). In a scenario that starts before the takeover of 15 August
2021 the claims of the years before it act until that day."""
    return f"""\
<!-- Made by experiments/causal_map.py from the tables of claims; do not edit. -->
# The causal map

{fill(said, 120)}

That a claim acts says nothing of its being true, nor does that it is drawn only: the briefs give directions, and
hardly ever sizes. `regionsim explain ID` gives the words of a claim and where they stand; mechanisms between measured
variables are rules of processes ([Coverage](coverage.md)).

## What acts

![The claims that act in the weekly step: variables on a circle, joined by arrows](img/causal_map_acting.svg)

Blue raises, orange lowers; measured variables are bold. [Opened by itself](img/causal_map_acting.svg) the drawing
names the claim of an arrow, and the key of a variable, where the pointer rests.

## Everything that is claimed

![Every claim that joins two variables: those that act are solid, the others dashed](img/causal_map.svg)

Dashed arrows are on the map only; variables in grey have no state. [Opened by itself](img/causal_map.svg).

## Every arrow

{table(("claim", "cause", "sign", "effect", "epoch", "what became of it"), lines)}

## Variables without a state

Nothing leads from them to anything measured, on any day from 2014 on.

{table(("variable", "what"), [(f"`{name}`", title) for name, title in MAPPED.items()])}

## Variables at rest since the takeover

What is claimed to lead from them to anything measured was said of the years before. They have a state, and links move
them in scenarios that start before 15 August 2021.

{table(("variable", "what"), [(f"`{name}`", SOFT[name]) for name in _resting(drawn, why)])}
"""


def _resting(drawn: Sequence[Arrow], why: Mapping[str, str]) -> list[str]:
    moving = {name for arrow in drawn if arrow.id not in why for name in (arrow.cause, arrow.effect)} | READ.keys()
    return [name for name in SOFT if name not in moving]


def main() -> None:
    """Write the page and the drawings."""
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
