"""Two apps on PostgreSQL share one model server that is no stub: llama.cpp's, over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from backends.llm.local import LocalLLM
from plugin.assemble import Workbench
from plugin.project import find
from tests.e2e.served import App, Served, served

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.model, pytest.mark.timeout(1800)]
KEY = "DBT_ASK_E2E_KEY"
QUESTIONS = ("Which shop was luckier than usual?", "Which shop was unluckier than usual?")


class Llama:
    """The server of the embedded engine, whose key is read from the environment."""

    def __init__(self, llm: LocalLLM) -> None:
        self._engine = llm.engine
        self.settings: dict[str, object] = {"api_key_env": KEY, "timeout_seconds": 600}

    @contextmanager
    def running(self) -> Iterator[str]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(KEY, self._engine.key)
            yield f"{self._engine.address}/v1"


@pytest.fixture(scope="module")
def parts(
    postgres_module_database: str, tmp_path_factory: pytest.TempPathFactory, local_llm: LocalLLM
) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("served"), postgres_module_database, Llama(local_llm)) as made:
        yield made


def tokens(parts: Served, ended: dict[str, Any]) -> dict[str, int]:
    with Workbench(find(parts.directory)) as bench:
        (record,) = [record for record in bench.asks.recent() if record.id == ended["id"]]
        counted: dict[str, int] = record.receipt["tokens"]
        return counted


def test_two_apps_ask_at_once_and_both_are_answered(parts: Served) -> None:
    """Whatever a small model makes of it: the question ends, and its tokens were counted."""
    apps, ended = [parts.app(), parts.app()], dict[str, dict[str, Any]]()

    def ask(app: App, question: str) -> None:
        ended[question] = app.ask(question)

    threads = [threading.Thread(target=ask, args=pair) for pair in zip(apps, QUESTIONS, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for question in QUESTIONS:
        assert ended[question]["status"] in ("answered", "clarify", "refused"), ended[question]
        assert tokens(parts, ended[question])["completion_tokens"] > 0


def test_the_beginning_of_a_prompt_is_known_whoever_asks(parts: Served) -> None:
    """One asker's prompt is another's beginning: rules, tables and columns come before the question."""
    first, second = parts.app(), parts.app()
    first.ask(QUESTIONS[0] + " Truly?")
    counted = tokens(parts, second.ask(QUESTIONS[1] + " Truly?"))
    assert counted["cached_tokens"] > counted["prompt_tokens"] / 2
