"""The golden questions: their form, and their SQL on the sample project at full scale."""

from __future__ import annotations

import re
from collections import Counter
from difflib import get_close_matches
from typing import Any

import pytest
import yaml

from feedback.evaluation.compare import Policy, compare
from feedback.evaluation.suite import load
from tests.support.project import PROJECT
from tests.support.questions import assert_plain, assert_total_order, language_of, rows, tables, tree

QUESTIONS = PROJECT / "golden" / "questions.yml"
README = (PROJECT / "golden" / "README.md").read_text(encoding="utf-8")
ITEMS: list[dict[str, Any]] = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))["questions"]
ANSWERS = [item for item in ITEMS if item["expect"] == "answer"]
OTHERS = [item for item in ITEMS if item["expect"] != "answer"]

COMMON = {"id", "area", "language", "question", "expect", "answerable", "difficulty"}
ANSWER = COMMON | {"topics", "ordered", "sql"}
OTHER = COMMON | {"accept", "reason"}
TOPICS = set(re.findall(r"`(\w+)`", next(line for line in README.splitlines() if "`topics`" in line))) - {"topics"}
REASONS = {"not_in_data", "ambiguous", "pii", "change_data"}
PERSONAL = {"customer_name", "phone", "address", "clerk_name", "content"}
RELATIVE = re.compile(
    r"\b(today|yesterday|(last|this) (week|month|quarter|year)|last \d+ (days|months))\b|so far this year"
    "|오늘|어제|지난달|지난 분기|이번 달|작년|올해|최근 [0-9]+일"
)
VIEWS = {f"{path.parent.name}.{path.stem}" for path in PROJECT.glob("models/ask_views/*/*.sql")}
MARTS = {f"{path.parents[1].name}.{path.stem}" for path in PROJECT.glob("models/*/marts/*.sql")}


def all_sql(item: dict[str, Any]) -> list[str]:
    return [item["sql"], *item.get("also", []), *([item["check_sql"]] if "check_sql" in item else [])]


def share(items: list[dict[str, Any]], field: str, value: str) -> float:
    return Counter(item[field] for item in items)[value] / len(items)


each_item = pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["id"])
each_answer = pytest.mark.parametrize("item", ANSWERS, ids=lambda item: item["id"])


@each_item
def test_fields(item: dict[str, Any]) -> None:
    answer = item["expect"] == "answer"
    needed, optional = (ANSWER, {"also", "check_sql"}) if answer else (OTHER, set[str]())
    assert needed <= set(item) <= needed | optional
    assert item["id"].startswith(f"{item['area']}-")
    assert item["area"] in {"shop", "supply"}
    assert item["language"] == language_of(item["question"])
    assert item["difficulty"] in {"easy", "medium", "hard"}
    if answer:
        assert item["answerable"] in {"view", "base"}
        assert item["topics"]
        assert set(item["topics"]) <= TOPICS
        assert isinstance(item["ordered"], bool)
        assert len(item.get("also", [])) <= 3
    else:
        assert item["answerable"] == "none"
        assert item["reason"] in REASONS
        assert item["expect"] in item["accept"]
        assert set(item["accept"]) <= {"refuse", "clarify"}


def test_ids_and_questions_stand_once() -> None:
    assert len({item["id"] for item in ITEMS}) == len(ITEMS)
    assert len({item["question"].casefold() for item in ITEMS}) == len(ITEMS)


def test_mix() -> None:
    assert len(ANSWERS) >= 104
    assert len(OTHERS) >= 12
    assert Counter(item["language"] for item in ITEMS)["ko"] >= 36
    assert Counter(item["language"] for item in OTHERS)["ko"] >= 4
    assert {item["reason"] for item in OTHERS} == REASONS
    assert {topic for item in ANSWERS for topic in item["topics"]} == TOPICS
    assert share(ANSWERS, "answerable", "view") == pytest.approx(0.5, abs=0.04)
    assert share(ANSWERS, "area", "shop") == pytest.approx(0.5, abs=0.05)
    for difficulty, wanted in {"easy": 0.4, "medium": 0.4, "hard": 0.2}.items():
        assert share(ANSWERS, "difficulty", difficulty) == pytest.approx(wanted, abs=0.05)
    for language in ("en", "ko"):
        in_language = [item for item in ANSWERS if item["language"] == language]
        assert share(in_language, "answerable", "view") == pytest.approx(0.5, abs=0.06)


def test_evaluation_reads_them() -> None:
    suite = {item.id: item for item in load(QUESTIONS)}
    assert suite.keys() == {item["id"] for item in ITEMS}
    for item in ITEMS:
        assert suite[item["id"]].accept == set(item.get("accept", ["answer"]))


@each_answer
def test_relations(item: dict[str, Any]) -> None:
    for sql in all_sql(item):
        assert tables(sql) <= VIEWS | MARTS
    if item["answerable"] == "view":
        assert all(tables(sql) <= VIEWS for sql in [item["sql"], *item.get("also", [])])
        assert tables(item["check_sql"]) <= MARTS
    else:
        assert all(tables(sql) & MARTS for sql in [item["sql"], *item.get("also", [])])


def test_half_of_the_base_questions_are_checked() -> None:
    base = [item for item in ANSWERS if item["answerable"] == "base"]
    assert sum("check_sql" in item for item in base) * 2 >= len(base)


@each_answer
def test_sql_is_one_plain_query(item: dict[str, Any]) -> None:
    for sql in all_sql(item):
        assert_plain(sql, PERSONAL)
    if item["ordered"]:
        assert tree(item["sql"]).args.get("order")
    if RELATIVE.search(item["question"].lower()):
        assert "relative_date" in item["topics"]


def test_no_view_shows_a_golden_question_as_its_example() -> None:
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
def test_today_is_what_the_header_says(full_warehouse: Any) -> None:
    header = QUESTIONS.read_text(encoding="utf-8").partition("questions:")[0]
    for area in ("shop", "supply"):
        [(today,)] = rows(full_warehouse, f"select max(order_date) from {area}.{area}_orders")
        assert f"{area} {today}" in header


@pytest.mark.slow
@pytest.mark.timeout(1800)
@each_answer
def test_gold_answer(full_warehouse: Any, item: dict[str, Any]) -> None:
    policy = Policy(rows="ordered" if item["ordered"] else "bag", digits=9)
    gold = rows(full_warehouse, item["sql"])
    assert gold
    assert all(value is not None for row in gold for value in row)
    if "check_sql" in item:
        assert compare(gold, rows(full_warehouse, item["check_sql"]), policy)
    for sql in item.get("also", []):
        other = rows(full_warehouse, sql)
        assert other
        assert not compare(gold, other, policy), "an alternative that gives the same rows is of no use"


@pytest.mark.slow
@pytest.mark.timeout(1800)
@each_answer
def test_order_is_total(full_warehouse: Any, item: dict[str, Any]) -> None:
    for sql in [item["sql"], *item.get("also", [])]:
        assert_total_order(full_warehouse, sql)
