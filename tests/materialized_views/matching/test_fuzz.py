from __future__ import annotations

from random import Random
from typing import Any

import duckdb
import pytest

from tests.materialized_views.matching import generated
from tests.materialized_views.matching.differential import Outcome, check_round, load


def duckdb_round(seed: int, outcome: Outcome, views: int = 24, queries: int = 120) -> None:
    random = Random(seed)
    connection = duckdb.connect()
    rows = generated.data(random)
    load(lambda sql, values: connection.execute(sql, values), rows)

    def run(sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        cursor = connection.execute(sql)
        return [str(column[1]) for column in cursor.description or ()], cursor.fetchall()

    check_round(random, run, "duckdb", outcome, views, queries)
    connection.close()


@pytest.mark.parametrize("seed", [1, 2])
def test_accepted_rewrites_give_the_same_rows(seed: int) -> None:
    outcome = Outcome()
    duckdb_round(seed, outcome, views=16, queries=60)
    assert outcome.wrong == []
    assert outcome.accepted > 50
    assert outcome.proofs > 5
