"""Values of a PII column, tried for through every door that a person, a program and a model has: they are in no page,
prompt, log, trace, cache, export or file."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.testclient import TestClient

from plugin.web.accounts import Viewer
from plugin.web.site import Site
from tests.plugin.web.conftest import Client, Script, ask, csrf
from tests.support.little import CANARY

PERSON = CANARY.split("@", maxsplit=1)[0]
QUERIES = (
    "SELECT email FROM main.customers",
    "SELECT * FROM main.customers",
    "SELECT MIN(email) AS e FROM main.customers",
    "SELECT STRING_AGG(email, ',') AS e FROM main.customers GROUP BY segment",
    "SELECT UPPER(email) AS segment FROM main.customers",
    "SELECT c FROM (SELECT email AS c FROM main.customers) t",
    "WITH t(c) AS (SELECT email FROM main.customers) SELECT c FROM t",
    "SELECT CAST(email AS INTEGER) AS e FROM main.customers",
    "SELECT 1 AS one FROM main.customers WHERE CAST(email AS INTEGER) = 1",
    "SELECT error(email) AS e FROM main.customers",
    "SELECT segment FROM main.customers UNION ALL SELECT email FROM main.customers",
    "SELECT customers FROM main.customers",
    "SELECT segment, LAG(email) OVER (ORDER BY customer_id) AS e FROM main.customers",
)


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    yield exporter
    provider.shutdown()


def tried(browser: TestClient, program: TestClient, site: Site, script: Script) -> Iterator[str]:
    """Every answer that was given. The browser is an admin's, who may see all that anybody may."""
    token = csrf(browser)
    made = ask(browser, site)
    for number, sql in enumerate(QUERIES):
        script.sql = sql.removeprefix("SELECT") if sql.startswith("SELECT") else f" 1; {sql}"
        answered = ask(browser, site, f"approximately, the segments of customers number {number}")
        for address in (f"/ask/{answered}", f"/ask/{answered}?view=table", f"/ask/{answered}/rows.csv"):
            yield browser.get(address).text
        yield browser.get(f"/ask/{answered}/events").text
        yield browser.post(f"/ask/{made}/run", data={"csrf": token, "sql": sql}).text
        yield browser.post(f"/ask/{made}/feedback", data={"csrf": token, "kind": "edit", "sql": sql}).text
        yield program.post("/api/v1/queries", json={"sql": sql}).text
        yield program.post("/api/v1/examples", json={"question": f"Which segments {number}?", "sql": sql}).text
        yield program.get(f"/api/v1/asks/{answered}").text
    for example in site.curation.examples.find():
        yield browser.get(f"/review/{example.id}").text
        yield browser.get(f"/examples/{example.id}").text
    for address in (
        "/examples", "/examples/export.jsonl", "/review", "/catalog", "/catalog/main.customers", "/catalog/schema.json",
        "/metrics", "/audit", "/ask/history", "/-/metrics", "/api/v1/catalog/main.customers", "/api/v1/examples",
    ):  # fmt: skip
        yield (program if address.startswith("/api/") else browser).get(address).text


def kept(project: Path) -> Iterator[tuple[str, bytes]]:
    """All that stays on disk beside the warehouse itself and what dbt writes: state, catalogue, index, logs."""
    for file in (project / ".dbt_ask").rglob("*"):
        if file.is_file():
            yield str(file), file.read_bytes()


def test_no_canary_anywhere(
    client: Client,
    site: Site,
    people: dict[str, Viewer],
    script: Script,
    spans: InMemorySpanExporter,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = site.tokens.add(people["admin"].id, "t", ["ask", "read", "feedback", "review"], 1)
    browser = client("admin")
    program = TestClient(browser.app, headers={"authorization": f"Bearer {secret}"})
    answers = list(tried(browser, program, site, script))
    assert any("Brooklyn" in text for text in answers) or len(answers) > 100
    bench = site.reading.bench
    cached = f"{site.evidence._runs} {site.asking._results}"
    spoken = "\n".join(bench.llm.prompts)  # type: ignore[attr-defined]
    traced = "".join(span.to_json() for span in spans.get_finished_spans())
    assert spoken
    assert traced
    for text in (*answers, spoken, traced, caplog.text, cached):
        assert PERSON not in text.casefold()
    files = dict(kept(bench.project.directory))
    assert files
    assert [name for name, content in files.items() if PERSON.encode() in content.lower()] == []


def test_the_canary_is_in_the_data(site: Site) -> None:
    """Else the test above could not fail."""
    found = site.reading.bench.warehouse.query("SELECT email FROM main.customers")
    assert any(PERSON in str(row) for row in found.rows)
