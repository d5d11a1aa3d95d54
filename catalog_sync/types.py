"""Column types in the engines' own words, as far as the catalogue must tell them apart."""

from __future__ import annotations

import re

_TEXT = re.compile(
    r"^(n?varchar|n?char|character|bpchar|text|n?text|string|citext|enum|symbol|clob|n?clob|name|"
    r"lowcardinality|fixedstring|longtext|mediumtext|tinytext|varchar2|nvarchar2)\b",
    re.IGNORECASE,
)
_BOOLEAN = re.compile(r"^(bool|boolean|bit)$", re.IGNORECASE)
_MOMENT = re.compile(
    r"^(date|datetime|datetime2|smalldatetime|datetimeoffset|date32|datetime64|timestamp\w*)\b", re.IGNORECASE
)
_WHOLE = re.compile(
    r"^(u?(tiny|small|medium|big|huge)?int(eger)?\d*|number\(\d+(,\s*0)?\)|(small|big)?serial|long|bignumeric)\b",
    re.IGNORECASE,
)
_WRAPPED = re.compile(r"^(nullable|lowcardinality)\((?P<inner>.*)\)$", re.IGNORECASE)
_ARRAY = re.compile(r"\[\]$|^(array|list|struct|map|json|variant|super)\b", re.IGNORECASE)


def is_text(type_name: str) -> bool:
    """Holds words: what people may name as a literal."""
    return not _ARRAY.search(type_name.strip()) and bool(_TEXT.match(_inner(type_name)))


def is_boolean(type_name: str) -> bool:
    return bool(_BOOLEAN.match(_inner(type_name)))


def is_whole_number(type_name: str) -> bool:
    return not _ARRAY.search(type_name.strip()) and bool(_WHOLE.match(_inner(type_name)))


def is_moment(type_name: str) -> bool:
    """A date or a timestamp; not a time of the day."""
    return not _ARRAY.search(type_name.strip()) and bool(_MOMENT.match(_inner(type_name)))


def _inner(type_name: str) -> str:
    """ClickHouse writes Nullable(String)."""
    text = type_name.strip()
    while wrapped := _WRAPPED.match(text):
        text = wrapped["inner"].strip()
    return text
