"""`dbt-ask catalog` on a project that dbt built, against an OpenMetadata of the same tables."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest
import yaml
from click.testing import CliRunner, Result

from backends.errors import AskError
from catalog_sync.openmetadata.testing import FakeOpenMetadata, openmetadata, payloads
from catalog_sync.openmetadata.testing.payloads import column, table, tag
from plugin.commands.catalog import _sources
from plugin.main import cli
from tests.catalog_sync.conftest import Tiny, built, tiny

__all__ = ["built", "openmetadata", "tiny"]


@pytest.fixture
def project(tiny: Tiny, openmetadata: FakeOpenMetadata, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TINY_DUCKDB", str(tiny.root / "tiny.duckdb"))
    settings = {"catalog": {"source": "both"}, "openmetadata": {"server": openmetadata.block, "write": "fill"}}
    (tiny.root / "dbt_ask.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    for found in tiny.read():
        openmetadata.add(payloads.from_catalog(found, "tiny"))
    return tiny.root


def sync(project: Path) -> None:
    done = CliRunner().invoke(cli, ["sync", "--project-dir", str(project)], standalone_mode=False)
    assert done.exception is None, done.exception


def run(project: Path, *words: str) -> tuple[int, Any]:
    args = ["catalog", *words, "--format", "json", "--project-dir", str(project)]
    done: Result = CliRunner().invoke(cli, args, standalone_mode=False)
    if done.exception:
        raise done.exception
    return done.return_value, json.loads(done.stdout)


def test_what_the_sources_agree_on(project: Path) -> None:
    code, told = run(project, "conflicts")
    assert (code, told["conflicts"], told["notes"]) == (0, [], [])


def test_conflicts_end_with_one(project: Path, tiny: Tiny, openmetadata: FakeOpenMetadata) -> None:
    orders = next(t for t in tiny.read() if t.name.name == "orders")
    openmetadata.add(payloads.from_catalog(replace(orders, description="Something else."), "tiny"))
    code, told = run(project, "conflicts")
    assert code == 1
    (conflict,) = told["conflicts"]
    assert (conflict["table"], conflict["field"], conflict["taken"]) == ("tiny.main.orders", "description", "dbt")
    assert conflict["said"]["openmetadata"] == "Something else."


def test_show_says_where_each_field_is_from(project: Path, openmetadata: FakeOpenMetadata) -> None:
    code, told = run(project, "show", "Orders")
    assert (code, told["why_not"]) == (1, "not synced yet: run dbt-ask sync")
    found = told["table"]
    assert found["service"] == "tiny"
    assert found["provenance"]["tier"] == "openmetadata"
    assert found["provenance"]["description"] == "dbt:manifest"


def test_show_says_why_a_table_is_not_indexed(project: Path) -> None:
    code, told = run(project, "show", "stg_orders")
    assert code == 1
    assert told["why_not"].startswith("no_tier")


def test_show_after_a_sync(project: Path, tiny: Tiny) -> None:
    tiny.sync()
    code, told = run(project, "show", "main.customers")
    assert (code, told["indexed"]) == (0, True)
    assert "canary" not in json.dumps(told).casefold()


def test_names_that_fit_nothing_or_too_much(project: Path, openmetadata: FakeOpenMetadata) -> None:
    openmetadata.add(table("tiny.tiny.other.orders", [column("id")], tags=[tag("Tier.Tier1")]))
    with pytest.raises(AskError) as caught:
        run(project, "show", "order")
    assert "orders" in caught.value.hint
    with pytest.raises(AskError, match="may be any of"):
        run(project, "show", "orders")


def test_diff_tells_and_changes_nothing(project: Path, tiny: Tiny, openmetadata: FakeOpenMetadata) -> None:
    code, told = run(project, "diff")
    assert code == 0
    assert {(c["table"], c["what"]) for c in told["changes"]} == {
        ("tiny.main.customers", "added"), ("tiny.main.orders", "added"), ("tiny.main.sales_by_country_month", "added"),
    }  # fmt: skip
    assert not (tiny.state / "catalog.db").exists()


def test_diff_after_a_sync(project: Path, tiny: Tiny, openmetadata: FakeOpenMetadata) -> None:
    tiny.sync()
    before = tiny.saved()
    orders = next(t for t in tiny.read() if t.name.name == "orders")
    marked = tuple(replace(c, pii=True) if c.name == "status" else c for c in orders.columns)
    openmetadata.add(payloads.from_catalog(replace(orders, columns=marked), "tiny"))
    _, told = run(project, "diff")
    seen = {(c["column"], c["field"], c["new"]) for c in told["changes"] if c["table"] == "tiny.main.orders"}
    assert {("status", "pii", "True"), ("status", "withheld", "PII"), ("status", "values", "0 values")} <= seen
    assert tiny.saved() == before


def test_text_output(project: Path, tiny: Tiny) -> None:
    for words in (["show", "orders"], ["diff"], ["conflicts"]):
        done = CliRunner().invoke(cli, ["catalog", *words, "--project-dir", str(project)], standalone_mode=False)
        assert done.exception is None, done.exception
        assert done.output.strip()


def test_no_server_named(tiny: Tiny) -> None:
    (tiny.root / "dbt_ask.yml").write_text("catalog: {source: openmetadata}\n", encoding="utf-8")
    with pytest.raises(AskError, match="no hostPort"):
        run(tiny.root, "diff")


def test_with_dbt_alone_there_is_nothing_to_compare_it_with(tiny: Tiny) -> None:
    (tiny.root / "dbt_ask.yml").write_text("", encoding="utf-8")
    with pytest.raises(AskError, match="this project reads dbt alone"):
        run(tiny.root, "conflicts")


@pytest.mark.parametrize(("wanted", "hint"), [("ordrs", "did you mean .*orders"), ("zzz", "^tables: .*orders")])
def test_a_table_that_is_not_there(project: Path, wanted: str, hint: str) -> None:
    with pytest.raises(AskError) as raised:
        run(project, "show", wanted)
    assert re.search(hint, raised.value.hint)


def test_the_source_of_a_column_is_said_once_where_it_is_one() -> None:
    assert _sources({"name": "warehouse", "type": "warehouse"}) == "warehouse"
    assert _sources({"type": "warehouse", "description": "dbt"}) == "description: dbt, type: warehouse"
    assert _sources({}) == ""


def test_write_fills_what_is_empty_and_keeps_an_audit(
    project: Path, tiny: Tiny, openmetadata: FakeOpenMetadata
) -> None:
    openmetadata.add(table("tiny.tiny.main.empty", [column("id"), column("b", description="Mine.")]))
    edits = [{"table": "main.empty", "description": "Filled.", "columns": {"id": "The key.", "b": "Ours."}}]
    path = project / "edits.yml"
    path.write_text(yaml.safe_dump(edits, sort_keys=False), encoding="utf-8")
    code, told = run(project, "write", str(path), "--dry-run")
    assert (code, [edit["outcome"] for edit in told["edits"]]) == (1, ["written", "written", "kept"])
    assert not (tiny.state / "writes.jsonl").exists()
    run(project, "write", str(path))
    row = openmetadata.store.named("tables", "tiny.tiny.main.empty")
    assert (row["description"], [c.get("description") for c in row["columns"]]) == ("Filled.", ["The key.", "Mine."])
    lines = [json.loads(line) for line in (tiny.state / "writes.jsonl").read_text().splitlines()]
    assert [line["outcome"] for line in lines] == ["written", "written", "kept"]
    path.write_text("a: b\n", encoding="utf-8")
    with pytest.raises(AskError, match="holds no edits"):
        run(project, "write", str(path))


def test_write_puts_what_dbt_knows_into_its_yaml(project: Path, tiny: Tiny, openmetadata: FakeOpenMetadata) -> None:
    openmetadata.add(table("tiny.tiny.main.only_there", [column("id")]))
    edits = [
        {"table": "main.orders", "synonyms": ["sales"], "columns": {"channel": "Web or shop.", "amount": "Ours."}},
        {"table": "only_there", "tags": ["Sales.Net"], "columns": {"id": {"description": "The key."}}},
    ]
    path, marts = project / "edits.yml", project / "models/marts/marts.yml"
    path.write_text(yaml.safe_dump(edits, sort_keys=False), encoding="utf-8")
    before = marts.read_text(encoding="utf-8")
    _, told = run(project, "write", str(path), "--dry-run")
    assert "+        description: Web or shop." in told["diff"].splitlines()
    assert marts.read_text(encoding="utf-8") == before
    code, told = run(project, "write", str(path))
    assert code == 1
    assert [(e["to"], e["field"], e["outcome"]) for e in told["edits"]] == [
        ("models/marts/marts.yml", "synonym", "written"),
        ("models/marts/marts.yml", "description", "written"),
        ("models/marts/marts.yml", "description", "kept"),
        ("openmetadata", "tag", "written"),
        ("openmetadata", "description", "written"),
    ]
    assert "description: Web or shop." in marts.read_text(encoding="utf-8")
    assert openmetadata.store.named("tables", "tiny.tiny.main.orders")["columns"][3].get("description") is None
    assert len((tiny.state / "writes.jsonl").read_text().splitlines()) == 5
    path.write_text("- {table: main.orders, synonym: [x]}\n", encoding="utf-8")
    with pytest.raises(AskError, match="unknown key 'synonym'"):
        run(project, "write", str(path))


def test_words_that_openmetadata_has_no_place_for_are_kept_here(
    project: Path, tiny: Tiny, openmetadata: FakeOpenMetadata
) -> None:
    """Of a project that only OpenMetadata describes: approved words reach the catalogue with the next sync."""
    settings = yaml.safe_load((project / "dbt_ask.yml").read_text(encoding="utf-8"))
    settings["catalog"]["source"] = "openmetadata"
    (project / "dbt_ask.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    sync(project)
    words = {"table": "main.orders", "synonyms": ["주문"], "columns": {"status": {"values": {"placed": ["접수"]}}}}
    path = project / "edits.yml"
    path.write_text(yaml.safe_dump([words], allow_unicode=True), encoding="utf-8")
    assert run(project, "write", str(path), "--dry-run")[0] == 0
    sync(project)
    assert "주문" not in str(run(project, "show", "main.orders")[1])
    code, told = run(project, "write", str(path))
    assert (code, [(e["outcome"], e["to"]) for e in told["edits"]]) == (0, [("written", "dbt-ask")] * 2)
    run(project, "write", str(path))
    assert (tiny.state / "poke").exists()
    sync(project)
    shown = run(project, "show", "main.orders")[1]["table"]
    assert shown["synonyms"].count("주문") == 1
    status = next(c for c in shown["columns"] if c["name"] == "status")
    assert status["value_synonyms"]["placed"].count("접수") == 1
    assert shown["provenance"]["synonyms"].split("+")[-1] == "curation"
    words_kept = run(project, "kept")[1]["kept"]
    assert {word["text"] for word in words_kept} == {"주문", "접수"}
    (tiny.state / "poke").unlink()
    order = next(word["id"] for word in words_kept if word["text"] == "주문")
    assert run(project, "kept", "--forget", order) == (0, {"forgotten": [ANY]})
    assert [word["text"] for word in run(project, "kept")[1]["kept"]] == ["접수"]
    assert (tiny.state / "poke").exists()
    sync(project)
    assert "주문" not in str(run(project, "show", "main.orders")[1])
    with pytest.raises(AskError, match="declined"):
        run(project, "kept", "--forget", order)
    with pytest.raises(AskError) as unknown:
        run(project, "kept", "--forget", "nobody")
    assert unknown.value.hint == "`dbt-ask catalog kept` shows what there is"
