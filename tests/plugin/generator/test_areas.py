"""Rules that read a question over tables of several workspaces, or over a staged table beside its mart."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from backends.warehouse.base import Rows
from catalog_sync.model import Catalog
from plugin.generator.ask import Ask, Candidate, Language, Route
from plugin.generator.choose.by_result import Agreed
from plugin.generator.deliver.sentence import Sentence
from plugin.generator.generate.plan.stage import Plan
from tests.support.catalogs import table


def _orders(name: str, workspace: str = "") -> Any:
    return table(name, "order_id int, amount decimal, placed_on date", key="order_id", workspace=workspace)


def _read(question: str, *tables: Any) -> list[str]:
    catalog = Catalog("two", "duckdb", tables)
    ask = Ask(question, "en", routes=tuple(Route(t, 1.0) for t in tables))
    read = Plan()(ask, SimpleNamespace(catalog=catalog, dialect="duckdb"))  # type: ignore[arg-type]
    return [c.origin.rsplit("/", 1)[-1] for c in read.candidates]


def test_each_workspace_is_read() -> None:
    tables = [_orders(name, "shop") for name in ("shop_orders", "web_orders", "old_orders")]
    assert _read("How many orders are there?", *tables, _orders("bulk_orders", "supply")) == [
        "shop_orders",
        "web_orders",
        "bulk_orders",
    ]


def test_rows_of_the_table_that_is_called_so() -> None:
    tables = [_orders(name, "shop") for name in ("web_orders", "orders")]
    assert _read("How many orders are there?", *tables) == ["orders"]
    assert _read("How many web orders are there?", *tables) == ["web_orders"]


def test_the_questions_own_words_come_before_words_of_the_same_meaning() -> None:
    own = table("orders", "order_id int, customer_name varchar, amount decimal", key="order_id", workspace="shop")
    like = table("bulk", "bulk_id int, client_name varchar, amount decimal", key="bulk_id", workspace="supply")
    more = replace(own, name=replace(own.name, name="web_orders"))
    assert _read("total amount by customer", own, more, like) == ["orders", "web_orders"]


def test_what_is_staged_does_not_answer_beside_its_mart() -> None:
    staged = _orders("stg_orders")
    mart = replace(_orders("fct_orders"), upstream=(staged.name,))
    assert _read("How many orders are there?", staged, mart) == ["fct_orders"]
    assert _read("How many orders are there?", staged) == ["stg_orders"]


def _agreed(**counts: int) -> Ask:
    catalog = Catalog("two", "duckdb", (_orders("orders", "shop"), _orders("bulk", "supply"), _orders("web", "shop")))
    candidates = tuple(
        Candidate(f"SELECT {n}", f"generate.plan/{name}", rows=Rows(("n",), ("int",), ((n,),)))
        for name, n in counts.items()
    )
    return Agreed()(Ask("How many?", candidates=candidates), SimpleNamespace(catalog=catalog))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "That is of shop; of supply"), ("ko", "shop 기준입니다. supply")]
)
def test_workspaces_that_differ_are_told(language: Language, words: str) -> None:
    done = _agreed(orders=1, web=1, bulk=2)
    assert done.verdict is not None
    assert done.verdict.candidate is not None
    assert (done.verdict.status, done.verdict.candidate.sql) == ("answered", "SELECT 1")
    assert done.verdict.confidence == 0.5
    services: Any = SimpleNamespace(catalog=Catalog("two", "duckdb", ()), dialect="duckdb")
    assert words in Sentence()(done.add(language=language), services).sentence


def test_workspaces_that_agree_answer() -> None:
    verdict = _agreed(orders=1, bulk=1).verdict
    assert verdict is not None
    assert verdict.status == "answered"


def test_tables_of_one_workspace_that_differ_settle_nothing() -> None:
    assert _agreed(orders=1, web=3, bulk=2).verdict is None
