"""Damaged, mixed and hostile folders of runs and studies, and what every reader must make of them.

Core objects: `attack` (spoils one thing of a folder of runs, by a seed), `whole_folder` (runs of the toy, a sweep and a
sensitivity study to be spoilt), `judge` (each reader gives the same answer as before, or one line with exit code 2 that
names a file of the folder; the commands that made it then mend it or say why not, and --fresh always does), `one_try`.
"""

import atexit
import functools
import json
import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from regionsim.errors import InputError
from regionsim.runs import content_digest, files, list_runs, open_run, replay, run, run_folder
from regionsim.runs.integrity import FORMAT, digest, write_record
from regionsim.runs.key import digest_of
from regionsim.studies.briefing.studies import ranked
from regionsim.studies.case_table import read_futures
from regionsim.studies.compare import compare
from regionsim.studies.designs import Axis, read_axis
from regionsim.studies.sweep import Study, Sweep, run_study
from regionsim.views.report.page import report
from tests.toys.toy import TOY, by, toy_scenario

WHERE = "trade_volume@2025-10 < 3"
STUDY = Study(
    "status_quo",
    (Axis("toy.rate", True, (1.0, 4.0)), read_axis("draws", "prior,fixed")),
    replicates=3,
    seed=0,
    sets=("end=2025-11-01",),
    outcomes=("trade_volume@2025-10",),
)
SENTINEL = "nobody writes here"

JUNK = (b"\xff\xfe\x00", b"[" * 100_000, b"{}", b"null", b'{"format": "\x1b[31m"}', b"a,b\n")

Answer = Any
Reader = Callable[[Path], Answer]


# -- what is spoilt ---------------------------------------------------------------------------------------------------


def play_all(folder: Path, *, fresh: bool = False) -> None:
    """The commands that make the folder: two runs and a sweep."""
    with mock.patch.object(run_folder, "batch_ranges", lambda first, last, *_: by(first, last, 4)), _unforced():
        for name, more in (("base", {}), ("push", {"parameters": {"trade.potential": 12.0}})):
            scenario = toy_scenario(8, name=name, baseline="base", **more)
            run(scenario, out=folder, engine=TOY, workers=1, fresh=fresh)
        run_study(Sweep(STUDY, out=folder, engine=TOY, workers=1, fresh=fresh))


@contextmanager
def _unforced() -> Iterator[None]:
    """Nothing is forced to disk meanwhile, which would take most of the time."""
    with mock.patch.object(files, "_force"), mock.patch.object(files, "_force_folder"):
        yield


@functools.cache
def _template() -> Path:
    home = Path(tempfile.mkdtemp(prefix="whole-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    folder = home / "runs"
    play_all(folder)
    _screening(folder / "push-sensitivity-00000000")
    return folder


def _screening(folder: Path) -> None:
    """The tables of a sensitivity study, as `regionsim sensitivity` leaves them."""
    folder.mkdir()
    (folder / "outcomes.csv").write_text("outcome,unit,said\ntrade_volume@2025-10,USD bn/yr,one input matters\n")
    (folder / "indices.csv").write_text(
        "outcome,rank,input,mu_star,mu_star_low,mu_star_high,warning\ntrade_volume@2025-10,1,toy.rate,0.5,0.4,0.6,\n"
    )
    tables = {path.name: digest(path) for path in folder.glob("*.csv")}
    write_record(folder / "study.json", {"study": FORMAT, "method": "morris", "files": tables})


def whole_folder(home: Path) -> Path:
    """A copy of the toy's folder of runs in `home`; beside it a file that nothing may write to."""
    shutil.copytree(_template(), home / "runs", symlinks=True)
    (home / "outside").mkdir()
    (home / "outside" / "file").write_text(SENTINEL)
    return home / "runs"


# -- attacks ----------------------------------------------------------------------------------------------------------


def attack(folder: Path, seed: int) -> str:
    """Spoil one thing in a folder of runs, or in a run folder; says what."""
    chance = random.Random(seed)
    found = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith(".")]
    target = chance.choice(found)
    harms = [_flip, _flip, _cut, _empty, _add, _remove, _junk, _swap, _pipe, _folder, _circle, _link]
    harms += [_numbers, _numbers] if target.suffix == ".parquet" else []
    harms += [_forge, _forge, _edit, _newer] if target.suffix == ".json" else []
    harms += [_device] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    harm = chance.choice(harms)
    return f"{seed}: {harm(target, found, chance)} ({target.relative_to(folder)})"


def _flip(path: Path, _found: list[Path], chance: random.Random) -> str:
    data = bytearray(path.read_bytes())
    where, bit = chance.randrange(len(data)), chance.randrange(8)
    data[where] ^= 1 << bit
    path.write_bytes(data)
    return f"bit {bit} of byte {where} flipped"


def _cut(path: Path, _found: list[Path], chance: random.Random) -> str:
    size = chance.randrange(path.stat().st_size)
    os.truncate(path, size)
    return f"cut to {size} bytes"


def _empty(path: Path, _found: list[Path], _chance: random.Random) -> str:
    os.truncate(path, 0)
    return "emptied"


def _add(path: Path, _found: list[Path], chance: random.Random) -> str:
    with path.open("ab") as file:
        file.write(chance.randbytes(40))
    return "40 bytes added"


def _remove(path: Path, _found: list[Path], _chance: random.Random) -> str:
    path.unlink()
    return "removed"


def _junk(path: Path, _found: list[Path], chance: random.Random) -> str:
    path.write_bytes(
        chance.choice([b"\xff\xfe\x00", b"[" * 100_000, b"{}", b"null", b'{"format": "\x1b[31m"}', b"a,b\n"])
    )
    return "overwritten"


def _swap(path: Path, found: list[Path], chance: random.Random) -> str:
    other = chance.choice([one for one in found if one.suffix == path.suffix])
    path.write_bytes(other.read_bytes())
    return f"replaced by {other.parent.name}/{other.name}"


def _pipe(path: Path, _found: list[Path], _chance: random.Random) -> str:
    path.unlink()
    os.mkfifo(path)
    return "replaced by a pipe"


def _folder(path: Path, _found: list[Path], _chance: random.Random) -> str:
    path.unlink()
    path.mkdir()
    return "replaced by a folder"


def _circle(path: Path, _found: list[Path], _chance: random.Random) -> str:
    path.unlink()
    path.symlink_to(path.name)
    return "replaced by a link to itself"


def _link(path: Path, _found: list[Path], _chance: random.Random) -> str:
    outside = next(parent / "outside" / "file" for parent in path.parents if (parent / "outside").is_dir())
    path.unlink()
    path.symlink_to(outside)
    return "replaced by a link to a file outside"


def _device(path: Path, _found: list[Path], _chance: random.Random) -> str:
    path.unlink()
    try:
        os.mknod(path, 0o020600, os.makedev(1, 3))  # a device of its own, never that of the machine
    except PermissionError:
        return "removed, as no device can be made here"
    return "replaced by a device"


def _numbers(path: Path, _found: list[Path], chance: random.Random) -> str:
    table = pq.read_table(path, partitioning=None)
    floats = [name for name in table.column_names if pa.types.is_floating(table[name].type)]
    if not floats or not table.num_rows:
        path.unlink()
        return "removed"
    name = chance.choice(floats)
    values = pc.add(table[name], pa.scalar(1.0, table[name].type))
    pq.write_table(table.set_column(table.column_names.index(name), name, values), path)
    return f"{name} raised by 1, in a valid file"


def _edit(path: Path, _found: list[Path], chance: random.Random) -> str:
    data = json.loads(path.read_bytes())
    key = chance.choice(sorted(data))
    data[key] = chance.choice([None, -1, 7, "x", [], {}, "\x1b]0;title\x07"])
    path.write_text(json.dumps(data))
    return f"{key} is {data[key]!r}"


def _forge(path: Path, _found: list[Path], chance: random.Random) -> str:
    """A change made by one who knows how to make the checksum fit."""
    data = json.loads(path.read_bytes())
    data.pop("checksum", None)
    changes: dict[str, Any] = {
        "name": "../../outside/file", "places": {"closure_days": ["../../../outside/file"]}, "weeks": 10**12,
        "worlds": 10**15, "indicators": ["no_such_indicator"], "hash": "../" * 20, "start": "2025-99-99",
        "batches": [{"first": 0, "last": 10**9, "status": "done"}], "arms": ["../../outside"],
        "files": {"../../outside/file": "0" * 64}, "title": "\x1b]0;title\x07\x1b[31mred",
    }  # fmt: skip
    key = chance.choice([one for one in changes if one in data] or ["files"])
    data[key] = changes[key]
    path.write_text(json.dumps(data | {"checksum": digest_of(data)}))
    return f"{key} forged"


def _newer(path: Path, _found: list[Path], _chance: random.Random) -> str:
    data = json.loads(path.read_bytes())
    data["study" if path.name == "study.json" else "format"] = FORMAT + 1
    path.write_text(json.dumps(data | {"a_key_of_later": 1}))
    return "written by a newer version"


# -- readers ----------------------------------------------------------------------------------------------------------


def _one(folder: Path, name: str) -> Path:
    return next(path for path in sorted(folder.glob(f"{name}-*")) if path.name.count("-") == 1)


def _frame(frame: Any) -> str:
    return str(frame.to_csv())


def _exported(folder: Path) -> Answer:
    made = open_run(_one(folder, "push")).export("csv")
    return {path.name: path.read_bytes() for path in made.glob("*.csv")}


def _reported(folder: Path) -> Answer:
    page = folder.parent / "page.html"
    report(_one(folder, "push"), baseline=_one(folder, "base"), to=page, out=folder, engine=TOY)
    return page.read_text().replace(str(folder), "").replace(str(folder.parent), "")


def _rows(folder: Path) -> Answer:
    made = compare(_one(folder, "push"), baseline=_one(folder, "base"), out=folder.parent / "compared", engine=TOY)
    return _frame(made.table())


def _ranked(folder: Path) -> Answer:
    found = open_run(_one(folder, "push"))
    return found.values("attacks").tolist(), [(one.rows, one.said) for one in ranked(found)]


def _searched(folder: Path, name: str) -> Answer:
    found = read_futures(next(folder.glob(name)), WHERE)
    return found.inputs, found.space.x.tolist(), found.case.tolist(), found.draw.tolist(), found.point.tolist()


READERS: dict[str, Reader] = {
    "open_run": lambda folder: [content_digest(open_run(_one(folder, name))) for name in ("base", "push")],
    "summary": lambda folder: _frame(open_run(_one(folder, "push")).summary()),
    "worlds": lambda folder: _frame(open_run(_one(folder, "push")).worlds),
    "scenario": lambda folder: open_run(_one(folder, "push")).scenario.resolved_yaml(),
    "export": _exported,
    "replay": lambda folder: str(replay(open_run(_one(folder, "push")), 5, engine=TOY)),
    "compare": _rows,
    "discover a run": lambda folder: _searched(folder, "push-????????"),
    "discover a sweep": lambda folder: _searched(folder, "*-sweep-*"),
    "sensitivity": _ranked,
    "list": lambda folder: len(list_runs(folder)) <= 2,
}
SLOW_READERS: dict[str, Reader] = {"report": _reported}


@functools.cache
def _answers(name: str) -> Answer:
    with tempfile.TemporaryDirectory(prefix="whole-") as home:
        folder = whole_folder(Path(home))
        return (READERS | SLOW_READERS)[name](folder)


def judge(folder: Path, readers: dict[str, Reader] = READERS, *, fresh: bool = True) -> None:
    """Ask every reader of a spoilt folder, then mend it. Raises AssertionError where one answers wrongly."""
    with _unforced():
        _judge(folder, readers, fresh)


def _judge(folder: Path, readers: dict[str, Reader], fresh: bool) -> None:
    for name, reader in readers.items():
        got = _said(name, reader, folder)
        assert isinstance(got, InputError) or got == _answers(name), f"{name}: other numbers, without a word"
    mended = _said("the same commands", play_all, folder)
    if fresh:
        mended = _said("the same commands with --fresh", functools.partial(play_all, fresh=True), folder)
    for name in ("open_run", "worlds", "discover a sweep"):
        got = _said(name, READERS[name], folder)
        assert isinstance(mended, InputError) or got == _answers(name), f"{name}: not mended: {got}"
    assert not fresh or not isinstance(mended, InputError) or "remove it" in str(mended), f"--fresh: {mended}"
    assert (folder.parent / "outside" / "file").read_text() == SENTINEL
    assert [path.name for path in (folder.parent / "outside").iterdir()] == ["file"]


def _said(name: str, reader: Reader, folder: Path) -> Answer:
    """The answer, or the refusal, which must be a clear line."""
    try:
        return reader(folder)
    except InputError as refused:
        text = str(refused)
        assert folder.name in text, f"{name}: names no file: {text}"
        assert "\n" not in text, f"{name}: {text}"
        assert text.replace("\u2026", "").isprintable(), f"{name}: {text!r}"
        return refused


def one_try(seed: int, home: Path) -> None:
    """One attack on a folder of its own in `home`, judged by every reader; raises where one answers wrongly."""
    folder = whole_folder(home)
    words = attack(folder, seed)
    try:
        judge(folder, READERS | SLOW_READERS if seed % 10 == 0 else READERS, fresh=seed % 4 == 0)
    except BaseException as fault:
        raise AssertionError(f"{words}: {type(fault).__name__}: {fault}") from fault
