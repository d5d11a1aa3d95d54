"""The answer of a real language model, as it comes."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import expect

from backends.llm.base import LLM
from plugin.web.site import Site
from tests.browser.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.model, pytest.mark.timeout(900)]
WATCH = """() => {
  window.told = [];
  const sql = document.querySelector("[data-sql]");
  const seen = new MutationObserver(() => window.told.push(sql.textContent));
  seen.observe(sql, {childList: true, characterData: true, subtree: true});
}"""


@pytest.mark.parametrize(
    ("locale", "question"),
    [
        ("en-US", "approximately how much would each store have to raise its amount to double it?"),
        ("ko-KR", "store 별로 amount를 두 배로 만들려면 대략 얼마가 더 필요할까?"),
    ],
)
def test_the_models_sql_grows_on_the_page(
    open_page: Open, site: Site, local_llm: LLM, locale: str, question: str
) -> None:
    """Rules don't read these questions. Each state of the SQL begins with the one before: token by token."""
    site.reading.bench.__dict__["llm"] = local_llm
    page = open_page(locale)
    page.goto("/ask")
    page.locator("main textarea[name=question]").fill(question)
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask/*")
    page.evaluate(WATCH)
    expect(page.locator("[data-stage=generate]")).to_have_attribute("data-state", "now", timeout=120_000)
    expect(page.locator("[data-sql]")).to_contain_text("FROM", timeout=300_000)
    told = page.evaluate("window.told")
    assert len(told) > 5
    assert all(later.startswith(before) for before, later in itertools.pairwise(told[:6]))
    expect(page.locator("#answer [data-stream]")).to_have_count(0, timeout=300_000)
    expect(page.locator(".cm-content, [data-answer]").first).to_be_visible()
