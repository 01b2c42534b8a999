"""A run as tidy frames, as an xarray Dataset and as experiments of the EMA Workbench."""

import builtins
import warnings

import numpy as np
import pandas as pd
import pytest

from regionsim.errors import InputError
from regionsim.indicators import INDICATORS
from regionsim.runs import Run, Runs, run
from tests.toys.toy import TOY

SHORT = ["end=2025-11-01"]


@pytest.fixture(scope="module")
def played(tmp_path_factory) -> Run:
    return run("status_quo", worlds=4, sets=SHORT, out=tmp_path_factory.mktemp("runs"), workers=1, engine=TOY)


def test_one_indicator_in_total_or_at_a_place_named_as_in_commands(played):
    frame = played.frame("closure_days[torkham]")

    assert list(frame.columns) == ["world", "date", "value"]
    assert frame.equals(played.frame("closure_days", "torkham"))
    np.testing.assert_array_equal(frame["value"].to_numpy().reshape(4, -1), played.values("closure_days[torkham]"))
    assert not frame.equals(played.frame("closure_days"))


def test_a_frame_of_everything_is_tidy_and_loses_nothing(played):
    frame = played.frame()

    assert list(frame.columns) == ["world", "date", "indicator", "place", "value"]
    assert not frame.duplicated(["world", "date", "indicator", "place"]).any()
    totals = frame[frame["place"].isna()]
    assert totals["indicator"].drop_duplicates().tolist() == list(played.indicators)
    for name in played.indicators:
        own = totals[totals["indicator"] == name][["world", "date", "value"]].reset_index(drop=True)
        assert own.equals(played.frame(name))
    placed = frame.dropna(subset="place").groupby("indicator", observed=True)["place"].unique()
    assert {name: tuple(places) for name, places in placed.items()} == played.places


def test_a_list_gives_those_and_no_others_in_its_order(played):
    frame = played.frame(["closure_days[torkham]", "attacks"])
    pairs = frame[["indicator", "place"]].drop_duplicates().astype(object).fillna("").to_numpy().tolist()

    assert pairs == [["closure_days", "torkham"], ["attacks", ""]]
    assert played.frame(pd.Series(["attacks"])).equals(played.frame(["attacks"]))


@pytest.mark.parametrize(
    ("what", "place", "words"),
    [
        ("attack", None, r"'attack' is not recorded .*did you mean attacks"),
        ("closure_days[torkam]", None, r"'torkam' is not a place of closure_days .*did you mean torkham"),
        ("attacks[torkham]", None, r"'torkham' is not a place|is not recorded by place"),
        ("closure_days[torkham]", "chaman", "names a place, and so does 'chaman'"),
        (["attacks", "nothing"], None, "'nothing' is not recorded"),
        (["closure_days"], "torkham", "place: goes with one indicator"),
        ([], None, "the list is empty"),
        ([3], None, "must be a list of words"),
        ("closure_days[../x]", None, "is not recorded"),
    ],
)
def test_what_is_not_recorded_is_one_clear_line(played, what, place, words):
    with pytest.raises(InputError, match=words) as caught:
        played.frame(what, place)
    assert len(caught.value.faults) == 1


def test_a_dataset_has_every_value_with_title_unit_and_dates(played, tmp_path):
    xarray = pytest.importorskip("xarray")
    data = played.to_xarray()

    assert data["attacks"].dims == ("world", "date")
    assert data["attacks"].attrs == {"long_name": INDICATORS["attacks"].title, "units": "per year"}
    assert data.attrs["run"] == played.manifest.hash
    assert data["date"].to_numpy().astype("datetime64[D]").tolist() == played.dates.tolist()
    for name in played.indicators:
        np.testing.assert_array_equal(data[name], played.values(name))
    for name, places in played.places.items():
        for place in places:
            at = data[f"{name}_by_place"].sel(crossing=place)
            np.testing.assert_array_equal(at, played.values(name, place))
    pytest.importorskip("h5netcdf")
    with xarray.open_dataset(played.export("netcdf", tmp_path / "run.nc")) as stored:
        assert set(stored.data_vars) == set(data.data_vars)
        for name in stored.data_vars:
            np.testing.assert_array_equal(stored[name], data[name])


def test_without_xarray_the_message_can_be_pasted(played, monkeypatch):
    real = builtins.__import__

    def absent(name, *rest):
        if name == "xarray":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(InputError, match=r"needs xarray; \S+ -m pip install 'regionsim\[export\]'"):
        played.to_xarray()


def test_experiments_are_the_worlds_and_outcomes_their_values_over_time(played):
    experiments, outcomes = played.to_ema()
    varied = [name for name in played.worlds.columns if name not in ("world", "arm", "draw", "replicate")]

    assert list(experiments.columns) == [*varied, "scenario", "policy", "model"]
    pd.testing.assert_frame_equal(experiments[varied], played.worlds[varied])
    assert set(outcomes) == {*played.indicators, "TIME"}
    np.testing.assert_array_equal(outcomes["attacks"], played.values("attacks"))
    assert outcomes["TIME"].shape == (4, played.weeks)
    assert outcomes["TIME"][0, 0] == pytest.approx(2025 + 229 / 365)  # 18 August is day 230 of the year
    assert set(played.to_ema(["closure_days[torkham]"])[1]) == {"closure_days[torkham]", "TIME"}


def test_runs_are_the_policies_of_one_table_of_experiments(played, tmp_path):
    longer = run("trade_push", worlds=3, sets=["end=2025-12-01", "targets=null"], out=tmp_path, workers=1, engine=TOY)
    both = Runs([played, longer])
    experiments, outcomes = both.to_ema(["attacks"])

    assert experiments["policy"].tolist() == 4 * ["status_quo"] + 3 * ["trade_push"]
    assert outcomes["attacks"].shape == (7, played.weeks)
    np.testing.assert_array_equal(outcomes["attacks"][4:], longer.values("attacks")[:, : played.weeks])


def test_the_ema_workbench_analyses_a_run(played):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scoring = pytest.importorskip("ema_workbench.analysis.feature_scoring")
        prim = pytest.importorskip("ema_workbench.analysis.prim")
        experiments, outcomes = played.to_ema(["attacks"])
        last = {"attacks": outcomes["attacks"][:, -1]}
        noise = np.random.default_rng(1).random((4, 6))  # the trees need several inputs, and the toy has few
        experiments = experiments.assign(**{f"noise_{i}": noise[:, i] for i in range(6)})
        varied = set(experiments.columns) - {"scenario", "policy", "model"}
        assert set(scoring.get_feature_scores_all(experiments, last).index) == varied
        found = prim.Prim(experiments, last["attacks"] > np.median(last["attacks"]))
        assert set(found.x.columns) == varied
