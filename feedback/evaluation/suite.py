"""A suite: questions with what is expected of the answer. Read from YAML, JSON or JSONL, or a folder laid out as Spider
or BIRD have it:

    tables.json (or dev_tables.json)      keys and readable names
    questions.jsonl (or dev.json, ...)    question, database (or db_id), sql (or query, SQL)
    databases/NAME.sqlite                 or database/NAME/NAME.sqlite, where more files are a test suite
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from feedback.errors import EvaluationError
from feedback.evaluation.metrics.clauses import clauses
from feedback.evaluation.metrics.execution import Benchmark, asks_for_order
from feedback.evaluation.metrics.hardness import hardness

ANSWER = "answer"
_OUTCOMES = frozenset({ANSWER, "refuse", "clarify"})
_QUESTIONS = ("questions.yml", "questions.jsonl", "dev.jsonl", "dev.json", "mini_dev_sqlite.json", "test.json")
_TABLES = ("tables.json", "dev_tables.json")
_DATABASES = ("databases", "database", "dev_databases", "test_database")
_ENDINGS = (".sqlite", ".sqlite3", ".db")
_GROUPS = ("area", "language", "topic", "answerable", "difficulty", "hardness", "database")
_HELP = "see docs/evaluation.md for the form"


@dataclass(frozen=True)
class Item:
    """`sql` and each of `also` are right answers. `accept` are the outcomes that are right: answer, refuse, clarify.

    `groups` are the groups that the item is counted in, by their kind: {"language": "ko", "answerable": "view"}.
    `database` names one of the suite's databases, "" is the project's own warehouse.
    """

    id: str
    question: str
    accept: frozenset[str]
    sql: str = ""
    also: tuple[str, ...] = ()
    ordered: bool = False
    groups: Mapping[str, str] = field(default_factory=dict)
    database: str = ""
    evidence: str = ""

    @property
    def answerable(self) -> bool:
        return ANSWER in self.accept


@dataclass(frozen=True)
class Suite:
    """`benchmark`: by whose rules the reference verdicts are made. `tables` is the file of keys, if there is one."""

    name: str
    items: tuple[Item, ...]
    benchmark: Benchmark = "spider"
    databases: Path | None = None
    tables: Path | None = None

    @property
    def fingerprint(self) -> str:
        """Changes when a question or what is expected of it does."""
        parts = [[i.id, i.question, i.sql, *i.also, *sorted(i.accept), str(i.ordered)] for i in self.items]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]

    def database(self, name: str) -> Path:
        """Raises EvaluationError: a missing database is never a pass."""
        found = instances(self.databases, name) if self.databases else ()
        if not found:
            where = f"in {self.databases}" if self.databases else "and no folder of databases was named"
            raise EvaluationError(f"there is no database {name!r} {where}", hint="name the folder with --databases")
        return found[0]

    def files_of(self, item: Item, more: Path | None = None) -> tuple[Path, ...]:
        """Every database that an answer must be right on: the real one, the others in its folder, and those of `more`
        that were made for the database or for this question."""
        real = self.database(item.database)
        beside = instances(self.databases, item.database) if self.databases else ()
        made = [p for n in (item.database, folder_of(item.id)) for p in (instances(more, n) if more else ())]
        return tuple(dict.fromkeys((real, *beside, *made)))


def instances(folder: Path, name: str) -> tuple[Path, ...]:
    """The SQLite files of one database, the one of its own name first."""
    direct = [folder / f"{name}{ending}" for ending in _ENDINGS]
    own = [folder / name / f"{name}{ending}" for ending in _ENDINGS]
    inside = [p for p in sorted((folder / name).glob("*")) if p.suffix in _ENDINGS] if (folder / name).is_dir() else []
    return tuple(dict.fromkeys(p for p in (*direct, *own, *inside) if p.is_file()))


def folder_of(item_id: str) -> str:
    """The name of the folder in which a question has instances of its own."""
    return re.sub(r"[^\w.-]", "_", item_id)


def open_suite(path: Path, databases: Path | None = None) -> Suite:
    """A file, or a folder in one of the layouts. Raises EvaluationError that names the item and the field."""
    folder = path if path.is_dir() else path.parent
    file = _first(path, _QUESTIONS) if path.is_dir() else path
    if file is None:
        raise EvaluationError(f"no questions in {path}: none of {', '.join(_QUESTIONS)}", hint=_HELP)
    raw = _records(file)
    if databases is None and path.is_dir():
        databases = _first(path, _DATABASES)
    benchmark: Benchmark = "bird" if any("SQL" in record for record in raw if isinstance(record, dict)) else "spider"
    suite = Suite(path.stem, _items(raw, file), benchmark, databases, _first(folder, _TABLES) if databases else None)
    for name in sorted({item.database for item in suite.items if item.database}):
        suite.database(name)
    return suite


def load(path: Path) -> tuple[Item, ...]:
    """The items of a file alone."""
    return _items(_records(path), path)


def _first(folder: Path, names: Iterable[str]) -> Path | None:
    return next((folder / name for name in names if (folder / name).exists()), None)


def _records(path: Path) -> list[Any]:
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".jsonl":
            data: Any = [json.loads(line) for line in text.splitlines() if line.strip()]
        else:
            data = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise EvaluationError(f"the suite {path} can't be read: {error}", hint=_HELP) from error
    questions = data.get("questions") if isinstance(data, dict) else data
    if not isinstance(questions, list) or not questions:
        raise EvaluationError(f"the suite {path} has no questions", hint=_HELP)
    return questions


def _items(raw: list[Any], path: Path) -> tuple[Item, ...]:
    items = tuple(_item(record, place) for place, record in enumerate(raw, start=1))
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            raise EvaluationError(f"the id {item.id!r} stands twice in {path}", hint="ids must be unique")
        seen.add(item.id)
    return items


def _item(raw: Any, place: int) -> Item:
    if not isinstance(raw, dict) or not raw.get("question"):
        raise EvaluationError(f"item {place} of the suite has no question", hint=_HELP)
    name = str(raw["id"] if "id" in raw else raw.get("question_id", place))
    expected = {str(raw.get("expect", ANSWER)), *map(str, raw.get("accept") or ())}
    if not expected <= _OUTCOMES:
        wrong = ", ".join(sorted(expected - _OUTCOMES))
        raise EvaluationError(f"item {name} expects {wrong}", hint=f"one of {', '.join(sorted(_OUTCOMES))}")
    sql = str(raw.get("sql") or raw.get("query") or raw.get("SQL") or "").strip()
    if ANSWER in expected and not sql:
        raise EvaluationError(f"item {name} expects an answer and has no sql", hint="add the verified SQL")
    database = str(raw.get("database") or raw.get("db_id") or "")
    ordered = raw.get("ordered")
    groups = {kind: str(raw[kind]) for kind in _GROUPS if raw.get(kind) is not None}
    return Item(
        id=name,
        question=str(raw["question"]),
        accept=frozenset(expected),
        sql=sql,
        also=tuple(map(str, raw.get("also") or ())),
        ordered=asks_for_order(sql, "sqlite") if ordered is None and database else bool(ordered),
        groups={**_graded(groups, sql), "database": database} if database else groups,
        database=database,
        evidence=str(raw.get("evidence") or ""),
    )


def _graded(groups: Mapping[str, str], sql: str) -> dict[str, str]:
    """With Spider's hardness, where the suite has no grades of its own."""
    if "difficulty" in groups or "hardness" in groups or not sql:
        return dict(groups)
    return {**groups, "hardness": hardness(clauses(sql, mode="reference"), "reference")}
