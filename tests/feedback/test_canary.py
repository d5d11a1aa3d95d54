"""Seeded personal values, driven through every way in: in the end they stand nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from backends.llm.base import Message
from catalog_sync.index import COLLECTIONS
from feedback import importing
from feedback.errors import NotAccepted
from feedback.intake import Proposal
from feedback.privacy import cleaned
from feedback.sources.found import Found
from feedback.sources.query_log import harvest
from feedback.training.export import write
from feedback.training.rows import collect
from tests.feedback.conftest import ASKER, PUBLISHER, REVIEWER, Shop

CANARIES = ("Ann Secret", "Bob Hidden", "canary@example.com", "010-9876-5432")
QUERIES = [
    *(f"select count(*) from customers where customer_name = '{name}'" for name in CANARIES),
    *(f"select count(*) from orders where status = '{name}'" for name in CANARIES[2:]),
    *(f"select nothing from orders where name = '{name}'" for name in CANARIES),
    "select customer_name from customers",
    "select max(customer_name) from customers",
]


def everywhere(shop: Shop, folder: Path) -> str:
    """All that is kept: every cell of our tables but the log of questions, every point, every exported file."""
    engine, seen = shop.loop.engine, []
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            if table != "asks":
                seen += [str(row) for row in connection.execute(text(f"select * from {table}"))]
    seen += [str(payload) for name in COLLECTIONS.values() for _, payload in shop.index.scroll(name)]
    seen += [file.read_text(encoding="utf-8") for file in folder.rglob("*") if file.is_file()]
    return "\n".join(seen)


def test_no_canary_is_kept(shop: Shop, tmp_path: Path) -> None:
    shop.published("How many customers are there?", "select count(*) from customers")
    prompts: list[str] = []
    for number, sql in enumerate(QUERIES):
        question = (
            "How many customers are there?" if number % 2 else f"What of {CANARIES[3]} or {CANARIES[2]}, {number}?"
        )
        ask = shop.loop.asks.record(question=question, language="en", status="answered", sql=sql)
        clean = cleaned(question, sql, shop.catalog)[1]
        shop.loop.given.give(ask, "edit", ASKER, sql=clean, comment=f"I am {CANARIES[2]}, {CANARIES[3]}")
        shop.loop.given.give(ask, "down", ASKER, reason="sensitive")
        try:
            made = shop.intake().propose(Proposal(question, sql), ASKER).example
        except NotAccepted:
            continue
        for name, actor in (("claim", REVIEWER), ("approve", REVIEWER)):
            shop.loop.desk.move(name, made.id, actor)
    found = harvest([Found(sql, count=3) for sql in QUERIES], shop.catalog).kept
    importing.take(found, shop.intake(), PUBLISHER, "query_log", write=lambda t: prompts.append(t.sql) or "Who knows?")
    shop.shelf.deliver()

    def prompt(question: str, tables: Sequence[str]) -> Sequence[Message]:
        return [Message("user", question)]

    write(collect(shop.loop.examples, shop.catalog), prompt, shop.catalog, tmp_path / "out", shop.loop.clock())
    kept = everywhere(shop, tmp_path / "out")
    assert "How many customers" in kept
    assert prompts
    for canary in CANARIES:
        assert canary not in kept + "".join(prompts)


@pytest.mark.parametrize("canary", CANARIES[:1])
def test_the_canary_is_in_the_data(shop: Shop, tmp_path: Path, canary: str) -> None:
    """Else the test above could not fail."""
    assert canary.encode() in (tmp_path / "shop.sqlite").read_bytes()
