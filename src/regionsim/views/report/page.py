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

from regionsim.errors import InputError, install_line, unwritable
from regionsim.paths import writable_path
from regionsim.runs.files import putting, require_target
from regionsim.views.report.formats import bytes_of, file_argument, format_of, require_format

if TYPE_CHECKING:
    from jinja2 import Environment

    from regionsim.runs.settings import PlayOptions
    from regionsim.studies.arms import Source
    from regionsim.studies.briefing.data import Brief

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
    format: str | None = None,
    **options: Unpack[PlayOptions],
) -> Path:
    """Write a decision brief of scenarios or run folders, beside a baseline, into the file `to`; returns it.

    format: html, docx (Word) or pptx (PowerPoint); None takes it from the ending of `to`, and HTML where that says
    nothing. HTML needs jinja2 (extra `report`), the others python-docx and python-pptx (extra `office`). baseline,
    worlds, seed, sets, indicators, at and options are as in `compare`. full: also play what causes and expectations
    need. first_page: write the first page alone. title: instead of the titles of the scenarios. Raises InputError and
    RunInterrupted.
    """
    path = writable_path(to, file_argument())
    kind = format_of(path, format)
    require_format(kind)  # before anything is played
    path = _writable(path)
    from regionsim.studies.briefing.gather import brief

    made = brief(
        *sources, baseline=baseline, worlds=worlds, seed=seed, sets=sets, indicators=indicators, at=at,
        full=full, first_page=first_page, title=title, **options,
    )  # fmt: skip
    written = bytes_of(made, kind, first_page=first_page)
    with putting(path) as temporary:
        temporary.write_bytes(written)
    return path


def _writable(path: Path) -> Path:
    """The path, if a file can be written there. Raises InputError."""
    if path.is_dir():
        raise InputError(f"{file_argument()} {path}: is a folder (name a file, such as {path / 'report.html'})")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise unwritable(f"{file_argument()} {path}", fault) from None
    require_target(path, file_argument())
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
        first_page=first_page, **_shown(brief, first_page=first_page),
    )  # fmt: skip


def _digest(text: str) -> str:
    """The source expression of a Content-Security-Policy that allows only this inline text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def require_templates() -> None:
    """Raises InputError if jinja2 is not installed."""
    try:
        import jinja2 as _  # noqa: F401
    except ImportError:
        raise InputError(f"report: needs jinja2 ({install_line('report')})") from None


def _environment() -> Environment:
    """The templates, which escape every value. Raises InputError if jinja2 is not installed."""
    require_templates()
    import jinja2

    from regionsim.evidence import identified, measures
    from regionsim.studies.briefing.changes import sources_of
    from regionsim.views.report import cells, front, pictures, sentences, texts

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HOME), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.tests["finite"] = math.isfinite
    given = (
        (texts, "amount change percent day_words effect civil_words span when_words GRADES ROLES"),
        (front, "answer answer_more turn_words all_caveats moment_words"),
        (cells, "effects_table years_table changed_table map_table assumed_table graded"),
        (pictures, "MOST_CAUSES"),
        (sentences, "said opening front_remark rest_items again effect_items effect_notes picture_note changed_words "
         "cause_words map_words assumed_words beyond_items limit_items NOTHING_RESTS NOTHING_CHANGED NOTHING_ASSUMED "
         "NO_BASELINE bearing_items"),
        (identified, "KEY"), (measures, "scored_mark unscored_key"),
    )  # fmt: skip
    environment.globals |= {name: getattr(module, name) for module, names in given for name in names.split()}
    environment.globals["sources_of"] = sources_of
    return environment


def _shown(brief: Brief, *, first_page: bool) -> dict[str, Any]:
    """Tables, sentences and pictures of the page; without those of the body if first_page."""
    from regionsim.views.report import cells, charts, pictures, schematic
    from regionsim.views.report.front import reach_words

    targets, borne = cells.first_tables(brief)
    shown = {
        "titles": charts.titles_of(brief), "targets": targets, "borne": borne,
        "front": pictures.front_pictures(brief, 0 if first_page else len(brief.charts)),
        "reach": reach_words(brief, brief.front, -1) if brief.front else "", "map_caption": schematic.CAPTION,
    }  # fmt: skip
    if first_page:
        return shown
    return shown | {
        "panels": pictures.panels(brief), "keys": pictures.keys(brief), "gaps": pictures.gaps(brief),
        "bars": [pictures.cause_pictures(arm, number) for number, arm in enumerate(brief.arms)],
        "maps": pictures.maps(brief), "map_positions": schematic.POSITIONS, "part_words": charts.part_words,
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
