"""A suite: questions with what is expected of the answer, read from YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from feedback.errors import EvaluationError

ANSWER = "answer"
_OUTCOMES = frozenset({ANSWER, "refuse", "clarify"})


@dataclass(frozen=True)
class Item:
    """`sql` and each of `also` are right answers. `accept` are the outcomes that are right: answer, refuse, clarify.

    `groups` are the groups that the item is counted in, by their kind: {"language": "ko", "answerable": "view"}.
    """

    id: str
    question: str
    accept: frozenset[str]
    sql: str = ""
    also: tuple[str, ...] = ()
    ordered: bool = False
    groups: Mapping[str, str] = field(default_factory=dict)

    @property
    def answerable(self) -> bool:
        return ANSWER in self.accept


def load(path: Path) -> tuple[Item, ...]:
    """Raises EvaluationError that names the item and the field."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise EvaluationError(f"the suite {path} can't be read: {error}", hint="see docs/evaluation.md") from error
    questions = data.get("questions") if isinstance(data, dict) else data
    if not isinstance(questions, list) or not questions:
        raise EvaluationError(f"the suite {path} has no questions", hint="see docs/evaluation.md for the form")
    items = tuple(_item(raw, place) for place, raw in enumerate(questions, start=1))
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            raise EvaluationError(f"the id {item.id!r} stands twice in {path}", hint="ids must be unique")
        seen.add(item.id)
    return items


def _item(raw: Any, place: int) -> Item:
    if not isinstance(raw, dict) or not raw.get("question"):
        raise EvaluationError(f"item {place} of the suite has no question", hint="see docs/evaluation.md")
    name = str(raw.get("id") or place)
    expected = {str(raw.get("expect", ANSWER)), *map(str, raw.get("accept") or ())}
    if not expected <= _OUTCOMES:
        wrong = ", ".join(sorted(expected - _OUTCOMES))
        raise EvaluationError(f"item {name} expects {wrong}", hint=f"one of {', '.join(sorted(_OUTCOMES))}")
    if ANSWER in expected and not raw.get("sql"):
        raise EvaluationError(f"item {name} expects an answer and has no sql", hint="add the verified SQL")
    kinds = ("area", "language", "answerable", "difficulty")
    return Item(
        id=name,
        question=str(raw["question"]),
        accept=frozenset(expected),
        sql=str(raw.get("sql") or ""),
        also=tuple(map(str, raw.get("also") or ())),
        ordered=bool(raw.get("ordered")),
        groups={kind: str(raw[kind]) for kind in kinds if raw.get(kind) is not None},
    )
