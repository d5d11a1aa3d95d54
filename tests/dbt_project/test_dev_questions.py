"""The development questions: their form, and their SQL on the sample project at full scale."""

from __future__ import annotations

from collections import Counter
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pytest
import yaml

from feedback.evaluation.suite import Item, load
from tests.support.project import PROJECT
from tests.support.questions import assert_plain, assert_total_order, language_of, rows, tables

QUESTIONS = Path(__file__).parents[2] / "benchmarks" / "questions" / "dev.yml"
FRESH = QUESTIONS.with_name("fresh.yml")
SECOND = QUESTIONS.with_name("second.yml")
ITEMS: list[dict[str, Any]] = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))["questions"]
ANSWERS = [item for item in ITEMS if item["expect"] == "answer"]
OTHERS = [item for item in ITEMS if item["expect"] != "answer"]

COMMON = {"id", "area", "language", "question", "expect", "answerable"}
PERSONAL = {"customer_name", "phone", "address", "clerk_name", "content"}
VIEWS = {f"{path.parent.name}.{path.stem}" for path in PROJECT.glob("models/ask_views/*/*.sql")}
MARTS = {f"{path.parents[1].name}.{path.stem}" for path in PROJECT.glob("models/*/marts/*.sql")}

each_answer = pytest.mark.parametrize("item", ANSWERS, ids=lambda item: item["id"])


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["id"])
def test_fields(item: dict[str, Any]) -> None:
    answer = item["expect"] == "answer"
    assert set(item) == COMMON | ({"topic", "difficulty", "ordered", "sql"} if answer else {"accept", "reason"})
    assert item["id"].startswith(f"{item['area']}-")
    assert item["language"] == language_of(item["question"])
    if not answer:
        assert item["expect"] in item["accept"]


def test_mix() -> None:
    assert (len(ANSWERS), len(OTHERS)) == (110, 14)
    assert len({item["question"].casefold() for item in ITEMS}) == len(ITEMS)
    assert Counter(item["language"] for item in ITEMS)["ko"] / len(ITEMS) == pytest.approx(0.4, abs=0.05)
    assert Counter(item["answerable"] for item in ANSWERS)["view"] / len(ANSWERS) == pytest.approx(0.5, abs=0.04)
    assert Counter(item["area"] for item in ANSWERS)["shop"] / len(ANSWERS) == pytest.approx(0.5, abs=0.04)
    assert set(Counter(item["topic"] for item in ANSWERS).values()) == {6, 7}


def test_evaluation_reads_them() -> None:
    suite = {item.id: item for item in load(QUESTIONS)}
    assert suite.keys() == {item["id"] for item in ITEMS}
    for item in ANSWERS:
        assert suite[item["id"]].groups["topic"] == item["topic"]


def test_forty_of_the_second_are_held_out() -> None:
    assert Counter(item.groups["topic"] for item in load(SECOND)) == {"development": 60, "held-out": 40}
    assert Counter(item.groups["language"] for item in load(SECOND)) == {"en": 50, "ko": 50}


@each_answer
def test_relations(item: dict[str, Any]) -> None:
    assert_plain(item["sql"], PERSONAL)
    assert tables(item["sql"]) <= (VIEWS if item["answerable"] == "view" else MARTS)


def test_no_view_shows_a_question_as_its_example() -> None:
    shown = [
        question.casefold()
        for path in PROJECT.glob("models/ask_views/*/*.yml")
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
        for question in model["config"]["meta"]["dbt_ask"]["view"]["questions"]
    ]
    assert shown
    alike = {item["id"]: get_close_matches(item["question"].casefold(), shown, cutoff=0.75) for item in ITEMS}
    assert not any(alike.values()), alike


@pytest.mark.slow
@pytest.mark.timeout(1800)
@each_answer
def test_answer(full_warehouse: Any, item: dict[str, Any]) -> None:
    answer = rows(full_warehouse, item["sql"])
    assert answer
    assert all(value is not None for row in answer for value in row)
    assert_total_order(full_warehouse, item["sql"])


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("item", [i for i in (*load(FRESH), *load(SECOND)) if i.sql], ids=lambda item: item.id)
def test_fresh_answer(full_warehouse: Any, item: Item) -> None:
    assert item.groups["language"] == language_of(item.question)
    answer = rows(full_warehouse, item.sql)
    assert any(value is not None for row in answer for value in row)
