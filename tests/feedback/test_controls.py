"""Cards that are known to be wrong: how they are made, and what becomes of who approves one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from catalog_sync.model import Catalog
from feedback import audit, controls, reviewing
from feedback.desk import Decision
from feedback.errors import MoveRefused
from feedback.examine import Examiner
from feedback.intake import Intake
from feedback.metrics import Share
from feedback.model import CONTROL, ExampleRecord
from feedback.training.rows import collect
from tests.feedback.conftest import OTHER, PUBLISHER, REVIEWER, Shop

BY_STATUS = "select count(*) as orders from orders where status = '{}'"


def more_values(catalog: Catalog) -> Catalog:
    """A third status: a question about the second with SQL about the third."""
    tables = []
    for table in catalog:
        columns = tuple(
            replace(c, values=("open", "shipped", "lost"), value_synonyms={"open": ("열린",), "shipped": ("배송된",)})
            if c.name == "status" else c
            for c in table.columns
        )  # fmt: skip
        tables.append(replace(table, columns=columns))
    return catalog.with_tables(tuple(tables))


@pytest.fixture
def intake(shop: Shop) -> Intake:
    rules = replace(shop.loop.rules, benchmark_share=0.0)
    catalog = more_values(shop.catalog)
    return Intake(shop.loop.examples, Examiner(shop.warehouse, catalog), shop.embedder, rules)


def control(shop: Shop, intake: Intake) -> ExampleRecord:
    shop.published("How many orders are lost?", BY_STATUS.format("lost"))
    (made,) = controls.make(shop.loop.examples, intake, PUBLISHER, 1)
    return made


def test_the_question_is_about_one_value_and_the_sql_about_another(shop: Shop, intake: Intake) -> None:
    made = control(shop, intake)
    version = shop.loop.examples.version(made.id, 1)
    pair = (made.question, version.sql.split("'")[1])
    assert pair in (("How many orders are open?", "shipped"), ("How many orders are shipped?", "open"))
    assert {check["outcome"] for check in version.checks} == {"ok"}
    assert (made.state, made.source, made.control) == ("candidate", controls.SOURCE, "wrong_filter")
    assert controls.make(shop.loop.examples, intake, PUBLISHER, 1) == []  # one waits


def test_a_korean_question_keeps_its_words(shop: Shop, intake: Intake) -> None:
    shop.published("열린 주문은 몇 건인가요?", BY_STATUS.format("open"))
    made = controls.make(shop.loop.examples, intake, PUBLISHER, 1)
    assert [e.question for e in made] in ([], ["배송된 주문은 몇 건인가요?"])  # "lost" has no Korean name


def test_whoever_approves_it_has_not_looked_and_it_is_rejected_at_once(shop: Shop, intake: Intake) -> None:
    made, desk, began = control(shop, intake), shop.loop.desk, shop.loop.clock()
    shop.loop.clock.later(seconds=1)
    done = desk.decide("approve", made.id, REVIEWER, Decision(seconds=3))
    assert (done.state, done.reason, done.live) == ("rejected", "wrong_filter", None)
    assert [(row.action, row.person) for row in audit.read(shop.loop.engine, key=made.id)[:2]] == [
        ("reject", "dbt-ask"), ("approve", "rob"),
    ]  # fmt: skip
    with pytest.raises(MoveRefused):
        desk.undo(made.id, REVIEWER)
    assert made.id not in [row.provenance["example"] for row in collect(shop.loop.examples, intake.catalog)]
    found = reviewing.measure(*reviewing.load(shop.loop.engine, "shop", began + timedelta(seconds=1), lambda _: True))
    assert (found.decided, found.caught, found.fell) == (1, Share(0, 1), Share(0, 0))


def test_who_rejects_it_has_looked(shop: Shop, intake: Intake) -> None:
    made, began = control(shop, intake), shop.loop.clock()
    shop.loop.clock.later(seconds=1)
    shop.loop.desk.decide("reject", made.id, REVIEWER, Decision("wrong_filter"))
    found = reviewing.measure(*reviewing.load(shop.loop.engine, "shop", began + timedelta(seconds=1), lambda _: True))
    assert (found.decided, found.caught) == (1, Share(1, 1))


def test_an_edited_control_is_an_example_like_any_other(shop: Shop, intake: Intake) -> None:
    made = control(shop, intake)
    value = "open" if "open" in made.question else "shipped"
    text = intake.examine(made.question, BY_STATUS.format(value), but=made.id).text
    shop.loop.desk.edit(made.id, text, REVIEWER)
    assert shop.loop.desk.decide("approve", made.id, OTHER).state == "verified"
    assert CONTROL in shop.loop.examples.get(made.id).origin
