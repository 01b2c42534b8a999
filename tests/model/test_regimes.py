"""Violence that wanders: its moments are those declared, its ranges those of the record, and its level is bounded."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from regionsim.evidence import load_evidence
from regionsim.model.processes.regimes import level, trend_sd, wander
from regionsim.model.region import RegionModel
from regionsim.model.samplers import Array
from regionsim.schema.categories import BALOCH, ISKP, OTHER, TTP
from tests.model.worlds import outcome, small


def _model(*sets: str, worlds: int = 20, end: str = "2026-02-18") -> RegionModel:
    walks = ("structure.violence=1", *sets)
    return RegionModel(small("status_quo", *(f"parameters.{each}" for each in walks), end=end), worlds)


def _walked(years: int, *sets: str, worlds: int = 1500) -> Array:
    """Changes of log tempo year by year, (years, W, 2): of the walk by itself."""
    w = _model(*sets, worlds=worlds)
    found = np.zeros((years, worlds, 2))
    for week in range(52 * years):
        w.streams.week = week
        found[week // 52] += wander(w)
    return found


@pytest.mark.parametrize(("share", "fades", "common"), [(0.0, 2.0, 0.5), (0.7, 2.0, 0.9), (1.0, 1.0, 0.0)])
def test_a_walk_has_the_spread_the_memory_and_the_correlation_declared(
    share: float, fades: float, common: float
) -> None:
    years = _walked(
        3, "violence.walk_sd=0.3", f"violence.walk_trend={share}", f"violence.walk_trend_years={fades}",
        f"violence.walk_common={common}",
    )  # fmt: skip
    kp, balochistan = years[0].T

    # 1,500 worlds: five standard errors of a standard deviation are 9%, of a correlation 0.13
    assert kp.std() == pytest.approx(0.3, rel=0.09)
    assert balochistan.std() == pytest.approx(0.3, rel=0.09)
    assert np.corrcoef(kp, balochistan)[0, 1] == pytest.approx(common, abs=0.13)
    # the trend alone ties one year to the next: covariance of the sums of a trend over two years that follow
    decay = np.exp(-1.0 / fades)
    over_a_year = 2.0 * fades * (1.0 - fades * (1.0 - decay))
    tied = share * (fades * (1.0 - decay)) ** 2 / over_a_year
    assert np.corrcoef(years[0, :, 0], years[1, :, 0])[0, 1] == pytest.approx(tied, abs=0.13)
    # and no year is more violent than another: the trend at the start is drawn from its steady distribution
    assert years[2, :, 0].std() == pytest.approx(0.3, rel=0.09)
    assert abs(years.sum(axis=0).mean()) < 0.1


def test_without_spread_nothing_wanders_and_each_reading_has_parameters_of_its_own() -> None:
    still = _model("violence.walk_sd=0").run()
    assert (still.violence.regime == 0.0).all()
    assert (trend_sd(still) == 0.0).all()
    columns = []
    for sets in (
        ("structure.violence=0",),
        ("structure.violence=0", "violence.walk_sd=1"),
        ("structure.violence=1",),
        ("structure.violence=1", "violence.regimes_per_year=2"),
    ):
        scenario = small("status_quo", *(f"parameters.{one}" for one in sets), end="2026-06-01")
        columns.append(outcome(scenario, range(5)).columns["attacks"])
    assert columns[0].tobytes() == columns[1].tobytes()
    assert columns[2].tobytes() == columns[3].tobytes()
    assert columns[0].tobytes() != columns[2].tobytes()


def test_steps_of_known_date_act_on_a_walk_too() -> None:
    shocks = "shocks=[{id: o, kind: major_operation, on: 2025-09-15}, {id: t, kind: takeover, on: 2025-10-13}]"
    known, without = (
        RegionModel(small("status_quo", *sets, "parameters.security.operation_step=1", end="2025-12-18"), 10).run()
        for sets in ((shocks,), ())
    )
    moved = known.violence.regime - without.violence.regime

    assert moved[:, ISKP] == pytest.approx(-1.0)
    assert moved[:, OTHER] == pytest.approx(-1.0)
    assert moved[:, TTP] == pytest.approx(known.p["security.takeover_tempo"] - 1.0)
    assert moved[:, BALOCH] == pytest.approx(0.0)


def test_a_level_is_itself_up_to_the_largest_change_on_record_and_bounded_beyond() -> None:
    w = _model("violence.regime_most=2", "violence.beyond_record=3", worlds=9)
    w.violence.regime[:] = np.array([-50.0, -3.0, -2.0, -1.3, 0.0, 1.3, 2.0, 3.0, 50.0])[:, np.newaxis]
    found = level(w)[:, TTP]

    assert found[2:7].tolist() == [-2.0, -1.3, 0.0, 1.3, 2.0]
    assert found[-1] == pytest.approx(2.0 + np.log(3.0))
    assert 2.0 < found[7] < 2.0 + np.log(3.0)
    assert found.tolist() == (-found[::-1]).tolist()


def test_a_walk_is_told_where_violence_has_doubled_or_halved() -> None:
    w = _model("violence.walk_sd=1", "violence.walk_common=0.3", worlds=20, end="2028-08-18").run()
    log = w.log.sorted()
    rows = log.kind == "regime"
    for world in range(20):
        for place in ("khyber_pakhtunkhwa", "balochistan"):
            told = np.log(log.magnitude[rows & (log.world == world) & (log.place == place)])
            assert (np.abs(np.diff(np.concatenate([[0.0], told]))) >= np.log(2.0) - 1e-9).all()
    assert rows.sum() > 20


def _tempo() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tempo", Path(__file__).parents[2] / "experiments" / "tempo.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["tempo"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_the_ranges_of_the_walk_are_what_the_record_says() -> None:
    tempo, known = _tempo(), load_evidence().parameters
    found = tempo.posterior(4000)
    said = tempo.figures(found)
    slack_of = {"sd": (0.06, 0.1), "trend": (0.15, 0.15), "years": (0.4, 1.0), "common": (0.2, 0.05)}

    assert found.likelihood.seen.size == 59
    for name, slack in slack_of.items():
        drawn = known[f"violence.walk_{'trend_years' if name == 'years' else name}"].draw
        low, high = drawn.low, drawn.high
        assert (low, high) == (pytest.approx(said[name][0], abs=slack[0]), pytest.approx(said[name][2], abs=slack[1]))
    # the trend at the start is the growth of the groups that is declared: 0.13 a year by their shares of attacks
    groups = ("ttp", "iskp", "baloch", "other")
    weights = np.array([known[f"violence.share_{group}"].value for group in groups])
    growth = weights @ [known[f"security.growth_{group}"].value for group in groups] / weights.sum()
    mean, sd = said["trend now, Khyber Pakhtunkhwa: mean, sd"]
    assert abs(growth - mean) < 0.5 * sd


def test_the_estimate_finds_the_walk_that_made_the_counts() -> None:
    """Counts made by a calm and by a wild walk, in both theatres alike: the estimate tells one from the other."""
    tempo = _tempo()
    rng = np.random.default_rng(3)
    found = []
    for sd in (0.1, 0.6):
        path = 1e6 * np.exp(np.cumsum(sd * rng.standard_normal(18)))
        counts = tempo.Counts("made", (0.6, 0.4), dict(zip(range(2007, 2025), path, strict=True)), "miscounted")
        posterior = tempo.posterior(3000, (counts,))
        found.append(posterior.quantiles(posterior.draws["sd"]))

    (_, calm, calm_high), (wild_low, wild, _) = found
    assert calm < 0.25 < wild_low
    assert calm_high < wild
