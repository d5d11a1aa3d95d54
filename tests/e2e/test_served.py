"""The whole path on PostgreSQL and a model server, by two apps and two schedulers, while a part of it fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plugin.assemble import Workbench
from plugin.jobs.history import History
from plugin.jobs.pokes import poke
from plugin.project import find
from tests.e2e.pausing import WRITING
from tests.e2e.served import App, ModelServer, Served, served, until

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.timeout(900)]
NEEDS_MODEL = "Which shop was luckier than usual?"
BROOKLYN = "SELECT count(*) AS n FROM shop.stores WHERE store_name = 'Brooklyn'"


@pytest.fixture(scope="module")
def model() -> ModelServer:
    return ModelServer()


@pytest.fixture(scope="module")
def parts(
    postgres_module_database: str, tmp_path_factory: pytest.TempPathFactory, model: ModelServer
) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("served"), postgres_module_database, model) as made:
        yield made


@pytest.fixture(scope="module")
def apps(parts: Served) -> list[App]:
    """Two. A test that kills one starts another."""
    return [parts.app(), parts.app()]


def rows(answer: dict[str, Any]) -> list[list[Any]]:
    assert answer["status"] == "answered", answer
    found: list[list[Any]] = answer["result"]["rows"]
    return found


def test_what_one_app_was_asked_the_other_knows(apps: list[App]) -> None:
    first, second = apps
    answer = first.ask(NEEDS_MODEL)
    assert [row[0] for row in rows(answer)] == ["Brooklyn", "Chicago"]
    assert rows(second.show(answer["id"])) == rows(answer)
    assert second.say(answer["id"], "up")["id"]


def test_a_model_server_that_hangs_is_asked_again_and_reported(model: ModelServer, apps: list[App]) -> None:
    before = model.asked
    model.hangs.set()
    try:
        answer = apps[0].ask(NEEDS_MODEL + " Or not?")
        assert answer["status"] == "failed"
        assert "did not answer" in answer["error"]
        assert model.asked - before == 2, "once, and once again"
        assert apps[0].status("/healthz") == 200
    finally:
        model.hangs.clear()
    assert rows(apps[0].ask(NEEDS_MODEL + " Or so?"))


def test_a_warehouse_that_restarts_needs_no_restart_of_ours(parts: Served, apps: list[App]) -> None:
    assert rows(apps[0].run(BROOKLYN).json()) == [[1]]
    parts.data.stop()
    try:
        for app in apps:
            refused = app.run(BROOKLYN)
            assert refused.status_code == 503, refused.text
            assert "PostgreSQL does not answer" in refused.json()["error"]["message"]
            assert "ask again in a moment" in refused.json()["error"]["hint"]
            assert app.status("/readyz") == 200, "whoever asks is told; a proxy's error page would hide it"
    finally:
        parts.data.start()
    for app in apps:
        assert rows(app.run(BROOKLYN).json()) == [[1]]
        assert rows(app.ask(NEEDS_MODEL))


def test_an_app_that_dies_loses_nothing_that_it_acknowledged(
    parts: Served, model: ModelServer, apps: list[App]
) -> None:
    dying, other = apps
    answered = dying.ask(NEEDS_MODEL + " Really?")
    dying.say(answered["id"], "up")
    model.hangs.set()
    try:
        waiting = dying.ask(NEEDS_MODEL + " Again?", wait=0)
        dying.kill()
    finally:
        model.hangs.clear()
    assert rows(other.show(answered["id"]))
    with Workbench(find(parts.directory)) as bench:
        assert [given.kind for given in bench.feedback.given.of_ask(answered["id"])] == ["up"]
    until(lambda: other.show(waiting["id"])["status"] == "failed")
    assert rows(other.ask(NEEDS_MODEL))
    apps[0] = parts.app()
    assert rows(apps[0].show(answered["id"]))


def test_what_a_dead_scheduler_was_running_is_taken_over_once(parts: Served, apps: list[App]) -> None:
    leader = parts.scheduler("-m", "tests.e2e.pausing", "1")
    assert leader.stderr is not None
    assert leader.stderr.readline().startswith("running catalog-sync")
    standby = parts.scheduler()
    assert standby.stderr is not None
    assert standby.stderr.readline().startswith("standing by")
    describe(parts.directory, "Sales of every store, one row each.")
    poke(find(parts.directory))
    assert leader.stdout is not None
    assert any(line.strip() == WRITING for line in leader.stdout)
    leader.kill()
    assert any(line.startswith("running catalog-sync") for line in standby.stderr)
    until(lambda: any(outcome == "done" for outcome, _, _ in runs(parts.directory)))
    standby.terminate()
    assert standby.wait(300) == 0
    assert [(outcome, cause) for outcome, cause, _ in runs(parts.directory)] == [
        ("done", "takeover"),
        ("lost", "catalog"),
    ]
    assert f":{standby.pid}:" in runs(parts.directory)[0][2]
    with Workbench(find(parts.directory)) as bench:
        assert any("Sales of every store" in str(told["text"]) for _, told in bench.index.scroll("tables"))
    assert rows(apps[0].ask(NEEDS_MODEL))


def describe(directory: Path, text: str) -> None:
    path = directory / "target" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["nodes"]["model.little.orders"]["description"] = text
    path.write_text(json.dumps(manifest), encoding="utf-8")


def runs(directory: Path) -> list[tuple[str, str, str]]:
    """Of the sync, newest first: what came of it, why it ran, and who ran it."""
    with Workbench(find(directory)) as bench:
        return [(run.outcome, run.cause, run.worker) for run in History(bench.state).recent("catalog-sync")]
