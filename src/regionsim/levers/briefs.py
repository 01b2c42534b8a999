"""The levers of the briefs that act mostly on variables no series measures, and the packages made of levers.

Core objects: `MORE` (the rows of `briefs.csv`: id, claim, title, who pulls it, effects on knobs, pushes on soft
variables, what must hold, side effects), `INSTRUMENTS` and `PACKAGES`. Targets and mechanisms of each stand in the
claim's own row of `seeds/claims/levers.csv`.
"""

import csv
from pathlib import Path

MORE: tuple[dict[str, str], ...] = tuple(
    csv.DictReader(Path(__file__).with_name("briefs.csv").read_text(encoding="utf-8").splitlines())
)

# lever -> what its instruments are among the soft variables, for levers whose effects on measured processes are sized
INSTRUMENTS: dict[str, str] = {
    "trade_facilitation": "transit_agreement+",
    "transit_agreement": "transit_agreement+",
    "route_security": "route_security+",
    "contributor_policy": "refugee_contribution+",
    "trade_decoupling": "decoupling+",
    "joint_border_management": "ct_cooperation+",
    "border_governance": "border_governance+",
    "documentation_regime": "border_governance+",
    "border_tightening": "border_control+",
    "border_fence": "border_control+",
    "grievance_redress": "grievance_redress+",
    "people_to_people": "p2p+",
    "health_cooperation": "health_coop+",
    "alumni_engagement": "graduates+",
    "ttp_mediation": "mediation+",
    "cut_ttp_ties": "tta_ttp_link-",
    "counter_iskp": "taliban_ct_effort+",
    "ct_support": "ct_cooperation+ taliban_ct_capacity+",
    "border_uplift": "radicalization-",
    "security_guarantees": "route_security+",
    "geoeconomic_turn": "pk_geoecon+",
    "smuggling_control": "border_governance+",
    "militant_training": "transnational_groups+",
}

PACKAGES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "sat_package": (
        "All thirteen recommendations of the SAT brief",
        "SC18",
        ("institutional_dialogue", "humane_return", "joint_border_management", "trade_facilitation",
         "regional_multilateralism", "regional_ownership", "people_to_people", "road_map", "border_governance",
         "alumni_engagement", "border_uplift", "policy_alignment", "inclusivity_facilitation"),
    ),
    "fes_package": (
        "All twelve recommendations of the FES brief",
        "SC19",
        ("geoeconomic_turn", "end_extremism_export", "public_contact", "stabilising_influence", "inclusive_government",
         "regional_projects", "ttp_mediation", "route_security", "india_restraint", "counter_iskp", "ct_support",
         "afghan_army_training", "afghan_neutrality"),
    ),
}  # fmt: skip
