"""Conditions in the climate: claims that one thing must hold before another can gain.

Core object: `Conditions`. A claim of the form `gate` says that its effect gains only as far as its cause holds
(security before development). Whether it does so, or only adds up like other causes, is a structural choice
(`structure.gates`; H2, H12). That two tracks must move together is said by norms alone (MA24, MA99, MA100), which are
no causes; whether they are complements is a choice in trade (`structure.security_and_economy`; H1).
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from regionsim.evidence import Claim
from regionsim.model import maths
from regionsim.model.samplers import Array
from regionsim.model.variables import SOFT

if TYPE_CHECKING:
    from regionsim.model.processes.climate import Link
    from regionsim.model.region import RegionModel


class Conditions:
    """The positions of gates among the links. Raises ValueError where one depends on a variable without a level."""

    def __init__(self, mechanisms: Mapping[str, Claim], links: Sequence["Link"]) -> None:
        self.links = links
        self.gates = [k for k, link in enumerate(links) if mechanisms[link.id].fields["form"] == "gate"]
        if measured := [links[k].id for k in self.gates if links[k].cause >= len(SOFT)]:
            raise ValueError(f"a gate cannot depend on a measured variable, which has no level: {', '.join(measured)}")

    def openness(self, w: "RegionModel", level: Array, live: tuple[bool, ...]) -> Array:
        """Share of its gain that each soft variable keeps, (W, V) in 0-1, from the levels (W, V) of last week.

        A gate is open where its cause is at the level `climate.gate_at` or above (mirrored for a cause that must end),
        and shut where it is at 0; several gates multiply. live: of each link, whether its epoch covers this week.
        """
        at, reading = w.p["climate.gate_at"], w.p["structure.gates"]
        open_share = np.ones(level.shape)
        for k in self.gates:
            link = self.links[k]
            cause = level[:, link.cause] if link.sign > 0.0 else 1.0 - level[:, link.cause]
            if live[k]:
                open_share[:, link.effect] *= 1.0 - reading * (1.0 - maths.clip(cause / at, 0.0, 1.0))
        return open_share
