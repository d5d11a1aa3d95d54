"""Jobs, views, evaluations and metrics in the browser: both languages, light and dark, keys, addresses, a phone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

import pytest
from playwright.sync_api import expect

from feedback.people import Actor
from plugin.evaluations import FOLDER
from plugin.jobs.history import History
from plugin.jobs.leases import Leases
from plugin.web.site import Site
from tests.browser.conftest import Open
from tests.browser.test_screens import audit
from tests.feedback.evaluation.runs import result, write
from tests.plugin.web.conftest import Script
from tests.plugin.web.test_views import EVIDENCE, definition, propose

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SCREENS = (
    "/jobs",
    "/jobs?job=catalog-sync&outcome=failed",
    "/views?state=proposed",
    "/views?state=used",
    "/views/monthly_orders",
    "/evals",
    "/evals/run?name=new:views&show=all",
    "/evals/compare?before=old:views&after=new:views",
    "/metrics",
    "/metrics?days=7&missed=disliked",
)
CHARTED = {"/jobs": 1, "/views/monthly_orders": 1, "/evals": 1, "/metrics": 5}


@pytest.fixture
def busy(site: Site) -> Site:
    """With something on each screen."""
    bench = site.reading.bench
    history = History(bench.state)
    for outcome in ("done", "failed", "done"):
        run = history.begin("catalog-sync", "here:1", "schedule")
        history.end(run, outcome, tries=1, error="away" if outcome == "failed" else None, result={"tables": 4})
    propose(bench.views, definition(), EVIDENCE)
    folder = bench.project.directory / FOLDER
    for name, wrong in (("old", "bd"), ("new", "cd")):
        write(folder / f"{name}.jsonl", {"views": [result(q, q not in wrong) for q in "abcd"]})
    now, kim = datetime.now(timezone.utc), Actor.of("kim", "asker")
    for n in range(6):
        site.asks.record(
            question=f"월별 주문 수 {n}", language="ko", status="answered", tables=["main.orders"], model="m",
            timings={"total": 900.0 * (n + 1)}, user="kim", asked_at=now - timedelta(days=n % 3), ask=f"a{n}",
        )  # fmt: skip
        site.feedback.give(f"a{n}", "up" if n % 2 else "down", kim, reason="" if n % 2 else "wrong_grain")
    site.asks.record(question="mail of kim", language="en", status="refused", receipt={"reason": "pii"}, user="kim")
    return site


@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_screen_is_drawn_and_has_no_serious_finding(open_page: Open, busy: Site, locale: str, scheme: str) -> None:
    page = open_page(locale, scheme)
    found = {}
    for address in SCREENS:
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", locale[:2])
        charts = page.locator("[data-chart]").count()
        assert charts == CHARTED.get(address, charts)
        expect(page.locator("[data-drawn] svg")).to_have_count(charts)
        found[address] = audit(page)
    assert {where: what for where, what in found.items() if what} == {}


def test_a_phone_is_wide_enough(open_page: Open, busy: Site) -> None:
    page = open_page("ko-KR", "light", width=390, height=844)
    for address in SCREENS:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
        assert audit(page) == [], address


def test_where_there_is_nothing_it_says_how_to_get_it(open_page: Open) -> None:
    page = open_page()
    for address, says in (
        ("/views", "dbt-ask views recommend"),
        ("/evals", "dbt-ask eval run"),
        ("/jobs", "dbt-ask schedule"),
        ("/metrics", "dbt-ask ask"),
    ):
        page.goto(address)
        expect(page.locator("main")).to_contain_text(says)
    assert audit(page) == []


def test_a_proposal_is_approved_by_a_key_while_hangul_is_on(open_page: Open, busy: Site) -> None:
    page = open_page("ko-KR")
    page.goto("/views")
    page.get_by_role("link", name="monthly_orders").click()
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'ㅁ', code: 'KeyA', bubbles: true}))")
    expect(page.locator("main")).to_contain_text("dbt-ask views build monthly_orders")
    assert busy.reading.bench.views.get("monthly_orders").approved_by == "mina"


def test_filters_are_in_the_address_and_back_works(open_page: Open, busy: Site) -> None:
    page = open_page()
    page.goto("/jobs")
    page.get_by_label("Outcome", exact=True).select_option("failed")
    expect(page).to_have_url(re.compile("outcome=failed"))
    expect(page.locator("tbody tr")).to_have_count(1)
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.goto("/evals")
    page.get_by_role("button", name="Compare").click()
    expect(page).to_have_url(re.compile(r"/evals/compare\?before=.*&after="))
    page.get_by_text("question b").click()
    expect(page.locator("details[open]").get_by_text("Verified SQL")).to_be_visible()


def test_a_run_is_watched_until_it_ends(open_page: Open, busy: Site) -> None:
    page = open_page()
    with Leases(busy.reading.bench.state, "elsewhere:1").held("job:catalog-sync"):
        page.goto("/jobs")
        expect(page.locator("#now")).to_contain_text("running")
        expect(page.get_by_role("button", name="Run catalog-sync now")).to_be_disabled()
    expect(page.get_by_role("button", name="Run catalog-sync now")).to_be_enabled()


def test_an_asker_who_closes_the_page_stops_the_model(open_page: Open, site: Site, script: Script) -> None:
    site.desk.leave_seconds = 0.2
    script.held = True
    page = open_page()
    page.goto("/ask")
    page.locator("main textarea[name=question]").fill("approximate total amount of each store")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask/*")
    expect(page.locator("[data-stage=generate]")).to_have_attribute("data-state", "now")
    job = site.desk.find(page.url.rsplit("/", 1)[1])
    assert job is not None
    page.close()
    assert job.cancelled.wait(60)
    script.go.set()
    assert job.wait(60)
    assert job.state == "cancelled"
