from __future__ import annotations

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.testclient import TestClient

from catalog_sync.store import CATALOG
from plugin.web.security import PROBES
from plugin.web.site import Site
from tests.plugin.web.conftest import Client, Script, ask, csrf
from tests.support.little import CANARY

QUESTION = "What is the approximate total amount of each store?"


def figure(page: str, name: str) -> float:
    found = [line for line in page.splitlines() if line.split(" ")[0] == name]
    assert found, f"{name} is not in\n{page}"
    return float(found[0].split(" ")[1])


def test_health_and_readiness_say_what_is_well(client: Client) -> None:
    for path in ("/healthz", "/-/healthz"):
        assert client().get(path).json() == {"answering": "ok"}
    for path in ("/readyz", "/-/readyz"):
        assert client().get(path).json() == {"answering": "ok", "state": "ok", "catalogue": "ok"}


def test_a_probe_may_use_any_host_name(served: FastAPI) -> None:
    probe = TestClient(served, base_url="http://10.0.0.7")
    assert {path: probe.get(path).status_code for path in PROBES} == dict.fromkeys(PROBES, 200)
    assert probe.get("/sign-in").status_code == 421


def test_what_is_missing_is_named(client: Client, site: Site) -> None:
    (site.reading.bench.project.state / CATALOG).unlink()
    answer = client().get("/readyz")
    assert (answer.status_code, answer.json()["catalogue"], answer.json()["state"]) == (503, "failed", "ok")
    site.desk.stop()
    assert client().get("/healthz").status_code == 503


def test_figures_need_the_token_where_one_is_set(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRICS_TOKEN", "a-long-secret")
    nobody = client()
    assert nobody.get("/-/metrics").status_code == 401
    assert nobody.get("/-/metrics", headers={"authorization": "Bearer wrong"}).status_code == 401
    assert nobody.get("/-/metrics", headers={"authorization": "Bearer a-long-secret"}).status_code == 200


def test_without_a_token_only_this_machine_may_ask(client: Client, served: FastAPI) -> None:
    assert client().get("/-/metrics").status_code == 200
    assert client().get("/-/metrics", headers={"x-forwarded-for": "127.0.0.1"}).status_code == 401
    assert TestClient(served, client=("10.0.0.9", 4000)).get("/-/metrics").status_code == 401


def test_what_happened_is_counted(client: Client, site: Site, script: Script) -> None:
    asker = client("asker")
    made = ask(asker, site, QUESTION)
    script.sql = " email FROM main.customers"
    ask(asker, site, "Which mail addresses do customers have?")
    asker.get(f"/ask/{made}")
    asker.post(f"/ask/{made}/feedback", data={"csrf": csrf(asker), "kind": "up"})
    for sql in ("SELECT COUNT(*) FROM main.orders", "DROP TABLE main.orders"):
        asker.post("/api/v1/queries", json={"sql": sql}, headers={"x-csrf-token": csrf(asker)})

    page = client().get("/-/metrics").text
    assert figure(page, 'dbt_ask_asks_total{language="en",status="answered",writer="model"}') == 1
    assert figure(page, "dbt_ask_ask_seconds_count") == 2
    assert figure(page, 'dbt_ask_stage_seconds_count{stage="generate.greedy"}') >= 1
    assert figure(page, 'dbt_ask_tokens_total{kind="completion"}') > 0
    assert figure(page, 'dbt_ask_queries_total{outcome="done"}') == 1
    assert figure(page, 'dbt_ask_queries_total{outcome="refused"}') == 1
    assert sum(float(line.split()[1]) for line in page.splitlines() if line.startswith("dbt_ask_refusals_total")) >= 1
    assert figure(page, 'dbt_ask_cache_total{cache="result",found="hit"}') >= 1
    assert figure(page, "dbt_ask_waiting") == 0
    assert figure(page, 'dbt_ask_feedback_7d{kind="up"}') == 1
    assert figure(page, "dbt_ask_state_up") == 1
    assert figure(page, "dbt_ask_catalog_tables") == 4
    assert figure(page, "dbt_ask_scheduler_up") == 0
    assert figure(page, 'dbt_ask_data_built_timestamp_seconds{which="oldest"}') > 0
    for secret in (QUESTION, CANARY, "asker", "main.orders", "Brooklyn"):
        assert secret not in page


def test_a_state_database_that_is_away_is_a_figure(client: Client, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = site.reading.bench.state
    with engine.begin() as connection:
        connection.execute(text("drop table job_pauses"))
    page = client().get("/-/metrics")
    assert page.status_code == 200
    assert figure(page.text, "dbt_ask_state_up") == 0
    assert figure(page.text, "dbt_ask_catalog_tables") == 4
