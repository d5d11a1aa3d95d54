"""Percentages are compared with what a column is told to hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog_sync.model import Catalog
from plugin.generator.generate.phrases.english.questions import readings
from plugin.generator.generate.phrases.korean.questions import readings as korean
from plugin.generator.generate.phrases.korean.spoken import spoken
from plugin.generator.generate.phrases.question import question_of
from plugin.generator.generate.phrases.schema import Schema, schema_of
from plugin.generator.generate.phrases.stage import written
from plugin.generator.generate.phrases.tokens import tokens
from tests.support.catalogs import table

QUESTIONS = (
    "How many shops have a tax rate of at least 5%?",
    "How many shops have a tax rate of at least 5 percent?",
    "세율이 5% 이상인 상점은 몇 개야?",
)
COUNT = "SELECT COUNT(*) AS count FROM main.shops WHERE shops.tax_rate >= "


def schema(told: str) -> Schema:
    shops = table("shops", "shop_id int, tax_rate decimal", key="shop_id")
    spoken_of = (replace(c, description=told, synonyms=("세율",)) if c.name == "tax_rate" else c for c in shops.columns)
    shops = replace(shops, columns=tuple(spoken_of), synonyms=("상점",))
    return schema_of(tuple(Catalog("shop", "duckdb", (shops,))))


def read(question: str, of: Schema) -> list[str]:
    if question.isascii():
        return written(readings(question_of(tokens(question), of, ())), of, "duckdb")
    return written(korean(spoken(question, of, (), None, ())), of, "duckdb")  # type: ignore[arg-type]


@pytest.mark.parametrize("question", QUESTIONS)
def test_of_a_column_that_says_what_it_holds(question: str) -> None:
    assert read(question, schema("As a fraction of revenue: 0.06 is 6 %.")) == [f"{COUNT}0.05"]
    assert read(question, schema("In percent of revenue.")) == [f"{COUNT}5"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_of_one_that_does_not_it_is_not_known(question: str) -> None:
    assert read(question, schema("Sales tax of the city.")) == []


def test_so_many_percent_are_no_number_of_rows() -> None:
    assert read("How many shops have more than 5% shops?", schema("")) == []


@pytest.mark.parametrize("question", ["Which 8% largest shops are there?", "What are the top 8% highest tax rates?"])
def test_so_many_percent_are_no_limit(question: str) -> None:
    assert read(question, schema("")) == []
