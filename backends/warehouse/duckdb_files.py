"""The files outside a DuckDB database that its own views read: behind the lock these alone may be opened."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import duckdb

_QUOTED = re.compile(r"'((?:[^']|'')+)'|\"((?:[^\"]|\"\")+)\"")
_READ = re.compile(
    r"\b(?:read_\w+|\w+_scan)\s*\((?:[^()']|'(?:[^']|'')*')*\)"
    r"|\b(?:from|join)\s+\(*\s*(?:'(?:[^']|'')+'|\"(?:[^\"]|\"\")+\")",
    re.IGNORECASE,
)
_PATTERN = re.compile(r"[*?\[]")
_VIEWS = "SELECT sql FROM duckdb_views() WHERE NOT internal"


def allow_views(connection: duckdb.DuckDBPyConnection, root: str) -> None:
    """Before the lock. `root`: the folder that relative paths start from, as dbt's working directory."""
    paths, folders = files_of((row[0] for row in connection.execute(_VIEWS).fetchall()), Path(root))
    if not paths and not folders:
        return
    with suppress(duckdb.CatalogException):  # an engine before 1.2 has no such setting: its views stay unread
        connection.execute("SET allowed_paths = $1", [paths])
        connection.execute("SET allowed_directories = $1", [folders])
        connection.execute("SET file_search_path = $1", [root])


def files_of(definitions: Iterable[str], root: Path) -> tuple[list[str], list[str]]:
    """The files that views read, and the folders in which they name them by a pattern; as written and in full. An
    address, what is not there, and a text that is only compared or put out, is left out."""
    paths: dict[str, None] = {}
    folders: dict[str, None] = {}
    for definition in definitions:
        for match in (quoted for read in _READ.finditer(definition) for quoted in _QUOTED.finditer(read[0])):
            text = (match[1] or match[2]).replace("''", "'").replace('""', '"')
            if "://" in text or not {".", "/"} & set(text):
                continue
            folder = _PATTERN.split(text)[0].rpartition("/")[0]
            if _PATTERN.search(text):
                if folder and (root / folder).is_dir():
                    folders.update(dict.fromkeys((folder, str(root / folder))))
            elif (root / text).is_file():
                paths.update(dict.fromkeys((text, str(root / text))))
    return list(paths), list(folders)
