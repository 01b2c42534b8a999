"""A vocabulary for the tests of the scenario language, independent of the evidence base."""

from regionsim.indicators.variables import STATES
from regionsim.levers import LEVERS
from regionsim.scenario import Vocabulary
from regionsim.scenario.vocabulary import Range, shipped_scenarios

_PLAIN = """
trade_transit trade_informal trade_diverted attacks attacks_ttp fatalities strike_deaths perishable_loss returns
deportations arrivals trust_pakistan trust_afghanistan escalation poverty_rate_border livelihood_afghanistan
investment_minerals energy_transit transit_fees security_index connectivity_index humanitarian_index diplomacy_index
cooperation_index trade_volume trade_bilateral ttp_strength
"""

_SCENARIOS = """
SC01 SC02 SC03 SC04 SC05 SC06 SC07 SC08a SC08b SC09 SC10a SC10b SC11 SC12 SC13 SC14 SC15 SC16 SC17 SC18 SC19 SC20
"""

NAMES = Vocabulary(
    parameters={
        "trade.potential": Range("USD bn/yr", 1.0, 50.0, "Two-way trade without obstacles"),
        "trade.habit": Range("", 0.0, 1.0, "Weight of the usual route"),
        "security.ttp_strength_initial": Range("fighters", 1000.0, 20000.0, "TTP fighters at the start"),
        "security.ttp_growth": Range("per year", -0.5, 1.0, "Yearly growth of the TTP"),
        "levers.trade_facilitation_trade_fees": Range("share", 0.0, 1.0, "Cut of fees at full intensity"),
    },
    levers={name: lever.title for name, lever in LEVERS.items()},
    indicators=dict.fromkeys([*_PLAIN.split(), *STATES])
    | {"closure_days": "crossing", "trucks_stranded": "crossing", "refugees_in_pakistan": "status"},
    sources=frozenset({"refugee_returns/deportations", "trade/pk_af_total_customs"}),
    dimensions={
        "crossing": ("torkham", "chaman", "ghulam_khan", "kharlachi", "angoor_adda"),
        "status": ("por", "acc", "undocumented", "visa"),
    },
    claims=frozenset(
        {*_SCENARIOS.split(), "LS04", "MA84", "MA85", "MA106", "MB34", "ME10", "IN04", "IN58", "Q06", "Q12", "Q56"}
    ),
    scenarios=shipped_scenarios(),
)

VALID = """\
format: 1
title: A valid scenario
question: Does every key read?
evidence: [SC02, MA84]
baseline: status_quo
start: 2025-08-18
end: 2027-08-18
worlds: 40
seed: 7
draws: prior
parameters:
  trade.potential: 10 USD bn/yr
  trade.habit: 0.4
  security.ttp_strength_initial: {distribution: triangular, low: 5000, mode: 6250, high: 7500}
levers:
  trade_facilitation: {from: 2026-01-01, intensity: 0.8, ramp: 52 weeks}
  joint_border_management: {from: 2026-07-01, intensity: 0.6, until: 2027-01-01}
shocks:
  - {id: autumn, kind: border_closure, crossing: torkham, on: 2026-09-01, for: 4 weeks, by: pakistan}
  - {kind: visit, on: 2026-10-01}
timeline: none
expect:
  - {name: trade grows, that: "trade_volume@2027-07 > 3.0", in: ">= 80% of worlds"}
  - {name: beats the status quo, that: "trade_volume@2027-07 > baseline", in: ">= 90% of pairs"}
"""
