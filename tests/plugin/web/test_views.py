from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from backends.warehouse.base import TableName
from feedback import audit
from materialized_views.definition import Dimension, Measure, Source, ViewDefinition
from materialized_views.registry import Registry, Version
from plugin import view_decisions
from plugin.web.accounts import Grant
from plugin.web.site import Site
from tests.plugin.web.conftest import PASSWORD, Client, post

EVIDENCE = {
    "passed": True,
    "reason": "1 of 2 queries equal to base, 40 -> 4 ms, 10.0x",
    "rows": 6,
    "speedup": 10.0,
    "replays": [
        {"sql": "select 1 <b>", "base_ms": 40.0, "view_ms": 4.0, "proof": "P1", "refused": "", "differs": ""},
        {"sql": "select 2", "base_ms": 0.0, "view_ms": 0.0, "proof": "", "differs": "", "refused": "no such column"},
    ],
}  # fmt: skip


def definition(name: str = "monthly_orders", table: str = "orders") -> ViewDefinition:
    month = "cast(date_trunc('month', orders.order_date) as date)"
    return ViewDefinition(
        name=name,
        kind="rollup",
        dialect="duckdb",
        sources=(Source("orders", TableName("little", "main", table)),),
        joins=(),
        dimensions=(Dimension("order_month", month, ("orders", "order_date"), "month", "date"),),
        measures=(Measure("amount", "sum", "orders.amount", "double"),),
    )


@pytest.fixture
def registry(site: Site) -> Registry:
    return site.reading.bench.views


def propose(registry: Registry, made: ViewDefinition, evidence: dict[str, Any] | None = None) -> None:
    reason = {"reason": "saves 2.0 s a day", "base_rows": 120, "rows": 6, "saves_ms_a_day": 2000, "upkeep_ms_a_day": 10}
    registry.propose(made.name, made.attrs(), made.hash, reason)
    if evidence:
        registry.tried(made.name, evidence, passed=bool(evidence["passed"]))


def decide(browser: TestClient, word: str, **form: object) -> Any:
    return post(browser, f"/views/monthly_orders/{word}", **{"seen": definition().hash, **form})


def test_where_there_is_none_it_says_how_to_get_one(client: Client) -> None:
    page = client("reviewer").get("/views").text
    for command in ("dbt-ask views mine --log FILE", "dbt-ask views recommend", "dbt-ask views try"):
        assert command in page


def test_a_proposal_shows_what_was_measured(client: Client, registry: Registry) -> None:
    propose(registry, definition(), EVIDENCE)
    listed = client("reviewer").get("/views").text
    assert "passed its trial" in listed
    assert "10.0×" in listed
    page = client("reviewer").get("/views/monthly_orders").text
    for part in ("40.0 ms", "4.0 ms", "data-chart", "select 1 &lt;b&gt;", "no such column"):
        assert part in page
    assert re.search(r"ref\(&#3[49];orders&#3[49];\)", page)
    assert "Owners of the domains" in page  # a reviewer sees, and does not decide
    assert client("reviewer").get("/views/nowhere").status_code == 404


def test_an_owner_approves_and_the_model_is_in_the_project(client: Client, registry: Registry, site: Site) -> None:
    propose(registry, definition(), EVIDENCE)
    assert decide(client("reviewer"), "approve").status_code == 403
    assert decide(client("owner"), "approve", seen="another").status_code == 409
    assert decide(client("owner"), "approve").status_code == 303
    record = registry.get("monthly_orders")
    assert (record.state, record.approved_by) == ("approved", "owner")
    written = sorted(f.name for f in site.reading.bench.project.directory.rglob("monthly_orders.*"))
    assert written == ["monthly_orders.sql", "monthly_orders.yml"]
    assert "dbt-ask views build monthly_orders" in client("owner").get("/views/monthly_orders").text
    assert decide(client("owner"), "approve").status_code == 409  # it is decided
    (done,) = audit.read(site.reading.bench.state, kind="view")
    assert (done.person, done.action) == ("owner", "approve_view")
    assert len(done.after["files"]) == 3


def test_what_was_not_tried_or_failed_can_not_be_approved(client: Client, registry: Registry) -> None:
    propose(registry, definition())
    assert "dbt-ask views try monthly_orders" in client("owner").get("/views/monthly_orders").text
    assert decide(client("owner"), "approve").status_code == 422
    propose(registry, definition(), {**EVIDENCE, "passed": False})
    assert decide(client("owner"), "approve").status_code == 409


def test_a_model_that_somebody_edited_is_not_overwritten(client: Client, registry: Registry, site: Site) -> None:
    propose(registry, definition(), EVIDENCE)
    bench = site.reading.bench
    wanted = view_decisions.files(bench, site.reading.catalog(), [registry.get("monthly_orders")])
    file = bench.project.directory / next(path for path in wanted if path.name == "monthly_orders.sql")
    file.parent.mkdir(parents=True)
    file.write_text("select 1\n", encoding="utf-8")
    assert decide(client("owner"), "approve").status_code == 409
    assert registry.get("monthly_orders").state == "proposed"
    assert file.read_text(encoding="utf-8") == "select 1\n"


def test_what_the_trial_found_is_said_in_both_languages(client: Client, registry: Registry) -> None:
    propose(registry, definition(), EVIDENCE)
    owner = client("owner")
    for language, same, saves in (
        ("en", "1 of 2 queries give the same rows; on the tables 40 ms, on the view 4 ms", "Saves 2.0 s a day"),
        ("ko", "쿼리 2개 중 1개의 결과가 같습니다. 원본 테이블 40ms, 뷰 4ms", "하루 절약 2.0초"),
    ):
        owner.cookies.set("language", language)
        assert same in owner.get("/views?state=proposed").text
        page = owner.get("/views/monthly_orders").text
        assert same in page
        assert saves in page


def test_a_declined_proposal_is_not_made_again(client: Client, registry: Registry) -> None:
    propose(registry, definition(), EVIDENCE)
    assert decide(client("owner"), "decline", why="too  narrow").status_code == 303
    propose(registry, definition())
    assert registry.get("monthly_orders").state == "dropped"
    assert "too narrow" in client("owner").get("/views?state=gone").text


def test_standing_and_freshness(client: Client, registry: Registry) -> None:
    propose(registry, definition(), EVIDENCE)
    registry.approve("monthly_orders", "ann")
    marks = {"little.main.orders": {"rows": 120, "latest": {"order_date": "2024-12-25"}}}
    table = TableName("little", "main", "monthly_orders")
    registry.begin("monthly_orders", table, Version(definition().hash, marks, 6, "c"))
    assert "being built" in client("reviewer").get("/views?state=used").text
    registry.commit("monthly_orders")
    page = client("reviewer").get("/views?state=used").text
    assert "in use" in page
    assert "2024-12-25" in page
    registry.quarantine("monthly_orders", "two rows differ")
    assert "two rows differ" in client("reviewer").get("/views/monthly_orders").text


def test_a_domain_is_a_wall(client: Client, registry: Registry, site: Site) -> None:
    propose(registry, definition(), EVIDENCE)
    propose(registry, definition("pay", "salaries"), EVIDENCE)
    for login, domain in (("payowner", "People"), ("shopowner", "Shop")):
        site.people.add(login, login, PASSWORD, [Grant("owner", domain)])
    browsers = {}
    for person in site.people.all():
        if person.viewer.login in ("payowner", "shopowner"):
            browser = client()
            browser.cookies.set(site.cookie, site.sessions.start(person.viewer.id))
            browsers[person.viewer.login] = browser
    assert "monthly_orders" not in browsers["payowner"].get("/views").text
    assert browsers["payowner"].get("/views/monthly_orders").status_code == 404
    assert decide(browsers["payowner"], "approve").status_code == 404
    assert "pay" not in browsers["shopowner"].get("/views").text.replace("payowner", "")
    assert decide(browsers["shopowner"], "approve").status_code == 303
