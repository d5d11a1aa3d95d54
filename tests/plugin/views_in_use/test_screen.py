"""The screen of views says of those that people wrote what is known against them."""

from __future__ import annotations

from starlette.testclient import TestClient

from plugin.web.accounts import Grant
from plugin.web.app import create_app, make_site
from tests.plugin.views_in_use.conftest import Viewed
from tests.plugin.views_in_use.test_guard import FALSIFIED
from tests.plugin.views_in_use.test_proofs import ON_VIEW


def screen(viewed: Viewed, login: str) -> str:
    with viewed.open() as bench:
        site = make_site(bench, "http://testserver")
        owner = site.people.add(login, login, "correct horse battery", [Grant("owner")])
        browser = TestClient(create_app(site), cookies={site.cookie: site.sessions.start(owner.id)})
        return str(browser.get("/views?state=used").text)


def test_a_written_view_that_went_out_of_use_is_shown_as_that(viewed: Viewed) -> None:
    before = screen(viewed, "kim")
    assert "monthly_sales" in before
    assert "out of use" not in before
    viewed.write(FALSIFIED)
    viewed.ask(ON_VIEW)
    shown = screen(viewed, "lee")
    assert "out of use" in shown
    assert "values of revenue differ" in shown
