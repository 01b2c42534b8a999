"""The climate: variables of the briefs that no series measures, joined by the links that the briefs claim.

Core object: `Climate`. Each soft variable is a deviation from its start on a logit scale. It drifts towards the mean of
its causes plus the push of levers. Causes are the signed links of `seeds/claims/mechanisms.csv`, with weights drawn in
each draw, so no variable moves more than its causes; by one reading gains wait at gates (`conditions`). The briefs
claim directions only: sizes and speeds, and so the results that rest on them, are assumptions with wide ranges.
Measured variables enter by their distance from the start (`variables.MEASURED`) and are acted on through channels
(`mechanisms`), never directly.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from regionsim.evidence.inputs import Inputs, load_inputs
from regionsim.model import maths
from regionsim.model._jit import F64_IN2, array_in, array_out, float64, int64, kernel, void
from regionsim.model.mechanisms import Channel, channel, treatment
from regionsim.model.named import SOFT_PLACE
from regionsim.model.processes.conditions import Conditions
from regionsim.model.random import draw_uniform
from regionsim.model.samplers import Array, lognormal_inv
from regionsim.model.variables import MEASURED, SOFT

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


def read_links(kind: str, inputs: Inputs | None = None) -> tuple[Link, ...]:
    """The mechanisms treated as `link` or as `channel`, in the order of the table."""
    mechanisms = (load_inputs() if inputs is None else inputs).mechanisms
    position = {name: i for i, name in enumerate(VARIABLES)}
    links = []
    for id, claim in mechanisms.items():
        cause, effect, sign = (claim.fields.get(key, "") for key in ("cause_variable", "effect_variable", "sign"))
        if treatment(id, cause, effect, sign).kind == kind:
            links.append(Link(id, position[cause], position[effect], 1.0 if sign == "+" else -1.0))
    return tuple(links)


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
        links = read_links("link", w.inputs)
        self.cause = np.array([link.cause for link in links])
        self.effect = np.array([link.effect for link in links])
        weight = self._weights(w, links)
        total = np.zeros((worlds, len(SOFT)))
        _gather(np.ones((worlds, len(VARIABLES))), weight, self.cause, self.effect, total)
        sign = np.array([link.sign for link in links])
        # a weighted mean of causes: whatever is drawn, a variable moves less than its causes
        self._ids = tuple(link.id for link in links)
        normalised = np.ascontiguousarray(weight * sign / np.maximum(total, 1e-12)[:, self.effect])
        self.conditions = Conditions(w.inputs.mechanisms, links)
        # where the two tracks are complements, their joint effect replaces these links
        self.weight = normalised.copy()
        joint = self.conditions.interactions
        self.weight[:, joint] *= 1.0 - w.p["structure.security_and_economy"][:, np.newaxis]
        self.joint_weight = normalised[:, joint] - self.weight[:, joint]
        channels = [(link, *_channel(link)) for link in read_links("channel", w.inputs)]
        self.knobs = tuple(sorted({(way.knob, way.how) for _, way, _ in channels}))
        """The knobs that channels turn, and how."""
        self.channel_cause = np.array([link.cause for link, _, _ in channels])
        self.channel_knob = np.array([self.knobs.index((way.knob, way.how)) for _, way, _ in channels])
        size = np.stack([sign * w.p[way.parameter] for _, way, sign in channels], axis=1)
        self.channel_weight = np.ascontiguousarray(size * self._weights(w, [link for link, _, _ in channels]))

    @staticmethod
    def _weights(w: "RegionModel", links: "tuple[Link, ...] | list[Link]") -> Array:
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
        """Sum of the signed weights of these links among the causes of their effect, (W,)."""
        return maths.row_sum(np.ascontiguousarray(self.weight[:, [self._ids.index(id) for id in links]]))

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
    speed = 1.0 - maths.exp(-1.0 / p["climate.speed_weeks"])[:, np.newaxis]
    push, through = w.policy.pushes[0] + w.drivers.push, w.policy.pushes[1] + w.drivers.push_through
    c.pushed = c.pushed + speed * (push - c.pushed)
    c.through = c.through + speed * (through - c.through)
    c.open = c.conditions.openness(w, c.level)
    soft = maths.tanh(c.gated(c.induced + c.pushed))
    measured = np.stack([np.broadcast_to(read(w), (w.n_worlds,)) for read in MEASURED.values()], axis=1)
    target = np.zeros(c.induced.shape)
    _gather(np.ascontiguousarray(np.concatenate([soft, measured], axis=1)), c.weight, c.cause, c.effect, target)
    both = c.conditions.together(w)
    for k, link in enumerate(c.conditions.interactions):
        stronger = 1.0 + np.maximum(soft[:, c.cause[link]], 0.0) if c.cause[link] < len(SOFT) else 1.0
        target[:, c.effect[link]] += c.joint_weight[:, k] * both * stronger
    gain = p["climate.gain"][:, np.newaxis]
    c.induced = c.induced + speed * (gain * target + c.acts - c.induced)
    turn(w)


def turn(w: "RegionModel") -> None:
    """Channels: knobs follow the soft variables that the documents say act on measured processes."""
    c = w.climate
    size = np.zeros((w.n_worlds, len(c.knobs)))
    _gather(maths.tanh(c.gated(c.induced + c.through)), c.channel_weight, c.channel_cause, c.channel_knob, size)
    factor = maths.exp(np.clip(size, -GUARD, GUARD))
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
