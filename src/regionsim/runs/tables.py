"""Tables as CSV files in which a spreadsheet finds no formulas.

Core objects: `write_csv`, `plain_text` (a cell), `plain_texts` (an Arrow table).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regionsim.runs.files import replacing

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

FORMULA = r"^[=+\-@\t\r]"
"""The beginning of a text that a spreadsheet would compute."""
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


def plain_text(value: Any) -> Any:
    """A cell that a spreadsheet does not compute: an apostrophe is put before a formula. Numbers stay."""
    if isinstance(value, str) and re.match(FORMULA, value) and not re.match(NUMBER, value):
        return f"'{value}"
    return value


def plain_texts(table: pa.Table) -> pa.Table:
    """A table with `plain_text` applied to its texts."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for i, field in enumerate(table.schema):
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            texts = table[field.name]
            formula, number = (pc.match_substring_regex(texts, pattern) for pattern in (FORMULA, NUMBER))
            harmless = pc.or_(pc.invert(formula), number)
            marked = pc.replace_substring_regex(texts, pattern="^", replacement="'", max_replacements=1)
            table = table.set_column(i, field.name, pc.if_else(harmless, texts, marked))
    return table


def write_csv(frame: pd.DataFrame, path: Path, digits: int = 7) -> None:
    """Write a table atomically; numbers to `digits` significant digits, texts as `plain_text`."""
    texts = [name for name in frame.columns if frame[name].dtype.kind not in "biufcmM"]
    shown = frame.assign(**{str(name): frame[name].map(plain_text) for name in texts}) if texts else frame
    # an open file: pandas reads a path such as file:x/y as an address
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        shown.to_csv(file, index=False, float_format=f"%.{digits}g", lineterminator="\n")
