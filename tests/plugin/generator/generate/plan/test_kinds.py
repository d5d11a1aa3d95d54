"""Things that are called by their kind: which are ranked, and where the kind is only a condition."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog_sync.model import CatalogColumn, CatalogTable, QuestionView
from plugin.generator.ask import Ask, ValueHit
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.wide import narrow
from plugin.generator.generate.plan.reading import read
from plugin.generator.generate.plan.writing import write
from plugin.generator.understand import dates
from tests.support.catalogs import shop

KINDS = {"drink": "beverage", "drinks": "beverage", "음료": "beverage"}


def _table() -> CatalogTable:
    first = next(t for t in shop() if t.view is not None)
    return replace(
        first,
        columns=(
            CatalogColumn("store_name", "VARCHAR", synonyms=("store", "매장")),
            CatalogColumn("product_name", "VARCHAR", synonyms=("product", "상품")),
            CatalogColumn("product_type", "VARCHAR", values=("beverage", "food")),
            CatalogColumn("revenue", "DECIMAL(18, 2)", synonyms=("sales", "매출")),
            CatalogColumn("units_sold", "BIGINT", synonyms=("units",)),
        ),
        view=QuestionView(
            grain=("store_name", "product_name"), measures={"revenue": "sum", "units_sold": "sum"}, questions=()
        ),
    )


TABLE = _table()


def planned(question: str) -> str:
    hits = (ValueHit(k, str(TABLE.name), "product_type", v, 1.0) for k, v in KINDS.items() if k in question)
    ask = Ask(question, "en" if question.isascii() else "ko", periods=dates.find(question), values=tuple(hits))
    catalog = replace(shop(), tables=(TABLE,))
    return write(read(ask, narrow(TABLE, catalog)), catalog, "duckdb").casefold()


@pytest.mark.parametrize(
    ("question", "group"),
    [
        ("Which drink has the highest revenue?", "product_name"),
        ("Which drink sold the most units?", "product_name"),
        ("What is the best-selling drink?", "product_name"),
        ("가장 많이 팔린 음료는 무엇인가요?", "product_name"),
        ("매출이 가장 높은 음료 세 가지 알려줘", "product_name"),
        ("Which drink store has the highest revenue?", "store_name"),
        ("Which store has the highest drink revenue?", "store_name"),
        ("음료 매출이 가장 높은 매장은?", "store_name"),
    ],
)
def test_what_is_ranked(question: str, group: str) -> None:
    sql = planned(question)
    assert f"select {group}" in sql
    assert "product_type = 'beverage'" in sql


def test_each_has_its_best() -> None:
    assert "partition by store_name" in planned("매장마다 매출이 가장 높은 음료가 뭐야?")
    assert "partition by store_name" in planned("In each store, which drink has the highest revenue?")


def test_a_kind_with_nothing_to_tell_its_things_apart_is_not_ranked() -> None:
    bare = replace(TABLE, columns=tuple(c for c in TABLE.columns if c.name != "product_name"))
    hit = ValueHit("drink", str(TABLE.name), "product_type", "beverage", 1.0)
    ask = Ask("Which drink has the highest revenue?", "en", values=(hit,))
    wide = narrow(bare, replace(shop(), tables=(bare,)))
    with pytest.raises(Unread):
        read(ask, wide)
