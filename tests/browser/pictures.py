"""The pictures of the documentation: `python -m tests.browser.pictures PROJECT [NAME]`.

The project is the sample, built and synced; it is copied and not touched. No language model is asked: where an answer
is shown, its SQL is scripted, and the picture says so.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from backends.llm.scripted import ScriptedLLM
from feedback.desk import Decision
from plugin.assemble import Workbench
from plugin.project import find
from plugin.web.accounts import Grant, Viewer
from plugin.web.accounts.actor import actor_of
from plugin.web.app import create_app, make_site
from plugin.web.site import Site
from tests.browser.conftest import CHROMIUM, FLAGS, free_socket
from tests.support.files import copy_project

OUT = Path(__file__).parents[2] / "docs" / "images"
PEOPLE = {"mina": ("Mina Park", "admin"), "rob": ("Rob Ellis", "reviewer"), "jisu": ("지수", "reviewer"),
          "ann": ("Ann Weber", "asker"), "omar": ("Omar Diaz", "asker")}  # fmt: skip
_STORES = (
    "select store_name, sum({what}) as {name} from shop.shop_monthly_store_sales where order_year = {year} group by 1"
)
_ONE = (
    "select sum(order_count) as orders from shop.shop_monthly_store_sales where store_name = '{}' and order_year = {}"
)
REVENUE = _STORES.format(what="revenue", name="revenue", year=2019)
PUBLISHED = {
    "What was the revenue of each store in 2019?": REVENUE,
    "Which market segments brought the most revenue in 1996?": "select market_segment, sum(revenue) as revenue "
    "from supply.supply_monthly_sales where order_year = 1996 group by 1 order by 2 desc",
    "2019년에 팔린 상품 수를 매장별로 알려줘": _STORES.format(what="item_count", name="items", year=2019),
}
PROPOSED = {
    "How much revenue did each store make in 2019?": _STORES.format(what="order_total", name="revenue", year=2019),
    "How many orders did Brooklyn get in 2019?": _ONE.format("Brooklyn", 2019),
    "How many orders did Philadelphia get in 2019?": _ONE.format("Philadelphia", 2019),
    "How many orders did Chicago get in 2020?": _ONE.format("Chicago", 2020),
    "Revenue of beverages and jaffles": "select p.product_type, sum(o.revenue) as revenue from shop.shop_orders o "
    "join shop.shop_order_items i on i.order_id = o.order_id join shop.shop_products p "
    "on p.product_id = i.product_id group by 1",
    "2020년 매장별 신규 고객은 몇 명인가요?": _STORES.format(what="new_customer_count", name="customers", year=2020),
    "Gross profit of each customer region in 1995": "select customer_region, sum(gross_profit) as gross_profit "
    "from supply.supply_monthly_sales where order_year = 1995 group by 1 order by 2 desc",
}


@contextmanager
def served(project: Path) -> Iterator[Site]:
    with tempfile.TemporaryDirectory(prefix="dbt-ask-pictures-") as folder:
        copy = copy_project(project, Path(folder) / "project")
        (copy / ".dbt_ask" / "state.db").unlink(missing_ok=True)
        (copy / "dbt_ask.yml").write_text("feedback: {benchmark_share: 0, gate: false}\n", encoding="utf-8")
        with Workbench(find(copy)) as bench, free_socket() as listening:
            bench.__dict__["llm"] = ScriptedLLM(lambda _messages, _sampling: REVENUE.removeprefix("select"))
            site = make_site(bench, f"http://127.0.0.1:{listening.getsockname()[1]}")
            server = uvicorn.Server(uvicorn.Config(create_app(site), log_level="error"))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
            thread.start()
            yield site
            server.should_exit = True
            thread.join(30)


def seed(site: Site) -> dict[str, str]:
    """People, what they asked and proposed, and what was decided; question -> example."""
    people = {
        login: site.people.add(login, name, "correct horse battery", [Grant(role)])  # type: ignore[arg-type]
        for login, (name, role) in PEOPLE.items()
    }
    made = {q: _propose(site, people["ann"], q, sql) for q, sql in PUBLISHED.items()}
    for example in made.values():
        site.curation.desk.decide("approve", example, actor_of(people["rob"]))
        site.curation.publish(site.curation.examples.get(example), actor_of(people["mina"]), _lock(site, example))
    for number, (question, sql) in enumerate(PROPOSED.items()):
        made[question] = _propose(site, people["omar" if number % 2 else "ann"], question, sql)
    disputed = next(iter(PROPOSED))
    for login in ("ann", "omar", "ann", "jisu", "omar", "rob", "ann"):
        site.asks.record(question=disputed, language="en", status="answered", user=login)
    _propose(site, people["omar"], disputed, PROPOSED[disputed])
    site.curation.deliver()
    return made


def _propose(site: Site, viewer: Viewer, question: str, sql: str) -> str:
    ask = site.asks.record(
        question=question, language="en", status="answered", sql=sql, dialect="duckdb", user=viewer.login
    )
    record = site.asks.get(ask)
    assert record is not None
    heard = site.curation.hear(viewer, record, "up", actor_of(viewer))
    assert heard.taken is not None
    return heard.taken.example.id


def _lock(site: Site, example: str) -> int:
    return site.curation.examples.get(example).lock


def take(browser: Browser, site: Site, made: dict[str, str], only: str) -> None:
    disputed, fan_out = made["How much revenue did each store make in 2019?"], made["Revenue of beverages and jaffles"]
    published = made["What was the revenue of each store in 2019?"]
    cluster = site.curation.examples.get(made["How many orders did Brooklyn get in 2019?"]).cluster

    def shot(name: str, address: str, do: Callable[[Page], object] = lambda _: None, **look: object) -> None:
        if only not in name:
            return
        page = _page(browser, site, **look)  # type: ignore[arg-type]
        page.goto(address)
        do(page)
        page.wait_for_timeout(900)
        page.screenshot(path=str(OUT / f"{name}.png"), full_page=bool(look.get("full")))
        page.context.close()
        print(OUT / f"{name}.png")  # noqa: T201

    shot("review", "/review")
    shot("review-card", f"/review/{disputed}", height=1010)
    shot("review-reject", f"/review/{fan_out}?why=1", height=1000, scheme="dark")
    shot(
        "review-ko-dark",
        f"/review/{made['2020년 매장별 신규 고객은 몇 명인가요?']}",
        locale="ko-KR",
        scheme="dark",
        height=960,
    )
    shot("review-phone", f"/review/{disputed}", locale="ko-KR", width=390, height=844)
    shot("review-bulk", f"/review?cluster={cluster}")
    shot("review-edit", f"/review/{disputed}?edit=1", height=960)
    shot("examples", "/examples")
    shot("example", f"/examples/{published}", height=960)
    shot("example-ko-dark", f"/examples/{published}", locale="ko-KR", scheme="dark", height=960)
    shot("examples-phone", "/examples", locale="ko-KR", width=390, height=844)
    shot("verified", "/ask", _ask, height=900)
    _conflict(browser, site, fan_out, only)
    _doubt(site, published)
    shot("example-stale", f"/examples/{published}", height=960)


def _conflict(browser: Browser, site: Site, example: str, only: str) -> None:
    """Two people edit one card; the second is told, and keeps the text."""
    if only not in "review-conflict":
        return
    pages = [_page(browser, site, login) for login in ("rob", "jisu")]
    for page in pages:
        page.goto(f"/review/{example}?edit=1")
    for page, what in zip(pages, ("i.revenue", "i.gross_profit"), strict=True):
        page.locator(".cm-content").click()
        page.keyboard.press("Control+A")
        sql = PROPOSED["Revenue of beverages and jaffles"].replace("o.revenue", what)
        page.keyboard.insert_text(sql)
        page.keyboard.press("Control+Enter")
        page.wait_for_load_state()
        page.wait_for_timeout(1500)
    pages[1].screenshot(path=str(OUT / "review-conflict.png"))
    for page in pages:
        page.context.close()
    print(OUT / "review-conflict.png")  # noqa: T201


def _doubt(site: Site, example: str) -> None:
    mina = next(p.viewer for p in site.people.all() if p.viewer.login == "mina")
    reason = "Finance counts revenue without refunds now; shop_monthly_store_sales is rebuilt with the next release"
    site.curation.desk.move("doubt", example, actor_of(mina), Decision(reason))


def _ask(page: Page) -> None:
    page.locator("main textarea[name=question]").fill("What was the revenue of each store in 2019?")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask/*")
    page.locator("[data-answer]").wait_for(timeout=60_000)
    page.locator(".rule summary").click()


def _page(
    browser: Browser, site: Site, login: str = "mina", *, locale: str = "en-US", scheme: str = "light",
    width: int = 1280, height: int = 860, full: bool = False,
) -> Page:  # fmt: skip
    context = browser.new_context(
        locale=locale, timezone_id="Asia/Seoul", color_scheme=scheme, viewport={"width": width, "height": height},  # type: ignore[arg-type]
        base_url=site.url,
    )  # fmt: skip
    person = next(p.viewer.id for p in site.people.all() if p.viewer.login == login)
    context.add_cookies([{"name": site.cookie, "value": site.sessions.start(person), "url": site.url}])
    return context.new_page()


def main(project: str, only: str = "") -> None:
    with served(Path(project)) as site, sync_playwright() as playwright:
        made = seed(site)
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), headless=True, args=FLAGS)
        take(browser, site, made, only)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
