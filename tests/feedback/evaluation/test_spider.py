"""The published data set, where DBT_ASK_SPIDER names its folder."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from backends.warehouse import open_sqlite
from backends.warehouse.base import Warehouse
from catalog_sync.schema_keys import load as load_keys
from catalog_sync.sqlite_schema import SQLiteSchema
from feedback.evaluation.metrics.clauses import Names, clauses
from feedback.evaluation.metrics.exact import exact_match
from feedback.evaluation.metrics.execution import as_reference, execution_match, policy_of
from feedback.evaluation.metrics.hardness import GRADES
from feedback.evaluation.suite import Suite, open_suite

FOLDER = os.environ.get("DBT_ASK_SPIDER", "")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path(FOLDER, "tables.json").is_file(), reason="DBT_ASK_SPIDER names no folder"),
]


@pytest.fixture(scope="module")
def suite() -> Suite:
    return open_suite(Path(FOLDER))


@pytest.fixture(scope="module")
def databases(suite: Suite) -> Iterator[dict[str, Warehouse]]:
    with ExitStack() as opened:
        made = {name: open_sqlite(suite.database(name)) for name in {i.database for i in suite.items}}
        for warehouse in made.values():
            opened.callback(warehouse.close)
        yield made


def test_reference_mode_says_what_the_official_evaluator_says(suite: Suite, databases: dict[str, Warehouse]) -> None:
    items = {item.id: item for item in suite.items}
    differ: list[Any] = []
    for line in Path(FOLDER, "predictions.jsonl").read_text(encoding="utf-8").splitlines():
        raw = json.loads(line)
        item = items[raw["id"]]
        gold, given = as_reference(item.sql), as_reference(raw["sql"])
        policy = policy_of("spider", "reference", item.sql)
        found = execution_match(gold, given, [databases[item.database]], policy)
        if found.right != raw["test_suite_execution_match"]:
            differ.append((raw["id"], raw["system"]))
    assert differ == []


def test_every_statement_has_clauses(suite: Suite) -> None:
    assert suite.tables is not None
    keys = load_keys(suite.tables)
    names = {n: Names.of(SQLiteSchema(suite.database(n), keys[n]).read()) for n in {i.database for i in suite.items}}
    for item in suite.items:
        for mode in ("reference", "strict"):
            read = clauses(item.sql, names[item.database], mode)
            assert read.tables
            assert exact_match(read, read, mode)
        assert item.groups["hardness"] in GRADES
