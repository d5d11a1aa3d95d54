"""What is exported, and what never is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from backends.llm.base import Message
from feedback.desk import Decision
from feedback.errors import ExportRefused
from feedback.intake import Proposal
from feedback.training.export import MANIFEST, write
from feedback.training.rows import Row, collect
from tests.feedback.conftest import ASKER, OTHER, REVIEWER, Shop

COUNT = "select count(*) from orders"
QUESTION = "How many orders are there?"


def prompt(question: str, tables: Sequence[str]) -> Sequence[Message]:
    return [Message("system", "Write SQL."), Message("user", f"{', '.join(tables)}\n{question}")]


def exported(shop: Shop, folder: Path, rows: list[Row] | None = None) -> dict[str, list[dict[str, Any]]]:
    rows = collect(shop.loop.examples, shop.catalog) if rows is None else rows
    write(rows, prompt, shop.catalog, folder, shop.loop.clock())
    files = sorted(folder.glob("*.jsonl"))
    return {f.name.split(".")[0]: [json.loads(line) for line in f.read_text().splitlines()] for f in files}


def test_a_reviewed_example_is_a_chat(shop: Shop, tmp_path: Path) -> None:
    made = shop.published(QUESTION, COUNT)
    (row,) = exported(shop, tmp_path / "out")["sft"]
    assert [m["role"] for m in row["messages"]] == ["system", "user", "assistant"]
    assert row["messages"][1]["content"].endswith(QUESTION)
    assert row["messages"][2]["content"] == f"```sql\n{COUNT}\n```"
    assert (row["provenance"]["example"], row["provenance"]["project"]) == (made.id, "shop")


def test_what_is_not_reviewed_stale_or_held_out_is_not_there(shop: Shop) -> None:
    shop.intake().propose(Proposal("candidate?", COUNT), ASKER)
    held = shop.intake(benchmark_share=1.0).propose(Proposal("held out?", "select store_name from stores"), ASKER)
    for name in ("claim", "approve"):
        shop.loop.desk.move(name, held.example.id, REVIEWER)
    drifting = shop.published("Regions?", "select region_name from regions")
    assert [r.question for r in collect(shop.loop.examples, shop.catalog)] == ["Regions?"]
    without = shop.catalog.with_tables(tuple(t for t in shop.catalog if t.name.name != "regions"))
    assert collect(shop.loop.examples, without) == []
    assert drifting.role == "retrieval"


def test_preference_pairs_from_corrections_thumbs_and_reviews(shop: Shop, tmp_path: Path) -> None:
    shop.published(QUESTION, COUNT)
    asks, given = shop.loop.asks, shop.loop.given
    first = asks.record(
        question=QUESTION, language="en", status="answered", sql="select sum(amount) from orders", model="m"
    )
    given.give(first, "edit", ASKER, sql=COUNT)
    second = asks.record(
        question="how many orders are there", language="en", status="answered", sql="select 1 from orders"
    )
    given.give(second, "down", OTHER, reason="wrong_metric")
    right = asks.record(question=QUESTION, language="en", status="answered", sql=f"{COUNT}\n")
    given.give(right, "down", OTHER, reason="other")
    unknown = asks.record(question="Something else?", language="en", status="answered", sql="select 2 from orders")
    given.give(unknown, "down", OTHER, reason="other")
    bad = shop.intake().propose(Proposal(QUESTION, "select count(*) + 1 from orders"), ASKER).example
    shop.loop.desk.move("reject", bad.id, REVIEWER, Decision("wrong_metric"))
    pairs = exported(shop, tmp_path / "out")["preference"]
    assert {p["rejected"][0]["content"].split("\n")[1]: p["provenance"]["rejected"]["why"] for p in pairs} == {
        "select sum(amount) from orders": "edit",
        "select 1 from orders": "wrong_metric",
        "select count(*) + 1 from orders": "wrong_metric",
    }
    assert {p["chosen"][0]["content"] for p in pairs} == {f"```sql\n{COUNT}\n```"}


def test_what_a_reviewer_edited_is_rejected_text(shop: Shop) -> None:
    made = shop.intake().propose(Proposal(QUESTION, "select count(*) + 1 from orders"), ASKER).example
    shop.loop.desk.move("claim", made.id, REVIEWER)
    shop.loop.desk.edit(made.id, shop.intake().examine(QUESTION, COUNT).text, REVIEWER)
    shop.loop.desk.move("approve", made.id, OTHER)
    _, pair = collect(shop.loop.examples, shop.catalog)
    assert (pair.sql, pair.rejected) == (COUNT, "select count(*) + 1 from orders")


@pytest.mark.parametrize(
    "rejected",
    [
        "select count(*) from customers where customer_name = 'Canary Person'",
        "select count(*) from orders where mail = 'canary@example.com'",
        "select count(*) from orders where phone = '010-1234-5678'",
        "select 'unclosed",
    ],
)
def test_personal_data_in_what_the_model_once_wrote_does_not_come_out(
    shop: Shop, tmp_path: Path, rejected: str
) -> None:
    shop.published(QUESTION, COUNT)
    ask = shop.loop.asks.record(question=QUESTION, language="en", status="failed", sql=rejected)
    shop.loop.given.give(ask, "down", ASKER, reason="sensitive")
    assert set(exported(shop, tmp_path / "out")) == {"sft"}
    text = "".join(f.read_text().casefold() for f in (tmp_path / "out").iterdir())
    assert not any(word in text for word in ("canary", "5678", "unclosed"))
    assert json.loads((tmp_path / "out" / MANIFEST).read_text())["dropped"].popitem()[1] == 1


def test_what_its_writer_approved_is_said_to_be_so(shop: Shop, tmp_path: Path) -> None:
    shop.published("Which stores?", "select store_name from stores")
    alone = shop.loop.with_rules(self_approval=True).desk
    made = shop.intake().propose(Proposal(QUESTION, COUNT), REVIEWER).example
    for name in ("claim", "approve"):
        alone.move(name, made.id, REVIEWER)
    own = {
        r["messages"][1]["content"][-9:]: r["provenance"]["self_approved"]
        for r in exported(shop, tmp_path / "o")["sft"]
    }
    assert sorted(own.values()) == [False, True]
    assert "but for 1 rows" in (tmp_path / "o" / "README.md").read_text()


def test_a_question_and_its_paraphrases_are_in_one_split() -> None:
    rows = [Row(f"q{n}", "select 1", (), "p", f"c{n // 4}", "en") for n in range(400)]
    by_cluster: dict[str, set[str]] = {}
    for row in rows:
        by_cluster.setdefault(row.cluster, set()).add(row.split)
    assert {len(splits) for splits in by_cluster.values()} == {1}
    assert 0 < sum(r.split == "valid" for r in rows) < 100


def test_an_export_is_whole_and_the_same_again(shop: Shop, tmp_path: Path) -> None:
    shop.published(QUESTION, COUNT)
    shop.published("Which stores?", "select store_name from stores")
    exported(shop, tmp_path / "out")
    before = {f.name: f.read_bytes() for f in (tmp_path / "out").iterdir()}
    exported(shop, tmp_path / "out")
    assert {f.name: f.read_bytes() for f in (tmp_path / "out").iterdir()} == before
    card = (tmp_path / "out" / "README.md").read_text()
    assert "# Training data of shop" in card
    assert "| language en | 2 |" in card


def test_a_failure_leaves_the_last_export(shop: Shop, tmp_path: Path) -> None:
    shop.published(QUESTION, COUNT)
    exported(shop, tmp_path / "out")
    before = sorted(f.name for f in (tmp_path / "out").iterdir())

    def broken(*_: object) -> Sequence[Message]:
        raise LookupError

    with pytest.raises(LookupError):
        write(collect(shop.loop.examples, shop.catalog), broken, shop.catalog, tmp_path / "out", shop.loop.clock())
    assert sorted(f.name for f in (tmp_path / "out").iterdir()) == before
    assert [f.name for f in tmp_path.iterdir() if "partial" in f.name] == []


def test_other_people_s_files_are_not_overwritten(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ExportRefused):
        write([], prompt, shop.catalog, tmp_path, shop.loop.clock())
    assert (tmp_path / "thesis.txt").read_text() == "mine"
