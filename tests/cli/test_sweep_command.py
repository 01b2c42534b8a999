"""`sweep`: from the cost to the table and the pictures, on the real model."""

import json
from pathlib import Path

from tests.conftest import Command

SHORT = ("--set", "end=2025-11-10", "--set", "shocks=null", "--replicates", "2", "--workers", "1")
LEVER = "levers.trade_facilitation.from=2025-09-01,2025-10-01"


def test_the_cost_is_said_first_and_a_dry_run_writes_nothing(regionsim: Command, empty: Path) -> None:
    words = ("sweep", "trade_push", "--over", LEVER, "--over", "draws=prior,fixed", *SHORT)
    said = regionsim(*words, "--dry-run")

    assert said.code == 0, said.err
    for part in ("4 points in 2 scenarios; 8 worlds x 12 weeks, 8 to play", "time about", "disk about"):
        assert part in said.out
    assert json.loads(regionsim(*words, "--dry-run", "--json").out)["points"] == 4
    (empty / "file").touch()
    nowhere = regionsim(*words, "--out", "file/x")
    assert (nowhere.code, nowhere.err.count("\n")) == (2, 1 + nowhere.err.count("note: "))  # before the cost is told
    (empty / "file").unlink()
    assert list(empty.iterdir()) == []


def test_what_an_earlier_end_leaves_out_of_a_sweep_is_told(regionsim: Command, empty: Path) -> None:
    (empty / "late.yaml").write_text(
        "title: Late\nextends: status_quo\nlevers: {trade_facilitation: {from: 2030-01-01}}\n", encoding="utf-8"
    )
    said = regionsim("sweep", "late.yaml", "--over", "trade.potential=5,10", *SHORT[:2], "--dry-run")
    assert "note: late: levers.trade_facilitation begins after the end, 2025-11-10, and does not act" in said.err


def test_a_sweep_prints_its_table_draws_pictures_and_goes_on_where_it_was(regionsim: Command, empty: Path) -> None:
    words = ("sweep", "trade_push", "--over", LEVER, *SHORT, "--outcome", "trade_volume@2025-11", "--json")
    first = regionsim(*words)

    assert first.code == 0, first.err
    said = json.loads(first.out)
    assert [row["point"] for row in said["results"]] == [0, 1]
    assert [row["levers.trade_facilitation.from"] for row in said["results"]] == ["2025-09-01", "2025-10-01"]
    assert [Path(name).name for name in said["figures"]] == ["trade_volume_2025-11.png"]
    parts = {path: path.stat().st_mtime_ns for path in empty.rglob("part-*.parquet")}
    assert len(parts) == 3  # the dates of a lever are played side by side, in one batch
    assert regionsim(*words).out == first.out
    assert {path: path.stat().st_mtime_ns for path in parts} == parts


def test_shards_of_a_sweep_are_put_together(regionsim: Command, empty: Path) -> None:
    words = ("sweep", "trade_push", "--over", LEVER, *SHORT, "--no-figures", "--outcome", "attacks@2025-11")
    for shard in ("1/2", "2/2"):
        said = regionsim(*words, "--shard", shard)
        assert said.code == 0, said.err
        assert "combines the shards" in said.err
    said = regionsim(*words)
    assert (said.code, "8 to play" in said.err) == (0, False)
    assert "study folder" in said.out


def test_faulty_words_are_told(regionsim: Command, empty: Path) -> None:
    for words, told in [
        (("--over", "trade"), "--over: 'trade' is not PATH=VALUES"),
        ((), "nothing to sweep over"),
        (("--over", LEVER, "--shard", "3/2"), "--shard: '3/2' is no shard"),
        (("--over", LEVER, "--sample", "sobol:3"), "--sample: 3 is not a power of two"),
        (("--over", LEVER, "--outcome", "trade@2025"), "unknown indicator"),
    ]:
        said = regionsim("sweep", "trade_push", *SHORT, *words)
        assert (said.code, said.out) == (2, ""), words
        assert told in said.err
    assert list(empty.iterdir()) == []
