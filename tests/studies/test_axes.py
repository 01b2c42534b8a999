"""Values of an axis are rendered by the type of the key they are for, in every way of naming them."""

import datetime

import numpy as np
import pandas as pd
import pytest

from regionsim.errors import InputError
from regionsim.scenario import load
from regionsim.studies.designs import read_axis, typed
from regionsim.studies.sensitivity import Sensitivity, SensitivitySpec
from regionsim.studies.study_file import read_study
from regionsim.studies.sweep import Study, Sweep
from tests.toys.toy import TOY

SHOCKS = (
    "shocks=[{id: wave, kind: refugee_wave, on: 2025-09-01, for: 4 weeks, persons: 1000},"
    " {id: order, kind: expulsion_order, on: 2025-09-01, for: 4 weeks, statuses: [acc], multiplier: 3},"
    " {id: shut, kind: border_closure, on: 2025-09-01, for: 2 weeks, by: both, crossing: torkham}]"
)
SETS = ("end=2025-11-01", SHOCKS)
DAY = datetime.date(2025, 9, 3)
BASE = load("status_quo", sets=SETS)

EACH = [  # key, as written, the values its scenarios hold, in the order of the points
    ("shocks.wave.persons", "1000,2e3", [1000, 2000]),
    ("shocks.wave.persons", "1000:2000:3", [1000, 1500, 2000]),
    ("shocks.wave.persons", np.array([1000.0, 2000.0]), [1000, 2000]),
    ("shocks.order.multiplier", "2,3.5", [2.0, 3.5]),
    ("shocks.order.multiplier", np.linspace(2, 3, 3), [2.0, 2.5, 3.0]),
    ("shocks.order.on", "2025-09-01:2025-09-15:3", [datetime.date(2025, 9, d) for d in (1, 8, 15)]),
    ("shocks.order.on", pd.to_datetime(["2025-09-01", "2025-09-02"]), [datetime.date(2025, 9, d) for d in (1, 2)]),
    ("shocks.order.on", [DAY, datetime.datetime(2025, 9, 4)], [DAY, datetime.date(2025, 9, 4)]),
    ("shocks.wave.days", "2 weeks:6 weeks:3", "unknown key"),
    ("shocks.shut.for", "2 weeks:6 weeks:3", [14.0, 28.0, 42.0]),
    ("shocks.shut.for", ["10 days", "2 weeks"], [10.0, 14.0]),
    ("shocks.shut.by", "pakistan,both", ["pakistan", "both"]),
    ("shocks.order.statuses", "[por],[por, acc]", [("por",), ("por", "acc")]),
    ("shocks.order.statuses", [["por"], np.array(["por", "acc"])], [("por",), ("por", "acc")]),
    ("seed", f"1,{2**63 - 1}", [1, 2**63 - 1]),
    ("seed", np.arange(3), [0, 1, 2]),
    ("end", "2025-11-01,2025-12-01", [datetime.date(2025, 11, 1), datetime.date(2025, 12, 1)]),
    ("draws", ["prior", np.str_("fixed")], ["prior", "fixed"]),
    ("title", "2026,on", "does not affect results"),
]  # fmt: skip


def value_at(scenario, path):
    here = scenario
    for part in path.split("."):
        name = {"for": "days"}.get(part, part)
        here = next(s for s in here if s.id == part) if isinstance(here, tuple) else getattr(here, name)
    return here


@pytest.mark.parametrize(("path", "values", "held"), EACH)
def test_each_type_of_key_is_swept_by_its_own_values(tmp_path, path, values, held):
    study = Study("status_quo", (read_axis(path, values),), replicates=1, sets=SETS)
    if isinstance(held, str):
        with pytest.raises(InputError, match=held):
            Sweep(study, out=tmp_path, engine=TOY)
        return
    found = Sweep(study, out=tmp_path, engine=TOY)
    arms = {int(number): arm.scenario for arm in found.arms for number in arm.table.points}
    assert [value_at(arms[i], path) for i in range(len(held))] == held


@pytest.mark.parametrize(
    ("path", "values", "words"),
    [
        ("shocks.wave.persons", "1.5,2", "must be a whole number"),
        ("shocks.wave.persons", "1.1:1.9:2", "takes whole numbers"),
        ("shocks.shut.for", "2:6:3", "has no range of numbers .*2 weeks"),
        ("shocks.order.on", "1:6:3", "has no range of numbers"),
        ("shocks.wave.persons", "2025-01-01:2026-01-01:3", "has no range of dates"),
        ("shocks.shut.by", "1:2:2", "has no range of numbers .*names"),
        ("worlds", "5,10", "replicates"),
        ("structure.uplift", "0,0.5", "one of its values .*0, 1"),
        ("structure.uplift", "0.2:0.8", "does not hold two"),
        ("size.traders", "100.5,200", "one of its values .*whole numbers"),
        ("shocks.wave.persons", "1000,1e3", "listed twice"),
    ],
)
def test_values_the_key_does_not_take_are_one_clear_line(tmp_path, path, values, words):
    with pytest.raises(InputError, match=words):
        Sweep(Study("status_quo", (read_axis(path, values),), replicates=1, sets=SETS), out=tmp_path, engine=TOY)


def test_rounding_is_said_and_points_made_equal_by_it_are_played_once_on_a_grid(tmp_path):
    def swept(path, values, sample=None):
        study = Study("status_quo", (read_axis(path, values),), sample, replicates=1, sets=SETS)
        return Sweep(study, out=tmp_path, engine=TOY)

    equal = swept("shocks.wave.persons", "10:12:9")
    assert [point[0] for point in equal.points] == [10, 11, 12]
    assert "6 of 9 repeat others" in equal.notes[0]
    between = swept("shocks.wave.persons", "10:21:3")
    assert [point[0] for point in between.points] == [10, 16, 21]
    assert "other values are rounded" in between.notes[0]
    assert swept("shocks.wave.persons", "10:20:3").notes == []
    sampled = swept("shocks.wave.persons", "10:12", "lhs:6")
    assert {point[0] for point in sampled.points} == {10, 11, 12}
    assert "3 of 6 points are equal" in sampled.notes[-1]
    assert swept("shocks.order.multiplier", "2:3", "lhs:6").notes == []


def test_a_choice_is_only_ever_one_of_its_values(tmp_path):
    study = Study("status_quo", (read_axis("structure.uplift", "0:1"), read_axis("structure.strikes", "0:2")), "lhs:12")
    columns = Sweep(study, out=tmp_path, engine=TOY).arms[0].table.values
    assert {*columns["structure.uplift"]} == {0.0, 1.0}
    assert {*columns["structure.strikes"]} == {0.0, 1.0, 2.0}
    assert np.unique(columns["structure.strikes"], return_counts=True)[1].tolist() == [4, 4, 4]


@pytest.mark.parametrize("draws", ["prior", "posterior", "fixed"])
def test_a_screening_sets_choices_to_their_values_whatever_the_draws(tmp_path, draws):
    pytest.importorskip("SALib")
    over = ("structure.uplift", "structure.strikes=0:2", "shocks.wave.persons=10:11", "trade.habit")
    asked = SensitivitySpec("status_quo", samples=4, over=over, replicates=1, sets=(*SETS, f"draws={draws}"))
    found = Sensitivity(asked, out=tmp_path, engine=TOY)
    for i, allowed in enumerate([{0.0, 1.0}, {0.0, 1.0, 2.0}, {10, 11}]):
        assert {point[i] for point in found.points} <= allowed
        assert len({point[i] for point in found.points}) > 1
    assert bool(found.drawn) == (draws != "fixed")


def test_a_sensitivity_study_takes_the_distributions_that_worlds_draw_from(tmp_path):
    from regionsim.evidence.posterior import load_posterior
    from regionsim.model.worlds import parameter_values, uncertain, values_at

    rows = load_posterior().rows
    name = next(name for name in uncertain(BASE) if name in rows)
    u = np.linspace(0.005, 0.995, 100)
    for draws in ("prior", "posterior"):
        scenario = BASE.model_copy(update={"draws": draws})
        played = np.sort(parameter_values(scenario, np.arange(4000))[0][name])
        spread = np.ptp(np.quantile(played, [0.1, 0.9]))
        there = values_at(scenario, {name: u})[name]
        assert (np.diff(there) >= 0).all()
        np.testing.assert_allclose(
            np.quantile(there, [0.2, 0.5, 0.8]), np.quantile(played, [0.2, 0.5, 0.8]), atol=0.1 * spread
        )


def test_goalposts_that_meet_or_pass_are_refused_where_they_are_written(tmp_path):
    def told(text):
        path = tmp_path / "posts.yaml"
        path.write_text(f"format: 1\ntitle: T\nextends: status_quo\nparameters: {{{text}}}\n", encoding="utf-8")
        with pytest.raises(InputError) as error:
            load(path)
        return error.value.faults

    (line,) = told("index.attacks_best: 2148")
    assert "posts.yaml:4:34: parameters.index.attacks_best: equals the other goalpost" in line
    (line,) = told("index.trade_volume_worst: 20 USD bn/yr")
    assert "index.trade_volume_worst: is on the wrong side" in line
    (line,) = told("index.attacks_best: 900, index.attacks_worst: {distribution: uniform, low: 800, high: 2000}")
    assert "is on the wrong side" in line
    load("status_quo", sets=["parameters.index.attacks_best=1400"])
    with pytest.raises(InputError, match="meets or passes the other goalpost"):
        Sweep(Study("status_quo", (read_axis("index.attacks_worst", "50:2000:3"),)), out=tmp_path, engine=TOY)


def test_a_value_between_the_choices_of_a_parameter_is_refused(tmp_path):
    for text in ("0.5", "{distribution: uniform, low: 0, high: 1}", "{distribution: choice, values: [0, 0.5]}"):
        with pytest.raises(InputError, match=r"structure\.uplift"):
            load("status_quo", sets=[f"parameters.structure.uplift={text}"])
    load("status_quo", sets=["parameters.structure.uplift={distribution: choice, values: [0, 1]}"])


def test_a_study_file_hides_no_fault_behind_a_flag_and_names_a_scenario_without_its_ending(tmp_path):
    (tmp_path / "plan.v1.yaml").write_text("format: 1\ntitle: T\nextends: status_quo\n", encoding="utf-8")
    text = "study: 1\nscenario: plan.v1\nover: {trade.potential: [5, 8]}\n"
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    study = read_study(str(tmp_path / "mine"))
    assert study.scenario == str(tmp_path / "plan.v1.yaml")
    wrong = "replicates: 0\nseed: -1\nsample: many\noutcomes: [5]\n"
    (tmp_path / "mine.yaml").write_text(text.replace("[5, 8]", "[5, 5]") + wrong, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_study(str(tmp_path / "mine.yaml"))
    found = {line.split("mine.yaml")[1].split(": ")[1] for line in error.value.faults}
    assert found == {"over", "replicates", "seed", "sample", "outcomes"}


def test_a_swept_seed_is_not_set_as_well(tmp_path):
    with pytest.raises(InputError, match="leave out seed"):
        Sweep(Study("status_quo", (read_axis("seed", "1,2"),), seed=3), out=tmp_path, engine=TOY)


def test_an_axis_of_a_parameter_needs_no_type_and_a_path_to_nowhere_is_left_to_the_scenario():
    axis = read_axis("trade.potential", "5,8")
    assert typed(axis, BASE) is axis
    assert typed(read_axis("shocks.nobody.on", "2026-01-01,2026-01-02"), BASE).kind == "other"
