"""The star of the Star Schema Benchmark, made in DuckDB from the TPC-H tables of the sample project's supply data.

Columns are those that the 13 queries ask. What TPC-H lacks is made as SSB makes it, from a hash of the key in the place
of a random number: cities (ten for a nation), categories (five for a manufacturer), brands (40 for a category).
"""

from __future__ import annotations

import duckdb

from backends.warehouse.base import TableName
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable, ForeignKey

_CITY = "rpad(left(n_name, 9), 9, ' ') || hash({key}) % 10"
_PLACES = (
    "join raw.raw_supply.nation on n_nationkey = {prefix}_nationkey "
    "join raw.raw_supply.region on r_regionkey = n_regionkey"
)
_TABLES = {
    "dates": """
        select cast(strftime(d, '%Y%m%d') as integer) as d_datekey, cast(d as date) as d_date,
            cast(year(d) as integer) as d_year, cast(strftime(d, '%Y%m') as integer) as d_yearmonthnum,
            strftime(d, '%b%Y') as d_yearmonth, cast((dayofyear(d) - 1) // 7 + 1 as integer) as d_weeknuminyear
        from generate_series(timestamp '1992-01-01', timestamp '1998-12-31', interval 1 day) t(d)""",
    "customer": f"""
        select c_custkey, {_CITY.format(key="c_custkey")} as c_city, n_name as c_nation, r_name as c_region
        from raw.raw_supply.customer {_PLACES.format(prefix="c")}""",
    "supplier": f"""
        select s_suppkey, {_CITY.format(key="s_suppkey")} as s_city, n_name as s_nation, r_name as s_region
        from raw.raw_supply.supplier {_PLACES.format(prefix="s")}""",
    "part": """
        select p_partkey, m as p_mfgr, c as p_category, c || (1 + hash(p_partkey * 3) % 40) as p_brand1
        from (select p_partkey, 'MFGR#' || right(p_mfgr, 1) as m, m || (1 + hash(p_partkey * 2) % 5) as c
            from raw.raw_supply.part)""",
    "lineorder": """
        select l_orderkey as lo_orderkey, l_linenumber as lo_linenumber, o_custkey as lo_custkey,
            l_partkey as lo_partkey, l_suppkey as lo_suppkey,
            cast(strftime(o_orderdate, '%Y%m%d') as integer) as lo_orderdate, l_quantity as lo_quantity,
            cast(l_extendedprice as bigint) as lo_extendedprice, cast(l_discount * 100 as integer) as lo_discount,
            cast(l_extendedprice * (1 - l_discount) as bigint) as lo_revenue,
            cast(0.6 * p_retailprice * l_quantity as bigint) as lo_supplycost
        from raw.raw_supply.lineitem join raw.raw_supply.orders on o_orderkey = l_orderkey
            join raw.raw_supply.part on p_partkey = l_partkey""",
}
_KEYS = {
    "dates": ("d_datekey",),
    "customer": ("c_custkey",),
    "supplier": ("s_suppkey",),
    "part": ("p_partkey",),
    "lineorder": ("lo_orderkey", "lo_linenumber"),
}
_REFERENCES = {"lo_orderdate": "dates", "lo_custkey": "customer", "lo_suppkey": "supplier", "lo_partkey": "part"}


def make(connection: duckdb.DuckDBPyConnection) -> Catalog:
    """In the schema `ssb` of the open database, from the one attached as `raw`. The catalogue says what is checked
    here: keys are unique, every line finds its partners, nothing is NULL."""
    (database,) = connection.execute("select current_database()").fetchone() or ("",)
    connection.execute("create schema if not exists ssb")
    tables = []
    for name, sql in _TABLES.items():
        connection.execute(f"create table ssb.{name} as {sql}")
        own = [(row[0], row[1]) for row in connection.execute(f"describe ssb.{name}").fetchall()]
        key = ", ".join(_KEYS[name])
        nulls = " or ".join(f"{column} is null" for column, _ in own)
        _none(connection, f"select {key} from ssb.{name} group by all having count(*) > 1")
        _none(connection, f"select 1 from ssb.{name} where {nulls}")
        references = _REFERENCES if name == "lineorder" else {}
        for column, parent in references.items():
            _none(connection, f"select {column} from ssb.lineorder except select {_KEYS[parent][0]} from ssb.{parent}")
        tables.append(
            CatalogTable(
                name=TableName(database, "ssb", name),
                kind="table",
                unique_id=f"model.ssb.{name}",
                columns=tuple(CatalogColumn(column, kind.lower(), nullable=False) for column, kind in own),
                primary_key=_KEYS[name],
                foreign_keys=tuple(
                    ForeignKey((column,), TableName(database, "ssb", parent), _KEYS[parent], tested=True)
                    for column, parent in references.items()
                ),
                provenance={"primary_key": "dbt:test:unique"},
            )
        )
    return Catalog("ssb", "duckdb", tuple(tables))


def _none(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    if connection.execute(f"{sql} limit 1").fetchone() is not None:
        raise SystemExit(f"the star is not what its catalogue says: {sql}")
