import ast
from datetime import date

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from regionsim.errors import InputError
from regionsim.indicators import INDICATORS
from regionsim.runs import content_digest, provenance, replay, summaries
from regionsim.runs.content import Content
from regionsim.runs.files import sha256_of
from regionsim.runs.numerals import rounded, with_unit
from regionsim.runs.selection import TURNING
from regionsim.runs.sentences import sentence
from regionsim.runs.story import Story, StoryLine
from regionsim.runs.summaries import row_quantiles
from regionsim.stats.precision import median_error
from tests.toys.toy import TOY

LEVELS = [0.05, 0.25, 0.5, 0.75, 0.95]


def test_a_frame_is_tidy_and_sorted(play):
    found = play(12, batch=5)
    frame = found.frame("attacks")
    assert list(frame.columns) == ["world", "date", "value"]
    assert len(frame) == 12 * found.weeks
    assert frame.equals(frame.sort_values(["world", "date"]))
    assert frame["date"].iloc[0] == pd.Timestamp("2025-08-18")
    assert frame["date"].iloc[1] - frame["date"].iloc[0] == pd.Timedelta(days=7)
    one = found.frame("closure_days", "chaman")
    np.testing.assert_array_equal(one["value"], found.values("closure_days", "chaman").ravel())


def test_the_summary_equals_numpys_quantiles(play):
    found = play(37, batch=10)
    summary = found.summary()
    assert list(summary.columns) == ["date", "indicator", "unit", "mean", "p05", "p25", "p50", "p75", "p95", "error"]
    for name in found.indicators:
        values = found.values(name).astype(np.float64)
        rows = summary[summary["indicator"] == name]
        wanted = np.quantile(values, LEVELS, axis=0)
        np.testing.assert_allclose(rows[["p05", "p25", "p50", "p75", "p95"]].to_numpy().T, wanted, rtol=1e-12)
        np.testing.assert_allclose(rows["mean"], values.mean(axis=0), rtol=1e-12)
        np.testing.assert_allclose(rows["error"], [median_error(week) for week in values.T], rtol=1e-12)
        assert set(rows["unit"]) == {INDICATORS[name].unit}


def test_a_summary_in_small_slabs_is_the_same(play, monkeypatch):
    found = play(20, batch=3)
    whole = found.summary()
    monkeypatch.setattr(summaries, "SLAB_BYTES", 4 * 20 * 2)
    found._summary = None
    pd.testing.assert_frame_equal(found.summary(), whole)


def test_the_summary_on_disk_is_of_every_stored_world_and_follows_an_extension(play):
    play(10)
    found = play(20)
    stored = pd.read_csv(found.path / "summary.csv", parse_dates=["date"])
    numbers = ["mean", *summaries.NAMES]
    np.testing.assert_allclose(stored[numbers], found.summary()[numbers], rtol=1e-6)
    assert stored["indicator"].tolist() == found.summary()["indicator"].tolist()


def test_quantiles_leave_nan_out():
    rows = np.array([[3, np.nan, 1, 2], [np.nan] * 4, [1, 1, 1, 1]], dtype=np.float32)
    found, mean = row_quantiles(rows.copy(), LEVELS)
    np.testing.assert_allclose(found[:, 0], np.nanquantile(rows[0], LEVELS))
    assert np.isnan(found[:, 1]).all()
    np.testing.assert_array_equal(found[:, 2], 1)
    assert mean[0] == 2
    assert np.isnan(mean[1])


def test_events_are_a_table_of_the_contract(play):
    found = play(20, batch=7)
    events = found.events()
    assert list(events.columns) == ["world", "date", "kind", "place", "actor", "cause", "magnitude"]
    assert len(events) > 0
    assert events.equals(events.sort_values(["world", "date"], kind="stable"))
    assert set(events["kind"]) == {"closure"}


def test_files_are_those_of_the_contract_and_any_tool_reads_them(play):
    found = play(5)
    names = {path.relative_to(found.path).as_posix() for path in found.path.rglob("*") if path.is_file()}
    parts = {f"{kind}/part-000000-000004.parquet" for kind in ("trajectories", "places", "events")}
    assert names - {".lock", ".shards"} == parts | {"manifest.json", "scenario.yaml", "worlds.parquet", "summary.csv"}
    trajectories = pd.read_parquet(found.path / "trajectories")
    assert list(trajectories.columns) == ["world", "date", *found.indicators]
    assert trajectories["attacks"].dtype == np.float32
    places = pd.read_parquet(found.path / "places")
    assert list(places.columns) == ["world", "date", "indicator", "place", "value"]
    assert len(places) == 5 * 5 * found.weeks
    worlds = pd.read_parquet(found.path / "worlds.parquet")
    assert list(worlds.columns) == ["world", "arm", "draw", "replicate", "toy.rate"]
    metadata = pq.read_metadata(found.path / "trajectories" / "part-000000-000004.parquet")
    assert metadata.metadata[b"regionsim.hash"].decode() == found.manifest.hash
    column = metadata.row_group(0).column(2)
    assert column.compression == "ZSTD"
    assert "BYTE_STREAM_SPLIT" in column.encodings


def test_unknown_names_are_one_clear_line_with_a_suggestion(play):
    found = play(3)
    with pytest.raises(InputError, match="did you mean trade_volume"):
        found.frame("trade_volum")
    with pytest.raises(InputError, match="did you mean torkham"):
        found.frame("closure_days", "torkam")
    with pytest.raises(InputError, match="not recorded by place"):
        found.frame("attacks", "torkham")


def test_digests_see_every_value_and_no_more(play):
    one = Content()
    one.add("a", np.array([1.0, np.nan, 0.0], dtype=np.float32))
    one.add("b", ["x", "y"])
    cut = Content()
    cut.add("b", ["x"])
    cut.add("a", np.array([1.0], dtype=np.float32))
    cut.add("b", ["y"])
    cut.add("a", np.array([-np.nan, -0.0], dtype=np.float32))
    assert one.hexdigest() == cut.hexdigest()
    for change in ({"a": np.array([2.0], dtype=np.float32)}, {"b": ["x\0y"]}, {"c": np.array([1])}):
        other = Content()
        other.add("a", np.array([1.0, np.nan, 0.0], dtype=np.float32))
        other.add("b", ["x", "y"])
        other.add(*next(iter(change.items())))
        assert other.hexdigest() != one.hexdigest()
    with pytest.raises(TypeError):
        one.add("d", np.array([True]))
    found = play(5)
    assert content_digest(found) == content_digest(play(5))


def test_a_story_tells_events_and_years_and_equals_the_stored_world(play):
    found = play(20, batch=6)
    world = int(found.events()["world"].iloc[-1])
    story = replay(found, world, engine=TOY)
    assert str(story).splitlines() == [str(line) for line in story]
    assert story.same
    assert "bit for bit" in story.note
    closures = [line for line in story if line.kind == "closure"]
    assert len(closures) == (found.events()["world"] == world).sum()
    assert "Torkham is closed by Pakistan" in closures[0].text
    years = [line for line in story if line.kind == "year"]
    assert len(years) == 1
    assert INDICATORS["trade_volume"].title in years[0].text
    assert [line.date for line in story] == sorted(line.date for line in story)
    assert str(story.lines[0]).startswith(f"{story.lines[0].date}  ")


def test_a_story_says_where_the_stored_world_differs(play):
    found = play(5)
    path = found.path / "trajectories" / "part-000000-000004.parquet"
    table = pq.read_table(path)
    values = table["attacks"].to_numpy().copy()
    values[0] += 1
    pq.write_table(table.set_column(table.column_names.index("attacks"), "attacks", [values]), path)
    with pytest.raises(InputError, match=rf"{path.name} is damaged .*repeat the call that made it"):
        replay(found, 0, engine=TOY)
    found.manifest.batches[0].parts["trajectories"].sha256 = sha256_of(path)  # as another platform might have played it
    changed = replay(found, 0, engine=TOY)
    assert not changed.same
    assert "differs from the stored one in attacks" in changed.note
    assert replay(found, 1, engine=TOY).same


def test_a_world_that_is_not_there_cannot_be_replayed(play):
    with pytest.raises(InputError, match="allowed: 0 to 4"):
        replay(play(5), 7, engine=TOY)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (3.14159, "3.14"),
        (1234567, "1,230,000"),
        (0.00012345, "0.000123"),
        (-0.0, "0"),
        (np.nan, "-"),
        (99.96, "100"),
        (-2.5, "-2.50"),
    ],
)
def test_numbers_are_written_for_people(value, text):
    assert rounded(value) == text


def test_units_stand_behind_numbers_but_scales_do_not():
    assert with_unit(3.0, "USD bn/yr") == "3.00 USD bn/yr"
    assert with_unit(0.25, "scale 0-1") == "0.250"


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (
            ("closure", "torkham", "pakistan", "attack", 1),
            "Torkham is closed by Pakistan for 1 day after a militant attack",
        ),
        (
            ("closure", "chaman", "afghanistan", "clash", 9.2),
            "Chaman is closed by Afghanistan for 9 days after a border clash",
        ),
        (
            ("closure", "ghulam_khan", "protesters", "sit-in", 16),
            "Protesters block Ghulam Khan with a sit-in for 16 days",
        ),
        (
            ("strike", "border", "pakistan", "threat", 1),
            "Pakistan strikes across the border over militant attacks, 1 person killed",
        ),
        (("major_attack", "", "ttp", "", 77), "A major attack by the TTP kills 77 people"),
        (("major_attack", "", "other", "", 0), "A major attack by other groups"),
        (("truce", "", "ttp", "brokered", 0), "A truce with the TTP begins, brokered by Kabul"),
        (("truce", "", "ttp", "agreed", 90), "A truce with the TTP begins for 90 days"),
        (("accusation", "", "pakistan", "", 0), "Pakistan publicly accuses Afghanistan"),
        (("accusation", "border", "", "scenario", 0), "One side publicly accuses the other (set by the scenario)"),
        (("talks", "", "taliban_government", "", 0), "The Afghan Taliban government holds talks with Islamabad"),
        (
            ("expulsion_order", "pakistan", "pakistan_government", "government", 112),
            "Pakistan orders Afghans without valid papers to leave (enforced for 112 days)",
        ),
        (("escalation", "border", "", "war", 3), "Relations between Pakistan and Afghanistan worsen to war"),
        (("new_kind", "torkham", "iskp", "", 2.0), "New kind at Torkham by IS-KP (2.00)"),
        (("trilateral", "region", "china", "", 0), "China hosts trilateral talks"),
        (("mediation_end", "border", "gulf_mediators", "", 0), "Gulf mediators stop mediating"),
        (("documents_lapsed", "pakistan", "pakistan_government", "por", 0), "Proof of Registration cards lapse"),
        (
            ("rupture_end", "border", "both", "", 20.0),
            "Both sides agree to end the long rupture after 20 weeks: crossings may reopen, one by one",
        ),
        (("rupture_end", "border", "", "scenario", 0), "The long rupture ends: crossings reopen (set by the scenario)"),
    ],
)
def test_events_are_told_in_sentences(event, text):
    *words, magnitude = event
    assert sentence(*words, magnitude=float(magnitude)) == text


def test_a_deal_is_told_by_its_id_and_one_that_runs_out_is_not_said_to_miss_its_condition():
    assert sentence("deal", "", "other", "scenario") == "The deal other begins: its condition holds"
    assert sentence("deal_end", "", "calm_first", "scenario").endswith(
        "calm_first lapses: its condition no longer holds"
    )
    assert sentence("deal_end", "", "ttp", "") == "The deal ttp ends on its last day"


STORY = Story(
    0,
    tuple(
        StoryLine(date(2026, month, 1), kind, kind, magnitude)
        for month, kind, magnitude in [
            (1, "clash", 0.0), (2, "closure", 3.0), (3, "major_attack", 80.0), (4, "truce", 0.0), (5, "closure", 90.0),
            (6, "strike", 10.0), (7, "rupture", 0.0), (8, "year", 0.0),
        ]
    ),
    same=True,
    note="",
)  # fmt: skip


@pytest.mark.parametrize(
    ("how", "months"),
    [
        ({}, [1, 2, 3, 4, 5, 6, 7, 8]),
        ({"first": date(2026, 3, 1), "last": date(2026, 5, 1)}, [3, 4, 5]),
        ({"kinds": ["closure", "year"]}, [2, 5, 8]),
        ({"top": 3}, [4, 5, 7]),
        ({"top": 5}, [3, 4, 5, 6, 7]),
        ({"top": 99}, [1, 2, 3, 4, 5, 6, 7]),
        ({"top": 1, "kinds": ["closure"]}, [5]),
        ({"first": date(2027, 1, 1)}, []),
    ],
)
def test_a_story_is_cut_by_time_kind_and_weight(how, months):
    assert [line.date.month for line in STORY.select(**how)] == months


@pytest.mark.parametrize(
    ("how", "fault"),
    [
        ({"kinds": ["closures"]}, "kinds: no line of this world is 'closures' .*did you mean closure"),
        ({"first": date(2026, 3, 1), "last": date(2026, 1, 1)}, "first: 2026-03-01 is after last, 2026-01-01"),
        ({"top": 0}, "top: 0 is out of range"),
    ],
)
def test_a_story_that_cannot_be_cut_so_is_refused(how, fault):
    with pytest.raises(InputError, match=fault):
        STORY.select(**how)


def test_turning_points_are_kinds_of_events():
    told = {kind: sentence(kind, "", "", "x") for kind in TURNING}
    assert not [kind for kind, text in told.items() if text.startswith(kind.replace("_", " ").capitalize() + " (")]


def test_every_kind_of_event_that_the_model_records_has_a_sentence_of_its_own(root):
    kinds = set()
    for path in (root / "src" / "regionsim" / "model").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "event" and len(call.args) == 2:
                kinds |= {call.args[1].value} if isinstance(call.args[1], ast.Constant) else set()

    assert len(kinds) > 25
    for kind in kinds:
        told = sentence(kind, "border", "china", "por")
        assert not told.lower().startswith(kind.replace("_", " ") + " at")
        assert told[0].isupper()
        assert "_" not in told


def test_a_notebook_is_named_as_such_and_not_by_the_words_of_its_kernel(monkeypatch):
    monkeypatch.setattr("sys.argv", ["/somewhere/ipykernel_launcher.py", "-f", "/somewhere/kernel.json"])

    assert provenance.command_line() == "notebook"
