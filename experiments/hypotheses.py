"""Writes docs/hypotheses.md: what the model says about the hypotheses H1 to H12 derived from the briefs.

Core objects: `Reading` (one figure of one hypothesis) and `READINGS` (hypothesis -> the function that simulates and
measures it). There is no target: a hypothesis may be borne out, contradicted or left open. Minutes on one core:
  ./dev python experiments/hypotheses.py
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from regionsim.evidence import load_evidence
from regionsim.scenario import load
from regionsim.scenario.expect import Ref
from regionsim.schema.dates import parse_period

sys.path.insert(0, str(Path(__file__).resolve().parent))
from signs import HOLDS, Plays  # neighbours, not a package
from tabular import table

PAGE = Path(__file__).resolve().parents[1] / "docs" / "hypotheses.md"
WORLDS = 100
END = "2035-08"
PULL = "{from: 2025-08-18, intensity: 1.0, ramp: 6 months}"
EARLY = "2026-08"
NEAR = 0.05  # TTP attacks that change by less than this share count as unchanged

type Array = Any  # numpy, (worlds,)


@dataclass(frozen=True)
class Reading:
    """`share` of worlds in which what the hypothesis says is seen, and in words what was looked at and found."""

    share: float
    text: str

    @property
    def verdict(self) -> str:
        """Borne out in at least 80% of the worlds, contradicted in at most 20%, open between."""
        if self.share >= HOLDS:
            return "borne out"
        return "contradicted" if self.share <= 1.0 - HOLDS else "open"


def _percent(flags: Array) -> str:
    return f"{100 * float(np.mean(flags)):.0f}%"


def _status_quo(plays: Plays, column: str, on: str) -> Array:
    return plays.value(("status_quo",), Ref(column, None, parse_period(on)))


def _pulled(*levers: str, sets: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The status quo with levers pulled in full from its start."""
    return ("status_quo", *(f"levers.{lever}={PULL}" for lever in levers), *sets)


def _weeks_to_half(plays: Plays, played: tuple[str, ...], column: str) -> Array:
    """Weeks until half of the difference at the end is reached for good, by world."""
    base, now = (plays.of(*each)[1][column] for each in (plays.status_quo(played), played))
    change = np.asarray(now, dtype=np.float64) - base
    below = change / change[:, -1:] < 0.5
    return np.where(below, np.arange(change.shape[1]) + 1, 0).max(axis=1)


def complements(plays: Plays) -> list[Reading]:
    """H1: the weak form at equal dosage, and whether what both do is more than the sum of what each does."""
    first, second, both = ("security_first",), ("economy_first",), ("security_and_economy",)
    levers = {**load(second[0]).levers, **load(first[0]).levers}
    sets = [f"levers.{id}.intensity={pull.intensity}" for id, pull in levers.items() if id != "trade_decoupling"]
    aside = levers["trade_decoupling"]
    sets.append(f"levers.trade_decoupling={{from: {aside.from_}, intensity: {aside.intensity}, ramp: 6 months}}")
    whole = ("security_and_economy", *sets, "levers.policy_alignment.intensity=0")
    found = []
    for column, sign in (("relations", 1), ("regional_stability", 1), ("trade_bilateral", 1), ("attacks_ttp", -1)):
        a, b, c, full = (sign * plays.gain(each, column, END) for each in (first, second, both, whole))
        text = (
            f"`{column}`: the two together, at equal dosage (3.6 lever-years per year each; see the scenarios), "
            f"beat the "
            f"better of the two alone (median gains: security {np.median(sign * a):.3g}, economy "
            f"{np.median(sign * b):.3g}, "
            f"both at equal dosage {np.median(sign * c):.3g})"
        )
        found.append(Reading(float((c > np.maximum(a, b)).mean()), text))
        text = (
            f"`{column}`: both packages in full, without the alignment lever, gain more than the sum of the two "
            f"(median {np.median(sign * full):.3g} against {np.median(sign * (a + b)):.3g})"
        )
        found.append(Reading(float((full > a + b).mean()), text))
    return found


def gates(plays: Plays) -> list[Reading]:
    """H2: minerals and integration with investment alone, security alone, and both, by the reading of gates."""
    security = ("security_guarantees", "cut_ttp_ties")
    money = ("cpec_extension", "corridors", "chinese_minerals")
    found = []
    for column in ("investment_minerals", "interdependence", "cpec_extension"):
        alone, safe, both = (
            plays.gain(_pulled(*levers), column, END) for levers in (money, security, money + security)
        )
        flags = both > alone + safe
        reads = plays.of("status_quo")[3]["structure.gates"] > 0.0
        text = (
            f"`{column}`: money and security together gain more than the sum of the two (median {np.median(both):+.3g} "
            f"against {np.median(alone):+.3g} and {np.median(safe):+.3g}); in {_percent(flags[reads])} of the worlds "
            f"that treat conditions as gates and {_percent(flags[~reads])} of those that add them up"
        )
        found.append(Reading(float(flags.mean()), text))
    return found


def talk_alone(plays: Plays) -> list[Reading]:
    """H3: dialogue and delegations, nothing else."""
    played = _pulled("institutional_dialogue", "delegations")
    relations, attacks = plays.gain(played, "relations", END), plays.gain(played, "attacks_ttp", END)
    near = np.abs(attacks) < NEAR * np.maximum(_status_quo(plays, "attacks_ttp", END), 1.0)
    text = (
        f"dialogue and delegations alone: relations gain in {_percent(relations > 0)} of worlds (median "
        f"{np.median(relations):+.3f}, scale 0-1), TTP attacks stay within {100 * NEAR:.0f}% in {_percent(near)} "
        f"(median "
        f"{np.median(attacks):+.1f} a year)"
    )
    return [Reading(float(((relations > 0) & near).mean()), text)]


def trade_alone(plays: Plays) -> list[Reading]:
    """H4: the trade push and violence."""
    trade, attacks = (plays.gain(("trade_push",), column, END) for column in ("trade_bilateral", "attacks_ttp"))
    fall = attacks < -0.1 * _status_quo(plays, "attacks_ttp", END)
    text = (
        f"trade push: trade gains in {_percent(trade > 0)} of worlds and TTP attacks fall by a tenth or more in "
        f"{_percent(fall)} (median change {np.median(attacks):+.1f} a year); no direct effect is built in"
    )
    return [Reading(float((~fall).mean()), text)]


def opposite_borders(plays: Plays) -> list[Reading]:
    """H5: side effects of smart governance and of blunt control."""
    on, found = "2030-08", []
    for column, good in (("civilian_harm", -1), ("border_clashes", -1), ("trade_bilateral", 1)):
        smart, blunt = (plays.gain((name,), column, on) for name in ("smart_border", "blunt_border"))
        text = (
            f"`{column}`: better under smart governance (median {np.median(smart):+.3g}) and worse under blunt control "
            f"({np.median(blunt):+.3g})"
        )
        found.append(Reading(float(((good * smart >= 0) & (good * blunt <= 0) & (smart != blunt)).mean()), text))
    return found


def truce(plays: Plays) -> list[Reading]:
    """H6: violence while the truce holds, and two years after."""
    during, after = (plays.gain(("ceasefire",), "attacks_ttp", on) for on in ("2026-08", "2028-08"))
    fades = np.abs(after) < 0.5 * np.abs(during)
    text = (
        f"mediated truce: TTP attacks lower in {_percent(during < 0)} of worlds in the year of the truce (median "
        f"{np.median(during):+.0f}), in {_percent(after < 0)} two years later (median {np.median(after):+.0f}); "
        f"counted if attacks fall and less than half of the fall is left"
    )
    return [Reading(float(((during < 0) & fades).mean()), text)]


def floor_and_ceiling(plays: Plays) -> list[Reading]:
    """H7: who is left under forced return, and how a wave of arrivals answers a fuller host."""
    ref = Ref("refugees_in_pakistan", None, parse_period("2030-08"))
    left, stay = plays.value(("forced_repatriation",), ref), plays.value(plays.baseline("forced_repatriation"), ref)
    text = (
        f"floor: forced return for five years leaves {_percent(left / stay)} of the status quo's number on average, at "
        f"least {_percent((left / stay).min())} in every world; counted if anybody is left"
    )
    found = [Reading(float((left > 0).mean()), text)]
    wave = "shocks=[{id: wave, kind: refugee_wave, on: 2026-08-24, for: 12 months, persons: 2000000}]"
    played = ("status_quo", wave)
    more, host = plays.gain(played, "arrivals", "2030-08"), plays.gain(played, "host_capacity", "2030-08")
    text = (
        f"ceiling: three years after a wave of two million, host capacity is lower in {_percent(host < 0)} of worlds "
        f"and arrivals, including returnees of the wave, in {_percent(more < 0)} (median "
        f"{np.median(more):+,.0f} a year); counted if both are"
    )
    return [*found, Reading(float(((host < 0) & (more < 0)).mean()), text)]


def india(plays: Plays) -> list[Reading]:
    """H8: the geo-economic turn with and without deeper Indian engagement a year after it."""
    turn = _pulled("geoeconomic_turn")
    shock = (*turn, "levers.indian_engagement={from: 2026-08-18, intensity: 1.0, ramp: 6 months}")
    without, with_shock = (plays.gain(each, "pk_geoecon", END) for each in (turn, shock))
    text = (
        f"economic orientation under the turn {np.median(without):+.3f}, with Indian engagement from its second year "
        f"{np.median(with_shock):+.3f} (medians, scale 0-1): lower in {_percent(with_shock < without)} of worlds; "
        f"counted if the whole gain is gone"
    )
    return [Reading(float((with_shock <= 0).mean()), text)]


def proxies(plays: Plays) -> list[Reading]:
    """H9: when influence by proxies pays, and when stability at home is lost."""
    played = _pulled("proxy_support")
    gain, cost = plays.gain(played, "pk_influence", EARLY), plays.gain(played, "attacks", END)
    text = (
        f"influence in Kabul after a year {np.median(gain):+.3f} (scale 0-1), attacks in Pakistan after ten years "
        f"{np.median(cost):+.1f} a year (medians); counted if both rise. Stability at home itself leads to nothing "
        f"measured and is on the causal map only"
    )
    return [Reading(float(((gain > 0) & (cost > 0)).mean()), text)]


def compliance(plays: Plays) -> list[Reading]:
    """H10: what more influence of Pakistan in Kabul does to Taliban effort against militants."""
    played = _pulled("proxy_support")
    influence, effort = (plays.gain(played, column, END) for column in ("pk_influence", "taliban_ct_effort"))
    sanctuary = plays.gain(played, "sanctuary", END)
    slight = effort < 0.1 * influence
    text = (
        f"influence raised by {np.median(influence):+.3f} (median, scale 0-1) moves Taliban effort against "
        f"militants by "
        f"{np.median(effort):+.4f} and sanctuary by {np.median(sanctuary):+.4f}; no claim links the two after 2021, so "
        f"none is built in; counted if effort gains less than a tenth of what influence does"
    )
    return [Reading(float(((influence > 0) & slight).mean()), text)]


def who_is_hit_first(plays: Plays) -> list[Reading]:
    """H11: in which order an Afghan collapse reaches Pakistan, its other neighbours and the region."""
    played = ("afghan_collapse",)
    names = ("pk_economy", "regional_stability")
    half = {name: _weeks_to_half(plays, played, name) for name in names}
    near, far = half["pk_economy"], half["regional_stability"]
    weeks = ", ".join(f"{name} {np.median(value):.0f}" for name, value in half.items())
    text = (
        f"weeks to half of the change after five years, medians: {weeks}; counted if Pakistan comes before the "
        f"region. The other neighbours' economies and the briefs' connectivity lead to nothing measured and are on the "
        f"causal map only. The claims give no lags, and all variables of this kind have the same speed in a world"
    )
    return [Reading(float((near < far).mean()), text)]


def army(plays: Plays) -> list[Reading]:
    """H12: joint work at the border with the army behind it and without."""
    gains = {}
    for stands in (0.1, 0.9):
        sets = (f"parameters.climate.pk_army_buyin_initial={stands}",)
        ref = Ref("ct_cooperation", None, parse_period(END))
        pulled = _pulled("joint_border_management", sets=sets)
        gains[stands] = plays.value(pulled, ref) - plays.value(("status_quo", *sets), ref)
    small = gains[0.1] < 0.25 * gains[0.9]
    reads = plays.of("status_quo")[3]["structure.gates"] > 0.0
    text = (
        f"cooperation against militants gains {np.median(gains[0.1]):+.3f} with the army's backing at 0.1 and "
        f"{np.median(gains[0.9]):+.3f} at 0.9 (medians, scale 0-1); counted if the one is under a quarter of the "
        f"other, "
        f"in {_percent(small[reads])} of the worlds that treat conditions as gates and in {_percent(small[~reads])} of "
        f"the others"
    )
    return [Reading(float(small.mean()), text)]


READINGS: dict[str, Callable[[Plays], list[Reading]]] = {
    "H1": complements,
    "H2": gates,
    "H3": talk_alone,
    "H4": trade_alone,
    "H5": opposite_borders,
    "H6": truce,
    "H7": floor_and_ceiling,
    "H8": india,
    "H9": proxies,
    "H10": compliance,
    "H11": who_is_hit_first,
    "H12": army,
}

_HEAD = """<!-- Made by experiments/hypotheses.py from simulations; do not edit. -->
# Hypotheses

What the model says about twelve hypotheses derived from the briefs. Each is tested in {worlds} worlds: the same world
(equal parameters and random numbers) with and without one change. A hypothesis is borne out if it is seen in at least
{holds:.0f}% of the worlds, contradicted if in at most {fails:.0f}%, open in between. The share reflects uncertain
parameters and rival structures; it is not a probability of events. The model is built on claims of the same briefs: if
it bears out a hypothesis, the claims are consistent with it, not proven true. Nothing was tuned to an answer.
"""


def page(plays: Plays) -> str:
    """The whole page."""
    parts = [_HEAD.format(worlds=plays.worlds, holds=100 * HOLDS, fails=100 - 100 * HOLDS)]
    for id, read in READINGS.items():
        claim = load_evidence().claims[id]
        parts.append(f"## {id}: {claim.title}\n\nClaims: {', '.join(claim.links)}.\n")
        lines = [(one.verdict, f"{100 * one.share:.0f}%", one.text) for one in read(plays)]
        parts.append(table(("verdict", "of worlds", "what was measured"), lines) + "\n")
    return "\n".join(parts)


def main() -> None:
    """Play and write. An argument is the number of worlds."""
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else WORLDS
    PAGE.write_text(page(Plays(worlds)), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
