from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

import pytest
from sqlalchemy import Engine

from plugin.errors import BudgetSpent
from plugin.operate.budget import Budget, size_of
from plugin.settings import BudgetSettings
from plugin.web.site import Site
from tests.plugin.web.conftest import Client, ask, csrf

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


def budget(state: Engine, at: datetime = NOON, **limits: int) -> Budget:
    return Budget(state, BudgetSettings(**limits), lambda: at)


def test_one_person_has_so_many_and_begins_anew_the_next_day(state: Engine) -> None:
    today = budget(state, queries=2)
    today.enter("kim")
    today.enter("kim")
    with pytest.raises(BudgetSpent, match="the 2 questions") as raised:
        today.enter("kim")
    assert (raised.value.attrs()["budget"], raised.value.attrs()["seconds"]) == ("queries", 12 * 3600)
    assert "budget.queries" in raised.value.hint
    today.enter("lee")
    assert (today.used("kim")["queries"], today.used()["queries"]) == (2, 3)
    budget(state, NOON.replace(day=2), queries=2).enter("kim")


@pytest.mark.parametrize(("limit", "says"), [("tokens", "10 tokens"), ("bytes", "10 bytes")])
def test_what_an_answer_took_counts_for_the_next_one(state: Engine, limit: str, says: str) -> None:
    today = budget(state, **{limit: 10})
    today.enter("kim")
    today.spend("kim", {"prompt_tokens": 8, "cached_tokens": 8, "completion_tokens": 4}, size_of([["Brooklyn", 1]]))
    with pytest.raises(BudgetSpent, match=says):
        today.enter("kim")
    assert today.used("kim") == {"queries": 1, "tokens": 12, "bytes": 15}


def test_everybody_together_has_so_many(state: Engine) -> None:
    today = budget(state, all_queries=2)
    for person in ("kim", "lee"):
        today.enter(person)
    with pytest.raises(BudgetSpent, match="all together") as raised:
        today.enter("park")
    assert raised.value.attrs()["budget"] == "all_queries"
    assert today.used("park")["queries"] == 0


def test_people_who_ask_at_once_get_no_more(state: Engine) -> None:
    today = budget(state, queries=5)

    def allowed(_: int) -> bool:
        try:
            today.enter("kim")
        except BudgetSpent:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(allowed, range(12))) == 5
    assert today.used("kim")["queries"] == 5


def test_a_person_is_told_and_the_warehouse_is_not_asked(client: Client, site: Site) -> None:
    site.asking._budget = Budget(site.reading.bench.state, BudgetSettings(queries=2))
    asker = client("asker")
    ask(asker, site)
    token = {"x-csrf-token": csrf(asker)}
    sql = {"sql": "SELECT COUNT(*) AS n FROM main.orders"}
    assert asker.post("/api/v1/queries", json=sql, headers=token).status_code == 201
    for address, body in (("/api/v1/queries", sql), ("/api/v1/asks", {"question": "total amount"})):
        refused = asker.post(address, json=body, headers=token)
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0
        assert refused.json()["error"]["budget"] == "queries"
    used = site.asking._budget.used("asker")
    assert used["queries"] == 2
    assert used["tokens"] > 0
    assert used["bytes"] > 0
    assert len(asker.get("/api/v1/asks").json()) == 2
    page = asker.post("/ask", data={"csrf": csrf(asker), "question": "total amount"})
    assert page.status_code == 429
    assert "budget.queries" in page.text
