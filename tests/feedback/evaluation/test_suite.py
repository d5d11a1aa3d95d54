from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from feedback.errors import EvaluationError
from feedback.evaluation.suite import folder_of, instances, open_suite

SPIDER = {"db_id": "shop", "question": "how many?", "query": "select count(*) from t"}
BIRD = {
    "question_id": 7, "db_id": "shop", "question": "how many?", "SQL": "select a from t order by a",
    "evidence": "many means more than one", "difficulty": "simple",
}  # fmt: skip


def database(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table t (a)")


def test_spider(tmp_path: Path) -> None:
    (tmp_path / "dev.json").write_text(json.dumps([SPIDER]), encoding="utf-8")
    (tmp_path / "tables.json").write_text("[]", encoding="utf-8")
    database(tmp_path / "database" / "shop" / "shop.sqlite")
    database(tmp_path / "database" / "shop" / "shop_1.sqlite")
    suite = open_suite(tmp_path)
    assert (suite.benchmark, suite.tables) == ("spider", tmp_path / "tables.json")
    assert suite.database("shop").name == "shop.sqlite"
    assert [p.name for p in instances(tmp_path / "database", "shop")] == ["shop.sqlite", "shop_1.sqlite"]
    (item,) = suite.items
    assert (item.id, item.sql, item.database, item.ordered) == ("1", "select count(*) from t", "shop", False)
    assert item.groups == {"database": "shop", "hardness": "easy"}


def test_bird(tmp_path: Path) -> None:
    (tmp_path / "dev.json").write_text(json.dumps([BIRD]), encoding="utf-8")
    database(tmp_path / "dev_databases" / "shop" / "shop.sqlite")
    suite = open_suite(tmp_path)
    (item,) = suite.items
    assert (suite.benchmark, item.id, item.ordered, item.evidence) == ("bird", "7", True, "many means more than one")
    assert item.groups == {"database": "shop", "difficulty": "simple"}


def test_any_folder_of_databases(tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text(json.dumps({"question": "q", "sql": "select 1", "database": "shop"}) + "\n\n", encoding="utf-8")
    database(tmp_path / "data" / "shop.db")
    assert open_suite(file, tmp_path / "data").database("shop").name == "shop.db"
    with pytest.raises(EvaluationError, match="no folder of databases was named"):
        open_suite(file)
    with pytest.raises(EvaluationError, match="there is no database 'shop' in"):
        open_suite(file, tmp_path)


def test_a_folder_without_questions(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="no questions in"):
        open_suite(tmp_path)


def test_a_fingerprint_is_of_what_is_expected(tmp_path: Path) -> None:
    prints = set()
    for sql in ("select 1", "select 2", "select 1"):
        (tmp_path / "a.json").write_text(json.dumps([{"question": "q", "sql": sql}]), encoding="utf-8")
        prints.add(open_suite(tmp_path / "a.json").fingerprint)
    assert len(prints) == 2


def test_an_id_names_no_other_folder() -> None:
    assert folder_of("../../x y") == ".._.._x_y"
