"""Settings of levers as columns of the table of worlds: one batch, and each world what it is in a run of its own."""

from dataclasses import replace

import numpy as np
import pytest

from regionsim.errors import InputError
from regionsim.runs import content_digest, replay, run
from regionsim.studies.designs import read_axis
from regionsim.studies.sweep import Study, Sweep, run_study
from tests.toys.toy import TOY

INTENSITY = read_axis("levers.trade_facilitation.intensity", "0,0.35,1")
BEGIN = read_axis("levers.transit_agreement.from", "2025-08-25,2025-09-20")
RAMP = read_axis("levers.trade_facilitation.ramp", ["0 days", "3 weeks"])
SETS = ("end=2025-11-10", "shocks=null", "levers.trade_facilitation.from=2025-08-30")
STUDY = Study("trade_push", (INTENSITY, BEGIN, RAMP), replicates=2, sets=SETS, outcomes=("trade_volume@2025-11",))


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    return run_study(Sweep(STUDY, out=tmp_path_factory.mktemp("swept"), workers=1))


def of_point(found, number):
    """Everything recorded of a point: indicators, (replicates, weeks) each, and events."""
    worlds = found.worlds[found.worlds["arm"] == number] if "arm" in found.worlds else found.worlds
    numbers = worlds["world"].to_numpy()
    events = found.events()
    mine = events[events["world"].isin(numbers)].drop(columns="world").astype(str).to_numpy().tolist()
    return {name: found.values(name)[numbers] for name in found.indicators}, mine


def assert_same(one, other):
    for name, values in one[0].items():
        np.testing.assert_array_equal(values, other[0][name], err_msg=name)
    assert one[1] == other[1]


def test_each_point_is_the_plain_run_with_that_value(swept, tmp_path):
    ((arm, found),) = swept.runs()
    assert len(arm.table) == len(swept.points) == 12
    assert len(found.batches) == 1
    for number in (0, 5, 6, 11):
        sets = [f"{axis.path}={value}" for axis, value in zip(STUDY.over, swept.points[number], strict=True)]
        plain = run("trade_push", sets=(*SETS, *sets), worlds=2, out=tmp_path, workers=1)
        assert_same(of_point(found, number), of_point(plain, 0))
    ends = [of_point(found, number)[0]["trade_volume"][:, -1].tolist() for number in range(12)]
    assert len({tuple(end) for end in ends}) == 10  # at intensity 0 the ramp makes no difference, all else does


def test_a_lever_at_intensity_0_is_a_lever_left_out(swept, tmp_path):
    ((_, found),) = swept.runs()
    sets = (*SETS[:2], "levers.transit_agreement.from=2025-08-25", "levers.trade_facilitation=null")
    plain = run("trade_push", sets=sets, worlds=2, out=tmp_path, workers=1)
    assert_same(of_point(found, 0), of_point(plain, 0))


def test_the_table_of_worlds_says_what_each_world_was_given(swept):
    ((_, found),) = swept.runs()
    first = found.worlds.head(12)
    assert first["levers.trade_facilitation.intensity"].tolist() == [0.0] * 4 + [0.35] * 4 + [1.0] * 4
    assert first["levers.transit_agreement.from"].tolist() == [7.0, 7.0, 33.0, 33.0] * 3  # days after the start
    assert first["levers.trade_facilitation.ramp"].tolist() == [0.0, 21.0] * 6
    assert replay(found, 17).same


def test_points_with_other_shocks_or_other_levers_are_arms_of_their_own(tmp_path):
    shock = read_axis("shocks.autumn.for", ["2 weeks", "4 weeks"])
    sweep = Sweep(replace(STUDY, over=(INTENSITY, shock), sets=()), out=tmp_path)
    assert [arm.table.points.tolist() for arm in sweep.arms] == [[0, 2, 4], [1, 3, 5]]
    assert list(tmp_path.iterdir()) == []


def test_the_key_covers_each_value(tmp_path):
    others = [
        STUDY,
        replace(STUDY, over=(read_axis(INTENSITY.path, "0,0.36,1"), BEGIN, RAMP)),
        replace(STUDY, over=(INTENSITY, read_axis(BEGIN.path, "2025-08-25,2025-09-21"), RAMP)),
        replace(STUDY, over=(INTENSITY, BEGIN, read_axis(RAMP.path, ["0 days", "4 weeks"]))),
    ]
    sweeps = [Sweep(each, out=tmp_path) for each in others]
    assert len({one.hash for one in sweeps}) == 4
    assert {len(one.arms) for one in sweeps} == {1}


def test_replicates_extend_and_pool_and_shards_agree(tmp_path, by_five):
    def contents(folder, replicates, *options):
        for each in options:
            found = run_study(Sweep(replace(STUDY, replicates=replicates), out=folder, engine=TOY, **each))
        return [content_digest(one) for _, one in found.runs()]

    serial = {"workers": 1}
    once = contents(tmp_path / "once", 3, serial)
    contents(tmp_path / "grown", 1, serial)
    parts = {path: path.stat().st_mtime_ns for path in (tmp_path / "grown").rglob("part-*.parquet")}
    assert contents(tmp_path / "grown", 3, serial) == once
    assert {path: path.stat().st_mtime_ns for path in parts} == parts
    assert contents(tmp_path / "pool", 3, {"workers": 2}) == once
    shards = [{"workers": 1, "shard": (i, 3)} for i in (2, 3, 1)]
    assert contents(tmp_path / "shards", 3, *shards, serial) == once


def test_dates_between_dates_are_not_read_one_by_one_but_kept_in_order(tmp_path, monkeypatch):
    from regionsim.studies import sweep as studies

    read = []
    monkeypatch.setattr(
        studies, "load", lambda *words, load=studies.load, **more: read.append(1) or load(*words, **more)
    )
    begin = read_axis("levers.route_security.from", "2025-08-01:2025-10-01")
    end = read_axis("levers.route_security.until", "2025-09-01:2025-11-01")
    study = replace(STUDY, over=(INTENSITY, begin), sample="sobol:256")
    sweep = Sweep(study, out=tmp_path)
    assert (len(sweep.points), len(sweep.arms)) == (256, 1)
    assert len(read) <= 6
    with pytest.raises(InputError, match=r"levers.route_security.until: is not after from"):
        Sweep(replace(study, over=(begin, end)), out=tmp_path)


def test_values_of_an_intensity_out_of_range_are_told(tmp_path):
    for values in ("0:2", "-1,0.5", "0,0.5,1.5"):
        with pytest.raises(InputError, match=r"trade_facilitation\.intensity"):
            Sweep(replace(STUDY, over=(read_axis(INTENSITY.path, values),)), out=tmp_path)
