from __future__ import annotations

import pytest

from tests.materialized_views.matching.differential import Outcome, duckdb_round, postgres_round


@pytest.mark.parametrize("seed", [1, 2])
def test_accepted_rewrites_give_the_same_rows(seed: int) -> None:
    outcome = Outcome()
    duckdb_round(seed, outcome, views=16, queries=50)
    assert outcome.wrong == []
    assert outcome.accepted > 50
    assert outcome.proofs > 0


@pytest.mark.postgres
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_accepted_rewrites_give_the_same_rows_on_postgres(seed: int, postgres_database: str) -> None:
    outcome = Outcome()
    postgres_round(postgres_database, seed, outcome, views=16, queries=60)
    assert outcome.wrong == []
    assert outcome.accepted > 50
