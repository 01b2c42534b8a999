"""A dry run refuses what the run would refuse, and leaves nothing; a refused check writes no file."""

import pytest

SMALL = ("status_quo", "--set", "end=2025-09-08", "--worlds", "2")
SWEEP = ("status_quo", "--set", "end=2025-09-08", "--over", "trade.potential=5,8", "--replicates", "1")
NINES = "9" * 5000


@pytest.mark.parametrize("command", [("run", *SMALL), ("sweep", *SWEEP)])
@pytest.mark.parametrize("shard", ["5/4", "0/3", "one", "1/2/3", f"1/{NINES}", "1/-2", "1/9999999"])
def test_a_shard_that_is_none_is_refused_dry_too(regionsim, empty, command, shard):
    said = regionsim(*command, "--shard", shard, "--dry-run")
    assert (said.code, said.out) == (2, "")
    assert "is no shard" in said.err
    assert len(said.err) < 300
    assert not list(empty.iterdir())


@pytest.mark.parametrize("command", [("run", *SMALL), ("sweep", *SWEEP), ("why", "trade_push", "--worlds", "2")])
def test_an_out_that_cannot_be_written_is_refused_dry_too_and_none_is_made(regionsim, empty, command):
    (empty / "taken").write_text("", encoding="utf-8")
    said = regionsim(*command, "--out", "taken/deep", "--dry-run")
    assert said.code == 2
    assert "--out taken/deep: cannot be written" in said.err
    assert regionsim(*command, "--out", "new/deep", "--dry-run").code == 0
    assert [path.name for path in empty.iterdir()] == ["taken"]


@pytest.mark.parametrize("command", [("run", *SMALL), ("sweep", *SWEEP), ("why", "trade_push", "--worlds", "2")])
def test_one_process_is_not_several(regionsim, empty, command):
    said = regionsim(*command, "--workers", "1", "--dry-run")
    assert said.code == 0
    assert "by 1 process" in said.out
    assert "1 processes" not in said.out


def test_a_cluster_that_is_none_is_refused_dry_too(regionsim, empty):
    said = regionsim("run", *SMALL, "--dask", "nowhere://", "--dry-run")
    assert said.code == 2
    assert "--dask" in said.err


@pytest.mark.parametrize(
    "words",
    [("--over", f"trade.potential=5:15:{NINES}"), ("--over", "trade.potential=5:15", "--sample", f"lhs:{NINES}")],
)
def test_numbers_of_points_too_long_to_read_are_one_short_line(regionsim, empty, words):
    said = regionsim("sweep", "status_quo", *words, "--dry-run")
    assert said.code == 2
    assert len(said.err.splitlines()) == 1
    assert len(said.err) < 300


def test_rounding_is_said_on_one_line(regionsim, empty):
    said = regionsim("sweep", "status_quo", "--over", "structure.uplift=0:1:5", "--dry-run")
    assert said.code == 0
    assert said.err.splitlines() == [
        "note: structure.uplift: takes 0, 1 only: values are rounded, so 3 of 5 repeat others"
    ]


@pytest.mark.parametrize("fault", ["worlds: many\n", "end: 2025-01-01\n"])
def test_a_refused_check_leaves_no_file_and_does_not_touch_one(regionsim, empty, fault):
    (empty / "bad.yaml").write_text(f"format: 1\ntitle: T\nextends: trade_push\n{fault}", encoding="utf-8")
    (empty / "old.md").write_text("kept", encoding="utf-8")
    said = regionsim("check", "bad.yaml", "--junit", "new.xml", "--markdown", "old.md", "--worlds", 50)
    assert said.code == 2
    assert sorted(path.name for path in empty.iterdir()) == ["bad.yaml", "old.md"]
    assert (empty / "old.md").read_text(encoding="utf-8") == "kept"


def test_a_report_that_cannot_be_written_is_refused_before_playing(regionsim, empty):
    for path in (".", "nowhere/check.xml"):
        said = regionsim("check", "trade_push", "--junit", path)
        assert said.code == 2
        assert "--junit" in said.err
    assert not list(empty.iterdir())
