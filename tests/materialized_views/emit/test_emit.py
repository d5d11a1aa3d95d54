from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from backends.warehouse.base import TableName
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable
from materialized_views.definition import Measure
from materialized_views.emit import files_of, model_sql, model_yaml, plan, reference, remove, write
from materialized_views.errors import EditedByHand, MaterializedViewsError
from tests.materialized_views.definitions import monthly

ORDERS = CatalogTable(
    TableName("small", "main", "orders"),
    "model",
    "model.shop.orders",
    columns=(
        CatalogColumn("order_date", "date", "Day of the order.", nullable=False),
        CatalogColumn("amount", "decimal", "What was paid.", synonyms=("sales", "매출")),
    ),
    tier="Tier.Tier1",
    owner="shop-team",
    domain="Shop",
    workspace="shop",
)
CUSTOMERS = CatalogTable(
    TableName("small", "main", "customers"),
    "source",
    "source.shop.raw.customers",
    columns=(CatalogColumn("segment", "text", "Trade.", value_synonyms={"retail": ("소매",)}),),
)
CATALOG = Catalog("shop", "duckdb", (ORDERS, CUSTOMERS))
FOLDER = Path("models/ask_views/shop")


def files() -> dict[Path, str]:
    return files_of([monthly()], CATALOG)


def test_the_model_refers_to_its_tables_as_dbt_does() -> None:
    assert model_sql(monthly(), CATALOG).splitlines()[-3:] == [
        "from {{ ref('orders') }} as orders",
        "inner join {{ source('raw', 'customers') }} as customers on orders.customer_id = customers.customer_id",
        "group by 1, 2",
    ]


@pytest.mark.parametrize(
    ("unique_id", "written"),
    [
        ("model.shop.orders", "ref('orders')"),
        ("model.shop.orders.v2", "ref('orders', v=2)"),
        ("model.other.orders", "ref('other', 'orders')"),
        ("seed.shop.orders", "ref('orders')"),
        ("source.shop.raw.orders", "source('raw', 'orders')"),
    ],
)
def test_references(unique_id: str, written: str) -> None:
    catalog = CATALOG.with_tables((replace(ORDERS, unique_id=unique_id),))
    assert reference(ORDERS.name, catalog) == written


def test_a_table_that_dbt_does_not_know_is_refused() -> None:
    with pytest.raises(MaterializedViewsError, match="no table of the dbt project"):
        reference(TableName(None, "main", "elsewhere"), CATALOG)


def test_the_properties_carry_grain_measures_contract_tests_and_policy() -> None:
    (model,) = yaml.safe_load(model_yaml(monthly(), CATALOG))["models"]
    ours = model["config"]["meta"]["dbt_ask"]
    assert model["config"]["contract"] == {"enforced": True}
    assert model["config"]["meta"]["openmetadata"] == {"tier": "Tier.Tier1", "owner": "shop-team", "domain": "Shop"}
    assert ours["view"]["grain"] == ["order_month", "segment"]
    assert ours["view"]["measures"] == {"order_count": "sum", "amount": "sum", "max_amount": "max"}
    assert ours["view"]["additive"] == ["order_count", "amount"]
    assert ours["view"]["time_column"] == "order_month"
    assert ours["definition"] == monthly().hash
    assert model["data_tests"] == [
        {"dbt_ask_unique_grain": {"arguments": {"columns": ["order_month", "segment"]}}},
        {
            "dbt_ask_reconciles": {
                "arguments": {
                    "base": "ref('orders')",
                    "totals": {
                        "sum(order_count)": "count(*)",
                        "sum(amount)": "sum(amount)",
                        "max(max_amount)": "max(amount)",
                    },
                }
            }
        },
    ]
    columns = {column["name"]: column for column in model["columns"]}
    assert [column["data_type"] for column in model["columns"]] == [
        "date", "text", "bigint", "numeric(38,2)", "numeric(12,2)",
    ]  # fmt: skip
    assert columns["order_month"]["data_tests"] == ["not_null"]
    assert "data_tests" not in columns["segment"]
    assert columns["amount"]["config"]["meta"]["dbt_ask"]["synonyms"] == ["sales", "매출"]


def test_a_join_that_may_lose_rows_is_not_reconciled_with_the_fact() -> None:
    lossy = replace(monthly(), joins=(replace(monthly().joins[0], lossless=False),))
    assert "dbt_ask_reconciles" not in model_yaml(lossy, CATALOG)


def test_a_renamed_dimension_brings_its_words_along() -> None:
    view = monthly()
    renamed = replace(view, dimensions=(view.dimensions[0], replace(view.dimensions[1], name="customer_segment")))
    assert "소매" in model_yaml(renamed, CATALOG)
    assert "소매" not in model_yaml(view, CATALOG)


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    first = write(tmp_path, files())
    assert [item.action for item in first] == ["created"] * 3
    assert (FOLDER / "monthly_orders.sql") in {item.path for item in first}
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
    assert {item.action for item in write(tmp_path, files())} == {"unchanged"}
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")} == before


def test_a_file_of_ours_is_renewed_when_the_definition_changes(tmp_path: Path) -> None:
    write(tmp_path, files())
    more = files_of([replace(monthly(), questions=("How much in May?",))], CATALOG)
    assert {item.path.name: item.action for item in plan(tmp_path, more)} == {
        "monthly_orders.sql": "unchanged",
        "monthly_orders.yml": "changed",
        "dbt_ask_views.sql": "unchanged",
    }


@pytest.mark.parametrize("edit", ["-- mine", "x"])
def test_hand_edits_are_never_overwritten_nor_removed(tmp_path: Path, edit: str) -> None:
    write(tmp_path, files())
    model = tmp_path / FOLDER / "monthly_orders.sql"
    model.write_text(model.read_text() + edit)
    changed = files_of([replace(monthly(), questions=("?",))], CATALOG)
    with pytest.raises(EditedByHand, match="was edited after"):
        write(tmp_path, changed)
    assert "questions:" not in (tmp_path / FOLDER / "monthly_orders.yml").read_text()  # nothing was written
    with pytest.raises(EditedByHand):
        remove(tmp_path, [FOLDER / "monthly_orders.yml", FOLDER / "monthly_orders.sql"])
    assert (tmp_path / FOLDER / "monthly_orders.yml").exists()


def test_a_model_that_somebody_wrote_is_left_alone(tmp_path: Path) -> None:
    model = tmp_path / FOLDER / "monthly_orders.sql"
    model.parent.mkdir(parents=True)
    model.write_text("select 1")
    with pytest.raises(EditedByHand, match="was not written by dbt-ask"):
        write(tmp_path, files())
    assert model.read_text() == "select 1"


def test_what_we_wrote_can_be_removed(tmp_path: Path) -> None:
    write(tmp_path, files())
    gone = remove(tmp_path, [FOLDER / "monthly_orders.sql", FOLDER / "monthly_orders.yml", Path("models/none.sql")])
    assert [item.path.suffix for item in gone] == [".sql", ".yml"]
    assert list((tmp_path / FOLDER).iterdir()) == []


def test_a_number_of_different_values_is_said_not_to_add_up() -> None:
    buyers = Measure("distinct_customer_count", "distinct", "orders.customer_id", "bigint")
    found = replace(monthly(), measures=(*monthly().measures, buyers))
    assert "count(distinct orders.customer_id) as distinct_customer_count" in model_sql(found, CATALOG)
    model = yaml.safe_load(model_yaml(found, CATALOG))["models"][0]
    view = model["config"]["meta"]["dbt_ask"]["view"]
    assert view["measures"]["distinct_customer_count"] == "count(distinct orders.customer_id)"
    assert "distinct_customer_count" not in view["additive"]
    assert "distinct customer count can't be added up" in model["description"].replace("_", " ")
    assert "distinct" not in str(model["data_tests"])
    assert model["columns"][-1]["description"] == "Number of different customer id of orders."
