"""Conditions in the climate: claims that one thing must hold before another can gain, or that two must move together.

Core object: `Conditions`. A claim of the form `gate` says that its effect gains only as far as its cause holds
(security before development, the army behind cooperation); one of the form `interaction` says that two tracks reinforce
each other and fail alone. Whether they do so, or only add up like other causes, is a structural choice
(`structure.gates`, `structure.security_and_economy`; H1, H2, H12).
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from regionsim.evidence import Claim
from regionsim.model.samplers import Array
from regionsim.model.variables import MEASURED, SOFT

if TYPE_CHECKING:
    from regionsim.model.processes.climate import Link
    from regionsim.model.region import RegionModel


class Conditions:
    """The links that are gates, and the positions among the links of those that are interactions.

    Raises ValueError where a gate depends on a measured variable other than trust, which has no level.
    """

    def __init__(self, mechanisms: Mapping[str, Claim], links: Sequence["Link"]) -> None:
        forms = [mechanisms[link.id].fields["form"] for link in links]
        self.gates = [link for link, form in zip(links, forms, strict=True) if form == "gate"]
        self.interactions = [k for k, form in enumerate(forms) if form == "interaction"]
        measured = {list(MEASURED)[link.cause - len(SOFT)] for link in self.gates if link.cause >= len(SOFT)}
        if measured - {"trust"}:
            raise ValueError(f"a gate cannot depend on {', '.join(sorted(measured - {'trust'}))}: it has no level")

    def openness(self, w: "RegionModel", level: Array) -> Array:
        """Share of its gain that each soft variable keeps, (W, V) in 0-1, from the levels (W, V) of last week.

        A gate is open where its cause is at the level `climate.gate_at` or above (mirrored for a cause that must end),
        and shut where it is at 0; several gates multiply.
        """
        at = w.p["climate.gate_at"]
        reading, trust = w.p["structure.gates"], 0.5 * (w.relations.trust[0] + w.relations.trust[1])
        open_share = np.ones(level.shape)
        for link in self.gates:
            cause = level[:, link.cause] if link.cause < len(SOFT) else trust
            cause = cause if link.sign > 0.0 else 1.0 - cause
            open_share[:, link.effect] *= 1.0 - reading * (1.0 - np.clip(cause / at, 0.0, 1.0))
        return open_share

    def together(self, w: "RegionModel") -> Array:
        """How far security and economy have both gained, (W,): the geometric mean of their gains, 0 if one lost.

        Security by fewer TTP attacks, economy by trade, both as measured (MA24, MA99).
        """
        security = np.maximum(-MEASURED["ttp_violence"](w), 0.0)
        return np.asarray(np.sqrt(security * np.maximum(MEASURED["trade"](w), 0.0)))
