"""The golden questions: their form, and their SQL on the sample project at full scale."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

import portalocker
import pytest
import yaml
from sqlglot import exp, parse_one

from feedback.evaluation.compare import Policy, compare
from feedback.evaluation.suite import load
from tests.support.project import PROJECT, copy_sources, dbt, generate

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


def tree(sql: str) -> exp.Expression:
    return parse_one(sql, dialect="duckdb")


def tables(sql: str) -> set[str]:
    parsed = tree(sql)
    ctes = {cte.alias for cte in parsed.find_all(exp.CTE)}
    return {
        f"{table.db}.{table.name}" if table.db else table.name
        for table in parsed.find_all(exp.Table)
        if table.db or table.name not in ctes
    }


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
    assert item["language"] == ("ko" if re.search("[가-힣]", item["question"]) else "en")
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
        query = tree(sql)
        assert isinstance(query, exp.Query)
        assert not {column.name for column in query.find_all(exp.Column)} & PERSONAL
        assert not list(query.find_all(exp.CurrentDate, exp.CurrentTimestamp))
        for select in query.find_all(exp.Select):
            assert not select.args.get("limit") or select.args.get("order")
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


@pytest.fixture(scope="module")
def warehouse(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The sample project at full scale. The generated files are kept between runs, the warehouse is built anew."""
    import duckdb

    assert request.config.cache is not None
    raw = request.config.cache.mkdir("sample_project_raw")
    project = copy_sources(tmp_path_factory.mktemp("golden") / "dbt_project")
    (project / "data").mkdir()
    (project / "data" / "raw").symlink_to(raw, target_is_directory=True)
    with portalocker.Lock(raw / "lock", timeout=1200):
        generate(project)
    dbt(project, "run")
    with duckdb.connect(str(project / "data" / "warehouse.duckdb"), read_only=True) as connection:
        yield connection
    shutil.rmtree(project)


def rows(warehouse: Any, sql: str) -> list[tuple[Any, ...]]:
    return list(warehouse.execute(sql).fetchall())


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_today_is_what_the_header_says(warehouse: Any) -> None:
    header = QUESTIONS.read_text(encoding="utf-8").partition("questions:")[0]
    for area in ("shop", "supply"):
        [(today,)] = rows(warehouse, f"select max(order_date) from {area}.{area}_orders")
        assert f"{area} {today}" in header


@pytest.mark.slow
@pytest.mark.timeout(1800)
@each_answer
def test_gold_answer(warehouse: Any, item: dict[str, Any]) -> None:
    policy = Policy(rows="ordered" if item["ordered"] else "bag", digits=9)
    gold = rows(warehouse, item["sql"])
    assert gold
    assert all(value is not None for row in gold for value in row)
    if "check_sql" in item:
        assert compare(gold, rows(warehouse, item["check_sql"]), policy)
    for sql in item.get("also", []):
        other = rows(warehouse, sql)
        assert other
        assert not compare(gold, other, policy), "an alternative that gives the same rows is of no use"


@pytest.mark.slow
@pytest.mark.timeout(1800)
@each_answer
def test_order_is_total(warehouse: Any, item: dict[str, Any]) -> None:
    for sql in [item["sql"], *item.get("also", [])]:
        query = tree(sql)
        if query.args.get("order"):
            keys = [row[-width:] for width, row in sort_keys(warehouse, query)]
            assert len(set(keys)) == len(keys), "rows tie in the order, or at the cut"


def sort_keys(warehouse: Any, query: exp.Expression) -> list[tuple[int, tuple[Any, ...]]]:
    """Rows of the query and the first one cut off, the values that they are sorted by at the end of each."""
    assert isinstance(query, exp.Select)
    named = {projection.alias_or_name: projection.unalias() for projection in query.selects}
    keys = []
    for ordered in query.args["order"].expressions:
        key = ordered.this
        if key.is_int:
            key = query.selects[int(key.name) - 1].unalias()
        elif isinstance(key, exp.Column) and not key.table and key.name in named:
            key = named[key.name]
        keys.append(key.copy())
    wider = query.select(*(exp.alias_(key, f"sort_key_{place}") for place, key in enumerate(keys)))
    limit = query.args.get("limit")
    if limit:
        wider = wider.limit(int(limit.expression.name) + 1)
    return [(len(keys), row) for row in rows(warehouse, wider.sql(dialect="duckdb"))]
