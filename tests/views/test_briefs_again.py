"""Three briefs of the model, each in three formats: their figures, computed a second time from the files of the runs.

The second computation reads parquet with pandas and knows the words of the tables; it shares no code with the report.
"""

import re
from html.parser import HTMLParser
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
import yaml

from tests.chromium import CHROMIUM, FLAGS
from tests.views.office_files import needs_office, pages_of, pdf_of, slide_text, word_text

pytest.importorskip("docx")
pytest.importorskip("pptx")
pytestmark = pytest.mark.slow

WORLDS = 40
SCENARIOS = ("trade_push", "ceasefire", "reopening_2026")
FORMATS = ("html", "docx", "pptx")
HARM = {  # indicator -> the words of its row, whether more of it is worse, and what a value is multiplied by
    "fatalities": ("Deaths in militant attacks", True, 1),
    "strike_deaths": ("People killed by strikes across the border", True, 1),
    "deportations": ("Deportations", True, 1),
    "livelihood_afghanistan": ("Livelihoods in Afghanistan", False, 1),
    "poverty_rate_border": ("Poverty in Pakistan's border districts", True, 100),
    "closure_days": ("Days crossings are shut to goods", True, 1),
    "perishable_loss": ("Perishable goods lost at the gates", True, 1),
}
LEVELS = {"livelihood_afghanistan", "poverty_rate_border"}
GATES = {
    "torkham": "Torkham", "chaman": "Chaman / Spin Boldak", "ghulam_khan": "Ghulam Khan", "kharlachi": "Kharlachi",
    "angoor_adda": "Angoor Adda",
}  # fmt: skip
TRADE = {
    "trade_bilateral": "Two-way trade", "trade_transit": "Transit through Pakistan", "trade_informal": "Informal trade",
    "trade_diverted": "Diverted to Iranian and northern routes",
}  # fmt: skip


class Figures:
    """The files of a run folder: arrays of worlds by weeks, and the days of the weeks."""

    def __init__(self, folder):
        parts = sorted((folder / "trajectories").glob("*.parquet"))
        frame = pd.concat([pd.read_parquet(part) for part in parts]).sort_values(["world", "date"])
        self.frame, self.worlds = frame, frame["world"].nunique()
        self.days = pd.to_datetime(frame["date"].unique())
        places = pd.concat([pd.read_parquet(part) for part in sorted((folder / "places").glob("*.parquet"))])
        self.places = places.sort_values(["world", "date"])
        self.scenario = yaml.safe_load((folder / "scenario.yaml").read_text("utf-8"))

    def table(self, name):
        indicator, _, place = name.rstrip("]").partition("[")
        if place:
            mine = self.places[(self.places["indicator"] == indicator) & (self.places["place"] == place)]
            return mine["value"].to_numpy(float).reshape(self.worlds, -1)
        return self.frame[indicator].to_numpy(float).reshape(self.worlds, -1)

    def week(self, word, last):
        """The last week that begins within a year, month or day; `end` is the last of the scenario."""
        if word == "end":
            return last
        within = [week for week, day in enumerate(self.days) if str(day.date()).startswith(word)]
        return within[-1] if within else int(np.flatnonzero(self.days <= pd.Timestamp(word))[-1])


@pytest.fixture(scope="module", params=SCENARIOS)
def made(request, tmp_path_factory):
    """A brief's files in three formats, and the figures of its scenario and baseline."""
    from regionsim.studies.briefing.gather import brief
    from regionsim.views.report.formats import bytes_of

    out = tmp_path_factory.mktemp(request.param)
    found = brief(request.param, worlds=WORLDS, out=out, workers=2)
    files = {kind: bytes_of(found, kind) for kind in FORMATS}
    files |= {f"first {kind}": bytes_of(found, kind, first_page=True) for kind in ("html", "docx")}
    (folder,) = out.glob(f"{request.param}-*")
    scenario = Figures(folder)
    (other,) = (path for path in out.glob(f"{scenario.scenario['baseline']}-*") if path != folder)
    return files, scenario, Figures(other)


class Tables(HTMLParser):
    """The tables of a page as lists of rows of texts, and its words."""

    def __init__(self, page):
        super().__init__()
        self.tables, self.words, self.held = [], [], 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables:
            self.tables[-1][-1].append("")
            self.held += 1
        elif tag in ("p", "li"):
            self.words.append(" ")

    def handle_endtag(self, tag):
        self.held -= tag in ("td", "th")

    def handle_data(self, data):
        self.words.append(data)
        if self.held:
            self.tables[-1][-1][-1] += data


def tables_of(kind, data):
    """Every table of a file."""
    if kind == "html":
        return Tables(data.decode("utf-8")).tables
    if kind == "docx":
        from docx import Document

        tables = Document(BytesIO(data)).tables
        return [[[cell.text for cell in row.cells] for row in table.rows] for table in tables]
    from pptx import Presentation

    shapes = [shape for slide in Presentation(BytesIO(data)).slides for shape in slide.shapes if shape.has_table]
    return [[[cell.text for cell in row.cells] for row in shape.table.rows] for shape in shapes]


def text_of(kind, data):
    if kind == "html":
        return " ".join("".join(Tables(data.decode("utf-8")).words).split())
    return word_text(data) if kind == "docx" else slide_text(data)


def rows_of(kind, data, head):
    """Rows of the tables whose first head is `head`, by their name; a table may go on over slides."""
    tables = [table for table in tables_of(kind, data) if table and table[0] and table[0][0].strip() == head]
    assert tables, head
    return [[" ".join(cell.split()) for cell in row] for table in tables for row in table[1:]]


def number(text):
    sign = -1 if text.startswith("\N{MINUS SIGN}") else 1
    plain = text.lstrip("\N{MINUS SIGN}+-").replace(",", "")
    return sign * float(plain.removesuffix("M").removesuffix("%")) * (1e6 if plain.endswith("M") else 1)


def close(text, value, digits):
    """Whether a number of so many digits shows a value."""
    return abs(number(text) - value) <= 0.51 * 10.0 ** (np.floor(np.log10(max(abs(value), 1e-12))) - digits + 1)


def share(count, worlds):
    """Exact for 40 worlds: 2.5% each."""
    return f"{100 * count / worlds:.1f}".removesuffix(".0") + "%"


@pytest.mark.parametrize("kind", FORMATS)
def test_targets_are_counted_again(made, kind):
    files, scenario, base = made
    last = len(scenario.days) - 1
    rows = {row[0]: row for row in rows_of(kind, files[kind], "Target")}
    targets = scenario.scenario["targets"]
    assert len(rows) == len(targets) > 2
    for place, target in enumerate(targets):
        name, word, sign, bound = re.fullmatch(r"([\w\[\]]+)@(\S+) (<=|>=|<|>) ([\d.]+)", target["that"]).groups()
        counts = []
        for figures in (scenario, base):
            values = figures.table(name)[:, figures.week(word, last)]
            holds = {"<=": np.less_equal, ">=": np.greater_equal, "<": np.less, ">": np.greater}[sign]
            counts.append(int(holds(values, float(bound)).sum()))
        (mine, theirs), row = counts, rows[target["name"]]
        assert row[1].startswith(f"{mine} of {WORLDS}: {share(mine, WORLDS)} (")
        assert row[2] == f"{theirs} of {WORLDS}: {share(theirs, WORLDS)}"
        assert number(row[3].split()[0]) == 100 * (mine - theirs) / WORLDS
        if place == 0:
            said = (
                f"{target['name']} in {mine} of {WORLDS} worlds ({share(mine, WORLDS)}), against {theirs} of {WORLDS}"
            )
            assert said in text_of(kind, files[kind])


@pytest.mark.parametrize("kind", FORMATS)
def test_medians_by_year_are_computed_again(made, kind):
    from regionsim.indicators import INDICATORS

    files, scenario, base = made
    last = len(scenario.days) - 1
    titles = {indicator.title: name for name, indicator in INDICATORS.items()}
    rows = [row for row in rows_of(kind, files[kind], "Indicator") if re.fullmatch(r"\S+ \(\S+\)", row[-1])]
    compared = 0
    for row in rows:
        title = max((title for title in titles if row[0].startswith(title)), key=len)
        mine, theirs = re.fullmatch(r"(\S+) \((\S+)\)", row[-1]).groups()
        times = 100 if mine.endswith("%") else 1
        for text, figures in ((mine, scenario), (theirs, base)):
            value = times * float(np.median(figures.table(titles[title])[:, last]))
            assert close(text, value, 3 if times == 1 else 2) or abs(number(text) - value) < 0.06 * (times == 100), row
            compared += 1
    assert compared >= 16


def total(values, name):
    """Over all weeks: the mean of a level; for a yearly sum the flow, without the weeks before the start."""
    if name in LEVELS:
        return values.mean(axis=1)
    left = values.shape[1] % 52
    ends = values[:, left + 51 :: 52].sum(axis=1)
    return ends + (values[:, left - 1] - (1 - left / 52) * values[:, 0] if left else 0.0)


@pytest.mark.parametrize("kind", FORMATS)
def test_harm_is_computed_again_at_worst_in_total_and_at_the_end(made, kind):
    files, scenario, base = made
    weeks = len(scenario.days)
    rows = rows_of(kind, files[kind], "What civilians bear, and who")
    assert len(rows) == len(HARM)
    compared = 0
    for name, (title, more, times) in HARM.items():
        (row,) = (row for row in rows if row[0].startswith(title))
        a, b = (times * figures.table(name)[:, :weeks] for figures in (base, scenario))
        worst = np.max if more else np.min
        differences = [worst(b, axis=1) - worst(a, axis=1), total(b, name) - total(a, name), b[:, -1] - a[:, -1]]
        ends, added = np.median(a[:, -1]), np.median(total(a, name))
        level = re.search(r" \(baseline (\S+)\)$", row[3])[1]
        assert close(level, ends, 3) or abs(number(level) - ends) < 0.06 * (times == 100), row
        sum_of = re.search(r" \(baseline (\S+) (?:.*in all|on average)\)$", row[2])[1]
        assert close(sum_of, added, 3) or abs(number(sum_of) - added) < 0.06 * (times == 100), row
        day = scenario.days[int(np.median((b if more else -b).argmax(axis=1)))]
        assert row[1].endswith(f" (about {day:%b %Y})"), row
        texts = (row[1].partition(" (about ")[0], *(text.partition(" (baseline ")[0] for text in row[2:]))
        for text, values in zip(texts, differences, strict=True):
            middle = float(np.median(values))
            if shown := re.match(r"([+\N{MINUS SIGN}]\S+) \(", text):
                assert close(shown[1], middle, 2), (row, middle)
                assert ("worse" in text) == ((middle > 0) == more), row
                low, high = map(number, re.search(r"\((\S+) to (\S+)\)", text).groups())
                assert low * high > 0, row
                compared += 1
            elif moved := re.match(r"(worse|better) in (\S+), (?:worse|better) in (\S+)", text):
                side = (values > 0) == more if moved[1] == "worse" else (values > 0) != more
                assert moved[2] == share(int((side & (values != 0)).sum()), WORLDS), row
                assert moved[3] == share(int((~side & (values != 0)).sum()), WORLDS), row
            else:
                assert text in ("no clear change", "the same"), row
                assert text != "the same" or not values.any(), row
    assert compared >= 1


@pytest.mark.parametrize("kind", FORMATS)
def test_the_map_is_computed_again(made, kind):
    files, scenario, base = made
    last = len(scenario.days) - 1
    rows = rows_of(kind, files[kind], "Crossing or trade")
    for gate, title in GATES.items():
        (row,) = (row for row in rows if row[0].startswith(f"{title}: days shut"))
        for text, figures in zip(row[1:], (base, scenario), strict=True):
            shut = figures.table(f"closure_days[{gate}]")[:, last]
            days, high = re.match(r"(\S+) \(95% of worlds at most (\S+)\)", text).groups()
            assert number(days) == pytest.approx(np.median(shut), abs=0.051 if np.median(shut) < 10 else 0.51)
            assert number(high) == pytest.approx(np.quantile(shut, 0.95), abs=0.051 if number(high) < 10 else 0.51)
    for name, title in TRADE.items():
        (row,) = (row for row in rows if row[0].startswith(title))
        for text, figures in zip(row[1:], (base, scenario), strict=True):
            assert close(text, float(np.median(figures.table(name)[:, last])), 3), row


@needs_office
def test_the_first_page_is_one_sheet_of_word_and_the_body_has_at_most_ten(made, tmp_path):
    for name, pages in (("first docx", 1), ("docx", 11)):
        file = tmp_path / f"{name.replace(' ', '_')}.docx"
        file.write_bytes(made[0][name])
        assert pages_of(pdf_of(file)) <= pages, name


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")
def test_the_first_page_is_one_printed_sheet_and_the_body_has_at_most_ten(made, tmp_path):
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, pages in (("first html", 1), ("html", 11)):
            file = tmp_path / f"{name.replace(' ', '_')}.html"
            file.write_bytes(made[0][name])
            shown = browser.new_page()
            shown.goto(file.as_uri())
            printed = shown.pdf(prefer_css_page_size=True)
            assert 1 <= len(re.findall(rb"/Type\s*/Page[^s]", printed)) <= pages, name
        browser.close()
