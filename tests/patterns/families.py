"""The model's mechanisms by family, and the values of parameters at which each family does nothing.

Core object: `FAMILIES`. Switched off in turn they tell what each is needed for (`ablation.py`); all off at once the
model is at rest (`tests/model/test_rest.py`).
"""

from dataclasses import dataclass

from regionsim.evidence import load_evidence

_GROUPS = ("ttp", "iskp", "baloch", "other")


@dataclass(frozen=True)
class Family:
    """A family of mechanisms: `off` maps parameters to where they do nothing."""

    title: str
    off: dict[str, float]

    @property
    def sets(self) -> tuple[str, ...]:
        """The same, as overrides of a scenario."""
        return tuple(f"parameters.{name}={value}" for name, value in self.off.items())


def _zero(*names: str) -> dict[str, float]:
    """At 0, or as near to it as the parameter may go."""
    known = load_evidence().parameters
    return {name: max(known[name].low, 0.0) for name in names}


def _all(group: str, *, starts: str) -> dict[str, float]:
    """Every parameter of a group whose name starts so, at 0."""
    return _zero(*(id for id in load_evidence().parameters if id.startswith(f"{group}.{starts}")))


FAMILIES: dict[str, Family] = {
    "links": Family("links among variables that no series measures", _zero("climate.gain")),
    "channels": Family("channels from those variables into measured processes", _all("climate", starts="to_")),
    "armed_groups": Family(
        "growth, losses, recruitment, sanctuary and defection of armed groups",
        {
            **{f"security.{what}_{group}": 0.0 for what in ("growth", "attrition") for group in _GROUPS},
            **_zero("security.livelihood_recruitment", "security.collateral_recruitment"),
            **_zero("security.defection_per_year", "security.operation_response", "security.operation_boost"),
            "security.sanctuary_multiplier": 1.0,
        },
    ),
    "rhythm": Family(
        "attacks that follow attacks, and chance changes in the level of violence",
        _zero("violence.branching", "violence.regimes_per_year", "violence.walk_sd"),
    ),
    "strikes": Family(
        "strikes across the border",
        _zero("politics.strikes_per_year", "politics.strikes_usual", "security.strike_deaths"),
    ),
    "learning": Family(
        "what actors learn, and what deals make them expect", _zero("structure.learning", "structure.linkage")
    ),
    "tempo": Family(
        "lulls and surges that groups choose", _zero("decisions.lie_low_per_year", "decisions.surge_per_year")
    ),
    "signals": Family(
        "gates opened early, concessions, orders ended early, trade turned away, gates shut after strikes",
        _zero(
            "decisions.open_per_year", "decisions.open_usual", "decisions.concessions_per_year",
            "decisions.eases_per_year", "decisions.turn_away_per_year", "decisions.close_after_strike",
        ),
    ),
    "truces": Family("truces with the TTP that Kabul brokers", _zero("security.truces_per_year")),
    "closures": Family(
        "clashes, the closures that follow, closures for other reasons, blockades",
        {
            **_zero("border.clashes_per_year", "border.close_after_major_attack", "politics.accusation_after_clash"),
            **_zero("border.other_closures_per_year", "border.blockades_per_year"),
            "border.close_after_clash_pakistan": 0.01,
            "border.close_after_clash_afghanistan": 0.01,
        },
    ),
    "escalation": Family(
        "the ladder of escalation, war and long ruptures",
        _zero("structure.rupture_and_war", *(f"relations.up_from_{rung}" for rung in ("normal", "tension", "clash"))),
    ),
    "relations": Family(
        "answers of each side to the other's acts and mood",
        _zero("relations.act_size", "structure.reciprocity", "politics.hostility_weight"),
    ),
    "diplomacy": Family(
        "talks, accusations, curbs, and the threat that organs perceive",
        _zero(
            "politics.talks_per_year", "politics.talks_usual", "politics.accusations_per_year",
            "politics.accusation_after_attack", "politics.curbs_per_year", "politics.threat_weight",
        ),
    ),
    "outsiders": Family(
        "outside powers and drivers: mediation, China, India and its crises with Pakistan, expulsions by Iran",
        _zero(
            "politics.mediation_per_year", "politics.power_act", "drivers.india_crises_per_year",
            "drivers.iran_campaigns_per_year",
        ),
    ),
    "projects": Family(
        "projects: works, mines, what corridors save",
        {
            **_zero("projects.railway_relief", "projects.cpec_relief", "projects.mineral_pledge"),
            "projects.begin_years": 100.0,
            "projects.slip": 10.0,
            "projects.mineral_gate": -3.0,
        },
    ),
    "trust_in_trade": Family("trust and violence in trade", _zero("trade.trust_effect", "trade.violence_effect")),
    "costs_in_trade": Family(
        "trade's answer to cost", _zero("trade.elasticity_short", "trade.elasticity_long", "trade.cost_sensitivity")
    ),
    "habit": Family(
        "habit and memory of traders",
        _zero("trade.habit", "trade.reliability_weight", "trade.orders_pace", "trade.relation_ends"),
    ),
    "goods": Family(
        "seasons, spoilage, transit that returns into Pakistan",
        _zero(
            "trade.season_export", "trade.season_import", "trade.spoilage_per_day", "trade.perishable_dread",
            "trade.round_trip_share",
        ),
    ),
    "campaigns": Family(
        "expulsion campaigns, those that come with the end of cards, and what lingers of them",
        {
            **_zero("people.campaigns_per_year", "people.lapse_brings_order", "people.earlier_orders"),
        },
    ),
    "movement": Family(
        "return by choice, deportation, onward movement, arrival, re-migration, births",
        _zero(
            "people.return_odds", "people.deportation_odds", "people.onward_per_year", "people.arrivals_initial",
            "people.remigration_per_year", "people.natural_increase",
        ),
    ),
    "economy": Family(
        "trends of incomes and aid; what trade, aid, returns and violence do to incomes, and incomes to trade",
        _zero(
            "economy.aid_trend", "economy.af_growth", "economy.pk_growth", "economy.af_population_growth",
            "economy.trade_to_af_income", "economy.aid_to_af_income", "economy.returns_to_af_income",
            "economy.remittances_to_af_income", "economy.trade_to_border_income", "economy.violence_to_border_income",
            "economy.integration_to_border_income", "economy.exports_in_imports", "trade.income_elasticity",
        ),
    ),
}  # fmt: skip
