"""Questions of one kind, for the learning curve."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from benchmarks import stream
from benchmarks.plot import lines
from feedback.evaluation.suite import Item
from tests.support.catalogs import shop

OF_STORE = "SELECT SUM(amount) FROM stores WHERE store_name = '{}' AND y = {}"
ASKED = [
    Item("a", "What did Brooklyn sell in 2019?", frozenset({"answer"}), OF_STORE.format("Brooklyn", 2019)),
    Item("b", "Sales of Chicago in 2020", frozenset({"answer"}), OF_STORE.format("Chicago", 2020)),
]


def made_of(items: list[Item], most: int = 9) -> list[tuple[str, str]]:
    made = stream.siblings(items, shop(), "duckdb", most, lambda sql: "bad" not in sql)
    assert len({item.id for item in made}) == len(made)
    return [(item.question, item.sql) for item in made if "~" in item.id]


def test_values_are_exchanged_in_the_question_and_its_sql_alike() -> None:
    made = made_of(ASKED)
    assert set(made[:3]) == {
        ("What did Chicago sell in 2019?", OF_STORE.format("Chicago", 2019)),
        ("What did Brooklyn sell in 2020?", OF_STORE.format("Brooklyn", 2020)),
        ("What did Chicago sell in 2020?", OF_STORE.format("Chicago", 2020)),
    }
    assert len(made) == 6
    assert len(made_of(ASKED, most=1)) == 2


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("브루클린의 매출", "SELECT 1 FROM stores WHERE store_name = 'Brooklyn'"),  # no other store has a Korean name
        ("Growth of Asia in 2019", "SELECT 1 FROM stores WHERE y IN (2019, 2018)"),  # 2018 follows from 2019
        ("How many stores are there?", "SELECT COUNT(*) FROM stores"),
        ("Revenue of bad stores in Brooklyn", "SELECT 'bad' FROM stores WHERE store_name = 'Brooklyn'"),  # gives no row
    ],
)
def test_what_has_no_sibling(question: str, sql: str) -> None:
    others = [
        Item("y", "Sales of 2017 and 2020", frozenset({"answer"}), "SELECT 1 FROM stores WHERE y IN (2017, 2020)")
    ]
    made = made_of([Item("x", question, frozenset({"answer"}), sql), *others])
    assert [q for q, _ in made if "Sales" not in q] == []


def test_two_values_of_a_question_stay_two() -> None:
    both = Item("x", "Brooklyn and Chicago", frozenset({"answer"}), "SELECT 'Brooklyn', 'Chicago' FROM stores")
    assert made_of([both]) == [("Chicago and Brooklyn", "SELECT 'Chicago', 'Brooklyn' FROM stores")]


def test_a_plot_is_xml_with_a_line_for_each_way() -> None:
    drawn = ElementTree.fromstring(lines({"without <x>": [0.2, 0.4], "with": [0.2, 0.9]}, "Right & first", "part"))
    found = [tag.get("points") for tag in drawn.iter("{http://www.w3.org/2000/svg}polyline")]
    assert len(found) == 2
    assert found[0] != found[1]
