"""A text of the catalogue, from who notices it on a phone to who approves it with one key."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from plugin.web.accounts import Grant
from plugin.web.site import Site
from tests.browser.conftest import Open
from tests.browser.test_review import press
from tests.browser.test_screens import audit
from tests.plugin.web.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize(("locale", "scheme"), [("en-US", "light"), ("ko-KR", "dark")])
def test_from_the_pencil_to_the_project(open_page: Open, site: Site, locale: str, scheme: str) -> None:
    site.people.add("ann", "Ann", PASSWORD, [Grant("asker")])
    phone = open_page(locale, scheme, login="ann", width=390)
    phone.goto("/catalog/main.customers")
    phone.locator("#segment a[href*=edit]").click()
    phone.wait_for_url("**/catalog/main.customers?edit=segment#segment")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    form = phone.locator("#segment form", has=phone.locator("select"))
    form.locator("select").select_option("retail")
    form.locator("input[name=text]").fill("소매 <b>")
    assert audit(phone) == []
    form.locator("button").click()
    phone.wait_for_url("**/catalog-texts/*")
    expect(phone.locator("main")).to_contain_text("+ 소매 <b>")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    page = open_page(locale, scheme)
    page.goto("/catalog-texts")
    assert audit(page) == []
    page.get_by_role("link", name="main.customers.segment").click()
    expect(page.locator("pre")).to_contain_text("value_synonyms")
    assert audit(page) == []
    press(page, "KeyA", locale == "ko-KR")
    page.wait_for_url("**/catalog-texts")
    text = (site.reading.bench.project.directory / "models" / "models.yml").read_text(encoding="utf-8")
    assert "value_synonyms: {retail: [소매 <b>]}" in text
