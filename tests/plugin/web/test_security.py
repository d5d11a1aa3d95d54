from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from starlette.routing import BaseRoute
from starlette.testclient import TestClient

from plugin.web.accounts import Grant, Viewer
from plugin.web.errors import BadInput, NotFound
from plugin.web.security import PROBES, SAFE
from plugin.web.site import Site
from tests.plugin.web.conftest import PASSWORD, Client, ask, csrf, post

WITHOUT_SESSION = {"/sign-in", "/sign-in/oidc", "/sign-in/oidc/back", "/welcome/{secret}", "/preferences", *PROBES}


def routes(app: FastAPI) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def walk(route: BaseRoute) -> None:
        for inner in getattr(getattr(route, "original_router", None), "routes", []):
            walk(inner)
        for method in getattr(route, "methods", None) or ():
            found.append((method, route.path))  # type: ignore[attr-defined]

    for route in app.routes:
        walk(route)
    return found


SIGNED = "/api/v1/hooks/openmetadata"  # its door is the signature: tests/plugin/web/test_hooks.py


def filled(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "x", path)


def test_nothing_but_the_doors_is_open(app: FastAPI, client: Client) -> None:
    """Every address refuses somebody who is not signed in; nothing is forgotten, since the routes are asked."""
    known = routes(app)
    assert len(known) > 15
    nobody = client()
    for method, path in known:
        if path in WITHOUT_SESSION or path in ("/", "/openapi.json", "/api/v1/openapi.json", SIGNED):
            continue
        answer = nobody.request(method, filled(path), headers={"accept": "text/html"})
        assert answer.status_code in (303, 401), (method, path)
        assert answer.status_code == 401 or answer.headers["location"].startswith("/sign-in"), (method, path)


def test_no_request_changes_anything_without_the_token_of_the_session(app: FastAPI, client: Client) -> None:
    admin = client("admin")
    changing = [(m, p) for m, p in routes(app) if m not in SAFE and p not in ("/preferences", SIGNED)]
    assert len(changing) > 6
    for method, path in changing:
        answer = admin.request(method, filled(path), data={"csrf": "wrong"})
        assert answer.status_code == 403, (method, path, answer.text)


def test_another_site_can_not_send_a_form_even_with_the_token(client: Client) -> None:
    asker = client("asker")
    token = csrf(asker)
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        for address in ("/ask", "/preferences"):
            answer = asker.post(address, data={"csrf": token, "question": "amount"}, headers=headers)
            assert answer.status_code == 403, (address, headers)


def test_a_token_of_another_session_is_worth_nothing(client: Client) -> None:
    assert client("asker").post("/ask", data={"csrf": csrf(client("other")), "question": "x"}).status_code == 403


def test_every_response_carries_the_policy_with_a_nonce_of_its_own(client: Client) -> None:
    asker = client("asker")
    nonces = set()
    for address in ("/ask", "/sign-in", "/nowhere", "/static/app.js"):
        headers = asker.get(address).headers
        policy = headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "require-trusted-types-for 'script'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        nonces.add(re.search("nonce-([^']+)", policy).group(1))  # type: ignore[union-attr]
    assert len(nonces) == 4


def test_pages_load_nothing_from_elsewhere(client: Client, site: Site) -> None:
    asker = client("asker")
    for address in ("/ask", f"/ask/{ask(asker, site)}", "/catalog", "/catalog/main.orders", "/account"):
        page = asker.get(address).text
        loaded = re.findall(r"""(?:src|href|action|hx-\w+)=["']([^"']+)""", page)
        assert loaded
        assert not [at for at in loaded if re.match(r"(?:https?:)?//", at)]
        assert " style=" not in page
        assert not re.search(r"<script(?![^>]* nonce=)", page)


def test_a_foreign_host_is_refused(served: FastAPI) -> None:
    assert TestClient(served, base_url="http://evil.example").get("/sign-in").status_code == 421


def test_a_large_body_is_refused(client: Client) -> None:
    asker = client("asker")
    assert asker.post("/ask", content=b"x" * (2 * 1024 * 1024)).status_code == 413


def test_signing_in_gives_a_new_session_and_signing_out_ends_it(client: Client, site: Site) -> None:
    """Session fixation: an id that was there before is worth nothing after."""
    browser = client()
    browser.cookies.set(site.cookie, "chosen-by-an-attacker")
    page = browser.get("/sign-in").text
    token = re.search(r'name="csrf" value="([^"]+)"', page).group(1)  # type: ignore[union-attr]
    answer = browser.post("/sign-in", data={"csrf": token, "login": "asker", "password": PASSWORD, "onward": "/ask"})
    assert answer.headers["location"] == "/ask"
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=lax" in answer.headers["set-cookie"]
    cookie = re.search(rf"{site.cookie}=([^;]+)", answer.headers["set-cookie"]).group(1)  # type: ignore[union-attr]
    assert cookie != "chosen-by-an-attacker"
    signed_in = client()
    signed_in.cookies.set(site.cookie, cookie)
    post(signed_in, "/sign-out")
    assert signed_in.get("/ask").status_code == 303


def test_a_wrong_password_says_no_more_than_that(client: Client) -> None:
    says = []
    for login in ("asker", "nobody.of.that.name"):
        browser = client()
        token = re.search(r'name="csrf" value="([^"]+)"', browser.get("/sign-in").text).group(1)  # type: ignore[union-attr]
        answer = browser.post("/sign-in", data={"csrf": token, "login": login, "password": "wrong password"})
        assert answer.status_code == 401
        says.append(re.search(r'role="alert">(.*?)</div>\s*</div>', answer.text, re.DOTALL).group(1))  # type: ignore[union-attr]
    assert says[0] == says[1]


def test_guessing_passwords_is_slowed_down(client: Client) -> None:
    browser = client()
    token = re.search(r'name="csrf" value="([^"]+)"', browser.get("/sign-in").text).group(1)  # type: ignore[union-attr]
    tries = [
        browser.post("/sign-in", data={"csrf": token, "login": "asker", "password": f"wrong {n}"}).status_code
        for n in range(12)
    ]
    assert tries[:10] == [401] * 10
    assert tries[-1] == 429


@pytest.mark.parametrize(
    "onward", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"]
)
def test_no_link_leads_away(client: Client, onward: str) -> None:
    assert client("asker").get("/sign-in", params={"next": onward}).headers["location"] == "/ask"


def test_the_first_admin_comes_by_a_link_that_works_once(served: FastAPI, site: Site) -> None:
    first = site.invitations.first_admin()
    second = site.invitations.first_admin()
    assert first
    assert second
    browser = TestClient(served, follow_redirects=False)
    assert browser.get(f"/welcome/{first}").status_code == 404  # the newer link ends it
    token = re.search(r'name="csrf" value="([^"]+)"', browser.get(f"/welcome/{second}").text).group(1)  # type: ignore[union-attr]
    form = {"csrf": token, "login": "Mina", "name": "Mina", "password": "short"}
    assert browser.post(f"/welcome/{second}", data=form).status_code == 422
    made = browser.post(f"/welcome/{second}", data={**form, "password": PASSWORD})
    assert made.headers["location"] == "/ask"
    assert browser.get(f"/welcome/{second}").status_code == 404
    assert [p.viewer.login for p in site.people.all()] == ["mina"]
    assert site.people.all()[0].viewer.may("administer")
    assert site.invitations.first_admin() is None


def test_the_last_admin_stays(site: Site, people: dict[str, Viewer]) -> None:
    admin = people["admin"].id
    with pytest.raises(BadInput, match="last admin"):
        site.people.set_grants(admin, [Grant("asker")])
    with pytest.raises(BadInput, match="last admin"):
        site.people.set_active(admin, False)
    assert site.people.find(admin) is not None


def test_a_closed_account_is_out_at_once(client: Client, site: Site, people: dict[str, Viewer]) -> None:
    asker = client("asker")
    secret = site.tokens.add(people["asker"].id, "job", ["ask"], 1)
    site.people.set_active(people["asker"].id, False)
    assert asker.get("/ask").status_code == 303
    assert site.tokens.find(secret) is None


def test_secrets_are_kept_as_hashes_alone(site: Site, people: dict[str, Viewer]) -> None:
    from sqlalchemy import text

    token = site.tokens.add(people["asker"].id, "job", ["ask"], 1)
    session = site.sessions.start(people["asker"].id)
    invitation = site.invitations.make(Grant("asker"))
    with site.reading.bench.state.connect() as connection:
        for table in ("people", "web_sessions", "api_tokens", "invitations"):
            everything = str(connection.execute(text(f"select * from {table}")).all())
            for secret in (token, session, invitation, PASSWORD):
                assert secret not in everything


def test_a_token_is_its_owners_alone_to_remove(client: Client, site: Site, people: dict[str, Viewer]) -> None:
    site.tokens.add(people["asker"].id, "job", ["ask"], 1)
    (token,) = site.tokens.of(people["asker"].id)
    assert post(client("admin"), f"/account/tokens/{token.id}/remove").status_code == 404
    assert len(site.tokens.of(people["asker"].id)) == 1
    assert post(client("asker"), f"/account/tokens/{token.id}/remove").status_code == 303
    with pytest.raises(NotFound):
        site.tokens.remove(people["asker"].id, token.id)


def test_words_have_a_limit_too(client: Client, site: Site) -> None:
    """Each may run SQL: a thumb up is examined like any proposal."""
    asker = client("asker")
    made, token = ask(asker, site), csrf(asker)
    site.limiter.__dict__["_clock"] = lambda: 0.0  # nothing refills
    said = [asker.post(f"/ask/{made}/feedback", data={"csrf": token, "kind": "up"}).status_code for _ in range(35)]
    assert (said[0], said[-1]) == (303, 429)
