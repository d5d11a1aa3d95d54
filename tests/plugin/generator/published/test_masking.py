from __future__ import annotations

import pytest

from plugin.generator.retrieve.contents import matched
from plugin.generator.retrieve.masking import jaccard, masked, masked_by_sql, skeleton, sql_skeleton


def test_names_and_literals_are_masked() -> None:
    question = "How many orders did the New York store have in 2020?"
    assert (
        masked(question, ["orders", "store_name"], ["New York"])
        == "how many <mask> did the <unk> <unk> <mask> have in <unk> ?"
    )


def test_a_name_wins_over_a_literal() -> None:
    assert masked("open orders", ["order_id"], ["open orders"]) == "<unk> <mask>"


def test_an_example_is_masked_by_its_own_statement() -> None:
    sql = "SELECT name FROM players WHERE club = 'Leeds' AND age > 20"
    found = masked_by_sql("Players of Leeds older than 20", sql, "sqlite")
    assert found == "<mask> of <unk> older than <unk>"


@pytest.mark.parametrize(
    ("question", "bare"),
    [
        ("What is the average age of all singers from France?", "what is the average _ all _"),
        ("Which stores have no customers?", "which _ have no _"),
        ("List the names of clubs, oldest first", "list the _ oldest first"),
        ("How many of them cost $20?", "how many _ them _"),
    ],
)
def test_question_skeletons(question: str, bare: str) -> None:
    assert skeleton(question) == bare


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("SELECT name FROM a WHERE x = 3", "SELECT title FROM b WHERE y = 'k' AND z > 2"),
        ("SELECT a.x FROM a JOIN b ON a.i = b.i", "SELECT T1.z FROM c AS T1 JOIN d AS T2 ON T1.k = T2.k"),
        ("SELECT x FROM a ORDER BY y", "SELECT x FROM a ORDER BY z ASC"),
        ("SELECT x, y FROM a", "SELECT z FROM b"),
    ],
)
def test_statements_of_one_form(a: str, b: str) -> None:
    assert jaccard(sql_skeleton(a, "sqlite"), sql_skeleton(b, "sqlite")) == 1.0


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("SELECT x FROM a ORDER BY y", "SELECT x FROM a ORDER BY y DESC"),
        ("SELECT COUNT(*) FROM a", "SELECT x FROM a"),
        ("SELECT x FROM a JOIN b ON a.i = b.i", "SELECT x FROM a"),
        ("this is no SQL (", "SELECT x FROM a"),
    ],
)
def test_statements_of_two_forms(a: str, b: str) -> None:
    assert jaccard(sql_skeleton(a, "sqlite"), sql_skeleton(b, "sqlite")) < 0.95


@pytest.mark.parametrize(
    ("value", "question", "score"),
    [
        ("France", "singers from France", 1.0),
        ("France", "France's singers", 1.0),
        ("New York", "in new york city", 1.0),
        ("Brooklyn", "the Brooklin store", 0.875),
        ("shipped", "shipping orders", 0.0),  # no word ends where the common part does
        ("id", "the id of orders", 0.0),
        ("no", "stores with no orders", 1.0),
        ("NOR", "north", 0.0),
        ("the", "the stores", 0.0),
    ],
)
def test_values_are_matched_by_whole_words(value: str, question: str, score: float) -> None:
    assert matched(value, question)[1] == score
