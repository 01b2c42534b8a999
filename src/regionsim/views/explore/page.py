"""The page as HTML: the live one, that of a notebook, and one file that answers from disk with a part of the library.

Core objects: `live`, `bridged` and `exported`. Style and script stand in the page and are allowed by their digests;
nothing else runs, and nothing is loaded. Texts of scenarios and levers are data, which the script writes as text.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import html
import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regionsim.evidence import load_evidence
from regionsim.evidence.measures import scored_mark
from regionsim.indicators import INDICATORS
from regionsim.indicators.composite_weights import PARTS
from regionsim.levers import LEVERS
from regionsim.schema.categories import CROSSINGS
from regionsim.views.explore import targets
from regionsim.views.explore.compose import KNOTS, RAMP, week_of
from regionsim.views.explore.composites import COOPERATION, PARTS_OF

if TYPE_CHECKING:
    from regionsim.views.explore.library import Library

_HOME = Path(__file__).parent / "page"
_SCRIPTS = ("compose.js", "draw.js", "store.js", "app.js", "controls.js")
MOST_EXPORTED = 12
"""Levers whose effects an exported file holds."""
_GROUPS = {
    "trade": "Trade and transit", "border": "The border", "security": "Security", "armed_groups": "Armed groups",
    "people": "People", "aid": "Aid and uplift", "diplomacy": "Diplomacy", "politics": "Politics",
    "projects": "Projects", "region": "The region", "packages": "Packages",
}  # fmt: skip
_SHOCKS: dict[str, dict[str, Any]] = {
    "border_closure": {"crossing": "torkham", "for": "4 weeks", "by": "pakistan"},
    "border_opening": {"crossing": "all"},
    "ceasefire": {"group": "ttp", "for": "13 weeks"},
    "attack_campaign": {"group": "ttp", "for": "13 weeks", "multiplier": 2},
    "airstrike": {"deaths": 20},
    "expulsion_order": {"for": "26 weeks", "statuses": ["undocumented"], "multiplier": 10},
    "refugee_wave": {"for": "8 weeks", "persons": 100000},
    "aid_cut": {"for": "52 weeks", "share": 0.5},
    "afghan_disorder": {"for": "26 weeks", "depth": 0.5},
    "duty_change": {"multiple": 2, "direction": "both"},
    "transit_rules": {"burden": 1},
    "visit": {},
    "accusation": {},
}
"""Kinds of shocks that the page adds, with the values they begin with."""
_ASSUMPTIONS = (
    "trade.potential", "trade.cost_sensitivity", "trade.rules_cost", "trade.round_trip_share", "structure.rivals",
    "structure.violence", "security.growth_ceiling", "people.campaign_multiplier", "people.return_odds",
    "economy.af_growth", "economy.pk_growth", "border.rupture_chance_per_year",
)  # fmt: skip
"""Parameters that the page can hold: the first ranks of the screening in docs/sensitivity.md, and ruptures."""
_CHOICES = {
    "border_closure.crossing": [*CROSSINGS, "all"],
    "border_closure.by": ["pakistan", "afghanistan", "both", "protesters"],
    "border_opening.crossing": [*CROSSINGS, "all"],
    "attack_campaign.group": ["ttp", "iskp", "baloch"],
    "duty_change.direction": ["exports", "imports", "both"],
}


def live(library: Library, token: str) -> tuple[str, str]:
    """The page that asks its server, and its content security policy."""
    return _page(library, {"token": token, "offline": False}, "'self'")


def bridged(library: Library) -> str:
    """The page for a frame in a notebook, which asks by messages."""
    return _page(library, {"token": "", "offline": False, "bridge": True}, "'none'")[0]


def exported(library: Library, levers: list[str]) -> str:
    """The page as one file, with the start's values and the effects of these levers, which must have been learned."""
    from regionsim.views.explore.answers import encoded

    count = library.of_levers
    base = library.base()
    values = {
        "offline": True, "token": "", "worlds": count, "limits": library.limits(),
        "values": "" if base is None else encoded(base[:, :count]),
        "effects": {lever: encoded(library.effects(lever)) for lever in levers},
    }  # fmt: skip
    return _page(library, values, "'none'")[0]


def _page(library: Library, more: dict[str, Any], connect: str) -> tuple[str, str]:
    style, script = _style(), _script()
    policy = (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; connect-src {connect}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    scenario = library.start.scenario
    text = (_HOME / "page.html").read_text(encoding="utf-8")
    parts = {
        "POLICY": html.escape(policy), "TITLE": html.escape(scenario.title), "QUESTION": html.escape(scenario.question),
        "STYLE": style, "SCRIPT": script, "DATA": _json(_about(library) | more),
    }  # fmt: skip
    pieces = text.split("@")  # names and what stands between them alternate, so that no part is searched for names
    return "".join(parts.get(piece, piece) if k % 2 else piece for k, piece in enumerate(pieces)), policy


@cache
def _style() -> str:
    return (_HOME / "style.css").read_text(encoding="utf-8")


@cache
def _script() -> str:
    return "\n".join((_HOME / name).read_text(encoding="utf-8") for name in _SCRIPTS)


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _json(data: Any) -> str:
    """JSON that cannot end its HTML element."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False, default=str)
    for sign in ("<", ">", "&", "\u2028", "\u2029"):
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _about(library: Library) -> dict[str, Any]:
    """All that the page knows before it asks."""
    start, scenario = library.start, library.start.scenario
    days = [scenario.start + timedelta(weeks=week) for week in library.points]
    years = [
        ((date(year, 1, 1) - scenario.start).days / 7, str(year)) for year in range(days[0].year + 1, days[-1].year + 1)
    ]
    every = 2 if len(years) > 6 else 1
    plain = start.plain
    return {
        "key": library.key, "title": scenario.title, "extends": start.extends, "start": scenario.start.isoformat(),
        "end": scenario.end.isoformat(), "endWords": f"{days[-1]:%b %Y}", "worlds": library.worlds,
        "ofLevers": library.of_levers, "points": library.points, "dates": [day.isoformat() for day in days],
        "years": years[::every], "knots": KNOTS, "ramp": RAMP, "libraryWeek": week_of(scenario.start, library.date),
        "setting": {"from": library.date.isoformat(), "intensity": 0, "ramp": f"{RAMP} weeks"},
        "channels": [vars(channel) for channel in library.channels], "indicators": _indicators(),
        "levers": _levers(library), "baseLevers": plain.get("levers", {}), "baseShocks": plain.get("shocks", []),
        "assumptions": _assumptions(library), "shockKinds": _SHOCKS, "choices": _CHOICES,
        "heldOut": library.held_out(), "known": library.known(), "map": _map(),
        "rule": _rule(library), "targets": targets.listed(scenario, library.channels, library.points),
    }  # fmt: skip


def _rule(library: Library) -> dict[str, Any]:
    """How composite indices follow from their parts: goalposts and weights of each world."""
    rule = library.rule
    return {
        "parts": {id: [vars(part) for part in parts] for id, parts in PARTS_OF.items()}, "order": PARTS,
        "whole": COOPERATION, "bent": rule.bent, "weights": rule.weights.tolist(),
        "posts": {name: ends.tolist() for name, ends in rule.posts.items()},
    }  # fmt: skip


def _indicators() -> list[dict[str, Any]]:
    return [
        {
            "id": each.id, "title": each.title, "unit": each.unit, "direction": each.direction, "flow": each.flow,
            "civilians": each.civilians, "mark": bool(scored_mark(each.id)), "definition": each.definition,
        }
        for each in INDICATORS.values()
    ]  # fmt: skip


def _assumptions(library: Library) -> list[dict[str, Any]]:
    """Those of the list that exist and that the starting scenario does not set, with the range they are drawn from."""
    known = load_evidence().parameters
    rows = []
    for name in _ASSUMPTIONS:
        if name not in known or name in library.start.scenario.parameters:
            continue
        each = known[name]
        low, high = (getattr(each.draw, end, None) for end in ("low", "high"))
        rows.append(
            {
                "id": name, "title": each.title, "unit": each.unit, "value": each.value, "choices": each.choices,
                "low": each.low if low is None else low, "high": each.high if high is None else high,
                "role": each.role, "sources": each.sources,
            }
        )  # fmt: skip
    return rows


def _levers(library: Library) -> list[dict[str, Any]]:
    order = {name: place for place, name in enumerate(_GROUPS)}
    listed = sorted(LEVERS.values(), key=lambda lever: order.get(Path(lever.file).stem, len(order)))
    return [
        {
            "id": lever.id, "title": lever.title, "who": lever.who, "grade": lever.grade, "coercive": lever.coercive,
            "group": _GROUPS.get(Path(lever.file).stem, Path(lever.file).stem), "needs": lever.needs,
            "side": lever.side_effects, "cost": str(lever.cost), "evidence": lever.evidence, "sameAs": lever.same_as,
            "parts": lever.parts, "estimable": lever.id in library.levers,
        }
        for lever in listed
    ]  # fmt: skip


def _map() -> dict[str, Any]:
    folder = Path(__file__).parents[1] / "report"
    places, links = (
        list(csv.DictReader((folder / name).read_text(encoding="utf-8").splitlines()))
        for name in ("places.csv", "links.csv")
    )
    numbers = ("lon", "lat", "dx", "dy")
    return {
        "places": {
            row["id"]: {key: float(value) if key in numbers else value for key, value in row.items()} for row in places
        },
        "links": [{"group": row["group"], "stops": row["stops"].split()} for row in links],
    }
