"""The indicators: definition, unit, direction that is better, and sources.

Core objects: `Indicator`, `INDICATORS`, `DIMENSIONS` (the places that an indicator may have). `model/measures.py`
computes them from the model. Yearly figures are sums over the trailing 52 weeks.
"""

from dataclasses import dataclass
from typing import Any, Literal

from regionsim.schema.categories import CROSSINGS, GROUPS, PROVINCES, STATUSES

DIMENSIONS: dict[str, tuple[str, ...]] = {
    "crossing": CROSSINGS,
    "province": PROVINCES,
    "group": GROUPS,
    "status": STATUSES,
}


Direction = Literal["up", "down", "context"]
Family = Literal["trade", "security", "border", "people", "relations", "economy", "index"]


@dataclass(frozen=True)
class Indicator:
    """One indicator. `direction`: up or down is better, or context; `source` holds ids of claims and series.

    `flow`: whether it sums a flow over the trailing year, so that years add up; else it is a level. `civilians`:
    whether it measures harm to civilians, which is reported whatever the headline result.
    """

    id: str
    title: str
    unit: str
    direction: Direction
    family: Family
    definition: str
    source: tuple[str, ...]
    dimension: str | None = None
    seen: tuple[float, float] | None = None
    """Lowest and highest yearly figure in the observed series that count the same thing, if there are any."""
    flow: bool = False
    civilians: bool = False

    def unseen(self, values: Any) -> tuple[Any, Any]:
        """Whether worlds go above and below `seen` at some time, (W,) each; values: (W, weeks). What rounding of stored
        values may do does not count. Raises ValueError where no series counts the same thing.
        """
        if self.seen is None:
            raise ValueError(f"{self.id}: no range of observed years")
        low, high = self.seen[0] * (1.0 - _ROUNDED), self.seen[1] * (1.0 + _ROUNDED)
        return (values > high).any(axis=1), (values < low).any(axis=1)


_ROUNDED = 1e-6  # relative rounding of stored values
_BN, _YEARLY = "USD bn/yr", "per year"
_TABLE: tuple[tuple[str, str, str, Direction, Family, str, str, str | None], ...] = (
    ("trade_volume", "Trade: two-way and transit through Pakistan", _BN, "up", "trade",
     "The briefs' headline of 3 billion: two-way customs trade plus transit through Pakistan, trailing year. "
     "The sum mixes two-way and transit trade; read both parts.",
     "Q05 CT25 trade/pk_af_total_customs trade/att_forward_via_pakistan", None),
    ("trade_bilateral", "Two-way trade", _BN, "up", "trade",
     "Goods cleared by customs at the five crossings in both directions, trailing year.",
     "Q05 CT25 trade/pk_af_total_customs", None),
    ("trade_transit", "Transit through Pakistan", _BN, "up", "trade",
     "Goods in transit to Afghanistan by Pakistani ports and the five crossings, trailing year.",
     "trade/att_forward_via_pakistan", None),
    ("trade_informal", "Informal trade", _BN, "context", "trade",
     "Goods that bypass customs, and transit goods that come back into Pakistan, trailing year. "
     "No series measures it.", "V88 MD11 S93", None),
    ("trade_diverted", "Trade diverted to Iranian and northern routes", _BN, "context", "trade",
     "Contestable trade on Iranian and northern routes above what they would carry at their initial shares, trailing "
     "year; negative if Pakistani routes have regained some.", "S90 S92", None),
    ("attacks", "Militant attacks in Pakistan", _YEARLY, "down", "security",
     "Attacks by all groups, trailing year, counted as PICSS counts them.",
     "attacks_monthly/picss_monthly_national Q56", "province"),
    ("attacks_ttp", "TTP attacks", _YEARLY, "down", "security",
     "Attacks by the TTP, trailing year; the group's share of attacks is uncertain.", "Q57 CT24", None),
    ("fatalities", "Deaths in militant attacks", _YEARLY, "down", "security",
     "Deaths in attacks, trailing year: civilians, security forces and attackers as PICSS counts them.",
     "attacks_monthly/picss_monthly_national", None),
    ("strike_deaths", "People killed by strikes across the border", _YEARLY, "down", "security",
     "People killed by air and drone strikes across the border, on either side of it, trailing year.",
     "cross_border_incidents S157", None),
    ("ttp_strength", "TTP fighters", "fighters", "down", "security",
     "Fighters of the TTP at the end of the week.", "Q84 S7", None),
    ("closure_days", "Days crossings are shut to goods", "crossing-days per year", "down", "border",
     "Days on which cargo is stopped, summed over the five crossings, trailing year; parts of days count as fractions.",
     "Q70 V14 border_closures", "crossing"),
    ("trucks_stranded", "Trucks waiting at the crossings", "vehicles", "down", "border",
     "Loaded vehicles waiting at the end of the week, both directions and transit.", "Q69 V72", "crossing"),
    ("perishable_loss", "Perishable goods lost at the gates", "USD mn/yr", "down", "border",
     "Value lost by fresh goods that wait beyond their shelf life, trailing year.", "Q69 ME09 S82", None),
    ("refugees_in_pakistan", "Afghans in Pakistan", "persons", "context", "people",
     "Afghans of all statuses in Pakistan at the end of the week.", "V91 refugees_annual/por_holders", "status"),
    ("returns", "Returns to Afghanistan", "persons per year", "context", "people",
     "Afghans who left Pakistan for Afghanistan, by choice, under pressure or deported, trailing year.",
     "Q89 refugee_returns/returns", None),
    ("deportations", "Deportations", "persons per year", "down", "people",
     "Afghans deported by the authorities, trailing year; part of returns.", "refugee_returns/deportations", None),
    ("arrivals", "Arrivals from Afghanistan", "persons per year", "context", "people",
     "Afghans who came to live in Pakistan, trailing year: new arrivals, and earlier returners who came back.",
     "Q80 S104", None),
    ("trust_pakistan", "Pakistan's trust in Afghanistan", "scale 0-1", "up", "relations",
     "Scale 0-1, built up from the other side's past actions. No series measures it: its level is mostly the start "
     "that each world draws, so changes say more than levels.", "V35 MA02", None),
    ("trust_afghanistan", "Afghanistan's trust in Pakistan", "scale 0-1", "up", "relations",
     "Scale 0-1, built up from the other side's past actions. No series measures it: its level is mostly the start "
     "that each world draws, so changes say more than levels.", "V35 MA02", None),
    ("escalation", "Escalation between the states", "0 normal, 1 tension, 2 clash, 3 war", "down", "relations",
     "Rung of the ladder at the end of the week; a mean over worlds is not a rung.", "V13 MC12", None),
    ("poverty_rate_border", "Poverty in Pakistan's border districts", "share", "down", "economy",
     "Share of people below the poverty line, from the briefs' national figure.", "Q09 CT27", None),
    ("livelihood_afghanistan", "Livelihoods in Afghanistan", "index, start = 100", "up", "economy",
     "Incomes from work, trade, aid and remittances, reduced by returns.", "V75 MA87", None),
    ("investment_minerals", "Mineral investment in Afghanistan", "USD bn, cumulative", "up", "economy",
     "Money disbursed since the start; pledges do not count.", "Q12 CT29", None),
    ("energy_transit", "Power through Afghanistan", "MW delivered", "up", "economy",
     "Mean power of CASA-1000 and TAP-500 over the year; zero until one is built.", "Q49 CT14 S185", None),
    ("transit_fees", "Energy transit fees to Afghanistan", "USD mn/yr", "up", "economy",
     "Fees on power and gas that cross Afghanistan, at the present rate.", "Q50 V77", None),
    ("security_index", "Security index", "index 0-100", "up", "index",
     "Geometric mean of attacks, deaths and TTP strength, each placed between its goalposts.", "S157 V22", None),
    ("connectivity_index", "Connectivity index", "index 0-100", "up", "index",
     "Geometric mean of trade, transit and days open, each placed between its goalposts.", "S157 V86", None),
    ("humanitarian_index", "Humanitarian index", "index 0-100", "up", "index",
     "Geometric mean of deportations, deaths by strikes across the border, Afghan livelihoods and border poverty, each "
     "placed between its goalposts.", "S157 V93 cross_border_incidents", None),
    ("diplomacy_index", "Diplomacy index", "index 0-100", "up", "index",
     "Geometric mean of trust on both sides and calm on the ladder, each placed between its goalposts.",
     "S157 V36", None),
    ("cooperation_index", "Cooperation index", "index 0-100", "up", "index",
     "Geometric mean of the security, connectivity, humanitarian and diplomacy indices; weights vary between draws.",
     "S157 V36", None),
)  # fmt: skip

FLOW_IDS = frozenset(
    ("trade_volume", "trade_bilateral", "trade_transit", "trade_informal", "trade_diverted", "attacks", "attacks_ttp",
     "fatalities", "strike_deaths", "closure_days", "perishable_loss", "returns", "deportations", "arrivals")
)  # fmt: skip
CIVILIANS = (
    "fatalities", "strike_deaths", "deportations", "returns", "refugees_in_pakistan", "livelihood_afghanistan",
    "poverty_rate_border", "humanitarian_index", "closure_days", "perishable_loss",
)  # fmt: skip
"""Indicators of harm to civilians, in the order in which they are reported."""

# indicator -> series whose extremes are its observed range, their value column, factor to the indicator's unit
OBSERVED: dict[str, tuple[tuple[str, ...], str, float]] = {
    "trade_bilateral": (("trade/pk_af_total_customs",), "value_musd", 1e-3),
    "trade_transit": (("trade/att_forward_via_pakistan", "trade/att_total_via_pakistan"), "value_musd", 1e-3),
    "attacks": (("attacks_annual/picss_militant_attacks", "attacks_annual/pips_terrorist_attacks"), "value", 1.0),
    "fatalities": (("attacks_annual/picss_deaths_in_attacks", "attacks_annual/pips_deaths_in_attacks"), "value", 1.0),
    "returns": (("refugees_annual/unhcr_returned_refugees_from_pak_to_afg",), "value_persons", 1.0),
}
# their extremes; a test recomputes them
_SEEN = {
    "trade_bilateral": (0.17, 2.6),
    "trade_transit": (0.974, 7.095),
    "attacks": (146.0, 2148.0),
    "fatalities": (220.0, 3021.0),
    "returns": (451.0, 1569248.0),
}

INDICATORS: dict[str, Indicator] = {
    id: Indicator(
        id, title, unit, direction, family, definition, tuple(source.split()), dimension,
        _SEEN.get(id), id in FLOW_IDS, id in CIVILIANS,
    )
    for id, title, unit, direction, family, definition, source, dimension in _TABLE
}  # fmt: skip
