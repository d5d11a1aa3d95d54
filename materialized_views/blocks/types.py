"""Column types, as far as a proof must know them: families, bits, scales, and which casts lose nothing.

DuckDB's and PostgreSQL's rules of what an aggregate or an operator gives; other dialects have no rules here, so
nothing is proved for them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

DIALECTS = frozenset({"duckdb", "postgres"})

_NAMES = {
    "TINYINT": ("integer", 8, "tinyint"),
    "SMALLINT": ("integer", 16, "smallint int2"),
    "INTEGER": ("integer", 32, "integer int int4"),
    "BIGINT": ("integer", 64, "bigint int8"),
    "HUGEINT": ("integer", 128, "hugeint"),
    "TEXT": ("text", 0, "text varchar string"),
    "DATE": ("date", 0, "date"),
    "TIMESTAMP": ("timestamp", 0, "timestamp datetime"),
    "BOOLEAN": ("boolean", 0, "boolean bool"),
    "DOUBLE PRECISION": ("double", 0, "double float8"),
    "REAL": ("double", 0, "real float float4"),
}
_PHRASES = {
    "character varying": "TEXT",
    "timestamp without time zone": "TIMESTAMP",
    "double precision": "DOUBLE PRECISION",
}
_BY_NAME = _PHRASES | {word: name for name, (_, _, words) in _NAMES.items() for word in words.split()}
_DECIMAL = re.compile(r"^(?:decimal|numeric)(?:\((\d+)(?:,\s*(\d+))?\))?$")
_SIZED_TEXT = re.compile(r"^(varchar|character varying)\(\d+\)$")


@dataclass(frozen=True)
class SqlType:
    """`bits` of an integer; `precision` and `scale` of a decimal, None where the type does not bound them."""

    family: str
    bits: int = 0
    precision: int | None = None
    scale: int | None = None
    text: str = ""

    @property
    def is_exact(self) -> bool:
        return self.family in ("integer", "decimal")

    @property
    def is_number(self) -> bool:
        return self.is_exact or self.family == "double"

    @property
    def is_moment(self) -> bool:
        return self.family in ("date", "timestamp", "zoned")


UNKNOWN = SqlType("unknown")
BOOLEAN = SqlType("boolean", text="BOOLEAN")
TEXT = SqlType("text", text="TEXT")
DATE = SqlType("date", text="DATE")
TIMESTAMP = SqlType("timestamp", text="TIMESTAMP")
ZONED = SqlType("zoned", text="TIMESTAMPTZ")
DOUBLE = SqlType("double", text="DOUBLE PRECISION")
BIGINT = SqlType("integer", bits=64, text="BIGINT")
HUGEINT = SqlType("integer", bits=128, text="HUGEINT")
INTEGER = SqlType("integer", bits=32, text="INTEGER")
NUMERIC = SqlType("decimal", text="NUMERIC")


def sql_type(name: str, dialect: str) -> SqlType:
    """What the engine calls it; UNKNOWN for all that no rule here covers (char(n), citext, time zones, json)."""
    text = " ".join(name.casefold().split())
    if text in _BY_NAME:
        family, bits, _ = _NAMES[_BY_NAME[text]]
        return SqlType(family, bits=bits, text=_BY_NAME[text])
    if _SIZED_TEXT.match(text):
        return SqlType("text", text=text.upper())
    decimal = _DECIMAL.match(text)
    if decimal is None:
        return UNKNOWN
    if decimal[1] is None:
        return SqlType("decimal", precision=18, scale=3, text="DECIMAL(18, 3)") if dialect == "duckdb" else NUMERIC
    return _decimal(int(decimal[1]), int(decimal[2] or 0))


def _decimal(precision: int, scale: int) -> SqlType:
    return SqlType("decimal", precision=precision, scale=scale, text=f"DECIMAL({precision}, {scale})")


def keeps_value(source: SqlType, target: SqlType) -> bool:
    """A cast that either gives an equal value or fails; it never rounds, cuts or shifts."""
    if "unknown" in (source.family, target.family) or "zoned" in (source.family, target.family):
        return False
    if source.family == target.family:
        return _same_family(source, target)
    if source.family == "integer" and target.family == "decimal":
        return True
    if source.family == "decimal" and target.family == "integer":
        return source.scale == 0
    return (source.family, target.family) == ("date", "timestamp")


def _same_family(source: SqlType, target: SqlType) -> bool:
    if source.family == "decimal":
        return target.scale is None or (source.scale is not None and source.scale <= target.scale)
    if source.family == "text":
        return "(" not in target.text or source.text == target.text
    return source.family != "double" or source.text == target.text


def of_aggregate(function: str, argument: SqlType, dialect: str) -> SqlType:
    if function == "count":
        return BIGINT
    if function in ("min", "max"):
        return argument
    if function in ("every", "some"):
        return BOOLEAN
    if function == "avg":
        return _average(argument, dialect)
    return _sum(argument, dialect) if function == "sum" else UNKNOWN


def _average(argument: SqlType, dialect: str) -> SqlType:
    if not argument.is_number:
        return UNKNOWN
    return NUMERIC if dialect == "postgres" and argument.is_exact else DOUBLE


def _sum(argument: SqlType, dialect: str) -> SqlType:
    if argument.family == "double":
        return argument
    if argument.family == "integer":
        if dialect == "duckdb":
            return HUGEINT
        return BIGINT if argument.bits <= 32 else SqlType("decimal", scale=0, text="NUMERIC")
    if argument.family == "decimal":
        if dialect == "duckdb":
            return _decimal(38, argument.scale) if argument.scale is not None else UNKNOWN
        return SqlType("decimal", scale=argument.scale, text="NUMERIC")
    return UNKNOWN


def of_arithmetic(operator: str, left: SqlType, right: SqlType, dialect: str) -> SqlType:
    """UNKNOWN where no rule is sure; then the result can be shown but not added up."""
    if not (left.is_number and right.is_number):
        return UNKNOWN
    if "double" in (left.family, right.family):
        return DOUBLE
    if operator == "/":
        return _division(left, right, dialect)
    if left.family == right.family == "integer":
        bits = max(left.bits, right.bits, 32)
        return SqlType("integer", bits=bits, text={32: "INTEGER", 64: "BIGINT"}.get(bits, "HUGEINT"))
    scales = [0 if side.family == "integer" else side.scale for side in (left, right)]
    if operator not in ("+", "-", "*") or None in scales:
        return UNKNOWN
    known = [scale for scale in scales if scale is not None]
    return SqlType("decimal", scale=sum(known) if operator == "*" else max(known), text="NUMERIC")


def _division(left: SqlType, right: SqlType, dialect: str) -> SqlType:
    if dialect == "duckdb":
        return DOUBLE
    return of_arithmetic("+", left, right, dialect) if left.family == right.family == "integer" else NUMERIC
