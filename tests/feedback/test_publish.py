"""Published examples in a real index: at once in, at once out, and right again after a crash."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from backends.embedder.hashing import HashEmbedder
from backends.errors import IndexMismatch
from backends.vectors.tokens import sparse_query
from catalog_sync.index import COLLECTIONS
from feedback import outbox
from feedback.desk import Decision
from feedback.drafts import Text
from feedback.people import Actor
from feedback.publish import Shelf
from feedback.upkeep import drop_drifted, rerun
from tests.feedback.conftest import PUBLISHER, REVIEWER, Shop
from tests.support.catalogs import shop as catalog_of_shop

ROOT = Path(__file__).parents[2]
BOTH = Actor.of("pia", "reviewer", "publisher")
COUNT = "select count(*) from orders"


def nearest(shop: Shop, question: str) -> list[str]:
    dense = shop.embedder.embed_query(question).tolist()
    hits = shop.index.search(COLLECTIONS["example"], dense, sparse_query(question), 3)
    return [h.payload["sql"] for h in hits]


def test_in_at_once_and_out_at_once(shop: Shop) -> None:
    made = shop.published("How many orders are there?", COUNT)
    assert nearest(shop, "number of orders") == []
    assert shop.shelf.deliver() == 1
    assert nearest(shop, "number of orders") == [COUNT]
    assert shop.shelf.deliver() == 0
    shop.loop.desk.move("doubt", made.id, PUBLISHER, Decision("harmful"))
    assert shop.shelf.deliver() == 1
    assert nearest(shop, "number of orders") == []
    assert outbox.pending(shop.loop.engine, "index shop") == []


def test_the_next_version_takes_the_place_of_the_last(shop: Shop) -> None:
    made = shop.published("How many orders are there?", COUNT)
    shop.shelf.deliver()
    text = shop.intake().examine(made.question, "select count(order_id) from orders").text
    shop.loop.desk.edit(made.id, text, BOTH)
    shop.shelf.deliver()
    assert nearest(shop, "orders") == [COUNT]
    shop.loop.desk.move("approve", made.id, REVIEWER)
    shop.loop.desk.move("publish", made.id, PUBLISHER, Decision(gate=True))
    shop.shelf.deliver()
    assert nearest(shop, "orders") == ["select count(order_id) from orders"]


def test_others_write_while_it_embeds_and_how_it_is_then_counts(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    made = shop.published("How many orders are there?", COUNT)
    embed = shop.embedder.embed_documents

    def embed_and_meanwhile(texts: Sequence[str]) -> NDArray[np.float32]:
        shop.loop.desk.move("doubt", made.id, PUBLISHER, Decision("harmful"))
        return embed(texts)

    monkeypatch.setattr(shop.embedder, "embed_documents", embed_and_meanwhile)
    shop.shelf.deliver()
    assert shop.shelved() == {}


def test_what_matters_is_how_it_is_now(shop: Shop) -> None:
    """Published, withdrawn and published again before anything was delivered."""
    made = shop.published("How many orders are there?", COUNT)
    shop.loop.desk.move("unpublish", made.id, PUBLISHER, Decision("look"))
    shop.loop.desk.move("publish", made.id, PUBLISHER, Decision(gate=True))
    assert len(outbox.pending(shop.loop.engine, "index shop")) == 3
    assert shop.shelf.deliver() == 1
    assert set(shop.shelved()) == {made.id}


def test_an_index_of_another_embedder_gets_nothing_and_the_entry_stays(shop: Shop) -> None:
    shop.published("How many orders are there?", COUNT)
    shop.published("Revenue?", "select sum(amount) from orders")
    shop.shelf.deliver()
    shop.published("How many stores?", "select count(*) from stores")
    with pytest.raises(IndexMismatch):
        Shelf(shop.loop.examples, shop.index, HashEmbedder(), "shop").deliver()
    (entry,) = outbox.pending(shop.loop.engine, "index shop")
    assert (entry.attempts, "other settings" in entry.error) == (1, True)
    assert shop.shelf.deliver() == 1
    assert len(shop.shelved()) == 3


def test_projects_that_share_a_database_do_not_share_examples(shop: Shop) -> None:
    mine = shop.published("How many orders are there?", COUNT)
    other = Shop(shop.loop, replace(shop.catalog, project="other"), shop.warehouse, shop.index, shop.embedder)
    theirs = other.published("How many orders are there?", "select count(*) + 1 from orders")
    assert shop.shelf.deliver() == 1
    assert set(shop.shelved()) == {mine.id}
    assert [e.id for e in shop.loop.examples.of("other").find()] == [theirs.id]
    assert [e.key for e in outbox.pending(shop.loop.engine, "index other")] == [theirs.id]


def test_repair_makes_good_what_was_lost_or_is_too_much(shop: Shop) -> None:
    kept, lost = (shop.published(q, s) for q, s in (("Orders?", COUNT), ("Sum?", "select sum(amount) from orders")))
    gone = shop.published("How many stores?", "select count(*) from stores")
    shop.shelf.deliver()
    points = {p["example"]: i for i, p in shop.index.scroll(COLLECTIONS["example"])}
    shop.index.delete(COLLECTIONS["example"], [points[lost.id]])
    with shop.loop.engine.begin() as connection:
        connection.exec_driver_sql(f"update examples set live = null where id = '{gone.id}'")
    assert shop.shelf.repair() == (1, 1)
    assert set(shop.shelved()) == {kept.id, lost.id}
    assert shop.shelf.repair() == (0, 0)


def test_drift_takes_an_example_out_at_once(shop: Shop) -> None:
    orders = shop.published("How many orders are there?", COUNT)
    stores = shop.published("Which stores are there?", "select store_name from stores")
    shop.shelf.deliver()
    assert drop_drifted(shop.loop.desk, shop.catalog) == []
    new = catalog_of_shop().with_tables(
        tuple(
            replace(t, columns=tuple(c for c in t.columns if c.name != "store_name")) if t.name.name == "stores" else t
            for t in shop.catalog
        )
    )
    (doubt,) = drop_drifted(shop.loop.desk, new)
    assert (doubt.example, doubt.reasons) == (stores.id, ("main.stores.store_name is gone",))
    shop.shelf.deliver()
    assert set(shop.shelved()) == {orders.id}
    assert shop.loop.examples.get(stores.id).reason == "main.stores.store_name is gone"
    assert drop_drifted(shop.loop.desk, new) == []
    assert rerun(shop.loop.desk, shop.warehouse, shop.catalog) == []


def test_what_does_not_run_any_more_becomes_stale(shop: Shop) -> None:
    made = shop.published("How many orders are there?", COUNT)
    broken = Text("select count(*) from gone", "sqlite", "x", "x")
    shop.loop.desk.edit(made.id, broken, BOTH)
    shop.loop.desk.move("approve", made.id, REVIEWER)
    shop.loop.desk.move("publish", made.id, PUBLISHER, Decision(gate=True))
    (doubt,) = rerun(shop.loop.desk, shop.warehouse, shop.catalog)
    assert "gone" in doubt.reasons[0]
    assert shop.loop.examples.get(made.id).state == "stale"


@pytest.mark.slow
@pytest.mark.parametrize("point", ["before", "upsert", "flush"])
def test_killed_between_the_decision_and_the_index(shop: Shop, state_url: str, tmp_path: Path, point: str) -> None:
    """What was acknowledged is there after the restart, whenever the process dies."""
    gone = shop.published("How many stores?", "select count(*) from stores")
    shop.shelf.deliver()
    new = shop.published("How many orders are there?", COUNT)
    shop.loop.desk.move("retire", gone.id, PUBLISHER, Decision("old"))
    shop.index.close()
    command = [sys.executable, "-m", "tests.feedback.crashing", state_url, str(tmp_path / "index"), point]
    killed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert len(outbox.pending(shop.loop.engine, "index shop")) == 3 - 1
    finished = subprocess.run([*command[:-1], "never"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (finished.returncode, finished.stdout.split()) == (0, [new.id]), finished.stderr
    assert outbox.pending(shop.loop.engine, "index shop") == []
