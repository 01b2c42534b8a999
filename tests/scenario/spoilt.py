"""The sound scenario that the faulty ones are made of, and how one is spoilt.

Core objects: `GOOD` and `Edit`. PARAMETER, UNIT and the words for its values are put in by `faulty.py`; `MARK` stands
where the fault is to be told and is taken out.
"""

MARK = "§"

GOOD = """\
format: 1
title: A scenario to spoil
question: What is wrong here?
evidence: [SC02]
baseline: status_quo
start: 2025-08-18
end: 2027-08-18
worlds: 4
seed: 7
draws: prior
parameters:
  PARAMETER: MIDDLE
levers:
  trade_facilitation: {from: 2026-01-01, intensity: 0.8, ramp: 52 weeks}
shocks:
  - {id: autumn, kind: border_closure, crossing: torkham, on: 2026-09-01, for: 4 weeks, by: pakistan}
timeline: none
expect:
  - {name: trade grows, that: "trade_volume@2027-07 > 3.0", in: ">= 80% of worlds"}
"""

PARAMETER_LINE = "  PARAMETER: MIDDLE\n"
LEVER = "  trade_facilitation: {from: 2026-01-01, intensity: 0.8, ramp: 52 weeks}\n"
SHOCK = "  - {id: autumn, kind: border_closure, crossing: torkham, on: 2026-09-01, for: 4 weeks, by: pakistan}\n"
EXPECT = '  - {name: trade grows, that: "trade_volume@2027-07 > 3.0", in: ">= 80% of worlds"}\n'

type Edit = tuple[str, str, str, str]  # name, text of GOOD, what stands there instead, expected
