"""What people wrote about columns, where a folder `database_description` as BIRD has it lies beside the database.

One CSV a table: original_column_name, column_name, column_description, data_format, value_description.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = "database_description"


@dataclass(frozen=True)
class Said:
    """`name`: how people call the column."""

    name: str = ""
    description: str = ""


def beside(database: Path) -> Mapping[tuple[str, str], Said]:
    """By table and column, both case-folded; nothing where there is no such folder."""
    return {key: said for file in sorted((database.parent / FOLDER).glob("*.csv")) for key, said in _read(file)}


def _read(file: Path) -> Iterator[tuple[tuple[str, str], Said]]:
    """The files come in several encodings; what can't be decoded is replaced."""
    text = file.read_bytes().decode("utf-8-sig", "replace")
    for row in csv.DictReader(io.StringIO(text, newline="")):
        column = (row.get("original_column_name") or "").strip()
        about = [" ".join((row.get(key) or "").split()) for key in ("column_description", "value_description")]
        if column:
            name = " ".join((row.get("column_name") or "").split())
            yield (file.stem.casefold(), column.casefold()), Said(name, "; ".join(part for part in about if part))
