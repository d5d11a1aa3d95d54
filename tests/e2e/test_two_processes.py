"""One state folder, two processes: people ask while a scheduled sync writes the index, or dies of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from benchmarks import crowd, web_load
from plugin.assemble import Workbench
from plugin.project import find
from tests.e2e.pausing import WRITING
from tests.support.files import copy_project

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
ROOT = Path(__file__).parents[2]
QUESTION = "total amount of each store"


@pytest.fixture
def directory(little_built: Path, tmp_path: Path) -> Path:
    return copy_project(little_built, tmp_path / "little")


class Web:
    def __init__(self, url: str, cookie: str) -> None:
        self.browser = httpx2.Client(base_url=url, cookies={"dbt_ask": cookie}, timeout=120)
        csrf = crowd.TOKEN.search(self.browser.get("/account").text)
        assert csrf is not None
        self.csrf = csrf.group(1)

    def ask(self) -> str:
        """The id of an answer with its rows."""
        address = self.browser.post("/ask", data={"csrf": self.csrf, "question": QUESTION}).headers["location"]
        with self.browser.stream("GET", f"{address}/events") as events:
            assert "event: end" in list(events.iter_lines())
        page = self.browser.get(address).text
        assert "Brooklyn" in page, page
        return str(address.removeprefix("/ask/"))


@pytest.fixture
def web(directory: Path) -> Iterator[Web]:
    (directory / "dbt_ask.yml").write_text("web: {asks_per_minute: 600}\n", encoding="utf-8")
    (asker,), _ = crowd.people(directory, 1, 0)
    with web_load.server(directory, 0.0) as (_, url):
        found = Web(url, asker.cookie)
        yield found
        found.browser.close()


def syncing(directory: Path, *words: str) -> subprocess.Popen[str]:
    """It has begun to write the index, and waits."""
    command = [sys.executable, "-m", "tests.e2e.pausing", "1", *words, "--project-dir", str(directory)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=-1, stdout=-1, text=True)
    assert process.stdout is not None
    assert any(line.strip() == WRITING for line in process.stdout)
    return process


def sync_of(directory: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from plugin.main import main; main()", "sync", "--project-dir", str(directory)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def describe(directory: Path, text: str) -> None:
    path = directory / "target" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["nodes"]["model.little.salaries"]["description"] = text
    path.write_text(json.dumps(manifest), encoding="utf-8")


def indexed(directory: Path) -> str:
    with Workbench(find(directory)) as bench:
        return " ".join(str(payload["text"]) for _, payload in bench.index.scroll("tables"))


def scores(directory: Path, ask: str) -> Any:
    """What the index said to that question."""
    with Workbench(find(directory)) as bench:
        record = bench.asks.get(ask)
        assert record is not None
        return next(step["tables"] for step in record.receipt["stages"] if step.get("tables"))


@pytest.mark.parametrize("words", [("jobs", "run", "catalog-sync"), ("sync", "--rebuild")], ids=" ".join)
def test_people_ask_while_a_sync_writes(directory: Path, web: Web, words: tuple[str, ...]) -> None:
    before = scores(directory, web.ask())
    describe(directory, "Sales of every store: the total amount of each store.")
    with syncing(directory, *words) as sync:
        assert scores(directory, web.ask()) == before
        assert "Sales of every store" not in indexed(directory)
        assert web.browser.get("/readyz").status_code == 200
        sync.communicate("\n")
    assert sync.returncode == 0
    assert "Sales of every store" in indexed(directory)
    assert scores(directory, web.ask()) != before, "the web process did not take up what the sync had published"


def test_a_sync_that_is_killed_leaves_what_people_ask(directory: Path, web: Web) -> None:
    before = scores(directory, web.ask())
    describe(directory, "Sales of every store: the total amount of each store.")
    with syncing(directory, "sync") as sync:
        sync.kill()
        sync.communicate()
    assert scores(directory, web.ask()) == before
    assert sync_of(directory).returncode == 0
    assert scores(directory, web.ask()) != before


def test_a_second_sync_says_that_one_is_running(directory: Path) -> None:
    describe(directory, "Sales.")
    with syncing(directory, "sync") as sync:
        second = sync_of(directory)
        assert second.returncode == 2
        assert "another sync" in second.stderr
        assert "wait until it ends" in second.stderr
        sync.communicate("\n")
    assert sync.returncode == 0
