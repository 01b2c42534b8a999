"""How violent a theatre is, beyond what strikes, truces and numbers of fighters explain: a walk, or rare steps.

Core objects: `shift_regime`, which moves `Violence.regime` (W, G) in log points from the start, and `level`, the same
within its bound. What moved violence from 2014 to 2024 is known in part (operations, the takeover in Kabul), and when
the next such thing comes is not, so chance stands for it. `structure.violence` says how: by steps at random times, or
by a walk with a trend that fades (P12). `experiments/tempo.py` estimates the walk from the record.
"""

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from regionsim.model import maths, samplers
from regionsim.model.bounds import bent
from regionsim.model.samplers import Array
from regionsim.schema.categories import BALOCH, ISKP, OTHER, TTP
from regionsim.schema.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

type Flags = npt.NDArray[np.bool_]

THEATRES = (("khyber_pakhtunkhwa", (TTP, ISKP, OTHER)), ("balochistan", (BALOCH,)))
WALK = 1.0  # reading of `structure.violence`
RECORDED = math.log(2.0)  # a walk is an event wherever violence has doubled or halved


def trend_at_start(w: "RegionModel") -> Array:
    """Trend of each theatre at the start, (W, 2), log points a year: from its steady distribution, about the growth
    of the groups, which is read off the record before the start.
    """
    return trend_sd(w)[:, np.newaxis] * together(w, samplers.normal_inv(w.streams.uniforms("walk.start", 3)))


def trend_sd(w: "RegionModel") -> Array:
    """Steady standard deviation of a trend, (W,), such that it makes its share of the variance of a year's change."""
    sd, share, years = (w.p[f"violence.walk_{name}"] for name in ("sd", "trend", "trend_years"))
    over_a_year = 2.0 * years * (1.0 + years * maths.expm1(-1.0 / years))
    return np.asarray(sd * maths.sqrt(share / over_a_year))


def together(w: "RegionModel", z: Array) -> Array:
    """Noise of the two theatres, (W, 2), from that of the nation and of each, (W, 3), correlated by `walk_common`."""
    common = w.p["violence.walk_common"][:, np.newaxis]
    return np.asarray(maths.sqrt(common) * z[:, :1] + maths.sqrt(1.0 - common) * z[:, 1:])


def wander(w: "RegionModel") -> Array:
    """Change of each theatre's log tempo this week, (W, 2): dL = g dt + s dW, where the trend g fades over
    `violence.walk_trend_years` (T) and is renewed by chance, dg = -g/T dt + e dB.
    """
    p, v = w.p, w.violence
    z = samplers.normal_inv(w.streams.uniforms("walk", 6))
    if not v.walk:  # its parts never change
        kept = maths.exp(-1.0 / (WEEKS_PER_YEAR * p["violence.walk_trend_years"]))
        alone = p["violence.walk_sd"] * maths.sqrt((1.0 - p["violence.walk_trend"]) / WEEKS_PER_YEAR)
        v.walk = tuple(part[:, np.newaxis] for part in (alone, kept, trend_sd(w) * maths.sqrt(1.0 - kept * kept)))
    alone, kept, renewed = v.walk
    change = v.trend / WEEKS_PER_YEAR + alone * together(w, z[:, :3])
    v.trend = kept * v.trend + renewed * together(w, z[:, 3:])
    return np.asarray(change)


def step(w: "RegionModel", walks: Flags) -> tuple[Flags, Array]:
    """Whether each theatre takes a new level this week, and the level, (W, 2): at random times, within the largest
    change on record, which also bounds steps of known date. A later change of level replaces either.
    """
    p, v = w.p, w.violence
    hazard = p["violence.regimes_per_year"] / WEEKS_PER_YEAR
    sigma, most = p["violence.regime_sigma"][:, np.newaxis], p["violence.regime_most"][:, np.newaxis]
    within = most / np.maximum(sigma, 1e-9)
    new = sigma * samplers.truncated_normal_inv(w.streams.uniforms("regime.level", 2), within)
    changes = w.streams.uniforms("regime.change", 2) < hazard[:, np.newaxis]
    v.regime = np.where(walks[:, np.newaxis], v.regime, maths.clip(v.regime, -most, most))
    return changes & ~walks[:, np.newaxis], new


def shift_regime(w: "RegionModel") -> None:
    """Changes of unknown date in how violent a theatre is: a walk, or rare steps (P12; HT6).

    Steps of known date act by either reading: weapons and room to move lift the TTP's level at a takeover, an operation
    that clears lowers the level of Khyber Pakhtunkhwa.
    """
    p, v = w.p, w.violence
    v.regime[:, TTP] += w.shocks.takeover * p["security.takeover_tempo"]
    for g in THEATRES[0][1]:
        v.regime[:, g] -= w.shocks.operation * p["security.operation_step"]
    walks = p["structure.violence"] == WALK
    changes, new = step(w, walks)
    change = np.where(walks[:, np.newaxis], wander(w), 0.0)
    for theatre, (_, members) in enumerate(THEATRES):
        for g in members:
            v.regime[:, g] = np.where(changes[:, theatre], new[:, theatre], v.regime[:, g] + change[:, theatre])
    record(w, changes, walks)


def level(w: "RegionModel") -> Array:
    """Level of each group's theatre, (W, G) in log points from the start: itself up to the largest change on record,
    up or down, and beyond that bent towards `violence.beyond_record` times it, as a multiple of attacks.
    """
    most, beyond = w.p["violence.regime_most"][:, np.newaxis], w.p["violence.beyond_record"][:, np.newaxis]
    regime = w.violence.regime
    return np.asarray(np.sign(regime) * bent(np.abs(regime), most, 1.0 + maths.log(beyond) / most))


def record(w: "RegionModel", changes: Flags, walks: Flags) -> None:
    """Record each step, and a walk wherever violence has doubled or halved since it was last recorded."""
    v, now = w.violence, level(w)
    for theatre, (name, members) in enumerate(THEATRES):
        here = now[:, members[-1]]  # the last group of each has the level of its theatre and nothing of its own
        far = walks & (np.abs(here - v.recorded[:, theatre]) >= RECORDED)
        new = changes[:, theatre] | far
        if maths.some(new):
            v.recorded[:, theatre] = np.where(far, here, v.recorded[:, theatre])
            w.event(new, "regime", place=name, magnitude=maths.exp(here))
