from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from backends.errors import AskError, QueryFailed, WarehouseUnavailable
from plugin.operate.tracing import ask_trace, start
from plugin.web.site import Site
from tests.plugin.web.conftest import Client, Script, ask
from tests.support.little import CANARY

QUESTION = "What is the approximate total amount of each store in Brooklyn?"


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    yield exporter
    provider.shutdown()


def failing(stage: str, error: AskError) -> None:
    def run() -> None:
        with ask_trace("1") as opened:
            opened.watching(lambda *_: None)("stage", stage)
            raise error

    with pytest.raises(type(error)):
        run()


def test_a_question_is_a_span_with_one_for_each_stage(client: Client, site: Site, spans: InMemorySpanExporter) -> None:
    made = ask(client("asker"), site, QUESTION)
    *stages, whole = spans.get_finished_spans()
    assert whole.name == "ask"
    assert whole.attributes is not None
    assert whole.attributes["dbt_ask.ask"] == made
    assert whole.attributes["dbt_ask.status"] == "answered"
    assert whole.attributes["dbt_ask.completion_tokens"]
    names = [span.name for span in stages]
    assert names[0] == "understand.rules"
    assert {"generate.greedy", "check.execution"} <= set(names)
    assert all(span.parent and span.parent.span_id == whole.context.span_id for span in stages)
    assert all(a.end_time <= b.start_time for a, b in itertools.pairwise(stages))  # type: ignore[operator]


def test_nothing_that_was_asked_or_found_is_in_a_span(
    client: Client, site: Site, script: Script, spans: InMemorySpanExporter
) -> None:
    script.sql = f" store_name FROM main.stores WHERE store_name = '{CANARY}'"
    ask(client("asker"), site, QUESTION)
    told = "".join(span.to_json() for span in spans.get_finished_spans())
    for secret in ("Brooklyn", CANARY, "store_name", "SELECT", "main."):
        assert secret not in told


def test_an_error_is_its_code_in_the_stage_that_failed(spans: InMemorySpanExporter) -> None:
    failing("check.execution", WarehouseUnavailable(f"no server for {CANARY}"))
    found: tuple[ReadableSpan, ...] = spans.get_finished_spans()
    assert [span.name for span in found] == ["check.execution", "ask"]
    for span in found:
        assert span.attributes is not None
        assert span.attributes["error.type"] == "WarehouseUnavailable"
        assert not span.status.is_ok
        assert not span.events
    assert CANARY not in "".join(span.to_json() for span in found)


def test_without_the_sdk_a_trace_costs_nothing_and_changes_nothing() -> None:
    failing("x", QueryFailed("no"))


def test_nothing_is_exported_until_an_endpoint_is_named() -> None:
    assert start("dbt-ask", {}) is False
