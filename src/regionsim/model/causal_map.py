"""The causal map: every claim that joins two variables as an arrow, and which arrows act on given days.

Core objects: `Arrow`, `arrows` (all that the claims draw), `acting` (those of the weekly step), `became` (what became
of each mechanism) and `idle_levers`. An arrow acts if its epoch covers the days, if it is not a norm among variables
that no series measures, and if it leads, through arrows that act, to something measured. All others stay on the drawn
map (docs/causal-map.md).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from regionsim.evidence import Claim
from regionsim.evidence.records import Lever
from regionsim.model.epochs import overlaps, spans
from regionsim.model.mechanisms import Treatment, channel, treatment
from regionsim.model.named import MEASURED_NAMES
from regionsim.schema.knobs import KNOBS

TODAY: Final = date(2025, 8, 18)
"""The day of the briefs' webinar, from which the shipped scenarios start."""
NORM: Final = "a norm: it says what ought to be, and names no cause at work"
IDLE: Final = "reaches nothing measured"

READ: Final[dict[str, str]] = {
    "af_stability": "processes.violence:order",
    "taliban_ct_effort": "processes.violence:recruit_and_lose",
    "cpec_extension": "processes.projects:build",
    "china_investment": "actors.powers:China.decide",
}
"""Soft variables that processes and actors read directly, beside those that turn a knob through a channel."""


@dataclass(frozen=True)
class Arrow:
    """A claim that joins two variables. kind: link or channel; norm: whether it says what ought to be."""

    id: str
    cause: str
    effect: str
    sign: float
    kind: str
    norm: bool
    epoch: str


def arrows(mechanisms: Mapping[str, Claim]) -> tuple[Arrow, ...]:
    """Every mechanism that is a link or a channel by its variables and its sign, in the order of the table."""
    drawn = []
    for id, claim in mechanisms.items():
        cells = claim.fields
        cause, effect, sign = (cells.get(key, "") for key in ("cause_variable", "effect_variable", "sign"))
        kind = treatment(id, cause, effect, sign).kind
        if kind in ("link", "channel"):
            norm = cells.get("claim_kind") == "normative"
            drawn.append(Arrow(id, cause, effect, 1.0 if sign == "+" else -1.0, kind, norm, cells["epoch"]))
    return tuple(drawn)


def acting(drawn: Iterable[Arrow], first: date, last: date) -> tuple[Arrow, ...]:
    """The arrows of the weekly step of a scenario from `first` to `last`.

    A norm among soft variables is no cause. A norm that names what a recommendation does to a measured process stays a
    channel, as that is the effect for which the recommendation is tried.
    """
    live = [each for each in drawn if overlaps(each.epoch, first, last) and not (each.norm and each.kind == "link")]
    reach = reaching(live)
    return tuple(arrow for arrow in live if arrow.kind == "channel" or arrow.effect in reach)


def reaching(live: Iterable[Arrow]) -> frozenset[str]:
    """Soft variables that lead to something measured: by a channel, by being read (`READ`), or by links to others."""
    links = [arrow for arrow in live if arrow.kind == "link"]
    reach = READ.keys() | {arrow.cause for arrow in live if arrow.kind == "channel"}
    while more := {arrow.cause for arrow in links if arrow.effect in reach} - reach:
        reach |= more
    return frozenset(reach).difference(MEASURED_NAMES)


def became(mechanisms: Mapping[str, Claim], day: date = TODAY) -> dict[str, Treatment]:
    """What became of each mechanism, by id, in a scenario from a day on: an arrow that does not act is on the map."""
    drawn = {arrow.id: arrow for arrow in arrows(mechanisms)}
    act = {arrow.id for arrow in acting(drawn.values(), day, date.max)}
    result = {}
    for id, claim in mechanisms.items():
        keys = ("cause_variable", "effect_variable", "sign")
        whole = treatment(id, *(claim.fields.get(key, "") for key in keys))
        off = id in drawn and id not in act
        result[id] = Treatment("map", "", _why(drawn[id], day)) if off else whole
    return result


def leading(mechanisms: Mapping[str, Claim], day: date = TODAY) -> frozenset[str]:
    """The soft variables that lead to something measured from a day on."""
    return reaching(acting(arrows(mechanisms), day, date.max))


def in_the_step(variable: str, mechanisms: Mapping[str, Claim], day: date = TODAY) -> bool:
    """Whether a variable of the briefs is measured, or leads to something measured from a day on."""
    return variable in MEASURED_NAMES or variable in leading(mechanisms, day)


def idle_levers(levers: Mapping[str, Lever], mechanisms: Mapping[str, Claim], day: date = TODAY) -> dict[str, str]:
    """Levers that by themselves move nothing measured, and why: what they push leads nowhere, or they multiply a 0."""
    act = acting(arrows(mechanisms), day, date.max)
    lead = reaching(act)
    channels = [channel(arrow.cause, arrow.effect) for arrow in act if arrow.kind == "channel"]
    added = {entry[0].knob for entry in channels if entry}
    idle = {}
    for id, lever in levers.items():
        pushed = [name for name, _ in lever.pushes]
        nought = [effect.knob for effect in lever.effects if effect.how != "add" and not KNOBS[effect.knob].neutral]
        still = [knob for knob in nought if knob not in added]
        if lever.parts or len(still) < len(lever.effects) or lead & set(pushed):
            continue
        reasons = [f"what it pushes ({', '.join(pushed)}) {IDLE}"] if pushed else []
        reasons += [f"{', '.join(still)} is 0 unless another lever adds to it"] if still else []
        idle[id] = "; ".join(reasons)
    return idle


def _why(arrow: Arrow, day: date) -> str:
    """Why an arrow does not act from a day on."""
    if arrow.norm and arrow.kind == "link":
        return NORM
    if not overlaps(arrow.epoch, day, date.max):
        return f"a past epoch ({arrow.epoch}, ended on {max(end for _, end in spans(arrow.epoch))})"
    return IDLE
