"""Judges SQL that another system wrote, so that it can be put beside our own runs.

JSON lines with `id`, `sql` and, where a file holds several, `system`; or one statement a line in the order of the
suite, as Spider's own evaluator takes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backends.warehouse import open_sqlite
from catalog_sync import schema_keys
from catalog_sync.sqlite_schema import SQLiteSchema
from feedback.errors import EvaluationError
from feedback.evaluation.judge import Ground
from feedback.evaluation.metrics.clauses import Names
from feedback.evaluation.run import Result, run
from feedback.evaluation.suite import Item, Suite


@dataclass(frozen=True)
class Written:
    """An answer of which nothing is known but its SQL."""

    sql: str | None
    status: str = "answered"
    rows: list[list[Any]] = field(default_factory=list)
    timings_ms: dict[str, float] = field(default_factory=lambda: {"total": 0.0})
    confidence: float = 0.0
    receipt: dict[str, Any] = field(default_factory=dict)


def load(path: Path, suite: Suite) -> dict[str, dict[str, str]]:
    """SQL by system and id. Raises EvaluationError."""
    try:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        if path.suffix != ".jsonl":
            return {path.stem: _in_order(lines, path, suite)}
        found: dict[str, dict[str, str]] = {}
        for raw in map(json.loads, lines):
            found.setdefault(str(raw.get("system") or path.stem), {})[str(raw["id"])] = str(raw["sql"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EvaluationError(
            f"the predictions {path} can't be read: {error!r}", hint="JSON lines with id and sql, or one SQL a line"
        ) from error
    return found


def judge_all(
    suite: Suite,
    written: Mapping[str, str],
    progress: Callable[[str, int, int], None] = lambda *_: None,
    *,
    more: Path | None = None,
    repeats: int = 0,
    done: Mapping[str, Result] | None = None,
    keep: Callable[[Result], None] = lambda _result: None,
) -> None:
    """Each result goes to `keep`. A question without a statement is a failed one; one that is not answerable, or has no
    database, is an error: there is nothing to judge."""
    for item in suite.items:
        if not item.database or not item.answerable:
            raise EvaluationError(f"{item.id} has no database to judge it on", hint="predictions need such a suite")
    keys = schema_keys.load(suite.tables) if suite.tables else {}
    names: dict[str, Names] = {}
    with ExitStack() as opened:

        def ground(item: Item) -> Ground:
            files = suite.files_of(item, more)
            if item.database not in names:
                names[item.database] = Names.of(SQLiteSchema(files[0], keys.get(item.database)).read())
            databases = tuple(map(open_sqlite, files))
            for database in databases:
                opened.callback(database.close)
            return Ground(databases, names[item.database], suite.benchmark)

        def ask(item: Item) -> Written:
            sql = written.get(item.id)
            return Written(sql, "answered" if sql else "failed")

        run(suite.items, ask, ground, progress, done=done, keep=keep, repeats=repeats)


def _in_order(lines: list[str], path: Path, suite: Suite) -> dict[str, str]:
    if len(lines) != len(suite.items):
        raise EvaluationError(
            f"{path} has {len(lines)} statements for {len(suite.items)} questions", hint="one a line, in their order"
        )
    return {item.id: line.split("\t")[0] for item, line in zip(suite.items, lines, strict=True)}
