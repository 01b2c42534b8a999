"""The briefs' variables, and the columns that record each: indicators, or states of the model (`run --record all`).

Core objects: `RECORDED_AS` (key of `seeds/claims/variables.csv` -> names of columns; none for a variable on the causal
map only) and `STATES` (columns beyond the indicators).
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
    # politics
    "trust": "trust_pakistan trust_afghanistan",
    "dialogue": "talks",
    "public_blame": "accusations",
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
    "smuggling": "trade_informal",
    "pk_poverty": "poverty_rate_border",
    # society
    "refugee_inflow": "arrivals",
    "refugee_stock": "refugees_in_pakistan",
    "repatriation_forced": "deportations campaign",
}

# states of the model that no series measures (`regionsim.model.named.SOFT` defines each)
_SOFT = """
pk_sanctuary pk_proxy_support tta_ttp_link ttp_morale transnational_groups border_control border_governance
ct_cooperation mediation taliban_ct_effort taliban_ct_capacity ttp_resources regional_stability af_stability
route_security taliban_rule taliban_consolidation taliban_pledges recognition relations external_interference
multilateralism india_presence india_pk_rivalry pk_suspicion pk_geoecon pk_influence pk_stabilising_effort
pk_army_buyin us_dependence intl_pressure foreign_forces durand_dispute pashtun_baloch_support shared_heritage
long_term_vision decoupling af_hostility commitment_breach interdependence pk_economy state_apparatus_af
cpec_extension china_investment tech_demand transit_agreement humanitarian_fallout refugee_contribution host_capacity
p2p civilian_harm graduates madrasa_ties reintegration mineral_endowment
"""

# variables that nothing measured depends on: on the causal map only, without a column
_MAPPED = """
af_neutrality alignment connectivity factionalism grievance_redress health_coop inclusivity neighbour_economies
pk_policy_consensus pk_stability policy_coherence_af radicalization regional_ownership social_fabric
"""

RECORDED_AS: Final[dict[str, tuple[str, ...]]] = {
    **{key: tuple(columns.split()) for key, columns in _ROWS.items()},
    **{key: (key,) for key in _SOFT.split()},
    **dict.fromkeys(_MAPPED.split(), ()),
}

# further columns: the state of measured processes
_PROCESSES = """
attacks_iskp attacks_baloch iskp_strength sanctuary infiltration border_clashes truce talks accusations
hostility_pakistan hostility_afghanistan threat_perceived route_risk aid import_capacity border_income projects_built
reliability_torkham exports imports rupture campaign regime_kp regime_balochistan civilian_burden
mediation_abroad china_commits india_hostile patient_access returns_voluntary returns_pressed por_valid acc_valid
stage_casa stage_tapi stage_tap stage_railway stage_cpec stage_wakhan stage_minerals
prices_afghanistan
"""

STATES: Final[tuple[str, ...]] = (*_PROCESSES.split(), *_SOFT.split())
"""Names of the columns that `run --record all` adds to the indicators; `model/measures.py` computes each."""
