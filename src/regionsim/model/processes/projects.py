"""Projects: power and gas corridors that are built, stopped and delivered late, and mines behind a security gate.

Core object: `Projects`. Progress p' = p + v G, with the gate G in {0, 1} and hysteresis (SCIENCE 1g): works stop on the
upper rungs of the ladder or where violence is far above the start, and restart some years later. Announced dates slip
by 1.5 to 4 times (P13). A pledge is not a disbursement: mineral money flows only while the gate is open (MA45, MA57,
CT29).
"""

from typing import TYPE_CHECKING

import numpy as np

from regionsim.model.samplers import Array

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

WEEKS_PER_YEAR = 365.25 / 7.0


class Projects:
    """Shares built of CASA-1000's Afghan part and TAPI's, `gate`, and mineral investment in USD bn so far, (W,)."""

    def __init__(self, w: "RegionModel") -> None:
        worlds = w.n_worlds
        self.casa = w.p["projects.casa_built"].copy()
        self.tapi = w.p["projects.tapi_built"].copy()
        self.gate = np.ones(worlds, dtype=np.bool_)
        self.minerals = np.zeros(worlds)
        self.mineral_gate = np.zeros(worlds, dtype=np.bool_)

    @property
    def casa_running(self) -> Array:
        """1 where CASA-1000 delivers, (W,)."""
        return np.asarray(self.casa >= 1.0, dtype=np.float64)


def security(w: "RegionModel") -> Array:
    """Risk that investors see, in log points: violence and tension, less what guards projects (MA56, MA57)."""
    tension = w.p["projects.tension_weight"] * np.maximum(w.relations.escalation - 1, 0)
    return np.asarray(w.violence.log_excess + tension - w.policy["project_security"])


def build(w: "RegionModel") -> None:
    """Works go on or stand still; lines that are done deliver and earn fees (MB44, MB68, MB76, MB83; CT14)."""
    p, j = w.p, w.projects
    risk = security(w)
    stops = j.gate & (risk > p["projects.stop_above"])
    restart = 1.0 / (p["projects.restart_years"] * WEEKS_PER_YEAR)
    again = (
        ~j.gate
        & (risk < p["projects.stop_above"] - p["projects.hysteresis"])
        & w.streams.bernoulli("projects.restart", restart)
    )
    j.gate = (j.gate & ~stops) | again
    w.event(stops, "works_stop", place="afghanistan", actor="projects")
    w.event(again, "works_restart", place="afghanistan", actor="projects")
    pace = w.policy["project_pace"] * j.gate / p["projects.slip"]
    before = j.casa
    left = p["projects.casa_years_announced"] * WEEKS_PER_YEAR
    j.casa = np.minimum(j.casa + pace * (1.0 - p["projects.casa_built"]) / left, 1.0)
    w.event((j.casa >= 1.0) & (before < 1.0), "power_line_running", place="afghanistan", actor="CASA-1000")
    left = p["projects.tapi_years_announced"] * WEEKS_PER_YEAR
    j.tapi = np.minimum(j.tapi + pace * (1.0 - p["projects.tapi_built"]) / left, 1.0)
    opens = risk < p["projects.mineral_gate"] + p["projects.hysteresis"] * j.mineral_gate
    w.event(opens & ~j.mineral_gate, "mineral_gate_open", place="afghanistan", actor="investors")
    j.mineral_gate = opens
    weekly = p["projects.mineral_pledge"] / (p["projects.mineral_years"] * WEEKS_PER_YEAR)
    room = j.minerals < p["projects.mineral_pledge"]
    j.minerals = j.minerals + np.where(opens & room, weekly * w.policy["project_pace"] / p["projects.slip"], 0.0)


def energy_mw(w: "RegionModel") -> Array:
    """Power delivered through Afghanistan, MW, mean over the year as it flows in summer only, (W,)."""
    return np.asarray(w.p["projects.casa_capacity"] * w.p["projects.casa_season"] * w.projects.casa_running)


def transit_fees(w: "RegionModel") -> Array:
    """Fees Afghanistan earns on power and gas in transit, USD mn a year, (W,)."""
    gas = w.p["projects.tapi_fee"] * (w.projects.tapi >= 1.0)
    return np.asarray(w.p["projects.casa_fee"] * w.projects.casa_running + gas)
