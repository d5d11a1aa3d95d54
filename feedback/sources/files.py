"""CSV and JSON lines, with a header or keys as people name them: question, sql; of a log also count and user.

OpenMetadata's export of queries (`{"data": [{"query": ..., "description": ...}]}`) is read too.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from feedback.errors import ImportUnreadable
from feedback.sources.found import Found, Skipped, field_of

_HINT = "a CSV file with a header, JSON lines, or a JSON list; fields: question, sql (and count, user)"


def read(path: Path) -> Iterator[Found | Skipped]:
    """Raises ImportUnreadable; a single bad line is Skipped."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ImportUnreadable(f"{path} can't be read: {error}", hint=_HINT) from error
    if path.suffix.lower() in (".csv", ""):
        yield from _csv(path, text)
    elif path.suffix.lower() in (".jsonl", ".ndjson"):
        yield from _lines(path, text)
    elif path.suffix.lower() == ".json":
        yield from _json(path, text)
    else:
        raise ImportUnreadable(f"{path.name} is neither .csv, .jsonl nor .json", hint=_HINT)


def _csv(path: Path, text: str) -> Iterator[Found | Skipped]:
    reader = csv.DictReader(text.splitlines(keepends=True))
    if not field_of(dict.fromkeys(reader.fieldnames or (), "x"), "sql"):
        raise ImportUnreadable(f"{path.name} has no column of SQL", hint=_HINT)
    for row in reader:
        yield _row(row, f"{path.name}:{reader.line_num}")


def _lines(path: Path, text: str) -> Iterator[Found | Skipped]:
    for number, line in enumerate(text.splitlines(), start=1):
        where = f"{path.name}:{number}"
        if not line.strip():
            continue
        try:
            yield _row(json.loads(line), where)
        except ValueError as error:
            yield Skipped(where, f"no JSON: {error}")


def _json(path: Path, text: str) -> Iterator[Found | Skipped]:
    try:
        data = json.loads(text)
    except ValueError as error:
        raise ImportUnreadable(f"{path.name} is no JSON: {error}", hint=_HINT) from error
    rows = data.get("data") or data.get("questions") if isinstance(data, Mapping) else data
    if not isinstance(rows, list):
        raise ImportUnreadable(f"{path.name} holds no list", hint=_HINT)
    for number, row in enumerate(rows, start=1):
        yield _row(row, f"{path.name}#{number}")


def _row(row: Any, where: str) -> Found | Skipped:
    if not isinstance(row, Mapping):
        return Skipped(where, "no mapping of fields")
    sql = field_of(row, "sql")
    if not sql:
        return Skipped(where, "no SQL")
    count = field_of(row, "count")
    return Found(
        sql,
        field_of(row, "question"),
        where,
        field_of(row, "person"),
        int(float(count)) if count.replace(".", "", 1).isdigit() else 1,
        {"file": where},
    )
