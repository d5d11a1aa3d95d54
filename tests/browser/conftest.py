"""Debian's Chromium against the real server over a little project. Any console error, CSP violation, page error or
request to another host fails the test: that is the air-gap test too."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

playwright_api = pytest.importorskip("playwright.sync_api", reason="needs the extra `dev`")
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright  # noqa: E402

from backends.llm.scripted import ScriptedLLM  # noqa: E402
from plugin.assemble import Workbench  # noqa: E402
from plugin.web.accounts import Grant  # noqa: E402
from plugin.web.app import create_app, make_site  # noqa: E402
from plugin.web.site import Site  # noqa: E402
from tests.plugin.web.conftest import PASSWORD, Script  # noqa: E402

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}: apt-get install chromium fonts-noto-cjk, or set CHROMIUM")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=str(CHROMIUM), headless=True, args=FLAGS)
        yield made
        made.close()


@pytest.fixture
def script() -> Iterator[Script]:
    script = Script()
    yield script
    script.go.set()


@contextmanager
def free_socket() -> Iterator[socket.socket]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        yield listening


@pytest.fixture
def site(little: Workbench, script: Script) -> Iterator[Site]:
    """Served at `site.url`."""
    import uvicorn

    little.__dict__["llm"] = ScriptedLLM(script)
    with free_socket() as listening:
        site = make_site(little, f"http://127.0.0.1:{listening.getsockname()[1]}")
        site.people.add("mina", "Mina", PASSWORD, [Grant("admin")])
        server = uvicorn.Server(uvicorn.Config(create_app(site), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 30
        while not server.started and time.monotonic() < deadline:
            thread.join(0.05)
        yield site
        server.should_exit = True
        thread.join(30)


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Open]:
    """open_page("ko-KR", "dark", login="rob"): a page in which that person is signed in; mina is the admin."""
    wrong: list[str] = []
    contexts = []

    def make(
        locale: str = "en-US", scheme: str = "light", *, login: str = "mina", width: int = 1280, height: int = 860
    ) -> Page:
        context = browser.new_context(
            locale=locale, timezone_id="Asia/Seoul", color_scheme=scheme, viewport={"width": width, "height": height},
            base_url=site.url,
        )  # fmt: skip
        contexts.append(context)
        person = next(p.viewer.id for p in site.people.all() if p.viewer.login == login)
        context.add_cookies([{"name": site.cookie, "value": site.sessions.start(person), "url": site.url}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda said: wrong.append(said.text) if _matters(said) else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda asked: wrong.append(asked.url) if not _own(asked.url, site.url) else None)
        return page

    make.wrong = wrong  # type: ignore[attr-defined]
    yield make
    for context in contexts:
        context.close()
    assert wrong == []


def _matters(said: ConsoleMessage) -> bool:
    """Chromium reports answers of 422 and 409 as errors, though the page shows what they say."""
    return said.type == "error" and not any(f"status of {status}" in said.text for status in (409, 422))


def _own(address: str, url: str) -> bool:
    return address.startswith((f"{url}/", "data:"))
