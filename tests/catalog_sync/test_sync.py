from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import portalocker
import pytest

from backends.embedder.hashing import HashEmbedder
from backends.errors import QueryRefused
from backends.warehouse.base import TableName
from catalog_sync.errors import NothingToSync, SyncRunning
from catalog_sync.model import CatalogColumn
from catalog_sync.policy import Policy
from catalog_sync.scope import scope
from catalog_sync.store import CATALOG
from tests.catalog_sync.conftest import CANARIES, Tiny

Manifest = dict[str, Any]


def of(tiny: Tiny, table: str, column: str) -> CatalogColumn:
    found = next(t for t in tiny.saved() if t.name.name == table).column(column)
    assert found is not None
    return found


def nodes(change: Callable[[dict[str, Any]], None]) -> Callable[[Manifest], None]:
    return lambda manifest: change(manifest["nodes"])


def test_one_way_through(tiny: Tiny) -> None:
    report = tiny.sync()
    assert [t.name.name for t in tiny.saved()] == ["customers", "orders", "sales_by_country_month"]
    assert (report.tables, report.columns, report.values) == (3, 16, 10)
    assert (report.added, report.changed, report.unchanged, report.removed, report.embedded) == (29, 0, 0, 0, 29)
    assert {d.table.name: d.reason for d in report.dropped} == dict.fromkeys(
        ["stg_customers", "stg_orders", "customers_history", "raw_customers", "raw_orders", "regions"], "no_tier"
    )
    assert of(tiny, "orders", "status").values == ("placed", "shipped", "returned", "cancelled")
    assert of(tiny, "orders", "channel").values == ("shop", "web")
    assert of(tiny, "customers", "country").values == ("DE", "KR")
    view_column = of(tiny, "sales_by_country_month", "country")
    assert view_column.value_synonyms == {"KR": ("Korea", "한국"), "DE": ("Germany", "독일")}
    assert view_column.provenance["value_synonyms"] == "upstream:tiny.main.customers"
    view = next(t.view for t in tiny.saved() if t.view)
    assert [str(base) for base in view.base_tables] == ["tiny.main.orders", "tiny.main.customers"]


def test_no_personal_value_reaches_anything_that_is_written(tiny: Tiny) -> None:
    """Nor a name that dbt made of one: accepted_values spells its values out in the name of the test."""
    tiny.sync()
    tiny.sync(rebuild=True)
    assert len(tiny.points()) == 29
    written = [path for path in tiny.state.rglob("*") if path.is_file()]
    assert len(written) > 5
    for path in written:
        content = path.read_bytes().lower()
        assert not [canary for canary in CANARIES if canary.encode() in content], path


def test_the_second_sync_embeds_and_asks_nothing(tiny: Tiny) -> None:
    tiny.sync()
    before = tiny.saved()
    report = tiny.sync()
    assert (report.added, report.changed, report.unchanged, report.removed, report.embedded) == (0, 0, 29, 0, 0)
    assert (report.asked, report.reused) == (0, 6)
    assert tiny.saved() == before


def test_only_what_changed_is_embedded(tiny: Tiny) -> None:
    tiny.sync()

    def describe(found: dict[str, Any]) -> None:
        found["model.tiny.fct_orders"]["columns"]["amount"]["description"] = "Net."

    tiny.edit("manifest.json", nodes(describe))
    report = tiny.sync()
    assert (report.added, report.changed, report.embedded) == (0, 2, 2)  # and the table's own, with its digest


def test_a_dry_run_tells_and_changes_nothing(tiny: Tiny) -> None:
    report = tiny.sync(dry_run=True)
    assert (report.added, report.tables, report.dry_run) == (29, 3, True)
    assert not (tiny.state / CATALOG).exists()
    assert json.dumps(report.attrs())
    tiny.sync()


def test_a_column_that_became_pii_loses_its_values_everywhere(tiny: Tiny) -> None:
    tiny.sync()
    assert [p for p in tiny.points().values() if p.get("value") == "DE"]

    def mark(found: dict[str, Any]) -> None:
        found["model.tiny.customers"]["columns"]["country"]["config"]["tags"] = ["PII.Sensitive"]

    tiny.edit("manifest.json", nodes(mark))
    tiny.sync()
    assert of(tiny, "customers", "country").values == ()
    assert of(tiny, "sales_by_country_month", "country").withheld.startswith("a table upstream")
    left = [p for p in tiny.points().values() if p.get("column") == "country"]
    assert [(p["kind"], p["withheld"]) for p in left] == [("column", True)] * 2
    content = (tiny.state / CATALOG).read_bytes()
    assert b"Germany" not in content
    assert b'"DE"' not in content


def test_a_table_that_is_not_built_says_what_to_do(tiny: Tiny) -> None:
    tiny.execute("drop view sales_by_country_month")
    report = tiny.sync()
    dropped = {str(d.table): d.detail for d in report.dropped if d.reason == "not_built"}
    assert dropped == {"tiny.main.sales_by_country_month": "not built yet: run dbt build"}
    assert report.tables == 2


def test_columns_come_from_the_warehouse_where_no_docs_were_generated(tiny: Tiny) -> None:
    (tiny.target / "catalog.json").unlink()
    tiny.execute("alter table customers add column segment varchar; update customers set segment = 'pro'")
    report = tiny.sync()
    assert of(tiny, "customers", "signed_up_on").type == "DATE"
    assert of(tiny, "customers", "segment").values == ("pro",)
    assert report.notes == ()


def test_an_empty_source_empties_nothing(tiny: Tiny) -> None:
    tiny.sync()
    before = tiny.saved(), tiny.points()
    tiny.edit("manifest.json", lambda manifest: manifest.update(nodes={}, sources={}))
    with pytest.raises(NothingToSync, match="no tables"):
        tiny.sync()
    assert (tiny.saved(), tiny.points()) == before
    report = tiny.sync(force=True)
    assert (report.removed, report.tables) == (29, 0)
    assert (len(tiny.saved().tables), tiny.points()) == (0, {})


def test_an_empty_warehouse_empties_nothing(tiny: Tiny) -> None:
    tiny.sync()
    before = tiny.saved(), tiny.points()
    tiny.execute("drop view sales_by_country_month; drop table orders; drop table customers")
    with pytest.raises(NothingToSync, match="none of the 3 tables") as caught:
        tiny.sync()
    assert "dbt build" in caught.value.hint
    assert (tiny.saved(), tiny.points()) == before


def test_a_policy_that_lets_nothing_through_is_obeyed(tiny: Tiny) -> None:
    tiny.sync()
    report = tiny.sync(policy=Policy(domains=("Nowhere",)))
    assert report.tables == 0
    assert tiny.points() == {}


def test_another_embedder_makes_the_index_again(tiny: Tiny) -> None:
    tiny.sync()
    report = tiny.sync(embedder=HashEmbedder(32))
    assert report.embedded == 29
    assert "hash-trigrams-32" in report.rebuilt
    assert tiny.sync(embedder=HashEmbedder(32)).embedded == 0


def test_an_embedder_that_fails_leaves_the_old_catalogue_and_index(tiny: Tiny) -> None:
    class Broken(HashEmbedder):
        def embed_documents(self, texts: Any) -> Any:
            raise RuntimeError("no memory")

    tiny.sync()
    before = tiny.saved(), tiny.points()
    with pytest.raises(RuntimeError):
        tiny.sync(embedder=Broken(), rebuild=True)
    assert (tiny.saved(), tiny.points()) == before


def test_two_syncs_at_once_are_one_too_many(tiny: Tiny) -> None:
    tiny.state.mkdir()
    with portalocker.Lock(tiny.state / "sync.lock", "a"), pytest.raises(SyncRunning):
        tiny.sync()
    assert tiny.sync().tables == 3


def test_the_door_is_closed_to_pii_by_the_scope(tiny: Tiny) -> None:
    tiny.sync()
    restricted = tiny.warehouse().restricted(scope(tiny.saved()))
    assert restricted.query("select country from customers order by 1").rows[0] == ("DE",)
    for sql in ("select email from customers", "select * from stg_customers"):
        with pytest.raises(QueryRefused):
            restricted.query(sql)


def test_a_project_that_knows_nothing_of_us(tiny: Tiny) -> None:
    """No meta, no tags, no descriptions, no docs: its models can still be asked about."""

    def forget(manifest: Manifest) -> None:
        for node in [*manifest["nodes"].values(), *manifest["sources"].values()]:
            node.update(meta={}, tags=[], description="", columns={})
            node["config"].update(meta={}, tags=[])

    tiny.edit("manifest.json", forget)
    (tiny.target / "catalog.json").unlink()
    report = tiny.sync()
    assert report.tables == 3  # staging is left out
    assert "no table of the project has a tier: all 3 models are taken" in report.notes[0]
    assert of(tiny, "customers", "country").values == ("DE", "KR")
    assert not of(tiny, "customers", "email").values
    assert of(tiny, "customers", "email").withheld == "its name looks personal"
    assert of(tiny, "orders", "customer_id").type == "INTEGER"


def test_an_old_manifest(tiny: Tiny) -> None:
    """As dbt 1.3 wrote it (v7): no attached_node, no project name, refs as lists, meta beside config."""

    def age(manifest: Manifest) -> None:
        manifest["metadata"] = {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v7.json"}
        for key in ("groups", "semantic_models", "saved_queries", "unit_tests", "group_map"):
            manifest.pop(key, None)
        for node in manifest["nodes"].values():
            for key in ("attached_node", "primary_key", "constraints", "group", "contract", "access", "version"):
                node.pop(key, None)
            node["refs"] = [[ref["name"]] for ref in node.get("refs", [])]
            for column in (node.get("columns") or {}).values():
                tags = column.pop("config", {}).get("tags", [])
                column["tags"] = [*column.get("tags", []), *tags]
                column.pop("constraints", None)

    tiny.edit("manifest.json", age)
    report = tiny.sync()
    assert (report.project, report.tables) == ("tiny", 3)
    orders = next(t for t in tiny.saved() if t.name.name == "orders")
    assert orders.foreign_keys[0].to_table == TableName("tiny", "main", "customers")
    assert of(tiny, "orders", "status").values_exact
    assert {c.name for c in tiny.saved().tables[0].columns if c.pii} == {"name", "email", "national_number"}


def test_progress_is_told(tiny: Tiny) -> None:
    from catalog_sync.sync import sync

    heard: list[tuple[str, int, int]] = []
    index, warehouse = tiny.index(), tiny.warehouse()
    sync(
        tiny.source(), warehouse, HashEmbedder(), index, Policy(), tiny.state,
        progress=lambda what, done, total: heard.append((what, done, total)),
    )  # fmt: skip
    index.close()
    assert [what for what, _, _ in heard if what] == sorted((w for w, _, _ in heard), key=_order)
    for stage in ("values", "ranges", "embedding"):
        last = [(done, total) for what, done, total in heard if what == stage][-1]
        assert last[0] == last[1] > 0


def _order(stage: str) -> int:
    return ("reading", "values", "ranges", "keys", "embedding").index(stage)
