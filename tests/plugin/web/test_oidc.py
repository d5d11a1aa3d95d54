"""Signing in at a real OpenID provider."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from starlette.testclient import TestClient

from plugin.assemble import Workbench
from plugin.errors import SettingsError
from plugin.project import find
from plugin.web.accounts import Grant, oidc
from plugin.web.app import create_app, make_site
from plugin.web.errors import BadInput
from plugin.web.site import Site
from tests.plugin.web.conftest import PASSWORD
from tests.support.files import copy_project
from tests.support.openid import sign_in

pytestmark = pytest.mark.slow
ROLES = {"analysts": "asker", "leads": "reviewer", "shop-leads": "owner@Shop"}
URL = "http://testserver"


@pytest.fixture
def project(little_built: Path, tmp_path: Path, openid_provider: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OIDC_CLIENT_SECRET", "of the client")
    directory = copy_project(little_built, tmp_path / "little")
    settle(directory, issuer=openid_provider)
    return directory


def settle(directory: Path, **chosen: object) -> None:
    settings = {"client_id": "dbt-ask", "roles": ROLES, "title": "Example", **chosen}
    (directory / "dbt_ask.yml").write_text(yaml.safe_dump({"oidc": settings}), encoding="utf-8")


@pytest.fixture
def site(project: Path) -> Iterator[Site]:
    with Workbench(find(project)) as bench:
        made = make_site(bench, URL)
        made.people.add("admin", "Admin", PASSWORD, [Grant("admin")])
        yield made


@pytest.fixture
def browser(site: Site) -> TestClient:
    return TestClient(create_app(site), follow_redirects=False)


def leave(browser: TestClient, onward: str = "/catalog") -> str:
    answer = browser.get("/sign-in/oidc", params={"next": onward})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def back(browser: TestClient, subject: str, onward: str = "/catalog") -> object:
    return browser.get(sign_in(leave(browser, onward), subject).removeprefix(URL))


def test_a_person_comes_back_with_the_roles_of_the_claims(browser: TestClient, site: Site) -> None:
    page = browser.get("/sign-in?next=/catalog").text
    assert "Sign in with Example" in page
    assert 'name="password"' in page  # local accounts stay
    asked = parse_qs(urlsplit(leave(browser)).query)
    assert (asked["response_type"], asked["code_challenge_method"]) == (["code"], ["S256"])
    assert asked["redirect_uri"] == [f"{URL}/sign-in/oidc/back"]
    answer = back(browser, "1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/catalog")
    assert browser.get("/catalog").status_code == 200
    (kim,) = [p.viewer for p in site.people.all() if p.viewer.login == "kim"]
    assert (kim.name, set(kim.grants)) == ("Kim Mina", {Grant("asker"), Grant("reviewer")})
    back(browser, "2")
    assert "main.salaries" not in browser.get("/catalog").text  # owner of one domain
    assert len(site.people.all()) == 3


def test_roles_follow_the_claims_at_each_sign_in(browser: TestClient, site: Site) -> None:
    back(browser, "1")
    (kim,) = [p.viewer for p in site.people.all() if p.viewer.login == "kim"]
    site.people.set_grants(kim.id, [Grant("admin")])
    back(browser, "1")
    found = site.people.find(kim.id)
    assert found is not None
    assert not found.may("administer")
    site.people.set_active(kim.id, False)
    assert back(browser, "1").status_code == 403


def test_who_has_no_role_or_no_login_stays_outside(browser: TestClient, site: Site) -> None:
    for subject, says in (("3", "gives you no role here"), ("4", "gave no login")):
        answer = back(browser, subject)
        assert answer.status_code == 403
        assert says in answer.text
    assert [p.viewer.login for p in site.people.all()] == ["admin"]


def test_a_login_of_a_local_account_is_not_taken_over(browser: TestClient, site: Site) -> None:
    assert back(browser, "5").status_code == 422
    assert [p.viewer.name for p in site.people.all()] == ["Admin"]
    assert browser.get("/catalog").status_code == 303


def test_an_answer_is_good_for_the_browser_that_asked_and_once(browser: TestClient, site: Site) -> None:
    address = sign_in(leave(browser), "1").removeprefix(URL)
    stranger = TestClient(create_app(site), follow_redirects=False)
    assert stranger.get(address).status_code == 403
    leave(stranger)
    assert stranger.get(address).status_code == 403  # its own sign-in has another state
    assert browser.get(address).status_code == 303
    assert browser.get(address).status_code == 403  # the cookie is gone


def test_a_token_of_another_sign_in_or_another_key_is_refused(
    browser: TestClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = site.oidc
    assert provider is not None
    first, second = provider.begin(), provider.begin()
    answer = {k: v[0] for k, v in parse_qs(urlsplit(sign_in(first.url, "1")).query).items()}
    swapped = oidc.Begun(second.url, first.state, second.nonce, first.verifier)
    with pytest.raises(oidc.ProviderFailed, match="InvalidClaimError"):
        provider.finish(swapped, answer)
    third = provider.begin()
    answer = {k: v[0] for k, v in parse_qs(urlsplit(sign_in(third.url, "1")).query).items()}
    read = oidc._read
    from joserfc.jwk import KeySet, RSAKey

    other = KeySet([RSAKey.generate_key(2048, auto_kid=True)]).as_dict(private=False)
    monkeypatch.setattr(oidc, "_read", lambda c, at, *more: other if at.endswith("/jwks") else read(c, at, *more))
    with pytest.raises(oidc.ProviderFailed):
        provider.finish(third, answer)


def test_settings_that_can_not_work_are_said_at_the_start(project: Path, openid_provider: str) -> None:
    settle(project, issuer=openid_provider, client_id="")
    with Workbench(find(project)) as bench, pytest.raises(SettingsError, match="client_id"):
        make_site(bench, URL)
    settle(project, issuer=openid_provider, roles={"x": "king"})
    with Workbench(find(project)) as bench, pytest.raises(oidc.ProviderFailed, match="king"):
        make_site(bench, URL)


def test_a_provider_that_is_away_or_another_says_so(project: Path, openid_provider: str) -> None:
    for issuer, status in (("http://127.0.0.1:9", 502), (f"{openid_provider}/", 502)):
        settle(project, issuer=issuer)
        with Workbench(find(project)) as bench:
            browser = TestClient(create_app(make_site(bench, URL)), follow_redirects=False)
            assert browser.get("/sign-in/oidc").status_code == status
            assert browser.get("/sign-in").status_code == 200  # local accounts do not need it


def test_without_roles_in_the_settings_admins_give_them(project: Path, openid_provider: str) -> None:
    settle(project, issuer=openid_provider, roles={}, default_role="asker")
    with Workbench(find(project)) as bench:
        site = make_site(bench, URL)
        browser = TestClient(create_app(site), follow_redirects=False)
        assert back(browser, "3").status_code == 303
        (guest,) = site.people.all()
        site.people.set_grants(guest.viewer.id, [Grant("publisher")])
        back(browser, "3")
        assert site.people.all()[0].viewer.grants == (Grant("publisher"),)
        assert site.people.with_password("guest", "") is None
        with pytest.raises(BadInput, match="no password here"):
            site.people.set_password(guest.viewer.id, PASSWORD)
