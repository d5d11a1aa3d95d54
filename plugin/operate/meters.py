"""What a process counts of itself, for Prometheus. No person, question, table or value is ever a label."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.process_collector import ProcessCollector

from backends.errors import AskError, QueryRefused
from plugin.answer import RULES

if TYPE_CHECKING:
    from plugin.answer import Answer

_ASK_SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160)
_STAGE_SECONDS = (0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 60)


class Meters:
    """One process's; a registry of its own, so that two applications in one process do not mix."""

    def __init__(self) -> None:
        self.registry = own = CollectorRegistry()
        ProcessCollector(registry=own)
        self._asks = Counter(
            "dbt_ask_asks", "Questions that have ended.", ["status", "language", "writer"], registry=own
        )
        self._seconds = Histogram(
            "dbt_ask_ask_seconds", "From a question's turn to its answer.", buckets=_ASK_SECONDS, registry=own
        )
        self._stages = Histogram(
            "dbt_ask_stage_seconds", "Time in one stage.", ["stage"], buckets=_STAGE_SECONDS, registry=own
        )
        self._tokens = Counter("dbt_ask_tokens", "Tokens of the language model.", ["kind"], registry=own)
        self._queries = Counter("dbt_ask_queries", "Queries that people wrote themselves.", ["outcome"], registry=own)
        self._refusals = Counter("dbt_ask_refusals", "What the read-only door refused.", ["rule"], registry=own)
        self._errors = Counter("dbt_ask_errors", "Questions and queries that failed.", ["code"], registry=own)
        self._cache = Counter("dbt_ask_cache", "Looks into a cache.", ["cache", "found"], registry=own)
        self._waiting = Gauge("dbt_ask_waiting", "Questions that wait for their turn.", registry=own)

    def answered(self, done: Answer) -> None:
        tokens: dict[str, int] = done.receipt["tokens"]
        writer = "" if not done.sql else RULES if done.model == RULES else "model"
        self._asks.labels(done.status, done.language, writer).inc()
        self._seconds.observe(done.timings_ms["total"] / 1000)
        for stage, milliseconds in done.timings_ms.items():
            if stage != "total":
                self._stages.labels(stage).observe(milliseconds / 1000)
        for kind, count in tokens.items():
            self._tokens.labels(kind.removesuffix("_tokens")).inc(count)
        if tokens["prompt_tokens"]:
            self.looked("prompt", found=tokens["cached_tokens"] > 0)
        if rule := done.receipt["refused_by"]:
            self._refusals.labels(rule).inc()

    def ended(self, status: str, code: str = "") -> None:
        """A question without an answer: cancelled, or failed with that code."""
        self._asks.labels(status, "", "").inc()
        if code:
            self._errors.labels(code).inc()

    def queried(self, error: AskError | None = None) -> None:
        if isinstance(error, QueryRefused):
            self._refusals.labels(error.rule).inc()
        elif error is not None:
            self._errors.labels(error.code).inc()
        outcome = "done" if error is None else "refused" if isinstance(error, QueryRefused) else "failed"
        self._queries.labels(outcome).inc()

    def looked(self, cache: str, *, found: bool) -> None:
        self._cache.labels(cache, "hit" if found else "miss").inc()

    def waits(self, count: Callable[[], int]) -> None:
        self._waiting.set_function(count)
