"""Conditions in the climate: claims that one thing must hold before another can gain, or that two must move together.

Core object: `Conditions`. A claim of the form `gate` says that its effect gains only so far as its cause stands
(security before development, the army behind cooperation); one of the form `interaction` says that two tracks reinforce
each other and fail alone. Whether they do so, or only add up like other causes, is a reading of its own
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
    """The links that are gates, and those that are interactions, by their places among the links.

    Raises ValueError where a gate waits for a measured variable other than trust, whose level would be none.
    """

    def __init__(self, mechanisms: Mapping[str, Claim], links: Sequence["Link"]) -> None:
        forms = [mechanisms[link.id].fields["form"] for link in links]
        self.gates = [link for link, form in zip(links, forms, strict=True) if form == "gate"]
        self.interactions = [k for k, form in enumerate(forms) if form == "interaction"]
        measured = {list(MEASURED)[link.cause - len(SOFT)] for link in self.gates if link.cause >= len(SOFT)}
        if measured - {"trust"}:
            raise ValueError(f"no level of {', '.join(sorted(measured - {'trust'}))} to wait for")

    def openness(self, w: "RegionModel", level: Array) -> Array:
        """How far each soft variable may gain, (W, V) in 0..1, from the levels (W, V) of last week.

        A gate is open at the level `climate.gate_at` of its cause and above (below its mirror for one that must end),
        and shut at none of it; several gates multiply.
        """
        at = w.p["climate.gate_at"]
        read, trust = w.p["structure.gates"], 0.5 * (w.relations.trust[0] + w.relations.trust[1])
        found = np.ones(level.shape)
        for link in self.gates:
            stands = level[:, link.cause] if link.cause < len(SOFT) else trust
            stands = stands if link.sign > 0.0 else 1.0 - stands
            found[:, link.effect] *= 1.0 - read * (1.0 - np.clip(stands / at, 0.0, 1.0))
        return found

    def together(self, w: "RegionModel") -> Array:
        """How far security and economy have both gained, (W,): the geometric mean of what each gained, 0 if one lost.

        Security by fewer TTP attacks, economy by trade, both as measured (MA24, MA99).
        """
        security = np.maximum(-MEASURED["ttp_violence"](w), 0.0)
        return np.asarray(np.sqrt(security * np.maximum(MEASURED["trade"](w), 0.0)))
