"""One OpenTelemetry trace for each question: a span for it, and below one for each stage.

Spans hold names, counts and times; no question, SQL, value or message of an error, which could quote one. Without
the SDK (extra `otel`) and its usual variables nothing is recorded.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from opentelemetry import trace
from opentelemetry.trace import Span, Status, StatusCode

from backends.errors import AskError
from plugin.errors import SettingsError

if TYPE_CHECKING:
    from plugin.answer import Answer

Emit = Callable[[str, Any], None]
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


class AskTrace:
    """One stage at a time is open; the next one that is announced ends it."""

    def __init__(self, tracer: trace.Tracer, span: Span) -> None:
        self._tracer = tracer
        self._span = span
        self._stage: Span | None = None

    def watching(self, emit: Emit) -> Emit:
        """The same, which tells of stages here too."""

        def watched(name: str, data: Any) -> None:
            if name == "stage":
                self._next(str(data))
            emit(name, data)

        return watched

    def answered(self, done: Answer) -> None:
        tokens = {f"dbt_ask.{name}": count for name, count in done.receipt["tokens"].items()}
        found: dict[str, str | int | float] = {
            "dbt_ask.status": done.status,
            "dbt_ask.language": done.language,
            "dbt_ask.model": done.model,
            "dbt_ask.confidence": done.confidence,
            "dbt_ask.rows": len(done.rows),
            "dbt_ask.tables": len(done.tables),
            "dbt_ask.views": len(done.views),
            **tokens,
        }
        self._span.set_attributes(found)

    def failed(self, code: str) -> None:
        for span in (self._stage, self._span):
            if span is not None:
                span.set_attribute("error.type", code)
                span.set_status(Status(StatusCode.ERROR))

    def close(self) -> None:
        if self._stage is not None:
            self._stage.end()
            self._stage = None

    def _next(self, stage: str) -> None:
        self.close()
        self._stage = self._tracer.start_span(stage)


@contextmanager
def ask_trace(ask: str = "") -> Iterator[AskTrace]:
    """`ask` is the id of the question in the log."""
    tracer = trace.get_tracer("dbt-ask")
    with tracer.start_as_current_span("ask", record_exception=False, set_status_on_exception=False) as span:
        span.set_attribute("dbt_ask.ask", ask)
        opened = AskTrace(tracer, span)
        try:
            yield opened
        except AskError as error:
            opened.failed(error.code)
            raise
        finally:
            opened.close()


def start(service: str, env: Mapping[str, str] = os.environ) -> bool:
    """Exports spans where the usual variables name an endpoint; whether they do. Raises SettingsError without the
    extra."""
    if not any(env.get(name) for name in _ENDPOINTS):
        return False
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"{_ENDPOINTS[0]} is set, and the package {error.name} is not installed",
            hint='install the extra: pip install "dbt-ask[otel]", or unset the variable',
        ) from error
    provider = TracerProvider(resource=Resource.create({"service.name": env.get("OTEL_SERVICE_NAME") or service}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return True
