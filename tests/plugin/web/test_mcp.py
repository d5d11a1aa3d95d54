"""The MCP server, driven by the official client."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from fastapi import FastAPI

from plugin.web.accounts import Grant, Viewer
from plugin.web.mcp import BUDGET, make_server
from plugin.web.site import Site
from tests.plugin.web.conftest import Script
from tests.support.files import copy_project
from tests.support.little import CANARY

mcp = pytest.importorskip("mcp")
from mcp.client.stdio import StdioServerParameters  # noqa: E402


def said(result: Any) -> Any:
    return json.loads(result.content[0].text)


def run_apart(talk: Callable[[], Awaitable[None]]) -> None:
    """In a thread of its own: a browser that was driven before leaves a running loop in this one."""
    with ThreadPoolExecutor(1) as apart:
        apart.submit(anyio.run, talk).result()


def test_an_agent_asks_looks_up_runs_explains_and_says_what_is_wrong(site: Site, script: Script) -> None:
    viewer = Viewer("local", "local", "Local", (Grant("asker"),))
    server = make_server(site, lambda: viewer)
    site.desk.start()

    async def talk() -> None:
        async with mcp.Client(server) as client:
            names = {tool.name for tool in (await client.list_tools()).tools}
            assert names == {"ask", "search_catalog", "run_sql", "explain_answer", "give_feedback"}
            answer = said(await client.call_tool("ask", {"question": "approximate total amount of each store"}))
            assert (answer["status"], answer["from"], len(answer["rows"])) == (
                "answered", ["main.orders", "main.stores"], 3,
            )  # fmt: skip
            explained = said(await client.call_tool("explain_answer", {"ask_id": answer["id"]}))
            assert explained["written_by"] == "scripted"
            found = said(await client.call_tool("search_catalog", {"query": "amount"}))
            assert "main.orders" in {table["table"] for table in found["tables"]}
            whole = await client.call_tool("search_catalog", {"query": "main.customers"})
            assert CANARY not in str(whole)
            many = await client.call_tool(
                "run_sql", {"sql": "SELECT o.order_id, REPEAT('x', 150) AS text FROM main.orders o", "max_rows": 200}
            )
            assert len(many.content[0].text) < 2 * BUDGET
            assert said(many)["rows_left_out"] > 0
            refused = await client.call_tool("run_sql", {"sql": "SELECT email FROM main.customers"})
            assert refused.is_error
            assert "COUNT(DISTINCT" in str(refused)
            assert CANARY not in str(refused)
            await client.call_tool("give_feedback", {"ask_id": answer["id"], "kind": "down", "reason": "wrong_join"})
            assert [f.reason for f in site.feedback.of_ask(answer["id"])] == ["wrong_join"]

    try:
        run_apart(talk)
    finally:
        site.desk.stop()


def test_over_http_it_takes_a_token_and_goes_no_further_than_it(
    app: FastAPI, site: Site, people: dict[str, Viewer]
) -> None:
    from mcp.client.streamable_http import streamable_http_client

    reading = site.tokens.add(people["payroll"].id, "agent", ["read"], 1)

    async def talk() -> None:
        transport = httpx2.ASGITransport(app=app)
        async with app.router.lifespan_context(app):
            async with httpx2.AsyncClient(transport=transport, base_url="http://testserver") as nobody:
                assert (await nobody.post("/mcp/", json={})).status_code == 401
            headers = {"authorization": f"Bearer {reading}"}
            async with (
                httpx2.AsyncClient(transport=transport, base_url="http://testserver", headers=headers) as http,
                mcp.Client(streamable_http_client("http://testserver/mcp/", http_client=http)) as client,
            ):
                found = said(await client.call_tool("search_catalog", {"query": ""}))
                assert [t["table"] for t in found["tables"]] == ["main.salaries"]
                refused = await client.call_tool("run_sql", {"sql": "SELECT 1 AS one FROM main.salaries"})
                assert refused.is_error
                assert "may not run sql" in str(refused)

    run_apart(talk)


@pytest.mark.slow
def test_an_agent_starts_it_as_a_process_of_its_own(little_built: Path, tmp_path: Path) -> None:
    """`dbt-ask mcp` on standard input and output, as agents' settings name it: nothing but the protocol is written."""
    project = copy_project(little_built, tmp_path / "little")
    (project / "dbt_ask.yml").write_text("generator: {preset: rules}\n", encoding="utf-8")
    run = "import sys; from plugin.main import main; main(sys.argv[1:])"
    arguments = ["-c", run, "mcp", "--project-dir", str(project), "--profiles-dir", str(project)]
    server = StdioServerParameters(command=sys.executable, args=arguments, env=dict(os.environ))

    async def talk() -> None:
        async with mcp.Client(server) as client:
            found = said(await client.call_tool("search_catalog", {"query": "amount"}))
            assert "main.orders" in {table["table"] for table in found["tables"]}
            answer = said(await client.call_tool("ask", {"question": "How many orders are there?"}))
            assert (answer["status"], answer["rows"]) == ("answered", [[120]])
            counted = said(await client.call_tool("run_sql", {"sql": "SELECT COUNT(*) AS n FROM main.stores"}))
            assert counted["rows"] == [[3]]
            assert (await client.call_tool("run_sql", {"sql": "DROP TABLE main.stores"})).is_error

    run_apart(talk)
