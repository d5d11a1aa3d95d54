from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any

import duckdb
import pytest

from catalog_sync.model import QuestionView
from materialized_views.matching import Refusal, Rewrite, Views
from tests.materialized_views.matching.differential import load, same_bag
from tests.materialized_views.matching.generated import data
from tests.materialized_views.tables import catalog, table


def views_of(definitions: Mapping[str, tuple[str, str]], dialect: str = "duckdb", **changes: object) -> Views:
    """name -> (its columns with types, its SQL)."""
    tables = []
    for called, (columns, _) in definitions.items():
        made = table(called, columns)
        tables.append(replace(made, view=QuestionView((made.columns[0].name,), {}), **changes))  # type: ignore[arg-type]
    compiled = {f"model.t.{called}": sql for called, (_, sql) in definitions.items()}
    return Views.of(catalog(*tables, dialect=dialect), compiled)


def answer(columns: str, definition: str, query: str, dialect: str = "duckdb") -> str:
    """The rewritten SQL, or the code of the refusal."""
    found = views_of({"v": (columns, definition)}, dialect).rewrite(query)
    if isinstance(found, Refusal):
        return found.code
    assert isinstance(found, Rewrite)
    return found.sql


class Warehouse:
    """DuckDB with the data of one seed; builds a view and compares the query with its rewriting."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        load(lambda sql, values: self.connection.execute(sql, values), data(Random(7)))

    def equal(self, view: tuple[str, str], query: str) -> bool:
        rewritten = answer(*view, query)
        assert "main.v" in rewritten, rewritten
        self.connection.execute(f"CREATE OR REPLACE TABLE v AS {view[1]}")
        return same_bag(self.rows(query), self.rows(rewritten))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()


@pytest.fixture(scope="session")
def warehouse() -> Warehouse:
    return Warehouse()
