from __future__ import annotations

from feedback.sources.found import Found, Skipped
from feedback.sources.query_log import harvest
from tests.support.catalogs import shop


def entry(sql: str, count: int = 1, person: str = "") -> Found:
    return Found(sql, count=count, person=person)


def test_alike_queries_are_one_and_the_commonest_text_stands_for_them() -> None:
    got = harvest(
        [
            entry("select count(*) from orders where status = 'open'", 2, "ann"),
            entry("SELECT count(*) FROM orders o WHERE o.status = 'shipped'", 5, "bob"),
            entry("select count(*) from orders where status='open'", 1, "ann"),
        ],
        shop(),
    )
    (kept,) = got.kept
    assert (kept.sql, kept.count) == ("SELECT count(*) FROM orders o WHERE o.status = 'shipped'", 8)
    assert (kept.origin["people"], kept.origin["texts"], kept.person) == (2, 3, "")


def test_only_what_the_door_lets_in_over_cleared_tables() -> None:
    got = harvest(
        [
            entry("delete from orders", 3),
            entry("select customer_name from customers", 4),
            entry("select * from salaries", 2),
            entry("select 1", 9),
            entry("not sql at all", 2),
            Skipped("x", "no SQL"),
        ],
        shop(),
    )
    assert got.kept == ()
    assert got.refused["not_a_query"] == 5
    assert got.refused["unknown_table"] == 2
    assert (got.refused["no_table"], got.refused["unreadable"], got.read) == (9, 1, 6)
    assert sum(got.refused.values()) == 21


def test_rare_ones_are_left_out_and_wanted_ones_come_first() -> None:
    got = harvest(
        [
            entry("select count(*) from stores", 1),
            entry("select sum(amount) from orders", 4, "ann"),
            entry("select max(amount) from orders", 3, "ann"),
            entry("select max(o.amount) from orders o", 3, "bob"),
        ],
        shop(),
        most=2,
    )
    assert [k.count for k in got.kept] == [6, 4]
    assert got.rare == 1
