"""Economy in simple form: Afghan incomes and import capacity, livelihoods, poverty on Pakistan's side of the border.

Core objects: `Economy`, `earn` and `trade_effect`. Log deviations from the start, adjusting with a lag: trade, aid and
remittances lift Afghan incomes, returns in great numbers depress them (S114); border incomes follow trade at the gates,
violence and uplift.
"""

from typing import TYPE_CHECKING

import numpy as np

from regionsim.model import maths
from regionsim.model.samplers import Array
from regionsim.schema.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel


class Economy:
    """`af_income`, `border_income`, `pk_income`: log points over the start; `import_capacity`: its multiple, (W,)."""

    def __init__(self, w: "RegionModel") -> None:
        worlds = w.n_worlds
        self.af_income = np.zeros(worlds)
        self.border_income = np.zeros(worlds)
        self.pk_income = np.zeros(worlds)
        self.import_capacity = np.ones(worlds)
        self.aid = w.p["economy.aid_initial"].copy()
        self.poverty = w.p["economy.poverty_border_initial"].copy()

    @property
    def livelihood(self) -> Array:
        """Afghan livelihoods, index with 100 at the start, (W,)."""
        return 100.0 * maths.exp(self.af_income)


def trade_effect(ratio: Array) -> Array:
    """Effect of trade on incomes per unit of their elasticity, from its multiple of the start's trade, log points (W,).

    Gains are logarithmic. Losses are the share lost: incomes cannot lose more than trade earned, so a full stop costs
    the elasticity itself, as welfare without trade is finite in models of trade (S201). The Afghan economy was expected
    to grow by 4.3% in 2025, though gates were shut from October on (economy_annual/gdp_growth_pct).
    """
    return np.asarray(maths.log(np.maximum(ratio, 1.0)) + np.minimum(ratio - 1.0, 0.0))


def earn(w: "RegionModel") -> None:
    """Incomes, import capacity and poverty after this week's trade and returns (MA87, ME05, MX04, MA38, MX16, MA36)."""
    p, e = w.p, w.economy
    years = (w.week + 1.0) / WEEKS_PER_YEAR
    cut = 1.0 - w.shocks.aid_cut
    # less appeal to donors can end aid, not make it negative
    e.aid = np.maximum(p["economy.aid_initial"] * w.drivers.aid * cut + w.policy["aid"], 0.0)
    aid_ratio = e.aid / p["economy.aid_initial"]
    trade = trade_effect(w.trade_ratio)
    # the pressure of returns is a year's returns from both neighbours over the settled population
    returned = w.trailing.total["returns"] - w.returns_initial + w.drivers.iran_returns
    returned = returned / p["economy.af_population"]
    stock = maths.log(np.maximum(w.people.in_pakistan, 1.0) / w.people.stock_initial) + w.policy["integration"]
    target = (
        p["economy.af_growth"] * years
        + p["economy.trade_to_af_income"] * trade
        + p["economy.aid_to_af_income"] * (aid_ratio - 1.0)
        - p["economy.returns_to_af_income"] * returned
        + p["economy.remittances_to_af_income"] * stock
        - w.drivers.af_step
    )
    speed = 1.0 - w.fade("economy.adjustment_weeks")
    e.af_income = e.af_income + speed * (target - e.af_income)
    shares = p["economy.aid_in_imports"], p["economy.exports_in_imports"]
    sold = w.trailing.total["imports"] / w.trailing_initial["imports"]  # Pakistan's imports are Afghan exports
    exports = 1.0 + p["economy.pakistan_in_exports"] * (sold - 1.0)
    # demand for imports grows with population as well as income
    rest = (1.0 - shares[0] - shares[1]) * maths.exp(e.af_income + p["economy.af_population_growth"] * years)
    e.import_capacity = shares[0] * aid_ratio + shares[1] * exports + rest
    e.pk_income = p["economy.pk_growth"] * years
    border = (
        e.pk_income
        + p["economy.trade_to_border_income"] * trade
        - p["economy.violence_to_border_income"] * w.violence.log_excess
        + w.policy["border_welfare"]
        + p["economy.integration_to_border_income"] * w.policy["integration"]
    )
    e.border_income = e.border_income + speed * (border - e.border_income)
    fall = maths.exp(-p["economy.poverty_elasticity"] * e.border_income)
    e.poverty = maths.clip(p["economy.poverty_border_initial"] * fall, 0.0, 1.0)
