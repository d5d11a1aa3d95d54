from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from backends.warehouse.base import TableName
from catalog_sync import records
from catalog_sync.dbt_artifacts import PARSED, DbtArtifacts, target_dir
from catalog_sync.errors import ArtifactMissing, ArtifactUnreadable, MetaInvalid
from catalog_sync.model import CatalogTable
from tests.catalog_sync.conftest import Tiny


def named(tiny: Tiny, name: str) -> CatalogTable:
    return next(table for table in tiny.read() if table.name.name == name)


def test_every_relation_is_there_once_and_nothing_that_is_no_relation(tiny: Tiny) -> None:
    names = [str(table.name) for table in tiny.read()]
    assert names == [
        "tiny.main.customers",
        "tiny.main.orders",
        "tiny.main.sales_by_country_month",
        "tiny.main.stg_customers",
        "tiny.main.stg_orders",
        "tiny.main_history.customers_history",
        "tiny.main_raw.raw_customers",
        "tiny.main_raw.raw_orders",
        "tiny.main_raw.regions",
    ]


def test_a_model_is_known_by_its_alias(tiny: Tiny) -> None:
    assert named(tiny, "orders").unique_id == "model.tiny.fct_orders"


def test_columns_come_in_the_warehouse_order_with_its_types(tiny: Tiny) -> None:
    columns = [(c.name, c.type) for c in named(tiny, "customers").columns]
    assert columns == [
        ("customer_id", "INTEGER"),
        ("name", "VARCHAR"),
        ("email", "VARCHAR"),
        ("national_number", "VARCHAR"),
        ("country", "VARCHAR"),
        ("signed_up_on", "DATE"),
    ]


def test_without_docs_the_yaml_types_stand(tiny: Tiny) -> None:
    (tiny.target / "catalog.json").unlink()
    column = named(tiny, "orders").column("amount")
    assert column is not None
    assert (column.type, column.provenance["type"]) == ("decimal(12,2)", "dbt:manifest")


def test_meta_of_openmetadata_and_ours(tiny: Tiny) -> None:
    customers = named(tiny, "customers")
    assert (customers.tier, customers.domain, customers.workspace) == ("Tier.Tier1", "Commerce", "sales")
    assert customers.tags == ("mart", "Certified")
    assert customers.synonyms == ("clients", "고객")
    assert customers.owner == "Sales analytics"
    country = customers.column("country")
    assert country is not None
    assert country.value_synonyms == {"KR": ("Korea", "한국"), "DE": ("Germany", "독일")}


def test_a_question_view(tiny: Tiny) -> None:
    view = named(tiny, "sales_by_country_month").view
    assert view is not None
    assert view.grain == ("country", "month")
    assert view.measures == {"sum_amount": "sum(orders.amount)", "cnt_all": "count(*)"}
    assert view.additive == ("sum_amount", "cnt_all")
    assert view.time_column == "month"
    assert view.questions == ("Revenue by country per month", "나라별 월 매출")


def test_the_way_up_passes_through_ephemeral_models(tiny: Tiny) -> None:
    assert named(tiny, "orders").upstream == (TableName("tiny", "main", "stg_orders"),)


def test_pii_is_found_in_tags_meta_and_classifications(tiny: Tiny) -> None:
    marked = {c.name for c in named(tiny, "customers").columns if c.pii}
    assert marked == {"name", "email", "national_number"}


def test_a_table_marked_as_a_whole_hides_what_nobody_spoke_of(tiny: Tiny) -> None:
    raw = named(tiny, "raw_customers")
    assert raw.pii_by_default
    assert [c.name for c in raw.columns if not c.pii] == ["country"]


def test_a_test_that_failed_proves_nothing(tiny: Tiny) -> None:
    before = named(tiny, "orders")
    assert before.foreign_keys[0].tested

    def fail(results: dict[str, object]) -> None:
        ids = [before.foreign_keys[0].provenance, before.column("status").provenance["values"]]  # type: ignore[union-attr]
        results["args"] = {"which": "test"}
        results["results"] = [{"unique_id": i.removeprefix("dbt:test:"), "status": "fail"} for i in ids]

    tiny.edit("run_results.json", fail)
    after = named(tiny, "orders")
    assert not after.foreign_keys[0].tested
    assert after.column("status").values_exact is False  # type: ignore[union-attr]
    assert after.column("status").values == before.column("status").values  # type: ignore[union-attr]


def test_a_key_whose_test_failed_is_no_key(tiny: Tiny) -> None:
    test = named(tiny, "customers").provenance["primary_key"].split("+")[0].removeprefix("dbt:test:")
    tiny.edit(
        "run_results.json",
        lambda results: results.update(args={"which": "build"}, results=[{"unique_id": test, "status": "fail"}]),
    )
    assert named(tiny, "customers").primary_key == ()


def test_compiling_is_not_testing(tiny: Tiny) -> None:
    """`dbt docs generate` writes run_results.json too, where each test is a success without having run."""
    assert json.loads((tiny.target / "run_results.json").read_text())["args"]["which"] == "generate"
    assert named(tiny, "orders").built_at == ""


def test_a_build_tells_when_the_data_is_new(tiny: Tiny) -> None:
    result = {
        "unique_id": "model.tiny.fct_orders",
        "status": "success",
        "timing": [{"completed_at": "2026-01-02T03:04:05.000006Z"}, {"completed_at": "2026-01-02T03:04:06.5Z"}],
    }
    tiny.edit("run_results.json", lambda data: data.update(args={"which": "run"}, results=[result]))
    assert named(tiny, "orders").built_at == "2026-01-02T03:04:06.5Z"
    assert named(tiny, "customers").built_at == ""


def test_a_project_that_was_never_parsed(tmp_path: Path) -> None:
    with pytest.raises(ArtifactMissing) as caught:
        DbtArtifacts(tmp_path).read()
    assert "dbt build" in caught.value.hint


@pytest.mark.parametrize("text", ["", '{"nodes": ', "[]", "{}"])
def test_a_manifest_that_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "manifest.json").write_text(text)
    with pytest.raises(ArtifactUnreadable):
        DbtArtifacts(tmp_path).read()


def test_meta_that_cannot_be_read_names_the_model(tiny: Tiny) -> None:
    def spoil(manifest: dict[str, dict[str, dict[str, dict[str, object]]]]) -> None:
        manifest["nodes"]["model.tiny.customers"]["config"]["meta"] = {"dbt_ask": {"view": "monthly"}}

    tiny.edit("manifest.json", spoil)
    with pytest.raises(MetaInvalid, match=r"model\.tiny\.customers"):
        tiny.read()


def test_the_parsed_catalogue_is_read_when_it_is_the_newer(tiny: Tiny) -> None:
    renamed = records.dump(tiny.source().from_manifest()) | {"project": "from the hook"}
    ours, manifest = tiny.target / PARSED, tiny.target / "manifest.json"
    ours.write_text(json.dumps(renamed))
    os.utime(manifest, ns=(1, 2_000))
    os.utime(ours, ns=(1, 1_000))
    assert tiny.read().project == "tiny"
    os.utime(ours, ns=(1, 3_000))
    assert tiny.read().project == "from the hook"
    column = tiny.read().tables[0].columns[0]
    assert column.provenance["type"] == "dbt:catalog"


def test_a_parsed_catalogue_of_another_version_is_passed_over(tiny: Tiny) -> None:
    (tiny.target / PARSED).write_text('{"format": 999}')
    assert tiny.read().project == "tiny"


def test_a_model_that_dbt_has_not_read_yet_is_told(tiny: Tiny) -> None:
    source = DbtArtifacts(tiny.root)
    assert not any("not read" in note for note in source.read().notes)
    (tiny.root / "models" / "refunds.sql").write_text("select 1 as refund_id", encoding="utf-8")
    (tiny.root / "models" / "returns.sql").write_text("select 1 as return_id", encoding="utf-8")
    (note,) = (note for note in source.read().notes if "not read" in note)
    assert note == "dbt has not read the model refunds and 1 more yet: run `dbt parse`, then sync again"
    os.utime(tiny.root / "target" / "manifest.json")
    os.utime(tiny.root / "models" / "refunds.sql", (0, 0))
    os.utime(tiny.root / "models" / "returns.sql", (0, 0))
    assert not any("not read" in note for note in source.read().notes)


def test_where_the_target_directory_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBT_TARGET_PATH", raising=False)
    assert target_dir(tmp_path) == tmp_path / "target"
    (tmp_path / "dbt_project.yml").write_text("name: x\ntarget-path: out\n")
    assert target_dir(tmp_path) == tmp_path / "out"
    monkeypatch.setenv("DBT_TARGET_PATH", "env")
    assert target_dir(tmp_path) == tmp_path / "env"
    assert target_dir(tmp_path, "flag") == tmp_path / "flag"
    assert target_dir(tmp_path, "/elsewhere") == Path("/elsewhere")
