"""Role x action, and role x address."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backends.database import session
from feedback import audit
from feedback.rules import now
from plugin.web.accounts import Grant, Viewer
from plugin.web.accounts.actor import actor_of
from plugin.web.rights import ACTIONS, MAY, ROLES
from plugin.web.site import Site
from tests.plugin.web.conftest import Client, post

# action              asker reviewer publisher owner admin
MATRIX = """
ask                   x     x        x         x     x
run_sql               x     x        x         x     x
browse                x     x        x         x     x
give_feedback         x     x        x         x     x
see_others_asks       -     x        x         x     x
review                -     x        x         x     x
see_metrics           -     x        x         x     x
see_jobs              -     x        x         x     x
see_views             -     x        x         x     x
publish               -     -        x         x     x
approve_views         -     -        -         x     x
approve_texts         -     -        -         x     x
run_jobs              -     -        -         x     x
see_audit             -     -        -         x     x
administer            -     -        -         -     x
"""
ADDRESSES = """
/ask                  x     x        x         x     x
/catalog              x     x        x         x     x
/review               -     x        x         x     x
/examples             x     x        x         x     x
/views                -     x        x         x     x
/evals                -     x        x         x     x
/metrics              -     x        x         x     x
/jobs                 -     x        x         x     x
/audit                -     -        -         x     x
/admin                -     -        -         -     x
"""


def table(text: str) -> dict[str, list[bool]]:
    return {line.split()[0]: [mark == "x" for mark in line.split()[1:]] for line in text.strip().splitlines()}


def test_every_role_may_exactly_this() -> None:
    assert set(table(MATRIX)) == set(ACTIONS)
    assert {action: [action in MAY[role] for role in ROLES] for action in ACTIONS} == table(MATRIX)


@pytest.mark.parametrize(("address", "allowed"), table(ADDRESSES).items())
def test_addresses_follow_the_table(client: Client, address: str, allowed: list[bool]) -> None:
    assert [client(role).get(address).status_code == 200 for role in ROLES] == allowed
    for role, may in zip(ROLES, allowed, strict=True):
        shown = f'href="{address}"' in client(role).get("/ask").text
        assert shown == may, (role, address)


def test_a_role_counts_in_its_domain_alone() -> None:
    viewer = Viewer("1", "kim", "Kim", (Grant("reviewer", "Shop"), Grant("asker", "People")))
    assert viewer.may("review", "Shop")
    assert not viewer.may("review", "People")
    assert viewer.may("ask", "People")
    assert not viewer.may("ask", "Finance")


def test_nobody_but_an_admin_makes_people(client: Client, site: Site, people: dict[str, Viewer]) -> None:
    other = people["other"].id
    for login in ("asker", "owner"):
        for address in ("/admin/invite", f"/admin/people/{other}/grants"):
            assert post(client(login), address, role="admin", domain="").status_code == 403
    admin = client("admin")
    assert "/welcome/" in post(admin, "/admin/invite", role="reviewer", domain="Shop").text
    assert post(admin, "/admin/invite", role="asker", domain="Nowhere").status_code == 422
    assert post(admin, f"/admin/people/{other}/grants", role="reviewer", domain="Shop").status_code == 303
    found = site.people.find(other)
    assert found is not None
    assert found.grants == (Grant("reviewer", "Shop"),)
    assert post(admin, f"/admin/people/{people['admin'].id}/active", active="false").status_code == 422
    assert "reviewer" not in client("asker").get("/audit").text
    done = client("owner").get("/audit").text
    assert ">invited<" in done
    assert ">gave a role<" in done


def test_a_person_has_several_roles_each_in_its_domain(client: Client, site: Site, people: dict[str, Viewer]) -> None:
    other, admin = people["other"].id, client("admin")
    form = {"role": ["reviewer", "asker", ""], "domain": ["Shop", "People", ""]}
    assert post(admin, f"/admin/people/{other}/grants", **form).status_code == 303
    found = site.people.find(other)
    assert found is not None
    assert set(found.grants) == {Grant("reviewer", "Shop"), Grant("asker", "People")}
    page = admin.get("/admin").text
    assert page.count('<option value="reviewer" selected>') == 2  # this one, and the reviewer of everything
    assert post(admin, f"/admin/people/{other}/grants", role=["asker"], domain=["Shop"]).status_code == 303
    assert site.people.find(other).grants == (Grant("asker", "Shop"),)  # type: ignore[union-attr]
    for wrong in ({"role": [""]}, {"role": ["king"]}, {"role": ["admin"], "domain": ["Shop"]}):
        assert post(admin, f"/admin/people/{other}/grants", **wrong).status_code == 422


def test_the_audit_is_filtered_by_what_was_changed_and_drawn(
    client: Client, site: Site, people: dict[str, Viewer]
) -> None:
    state, actor = site.reading.bench.state, actor_of(people["owner"])
    with session(state) as opened:
        for days, kind in ((0, "job"), (1, "view"), (40, "job")):
            audit.write(opened, actor, "run_job", f"{kind}-{days}", at=now() - timedelta(days=days), kind=kind)
    assert sum(audit.days(state, now() - timedelta(days=30)).values()) == 2
    page = client("owner").get("/audit").text
    assert page.count("data-chart") == 1
    assert "view-1" in page
    page = client("owner").get("/audit?kind=job").text
    assert ("job-0" in page, "job-40" in page, "view-1" in page, "data-chart" in page) == (True, True, False, False)
    assert client("owner").get("/audit?kind=king").status_code == 422
