"""A finished Ask as one flat object: what `ask --format json`, the log and the web show."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from catalog_sync.directory import short
from catalog_sync.model import CatalogTable
from plugin.generator.ask import Ask, Candidate
from plugin.generator.compose import prompts
from plugin.generator.deliver.sentence import tables_of
from plugin.generator.generate.phrases.stage import ORIGIN as PHRASES
from plugin.generator.generate.plan.stage import LOOSE
from plugin.generator.generate.plan.stage import ORIGIN as PLANNED
from plugin.generator.generate.verified import ORIGIN as VERIFIED
from plugin.generator.stage import Services

RULES = "rules"
_NO_MODEL = (PLANNED, LOOSE, PHRASES, VERIFIED)


@dataclass(frozen=True)
class Answer:
    """`status`: answered, refused, clarify or failed. `rows` are JSON values; `timings_ms` by stage, and `total`.
    `model` is "rules" where none was asked."""

    question: str
    language: str
    status: str
    sql: str | None
    dialect: str
    columns: list[str]
    rows: list[list[Any]]
    answer: str
    tables: list[str]
    views: list[str]
    confidence: float
    model: str
    receipt: dict[str, Any]
    timings_ms: dict[str, float]

    def attrs(self) -> dict[str, Any]:
        return asdict(self)


def answer(ask: Ask, services: Services, seconds: float) -> Answer:
    verdict = ask.verdict
    candidate = verdict.candidate if verdict else None
    rows = candidate.rows if candidate and verdict and verdict.status == "answered" else None
    sql = candidate.sql if candidate and candidate.sql else None
    used = _used(sql, services)
    return Answer(
        question=ask.asked or ask.question,
        language=ask.language,
        status=verdict.status if verdict else "failed",
        sql=sql,
        dialect=services.dialect,
        columns=list(rows.columns) if rows else [],
        rows=[[plain(v) for v in row] for row in rows.rows] if rows else [],
        answer=ask.sentence,
        tables=[name for name, table in used.items() if table.view is None],
        views=[name for name, table in used.items() if table.view is not None],
        confidence=verdict.confidence if verdict else 0.0,
        model=RULES if candidate is not None and candidate.origin.startswith(_NO_MODEL) else services.llm.id,
        receipt=_receipt(ask, services, bool(rows and rows.truncated)),
        timings_ms=_timings(ask, seconds),
    )


def _used(sql: str | None, services: Services) -> dict[str, CatalogTable]:
    """By `schema.name`."""
    catalog = services.catalog
    read = [catalog.short(n) or catalog.whole(n) for n in (tables_of(sql, services.dialect) if sql else [])]
    return {short(table.name): table for table in read if table is not None}


def _receipt(ask: Ask, services: Services, truncated: bool) -> dict[str, Any]:
    verdict = ask.verdict
    candidate = verdict.candidate if verdict else None
    used = _used(candidate.sql, services) if candidate else {}
    freshness = {str(t.name): as_of(t, services) or (t.view.freshness if t.view else "") for t in used.values()}
    return {
        "reason": verdict.reason if verdict else "",
        "refused_by": candidate.refused if candidate else "",
        "error": candidate.error if candidate else "",
        "repairs": list(candidate.notes) if candidate else [],
        "written_by_model": candidate.raw if candidate else "",
        "truncated": truncated,
        "substituted": list(ask.substituted),
        "glosses": [list(gloss) for gloss in ask.glosses],
        "proof": _proof(candidate, any(t.view is not None for t in used.values())),
        "data_as_of": freshness,
        "tokens": asdict(ask.usage),
        "prompt": {"layout": ask.prompts[-1].layout, "version": prompts.version("answer.md")} if ask.prompts else {},
        "stages": [{"stage": s.stage, **s.found} for s in ask.steps],
    }


def _proof(candidate: Candidate | None, on_view: bool) -> dict[str, Any] | None:
    """Which view answered and by which proof, or why none; None where there was nothing to prove."""
    if candidate is not None and candidate.proof is not None:
        from materialized_views.routing import attrs

        return attrs(candidate.proof)
    return {"kind": "unproved", "views": [], "proof": "", "refused": None} if on_view else None


def as_of(table: CatalogTable, services: Services) -> str:
    """ISO; "" where nobody knows."""
    return services.views.as_of(table) if services.views is not None else table.built_at


def _timings(ask: Ask, seconds: float) -> dict[str, float]:
    timings: dict[str, float] = {}
    for step in ask.steps:
        timings[step.stage] = round(timings.get(step.stage, 0.0) + step.seconds * 1000, 1)
    return {**timings, "total": round(seconds * 1000, 1)}


def plain(value: Any) -> Any:
    """A cell as JSON has it: dates in ISO 8601, decimals as numbers, the rest as text."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and value.as_tuple().exponent == 0 else float(value)
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    return str(value)


def pretty(sql: str, dialect: str) -> str:
    """Broken into lines; as it stands where it can't be parsed."""
    import sqlglot
    from sqlglot.errors import SqlglotError

    try:
        return sqlglot.transpile(sql, read=dialect, write=dialect, pretty=True)[0]
    except SqlglotError:
        return sql
