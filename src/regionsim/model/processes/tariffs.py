"""Duties by direction and class of goods, as levers and scenarios change them, in USD 1,000 a container.

Core objects: `fees` and `elasticity` (response of a class to its cost). One multiple (`trade_fees`) acts on a table of
eight duties, so that relief matters most where duties are high; a scenario's change of duties acts on the goods and
direction it names.
"""

from typing import TYPE_CHECKING

import numpy as np

from regionsim.model.samplers import Array
from regionsim.schema.categories import GOODS, TRADE_KINDS

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

_TWO_WAY = 2  # exports and imports; transit bears rules, not duties


def fees(w: "RegionModel") -> Array:
    """Duties, fees and informal payments over those at the start, (W, K, G), USD 1,000 a container (S79, S90)."""
    p = w.p
    out = np.zeros((w.n_worlds, len(TRADE_KINDS), len(GOODS)))
    for k, kind in enumerate(TRADE_KINDS[:_TWO_WAY]):
        for g, goods in enumerate(GOODS):
            over = p["trade.container_value"] * (w.policy["trade_fees"] * w.shocks.duties[k, g] - 1.0)
            out[:, k, g] = p[f"trade.duty_{kind}_{goods}"] * over
    return out


def elasticity(w: "RegionModel", term: str) -> Array:
    """Price elasticity of each class, (W, G): that of all trade (`short` or `long`; S83) by the class's multiple."""
    multiple = w.table(*(f"trade.answers_{goods}" for goods in GOODS))
    return w.p[f"trade.elasticity_{term}"][:, np.newaxis] * multiple
