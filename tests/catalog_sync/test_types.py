from __future__ import annotations

import pytest

from catalog_sync.types import is_boolean, is_moment, is_text


@pytest.mark.parametrize(
    "name",
    ["VARCHAR", "character varying(14)", "TEXT", "text", "nvarchar(20)", "ENUM('a', 'b')", "bpchar", "CHAR(1)",
     "LowCardinality(String)", "Nullable(String)", "VARCHAR2(10)"],
)  # fmt: skip
def test_text(name: str) -> None:
    assert is_text(name)
    assert not is_moment(name)


@pytest.mark.parametrize(
    "name",
    [
        "DATE",
        "timestamp",
        "TIMESTAMP WITH TIME ZONE",
        "timestamp_ntz(9)",
        "DATETIME",
        "Nullable(Date)",
        "DateTime64(3)",
    ],
)
def test_moments(name: str) -> None:
    assert is_moment(name)
    assert not is_text(name)


@pytest.mark.parametrize(
    "name", ["INTEGER", "DECIMAL(12,2)", "TIME", "INTERVAL", "VARCHAR[]", "DATE[]", "STRUCT(a VARCHAR)", "JSON",
             "ARRAY<STRING>", "BLOB", "UUID", ""],
)  # fmt: skip
def test_neither(name: str) -> None:
    assert not is_text(name)
    assert not is_moment(name)


def test_booleans() -> None:
    assert is_boolean("BOOLEAN")
    assert is_boolean("bool")
    assert not is_boolean("BIGINT")
