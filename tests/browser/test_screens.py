from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from plugin.web.accounts import Grant
from plugin.web.site import Site
from tests.browser.conftest import Open
from tests.plugin.web.conftest import Script

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KOREAN = "매장마다 대략 얼마나 벌었는지 amount로 어림해 줘"  # for the model: no rule reads it


def ask(page: Page, question: str) -> None:
    page.goto("/ask")
    page.locator("main textarea[name=question]").fill(question)
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask/*")
    expect(page.locator("[data-answer]")).to_be_visible(timeout=60_000)


def audit(page: Page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{v['id']}: {v['nodes'][0]['target']} {v['nodes'][0]['failureSummary']}"
        for v in found
        if v["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize(("locale", "scheme"), [("en-US", "light"), ("ko-KR", "dark")])
def test_from_a_question_to_a_chart(open_page: Open, script: Script, locale: str, scheme: str) -> None:
    """The stages stream, the SQL appears before the rows, the chart is drawn, the editor is there."""
    script.held = True
    page = open_page(locale, scheme)
    page.goto("/ask")
    expect(page.locator("html")).to_have_attribute("lang", locale[:2])
    page.locator("main textarea[name=question]").fill(KOREAN)
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask/*")
    expect(page.locator("[data-stage=generate]")).to_have_attribute("data-state", "now")
    script.go.set()
    expect(page.locator("[data-answer]")).to_be_visible(timeout=60_000)
    expect(page.locator("[data-drawn] svg")).to_be_visible()
    expect(page.locator(".cm-content")).to_contain_text("SUM(amount)")
    assert page.locator("header.top").count() == 1


def test_edit_run_and_say_what_is_wrong(open_page: Open, site: Site) -> None:
    page = open_page()
    ask(page, "approximate total amount of each store")
    first = page.url
    page.locator("button[data-toggles='#why']").click()
    page.get_by_text("wrong filter").click()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#thumbs")).to_contain_text("You said it is wrong")
    page.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("DROP TABLE main.stores")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#sql-said")).to_contain_text("SELECT")
    page.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("SELECT COUNT(*) AS how_many FROM main.stores")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Written by a person")).to_be_visible()
    assert page.url != first
    assert [f.reason for f in site.feedback.of_ask(first.rsplit("/", 1)[1])] == ["wrong_filter"]
    page.go_back()
    expect(page.locator("#thumbs")).to_contain_text("You said it is wrong")


def test_the_table_is_in_the_address_and_back_works(open_page: Open, script: Script) -> None:
    script.sql = " order_id, order_date, amount FROM main.orders ORDER BY order_id"
    page = open_page()
    ask(page, "the amount of every order")
    page.get_by_role("link", name="Next page").click()
    expect(page).to_have_url(re.compile(r"view=table&page=2$"))
    expect(page.locator("#result")).to_contain_text("Page 2 of 3")
    page.reload()
    expect(page.locator("#result")).to_contain_text("Page 2 of 3")
    page.go_back()
    expect(page.locator("#result")).to_contain_text("Page 1 of 3")


def test_hangul_is_composed_with_enter_without_being_sent(open_page: Open) -> None:
    page = open_page("ko-KR")
    page.goto("/ask")
    page.locator("main textarea[name=question]").focus()
    devtools = page.context.new_cdp_session(page)
    devtools.send("Input.imeSetComposition", {"text": "매출", "selectionStart": 2, "selectionEnd": 2})
    devtools.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", "windowsVirtualKeyCode": 229, "key": "Process"})
    assert page.url.endswith("/ask")
    devtools.send("Input.insertText", {"text": "매출"})
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask/*")


def test_the_slash_key_works_while_hangul_is_on(open_page: Open) -> None:
    page = open_page("ko-KR")
    page.goto("/catalog")
    page.evaluate("document.activeElement.blur()")
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'ㅡ', code: 'Slash', bubbles: true}))")
    expect(page.locator("input[type=search]")).to_be_focused()


def test_what_was_put_into_data_and_descriptions_does_nothing(open_page: Open) -> None:
    page = open_page()
    ask(page, "approximate total amount of each store <img src=x onerror=window.hacked=1>")
    page.get_by_role("link", name="Table").click()
    expect(page.locator("td").first).to_be_visible()
    page.goto("/catalog/main.stores")
    expect(page.locator("h1")).to_have_text("main.stores")
    assert page.evaluate("window.hacked") is None


def test_an_element_without_the_nonce_is_inert(open_page: Open) -> None:
    """The negative control of hx-csp: what is injected into a page makes no request."""
    page = open_page()
    page.goto("/catalog")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(
        """() => { const b = document.createElement('button'); b.id = 'evil'; b.setAttribute('hx-get', '/ask/evil');
        b.textContent = 'x'; document.querySelector('main').append(b); htmx.process(b); b.click(); }"""
    )
    page.wait_for_timeout(300)
    assert not [url for url in asked if "evil" in url]
    blocked = [said for said in open_page.wrong if "hx-csp" in said]  # type: ignore[attr-defined]
    assert blocked
    open_page.wrong.clear()  # type: ignore[attr-defined]


@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_finding_of_axe(open_page: Open, site: Site, locale: str, scheme: str) -> None:
    page = open_page(locale, scheme)
    found = {}
    page.goto("/ask")
    found["/ask"] = audit(page)
    ask(page, "approximate total amount of each store")
    expect(page.locator("[data-drawn] svg")).to_be_visible()
    page.locator("details summary").last.click()
    found["answer"] = audit(page)
    for address in ("/catalog", "/catalog/main.orders", "/account", "/audit", "/admin", "/ask/history"):
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", locale[:2])
        found[address] = audit(page)
    link = site.invitations.make(Grant("asker"))
    page.context.clear_cookies()
    for address in ("/sign-in", f"/welcome/{link}"):
        page.goto(address)
        found[address.split("/")[1]] = audit(page)
    assert {where: what for where, what in found.items() if what} == {}


def test_a_phone_is_wide_enough(open_page: Open) -> None:
    page = open_page("ko-KR", "light", width=390, height=844)
    ask(page, KOREAN)
    for address in ("/ask", page.url, "/catalog", "/catalog/main.orders"):
        page.goto(address)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, address
        assert audit(page) == [], address
