"""Deliver: one sentence in the question's language, and the receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from backends.warehouse.base import Rows
from plugin.generator.ask import Ask, Language
from plugin.generator.deliver import labels as names
from plugin.generator.deliver.spoken import Part, spoken, with_flags
from plugin.generator.deliver.summary import headed, summary
from plugin.generator.stage import Kind, Need, Services

_REFUSALS: dict[str, dict[Language, str]] = {
    "change_data": {
        "en": "I only read; I never change data.",
        "ko": "저는 데이터를 읽기만 하며 바꾸지 않습니다.",
    },
    "pii": {
        "en": "That asks for personal data, which may not be shown. Counts of them, or ids, are possible.",
        "ko": "개인정보는 보여 드릴 수 없습니다. 개수나 식별자는 조회할 수 있습니다.",
    },
    "policy": {"en": "The policy does not allow that.", "ko": "정책상 허용되지 않습니다."},
    "empty": {"en": "Ask a question about the data, please.", "ko": "데이터에 대해 질문해 주세요."},
    "empty_catalog": {
        "en": "No table is left that could answer.",
        "ko": "답할 수 있는 테이블이 없습니다.",
    },
    "not_in_data": {
        "en": "I find nothing about that in the data: {choices}.",
        "ko": "데이터에서 다음 내용을 찾지 못했습니다: {choices}.",
    },
    "ambiguous": {
        "en": "By which measure? For example: {choices}.",
        "ko": "어떤 기준으로 볼까요? 예: {choices}.",
    },
    "unsure": {
        "en": "I am not sure that I understood. Please say it in other words.",
        "ko": "질문을 제대로 이해했는지 확실하지 않습니다. 다르게 말씀해 주세요.",
    },
    "no_sql": {
        "en": "I could not write a query that runs for this. Please say it in other words.",
        "ko": "실행할 수 있는 쿼리를 만들지 못했습니다. 다르게 말씀해 주세요.",
    },
}
_OTHERS: dict[Language, str] = {
    "en": "That is of {first}; of {choices} it would be another answer: name the area to ask there.",
    "ko": "{first} 기준입니다. {choices} 기준으로는 답이 다르니, 필요하면 영역을 함께 말씀해 주세요.",
}


@dataclass(frozen=True)
class Sentence:
    """By rules: the figures in it are the rows' own."""

    name: str = "deliver.sentence"
    kind: Kind = "deliver"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        verdict = ask.verdict
        if verdict is None:
            return ask
        if verdict.status != "answered" or verdict.candidate is None or verdict.candidate.rows is None:
            text = _REFUSALS[verdict.reason][ask.language]
            return ask.add(sentence=text.replace("{choices}", ", ".join(verdict.choices)))
        rows, sql = verdict.candidate.rows, verdict.candidate.sql
        labels = _labels(rows, sql, services) if ask.language == "ko" else {}
        text = describe(rows, sql, services.dialect, ask.language, labels)
        if verdict.choices:
            first, *others = verdict.choices
            told = _OTHERS[ask.language].replace("{first}", first).replace("{choices}", ", ".join(others))
            text = f"{text} {told}"
        return ask.add(sentence=text)


def _labels(rows: Rows, sql: str, services: Services) -> dict[str, str]:
    wanted = (name.split(".")[-1] for name in tables_of(sql, services.dialect))
    found = [name for bare in wanted for name in services.catalog.directory.bare(bare)]
    return names.korean(rows.columns, services.catalog.these(found))


def describe(
    rows: Rows, sql: str, dialect: str, language: Language, labels: Mapping[str, str] = MappingProxyType({})
) -> str:
    """What the rows of this statement say: the one figure, the one row, the groups and their figures, or how many
    there are and the first of them. `labels`: what columns are called."""
    korean = language == "ko"
    if not rows.rows or (len(rows.rows) == 1 and all(v is None for v in rows.rows[0])):
        return "조건에 맞는 데이터가 없습니다." if korean else "No data matches."
    called = [labels.get(c) or names.english(c) for c in rows.columns]
    called = [names.of_day(c) if isinstance(v, date) else c for c, v in zip(called, rows.rows[0], strict=True)]
    rows = with_flags(spoken(rows, sql, dialect, language), called, language)
    first = _row(called, rows.rows[0], language)
    if len(rows.rows) == 1:
        return f"{first}입니다." if korean else f"{first}."
    if said := summary(rows, sql, dialect, language, called, show):
        return said
    count = f"{len(rows.rows):,}" + ("+" if rows.truncated else "")
    if korean and len(called) == 1:
        return f"{count}건 중 첫 번째는 {show(rows.rows[0][0])}입니다."
    return f"{count}건 중 첫 번째는 {first}입니다." if korean else f"{count} rows; the first: {first}."


def _row(labels: Sequence[str], row: Sequence[Any], language: Language) -> str:
    if len(row) == 1:
        return f"{headed(labels[0], language)}{show(row[0])}"
    return ", ".join(f"{label} {show(v)}".strip() for label, v in zip(labels, row, strict=True))


def show(value: Any) -> str:
    """A cell as a person reads it."""
    if value is None:
        return "-"
    if isinstance(value, Part):
        return str(value) if value == value else "-"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, (float, Decimal)):
        return f"{value:,.2f}" if value == value else "-"
    if isinstance(value, datetime):
        midnight = value.time() == datetime.min.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def tables_of(sql: str, dialect: str) -> list[str]:
    """The relations that a statement reads, schema-qualified as it names them."""
    try:
        tree = sqlglot.parse_one(sql, read=dialect)
    except SqlglotError:
        return []
    ctes = {c.alias_or_name for c in tree.find_all(exp.CTE)}
    names = (".".join(p for p in (t.catalog, t.db, t.name) if p) for t in tree.find_all(exp.Table))
    return sorted({n for n in names if n not in ctes})
