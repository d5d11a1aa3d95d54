"""OpenMetadata's fully qualified names: `service.database.schema.table`, a part with a dot in double quotes.

Characters that names can't have are stored as words (`__reserved__quote__`), which the warehouse does not know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from backends.warehouse.base import TableName

_RESERVED = {
    "__reserved__colon__": "::",
    "__reserved__arrow__": ">",
    "__reserved__quote__": '"',
    "__reserved__newline__": "\n",
    "__reserved__carriage_return__": "\r",
    "__reserved__tab__": "\t",
}
_RESERVED_WORD = re.compile("|".join(_RESERVED))
_RESERVED_TEXT = re.compile("|".join(re.escape(text) for text in _RESERVED.values()))
_WORDS = {text: word for word, text in _RESERVED.items()}
# Engines without databases are given one of these.
_NO_DATABASE = frozenset({"", "default", "none", "null"})


@dataclass(frozen=True)
class Fqn:
    service: str
    table: TableName


def split(fqn: str) -> list[str]:
    """Parts, unquoted and decoded. Never raises: a quote that is not closed reaches to the end."""
    parts, part, quoted, position = [], "", False, 0
    while position < len(fqn):
        char = fqn[position]
        if char == '"' and quoted and fqn[position + 1 : position + 2] == '"':
            part, position = part + '"', position + 1
        elif char == '"' and (quoted or not part):
            quoted = not quoted
        elif char == "." and not quoted:
            parts.append(part)
            part = ""
        else:
            part += char
        position += 1
    return [decoded(text) for text in (*parts, part)]


def join(*parts: str) -> str:
    """The inverse of `split`."""
    return ".".join(_quoted(encoded(part)) for part in parts)


def decoded(name: str) -> str:
    return _RESERVED_WORD.sub(lambda found: _RESERVED[found[0]], name)


def encoded(name: str) -> str:
    return _RESERVED_TEXT.sub(lambda found: _WORDS[found[0]], name)


def table_fqn(fqn: str, databases: Mapping[str, str]) -> Fqn | None:
    """None where the name has not the four parts of a table's; `databases` maps their name of a database to the
    warehouse's ("" for none)."""
    parts = split(fqn)
    if len(parts) != 4 or not parts[3]:
        return None
    service, database, schema, name = parts
    return Fqn(service, TableName(_database(database, databases), schema or None, name))


def column_fqn(fqn: str, databases: Mapping[str, str]) -> tuple[TableName, str] | None:
    """The table and the top-level column of `service.database.schema.table.column[.field]`."""
    parts = split(fqn)
    if len(parts) < 5:
        return None
    table = TableName(_database(parts[1], databases), parts[2] or None, parts[3])
    return table, parts[4]


def _database(name: str, databases: Mapping[str, str]) -> str | None:
    if name in databases:
        return databases[name] or None
    return None if name.casefold() in _NO_DATABASE else name


def _quoted(part: str) -> str:
    return f'"{part}"' if "." in part or not part else part
