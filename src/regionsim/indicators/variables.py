"""The briefs' variables, and what records each: an indicator, or a state of the model (`run --record all`).

Core object: `RECORDED_AS`, key of `seeds/claims/variables.csv` -> names of columns. None: this version holds no such
variable, which `regionsim list variables` says as well.
"""

from typing import Final

_ROWS: dict[str, str] = {
    # security
    "ttp_violence": "attacks_ttp",
    "other_attacks": "attacks_iskp attacks_baloch",
    "af_sanctuary": "sanctuary",
    "iskp_strength": "iskp_strength",
    "infiltration": "infiltration",
    "border_incidents": "border_clashes",
    "crossing_closure": "closure_days",
    "ceasefire": "truce",
    "route_security": "route_risk",
    "pk_stability": "security_index",
    # politics
    "trust": "trust_pakistan trust_afghanistan",
    "relations": "diplomacy_index",
    "dialogue": "talks",
    "public_blame": "accusations",
    "af_hostility": "hostility_afghanistan",
    # economy
    "trade": "trade_bilateral",
    "transit": "trade_transit",
    "trade_losses": "trucks_stranded perishable_loss",
    "af_economy": "livelihood_afghanistan",
    "projects": "projects_built",
    "transit_fees_jobs": "transit_fees",
    "mineral_output": "investment_minerals",
    "border_welfare": "border_income",
    "humanitarian_aid": "aid",
    "connectivity": "connectivity_index",
    "smuggling": "trade_informal",
    "pk_poverty": "poverty_rate_border",
    # society
    "refugee_inflow": "arrivals",
    "refugee_stock": "refugees_in_pakistan",
    "repatriation_forced": "deportations campaign",
    "humanitarian_fallout": "humanitarian_index",
    "civilian_harm": "civilian_burden",
}

_ABSENT = """
pk_sanctuary pk_proxy_support tta_ttp_link ttp_morale transnational_groups border_control border_governance
ct_cooperation mediation taliban_ct_effort taliban_ct_capacity ttp_resources regional_stability af_stability
taliban_rule taliban_consolidation inclusivity taliban_pledges recognition grievance_redress external_interference
regional_ownership multilateralism india_presence india_pk_rivalry pk_suspicion pk_geoecon pk_influence
pk_stabilising_effort pk_policy_consensus pk_army_buyin us_dependence intl_pressure foreign_forces durand_dispute
pashtun_baloch_support policy_coherence_af factionalism shared_heritage long_term_vision alignment decoupling
af_neutrality commitment_breach interdependence pk_economy state_apparatus_af cpec_extension china_investment
tech_demand transit_agreement neighbour_economies refugee_contribution host_capacity p2p radicalization health_coop
graduates social_fabric madrasa_ties reintegration mineral_endowment
"""

RECORDED_AS: Final[dict[str, tuple[str, ...] | None]] = {
    **{key: tuple(columns.split()) for key, columns in _ROWS.items()},
    **dict.fromkeys(_ABSENT.split()),
}
