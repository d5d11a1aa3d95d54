"""Execution accuracy: run both statements and compare the rows. On one database: EX; on several: the test suite.

Spider: Yu et al. 2018 and Zhong et al. 2020 (test suite). BIRD: Li et al. 2023; Soft-F1: BIRD mini-dev.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

import sqlglot
from sqlglot.errors import SqlglotError

from backends.errors import (
    QueryFailed,
    QueryRefused,
    QueryTimeout,
    WarehouseBusy,
    WarehouseError,
    WarehouseUnavailable,
)
from backends.warehouse.base import Limits, Rows, Warehouse
from feedback.errors import EvaluationError
from feedback.evaluation.compare import BAG, ORDERED, Policy, Row, canonical, compare
from feedback.evaluation.metrics import Mode

Benchmark = Literal["spider", "bird"]
LIMITS = Limits(seconds=30.0, rows=100_000, bytes=256 * 1024 * 1024)
_SPLIT_OPERATORS = (("> =", ">="), ("< =", "<="), ("! =", "!="))


@dataclass(frozen=True)
class Match:
    """`empty`: right, but on no database did either return a row, so it proves little."""

    right: bool
    note: str = ""
    empty: bool = False


def policy_of(benchmark: Benchmark, mode: Mode, gold: str, dialect: str = "sqlite") -> Policy:
    """Spider: bags, columns in any order, the order of rows where the gold statement asks for one (in reference
    mode: says "order by" anywhere). BIRD: sets with columns as they come; strictly: bags."""
    if benchmark == "bird":
        return Policy("set", False, by_value=False) if mode == "reference" else Policy("bag", False)
    if mode == "reference":
        ordered = "order by" in gold.lower()
        return Policy("ordered" if ordered else "bag", by_value=False)
    return ORDERED if asks_for_order(gold, dialect) else BAG


def asks_for_order(sql: str, dialect: str) -> bool:
    """The outermost query has an ORDER BY."""
    try:
        tree = sqlglot.parse_one(sql, dialect=dialect)
    except SqlglotError:
        return "order by" in sql.lower()
    return tree.args.get("order") is not None


def as_reference(sql: str, dialect: str = "sqlite") -> str:
    """The text as Spider's evaluator runs it: without any DISTINCT, operators mended, this year is 2020."""
    for split, whole in _SPLIT_OPERATORS:
        sql = sql.replace(split, whole)
    try:
        tokens = sqlglot.tokenize(sql, dialect=dialect)
    except SqlglotError:
        return sql
    for token in reversed(tokens):
        if token.token_type == sqlglot.TokenType.DISTINCT:
            sql = sql[: token.start] + sql[token.end + 1 :]
    return sql


def execution_match(
    gold: str,
    predicted: str,
    databases: Sequence[Warehouse],
    policy: Policy,
    limits: Limits = LIMITS,
) -> Match:
    """Right only if equal on every database. Raises EvaluationError where the gold statement does not run, or there
    is no database; a prediction that fails, is refused or runs past the limit is wrong."""
    if not databases:
        raise EvaluationError("there is no database to run the statements on", hint="name the folder that holds it")
    empty = True
    for place, database in enumerate(databases):
        wanted = gold_rows(database, gold, limits)
        try:
            given = database.query(predicted, limits)
        except QueryTimeout:
            return Match(False, f"timed out after {limits.seconds:g} s")
        except (QueryFailed, QueryRefused) as error:
            return Match(False, error.message)
        if given.truncated or not compare(wanted.rows, given.rows, policy):
            where = f" on instance {place + 1} of {len(databases)}" if len(databases) > 1 else ""
            return Match(False, f"{len(given.rows)} rows, other than the {len(wanted.rows)} of the gold{where}")
        empty = empty and not wanted.rows
    return Match(True, empty=empty)


def gold_rows(database: Warehouse, gold: str, limits: Limits = LIMITS) -> Rows:
    """Raises EvaluationError: a verified statement that does not run is never a pass."""
    try:
        rows = database.query(gold, limits)
    except (WarehouseUnavailable, WarehouseBusy):
        raise
    except WarehouseError as error:
        raise EvaluationError(f"the gold SQL does not run: {error.message}", hint=gold) from error
    if rows.truncated:
        raise EvaluationError(f"the gold SQL returns more than {limits.rows:,} rows", hint=gold)
    return rows


def soft_f1(gold: Sequence[Row], predicted: Sequence[Row], mode: Mode = "strict") -> float:
    """How much of the rows is right, 0..1. Reference: distinct rows, aligned by position, cells by membership.
    Strictly: rows that are equal are aligned first, cells are counted as bags, values compared as values."""
    if not gold and not predicted:
        return 1.0
    if mode == "reference":
        policy = Policy(by_value=False)
        a, b = (list(dict.fromkeys(canonical(rows, policy))) for rows in (gold, predicted))
    else:
        a, b = _aligned(canonical(gold), canonical(predicted))
    right = only_predicted = only_gold = 0.0
    for wanted, given in zip_longest(a, b):
        if wanted is None or given is None:
            only_predicted += wanted is None
            only_gold += given is None
            continue
        both, extra, missing = _cells(wanted, given, mode)
        right += both / len(wanted)
        only_predicted += extra / len(wanted)
        only_gold += missing / len(wanted)
    precision = right / (right + only_predicted) if right + only_predicted else 0.0
    recall = right / (right + only_gold) if right + only_gold else 0.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _cells(wanted: Row, given: Row, mode: Mode) -> tuple[int, int, int]:
    """Cells in both, in `given` alone, in `wanted` alone."""
    if mode == "reference":
        both = sum(value in wanted for value in given)
        return both, len(given) - both, sum(value not in given for value in wanted)
    both = (Counter(wanted) & Counter(given)).total()
    return both, len(given) - both, len(wanted) - both


def _aligned(gold: list[Row], predicted: list[Row]) -> tuple[list[Row], list[Row]]:
    """Equal rows stand at the same place, then the others in an order of their own cells."""
    common = Counter(gold) & Counter(predicted)
    first = sorted(common.elements(), key=repr)
    rest = [sorted((Counter(rows) - common).elements(), key=_place) for rows in (gold, predicted)]
    return first + rest[0], first + rest[1]


def _place(row: Row) -> list[str]:
    return sorted(map(repr, row))
