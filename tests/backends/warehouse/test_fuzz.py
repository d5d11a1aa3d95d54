"""Damaged SQL is refused or runs; it never crashes the door."""

from __future__ import annotations

from random import Random

import pytest

from backends.errors import QueryRefused
from backends.warehouse.base import Scope, TableName, TableScope
from backends.warehouse.catalogue import Catalogue
from backends.warehouse.guard import ALL_LAYERS, check_layers
from backends.warehouse.write import write_sql
from tests.attacks.corpus import attacks
from tests.backends.warehouse.test_legal import queries

SCOPE = Scope(
    (
        TableScope(TableName(None, None, "customers"), dict.fromkeys(("id", "name", "city", "email", "phone"), "text")),
        TableScope(TableName(None, None, "orders"), dict.fromkeys(("id", "customer_id", "status", "amount"), "text")),
    )
)

SPLICES = [
    "(",
    ")",
    "'",
    '"',
    ";",
    ",",
    "select",
    "from",
    "*",
    "$$",
    "--",
    "/*",
    "\\",
    "::",
    "[",
    "]",
    "with",
    "\u00a0",
]


def damaged(sql: str, random: Random) -> str:
    words = sql.split(" ")
    for _ in range(random.choice([1, 1, 2, 3])):
        at = random.randrange(len(words) + 1)
        act = random.randrange(4)
        if act == 0 and words:
            del words[at - 1]
        elif act == 1:
            words.insert(at, random.choice(SPLICES))
        elif act == 2 and words:
            words.insert(at, random.choice(words))
        else:
            words.append(random.choice(SPLICES))
    return random.choice([" ", "", "\n"]).join(words) if random.random() < 0.1 else " ".join(words)


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "sqlite", "snowflake", "bigquery", "tsql"])
def test_damaged_text_is_refused_or_checked(dialect: str) -> None:
    random = Random(dialect)
    own = dialect if dialect in {"duckdb", "postgres", "sqlite"} else "postgres"
    texts = queries("common") + queries(own) + [attack.sql for attack in attacks(own)]
    catalogue = Catalogue.of_scope(SCOPE, dialect)
    passed = 0
    for _ in range(1500):
        sql = damaged(random.choice(texts), random)
        try:
            (tree,) = check_layers(sql, dialect, catalogue, ALL_LAYERS)
            write_sql(tree, dialect)
            passed += 1
        except QueryRefused:
            continue
    assert passed > 10


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "sqlite"])
def test_what_is_written_is_accepted_again_and_stays_the_same(dialect: str) -> None:
    for sql in queries("common") + queries(dialect):
        (tree,) = check_layers(sql, dialect, None, ALL_LAYERS)
        once = write_sql(tree, dialect)
        (again,) = check_layers(once, dialect, None, ALL_LAYERS)
        assert write_sql(again, dialect) == once
