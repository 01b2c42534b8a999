"""Knobs: the few points at which policy acts on the model.

A process reads a knob as `policy["clearance_time"]`, a vector over worlds, and never asks which lever turned it. A knob
is neutral at 1 where it multiplies and at 0 where it adds, so that a model without levers computes the same bits as a
model with every lever at intensity 0.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Knob:
    """One point of policy. `neutral`: its value when no lever is pulled; `unit`: the unit of its value."""

    id: str
    title: str
    neutral: float
    unit: str


def _table(*rows: tuple[str, str, float, str]) -> dict[str, Knob]:
    return {row[0]: Knob(*row) for row in rows}


KNOBS: dict[str, Knob] = _table(
    # goods across the border
    ("clearance_time", "time a truck takes to clear a crossing", 1.0, "multiple"),
    ("trade_fees", "duties, fees and informal payments on two-way trade", 1.0, "multiple"),
    ("transit_rules", "burden of transit rules: fees, guarantees, bans", 1.0, "multiple"),
    ("route_risk", "risk premium paid on Pakistani routes", 1.0, "multiple"),
    ("informal_appeal", "appeal of informal against formal channels", 0.0, "utility"),
    ("contributor_trade", "trade brought by Afghan investors and residents in Pakistan", 0.0, "log points"),
    # the border itself
    ("clash_rate", "rate of clashes between border forces", 1.0, "multiple"),
    ("closure_from_clash", "odds that a clash shuts a gate", 1.0, "multiple"),
    ("closure_other", "rate of closures for other reasons", 1.0, "multiple"),
    ("closure_length", "length of closures", 1.0, "multiple"),
    ("infiltration", "militant movement across the border", 1.0, "multiple"),
    ("civilian_burden", "harm to civilians from border controls", 0.0, "index"),
    # armed groups
    ("ttp_tempo", "attack tempo of the TTP", 1.0, "multiple"),
    ("ttp_severity", "deaths per TTP attack", 1.0, "multiple"),
    ("iskp_growth", "recruitment of IS-KP", 1.0, "multiple"),
    ("local_recruitment", "recruitment by armed groups in the border belt", 1.0, "multiple"),
    ("sanctuary_pressure", "pressure of the Afghan authorities on TTP sanctuary", 0.0, "share"),
    ("truce_odds", "odds that a truce with the TTP is offered and accepted", 1.0, "multiple"),
    ("strike_rate", "rate of strikes across the border", 0.0, "per year"),
    # politics
    ("talks_rate", "high-level talks", 0.0, "per year"),
    ("accusation_rate", "public accusations", 0.0, "per year"),
    ("confidence", "set point of trust on both sides", 0.0, "logit"),
    ("confidence_afghanistan", "set point of Afghanistan's trust alone, on top of that of both sides", 0.0, "logit"),
    ("army_support", "weight of the economy in the military's choices", 0.0, "utility"),
    # people
    ("expulsion_pace", "campaign pressure on Afghans without secure status", 0.0, "multiple of base hazard"),
    ("coercion", "share of returns forced, and pace of campaigns", 1.0, "multiple"),
    ("return_support", "support to people who choose to return", 1.0, "multiple"),
    ("arrivals", "arrivals from Afghanistan", 1.0, "multiple"),
    ("integration", "incomes of Afghans in Pakistan put to use", 0.0, "log points"),
    # economy
    ("aid", "aid to Afghanistan", 0.0, "USD bn/yr"),
    ("border_welfare", "livelihoods in Pakistan's border districts", 0.0, "log points"),
    ("project_security", "security of corridors and project sites", 0.0, "share"),
    ("project_pace", "pace of connectivity projects", 1.0, "multiple"),
)
