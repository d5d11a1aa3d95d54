"""Reviewing with the keyboard, also while Hangul is on; two people on one card; proposals from an answer."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from feedback.intake import Proposal
from plugin.web.accounts import Grant
from plugin.web.accounts.actor import actor_of
from plugin.web.site import Site
from tests.browser.conftest import Open
from tests.browser.test_screens import ask, audit
from tests.plugin.web.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TOTAL = "select store_name, sum(amount) as total from orders join stores using (store_id) group by 1"
COUNT = "select count(*) as orders from orders"
HANGUL = {
    "KeyA": "ㅁ",
    "KeyX": "ㅌ",
    "KeyU": "ㅕ",
    "KeyE": "ㄷ",
    "KeyJ": "ㅓ",
    "KeyK": "ㅏ",
    "Digit3": "3",
    "Space": " ",
}


@pytest.fixture
def made(site: Site) -> list[str]:
    """Two that wait, proposed by ann; rob and mina review."""
    site.curation.rules = replace(site.curation.rules, benchmark_share=0.0, gate=False)
    site.people.add("rob", "Rob", PASSWORD, [Grant("reviewer")])
    ann = actor_of(site.people.add("ann", "Ann", PASSWORD, [Grant("asker")]))
    proposals = (
        Proposal("What is the approximate total amount of each store?", TOTAL),
        Proposal("주문은 모두 몇 건인가요?", COUNT),
    )
    return [site.curation.intake.propose(proposal, ann).example.id for proposal in proposals]


def press(page: Page, code: str, korean: bool) -> None:
    """As a keyboard that is switched to Hangul sends it: another key, the same place."""
    card = page.locator("[data-card]")
    if card.count():
        expect(card).to_have_attribute("data-seen", "")
    if not korean:
        page.keyboard.press(code)
        return
    devtools = page.context.new_cdp_session(page)
    for kind in ("rawKeyDown", "keyUp"):
        devtools.send("Input.dispatchKeyEvent", {"type": kind, "key": HANGUL[code], "code": code})
    devtools.detach()


def state(site: Site, example: str) -> str:
    return site.curation.examples.get(example).state


@pytest.mark.parametrize(("locale", "scheme"), [("en-US", "light"), ("ko-KR", "dark")])
def test_from_the_queue_to_its_end_by_keys_alone(
    open_page: Open, site: Site, made: list[str], locale: str, scheme: str
) -> None:
    korean = locale == "ko-KR"
    page = open_page(locale, scheme)
    page.goto("/review")
    press(page, "Space", korean)
    page.wait_for_url(f"**/review/{made[0]}*")
    expect(page.locator("#results")).to_contain_text("Brooklyn")
    expect(page.locator(".shown-sql .cm-content")).to_contain_text("SUM(amount)")
    press(page, "KeyA", korean)
    page.wait_for_url(f"**/review/{made[1]}?done={made[0]}")
    expect(page.locator(".done")).to_contain_text("승인함" if korean else "Approved")
    press(page, "KeyU", korean)
    page.wait_for_url(f"**/review/{made[0]}?*")
    assert state(site, made[0]) == "in_review"
    press(page, "KeyX", korean)
    expect(page).to_have_url(re.compile(r"why=1$"))
    press(page, "Digit3", korean)
    page.wait_for_url(f"**/review/{made[1]}?done={made[0]}")
    press(page, "Space", korean)
    page.wait_for_url("**/review?")
    assert (state(site, made[0]), site.curation.examples.get(made[0]).reason) == ("rejected", "wrong_filter")
    assert state(site, made[1]) == "candidate"
    reviews = site.curation.examples.reviews(made[0])
    assert [r.decision for r in reviews] == ["approve", "reject"]
    assert all(r.seconds is not None and r.seconds >= 0 for r in reviews)


def test_keys_do_nothing_in_a_field_or_where_they_are_switched_off(
    open_page: Open, site: Site, made: list[str]
) -> None:
    page = open_page()
    page.goto(f"/review/{made[0]}?why=1")
    expect(page.locator("[data-card]")).to_have_attribute("data-seen", "")
    page.locator("#why input[name=comment]").focus()
    page.keyboard.press("a")
    page.keyboard.press("3")
    page.keyboard.press("Escape")
    page.context.add_cookies([{"name": "keys", "value": "off", "url": site.url}])
    page.goto(f"/review/{made[0]}")
    expect(page.locator("[data-card]")).to_have_attribute("data-seen", "")
    page.keyboard.press("a")
    page.goto("/review")
    assert state(site, made[0]) == "candidate"


def test_two_people_on_one_card(open_page: Open, site: Site, made: list[str]) -> None:
    """Both decide: the second is told who was first. Both edit: nothing is lost."""
    mina, rob = open_page(), open_page("ko-KR", login="rob")
    for page in (mina, rob):
        page.goto(f"/review/{made[0]}")
    press(mina, "KeyA", korean=False)
    mina.wait_for_url(f"**/review/{made[1]}?done=*")
    press(rob, "KeyA", korean=True)
    expect(rob.locator(".refused")).to_contain_text("mina 님이 먼저 결정했습니다")
    assert state(site, made[0]) == "verified"
    for page in (mina, rob):
        page.goto(f"/review/{made[1]}?edit=1")
    for page, sql in ((mina, "select count(order_id) as n from orders"), (rob, "select sum(1) as n from orders")):
        page.locator(".cm-content").click()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(sql)
        page.keyboard.press("Control+Enter")
        expect(page.locator(".refused .diff" if page is rob else ".diff")).to_be_visible()
    expect(rob.locator(".refused .diff")).to_contain_text("SUM(1)")
    rob.locator(".refused a.primary").click()
    expect(rob.locator(".cm-content")).to_contain_text("SUM(1)")
    assert [v.edited_by for v in site.curation.examples.versions(made[1])] == ["ann", "mina", "rob"]


@pytest.mark.parametrize(
    ("locale", "says"), [("en-US", "Proposed as the right answer"), ("ko-KR", "올바른 답으로 제안했습니다")]
)
def test_an_edited_answer_is_proposed_and_found_among_the_examples(
    open_page: Open, site: Site, made: list[str], locale: str, says: str
) -> None:
    page = open_page(locale)
    ask(page, "approximate total amount of each store")
    page.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("SELECT MAX(amount) AS largest FROM main.orders")
    page.keyboard.press("Control+Enter")
    page.locator("#thumbs button[value=edit]").click()
    expect(page.locator("#thumbs")).to_contain_text(says)
    page.locator("#thumbs a").click()
    page.wait_for_url("**/examples/*")
    expect(page.locator(".shown-sql .cm-content")).to_contain_text("MAX(amount)")
    page.goto("/examples?q=largest")
    expect(page.locator(".queue li")).to_have_count(1)


def test_the_difference_lies_side_by_side(open_page: Open, site: Site, made: list[str]) -> None:
    rob, ann = (actor_of(p.viewer) for p in site.people.all() if p.viewer.login in ("rob", "ann"))
    rob, ann = (rob, ann) if rob.name == "rob" else (ann, rob)
    site.curation.desk.decide("approve", made[0], rob)
    other = Proposal("What is the total amount of every store?", TOTAL.replace("sum", "max"))
    example = site.curation.intake.propose(other, ann).example.id
    page = open_page()
    page.goto(f"/review/{example}")
    expect(page.locator(".cm-mergeView .cm-changedText").first).to_be_visible()
    expect(page.locator("td.other")).to_have_count(6)
    expect(page.locator(".near.differs")).to_contain_text("other rows")


@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_finding_of_axe(open_page: Open, site: Site, made: list[str], locale: str, scheme: str) -> None:
    page = open_page(locale, scheme)
    found = {}
    card = f"/review/{made[0]}"
    for address in ("/review", card, f"{card}?why=1", f"{card}?edit=1", "/examples", f"/examples/{made[0]}"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        found[address] = audit(page)
    assert {where: what for where, what in found.items() if what} == {}


def test_a_phone_is_wide_enough(open_page: Open, made: list[str]) -> None:
    page = open_page("ko-KR", "light", width=390, height=844)
    for address in ("/review", f"/review/{made[0]}", f"/review/{made[0]}?why=1", "/examples", f"/examples/{made[0]}"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
        assert audit(page) == [], address
