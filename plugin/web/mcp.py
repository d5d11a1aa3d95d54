"""The MCP server: five tools for agents, with the rights of a person and the same read-only door.

Results are small: rows are cut to a budget of characters, so that an agent's context is not filled by one answer.
"""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Callable
from typing import Annotated, Any, Literal

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from backends.errors import AskError
from feedback.asks import AskRecord
from plugin.web.accounts.actor import actor_of
from plugin.web.accounts.viewer import Viewer
from plugin.web.answers.asking import PERSON, Result
from plugin.web.errors import Forbidden
from plugin.web.pages.catalog import find, search
from plugin.web.rights import Action
from plugin.web.shown import table
from plugin.web.site import Site

BUDGET = 6000
_LONGEST_CELL = 200
_WAIT = 300
_INSTRUCTIONS = (
    "Answers questions about the data of this dbt project. `ask` writes SQL, runs it read-only and says where the "
    "answer came from; repeat its `answer` and `data_as_of`, and say so when `status` is not `answered`. To write SQL "
    "yourself, look up tables with `search_catalog` first, then `run_sql`."
)
Most = Annotated[int, Field(ge=1, le=200, description="Rows at most; fewer where they would be too long.")]
AskId = Annotated[str, Field(max_length=64, description="The `id` of an answer.")]


class Tools:
    """`viewer` says who is behind the call at hand."""

    def __init__(self, site: Site, viewer: Callable[[], Viewer]) -> None:
        self._site = site
        self._viewer = viewer

    async def ask(
        self, question: Annotated[str, Field(max_length=1000, description="In English or Korean.")], max_rows: Most = 20
    ) -> dict[str, Any]:
        """Ask a question in plain language; get a sentence, rows, the SQL and where they came from."""
        viewer = self._may("ask")
        self._site.limiter.take("ask", viewer.id, self._site.settings.asks_per_minute)
        job = await run_in_threadpool(self._site.asking.ask, viewer, question)
        await job.ended(_WAIT)
        return await run_in_threadpool(self._answer, viewer, job.ask, max_rows)

    def search_catalog(
        self,
        query: Annotated[str, Field(max_length=200, description="Words, or the exact name of a table.")],
        limit: Annotated[int, Field(ge=1, le=50)] = 10,
    ) -> dict[str, Any]:
        """Find tables and columns. An exact table name gives all of its columns with types, descriptions and values."""
        catalog = self._site.reading.seen_by(self._may("browse"))
        cards = search(catalog, query)
        if any(card.key == query for card in cards):
            return _small(table(find(catalog, query), values=10).model_dump(), "columns")
        found = [{"table": c.key, "description": c.description[:300], "columns": list(c.hits)} for c in cards[:limit]]
        return _small({"tables": found, "more": max(0, len(cards) - limit)}, "tables")

    def run_sql(
        self, sql: Annotated[str, Field(max_length=20_000, description="One SELECT statement.")], max_rows: Most = 50
    ) -> dict[str, Any]:
        """Run SQL of your own through the read-only door: tables of the catalogue only, no personal data."""
        viewer = self._may("run_sql")
        self._site.limiter.take("run", viewer.id, self._site.settings.asks_per_minute)
        return self._answer(viewer, self._site.asking.run(viewer, sql), max_rows)

    def explain_answer(self, ask_id: AskId) -> dict[str, Any]:
        """Where an answer came from: tables considered, values found, repairs, the model, times."""
        viewer = self._may("ask")
        record = self._site.asking.record(viewer, ask_id)
        receipt = record.receipt
        how = self._site.asking.may_see_how(viewer, record)
        stages = (receipt.get("stages") or []) if how else []
        return _small(
            {
                "id": record.id,
                "question": record.question,
                "status": record.status,
                "sql": record.sql,
                "written_by": record.model,
                "repairs": (receipt.get("repairs") or []) if how else [],
                "read_as": dict(receipt.get("glosses") or []) if how else {},
                "tables_considered": next((list(s["tables"])[:8] for s in stages if "tables" in s), []),
                "values_found": [v for s in stages for v in s.get("values", [])],
                "facts": [h for s in stages for h in s.get("hints", [])],
                "data_as_of": receipt.get("data_as_of") or {},
                "proof": (receipt.get("proof") or {}) if how else {},
                "confidence": record.confidence,
                "seconds": round((record.timings.get("total") or 0) / 1000, 1),
            },
            "values_found",
        )

    def give_feedback(
        self,
        ask_id: AskId,
        kind: Literal["up", "down", "edit", "comment"],
        reason: Annotated[str, Field(max_length=40, description="For down: wrong_table, wrong_filter, ...")] = "",
        sql: Annotated[str, Field(max_length=20_000, description="For edit: what would be right.")] = "",
        comment: Annotated[str, Field(max_length=2000)] = "",
    ) -> dict[str, Any]:
        """Say what is right or wrong about an answer; a reviewer sees it."""
        viewer = self._may("give_feedback")
        self._site.limiter.take("say", viewer.id, self._site.settings.asks_per_minute)
        record = self._site.asking.record(viewer, ask_id)
        actor = actor_of(viewer, via="mcp")
        heard = self._site.curation.hear(viewer, record, kind, actor, reason=reason, sql=sql, comment=comment)
        example = {"example": heard.taken.example.id} if heard.taken else {}
        return {"id": heard.record.id, **example, **({"refused": str(heard.refused)} if heard.refused else {})}

    def _may(self, action: Action) -> Viewer:
        viewer = self._viewer()
        if not viewer.may(action):
            raise Forbidden("not_allowed", f"you may not {action.replace('_', ' ')} here", action=action)
        return viewer

    def _answer(self, viewer: Viewer, ask: str, most: int) -> dict[str, Any]:
        record = self._site.asking.record(viewer, ask)
        result: Result | None = None
        error = record.error
        if record.status == "answered":
            try:
                result = self._site.asking.result(viewer, record)
            except AskError as failed:
                error = str(failed)
        trust = self._site.curation.trust(record).level
        return answer_of(record, result, error, most, self._site.url, verified=trust == "verified")


def answer_of(
    record: AskRecord, result: Result | None, error: str | None, most: int, url: str, *, verified: bool
) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": record.id,
        "status": record.status,
        "answer": result.sentence if result else str(record.receipt.get("said") or ""),
        "sql": record.sql,
        "from": [*record.views, *record.tables],
        "data_as_of": record.receipt.get("data_as_of") or {},
        "url": f"{url}/ask/{record.id}",
    }
    if record.model != PERSON and record.status == "answered":
        shown |= {"confidence": record.confidence, "verified": verified}
    if error:
        shown["error"] = error
    if result:
        rows = [[_cell(value) for value in row] for row in result.rows[:most]]
        shown |= {"columns": list(result.columns), "rows": rows, "rows_in_all": len(result.rows)}
        shown = _small(shown, "rows")
    return shown


def _cell(value: Any) -> Any:
    return value[:_LONGEST_CELL] + "…" if isinstance(value, str) and len(value) > _LONGEST_CELL else value


def _small(shown: dict[str, Any], part: str) -> dict[str, Any]:
    """The list of that name is cut until the whole is within the budget; what was left out is counted."""
    size = len(json.dumps({**shown, part: []}, ensure_ascii=False, default=str))
    kept = []
    for item in shown[part]:
        size += len(json.dumps(item, ensure_ascii=False, default=str)) + 2
        if size > BUDGET:
            break
        kept.append(item)
    left = len(shown[part]) - len(kept)
    return {**shown, part: kept, **({f"{part}_left_out": left} if left else {})}


def make_server(site: Site, viewer: Callable[[], Viewer]) -> MCPServer:
    server: MCPServer = MCPServer("dbt-ask", instructions=_INSTRUCTIONS, log_level="WARNING")
    tools = Tools(site, viewer)
    for tool in (tools.ask, tools.search_catalog, tools.run_sql, tools.explain_answer, tools.give_feedback):
        server.add_tool(_told(tool))
    return server


def _told(tool: Callable[..., Any]) -> Callable[..., Any]:
    """An agent is told what went wrong and what to do next; of errors that are not ours it hears nothing."""
    if inspect.iscoroutinefunction(tool):

        @functools.wraps(tool)
        async def waiting(*args: Any, **kwargs: Any) -> Any:
            try:
                return await tool(*args, **kwargs)
            except AskError as error:
                raise ToolError(str(error)) from error

        return waiting

    @functools.wraps(tool)
    def told(*args: Any, **kwargs: Any) -> Any:
        try:
            return tool(*args, **kwargs)
        except AskError as error:
            raise ToolError(str(error)) from error

    return told
