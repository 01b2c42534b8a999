"""What the page shows is what `regionsim run` gives: simulations bit for bit, estimates within their stated error."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from regionsim.runs import run
from regionsim.scenario import load
from regionsim.scenario.vocabulary import shipped_scenarios
from regionsim.views.explore import held_out, page
from regionsim.views.explore.build import build
from regionsim.views.explore.compose import Channel, Pull, channels, composed, from_scale, grid, shifted, to_scale
from regionsim.views.explore.explorer import Explorer, library_of
from regionsim.views.explore.library import Library
from regionsim.views.explore.question import Start, question_of
from tests.views.explore.asking import ask, values_of
from tests.views.explore.conftest import WORLDS

LEVER = {"from": "2026-01-01", "intensity": 0.8, "ramp": "26 weeks"}
SHOCK = {"kind": "border_closure", "crossing": "torkham", "on": "2026-05-04", "for": "4 weeks", "by": "pakistan"}
QUESTIONS: dict[str, dict[str, Any]] = {
    "levers": {"levers": {"trade_facilitation": LEVER, "transit_agreement": LEVER | {"until": "2026-11-02"}}},
    "shock": {"shocks": [SHOCK]},
    "both": {"levers": {"humanitarian_aid": LEVER | {"from": "2026-06-01", "ramp": "0 weeks"}}, "shocks": [SHOCK]},
    "at once": {"levers": {"trade_facilitation": LEVER | {"from": "2025-08-18"}}},
    "parameter": {"parameters": {"trade.value_of_time": 0.9}},
    "deal": {
        "deals": [
            {
                "id": "calm",
                "levers": {"trade_facilitation": 0.7},
                "while": "attacks_ttp < 900",
                "from": "2026-01-05",
                "review": "13 weeks",
            }
        ]
    },
    "nothing": {},
}


QUICK = ("both", "nothing")


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in QUESTIONS]
)
def test_a_simulation_is_the_run_of_the_saved_file_bit_for_bit(
    explorer: Explorer, base_file: Path, tmp_path: Path, name: str
) -> None:
    library = explorer.library
    asked = {"question": QUESTIONS[name], "title": f"Tried: {name}"}
    events = ask(explorer, "/api/simulate", asked).events
    assert events[-1] == {"type": "done"}
    shown = values_of(events, len(library.channels), WORLDS, len(library.points))

    saved = base_file.with_name(f"saved_{name.replace(' ', '_')}.yaml")
    saved.write_text(ask(explorer, "/api/scenario", asked).data["yaml"], encoding="utf-8")
    played = run(saved, out=tmp_path, workers=1)
    assert played.scenario.worlds == WORLDS
    for k, channel in enumerate(library.channels):
        place = channel.id.partition("[")
        stored = played.values(place[0], place[2].rstrip("]") or None)[:, list(library.points)]
        assert np.asarray(stored, dtype=np.float32).tobytes() == shown[k].tobytes(), channel.id


def test_a_second_question_starts_from_a_copy_and_is_the_same(library: Library) -> None:
    question = question_of(Start.of(library.start.scenario), QUESTIONS["both"])
    library.filled(question, lambda: False)  # makes the copy
    group = library.player.groups[0]
    assert max(group.copies) > 20
    from_copy = library.filled(question, lambda: False)
    group.copies.clear()
    with_none = np.concatenate(
        [part.values for part in library.player.play(group.fresh(question.scenario), lambda: False)], axis=2
    )
    assert from_copy.tobytes() == with_none.tobytes()


def test_the_story_of_a_world_is_that_of_its_run(explorer: Explorer, base_file: Path, tmp_path: Path) -> None:
    asked = {"question": QUESTIONS["both"], "world": 5}
    told = ask(explorer, "/api/story", asked).events[-1]
    saved = base_file.with_name("told.yaml")
    saved.write_text(ask(explorer, "/api/scenario", asked).data["yaml"], encoding="utf-8")
    story = run(saved, out=tmp_path, workers=1).replay(5)
    assert story.same
    assert told["lines"] == [[line.date.isoformat(), line.kind, line.text] for line in story]
    assert ask(explorer, "/api/story", asked | {"world": WORLDS}).status == 422


@pytest.mark.slow
def test_the_brief_of_a_question_is_written_and_ends_with_the_page(explorer: Explorer) -> None:
    pytest.importorskip("jinja2")
    asked = {"question": QUESTIONS["levers"], "title": "Tried <b>it</b>"}
    events = ask(explorer, "/api/brief", asked).events
    assert {each["type"] for each in events[:-1]} == {"working"}
    assert "Tried &lt;b&gt;it&lt;/b&gt;" in events[-1]["html"]
    assert not list(explorer.library.folder.glob("tmp*"))


def test_a_saved_file_holds_only_what_differs_and_loads_as_what_was_simulated(tmp_path: Path) -> None:
    start = Start.of("trade_push")
    shocks = start.plain["shocks"]
    asked = {
        "levers": {"route_security": None, "trade_facilitation": LEVER, "humanitarian_aid": LEVER},
        "shocks": [*shocks, SHOCK],
    }
    question = question_of(start, asked)
    text = question.file("A title: with # marks")
    path = tmp_path / "saved.yaml"
    path.write_text(text, encoding="utf-8")
    loaded = load(path)
    assert loaded.numbers_key() == question.scenario.numbers_key()
    assert loaded.title == "A title: with # marks"
    assert text.count("border_closure") == 1
    assert "transit_agreement" not in text
    gone = question_of(start, {"shocks": [SHOCK]})
    path.write_text(gone.file(), encoding="utf-8")
    assert load(path).numbers_key() == gone.scenario.numbers_key()


# -- estimates -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", channels(), ids=lambda channel: channel.id)
def test_scales_come_back(channel: Channel) -> None:
    values = np.linspace(0.01, 0.99, 9) * channel.top * (1.0 if channel.scale == "logit" else 50.0)
    np.testing.assert_allclose(from_scale(to_scale(values, channel), channel), values, rtol=1e-12)


def test_a_lever_that_acts_later_has_its_effect_later() -> None:
    points = grid(522)
    assert points[:3] == (0, 13, 26)
    assert points[-1] == 521
    effect = np.maximum(np.asarray(points, dtype=float) - 26.0, 0.0)
    later = shifted(effect, points, 26.0)
    np.testing.assert_allclose(later, np.maximum(np.asarray(points, dtype=float) - 52.0, 0.0), atol=1e-9)
    assert (shifted(effect, points, -30.0)[-3:] == effect[-1]).all()


def test_effects_add_on_their_scale_are_interpolated_and_kept_in_range() -> None:
    points, channel = grid(100), Channel("trade_volume", "log")
    effects = np.log(np.array([1.1, 1.2, 1.3]))[:, None, None, None] * np.ones((3, 1, 2, len(points)))
    base = np.full((2, len(points)), 2.0)
    two = [Pull(effects, 1.0, 0.0), Pull(effects, 0.5, 0.0)]
    expected = 2.0 * 1.3 * np.sqrt(1.1 * 1.2)
    np.testing.assert_allclose(composed(base, two, points, (channel, 0), None), expected)
    np.testing.assert_allclose(composed(base, two[:1], points, (channel, 0), None, before=two[:1]), base)
    assert composed(base, two, points, (channel, 0), (0.0, 2.5)).max() == 2.5
    ended = composed(base, [Pull(effects, 1.0, 0.0, 52.0)], points, (channel, 0), None)
    assert (ended[:, -1] == base[:, -1]).all()


def test_where_nothing_acts_the_value_is_returned_as_it_is() -> None:
    points, channel = grid(100), Channel("closure_days", "root")
    base = np.random.default_rng(1).uniform(0, 90, (2, len(points)))
    none = Pull(np.zeros((3, 1, 2, len(points))), 0.7, 3.0)
    assert composed(base, [none], points, (channel, 0), (40.0, 50.0)).tobytes() == base.tobytes()


def test_a_single_lever_of_the_library_is_estimated_as_it_was_simulated(library: Library) -> None:
    library.learn("trade_facilitation")
    question = library.question("trade_facilitation", 2 / 3)
    estimate = held_out.estimated(library, question)
    assert estimate is not None
    simulated = library.filled(question, lambda: False)
    for k, channel in enumerate(library.channels):
        if channel.scale != "logit":  # shares are kept off their ends
            np.testing.assert_allclose(estimate[k], simulated[k], rtol=1e-4, atol=1e-4, err_msg=channel.id)


@pytest.mark.slow
def test_a_built_library_is_resumed_and_its_error_is_measured(
    base_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = ("trade_facilitation", "transit_agreement", "humanitarian_aid", "route_security")
    monkeypatch.setattr(Library, "levers", chosen)
    monkeypatch.setattr(held_out, "COMBINATIONS", 6)
    monkeypatch.setattr(held_out.measure, "__defaults__", (6, *held_out.measure.__defaults__[1:]))
    first = library_of(base_file, 8, tmp_path)
    build(first, workers=1, shard=(1, 2), out=tmp_path)
    assert first.known() == [chosen[0], chosen[2]]
    assert first.held_out() is None
    damaged = first.file_of(chosen[0])
    damaged.write_bytes(damaged.read_bytes()[:-200])

    second = library_of(base_file, 8, tmp_path)
    told: list[int] = []
    build(second, workers=1, out=tmp_path, progress=lambda done, _total: told.append(done))
    assert second.known() == list(chosen)
    assert told == sorted(told)
    found = library_of(base_file, 8, tmp_path).held_out()
    assert found is not None
    assert found["combinations"] == 6
    trade = found["channels"]["trade_volume"]
    assert trade["median"] < 0.25
    assert trade["right"] == trade["clear"] > 0
    assert (first.folder / "scenario.yaml").is_file()


def test_a_library_of_other_numbers_is_not_read(base_file: Path, library: Library) -> None:
    folder = base_file.parent / "runs"
    assert library_of(base_file, WORLDS, folder).folder == library.folder
    assert library_of(base_file, WORLDS - 1, folder).folder != library.folder
    other = base_file.with_name("other.yaml")
    other.write_text(base_file.read_text(encoding="utf-8").replace("2027-03-01", "2027-03-08"), encoding="utf-8")
    assert library_of(other, WORLDS, folder).folder != library.folder
    assert library_of("status_quo", WORLDS, folder).folder != library.folder


@pytest.mark.slow
def test_several_processes_learn_what_one_learns(
    base_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: Library
) -> None:
    chosen = ("trade_facilitation", "transit_agreement", "humanitarian_aid", "route_security")
    monkeypatch.setattr(Library, "levers", chosen)
    pooled = library_of(base_file, 4, tmp_path / "pool")
    build(pooled, workers=2, shard=(1, 1), out=tmp_path / "pool")
    alone = library_of(base_file, 4, tmp_path / "alone")
    for lever in chosen:
        learned = pooled.effects(lever)
        assert learned is not None
        assert learned.tobytes() == alone.learn(lever).tobytes()


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_shipped_scenario_can_be_explored(name: str, tmp_path: Path) -> None:
    opened = library_of(name, 20, tmp_path)
    text, _ = page.live(opened, "token")
    data = json.loads(text.partition('id="data">')[2].partition("</script>")[0])
    assert data["extends"] == name
    assert data["start"] < opened.date.isoformat() < data["end"]
    assert sum(lever["estimable"] for lever in data["levers"]) == len(opened.levers) > 80
    assert opened.question(opened.levers[0], 0.5).scenario.levers[opened.levers[0]].intensity == 0.5
