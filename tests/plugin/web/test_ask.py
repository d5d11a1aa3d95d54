from __future__ import annotations

import json
import os
import threading
from typing import Any

from starlette.testclient import TestClient

from plugin.web.accounts import Grant, Viewer
from plugin.web.mcp import Tools
from plugin.web.site import Site
from tests.plugin.web.conftest import Client, Script, ask, csrf, post
from tests.support.little import CANARY, IMAGE


def events(client: TestClient, ask: str, **headers: str) -> list[tuple[str, Any]]:
    text = client.get(f"/ask/{ask}/events", headers=headers).text
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":"))
        if fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_a_question_gets_rows_sql_and_a_receipt_at_its_own_address(client: Client, site: Site) -> None:
    asker = client("asker")
    page = asker.get(f"/ask/{ask(asker, site)}").text
    for part in ("Brooklyn", "Chicago", "<textarea", "data-chart", "main.orders", "Not verified", "Data as of"):
        assert part in page


def test_the_stream_tells_each_stage_and_the_sql_and_goes_on_where_it_was(client: Client, site: Site) -> None:
    asker = client("asker")
    made = ask(asker, site)
    seen = events(asker, made)
    stages = [data.split(".")[0] for name, data in seen if name == "stage"]
    assert stages[0] == "understand"
    assert stages[-1] == "deliver"
    assert any(name == "sql" and "SUM(amount)" in data for name, data in seen)
    assert seen[-1] == ("end", {"state": "done"})
    assert events(asker, made, **{"Last-Event-ID": str(len(seen) - 1)}) == seen[-1:]


def test_what_is_in_data_and_questions_stays_text(client: Client, site: Site) -> None:
    asker = client("asker")
    page = asker.get(f"/ask/{ask(asker, site, 'approximate total amount of each store ' + IMAGE)}?view=table").text
    assert "&lt;img src=x" in page
    assert "<img" not in page


def test_questions_queue_and_one_that_waits_can_be_cancelled(client: Client, site: Site, script: Script) -> None:
    script.held = True
    asker = client("asker")
    token = csrf(asker)
    addresses = [
        asker.post("/ask", data={"csrf": token, "question": f"approximate total amount by store {n}"}).headers[
            "location"
        ]
        for n in range(3)
    ]
    assert script.asked.wait(30)
    assert "Waiting: 2 before you" in asker.get(addresses[2]).text
    assert asker.post(f"{addresses[1]}/cancel", data={"csrf": token}).status_code == 303
    assert "You cancelled this question." in asker.get(addresses[1]).text
    assert "Waiting: 1 before you" in asker.get(addresses[2]).text
    script.go.set()
    last = site.desk.find(addresses[2].removeprefix("/ask/"))
    assert last is not None
    assert last.wait(60)
    assert last.state == "done"


def test_a_running_question_can_be_cancelled_and_the_next_is_answered(
    client: Client, site: Site, script: Script
) -> None:
    script.held = True
    asker = client("asker")
    made = asker.post("/ask", data={"csrf": csrf(asker), "question": "approximate total amount by store"}).headers[
        "location"
    ]
    assert script.asked.wait(30)
    post(asker, f"{made}/cancel")
    script.held = False
    script.go.set()
    job = site.desk.find(made.removeprefix("/ask/"))
    assert job is not None
    assert job.wait(60)
    assert job.state == "cancelled"
    record = site.asks.get(job.ask)
    assert record is not None
    assert record.status == "cancelled"
    assert "Brooklyn" in asker.get(f"/ask/{ask(asker, site)}").text


def test_one_person_can_not_fill_the_queue(client: Client, script: Script) -> None:
    script.held = True
    asker = client("asker")
    token = csrf(asker)
    answers = [asker.post("/ask", data={"csrf": token, "question": f"amount {n}"}).status_code for n in range(8)]
    assert answers.count(429) >= 1
    assert client("other").post("/ask", data={"csrf": "", "question": "x"}).status_code == 403
    other = client("other")
    assert other.post("/ask", data={"csrf": csrf(other), "question": "amount"}).status_code == 303


def test_edited_sql_goes_through_the_door_and_gets_an_address_of_its_own(client: Client, site: Site) -> None:
    asker = client("asker")
    made = ask(asker, site)
    answer = post(asker, f"/ask/{made}/run", sql="SELECT COUNT(*) AS how_many FROM main.stores")
    page = asker.get(answer.headers["location"]).text
    assert "how_many" in page
    assert "Written by a person" in page
    refused = post(asker, f"/ask/{made}/run", sql="DROP TABLE main.stores")
    assert refused.status_code == 422
    assert "only SELECT is run" in refused.text
    asker.cookies.set("language", "ko")
    assert "SELECT만 실행합니다" in post(asker, f"/ask/{made}/run", sql="DROP TABLE main.stores").text
    asker.cookies.set("language", "en")
    assert "Brooklyn" in asker.get(f"/ask/{ask(asker, site)}").text


def test_personal_values_do_not_come_out(client: Client, site: Site, script: Script) -> None:
    asker = client("asker")
    made = ask(asker, site)
    for sql in ("SELECT email FROM main.customers", "SELECT MIN(email) FROM main.customers", "SELECT * FROM customers"):
        answer = post(asker, f"/ask/{made}/run", sql=sql)
        page = answer.text if answer.status_code == 422 else asker.get(answer.headers["location"]).text
        assert CANARY not in page
    script.sql = " email FROM main.customers"
    assert CANARY not in asker.get(f"/ask/{ask(asker, site, 'the segment of each customer')}").text
    assert CANARY not in asker.get("/catalog/main.customers").text


def test_a_domain_is_a_wall(client: Client, site: Site, script: Script) -> None:
    """Another's answer, the catalogue, one's own SQL and the model's all stop at it."""
    payroll, shop = client("payroll"), client("shop")
    made = ask(shop, site)
    assert shop.get(f"/ask/{made}").status_code == 200
    assert payroll.get(f"/ask/{made}").status_code == 404
    assert payroll.get(f"/ask/{made}/rows.csv").status_code == 404
    assert client("other").get(f"/ask/{made}").status_code == 200
    assert payroll.get("/catalog/main.orders").status_code == 404
    assert "main.orders" not in payroll.get("/catalog").text
    assert set(payroll.get("/catalog/schema.json").json()) == {"main.salaries"}
    assert post(shop, f"/ask/{made}/run", sql="SELECT salary FROM main.salaries").status_code == 422
    script.sql = " SUM(salary) AS total FROM main.salaries"
    page = shop.get(f"/ask/{ask(shop, site, 'the sum of the amount of orders')}").text
    assert ">100<" not in page


def test_a_link_tells_nothing_of_another_domain(client: Client, site: Site, people: dict[str, Viewer]) -> None:
    """What was considered for somebody who sees everything is not for whom the link is sent to."""
    admin, shop = client("admin"), client("shop")
    made = ask(admin, site)
    assert "main.salaries" in admin.get(f"/ask/{made}").text
    page = shop.get(f"/ask/{made}")
    assert page.status_code == 200
    assert "Brooklyn" in page.text
    assert "salaries" not in page.text
    theirs, whole = (Tools(site, lambda who=who: people[who]).explain_answer(made) for who in ("shop", "admin"))  # type: ignore[misc]
    assert "salaries" in str(whole)
    assert "salaries" not in str(theirs)


def test_an_answer_is_shown_again_after_a_restart_without_kept_rows(
    client: Client, site: Site, people: dict[str, Viewer]
) -> None:
    asker = client("asker")
    made = ask(asker, site)
    with site.asking._lock:
        site.asking._results.clear()
    assert "Brooklyn" in asker.get(f"/ask/{made}").text
    record = site.asks.get(made)
    assert record is not None
    assert "Brooklyn" not in json.dumps(record.receipt)


def test_a_question_that_a_stopped_server_had_taken_is_marked(client: Client, site: Site) -> None:
    lost = site.asks.record(question="lost?", language="", status="waiting", user="asker")
    assert site.asks.abandon("the server stopped") == 1
    assert "could not be answered" in client("asker").get(f"/ask/{lost}").text


def test_paging_and_csv(client: Client, site: Site, script: Script) -> None:
    script.sql = " order_id, '=1+1' AS formula, amount FROM main.orders ORDER BY order_id"
    asker = client("asker")
    made = ask(asker, site, "the approximate amount of every order")
    second = asker.get(f"/ask/{made}?view=table&page=2", headers={"HX-Target": "section#result", "HX-Request": "true"})
    assert "<html" not in second.text
    assert ">51<" in second.text
    assert "Page 2 of 3" in second.text
    table = asker.get(f"/ask/{made}/rows.csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert len(table.text.splitlines()) == 121
    assert ",'=1+1," in table.text


def test_thumbs_need_a_reason_to_go_down(client: Client, site: Site) -> None:
    asker = client("asker")
    made = ask(asker, site)
    assert post(asker, f"/ask/{made}/feedback", kind="down").status_code == 422
    assert post(asker, f"/ask/{made}/feedback", kind="down", reason="wrong_filter").status_code == 303
    assert [(f.kind, f.reason, f.person) for f in site.feedback.of_ask(made)] == [("down", "wrong_filter", "asker")]
    assert "You said it is wrong" in asker.get(f"/ask/{made}").text


def test_edited_sql_is_proposed_for_the_question_it_was_edited_from(client: Client, site: Site) -> None:
    asker = client("asker")
    made = ask(asker, site)
    sql = "SELECT COUNT(*) AS stores FROM main.stores"
    edited = post(asker, f"/ask/{made}/run", sql=sql).headers["location"]
    assert post(asker, f"{edited}/feedback", kind="edit").status_code == 303
    assert [(f.kind, f.sql) for f in site.feedback.of_ask(made)] == [("edit", sql)]
    assert post(asker, f"/ask/{made}/feedback", kind="edit").status_code == 422


def test_words_read_as_names_and_the_proof_are_said_in_both_languages(client: Client, site: Site) -> None:
    proof = {
        "kind": "rewritten",
        "proof": "main.monthly: lossless joins, added up",
        "because": [["main.monthly", ["lossless joins", "added up"]]],
        "tests": ["reconciles"],
        "refused": None,
    }
    refused = {"check": "C9 aggregates", "code": "distinct", "detail": "n does not add up", "view": ""}
    asker = client("asker")
    pages = []
    for told in (proof, {**proof, "kind": "expanded", "because": [], "proof": "", "refused": refused}):
        made = site.asks.record(
            question="매장별 주문", language="ko", status="answered", user="asker", sql="SELECT 1", dialect="duckdb",
            receipt={"glosses": [["매장", "store"], ["매장", "store"], ["주문", "<order>"]], "proof": told},
        )  # fmt: skip
        for language in ("en", "ko"):
            asker.cookies.set("language", language)
            pages.append(" ".join(asker.get(f"/ask/{made}").text.split()))
    english, korean, english_refused, korean_refused = pages
    assert 'Read as: <span lang="ko">매장</span> → store, <span lang="ko">주문</span> → &lt;order&gt;</p>' in english
    assert "읽은 말: <span" in korean
    assert "monthly: joins that lose no row, its figures added up, compared with its tables by a test<" in english
    assert "monthly: 행이 사라지지 않는 조인, 뷰의 값을 합산, 원본 테이블과 비교하는 테스트가 있음<" in korean
    assert "the figures of the view don&#39;t add up to what is asked" in english_refused
    assert "뷰의 집계값으로는 물어본 값을 구할 수 없습니다" in korean_refused
    assert "n does not add up" in korean_refused


def test_many_watchers_of_one_question_all_see_its_end(client: Client, site: Site, script: Script) -> None:
    script.held = True
    asker = client("asker")
    made = asker.post(
        "/ask", data={"csrf": csrf(asker), "question": "What is the approximate total amount of each store?"}
    ).headers["location"][5:]
    assert script.asked.wait(30)
    seen: list[list[tuple[str, Any]]] = []
    watchers = [threading.Thread(target=lambda: seen.append(events(client("asker"), made))) for _ in range(3)]
    for watcher in watchers:
        watcher.start()
    script.go.set()
    for watcher in watchers:
        watcher.join(60)
    assert [found[-1][0] for found in seen] == ["end"] * 3


def test_rows_from_before_a_sync_are_not_shown_after_it(client: Client, site: Site, script: Script) -> None:
    """The policy may be another one since: what was made before runs again, under what holds now."""
    script.held = True
    asker = client("asker")
    made = asker.post(
        "/ask", data={"csrf": csrf(asker), "question": "What is the approximate total amount of each store?"}
    )
    ask_id = made.headers["location"].removeprefix("/ask/")
    assert script.asked.wait(30)
    file = site.reading.bench.project.state / "catalog.db"
    os.utime(file, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns + 1))  # a sync has ended
    script.go.set()
    job = site.desk.find(ask_id)
    assert job is not None
    assert job.wait(60)
    ran: list[str] = []
    run = site.reading.run
    site.reading.run = lambda viewer, sql: ran.append(sql) or run(viewer, sql)  # type: ignore[method-assign,func-returns-value]
    assert "Brooklyn" in asker.get(f"/ask/{ask_id}").text
    assert "Brooklyn" in asker.get(f"/ask/{ask_id}").text
    assert len(ran) == 1


def test_no_two_policies_have_one_name(site: Site) -> None:
    def policy(*domains: str) -> str:
        return site.reading.policy(Viewer("1", "kim", "Kim", tuple(Grant("asker", domain) for domain in domains)))

    assert len({policy(""), policy("*"), policy("None"), policy("A,B"), policy("A", "B"), policy("A', 'B")}) == 6


def test_what_was_not_answered_is_asked_again_from_where_it_stands(client: Client, site: Site, script: Script) -> None:
    """With its words, so that nobody types them again on a phone; who only left the page is told so."""
    script.held = True
    asker, question = client("asker"), "What is the approximate total amount of each store?"
    token = csrf(asker)
    made = asker.post("/ask", data={"csrf": token, "question": question}).headers["location"]
    assert script.asked.wait(30)
    job = site.desk.find(made.removeprefix("/ask/"))
    assert job is not None
    site.desk._abandon(job)
    script.held = False
    script.go.set()
    assert job.wait(60)
    page = asker.get(made).text
    assert "was stopped. Ask it again." in page
    assert f">{question}</textarea>" in page
    assert 'id="thumbs"' not in page
    answered = asker.get(f"/ask/{ask(asker, site)}").text
    assert f">{question}</textarea>" not in answered
    assert 'id="thumbs"' in answered


def test_a_page_that_is_none_has_the_menu_of_who_looks_for_it(client: Client) -> None:
    page = client("asker").get("/no/such/page")
    assert page.status_code == 404
    assert 'href="/ask/history"' in page.text
    assert 'href="/ask/history"' not in client().get("/no/such/page").text
