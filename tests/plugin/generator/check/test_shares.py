"""Conditions of the whole and of the part, of ratios."""

from __future__ import annotations

import sqlglot

from plugin.generator.ask import ValueHit
from plugin.generator.check.repairs.shares import repair

DRINK = ValueHit(table="items", column="kind", value="beverage", phrase="drink", score=1.0)
AIR = ValueHit(table="lines", column="mode", value="AIR", phrase="air", score=1.0)


def mended(sql: str, question: str, *hits: ValueHit) -> str:
    tree = sqlglot.parse_one(sql, read="duckdb")
    repair(tree, question, hits)
    return tree.sql("duckdb")


def test_what_is_said_of_the_whole_is_a_condition_of_both_sides() -> None:
    sql = "SELECT SUM(CASE WHEN mode = 'AIR' THEN late END) / SUM(n) FROM lines"
    assert mended(sql, "What share of the lines by air are late?", AIR) == (
        "SELECT SUM(CASE WHEN TRUE THEN late END) / SUM(n) FROM lines WHERE mode = 'AIR'"
    )


def test_a_part_keeps_its_only_condition() -> None:
    sql = "SELECT SUM(CASE WHEN kind = 'beverage' THEN 1 ELSE 0 END) / COUNT(*) FROM items"
    assert mended(sql, "What share of orders contains a drink?", DRINK) == sql


def test_a_condition_of_the_part_is_none_of_both() -> None:
    sql = "SELECT SUM(n) / SUM(n) FROM lines WHERE mode = 'AIR'"
    assert mended(sql, "What share of the lines went by air?", AIR) == (
        "SELECT SUM(CASE WHEN mode = 'AIR' THEN n ELSE 0 END) / SUM(n) FROM lines"
    )
