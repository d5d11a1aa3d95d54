from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from typing import Any
from uuid import UUID

import pytest

from catalog_sync.documents import (
    Document,
    count_of,
    digest,
    documents,
    documents_of,
    example,
    from_payload,
    normal,
    words,
)
from catalog_sync.model import CatalogColumn, CatalogTable, ForeignKey, QuestionView
from tests.catalog_sync.build import catalog, column, name, table

ORDERS = table(
    "fct_orders",
    column("order_id", "INTEGER"),
    column("status", description="Where it\n  stands.", values=("open", "SHUT", " "), values_exact=True,
           synonyms=("state",), value_synonyms={"open": ("pending", "진행중")}),
    column("customer_id", "INTEGER"),
    description="One row for each order.",
    primary_key=("order_id",),
    synonyms=("주문",),
    workspace="sales",
    domain="Commerce",
    foreign_keys=(ForeignKey(("customer_id",), name("dim_customers"), ("id",)),),
)  # fmt: skip


def kind(found: list[Document], wanted: str) -> list[Document]:
    return [document for document in found if document.kind == wanted]


def test_a_table() -> None:
    (document,) = kind(documents(catalog(ORDERS)), "table")
    assert document.text == (
        "fct orders: One row for each order. also called 주문. one row for each order id. columns status, customer id"
    )
    assert document.lexical.startswith(document.text)
    assert "state" in document.lexical.split()
    assert {k: v for k, v in document.payload.items() if k not in ("text", "lexical", "hash")} == {
        "project": "shop",
        "kind": "table",
        "workspace": "sales",
        "table": "db.main.fct_orders",
        "name": "fct_orders",
        "schema": "main",
        "is_view": False,
        "digest": digest(ORDERS),
    }


def test_a_question_view_is_found_by_its_questions() -> None:
    view = QuestionView(grain=("order_month",), measures={"revenue": "sum"}, questions=("How much a month?", "월 매출"))
    (document,) = kind(documents(catalog(table("monthly", "order_month", "revenue", view=view))), "table")
    assert document.text == "monthly. one row for each order month. columns revenue. answers How much a month?, 월 매출"
    assert document.payload["is_view"] is True


def test_columns() -> None:
    found = kind(documents(catalog(ORDERS)), "column")
    assert [d.text for d in found] == [
        "fct orders order id. integer",
        "fct orders status: Where it stands. also called state. varchar. values open, SHUT",
        "fct orders customer id. integer. refers to dim customers",
    ]


def test_a_list_that_is_not_the_whole_domain_says_so() -> None:
    (document,) = kind(documents(catalog(table("t", column("c", values=("x",))))), "column")
    assert document.text == "t c. varchar. for example x"


def test_values_are_found_by_what_people_call_them() -> None:
    found = kind(documents(catalog(ORDERS)), "value")
    assert [(d.text, d.lexical) for d in found] == [
        ("open, pending, 진행중 (fct orders status)", "open pending 진행중"),
        ("SHUT (fct orders status)", "SHUT"),
    ]
    assert [d.payload["norm"] for d in found] == [["open", "pending", "진행중"], ["shut"]]
    assert found[1].payload["value"] == "SHUT"


def test_true_and_false_are_no_words_to_look_for() -> None:
    flag = column("is_open", "BOOLEAN", values=("true", "false"), values_exact=True)
    assert not kind(documents(catalog(table("t", flag))), "value")


def test_ids_are_uuids_and_stay_when_the_text_changes() -> None:
    before = documents(catalog(ORDERS))
    after = documents(catalog(table("fct_orders", "order_id", "status", "customer_id", description="Other.")))
    assert all(UUID(document.id) for document in before)
    assert len({document.id for document in before}) == len(before)
    assert before[0].id == after[0].id
    assert before[0].hash != after[0].hash


def test_ids_of_two_projects_differ() -> None:
    one, two = (example(project, "How many?", "select 1", []) for project in ("a", "b"))
    assert one.id != two.id


def test_an_example_is_searched_by_its_wording_alone() -> None:
    document = example("shop", "How many  orders?", "select count(*) from o", ["db.main.o"], "sales")
    assert document.text == document.lexical == "How many  orders?"
    assert document.payload["sql"] == "select count(*) from o"
    assert document.id == example("shop", "how many orders?", "select count(*) from o", []).id


def test_a_stored_payload_is_enough_to_embed_again() -> None:
    for document in documents(catalog(ORDERS)):
        assert from_payload(document.id, dict(document.payload)) == document


@pytest.mark.parametrize(
    ("text", "expected"),
    [(" Los  Angeles ", "los angeles"), ("ＡＢＣ", "abc"), ("STRASSE", "strasse"), ("서울", "서울")],
)
def test_literals_are_compared_without_case_width_and_blanks(text: str, expected: str) -> None:
    assert normal(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("order_items", "order items"),
        ("OrderItems2024", "order items 2024"),
        ("HTTPServer", "http server"),
        ("dim.product", "dim product"),
        ("주문_상태", "주문 상태"),
        ("___", "___"),
    ],
)
def test_names_are_split_into_words(text: str, expected: str) -> None:
    assert words(text) == expected


def changed(value: object) -> object:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, tuple):
        return (*value, "more")
    if isinstance(value, dict):
        return {**value, "more": ("x",)}
    return f"{value}more" if isinstance(value, str) else value


def told(found: CatalogTable) -> list[Any]:
    """All that its documents say, but for the hashes."""
    return [
        (d.text, d.lexical, {k: v for k, v in d.payload.items() if k not in ("digest", "hash")})
        for d in documents_of("shop", found)
    ]


STATUS = column("status", values=("open",), value_synonyms={"open": ("열림",)}, description="State.")
WHOLE = table("orders", STATUS, workspace="w", domain="d", description="An order.", tags=("a",), synonyms=("b",))
NOT_TEXTS = ("name", "columns", "foreign_keys", "joins", "queries", "upstream")


@pytest.mark.parametrize("name", [f.name for f in fields(CatalogColumn)])
def test_the_digest_follows_what_documents_say_of_a_column(name: str) -> None:
    new = replace(WHOLE, columns=(replace(STATUS, **{name: changed(getattr(STATUS, name))}),))
    assert digest(new) != digest(WHOLE) or told(new) == told(WHOLE)


@pytest.mark.parametrize("name", [f.name for f in fields(CatalogTable) if f.name not in NOT_TEXTS])
def test_the_digest_follows_what_documents_say_of_a_table(name: str) -> None:
    new = replace(WHOLE, **{name: changed(getattr(WHOLE, name))})
    assert digest(new) != digest(WHOLE) or told(new) == told(WHOLE)


def test_the_digest_follows_keys_and_views() -> None:
    key = ForeignKey(("status",), name("states"), ("id",))
    view = QuestionView(grain=("status",), measures={}, questions=("How many?",))
    assert len({digest(WHOLE), digest(replace(WHOLE, foreign_keys=(key,))), digest(replace(WHOLE, view=view))}) == 3


def test_the_digest_does_not_follow_what_moves_with_the_data() -> None:
    moved = replace(WHOLE, built_at="2026-01-01", columns=(replace(STATUS, min_value="1", max_value="2"),))
    assert digest(moved) == digest(WHOLE)


def test_as_many_as_are_counted() -> None:
    for found in (
        ORDERS,
        table("t", column("a", values=("x", "x", " ", "y")), column("b", "BOOLEAN", values=("true",))),
    ):
        kinds = Counter(document.kind for document in documents_of("shop", found))
        assert {kind: count for kind, count in count_of(found).items() if count} == dict(kinds)


def test_a_value_of_words_is_found_however_they_are_joined() -> None:
    visits = table("visits", column("status", values=("no_show", "walk-in", "2-for-1")))
    norms = [d.payload["norm"] for d in kind(documents(catalog(visits)), "value")]
    assert norms == [["no_show", "no show", "no-show"], ["walk-in", "walk in"], ["2-for-1"]]
