"""A thing is put out by its name, unless its key is asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plugin.generator.check.repair import repair
from plugin.generator.check.schema import Schema
from tests.support.catalogs import shop, table

SCHEMA = Schema(shop().tables)
BUSIEST = "SELECT store_id FROM main.orders GROUP BY store_id ORDER BY COUNT(*) DESC LIMIT 1"


def mended(sql: str, question: str, schema: Schema = SCHEMA) -> str:
    return repair(sql, schema, "duckdb", (), question).sql


def test_by_the_name_of_what_a_key_leads_to() -> None:
    assert mended(BUSIEST, "Which store had the most orders?") == (
        "SELECT stores.store_name FROM main.orders JOIN main.stores ON orders.store_id = stores.store_id "
        "GROUP BY orders.store_id, stores.store_name ORDER BY COUNT(*) DESC LIMIT 1"
    )


def test_by_its_own_name() -> None:
    sql = mended("SELECT store_id FROM main.stores WHERE region_id > 1", "Which stores are in the first region?")
    assert sql == "SELECT stores.store_name FROM main.stores WHERE region_id > 1"


@pytest.mark.parametrize("question", ["The id of the store with the most orders", "주문이 가장 많은 매장의 번호"])
def test_the_key_is_asked_for(question: str) -> None:
    assert mended(BUSIEST, question) == BUSIEST


def test_a_private_name_is_not_put_out() -> None:
    tables = tuple(replace(t, columns=tuple(replace(c, pii=c.name == "store_name") for c in t.columns)) for t in shop())
    assert mended(BUSIEST, "Which store had the most orders?", Schema(tables)) == BUSIEST


def test_a_key_that_is_called_as_the_name_it_leads_to() -> None:
    airlines = table("airlines", "uid int, airline varchar", key="uid")
    airlines = replace(
        airlines, columns=(airlines.columns[0], replace(airlines.columns[1], synonyms=("airline name",)))
    )
    flights = table("flights", "no int, airline int", key="no", refs={"airline": "airlines.uid"})
    sql = mended("SELECT DISTINCT airline FROM main.flights", "Which airlines fly?", Schema((airlines, flights)))
    assert sql == (
        "SELECT DISTINCT airlines.airline FROM main.flights JOIN main.airlines ON flights.airline = airlines.uid"
    )
