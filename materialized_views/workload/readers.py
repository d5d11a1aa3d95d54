"""Logs in files: CSV (with names, or PostgreSQL's csvlog), JSON lines, a DuckDB file. All streaming."""

from __future__ import annotations

import csv
import itertools
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from materialized_views.errors import WorkloadUnreadable
from materialized_views.workload import csvlog
from materialized_views.workload.columns import names_sql, statement_of
from materialized_views.workload.statement import Entry, Problem

_FORMS = "a CSV file with a column sql or query, PostgreSQL's csvlog, JSON lines, or a DuckDB file"
_BATCH = 1000


def read(path: Path) -> Iterator[Entry]:
    """The form is seen by the name's ending and the first line. Raises WorkloadUnreadable, at once or at the end
    of what can be read."""
    ending = path.suffix.casefold()
    try:
        if ending in (".jsonl", ".ndjson", ".json"):
            yield from _json_lines(path)
        elif ending in (".duckdb", ".db"):
            yield from _duckdb(path)
        elif ending in (".csv", ".tsv", ".log", ".txt"):
            yield from _csv(path)
        else:
            raise WorkloadUnreadable(f"{path.name} has no ending that says what it is", hint=f"give {_FORMS}")
    except OSError as error:
        raise WorkloadUnreadable(f"{path} can't be read: {error.strerror}", hint=f"give {_FORMS}") from error
    except UnicodeDecodeError as error:
        raise WorkloadUnreadable(f"{path} is not UTF-8: {error}", hint="export it as UTF-8") from error


def _csv(path: Path) -> Iterator[Entry]:
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, delimiter="\t" if path.suffix.casefold() == ".tsv" else ",")
        header = tuple(next(rows, ()))
        if names_sql(header):
            for row in rows:
                if row:
                    yield statement_of(dict(zip(header, row, strict=False)), f"{path.name}:{rows.line_num}")
        elif csvlog.fits(header):
            for line in itertools.chain([list(header)], rows):
                entry = csvlog.statement_of(line, f"{path.name}:{rows.line_num}")
                if entry is not None:
                    yield entry
        elif header:
            raise WorkloadUnreadable(f"{path.name} has no column that holds SQL", hint=f"give {_FORMS}")


def _json_lines(path: Path) -> Iterator[Entry]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            where = f"{path.name}:{number}"
            try:
                found = json.loads(line)
            except ValueError as error:
                yield Problem(where, f"it is no JSON: {error}", line.strip()[:200])
                continue
            yield statement_of(found, where) if isinstance(found, dict) else Problem(where, "it is no JSON object")


def _duckdb(path: Path) -> Iterator[Entry]:
    """The one table of the file that has a column for SQL. Opened read-only, closed to the outside."""
    import duckdb

    if not path.is_file():
        raise WorkloadUnreadable(f"there is no file {path}", hint=f"give {_FORMS}")
    try:
        with closing(duckdb.connect(str(path), read_only=True, config={"enable_external_access": False})) as opened:
            found = opened.execute(
                "select schema_name, table_name, list(column_name order by column_index) from duckdb_columns() "
                "where not internal group by all order by all"
            ).fetchall()
            tables = [(schema, name, tuple(columns)) for schema, name, columns in found if names_sql(tuple(columns))]
            if len(tables) != 1:
                raise WorkloadUnreadable(
                    f"{path.name} has {len(tables)} tables with a column for SQL; it must be one",
                    hint="export the log to a file of its own",
                )
            schema, name, columns = tables[0]
            cursor = opened.execute(f'select * from "{schema}"."{name}"')
            for number in itertools.count():
                batch = cursor.fetchmany(_BATCH)
                for position, row in enumerate(batch):
                    where = f"{path.name}:{number * _BATCH + position + 1}"
                    yield statement_of(dict(zip(columns, row, strict=True)), where)
                if len(batch) < _BATCH:
                    return
    except duckdb.Error as error:
        raise WorkloadUnreadable(f"{path} can't be read: {error}", hint=f"give {_FORMS}") from error
