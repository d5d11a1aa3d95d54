"""Answers, tables and errors in the form that programs get: the JSON API and the MCP server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from catalog_sync.model import CatalogTable
from feedback.asks import AskRecord
from plugin.web.answers.asking import Result, relation


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True)


class Rows(_Shown):
    """A page of a result. `total` counts the rows that were fetched; with `truncated` there are more."""

    columns: list[str]
    rows: list[list[Any]]
    total: int
    offset: int
    truncated: bool
    ran_at: datetime


class Asked(_Shown):
    """A question and what came of it. `status`: waiting, answered, refused, clarify, failed, cancelled."""

    id: str
    question: str
    language: str
    status: str
    answer: str = Field(description="One sentence in the question's language.")
    sql: str
    dialect: str
    tables: list[str]
    views: list[str]
    data_as_of: dict[str, str]
    confidence: float | None
    trust: Literal["verified", "based", "unverified"] = Field(
        "unverified", description="`verified`: a published example answers this question with this query."
    )
    model: str = Field(description="`person` where a person wrote the SQL.")
    user: str
    asked_at: datetime
    error: str | None
    url: str
    result: Rows | None = None


class Column(_Shown):
    name: str
    type: str
    description: str
    withheld: bool = Field(description="Values of the column are not shown to anybody.")
    values: list[str]
    synonyms: list[str]


class Table(_Shown):
    name: str
    description: str
    domain: str
    is_view: bool
    columns: list[Column]
    primary_key: list[str]
    data_as_of: str


class Failure(_Shown):
    """`reason` or `rule` names what went wrong for programs, `hint` says what to do next."""

    model_config = ConfigDict(frozen=True, extra="allow")

    code: str
    message: str
    hint: str


class Failed(_Shown):
    error: Failure


def asked(record: AskRecord, url: str, result: Result | None = None, *, rows: int = 100, offset: int = 0) -> Asked:
    said = result.sentence if result else str(record.receipt.get("said") or "")
    return Asked(
        id=record.id,
        question=record.question,
        language=record.language,
        status=record.status,
        answer=said,
        sql=record.sql,
        dialect=record.dialect,
        tables=record.tables,
        views=record.views,
        data_as_of={name: str(at) for name, at in (record.receipt.get("data_as_of") or {}).items()},
        confidence=record.confidence,
        model=record.model,
        user=record.user,
        asked_at=record.asked_at,
        error=record.error,
        url=f"{url}/ask/{record.id}",
        result=page(result, rows, offset) if result else None,
    )


def page(result: Result, rows: int, offset: int = 0) -> Rows:
    part: Sequence[Sequence[Any]] = result.rows[offset : offset + rows]
    return Rows(
        columns=list(result.columns),
        rows=[list(row) for row in part],
        total=len(result.rows),
        offset=offset,
        truncated=result.truncated,
        ran_at=result.ran_at,
    )


def table(found: CatalogTable, *, values: int = 30) -> Table:
    """Values of PII columns are in no catalogue, so not here."""
    return Table(
        name=relation(found.name.schema, found.name.name),
        description=found.description,
        domain=found.domain,
        is_view=found.view is not None,
        columns=[
            Column(
                name=c.name, type=c.type, description=c.description, withheld=c.pii,
                values=[] if c.pii else list(c.values[:values]), synonyms=list(c.synonyms),
            )
            for c in found.columns
        ],
        primary_key=list(found.primary_key),
        data_as_of=found.built_at,
    )  # fmt: skip
