"""Small inputs and places that once broke a command, one function a kind; each raises where it still does.

Core object: `SMALL_INPUTS` (name -> function of an empty folder). Every function starts the real command.
"""

import csv
import grp
import json
import os
import pty
import re
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from .commands import COMMAND, PATIENCE, assert_clear, run_command, write_small

SMALL_INPUTS: dict[str, Callable[[Path], None]] = {}
HINDCAST = ["hindcast", "--from", "2025-01-01", "--to", "2025-06-30", "--origins", "6", "--arm", "A"]
HINDCAST += ["--draws", "10", "--quiet", "--observed", "given"]
MONTHS = "series,year,month,area,group,events,deaths,source,note"
ROW = "picss_monthly_national,{year},{month},Pakistan (all),all militant groups,90,200,a count of mine,"


def small_input(function: Callable[[Path], None]) -> Callable[[Path], None]:
    """Enter a function into the list by its name."""
    SMALL_INPUTS[function.__name__] = function
    return function


def played(folder: Path, name: str = "small", *words: str) -> Path:
    """The folder of a run of two worlds."""
    ended = run_command("run", f"{name}.yaml", "--quiet", "--no-figures", *words, folder=folder)
    assert ended.code == 0, ended.err[-600:]
    return next((folder / "runs").glob(f"{name}-*"))


def given(folder: Path, *rows: str, name: str = "attacks_monthly.csv", head: str = MONTHS, start: str = "") -> None:
    """A supplied table in the folder `given`."""
    (folder / "given").mkdir(exist_ok=True)
    (folder / "given" / name).write_bytes((start + "\n".join((head, *rows)) + "\n").encode())


# -- text of users ---------------------------------------------------------------------------------------------------


@small_input
def tables_keep_the_names_of_their_rows(folder: Path) -> None:
    write_small(folder)
    for width in (60, 80):
        screen = on_terminal(folder, width, "run", "small.yaml", "--no-figures")
        assert len(re.findall("Two-way|two-way|ttacks", screen)) >= 2, screen[-1500:]


def on_terminal(folder: Path, width: int, *words: str) -> str:
    """What a command shows on a terminal of so many columns."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(width), "TERM": "xterm"}
    with subprocess.Popen([*COMMAND, *words], cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs):
        os.close(theirs)
        shown = b""
        while True:
            try:
                more = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not more:
                break
            shown += more
    os.close(ours)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode("utf-8", "replace"))


@small_input
def dollars_in_titles_and_names(folder: Path) -> None:
    write_small(folder, "from$3_to_$9", "'From $3 bn to $9 bn, cost $\\frac{1$ 5% #1 a_b^c'")
    ended = run_command("run", "from$3_to_$9.yaml", folder=folder)
    assert_clear(ended, 0)
    assert "From $3 bn to $9 bn" in ended.out
    assert list(folder.glob("runs/*/figures/*.png"))


@small_input
def brackets_in_titles(folder: Path) -> None:
    for number, title in enumerate(("Plan C [/i] last", "Push [draft] two", "[red]Stop[/red]")):
        write_small(folder, f"t{number}", f"'{title}'")
        ended = run_command("run", f"t{number}.yaml", "--no-figures", folder=folder)
        assert_clear(ended, 0)
        assert title in ended.out.splitlines()[0]


@small_input
def titles_in_urdu_and_emoji(folder: Path) -> None:
    write_small(folder, "urdu", "تجارت کا راستہ 🚚 سرحد")
    ended = run_command("run", "urdu.yaml", "--quiet", folder=folder, environment={"PYTHONWARNINGS": "error"})
    assert_clear(ended, 0)
    assert ".py:" not in ended.err


@small_input
def titles_that_look_like_formulas(folder: Path) -> None:
    import openpyxl

    write_small(folder, "formula", "\"=HYPERLINK('http://x')\"")
    run = played(folder, "formula")
    assert_clear(run_command("export", run, "--to", "xlsx", folder=folder), 0)
    book = openpyxl.load_workbook(next(run.glob("export/*.xlsx")))
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


@small_input
def names_that_look_like_formulas(folder: Path) -> None:
    write_small(folder, "=2+3")
    ended = run_command("compare", "./=2+3.yaml", "--worlds", "4", "--set", "end=2025-10-18", "--no-figures", "--quiet",
                        folder=folder)  # fmt: skip
    assert_clear(ended, 0)
    with next(folder.glob("runs/compare-*/compare.csv")).open(encoding="utf-8-sig", newline="") as file:
        assert not any(cell[:1] in "=+@" for row in csv.reader(file) for cell in row if cell)


@small_input
def rows_beyond_a_sheet_are_told(folder: Path) -> None:
    write_small(folder)
    run = played(folder)
    program = (
        "import sys, regionsim.runs.exporting as e; e.SHEET_ROWS = 5\n"
        "from regionsim.cli import main; sys.exit(main(['export', sys.argv[1], '--to', 'xlsx']))"
    )
    ended = subprocess.run([sys.executable, "-P", "-c", program, run], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "csv" in ended.stderr, "nothing says that rows were left out"


@small_input
def machine_readable_output_is_utf8(folder: Path) -> None:
    write_small(folder, "words", "Öffnung سرحد → 9")
    code_page = {"PYTHONIOENCODING": "cp1252"}
    shown = run_command("show", "words.yaml", "--json", folder=folder, environment=code_page)
    assert json.loads(shown.out)["title"] == "Öffnung سرحد → 9"
    shown = run_command("show", "words.yaml", folder=folder, environment=code_page)
    (folder / "shown.yaml").write_text(shown.out, encoding="utf-8")
    assert_clear(run_command("validate", "shown.yaml", folder=folder), 0)
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    shown = run_command("run", "words.yaml", "--json", "--no-figures", folder=folder, environment=plain)
    assert json.loads(shown.out)[0]["title"] == "Öffnung سرحد → 9"


@small_input
def long_names(folder: Path) -> None:
    for name in ("L" * 240, "راستہ" * 24):
        write_small(folder, name)
        ended = run_command("sweep", f"{name}.yaml", "--over", "trade.potential=5,8", "--replicates", "2", "--quiet",
                            "--no-figures", folder=folder)  # fmt: skip
        assert_clear(ended, 0 if ended.code == 0 else 2)


@small_input
def names_that_are_not_utf8(folder: Path) -> None:
    write_small(folder)
    (folder / "small.yaml").rename(os.fsdecode(os.fsencode(folder) + b"/\xfe.yaml"))
    ended = run_command("run", b"\xfe.yaml", "--quiet", "--no-figures", folder=folder)
    assert_clear(ended, 0 if ended.code == 0 else 2)


# -- values ----------------------------------------------------------------------------------------------------------


@small_input
def whole_numbers_are_swept_as_whole_numbers(folder: Path) -> None:
    write_small(
        folder, more="shocks:\n  - {id: wave, kind: refugee_wave, on: 2025-09-01, for: 4 weeks, persons: 90000}\n"
    )
    for over in ("shocks.wave.persons=80000:120000:3", "seed=1,2"):
        ended = run_command("sweep", "small.yaml", "--over", over, "--replicates", "2", "--quiet", "--no-figures",
                            folder=folder)  # fmt: skip
        assert_clear(ended, 0)


@small_input
def numbers_too_long_to_be_meant(folder: Path) -> None:
    write_small(folder)
    many = "7" * 5000
    for words in (
        ("sweep", "small.yaml", "--over", "trade.potential=5:15", "--sample", f"lhs:{many}", "--dry-run"),
        ("sweep", "small.yaml", "--over", f"trade.potential=5:15:{many}", "--dry-run"),
        ("run", "small.yaml", "--shard", f"1/{many}"),
        ("run", "small.yaml", "--worlds", many),
        ("run", "small.yaml", "--set", f"seed={many}"),
    ):
        assert_clear(run_command(*words, folder=folder))


@small_input
def numpy_numbers_at_the_doors(folder: Path) -> None:
    write_small(folder)
    program = (
        "import numpy as np, regionsim as rs\n"
        "rs.run('small.yaml', worlds=np.int64(2), seed=np.int32(4), out='runs', figures=False)\n"
        "rs.load('small.yaml', seed=np.int64(3))\n"
        "rs.sweep('small.yaml', {'trade.potential': np.linspace(5, 8, 2)}, replicates=np.int64(2), out='runs')\n"
    )
    ended = subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=folder, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr[-600:]


@small_input
def mesa_drives_the_model(folder: Path) -> None:
    write_small(folder)
    program = (
        "import mesa, pickle, regionsim as rs\n"
        "scenario = rs.load('small.yaml')\n"
        "model = rs.RegionModel(scenario, worlds=2)\n"
        "weeks = 0\n"
        "while model.running: model.step(); weeks += 1\n"
        "other = rs.RegionModel(scenario, worlds=2); other.run_model()\n"
        "assert not other.running and weeks == other.steps, (weeks, other.steps)\n"
        "pickle.dumps(model)\n"
        "assert mesa.batch_run(rs.RegionModel, {'scenario': [scenario], 'worlds': 2}, number_processes=1,"
        " max_steps=3, display_progress=False)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=folder, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr[-600:]


@small_input
def names_with_dots_are_completed(folder: Path) -> None:
    write_small(folder, "plan.v1")
    (folder / "plan.v2.yaml").write_text("title: Two\nextends: plan.v1\nbaseline: plan.v1\n", encoding="utf-8")
    assert_clear(run_command("validate", "plan.v2.yaml", folder=folder), 0)


@small_input
def flags_hide_no_fault_of_the_file(folder: Path) -> None:
    for fault, words in {
        "worlds: many": ("--worlds", "2"),
        "seed: x": ("--seed", "1"),
        "end: 2025-13-45": ("--set", "end=2025-10-18"),
        "draws: foo": ("--set", "draws=fixed"),
        "parameters: {trade.nosuch: 1}": ("--set", "parameters=null"),
        "levers: {trade_facilitation: {intensity: 7}}": ("--set", "levers.trade_facilitation.intensity=0.5"),
        "shocks: [{kind: nosuch}]": ("--set", "shocks=null"),
        "expect: [{name: a, that: junk, in: junk}]": ("--set", "expect=null"),
    }.items():
        (folder / "f.yaml").write_text(f"title: t\nextends: trade_push\n{fault}\n", encoding="utf-8")
        ended = run_command("run", "f.yaml", "--dry-run", *words, folder=folder)
        assert_clear(ended)
        assert "f.yaml:3:" in ended.err, f"{fault}: {ended.err[-300:]}"


@small_input
def a_dry_run_refuses_what_a_run_refuses(folder: Path) -> None:
    write_small(folder)
    for words in (("--shard", "5/4"), ("--shard", "x"), ("--dask", "nonsense://")):
        assert_clear(run_command("run", "small.yaml", "--dry-run", *words, folder=folder))


@small_input
def a_refused_check_leaves_nothing_behind(folder: Path) -> None:
    (folder / "bad.yaml").write_text("format: 1\ntitle: 3\n", encoding="utf-8")
    assert_clear(run_command("check", "bad.yaml", "--junit", "j.xml", "--markdown", "m.md", folder=folder))
    assert not (folder / "j.xml").exists()
    assert not (folder / "m.md").exists()


@small_input
def arms_of_different_ends(folder: Path) -> None:
    write_small(folder, "short")
    write_small(folder, "long", more="levers: {trade_facilitation: {from: 2025-09-01, intensity: 0.5}}\n")
    path = folder / "long.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("2025-10-18", "2025-12-18"), encoding="utf-8")
    ended = run_command("compare", "short.yaml", "long.yaml", "--baseline", "status_quo", "--no-figures", folder=folder)
    assert_clear(ended, 0)
    for words in ((), ("--full",)):
        ended = run_command("report", "short.yaml", "long.yaml", "--out", "page.html", *words, folder=folder)
        assert_clear(ended, 0)


# -- supplied tables -------------------------------------------------------------------------------------------------


@small_input
def a_byte_order_mark(folder: Path) -> None:
    given(folder, *(ROW.format(year=2025, month=month) for month in range(7, 13)), start="\ufeff")
    words = [word.replace("2025-01-01", "2025-07-01").replace("2025-06-30", "2025-12-31") for word in HINDCAST]
    assert_clear(run_command(*words, folder=folder), 0)


@small_input
def names_units_and_months_of_supplied_tables(folder: Path) -> None:
    row = ROW.format(year=2025, month=7)
    for rows, word in (
        ([row.replace("picss", "piccs")], "picss_monthly_national"),
        ([row, row.replace(",90,", ",95,")], "contradicts"),
        ([ROW.format(year=2025, month=13)], "13"),
        ([ROW.format(year="2025.0", month=7)], "2025.0"),
        ([row.replace(",90,", ",-90,")], "-90"),
        ([row.replace(",90,", ",\x1b[31m90,")], "attacks_monthly.csv:2"),
    ):
        given(folder, *rows)
        ended = run_command(*HINDCAST, folder=folder)
        assert_clear(ended)
        assert word in ended.err
        assert re.search(r"attacks_monthly\.csv:[23]", ended.err), ended.err[-300:]
        assert "\x1b" not in ended.err


@small_input
def tables_cut_by_semicolons(folder: Path) -> None:
    given(folder, ROW.format(year=2025, month=7).replace(",", ";"), head=MONTHS.replace(",", ";"))
    ended = run_command(*HINDCAST, folder=folder)
    assert_clear(ended)
    assert ";" in ended.err


# -- places and environments -----------------------------------------------------------------------------------------


@small_input
def a_tilde_is_the_home_folder(folder: Path) -> None:
    write_small(folder)
    (folder / "home").mkdir()
    home = {"HOME": str(folder / "home")}
    ended = run_command("run", "small.yaml", "--out=~/mine", "--quiet", "--no-figures", folder=folder, environment=home)
    assert_clear(ended, 0)
    assert list((folder / "home" / "mine").glob("small-*"))
    assert not (folder / "~").exists()


@small_input
def out_is_a_folder_whatever_it_looks_like(folder: Path) -> None:
    write_small(folder)
    for out in ("run:1", "mock:x", "s3:y"):
        ended = run_command("run", "small.yaml", "--out", out, "--quiet", "--no-figures", folder=folder)
        assert_clear(ended, 0)
        assert list((folder / out).glob("small-*/trajectories/*.parquet"))


@small_input
def a_group_shares_a_run(folder: Path) -> None:
    write_small(folder)
    run = played(folder)
    ended = run_command("run", "small.yaml", "--worlds", "3", "--quiet", "--no-figures", folder=folder,
                        shell='umask 002; exec "$@"')  # fmt: skip
    assert_clear(ended, 0)
    made = run_command("run", "small.yaml", "--seed", "9", "--quiet", "--no-figures", folder=folder,
                       shell='umask 002; exec "$@"')  # fmt: skip
    assert_clear(made, 0)
    new = next(path for path in (folder / "runs").glob("small-*") if path != run)
    assert grp.getgrgid(new.stat().st_gid)
    stiff = [path for path in new.rglob("*") if path.is_file() and not path.stat().st_mode & stat.S_IWGRP]
    assert not stiff, f"a colleague cannot write {stiff}"


@small_input
def two_commands_need_one_baseline(folder: Path) -> None:
    codes: dict[str, int] = {}

    def compare(name: str) -> None:
        words = ("compare", name, "--worlds", "4", "--set", "end=2026-01-18", "--quiet", "--no-figures")
        codes[name] = run_command(*words, folder=folder).code

    threads = [threading.Thread(target=compare, args=(name,)) for name in ("trade_push", "security_first")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * PATIENCE)
    assert set(codes.values()) == {0}, codes


@small_input
def settings_of_a_users_matplotlib(folder: Path) -> None:
    from PIL import Image

    write_small(folder)
    sizes = set()
    for number, lines in enumerate(("", "text.usetex: True", "figure.dpi: 30\nfont.size: 30\nsavefig.bbox: tight")):
        (folder / "matplotlibrc").write_text(lines, encoding="utf-8")
        ended = run_command("run", "small.yaml", "--quiet", "--out", f"o{number}", folder=folder,
                            environment={"MPLBACKEND": "nonsense" if number else "agg"})  # fmt: skip
        assert_clear(ended, 0)
        with Image.open(next(folder.glob(f"o{number}/*/figures/trade_volume.png"))) as picture:
            sizes.add(picture.size)
    assert len(sizes) == 1, sizes


@small_input
def switches_of_numba(folder: Path) -> None:
    write_small(folder)
    ended = run_command("run", "small.yaml", "--worlds", "1", "--set", "end=2025-09-01", "--quiet", "--no-figures",
                        folder=folder, environment={"NUMBA_DISABLE_JIT": "1"})  # fmt: skip
    assert_clear(ended, 0 if ended.code == 0 else 2)


@small_input
def modules_in_the_working_folder(folder: Path) -> None:
    write_small(folder)
    for name in ("types.py", "numbers.py", "random.py"):
        (folder / name).write_text("raise SystemExit('a file of the user')\n", encoding="utf-8")
    ended = run_command("run", "small.yaml", "--workers", "2", "--quiet", "--no-figures", folder=folder)
    assert_clear(ended, 0)


@small_input
def columns_of_zero(folder: Path) -> None:
    for columns in ("0", "-3", "wide"):
        ended = run_command("list", "scenarios", folder=folder, environment={"COLUMNS": columns})
        assert_clear(ended, 0)
        assert "trade_push" in ended.out


@small_input
def closed_and_full_streams(folder: Path) -> None:
    assert_clear(run_command("validate", "nosuch.yaml", folder=folder))
    for shell, code in (('"$@" 2>/dev/full', 2), ('"$@" 2>&-', 2)):
        ended = run_command("validate", "nosuch.yaml", folder=folder, shell=shell)
        assert ended.code == code, (shell, ended)
    closed = run_command("list", "parameters", folder=folder, shell='"$@" >&-')
    assert "Traceback" not in closed.err
    full = run_command("list", "parameters", folder=folder, shell='"$@" >/dev/full')
    assert "Traceback" not in full.err
    assert "fault of regionsim" not in full.err
    assert full.code in {3, 4}


# -- folders that were touched ---------------------------------------------------------------------------------------


@small_input
def a_worlds_table_with_other_numbers(folder: Path) -> None:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    write_small(folder)
    run = played(folder)
    path = run / "worlds.parquet"
    table = pq.read_table(path)
    name = table.column_names[10]
    doubled = table.set_column(10, name, pc.multiply(table[name], 2.0))
    pq.write_table(doubled, path)
    assert_clear(run_command("discover", run, "--where", "trade_volume@2025-10 < 3", "--no-figures", folder=folder))
    played(folder)
    assert pq.read_table(path)[name] == table[name]
    (run / "summary.csv").write_text("junk", encoding="utf-8")
    played(folder)
    assert (run / "summary.csv").read_text(encoding="utf-8-sig").startswith("date")


@small_input
def damaged_parts(folder: Path) -> None:
    write_small(folder)
    run = played(folder)
    for kind in ("trajectories", "places", "events"):
        part = next((run / kind).iterdir())
        kept = part.read_bytes()
        part.write_bytes(kept[:300])
        for words in (("report", run, "--out", "r.html"), ("compare", run, run), ("export", run, "--to", "csv")):
            ended = run_command(*words, folder=folder)
            assert_clear(ended, 0 if ended.code == 0 and kind == "events" else 2)
            assert ended.code == 0 or part.name in ended.err, ended.err[-300:]
        part.write_bytes(kept)


@small_input
def a_flipped_bit(folder: Path) -> None:
    write_small(folder)
    run = played(folder)
    part = next((run / "trajectories").iterdir())
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 8
    part.write_bytes(content)
    for words in (("report", run, "--out", "r.html"), ("export", run, "--to", "csv"), ("compare", run, run)):
        assert_clear(run_command(*words, folder=folder))


@small_input
def names_that_lead_outside(folder: Path) -> None:
    write_small(folder)
    run = played(folder)
    path = run / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(manifest | {"name": "../../../OUTSIDE", "title": "\x1b]0;x\x07red"}), encoding="utf-8")
    before = {one.name for one in folder.iterdir()}
    ended = run_command("export", run, "--to", "csv", folder=folder)
    assert_clear(ended, 0 if ended.code == 0 else 2)
    assert {one.name for one in folder.iterdir()} == before
    shown = run_command("list", "runs", folder=folder)
    assert "\x1b" not in shown.out + shown.err


@small_input
def a_pipe_as_a_part(folder: Path) -> None:
    write_small(folder)
    run = played(folder)
    part = next((run / "trajectories").iterdir())
    part.unlink()
    os.mkfifo(part)
    assert_clear(run_command("export", run, "--to", "csv", folder=folder))
    ended = run_command("run", "small.yaml", "--quiet", "--no-figures", folder=folder)
    assert_clear(ended, 0 if ended.code == 0 else 2)


@small_input
def a_scenario_that_is_not_text(folder: Path) -> None:
    write_small(folder)
    run = played(folder)
    (run / "scenario.yaml").write_bytes(b"\xff")
    played(folder, "small", "--fresh")
    (run / "scenario.yaml").unlink()
    assert_clear(run_command("replay", run, "--world", "1", folder=folder))


@small_input
def reports_replace_only_files(folder: Path) -> None:
    write_small(folder)
    run = played(folder)
    (folder / "real.html").write_text("", encoding="utf-8")
    (folder / "link.html").symlink_to("real.html")
    assert_clear(run_command("report", run, "--out", "link.html", "--quiet", folder=folder), 0)
    assert (folder / "link.html").is_symlink()
    assert (folder / "real.html").stat().st_size > 1000
    os.mkfifo(folder / "pipe")
    reader = threading.Thread(target=lambda: (folder / "pipe").read_bytes(), daemon=True)
    reader.start()
    run_command("report", run, "--out", "pipe", "--quiet", folder=folder)
    assert stat.S_ISFIFO((folder / "pipe").stat().st_mode)
    if os.geteuid() == 0:
        os.mknod(folder / "null", stat.S_IFCHR | 0o666, os.makedev(1, 3))
        run_command("report", run, "--out", "null", "--quiet", folder=folder)
        assert stat.S_ISCHR((folder / "null").stat().st_mode)


@small_input
def a_folder_of_a_newer_version(folder: Path) -> None:
    write_small(folder)
    run = played(folder)
    path = run / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(manifest | {"format": 99, "news": [1]}), encoding="utf-8")
    assert_clear(run_command("export", run, "--to", "csv", folder=folder))


# -- found by a second trial -----------------------------------------------------------------------------------------


@small_input
def names_with_signs_that_are_not_seen(folder: Path) -> None:
    joined = "می\u200cخوابم"  # noqa: RUF001 - a word of Persian, of which the joiner is part
    write_small(folder, joined)
    assert_clear(run_command("run", f"{joined}.yaml", "--quiet", "--no-figures", folder=folder), 0)
    for name in ("a\u202eb", "a\nb", "a\u00adb", "a\x7fb"):
        write_small(folder, name)
        for command in ("run", "validate", "check"):
            ended = run_command(command, f"{name}.yaml", folder=folder)
            assert_clear(ended)
            assert "is invisible" in ended.err
            assert len(ended.err.splitlines()) == 1


@small_input
def points_of_a_sweep_that_end_on_different_days(folder: Path) -> None:
    write_small(folder)
    over = ("--over", "end=2025-09-20,2025-10-18", "--replicates", "2", "--no-figures", "--quiet")
    assert_clear(run_command("sweep", "small.yaml", *over, folder=folder), 0)
    with next((folder / "runs").glob("*/results.csv")).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    by_point = {row["point"]: row["mean"] for row in rows if row["outcome"] == "trade_volume@2025-09-20"}
    assert len(by_point) == 2
    assert len(set(by_point.values())) == 1, by_point  # the same day of the same worlds
    assert all(row["outcome"].endswith("@2025-09-20") for row in rows)


@small_input
def folders_within_a_run_lead_nowhere_else(folder: Path) -> None:
    write_small(folder)
    run = played(folder)
    (folder / "elsewhere").mkdir()
    for name, words in (
        ("figures", ("run", "small.yaml")),
        ("export", ("export", run, "--to", "csv")),
        ("export", ("export", run, "--to", "xlsx")),
    ):
        (run / name).symlink_to(folder / "elsewhere")
        ended = run_command(*words, folder=folder)
        assert_clear(ended)
        assert "remove it" in ended.err
        (run / name).unlink()
    assert not any((folder / "elsewhere").iterdir())


@small_input
def a_file_or_folder_that_stands_in_the_way(folder: Path) -> None:
    write_small(folder)
    run = played(folder)
    part = next((run / "trajectories").iterdir())
    part.unlink()
    part.mkdir()
    for words in (("report", run, "--out", "r.html"), ("run", "small.yaml")):
        ended = run_command(*words, folder=folder)
        assert_clear(ended)
        assert "remove it" in ended.err
        assert "repairs" not in ended.err
    part.rmdir()
    (run / "trajectories").rmdir()
    (run / "trajectories").write_text("x")
    assert_clear(run_command("run", "small.yaml", folder=folder))
    (run / "manifest.json").unlink()
    os.mkfifo(run / "manifest.json")
    for words in (("report", run, "--out", "r.html"), ("compare", run, run), ("list", "runs")):
        ended = run_command(*words, folder=folder)
        assert_clear(ended, 0 if words[0] == "list" else 2)
        assert "named pipe" in ended.err


@small_input
def help_that_is_not_read_to_its_end(folder: Path) -> None:
    for unbuffered in ("", "1"):
        for words in (("--help",), ("run", "--help")):
            shell = f'PYTHONUNBUFFERED={unbuffered} "$@" | head -1; exit ${{PIPESTATUS[0]}}'
            assert_clear(run_command(*words, folder=folder, shell=shell), 0)


@small_input
def what_libraries_say_of_the_surroundings(folder: Path) -> None:
    write_small(folder)
    words = ("run", "small.yaml", "--quiet", "--workers", "1")
    ended = run_command(*words, folder=folder, environment={"NUMBA_NUM_THREADS": "abc"})
    assert_clear(ended)
    assert len(ended.err.splitlines()) == 1
    ended = run_command(*words, folder=folder, environment={"XDG_CACHE_HOME": "/dev/null"})
    assert_clear(ended, 0)
    assert ended.err == ""


@small_input
def rows_of_days_that_are_there_already(folder: Path) -> None:
    closures = (
        "start_date,end_date,days,crossing,closed_by,trigger,deaths,trucks_stranded,loss_musd,source_title,source_url,"
        "confidence,trigger_class,partial,note"
    )
    of_mine = "{},{},{},Torkham,PK,a dispute,,,,mine,,high,clash,0,"
    for rows, code, word in (
        ([of_mine.format("2025-02-22", "2025-03-19", 25)], 0, "already in the record"),
        ([of_mine.format("2025-12-10", "2025-12-20", 5)], 2, "contradicts the dates (10 days)"),
        ([of_mine.format("2025-W50-1", "2025-12-20", 5)], 2, "must be a day"),
        (
            [of_mine.format("2025-12-10", "2025-12-20", 10), of_mine.format("2025-12-15", "2025-12-25", 10)],
            2,
            "overlaps '2025-12-10' at line 2",
        ),
        ([], 0, "has no rows"),
    ):
        given(folder, *rows, name="border_closures.csv", head=closures)
        ended = run_command(*HINDCAST, folder=folder)
        assert_clear(ended, code)
        assert word in ended.err, ended.err[-400:]
        assert "is before start_date" not in ended.err


@small_input
def words_at_the_doors_of_the_api(folder: Path) -> None:
    write_small(folder)
    write_small(folder, "other", more="parameters: {trade.potential: 12}\nbaseline: small\n")
    program = (
        "import regionsim as rs\n"
        "run = rs.run('small.yaml', workers=1, figures=False)\n"
        "assert rs.content_digest(run.path) == rs.content_digest(run)\n"
        "assert len(rs.replay(run.path, 1)) == len(run.replay(1))\n"
        "assert rs.plan('small.yaml').to_play == 0\n"
        "assert rs.compare('other.yaml', baseline='small.yaml', indicators='attacks', at='2025-09', workers=1).rows\n"
        "rs.sweep('small.yaml', {'trade.potential': (x for x in (5, 8))}, replicates=2, workers=1)\n"
        "rs.sweep({'extends': 'small', 'worlds': 1}, {'trade.potential': [5, 8]}, workers=1)\n"
        "for wrong in (lambda: rs.sweep({'extends': 'smal'}, {'trade.potential': [5, 8]}), lambda: rs.run(None),\n"
        "              lambda: rs.run(b'small.yaml'), lambda: rs.list_runs('small.yaml')):\n"
        "    try:\n"
        "        wrong()\n"
        "    except rs.InputError as fault:\n"
        "        assert len(str(fault)) < 200, fault\n"
        "    else:\n"
        "        raise SystemExit('taken')\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert ended.returncode == 0, ended.stderr[-900:]
