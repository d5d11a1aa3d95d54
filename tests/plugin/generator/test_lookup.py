"""Names that no list of values has are found in the warehouse, as they stand, and nothing that is withheld is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from backends.warehouse.base import Limits, Rows
from catalog_sync.model import CatalogTable
from plugin.generator.ask import Ask, Mention, Route, ValueHit
from plugin.generator.retrieve.lookup import Lookup
from plugin.generator.stage import Services
from plugin.generator.understand.rules import Rules
from tests.support.catalogs import table

Make = Callable[..., Services]
STORES = table("stores", "store_id int, store_name varchar, region_id int", key="store_id")
CUSTOMERS = table("customers", "customer_id int, customer_name varchar, segment varchar", hidden=("customer_name",))


def looked_up(
    question: str, made: Services, tables: Sequence[CatalogTable] = (STORES, CUSTOMERS), unknown: Sequence[str] = ()
) -> Ask:
    mentions = tuple(Mention(word, frozenset()) for word in unknown)
    routes = tuple(Route(found, 1.0) for found in tables)
    return Lookup()(Rules()(Ask(question), made).add(mentions=mentions, routes=routes), made)


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("How many orders came from Brooklyn?", ()),
        ("how many orders came from brooklyn", ("brooklyn",)),
        ("BROOKLYN에서 온 주문은 몇 건이야?", ("BROOKLYN",)),
    ],
)
def test_a_name_is_found_as_the_column_spells_it(services: Make, question: str, unknown: Sequence[str]) -> None:
    done = looked_up(question, services(), unknown=unknown)
    assert done.values == (ValueHit("brooklyn", "main.stores", "store_name", "Brooklyn", 1.0),)
    assert not done.routes, "they are to be made again with the value"


def test_english_that_has_capitals_writes_names_with_them(services: Make) -> None:
    done = looked_up("Give the year of brooklyn", services(), unknown=("brooklyn",))
    assert done.values == ()


class Counting:
    """A warehouse that keeps what it was asked."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.asked: list[str] = []

    def query(self, sql: str, limits: Limits) -> Rows:
        self.asked.append(sql)
        found: Rows = self._inner.query(sql, limits)
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def counting(made: Services) -> tuple[Services, Counting]:
    warehouse = Counting(made.warehouse)
    return replace(made, warehouse=warehouse), warehouse  # type: ignore[arg-type]


@pytest.mark.parametrize("question", ["revenue of each store", "How many orders were there in March 2020?"])
def test_where_every_word_is_known_nothing_is_asked(services: Make, question: str) -> None:
    made, warehouse = counting(services())
    done = looked_up(question, made)
    assert warehouse.asked == []
    assert done.routes


def test_what_is_withheld_or_listed_is_not_read(services: Make) -> None:
    made, warehouse = counting(services())
    listed = table("regions", "region_id int, region_name varchar", values={"region_name": ("ASIA",)})
    done = looked_up("orders of Ann Secret", made, (CUSTOMERS, listed))
    assert done.values == ()
    assert ["segment" in sql for sql in warehouse.asked] == [True]


def test_quotes_are_text_and_what_cannot_be_read_is_passed_over(services: Make) -> None:
    made, _ = counting(services())
    nowhere = table("nowhere", "title varchar")
    done = looked_up("orders of O'Brien'); DROP TABLE stores; --", made, (nowhere, STORES))
    assert done.values == ()


def test_the_longest_name_is_kept(services: Make) -> None:
    made, warehouse = counting(services())

    class Both:
        dialect = "sqlite"

        def query(self, _sql: str, _limits: Limits) -> Rows:
            return Rows(("store_name",), ("text",), (("Acme Corp",), ("Corp",)))

    done = looked_up("orders of Acme Corp", replace(made, warehouse=Both()), (STORES,))  # type: ignore[arg-type]
    assert [hit.value for hit in done.values] == ["Acme Corp"]
    assert warehouse.asked == []
