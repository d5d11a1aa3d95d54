"""The pictures of the documentation: `python -m tests.browser.pictures PROJECT [NAME [FOLDER]]`.

PROJECT is the sample, built and synced; it is copied and not touched. Only pictures whose name holds NAME are made.
FOLDER keeps the copy with what was measured on it, for the next time.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from plugin.web.site import Site
from tests.browser import sample
from tests.browser.conftest import CHROMIUM, FLAGS

OUT = Path(__file__).parents[2] / "docs" / "images"
PHONE = {"width": 390, "height": 844}


def take(browser: Browser, site: Site, made: dict[str, str], only: str) -> None:
    cluster = site.curation.examples.get(made[sample.ORDERS]).cluster
    view = max(site.reading.bench.views.all("proposed"), key=lambda v: v.evidence.get("speedup", 0)).name

    def shot(name: str, address: str, do: Callable[[Page], object] = lambda _: None, **look: object) -> None:
        if only not in name:
            return
        page = _page(browser, site, **look)  # type: ignore[arg-type]
        page.goto(address)
        do(page)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(600)
        page.screenshot(path=str(OUT / f"{name}.png"))
        page.context.close()
        print(OUT / f"{name}.png")  # noqa: T201

    shot("ask", "/ask", height=640)
    shot("answer", "/ask", lambda page: _ask(page, sample.REVENUE), height=980)
    shot("answer-ko-phone", "/ask", lambda page: _ask(page, "2020년 매장별 매출을 알려줘"), locale="ko-KR", **PHONE)
    shot("review", "/review")
    shot("review-card", f"/review/{made[sample.DISPUTED]}", height=1010)
    shot("review-bulk", f"/review?cluster={cluster}", height=760)
    shot("examples", "/examples", height=900)
    shot("example-ko-dark", f"/examples/{made[sample.REVENUE]}", locale="ko-KR", scheme="dark", height=960)
    shot("catalog", "/catalog")
    shot("table", "/catalog/shop.shop_monthly_store_sales", height=960)
    text = next(found for found in site.reading.bench.feedback.suggestions.find() if found.column)
    shot("text", f"/catalog-texts/{text.id}", height=760)
    shot("views", "/views?state=proposed", height=760)
    shot("view", f"/views/{view}", height=1100)
    shot("evals-compare-dark", "/evals/compare?before=no-values:rules&after=rules:rules", scheme="dark", height=960)
    shot("metrics", "/metrics?days=7", height=1560)
    shot("jobs", "/jobs", height=1080)
    shot("audit", "/audit?kind=example", height=760)
    shot("account", "/account", height=640)
    shot("admin-ko-dark", "/admin", locale="ko-KR", scheme="dark", height=640)


def stream(browser: Browser, project: Path) -> None:
    """An answer as the embedded model writes it: the only picture with a model."""
    settings = project / "dbt_ask.yml"
    kept = settings.read_text(encoding="utf-8")
    settings.write_text(kept.replace("preset: rules", "preset: default"), encoding="utf-8")
    try:
        with sample.served(project) as site:
            page = _page(browser, site, height=620)
            page.goto("/ask")
            page.locator("main textarea[name=question]").fill(sample.HARD)
            page.keyboard.press("Enter")
            page.wait_for_url("**/ask/*")
            expect(page.locator("[data-sql]")).to_contain_text("FROM", timeout=600_000)
            page.screenshot(path=str(OUT / "answer-stream.png"))
            page.get_by_role("button", name="Cancel").click()
            page.context.close()
    finally:
        settings.write_text(kept, encoding="utf-8")
    print(OUT / "answer-stream.png")  # noqa: T201


def _ask(page: Page, question: str) -> None:
    page.locator("main textarea[name=question]").fill(question)
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask/*")
    page.locator("[data-answer]").wait_for(timeout=60_000)


def _page(
    browser: Browser,
    site: Site,
    *,
    locale: str = "en-US",
    scheme: str = "light",
    width: int = 1280,
    height: int = 860,
) -> Page:
    context = browser.new_context(
        locale=locale, timezone_id="Asia/Seoul", color_scheme=scheme, viewport={"width": width, "height": height},  # type: ignore[arg-type]
        base_url=site.url,
    )  # fmt: skip
    mina = next(p.viewer.id for p in site.people.all() if p.viewer.login == "mina")
    context.add_cookies([{"name": site.cookie, "value": site.sessions.start(mina), "url": site.url}])
    return context.new_page()


def main(project: str, only: str = "", folder: str = "") -> None:
    with ExitStack() as opened:
        kept = Path(folder or opened.enter_context(tempfile.TemporaryDirectory(prefix="dbt-ask-pictures-")))
        copy = kept / "project"
        if not copy.exists():
            sample.prepare(Path(project), kept)
        site = opened.enter_context(sample.served(copy))
        made = {e.question: e.id for e in site.curation.examples.find()} or sample.use(site, copy)
        browser = opened.enter_context(sync_playwright()).chromium.launch(
            executable_path=str(CHROMIUM), headless=True, args=FLAGS
        )
        take(browser, site, made, only)
        if only in "answer-stream":
            stream(browser, copy)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
