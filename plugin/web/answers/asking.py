"""Questions in, answers and their results out: what the pages, the API and the MCP server ask for."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from backends.errors import AskError
from feedback.asks import WAITING, AskLog, AskRecord
from plugin.operate.budget import Budget, size_of
from plugin.operate.meters import Meters
from plugin.web.accounts.viewer import Viewer
from plugin.web.answers.desk import Desk
from plugin.web.answers.job import Job
from plugin.web.errors import BadInput, NotFound
from plugin.web.reading import Reading

if TYPE_CHECKING:
    from backends.warehouse.base import Rows

LONGEST_QUESTION = 1000
LONGEST_SQL = 20_000
PERSON = "person"
"""The `model` of an answer whose SQL a person wrote."""
_KEPT_RESULTS = 200


@dataclass(frozen=True)
class Result:
    """`rows` are JSON values."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    truncated: bool
    ran_at: datetime
    sentence: str


class Asking:
    """Results are kept in memory alone, each for the policy that it was made with."""

    def __init__(self, reading: Reading, asks: AskLog, desk: Desk, meters: Meters, budget: Budget, server: str) -> None:
        self._reading = reading
        self._asks = asks
        self._desk = desk
        self._meters = meters
        self._budget = budget
        self._server = server
        self._results: OrderedDict[tuple[str, str], Result] = OrderedDict()
        self._lock = threading.Lock()

    def ask(self, viewer: Viewer, question: str) -> Job:
        """Recorded before it is acknowledged. Raises BadInput, TooMany, BudgetSpent."""
        text = " ".join(question.split())
        if not text or len(text) > LONGEST_QUESTION:
            raise BadInput("question_length", f"a question has 1 to {LONGEST_QUESTION} characters")
        self._reading.seen_by(viewer)
        self._budget.enter(viewer.login)
        job = Job(str(uuid4()), viewer, text)
        self._asks.record(
            ask=job.ask, question=text, language="", status=WAITING, user=viewer.login,
            receipt={"server": self._server},
        )  # fmt: skip
        try:
            self._desk.submit(job)
        except BaseException as error:
            self._asks.record(
                ask=job.ask, question=text, language="", status="failed", error=str(error), user=viewer.login
            )
            raise
        return job

    def finished(self, job: Job) -> None:
        """Told by the desk, before anybody hears that the job has ended."""
        done = job.answer
        if done is None:
            status = "cancelled" if job.cancelled.is_set() else "failed"
            self._meters.ended(status, str(job.error.get("code", "")))
            error = job.error.get("message")
            self._asks.record(
                ask=job.ask, question=job.question, language="", status=status,
                error=str(error) if error else None, receipt={"error": job.error}, user=job.viewer.login,
            )  # fmt: skip
            return
        self._meters.answered(done)
        self._budget.spend(job.viewer.login, done.receipt["tokens"], size_of(done.rows))
        said = {} if done.status == "answered" else {"said": done.answer}
        self._asks.record(
            ask=job.ask,
            question=done.question,
            language=done.language,
            status=done.status,
            sql=done.sql or "",
            dialect=done.dialect,
            tables=done.tables,
            views=done.views,
            confidence=done.confidence,
            model=done.model,
            receipt={**done.receipt, **said},
            timings=done.timings_ms,
            rows_returned=len(done.rows),
            error=done.receipt["error"] or None,
            user=job.viewer.login,
        )
        if done.status == "answered":
            now = datetime.now(timezone.utc)
            kept = Result(tuple(done.columns), done.rows, bool(done.receipt["truncated"]), now, done.answer)
            self._keep((job.ask, job.policy), kept)

    def record(self, viewer: Viewer, ask: str) -> AskRecord:
        """One's own, and what one may see of others'. Raises NotFound for the rest, as if it were not there."""
        found = self._asks.get(ask)
        if found is None or not (found.user == viewer.login or self._shared(viewer, found)):
            raise NotFound("no_ask", "there is no such question, or it is not yours to see")
        return found

    def _shared(self, viewer: Viewer, record: AskRecord) -> bool:
        """A link works for whoever may see every table behind the answer; the rest is for reviewers of everything."""
        used = {*record.tables, *record.views}
        visible = {relation(t.name.schema, t.name.name) for t in self._reading.seen_by(viewer)}
        if viewer.may("see_others_asks") and viewer.domains is None:
            return True
        return record.status == "answered" and bool(used) and used <= visible

    def may_see_how(self, viewer: Viewer, record: AskRecord) -> bool:
        """How it was made names tables and values that were only considered: the asker's own, whoever may see them."""
        return record.user == viewer.login or viewer.domains is None

    def result(self, viewer: Viewer, record: AskRecord) -> Result:
        """As it was kept for this policy, else run again with it. Raises QueryRefused, QueryFailed, QueryTimeout."""
        key = (record.id, self._reading.policy(viewer))
        with self._lock:
            kept = self._results.get(key)
            if kept is not None:
                self._results.move_to_end(key)
        self._meters.looked("result", found=kept is not None)
        return kept or self._keep(key, self._run(viewer, record.sql, record.language))

    def run(self, viewer: Viewer, sql: str, *, edited: AskRecord | None = None, question: str = "") -> str:
        """A person's own SQL, with their policy; the id of the answer that it makes."""
        if not sql.strip() or len(sql) > LONGEST_SQL:
            raise BadInput("sql_length", f"a query has 1 to {LONGEST_SQL} characters")
        language = edited.language if edited else "en"
        self._budget.enter(viewer.login)
        started, policy = datetime.now(timezone.utc), self._reading.policy(viewer)
        try:
            made = self._run(viewer, sql, language)
        except AskError as error:
            self._meters.queried(error)
            raise
        self._meters.queried()
        self._budget.spend(viewer.login, {}, size_of(made.rows))
        took = (datetime.now(timezone.utc) - started).total_seconds() * 1000
        used = self._used(viewer, sql)
        ask = self._asks.record(
            question=edited.question if edited else question or sql.strip()[:LONGEST_QUESTION],
            language=language,
            status="answered",
            sql=sql.strip(),
            dialect=self._reading.bench.warehouse.dialect,
            tables=[name for name, (is_view, _) in used.items() if not is_view],
            views=[name for name, (is_view, _) in used.items() if is_view],
            model=PERSON,
            receipt={
                "edited_from": edited.id if edited else "",
                "data_as_of": {name: at for name, (_, at) in used.items()},
                "truncated": made.truncated,
            },
            timings={"total": round(took, 1)},
            rows_returned=len(made.rows),
            user=viewer.login,
        )
        self._keep((ask, policy), made)
        return ask

    def _run(self, viewer: Viewer, sql: str, language: str) -> Result:
        from plugin.answer import plain
        from plugin.generator.deliver.sentence import describe

        rows: Rows = self._reading.run(viewer, sql)
        return Result(
            rows.columns,
            [[plain(value) for value in row] for row in rows.rows],
            rows.truncated,
            datetime.now(timezone.utc),
            describe(rows, sql, self._reading.bench.warehouse.dialect, "ko" if language == "ko" else "en"),
        )

    def _used(self, viewer: Viewer, sql: str) -> dict[str, tuple[bool, str]]:
        """Relation -> whether it is a question view, and as of when its data is."""
        from plugin.generator.deliver.sentence import tables_of

        known = {relation(t.name.schema, t.name.name): t for t in self._reading.seen_by(viewer)}
        named = tables_of(sql, self._reading.bench.warehouse.dialect)
        found = {name: known[name] for name in named if name in known}
        return {
            name: (t.view is not None, t.built_at or (t.view.freshness if t.view else "")) for name, t in found.items()
        }

    def _keep(self, key: tuple[str, str], result: Result) -> Result:
        """`key`: the ask, and the policy as it was before the rows were made: a sync may have ended meanwhile."""
        with self._lock:
            self._results[key] = result
            while len(self._results) > _KEPT_RESULTS:
                self._results.popitem(last=False)
        return result


def relation(schema: str | None, name: str) -> str:
    return f"{schema}.{name}" if schema else name
