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
    "growth": Family(
        "growth and losses of armed groups",
        {f"security.{what}_{group}": 0.0 for what in ("growth", "attrition") for group in _GROUPS},
    ),
    "recruitment": Family(
        "recruitment by livelihoods and by backlash, sanctuary, defection, operations",
        {
            **_zero("security.livelihood_recruitment", "security.collateral_recruitment"),
            **_zero("security.defection_per_year", "security.operation_response", "security.operation_boost"),
            "security.sanctuary_multiplier": 1.0,
        },
    ),
    "regimes": Family("rare steps in the level of violence", _zero("violence.regimes_per_year")),
    "contagion": Family("attacks that follow attacks", _zero("violence.branching")),
    "strikes": Family(
        "strikes across the border",
        _zero("politics.strikes_per_year", "politics.strikes_usual", "security.strike_deaths"),
    ),
    "truces": Family("truces with the TTP", _zero("security.truces_per_year")),
    "clashes": Family(
        "clashes at the border and the closures that follow",
        {
            **_zero("border.clashes_per_year", "border.close_after_major_attack", "politics.accusation_after_clash"),
            "border.close_after_clash_pakistan": 0.01,
            "border.close_after_clash_afghanistan": 0.01,
        },
    ),
    "closures": Family(
        "closures for other reasons, and blockades",
        _zero("border.other_closures_per_year", "border.blockades_per_year"),
    ),
    "ruptures": Family("long ruptures and the rung of war", _zero("structure.rupture_and_war")),
    "ladder": Family(
        "the ladder of escalation",
        _zero(*(f"relations.up_from_{rung}" for rung in ("normal", "tension", "clash"))),
    ),
    "relations": Family("answers of each side to the other's acts and mood", {
        **_zero("relations.act_size", "structure.reciprocity"), "politics.hostility_weight": 0.0,
    }),
    "diplomacy": Family(
        "talks, accusations, curbs",
        _zero("politics.talks_per_year", "politics.talks_usual", "politics.accusations_per_year",
              "politics.accusation_after_attack", "politics.curbs_per_year"),
    ),
    "drivers": Family(
        "crises between India and Pakistan, expulsions by Iran",
        _zero("drivers.india_crises_per_year", "drivers.iran_campaigns_per_year"),
    ),
    "powers": Family("acts of China and India", _zero("politics.power_act")),
    "mediation": Family("mediation by the Gulf", _zero("politics.mediation_per_year")),
    "threat": Family("threat that organs perceive", _zero("politics.threat_weight")),
    "trust_in_trade": Family("trust and violence in trade", _zero("trade.trust_effect", "trade.violence_effect")),
    "prices": Family("trade's answer to cost", _zero("trade.elasticity_short", "trade.elasticity_long",
                                                    "trade.cost_sensitivity")),
    "habit": Family("habit and memory of traders", _zero("trade.habit", "trade.reliability_weight")),
    "seasons": Family("seasons of trade", _zero("trade.season_export", "trade.season_import")),
    "spoilage": Family("spoilage of fresh goods", _zero("trade.spoilage_per_day", "trade.perishable_dread")),
    "round_trip": Family("transit that returns into Pakistan", _zero("trade.round_trip_share")),
    "campaigns": Family(
        "expulsion campaigns and what lingers of them",
        {**_zero("people.campaigns_per_year"), "people.tail_initial": 1.0},
    ),
    "return": Family(
        "return by choice, deportation, onward movement",
        _zero("people.return_odds", "people.deportation_odds", "people.onward_per_year"),
    ),
    "arrival": Family("arrival and re-migration", _zero("people.arrivals_initial", "people.remigration_per_year")),
    "births": Family("births", _zero("people.natural_increase")),
    "trends": Family(
        "trends of incomes, aid and people",
        _zero("economy.aid_trend", "economy.af_growth", "economy.pk_growth", "economy.af_population_growth"),
    ),
    "incomes": Family(
        "what trade, aid, returns and violence do to incomes, and incomes to trade",
        _zero("economy.trade_to_af_income", "economy.aid_to_af_income", "economy.returns_to_af_income",
              "economy.remittances_to_af_income", "economy.trade_to_border_income",
              "economy.violence_to_border_income", "economy.integration_to_border_income",
              "economy.exports_in_imports", "trade.income_elasticity"),
    ),
}  # fmt: skip
