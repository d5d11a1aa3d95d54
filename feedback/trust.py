"""When an answer may be called verified.

The rule: a published example answers the same question with the same query. Both may name other values, if the values
that differ in the SQL are the very words that differ in the question: "the sales of Chicago" is verified by "the sales
of Brooklyn". The same query for a question in other words, or examples that the model was shown, make an answer
`based`, not verified; so does a question that counts from today ("last month") with dates that stand in the SQL. It is
looked at whenever the answer is shown: an example that was retired or became stale takes the word back.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from backends.errors import QueryRefused
from backends.warehouse.base import Scope
from backends.warehouse.guard import check
from feedback.canonical import canonical, fingerprint, question_key, template
from feedback.examples import Examples
from feedback.exchange import derived, exchanged, filled, outdated
from feedback.model import ExampleRecord, VersionRecord

Level = Literal["verified", "based", "unverified"]
LEVELS: tuple[Level, ...] = ("verified", "based", "unverified")


@dataclass(frozen=True)
class Trust:
    """`examples` are those that it rests on."""

    level: Level
    examples: tuple[ExampleRecord, ...] = ()


def trust(
    question: str, sql: str, dialect: str, scope: Scope, examples: Examples, shown: Collection[str] = ()
) -> Trust:
    """`scope` is the whole cleared catalogue's; `shown` are the questions of the examples in the model's prompt."""
    try:
        tree = check(sql, dialect, scope)
    except QueryRefused:
        return Trust("unverified")
    key = question_key(question)
    alike = [(e, v) for e, v in examples.live_by_template(template(tree, dialect))]
    verified = tuple(e for e, v in alike if _answers(key, tree, e, v, scope))
    if verified:
        return Trust("verified", verified)
    keys = {question_key(q) for q in shown}
    based = {e.id: e for e in (*(e for e, _ in alike), *(examples.live_by_question(keys) if keys else ()))}
    return Trust("based", tuple(based.values())) if based else Trust("unverified")


def _answers(key: str, tree: exp.Query, example: ExampleRecord, version: VersionRecord, scope: Scope) -> bool:
    if outdated(key, tree):
        return False
    if version.fingerprint == fingerprint(tree, version.dialect):
        return example.question_key == key
    try:
        other = check(version.sql, version.dialect, scope)
    except QueryRefused:
        return False
    theirs = _literals(other, version.dialect)
    values = exchanged(theirs, _literals(tree, version.dialect))
    if values is None or (
        any(a.isdigit() and a != b for a, b in values.items()) and derived(example.question_key, theirs)
    ):
        return False
    return filled(example.question_key, values) == key


def _literals(tree: exp.Query, dialect: str) -> list[str]:
    return [node.name for node in canonical(tree, dialect).find_all(exp.Literal)]
