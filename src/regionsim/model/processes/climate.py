"""The climate: variables of the briefs that no series measures, joined by the links that the briefs claim.

Core object: `Climate`. Each soft variable is a deviation from its start on a logit scale. It drifts towards the mean of
its causes plus the push of levers. Causes are the signed links of `seeds/claims/mechanisms.csv` that act on the day
(`causal_map`: no norms, no past epochs, nothing that leads to nothing measured), with weights drawn in each draw, so no
variable moves more than its causes; by one reading gains wait at gates (`conditions`). The briefs claim directions
only: sizes and speeds, and so the results that rest on them, are assumptions with wide ranges.
Measured variables enter by their distance from the start (`variables.MEASURED`) and are acted on through channels
(`mechanisms`), never directly.
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from regionsim.evidence.inputs import Inputs, load_inputs
from regionsim.model import maths
from regionsim.model._jit import F64_IN2, array_in, array_out, float64, int64, kernel, void
from regionsim.model.causal_map import TODAY, acting, arrows
from regionsim.model.epochs import overlaps, spans
from regionsim.model.mechanisms import Channel, channel
from regionsim.model.named import SOFT_PLACE
from regionsim.model.processes.conditions import Conditions
from regionsim.model.random import draw_uniform
from regionsim.model.samplers import Array, lognormal_inv
from regionsim.model.variables import MEASURED, SOFT
from regionsim.schema.dates import first_week, week_date

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

VARIABLES: tuple[str, ...] = (*SOFT, *MEASURED)
GUARD = 1.5  # channels together move a knob by no more than this, in log points


class Link(NamedTuple):
    """A mechanism that joins two variables, by their positions in `VARIABLES`."""

    id: str
    cause: int
    effect: int
    sign: float
    epoch: str


def read_links(kind: str, inputs: Inputs | None = None, first: date = TODAY, last: date = date.max) -> tuple[Link, ...]:
    """The mechanisms that act as `link` or as `channel` on any day from first to last, in the order of the table."""
    mechanisms = (load_inputs() if inputs is None else inputs).mechanisms
    position = {name: i for i, name in enumerate(VARIABLES)}
    return tuple(
        Link(arrow.id, position[arrow.cause], position[arrow.effect], arrow.sign, arrow.epoch)
        for arrow in acting(arrows(mechanisms), first, last)
        if arrow.kind == kind
    )


class Climate:
    """Deviations of the soft variables, (W, V) in logits: `induced` by links, `pushed` by levers; both 0 at the start.

    `through` (W, V) is the part of `pushed` that reaches measured processes by channels: a lever with a directly sized
    effect on them pushes through links only, so that nothing is counted twice. `open` (W, V) is the share of a gain
    that gates let through.
    """

    def __init__(self, w: "RegionModel") -> None:
        worlds = w.n_worlds
        self.open = np.ones((worlds, len(SOFT)))
        self.start = np.stack([w.p[f"climate.{name}_initial"] for name in SOFT], axis=1)
        self.induced = np.zeros((worlds, len(SOFT)))
        self.pushed = np.zeros((worlds, len(SOFT)))
        self.through = np.zeros((worlds, len(SOFT)))
        self.acts = np.zeros((worlds, len(SOFT)))
        """Acts of outside powers above the usual, (W, V) in logits: one more cause of each variable."""
        self.links = read_links("link", w.inputs, w.start, w.study.end)
        self.cause = np.array([link.cause for link in self.links])
        self.effect = np.array([link.effect for link in self.links])
        self._drawn = self._weights(w, self.links)
        self.conditions = Conditions(w.inputs.mechanisms, self.links)
        channels = [(link, *_channel(link)) for link in read_links("channel", w.inputs, w.start, w.study.end)]
        self.knobs = tuple(sorted({(way.knob, way.how) for _, way, _ in channels}))
        """The knobs that channels turn, and how."""
        self.channel_cause = np.array([link.cause for link, _, _ in channels])
        self.channel_knob = np.array([self.knobs.index((way.knob, way.how)) for _, way, _ in channels])
        size = np.stack([sign * w.p[way.parameter] for _, way, sign in channels], axis=1)
        self._sized = size * self._weights(w, [link for link, _, _ in channels])
        self._epochs = [link.epoch for link in (*self.links, *(link for link, _, _ in channels))]
        self.follow(w.start, 0)

    def follow(self, start: date, week: int) -> None:
        """Let only the claims act whose epoch covers the first day of the week: sets their weights, (W, L) and (W,
        channels).

        A soft variable follows the weighted mean of its causes that act: whatever is drawn, it moves less than they do.
        """
        day = week_date(start, week)
        now = [overlaps(epoch, day, day) for epoch in self._epochs]
        self.live = tuple(now[: len(self.links)])
        turns = {end for epoch in self._epochs for span in spans(epoch) for end in span}
        self.until = first_week(start, min(turn for turn in turns if turn > day))
        """The week from which another epoch counts."""
        weight = np.ascontiguousarray(self._drawn * np.array(self.live))
        total = np.zeros((weight.shape[0], len(SOFT)))
        _gather(np.ones((weight.shape[0], len(VARIABLES))), weight, self.cause, self.effect, total)
        sign = np.array([link.sign for link in self.links])
        self.weight = np.ascontiguousarray(weight * sign / np.maximum(total, 1e-12)[:, self.effect])
        self.channel_weight = np.ascontiguousarray(self._sized * np.array(now[len(self.links) :]))

    @staticmethod
    def _weights(w: "RegionModel", links: Sequence[Link]) -> Array:
        """Weight of each link in each draw, (W, L): lognormal with median 1."""
        spread = w.p["climate.link_spread"]
        rows = [
            lognormal_inv(draw_uniform(w.streams.seed, w.worlds.draw, f"link:{link.id}"), np.zeros(1), spread)
            for link in links
        ]
        return np.ascontiguousarray(np.stack(rows, axis=1))

    def gated(self, deviation: Array, v: int | slice = slice(None)) -> Array:
        """A deviation after gates, (W, V), or (W,) of variable v: losses in full, gains as far as gates are open."""
        return np.where(deviation > 0.0, self.open[:, v] * deviation, deviation)

    @property
    def level(self) -> Array:
        """The soft variables, scale 0-1, (W, V)."""
        start = maths.log(self.start / (1.0 - self.start))
        return maths.logistic(start + self.gated(self.induced + self.pushed))

    def of(self, name: str) -> Array:
        """One soft variable, scale 0-1, (W,). Raises KeyError for a variable that is not soft."""
        return np.asarray(self.level[:, SOFT_PLACE[name]])

    def soft(self, name: str) -> Array:
        """A soft variable as a cause of others, (W,): its change, bounded."""
        v = SOFT_PLACE[name]
        return maths.tanh(self.gated(self.induced[:, v] + self.pushed[:, v], v))

    def weight_of(self, links: tuple[str, ...]) -> Array:
        """Sum of the signed weights of these links among the causes of their effect, (W,): 0 for those at rest."""
        among = [k for k, link in enumerate(self.links) if link.id in links]
        return maths.row_sum(np.ascontiguousarray(self.weight[:, among]))

    def felt(self, name: str) -> Array:
        """Change of a soft variable that acts on measured processes, (W,) in logits: induced by links, or pushed by
        levers without a sized effect.
        """
        v = SOFT_PLACE[name]
        return np.asarray(self.gated(self.induced[:, v] + self.through[:, v], v))


def _channel(link: Link) -> tuple[Channel, float]:
    entry = channel(VARIABLES[link.cause], VARIABLES[link.effect])
    assert entry is not None  # noqa: S101  # treated as a channel only where there is one
    return entry[0], link.sign * entry[1]


def drift(w: "RegionModel") -> None:
    """Move soft variables towards their causes and the push of levers, then turn the knobs of channels."""
    c, p = w.climate, w.p
    if w.week >= c.until:
        c.follow(w.start, w.week)
    speed = 1.0 - w.fade("climate.speed_weeks")[:, np.newaxis]
    push, through = w.policy.pushes[0] + w.drivers.push, w.policy.pushes[1] + w.drivers.push_through
    c.pushed = c.pushed + speed * (push - c.pushed)
    c.through = c.through + speed * (through - c.through)
    c.open = c.conditions.openness(w, c.level, c.live)
    value = np.empty((w.n_worlds, len(SOFT) + len(MEASURED)))
    value[:, : len(SOFT)] = maths.tanh(c.gated(c.induced + c.pushed))
    for place, read in enumerate(MEASURED.values(), len(SOFT)):
        value[:, place] = read(w)
    target = np.zeros(c.induced.shape)
    _gather(value, c.weight, c.cause, c.effect, target)
    gain = p["climate.gain"][:, np.newaxis]
    c.induced = c.induced + speed * (gain * target + c.acts - c.induced)
    turn(w)


def turn(w: "RegionModel") -> None:
    """Channels: knobs follow the soft variables that the documents say act on measured processes."""
    c = w.climate
    size = np.zeros((w.n_worlds, len(c.knobs)))
    _gather(maths.tanh(c.gated(c.induced + c.through)), c.channel_weight, c.channel_cause, c.channel_knob, size)
    factor = maths.exp(maths.clip(size, -GUARD, GUARD))
    lifts = {knob: factor[:, k] for k, (knob, how) in enumerate(c.knobs) if how == "lift"}
    adds = {knob: size[:, k] for k, (knob, how) in enumerate(c.knobs) if how == "add"}
    w.policy.modulate(lifts, adds)


@kernel(void(F64_IN2, F64_IN2, array_in(int64), array_in(int64), array_out(float64, 2)))
def _gather(
    value: Array, weight: Array, cause: npt.NDArray[np.int64], effect: npt.NDArray[np.int64], out: Array
) -> None:
    """out[w, effect] += weight[w, link] * value[w, cause], link by link in order."""
    for w in range(value.shape[0]):
        for k in range(cause.size):
            out[w, effect[k]] += weight[w, k] * value[w, cause[k]]
