"""The page docs/three_arms.md and its picture, from what `three_arms.py` has played; nothing is played here.

Core objects: `page`, `picture`, `write`.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from regionsim.evidence import load_evidence
from regionsim.evidence.identified import KEY, identified
from regionsim.indicators import INDICATORS
from regionsim.stats.differences import Difference, paired
from regionsim.views import style

sys.path.insert(0, str(Path(__file__).resolve().parent))
from tabular import table  # a neighbour, not a package
from three_arms import (
    AS_IT_IS,
    BOTH,
    COLUMNS,
    CORNERS,
    DOSES,
    ECONOMY,
    IN_FORCE,
    NONE,
    OUTCOMES,
    ROOT,
    SECURITY,
    UNIT,
    WHILE,
    YEARS,
    Prices,
    Results,
    Variant,
    added,
    arms,
    assumed_prices,
    between,
    budget,
    equal_prices,
    interaction,
    mix_pays,
    on_budget,
)  # fmt: skip
from three_arms_numbers import (
    ADD,
    LEAST,
    PRICE_DRAWS,
    REPLACE,
    STRENGTHEN,
    UNSURE,
    Rest,
    at,
    best_mix,
    best_mixes,
    better_arms,
    correlations,
    effect,
    is_clear,
    joint,
    mix_wins,
    of_variant,
    rests_on,
    surface,
    verdicts,
)  # fmt: skip

PAGE = ROOT / "docs" / "three_arms.md"
PICTURE = ROOT / "docs" / "img" / "three_arms.png"
TOP = 4  # parameters named of each outcome

type Texts = list[tuple[object, ...]]


# -- words -------------------------------------------------------------------------------------------------------------


def signed(value: float) -> str:
    """Three digits, thousands separated."""
    size = abs(value)
    text = f"{value:+,.0f}" if size >= 99.95 else f"{value:+.3g}"
    return "0" if value == 0.0 else text


def spread(of: Difference, k: int) -> str:
    """A mean with its 95% interval."""
    return f"{signed(of.mean[k])} [{signed(of.low[k])}, {signed(of.high[k])}]"


def named(k: int) -> str:
    """An outcome within a sentence."""
    title = INDICATORS[OUTCOMES[k].column].title
    return title[0].lower() + title[1:]


def taken(results: Results) -> list[str]:
    """What a reader should take from it, in sentences."""
    of, both, words = joint(results), effect(results, BOTH), verdicts(joint(results))
    said = []
    for word, start in (
        (STRENGTHEN, "Security and economy **strengthen each other** in"),
        (REPLACE, "They **replace each other in part** (both bring less than the sum of each) in"),
        (ADD, "**No interaction** is found, so they add up, in"),
        (UNSURE, "Shares of worlds and means do not agree on"),
    ):
        names = [
            f"{named(k)} ({spread(of, k)}, where both together bring {signed(both.mean[k])})"
            for k, each in enumerate(words)
            if each == word
        ]
        said += [f"{start} {'; '.join(names)}."] if names else []
    return [*said, *_at_equal_cost(results)]


def _at_equal_cost(results: Results) -> list[str]:
    said, any_won = [], False
    for title, prices in (("one unit a lever", equal_prices()), ("money as assumed", assumed_prices())):
        won = [named(k) for k in range(len(OUTCOMES)) if mix_wins(results, prices, k)]
        any_won = any_won or bool(won)
        sides = better_arms(results, prices)
        security, economy, neither = (
            ", ".join(named(k) for k, side in enumerate(sides) if side == which) or "none" for which in (1, -1, 0)
        )
        said.append(
            f"At an equal budget ({title}), a mix of both is clearly better than the better arm alone for "
            f"{', '.join(won) or 'no outcome'}. By the 95% interval of the mean difference between the two, security "
            f"alone is better than economy alone in {security}; economy alone is better in {economy}; the two are not "
            f"told apart in {neither}."
        )
    if not any_won:
        said.append("So at an equal budget a mix is a compromise between outcomes, and no gain in any one of them.")
    return said


# -- tables ------------------------------------------------------------------------------------------------------------


def _levers() -> str:
    known, rows = load_evidence().levers, []
    for arm, settings in arms().items():
        for name, setting in settings.items():
            cost = known[name].cost
            low, high = cost.range or (cost.value, cost.value)
            rows.append((arm, f"`{name}`", known[name].title, f"{setting.ramp_days / 365.25 * 12:.0f}",
                         f"{cost.value:g}", f"{low:g} to {high:g}", ", ".join(cost.sources) or "none"))  # fmt: skip
    head = ("arm", "lever", "what it is", "ramp, months", UNIT, "range", "sources of the cost")
    return table(head, rows)


def _added() -> str:
    """The levers that the joint scenario adds, and why they are not played."""
    return "; ".join(f"`{name}`: {reason}" for name, reason in added().items()) or "none"


def _full(results: Results) -> str:
    of, rows = joint(results), []
    effects = [effect(results, point) for point in (SECURITY, ECONOMY, BOTH)]
    none = at(results, NONE).mean(axis=0)
    for k, outcome in enumerate(OUTCOMES):
        higher, lower = float((of.values[:, k] > 0).mean()), float((of.values[:, k] < 0).mean())
        part = f"{100.0 * of.mean[k] / effects[2].mean[k]:+.0f}%" if effects[2].side[k] else ""
        rows.append((f"{outcome.title}, {INDICATORS[outcome.column].unit}", signed(none[k]).removeprefix("+"),
                     *(spread(each, k) for each in effects), spread(of, k), part, f"{higher:.0%} / {lower:.0%}",
                     verdicts(of)[k]))  # fmt: skip
    head = ("outcome", "neither", "security", "economy", "both", "interaction", "of both's effect",
            "worlds above / below 0", "the two")  # fmt: skip
    return table(head, rows)


def _ratios(results: Results) -> str:
    """The interaction of growth rates, for outcomes that are above zero in every world."""
    rows: Texts = []
    corners = [at(results, corner) for corner in CORNERS]
    for k, outcome in enumerate(OUTCOMES):
        values = [each[:, k : k + 1] for each in corners]
        if min(each.min() for each in values) > 0.0:
            logs = [np.log(each) for each in values]
            of = interaction(*logs)
            alone = [100.0 * np.expm1((each - logs[0]).mean()) for each in logs[1:]]
            cells = [100.0 * np.expm1(float(x[0])) for x in (of.mean, of.low, of.high)]
            rows.append((outcome.title, *(f"{x:+.1f}%" for x in alone),
                         f"{cells[0]:+.1f}% [{cells[1]:+.1f}, {cells[2]:+.1f}]"))  # fmt: skip
    return table(("outcome", "security", "economy", "both", "beyond the product of the two"), rows)


def _frontier(results: Results, prices: Prices) -> str:
    points = on_budget(DOSES, prices)
    effects = [effect(results, point) for point in points]
    doses = points[-1].security * points[0].economy  # of the interaction at full doses, what these doses hold
    rows = []
    for k, outcome in enumerate(OUTCOMES):
        gains = [each.mean[k] for each in effects]
        top = max(range(len(points)), key=lambda i, gains=gains, sign=outcome.better: sign * gains[i])
        cells = [f"**{signed(x)}**" if i == top else signed(x) for i, x in enumerate(gains)]
        best, gain = best_mix(results, prices, k)
        had, ends = outcome.better * doses * joint(results).mean[k], (gains[-1], gains[0])
        held = f"**{signed(had)}**" if mix_pays(*ends, had) else signed(had)
        over = spread(gain, k) if best else "an end is better"
        rows.append((outcome.title, *cells, over, held, signed(abs(ends[0] - ends[1]))))
    head = ("outcome", *(f"security {point.security:.2g}, economy {point.economy:.2g}" for point in points),
            "best mix over the better arm", "interaction held", "needed")  # fmt: skip
    return table(head, rows)


def _draws(results: Results) -> str:
    clear = [(k, outcome) for k, outcome in enumerate(OUTCOMES) if is_clear(results, k)]
    rows = [(outcome.title, *(f"{x:.0%}" for x in best_mixes(results, k))) for k, outcome in clear]
    return table(("outcome", "security alone", "a mix", "economy alone"), rows)


def _more(results: Results) -> str:
    deal = paired(at(results, BOTH), np.stack([results.deal[name] for name in COLUMNS], axis=1))
    rows = [(outcome.title, spread(deal, k)) for k, outcome in enumerate(OUTCOMES)]
    return table(("outcome", "economic levers by the deal"), rows)


def _rests(results: Results) -> str:
    """Variants by outcomes: the interaction, bold where its change counts."""
    made = rests_on(results)
    whole = of_variant(results, next(iter(results.variants)))
    rows: Texts = [("as it is", "", *(spread(whole, k) for k in range(len(OUTCOMES))))]
    for variant, rest in made.items():
        if rest.counts.any():
            rows.append((f"`{variant.name}`", variant.title, *(_cell(variant, rest, k) for k in range(len(OUTCOMES)))))
    idle = [f"`{variant.name}`" for variant, rest in made.items() if not rest.counts.any()]
    names = [INDICATORS[outcome.column].title for outcome in OUTCOMES]
    text = table(("variant", "what it is", *names), rows)
    return f"{text}\n\nNo change that counts: {', '.join(idle) or 'none'}."


def _cell(variant: Variant, rest: Rest, k: int) -> str:
    text = signed(rest.of.mean[k])
    if variant.against != AS_IT_IS:
        text = f"{signed(rest.against.mean[k])} to {text}"
    return f"**{text}**" if rest.counts[k] else text


def why(results: Results) -> list[str]:
    """For each outcome what its interaction comes from: the variants that change it most."""
    words, made = verdicts(joint(results)), rests_on(results)
    effects = [effect(results, point) for point in (SECURITY, ECONOMY)]
    said = []
    for k, outcome in enumerate(OUTCOMES):
        text = f"**{outcome.title}**: {words[k]}."
        idle = [name for name, variant in zip(("security", "economy"), effects, strict=True) if variant.side[k] == 0]
        if idle:
            text += f" {' and '.join(idle).capitalize()} alone moves it in no clear direction."
        for sign, way in ((-1, "less"), (1, "more")):
            parts = [each for each, rest in made.items() if rest.counts[k] and np.sign(rest.change.mean[k]) == sign]
            parts.sort(key=lambda variant, k=k: -abs(made[variant].change.mean[k]))  # type: ignore[misc]
            if parts:
                listed = "; ".join(f"`{each.name}`, {_cell(each, made[each], k).strip('*')}" for each in parts[:3])
                text += f" The interaction is {way} with {listed}."
        ways = {float(np.sign(rest.change.mean[k])) for rest in made.values() if rest.counts[k]}
        if words[k] == ADD and len(ways) > 1:
            text += " So parts of the model push it both ways, and they cancel."
        if not ways:
            text += " No family and no structure changes the interaction by an amount that counts."
        said.append(text + (_either_way(made, k) if words[k] == ADD else ""))
    return said


def _either_way(made: Mapping[Variant, Rest], k: int) -> str:
    """The largest shifts of an outcome's interaction up and down by a family, whether or not they count."""
    families = [(variant, rest.change) for variant, rest in made.items() if variant.against == AS_IT_IS]
    if not families:
        return ""
    up, down = (pick(families, key=lambda each: float(each[1].mean[k])) for pick in (max, min))
    shifts = [f"`{variant.name}` by {spread(change, k)}" for variant, change in (up, down) if change.mean[k]]
    return f" The largest shifts either way, whether or not they count: {'; '.join(shifts) or 'none'}."


def _inputs(results: Results) -> str:
    rows: Texts = []
    for k, outcome in enumerate(OUTCOMES):
        ranked, chance = correlations(results, k)
        above = [f"`{name}` {identified(name)} {rho:+.2f}" for name, rho in ranked if abs(rho) > chance][:TOP]
        rows.append((outcome.title, ", ".join(above) or "none", f"{abs(ranked[0][1]):.2f}", f"{chance:.2f}"))
    return table(("outcome", "parameters above chance", "largest of all", "chance reaches"), rows)


def bend(results: Results) -> str:
    """How far surfaces are from what their four corners alone would give, as a share of both's effect."""
    far = []
    for k in range(len(OUTCOMES)):
        made, doses = surface(results, k), np.asarray(DOSES)
        s, e = doses[:, np.newaxis], doses[np.newaxis, :]
        flat = s * made[-1, 0] + e * made[0, -1] + s * e * (made[-1, -1] - made[-1, 0] - made[0, -1])
        if is_clear(results, k):
            far.append((float(np.abs(made - flat).max() / abs(made[-1, -1])), named(k)))
    most = max(far, default=(0.0, "none"))
    return f"at most {most[0]:.0%} of the effect of both together (in {most[1]})"


# -- the page ----------------------------------------------------------------------------------------------------------


def page(results: Results) -> str:
    """The whole page."""
    equal, money = equal_prices(), assumed_prices()
    cost = [budget(arm, prices) for prices in (equal, money) for arm in ("security", "economy")]
    parts = {
        "worlds": results.worlds, "ablated": results.ablated, "years": YEARS, "levers": _levers(), "added": _added(),
        "while_": WHILE,
        "taken": "\n".join(f"- {line}" for line in taken(results)), "full": _full(results), "ratios": _ratios(results),
        "bend": bend(results), "equal": _frontier(results, equal), "money": _frontier(results, money),
        "units_s": f"{cost[0]:.1f}", "units_e": f"{cost[1]:.1f}", "mn_s": f"{cost[2]:,.0f}", "mn_e": f"{cost[3]:,.0f}",
        "draws": PRICE_DRAWS, "mixes": _draws(results), "more": _more(results), "rests": _rests(results),
        "why": "\n".join(f"- {line}" for line in why(results)), "inputs": _inputs(results), "drawn": len(results.drawn),
        "variants": len(results.variants) - 1, "tests": len(rests_on(results)) * len(OUTCOMES), "least": f"{LEAST:.0%}",
        "key": KEY, "in_force": f"{results.deal[IN_FORCE].mean():.0%}",
    }  # fmt: skip
    text = Path(__file__).with_name("three_arms.txt").read_text(encoding="utf-8")
    return text.format(**parts)


@style.look()
def picture(results: Results, path: Path) -> None:
    """A map of every outcome over the doses of both arms, with lines of equal cost."""
    figure = style.new_figure(11.0, 6.6)
    ticks = np.asarray(DOSES)
    for k, outcome in enumerate(OUTCOMES):
        row, column = divmod(k, 4)
        ax = figure.add_axes((0.055 + 0.242 * column, 0.56 - 0.43 * row, 0.195, 0.285))
        made = surface(results, k)
        most = float(np.abs(made).max()) or 1.0
        sign = outcome.better
        fine = np.linspace(0.0, 1.0, 41)
        smooth = between(made, fine[:, np.newaxis], fine[np.newaxis, :])
        ax.imshow(sign * smooth, origin="lower", extent=(0, 1, 0, 1), cmap="RdBu", vmin=-1.6 * most, vmax=1.6 * most,
                  aspect="auto", interpolation="bilinear")  # fmt: skip
        lines = ax.contour(fine, fine, smooth, levels=5, colors=style.INK, linewidths=0.6, linestyles="solid")
        ax.clabel(lines, fontsize=6.5, fmt=signed)
        for prices, dash in ((equal_prices(), "-"), (assumed_prices(), "--")):
            ends = on_budget((0.0, 1.0), prices)
            economy, security = ([getattr(point, arm) for point in ends] for arm in ("economy", "security"))
            ax.plot(economy, security, dash, color="#D55E00", lw=1.3)
        ax.set_xticks(ticks, [f"{x:g}" for x in ticks], fontsize=7, color=style.MUTED)
        ax.set_yticks(ticks, [f"{x:g}" for x in ticks], fontsize=7, color=style.MUTED)
        ax.tick_params(length=0)
        unit = INDICATORS[outcome.column].unit
        title = [*style.broken(outcome.title, 8.0, 2.2), unit]
        ax.set_title("\n".join(title), fontsize=8.0, color=style.INK, loc="left")
        if row == 1:
            ax.set_xlabel("dose of the economic levers", fontsize=7.5, color=style.MUTED)
        if column == 0:
            ax.set_ylabel("dose of the security levers", fontsize=7.5, color=style.MUTED)
    lead = "Change against neither arm: blue is better, red is worse. Orange: equal cost, one unit a lever (solid), "
    style.heading(figure, 0.2, 0.3, lead + "money as assumed (dashed)", size=10, color=style.INK)
    about = {"Title": "Three arms", "Description": f"Means over {results.worlds} worlds."}
    style.save(figure, path, about)


def write(results: Results) -> None:
    """The page and its picture."""
    PAGE.write_text(page(results), encoding="utf-8", newline="\n")
    picture(results, PICTURE)
