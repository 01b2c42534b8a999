"""Tables of observed data as people really supply them: a sound folder, spoilt in one way by a seed.

Core objects: `attack` (files and what was done to them), `answer` (exit code and stderr of reading them, in-process),
`ALLOWED` (the exit codes that are right for each kind of attack).
"""

import random
import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path

from regionsim.errors import RegionsimError
from regionsim.evidence import load_evidence
from regionsim.evidence.measures import longer_of, read_measures, windows_of
from regionsim.history.external_data import read_supplied, unread
from regionsim.history.hindcast import HindcastSpec
from regionsim.history.measurement import monthly_history
from regionsim.history.vintage import known_state, known_stocks

type Table = list[list[str]]
"""Cells by row, the header first."""

MONTHS = [f"{2031 + (6 + k) // 12}-{(6 + k) % 12 + 1:02d}" for k in range(12)]
ASK = HindcastSpec(date(2031, 7, 1), date(2032, 6, 30), draws=10)


def sound() -> dict[str, Table]:
    """A year after the record, in six tables without a fault."""
    year = [month.split("-") for month in MONTHS]
    return {
        "attacks_monthly": _table(
            "series year month area group events deaths source note",
            *(("picss_monthly_national", y, str(int(m)), "Pakistan (all)", "all militant groups", "80", "120", "me", "")
              for y, m in year),
        ),
        "attacks_annual": _table(
            "year country group series value unit source licence note",
            ("2031", "Pakistan", "all", "pips_terrorist_attacks", "700", "attacks", "me", "", ""),
        ),
        "border_closures": _table(
            "start_date end_date days crossing closed_by trigger deaths trucks_stranded loss_musd source_title "
            "source_url confidence trigger_class partial note",
            ("2031-10-12", "2031-11-01", "20", "Torkham", "PK", "clash", "3", "", "", "me", "", "high", "", "0", ""),
            ("2032-02-03", "", "", "Kharlachi", "", "", "", "", "", "me", "", "", "", "0", ""),
        ),
        "refugee_returns": _table(
            "period days crossing status series value_persons source source_url licence note per_day",
            *((month, "30", "all", "all", "returns", "40000", "me", "", "", "", "") for month in MONTHS),
        ),
        "refugees_annual": _table(
            "year series value_persons source source_url licence note",
            ("2031", "por_holders", "1000000", "me", "", "", ""),
        ),
        "trade": _table(
            "year period_type period series value_musd unit source source_url licence note",
            *((y, "MON", f"{y}-{m}", "pk_exports_to_af_sbp_month", "80.5", "million USD", "me", "", "", "")
              for y, m in year),
        ),
    }  # fmt: skip


def _table(columns: str, *rows: tuple[str, ...]) -> Table:
    return [columns.split(), *map(list, rows)]


def text_of(table: Table) -> str:
    """The table as CSV; a cell with a comma, quote or line end is quoted."""
    return "".join(",".join(map(_cell, row)) + "\n" for row in table)


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\n') else text


# -- attacks -----------------------------------------------------------------------------------------------------------

DATES = ("start_date", "end_date", "period", "year", "month")
FIGURES = ("events", "deaths", "value", "value_musd", "value_persons", "days")
NAMES = ("series", "crossing", "status", "area", "group", "country", "unit", "period_type")

BAD_DATES = ("12/10/2025", "Jul-25", "45942", "2025.0", "13", "0", "2025-13", "2025-02-30", "2025-7-1", "20250701",
             "-5", "2025-07-01T00:00", "next year", "\u0662\u0660\u0662\u0665", "9" * 5000, "10000-01-01",
             "2025-W27")  # fmt: skip
BAD_FIGURES = ("-1", "nan", "inf", "-inf", "1e400", "9" * 400, "1" * 6000, "1_000", "1.234.567", "12,5", "about 50",
               "0x10", "\u0665\u0660", "1e", "--5", "50 ", "=1+1", "#REF!", "5e300")  # fmt: skip
HOSTILE = ("\x1b[31mred\x1b[0m", "\x9b2J", "\x07bell", "a\x08b", "\x00", "\x1b]0;title\x07")


def _column(rng: random.Random, table: Table, names: tuple[str, ...]) -> int | None:
    found = [k for k, name in enumerate(table[0]) if name in names]
    return rng.choice(found) if found else None


def _put(values: tuple[str, ...], names: tuple[str, ...]) -> Callable[[random.Random, Table], str]:
    """An attack that puts one of the values into a cell of one of these columns."""

    def spoil(rng: random.Random, table: Table) -> str:
        column, value = _column(rng, table, names), rng.choice(values)
        column = rng.randrange(len(table[0])) if column is None else column
        table[rng.randrange(1, len(table))][column] = value
        return f"{table[0][column]} = {value[:20]!r}"

    return spoil


def _misspell(rng: random.Random, table: Table) -> str:
    row, column = rng.randrange(1, len(table)), _column(rng, table, NAMES)
    assert column is not None or "source_title" in table[0]
    column = table[0].index("crossing") if column is None else column
    word = table[row][column]
    at = rng.randrange(len(word))
    table[row][column] = word[:at] + rng.choice(["", "x", "q7"]) + word[at + 1 :]
    return f"{word} -> {table[row][column]}"


def _header(rng: random.Random, table: Table) -> str:
    column = rng.randrange(len(table[0]))
    name, new = table[0][column], rng.choice(["", " ", "colour", table[0][column - 1], table[0][column] + " "])
    table[0][column] = new
    return f"column {name} -> {new!r}"


def _ragged(rng: random.Random, table: Table) -> str:
    row = table[rng.randrange(1, len(table))]
    if rng.random() < 0.5:
        row.append("one more")
    else:
        row.pop()
    return f"a row of {len(row)} cells"


def _column_gone(rng: random.Random, table: Table) -> str:
    column = rng.randrange(len(table[0]))
    name = table[0][column]
    for row in table:
        del row[column]
    return f"without {name}"


def _empty(rng: random.Random, table: Table) -> str:
    column = _column(rng, table, ("series", "crossing", "start_date", "year", "period", "source", "source_title"))
    assert column is not None
    table[rng.randrange(1, len(table))][column] = ""
    return f"{table[0][column]} empty"


def _twice(rng: random.Random, table: Table) -> str:
    row = list(rng.choice(table[1:]))
    column = _column(rng, table, FIGURES[:5])
    assert column is not None
    row[column] = "17"
    table.insert(rng.randrange(1, len(table) + 1), row)
    return f"two figures of {table[0][column]}"


def _repeated(rng: random.Random, table: Table) -> str:
    table.append(list(rng.choice(table[1:])))
    return "a row twice"


def _shuffled(rng: random.Random, table: Table) -> str:
    order = list(range(len(table[0])))
    rng.shuffle(order)
    for row in table:
        row[:] = [row[k] for k in order]
    rows = table[1:]
    rng.shuffle(rows)
    table[1:] = rows
    return "columns and rows in another order"


def _unknown_figure(rng: random.Random, table: Table) -> str:
    column = _column(rng, table, FIGURES)
    assert column is not None
    table[rng.randrange(1, len(table))][column] = ""
    return f"{table[0][column]} unknown"


CELLS: dict[str, tuple[Callable[[random.Random, Table], str], set[int]]] = {
    "date": (_put(BAD_DATES, DATES), {2}),
    "figure": (_put(BAD_FIGURES, FIGURES), {2}),
    "control characters": (_put(HOSTILE, (*NAMES, "note", "source", "trigger")), {2}),
    "name": (_misspell, {2}),
    "header": (_header, {2}),
    "ragged row": (_ragged, {2}),
    "missing column": (_column_gone, {2}),
    "needed cell empty": (_empty, {2}),
    "huge cell": (_put(("x" * 200_000,), ("note", "source", "source_title")), {2}),
    "two figures": (_twice, {2}),
    "row twice": (_repeated, {0}),
    "other order": (_shuffled, {0}),
    "figure unknown": (_unknown_figure, {0}),
    "odd text": (_put(("$x$", "[red]", "=1+1", "\u0633\u0644\u0627\u0645", "a\tb", "x" * 9000), ("note", "source",
                 "source_title")), {0}),
}  # fmt: skip


def _bit(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]


def _cut(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data))]


def _unclosed(rng: random.Random, data: bytes) -> bytes:
    at = data.index(b"\n") + 1
    return data[:at] + b'"' + data[at:]


BYTES: dict[str, tuple[Callable[[random.Random, bytes], bytes], set[int]]] = {
    "byte order mark": (lambda rng, data: b"\xef\xbb\xbf" + data, {0}),
    "lines of Windows": (lambda rng, data: data.replace(b"\n", b"\r\n"), {0}),
    "lines of old Macs": (lambda rng, data: data.replace(b"\n", b"\r"), {0}),
    "empty rows": (lambda rng, data: data + b"\n" + b"," * data[: data.index(b"\n")].count(b",") + b"\n", {0}),
    "semicolons": (lambda rng, data: data.replace(b",", b";"), {2}),
    "tabs": (lambda rng, data: data.replace(b",", b"\t"), {2}),
    "note to a spreadsheet": (lambda rng, data: b"sep=,\n" + data, {2}),
    "UTF-16 with a mark": (lambda rng, data: data.decode().encode("utf-16"), {2}),
    "UTF-16 without": (lambda rng, data: data.decode().encode(rng.choice(["utf-16-le", "utf-16-be"])), {2}),
    "UTF-32": (lambda rng, data: data.decode().encode("utf-32"), {2}),
    "Latin-1": (lambda rng, data: data.replace(b"me", "caf\xe9".encode("latin-1")), {2}),
    "zeros": (lambda rng, data: data + bytes(rng.randrange(1, 9)), {2}),
    "random bytes": (lambda rng, data: rng.randbytes(rng.randrange(1, 3000)), {2}),
    "nothing": (lambda rng, data: b"", {2}),
    "an unclosed quote": (_unclosed, {2}),
    "one bit": (_bit, {0, 2}),
    "cut short": (_cut, {0, 2}),
}

ALLOWED = {kind: codes for kind, (_, codes) in CELLS.items()} | {kind: codes for kind, (_, codes) in BYTES.items()}
"""Kind of attack -> exit codes that are right; a flipped bit or a cut may leave a sound table."""


def attack(seed: int) -> tuple[dict[str, bytes], str]:
    """Files of a folder by name, one of them spoilt, and what was done: its kind, a colon, and the rest."""
    rng = random.Random(seed)
    tables = sound()
    name = rng.choice(sorted(tables))
    kind = sorted(ALLOWED)[seed % len(ALLOWED)]
    said = ""
    if kind in CELLS:
        said = CELLS[kind][0](rng, tables[name])
    files = {f"{one}.csv": text_of(table).encode() for one, table in tables.items()}
    if kind in BYTES:
        files[f"{name}.csv"] = BYTES[kind][0](rng, files[f"{name}.csv"])
    return files, f"{kind}: {name}.csv {said}".rstrip()


# -- the answer --------------------------------------------------------------------------------------------------------


def answer(files: dict[str, bytes], folder: Path) -> tuple[int, str]:
    """Exit code and stderr of a command that reads these files, laid into a folder that is empty or missing.

    Everything that a hindcast reads of the rows is read; nothing is played.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    try:
        record = read_supplied(folder)
        lines = [*record.notes, *unread(record, ASK)]
        for measure in read_measures().values():
            windows_of(measure, record.records, ASK.last)
            longer_of(measure, record.records, ASK.last)
            monthly_history(measure, record.records, ASK.last)
        for origin in ASK.origins:
            known_state(record.records, origin, load_evidence().parameters, record.events)
            known_stocks(record.records, origin)
    except RegionsimError as error:
        return error.exit_code, f"{error}\n"
    except Exception:  # what a command would call a fault of its own
        return 4, traceback.format_exc()
    return 0, "".join(f"{line}\n" for line in lines)
