"""Whose a value is."""

from __future__ import annotations

import pytest

from catalog_sync.model import CatalogColumn
from plugin.generator.ask import ValueHit
from plugin.generator.check.repair import repair
from plugin.generator.check.repairs.whose import of
from plugin.generator.check.schema import Schema
from tests.support.catalogs import table

NATIONS = ("FRANCE", "JAPAN")
TRADE = table(
    "trade", "customer_nation varchar, supplier_nation varchar, revenue decimal",
    values={"customer_nation": NATIONS, "supplier_nation": NATIONS},
)  # fmt: skip
COLUMNS = [
    CatalogColumn(name="customer_nation", type="varchar", synonyms=("고객 국가",)),
    CatalogColumn(name="supplier_nation", type="varchar", synonyms=("공급업체 국가",)),
]


@pytest.mark.parametrize(
    ("phrase", "question", "meant"),
    [
        ("Japanese", "what did Japanese suppliers sell to French customers", "supplier_nation"),
        ("French", "what did Japanese suppliers sell to French customers", "customer_nation"),
        ("Japan", "revenue of suppliers from Japan with customers in France", "supplier_nation"),
        ("일본", "일본 공급업체가 프랑스 고객사에 판 금액은?", "supplier_nation"),
        ("프랑스", "일본 공급업체가 프랑스 고객사에 판 금액은?", "customer_nation"),
        ("Japan", "revenue in Japan", ""),
        ("Japan", "revenue of customers and suppliers in Japan", "supplier_nation"),
    ],
)
def test_the_words_beside_it_say_so(phrase: str, question: str, meant: str) -> None:
    assert of(phrase, question, COLUMNS) == meant


def _hits(*said: tuple[str, str]) -> list[ValueHit]:
    columns = ("customer_nation", "supplier_nation")
    return [ValueHit(phrase, str(TRADE.name), c, value, 1.0) for phrase, value in said for c in columns]


def test_values_in_each_others_column_change_places() -> None:
    sql = "SELECT SUM(revenue) FROM main.trade WHERE customer_nation = '{}' AND supplier_nation = '{}'"
    hits = _hits(("japanese", "JAPAN"), ("france", "FRANCE"))
    question = "What did Japanese suppliers earn with customers in France?"
    done = repair(sql.format("JAPAN", "FRANCE"), Schema((TRADE,)), "duckdb", hits, question)
    conditions = sorted(done.sql.split("WHERE ")[1].split(" AND "))
    assert conditions == ["customer_nation = 'FRANCE'", "supplier_nation = 'JAPAN'"]


def test_a_value_of_which_nothing_is_said_stays() -> None:
    sql = "SELECT SUM(revenue) FROM main.trade WHERE customer_nation = 'JAPAN'"
    assert repair(sql, Schema((TRADE,)), "duckdb", _hits(("japan", "JAPAN")), "Revenue in Japan?").sql == sql


def test_a_column_that_is_compared_with_another_value_is_not_taken() -> None:
    sql = "SELECT SUM(revenue) FROM main.trade WHERE customer_nation = 'JAPAN' AND supplier_nation = 'FRANCE'"
    columns = (("japanese", "JAPAN", "customer_nation"), ("japanese", "JAPAN", "supplier_nation"),
        ("france", "FRANCE", "supplier_nation"))  # fmt: skip
    hits = [ValueHit(phrase, str(TRADE.name), column, value, 1.0) for phrase, value, column in columns]
    question = "What did Japanese suppliers earn in France?"
    assert repair(sql, Schema((TRADE,)), "duckdb", hits, question).sql == sql
