"""Texts for the catalogue, from a suggestion to the project's files and into answers."""

from __future__ import annotations

import pytest
import yaml
from starlette.testclient import TestClient

from feedback import audit
from feedback.people import Actor
from plugin.catalogue_suggestions import write_approved
from plugin.web.site import Site
from tests.plugin.web.conftest import Client, post
from tests.support.little import CANARY

OWNER = Actor.of("kim", "owner")


def suggest(browser: TestClient, text: str, **form: object) -> str:
    """Where it leads; the text is a synonym of a column where nothing else is said."""
    said = {"table": "main.orders", "column": "amount", "field": "synonym", "text": text, **form}
    answer = post(browser, "/catalog-texts", **said)
    assert answer.status_code == 303, answer.text  # type: ignore[attr-defined]
    return str(answer.headers["location"])  # type: ignore[attr-defined]


def decide(browser: TestClient, address: str, move: str = "approve", lock: int = 1) -> int:
    return int(post(browser, f"{address}/decide", move=move, lock=lock).status_code)  # type: ignore[attr-defined]


def written(site: Site, table: str, column: str = "") -> dict[str, object]:
    text = (site.reading.bench.project.directory / "models" / "models.yml").read_text(encoding="utf-8")
    entry = next(m for m in yaml.safe_load(text)["models"] if m["name"] == table)
    return next(c for c in entry["columns"] if c["name"] == column) if column else entry


def test_a_synonym_goes_from_an_asker_over_an_owner_into_the_project(client: Client, site: Site) -> None:
    address = suggest(client("asker"), "  매출   금액 ")
    assert "1 suggested" in client("asker").get("/catalog/main.orders").text
    assert "Owners of this domain decide on it" in client("reviewer").get(address).text
    assert "/catalog-texts" in client("owner").get("/review").text
    assert "/catalog-texts" not in client("reviewer").get("/review").text  # not theirs to decide
    page = client("owner").get(address).text
    assert "dbt_ask: {synonyms: [매출 금액]}" in page  # the diff
    assert decide(client("reviewer"), address) == 403
    assert decide(client("owner"), address) == 303
    meta = written(site, "orders", "amount")["config"]["meta"]  # type: ignore[index]
    assert meta["dbt_ask"]["synonyms"] == ["매출 금액"]
    assert "Answers know it after the next sync" in client("asker").get(address).text
    assert decide(client("owner"), address) == 409  # it is decided
    done = [row.action for row in audit.read(site.reading.bench.state, kind="suggestion")]
    assert done == ["write", "approve", "suggest"]


def test_a_stored_value_gets_a_name(client: Client, site: Site) -> None:
    form = {"table": "main.customers", "column": "segment", "field": "value", "value": "retail"}
    assert "<option>retail</option>" in client("asker").get("/catalog/main.customers?edit=segment").text
    address = suggest(client("asker"), "소매", **form)
    assert decide(client("owner"), address) == 303
    meta = written(site, "customers", "segment")["config"]["meta"]  # type: ignore[index]
    assert meta["dbt_ask"]["value_synonyms"] == {"retail": ["소매"]}
    for wrong in ({"value": "nowhere"}, {"column": "email", "value": CANARY}):
        assert post(client("asker"), "/catalog-texts", text="x", **{**form, **wrong}).status_code == 422  # type: ignore[attr-defined]


def test_two_change_one_description(client: Client, site: Site) -> None:
    """The second has not seen the first's: three texts are shown, and both changes can be had in one."""
    form = {"field": "description", "was": "Amount of the order"}
    first = suggest(client("asker"), "Net amount of the order", **form)
    second = suggest(client("other"), "Amount of the order in EUR", **form)
    assert decide(client("owner"), first) == 303
    assert decide(client("owner"), second) == 303
    page = client("owner").get(second).text
    assert "It was not written" in page
    assert "Net amount of the order in EUR</textarea>" in page
    assert written(site, "orders", "amount")["description"] == "Net amount of the order"
    revised = post(client("reviewer"), f"{second}/revise", text="Net amount of the order in EUR", lock=3)
    assert revised.status_code == 303  # type: ignore[attr-defined]
    assert decide(client("owner"), second, lock=4) == 303
    assert written(site, "orders", "amount")["description"] == "Net amount of the order in EUR"


def test_nobody_approves_their_own_text_or_one_they_have_not_seen(client: Client) -> None:
    own = suggest(client("owner"), "takings")
    assert "This is your text" in client("owner").get(own).text
    assert decide(client("owner"), own) == 422
    mine = suggest(client("asker"), "turnover")
    assert post(client("other"), f"{mine}/withdraw", lock=1).status_code == 403  # type: ignore[attr-defined]
    assert post(client("asker"), f"{mine}/withdraw", lock=1).status_code == 303  # type: ignore[attr-defined]
    assert decide(client("admin"), mine, lock=2) == 422
    assert decide(client("admin"), own, lock=7) == 409
    assert decide(client("admin"), own, move="decline") == 303
    assert "declined" in client("owner").get(own).text


def test_what_is_not_taken(client: Client) -> None:
    asker = client("asker")
    for wrong in ("", "x" * 101, f"ask {CANARY}", "{{ env_var('SECRET') }}"):
        form = {"table": "main.orders", "column": "amount", "field": "synonym", "text": wrong}
        assert post(asker, "/catalog-texts", **form).status_code == 422, wrong  # type: ignore[attr-defined]
    same = {"table": "main.orders", "field": "description", "text": "Orders, one row each, with their amount."}
    assert post(asker, "/catalog-texts", **same).status_code == 422  # type: ignore[attr-defined]
    assert suggest(asker, "takings") == suggest(client("other"), "Takings")


def test_other_domains_see_and_decide_nothing(client: Client, site: Site) -> None:
    address = suggest(client("asker"), "takings")
    payroll = client("payroll")
    assert payroll.get(address).status_code == 404
    assert "takings" not in payroll.get("/catalog-texts").text
    form = {"table": "main.orders", "column": "amount", "field": "synonym", "text": "x"}
    assert post(payroll, "/catalog-texts", **form).status_code == 404  # type: ignore[attr-defined]
    assert post(payroll, f"{address}/revise", text="x", lock=1).status_code == 404  # type: ignore[attr-defined]
    assert post(payroll, f"{address}/decide", move="approve", lock=1).status_code == 403  # type: ignore[attr-defined]
    assert site.reading.bench.feedback.suggestions.find()[0].text == "takings"


def test_where_nothing_is_written_at_once_a_command_does_it(client: Client, site: Site) -> None:
    bench = site.reading.bench
    bench.settings.catalog.__dict__["write_back"] = "none"
    address = suggest(client("asker"), "takings")
    assert decide(client("owner"), address) == 303
    assert "dbt-ask catalog write --approved" in client("owner").get(address).text
    assert "meta" not in str(written(site, "orders", "amount"))
    assert [done.outcome for done in write_approved(bench, OWNER, dry_run=True).written] == ["written"]
    assert [done.outcome for done in write_approved(bench, OWNER).written] == ["written"]
    assert "takings" in str(written(site, "orders", "amount"))
    assert write_approved(bench, OWNER).written == ()


def test_files_that_can_not_be_written(client: Client, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    address = suggest(client("asker"), "takings")
    monkeypatch.setattr("catalog_sync.dbt_yaml.writer.write_atomically", refuse)
    answer = post(client("owner"), f"{address}/decide", move="approve", lock=1)
    assert answer.status_code == 409  # type: ignore[attr-defined]
    assert "can&#39;t be written" in answer.text  # type: ignore[attr-defined]
    monkeypatch.undo()
    assert "Write it" in client("owner").get(address).text
    assert decide(client("owner"), address, "write", lock=2) == 303
    assert "takings" in str(written(site, "orders", "amount"))


def test_a_text_is_text(client: Client) -> None:
    address = suggest(client("asker"), "<img src=x onerror=hacked()>")
    for page in (address, "/catalog-texts", "/catalog/main.orders"):
        assert "<img" not in client("owner").get(page).text


def test_nothing_yet(client: Client) -> None:
    assert "Nobody has suggested a text yet" in client("asker").get("/catalog-texts").text


def test_a_place_that_can_not_be_written_is_named_before_anybody_approves(client: Client, site: Site) -> None:
    file = site.reading.bench.project.directory / "models" / "models.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Amount of the order", "\"{{ doc('amount') }}\""), encoding="utf-8")
    address = suggest(client("asker"), "Net amount of the order", field="description", was="Amount of the order")
    page = client("owner").get(address).text
    assert "Write it there by hand" in page
    assert "a doc block stands there" in page
    assert 'data-key="KeyA"' not in page
    assert "<b>Net amount</b> of the order" in page  # what is new
