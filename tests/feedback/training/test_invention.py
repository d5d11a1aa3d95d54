"""Questions first: what is kept of what a model thinks up and the generator answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from backends.llm.scripted import ScriptedLLM
from backends.warehouse import open_sqlite
from catalog_sync.model import Catalog, CatalogTable
from catalog_sync.scope import scope
from feedback.examine import Examiner
from feedback.training.invention import RULE, invent
from feedback.training.rows import NOTHING_HELD, Held, Row
from feedback.wording import thought_up
from tests.support.catalogs import shop_on_sqlite

ANSWERS = {
    "How many orders are shipped?": "select count(*) from orders where status = 'shipped'",
    "How many open orders are there?": "select count(*) from orders where status = 'open'",
    "How many orders has nobody made?": "select order_id from orders where status = 'lost'",  # an empty result
    "What is the largest amount?": "select max(amount) from orders",
    "매장은 몇 개인가요?": "select count(*) from stores",
    "What are the names of customers?": "select customer_name from customers",  # the door refuses it
    "What is the weather?": "",
}
Shop = tuple[Catalog, Examiner]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    catalog, file = shop_on_sqlite(tmp_path)
    warehouse = open_sqlite(file)
    yield catalog, Examiner(warehouse.restricted(scope(catalog)), catalog)
    warehouse.close()


def rows(shop: Shop, asked: Sequence[str] = (), held: Held = NOTHING_HELD, count: int = 9) -> list[Row]:
    def think(_tables: Sequence[CatalogTable], _asked: Sequence[str], _number: int) -> list[str]:
        return list(ANSWERS)

    return list(invent(*shop, asked, think, lambda question: ANSWERS[question], count, held))


def test_kept_is_what_runs_and_says_something(shop: Shop) -> None:
    found = rows(shop)
    assert [row.question for row in found] == [
        "How many orders are shipped?", "How many open orders are there?", "What is the largest amount?",
        "매장은 몇 개인가요?",
    ]  # fmt: skip
    assert [row.language for row in found] == ["en", "en", "en", "ko"]
    assert {row.provenance["rule"] for row in found} == {RULE}
    assert {row.provenance["sql_by"] for row in found} == {"model"}
    assert found[0].cluster == found[1].cluster != found[2].cluster
    assert len(rows(shop, count=2)) == 2


def test_what_was_asked_and_what_is_held_out_is_not_made_again(shop: Shop) -> None:
    template = rows(shop)[0].cluster.removeprefix("synthetic:")
    asked = rows(shop, asked=["what is the largest amount"])
    assert "What is the largest amount?" not in [row.question for row in asked]
    assert [r.question for r in rows(shop, held=Held(templates=frozenset({template})))] == [
        "What is the largest amount?", "매장은 몇 개인가요?",
    ]  # fmt: skip
    assert len(rows(shop, held=Held(questions=frozenset({"what is the largest amount"})))) == 3


def test_the_model_sees_the_schema_and_what_people_ask_and_no_values(shop: Shop) -> None:
    llm = ScriptedLLM(["1. How many stores are there?\n- 'Which region sells most?'\nSELECT 1\nsure, here they are\n"])
    tables = [t for t in shop[0] if t.name.name in ("stores", "customers")]
    assert thought_up(tables, ["What was sold?"], llm, "ko", number=3, seed=7) == [
        "How many stores are there?", "Which region sells most?",
    ]  # fmt: skip
    (prompt,) = llm.prompts
    assert "- What was sold?" in prompt
    assert "Korean" in prompt
    assert "- stores:" in prompt
    assert "Secret" not in prompt
    assert (llm.calls[0].sampling.temperature, llm.calls[0].sampling.seed) == (0.8, 7)
