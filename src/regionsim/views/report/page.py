"""The page: a brief as one HTML file that contains its style, script and pictures, and forbids any request.

Core objects: `report` (plays, gathers, writes the file), `page_of` (a brief as HTML text).
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from regionsim.errors import InputError, argument, unwritable
from regionsim.paths import writable_path
from regionsim.runs.files import put_text, require_target

if TYPE_CHECKING:
    from jinja2 import Environment

    from regionsim.runs.settings import PlayOptions
    from regionsim.studies.arms import Source
    from regionsim.studies.briefing.data import Brief

_MOST_CAUSES = 4  # indicators whose causes are drawn
_MOST_ASSUMED = 8  # assumptions of the printed table
_HOME = Path(__file__).parent
_MAIN = (  # kinds of main events; the others are in the full list
    "year", "rupture", "rupture_goes_on", "rupture_end", "strike", "truce", "truce_end", "escalation",
    "expulsion_order", "expulsion_end", "operation", "campaign", "running", "works_begin", "works_stop", "regime",
    "takeover",
)  # fmt: skip


def report(
    *sources: Source,
    to: str | Path,
    baseline: Source | None = None,
    worlds: int | None = None,
    seed: int | None = None,
    sets: Sequence[str] = (),
    indicators: Sequence[str] = (),
    at: Sequence[str] = (),
    full: bool = False,
    first_page: bool = False,
    title: str | None = None,
    **options: Unpack[PlayOptions],
) -> Path:
    """Write a decision brief of scenarios or run folders, beside a baseline, into the HTML file `to`; returns it.

    Needs jinja2 (extra `report`). baseline, worlds, seed, sets, indicators, at and options are as in `compare`.
    full: also play what causes and expectations need. first_page: write the first page alone. title: instead of the
    titles of the scenarios. Raises InputError and RunInterrupted.
    """
    _environment()  # before anything is played
    path = _writable(writable_path(to, argument("to")))
    from regionsim.studies.briefing.gather import brief

    made = brief(
        *sources, baseline=baseline, worlds=worlds, seed=seed, sets=sets, indicators=indicators, at=at,
        full=full, first_page=first_page, title=title, **options,
    )  # fmt: skip
    put_text(path, page_of(made, first_page=first_page))
    return path


def _writable(path: Path) -> Path:
    """The path, if a file can be written there. Raises InputError."""
    if path.is_dir():
        raise InputError(f"{argument('to')} {path}: is a folder (name a file, such as {path / 'report.html'})")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise unwritable(f"{argument('to')} {path}", fault) from None
    require_target(path, argument("to"))
    return path


def page_of(brief: Brief, *, first_page: bool = False) -> str:
    """The brief as HTML. first_page: the first page alone."""
    from markupsafe import Markup

    style, script = ((_HOME / name).read_text(encoding="utf-8") for name in ("style.css", "script.js"))
    policy = (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return _environment().get_template("template.html.j2").render(
        brief=brief, policy=policy, style=Markup(style), script=Markup(script),  # noqa: S704
        data=Markup(_data(brief, first_page=first_page)),  # noqa: S704
        first_page=first_page, **_front(brief, first_page=first_page), **({} if first_page else _pictures(brief)),
    )  # fmt: skip


def _digest(text: str) -> str:
    """The source expression of a Content-Security-Policy that allows only this inline text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _environment() -> Environment:
    """The templates, which escape every value. Raises InputError if jinja2 is not installed."""
    try:
        import jinja2
    except ImportError:
        raise InputError("report: needs jinja2 (pip install 'regionsim[report]')") from None
    from regionsim.evidence import identified, measures
    from regionsim.studies.briefing.changes import sources_of
    from regionsim.views.report import front, texts
    from regionsim.views.targets import points

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HOME), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.tests["finite"] = math.isfinite
    environment.globals |= {
        name: getattr(texts, name)
        for name in (
            "amount", "change", "percent", "day_words", "effect", "is_worse", "answers", "civil_words", "plain_number",
            "span", "when_words", "month_words", "year_columns", "LIMITS", "GRADES", "ROLES", "CIVILIANS",
        )
    }  # fmt: skip
    environment.globals |= {
        name: getattr(front, name)
        for name in (
            "answer", "answer_more", "burdens", "rests", "rest_words", "turn_words", "all_caveats", "sides", "totals",
            "named", "moment_words", "BEARS",
        )
    }  # fmt: skip
    environment.globals |= {
        "points": points, "sources_of": sources_of, "MOST_CAUSES": _MOST_CAUSES, "MOST_ASSUMED": _MOST_ASSUMED,
    }  # fmt: skip
    environment.globals |= {
        "KEY": identified.KEY, "narrowed_words": identified.narrowed_words, "scored_mark": measures.scored_mark,
        "unscored_key": measures.unscored_key,
    }  # fmt: skip
    return environment


def _front(brief: Brief, *, first_page: bool) -> dict[str, Any]:
    """The picture of the first page, wide and narrow, each with its key, and its words for the last date."""
    from regionsim.views.report import charts
    from regionsim.views.report.front import reach_words

    chart = brief.front
    if chart is None:
        return {"front": None, "titles": charts.titles_of(brief)}
    place = 0 if first_page else len(brief.charts)
    drawn = []
    for name, large in (("wide", True), ("narrow", False)):
        picture, words = charts.overlay(brief, f"front-{name}", place, chart, first=True, large=large)
        wide = charts.WIDE_KEY if large else charts.WIDE
        key = charts.key_of(brief, f"front-key-{name}", chart.family, targets=bool(chart.targets), wide=wide)
        drawn.append((name, key, picture))
    return {
        "front": {"drawn": drawn, "words": words, "reach": reach_words(brief, chart, -1)},
        "titles": charts.titles_of(brief),
    }


def _pictures(brief: Brief) -> dict[str, Any]:
    """Every picture of the page, by section, and the texts of the map."""
    from regionsim.views.report import charts, schematic
    from regionsim.views.report.charts import part_words

    panels = [charts.overlay(brief, f"run-{place}", place, chart) for place, chart in enumerate(brief.charts)]
    targets = any(chart.targets for chart in brief.charts)
    keys = [
        (name, charts.key_of(brief, f"key-{name}", "index", targets=targets, wide=wide))
        for name, wide in (("wide", charts.WIDE_KEY), ("narrow", charts.WIDE))
    ]
    gaps = [
        [
            (chart, *charts.gap_panel(brief, place, chart, arm, chart.gaps[arm]))
            for place, chart in enumerate(brief.charts)
        ]
        for arm in range(len(brief.arms) if brief.base else 0)
    ]
    bars = []
    for i, arm in enumerate(brief.arms):
        names = {change.path: change.title for change in arm.changes if change.kind == "shock"}
        columns = arm.causes.columns if arm.causes else ()
        bars.append(
            [
                (column, charts.cause_bars(f"why-{i}-{k}", column, total, charts.strongest(parts), names), total, parts)
                for k, (column, total, parts) in enumerate(columns)
            ]
        )
    stand = [(brief.base.title, brief.base.flows)] if brief.base else []
    stand += [(arm.title, arm.flows) for arm in brief.arms]
    largest = schematic.scales([flows for _, flows in stand])
    maps = [
        (title, schematic.map_of(f"map-{i}", title, flows, largest), flows) for i, (title, flows) in enumerate(stand)
    ]
    return {
        "panels": panels, "keys": keys, "gaps": gaps, "bars": bars, "maps": maps, "map_caption": schematic.CAPTION,
        "map_positions": schematic.POSITIONS, "place_title": schematic.title_of, "part_words": part_words,
        "main_kinds": _MAIN,
    }  # fmt: skip


def _data(brief: Brief, *, first_page: bool) -> str:
    """The numbers of the charts for the script, as JSON that cannot end its HTML element; the first page's is last."""
    from regionsim.views.report.charts import titles_of

    shown = [*(() if first_page else brief.charts), *([brief.front] if brief.front else [])]
    worlds = [*([brief.base.worlds] if brief.base else []), *(arm.worlds for arm in brief.arms)]
    charts = [
        {
            "unit": chart.unit,
            "title": chart.title,
            "asked": chart.asked,
            "reached": chart.reached,
            "fans": [{name: _numbers(values) for name, values in fan.quantiles.items()} for fan in chart.fans],
            "gaps": [
                {"same": True} if gap.same else {name: _numbers(values) for name, values in gap.quantiles.items()}
                for gap in chart.gaps
            ],
        }
        for chart in shown
    ]
    about = {"dates": brief.dates, "titles": titles_of(brief), "worlds": worlds, "charts": charts}
    text = json.dumps(about, separators=(",", ":"), allow_nan=False)
    for sign in ("<", ">", "&", "\u2028", "\u2029"):
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _numbers(values: Sequence[float]) -> list[float | None]:
    """Numbers with five digits, so that the three shown are rounded correctly."""
    return [float(f"{value:.5g}") if math.isfinite(value) else None for value in values]
