"""SQL by rules over a real database: it runs, it says something, and its question says all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from backends.warehouse import open_sqlite
from catalog_sync.model import Catalog
from catalog_sync.scope import scope
from feedback.examine import Examiner
from feedback.training.rows import Held
from feedback.training.synthesis import synthesise
from tests.support.catalogs import shop_on_sqlite

Shop = tuple[Catalog, Examiner]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    catalog, file = shop_on_sqlite(tmp_path)
    warehouse = open_sqlite(file)
    yield catalog, Examiner(warehouse.restricted(scope(catalog)), catalog)
    warehouse.close()


def faithful(sql: str, tables: Sequence[str]) -> str:
    return "What about " + " ".join(re.findall(r"'([^']*)'|limit (\d)", sql, re.IGNORECASE).__str__().split()) + "?"


def test_each_runs_has_rows_and_is_a_query_of_its_own(shop: Shop) -> None:
    catalog, examiner = shop
    rows = list(synthesise(catalog, examiner, faithful, 25))
    assert len(rows) >= 15
    assert len({row.cluster for row in rows}) == len(rows)
    for row in rows:
        ran, _ = examiner.run(row.sql)
        assert ran is not None
        assert ran.rows
    assert {row.provenance["source"] for row in rows} == {"synthetic"}
    rules = {row.provenance["rule"] for row in rows}
    assert any("join" in r for r in rules)
    assert any("where" in r for r in rules)
    assert any("group" in r for r in rules)


def test_the_same_seed_makes_the_same(shop: Shop) -> None:
    catalog, examiner = shop
    first, again, other = ([r.sql for r in synthesise(catalog, examiner, faithful, 8, seed=seed)] for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_nothing_that_asks_what_is_held_out(shop: Shop) -> None:
    catalog, examiner = shop
    first = next(iter(synthesise(catalog, examiner, faithful, 8)))
    template = first.cluster.removeprefix("synthetic:")
    others = list(synthesise(catalog, examiner, faithful, 8, Held(templates=frozenset({template}))))
    assert others
    assert first.cluster not in [row.cluster for row in others]


def test_a_question_that_lost_a_literal_is_left_out(shop: Shop) -> None:
    catalog, examiner = shop
    rows = list(synthesise(catalog, examiner, lambda *_: "How many are there?", 40))
    assert rows
    assert not any("'" in row.sql or "LIMIT" in row.sql for row in rows)


def test_no_personal_column_and_no_prompt_with_one(shop: Shop) -> None:
    catalog, examiner = shop
    seen: list[str] = []

    def word(sql: str, tables: Sequence[str]) -> str:
        seen.append(sql)
        return faithful(sql, tables)

    list(synthesise(catalog, examiner, word, 40))
    assert seen
    assert not any("customer_name" in sql or "Secret" in sql for sql in seen)


def test_an_empty_catalogue_gives_nothing(shop: Shop) -> None:
    catalog, examiner = shop
    assert list(synthesise(catalog.with_tables(()), examiner, faithful, 5)) == []
