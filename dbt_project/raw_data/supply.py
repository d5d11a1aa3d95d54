"""The supply area: TPC-H, written by tpchgen-cli, which is deterministic for a scale."""

import subprocess
import sysconfig
from pathlib import Path

from raw_data.area import Area

MONEY = "numeric(15, 2)"
TABLES = {
    "region": {"r_regionkey": "integer", "r_name": "text", "r_comment": "text"},
    "nation": {"n_nationkey": "integer", "n_name": "text", "n_regionkey": "integer", "n_comment": "text"},
    "supplier": {
        "s_suppkey": "integer",
        "s_name": "text",
        "s_address": "text",
        "s_nationkey": "integer",
        "s_phone": "text",
        "s_acctbal": MONEY,
        "s_comment": "text",
    },
    "customer": {
        "c_custkey": "integer",
        "c_name": "text",
        "c_address": "text",
        "c_nationkey": "integer",
        "c_phone": "text",
        "c_acctbal": MONEY,
        "c_mktsegment": "text",
        "c_comment": "text",
    },
    "part": {
        "p_partkey": "integer",
        "p_name": "text",
        "p_mfgr": "text",
        "p_brand": "text",
        "p_type": "text",
        "p_size": "integer",
        "p_container": "text",
        "p_retailprice": MONEY,
        "p_comment": "text",
    },
    "partsupp": {
        "ps_partkey": "integer",
        "ps_suppkey": "integer",
        "ps_availqty": "integer",
        "ps_supplycost": MONEY,
        "ps_comment": "text",
    },
    "orders": {
        "o_orderkey": "bigint",
        "o_custkey": "integer",
        "o_orderstatus": "text",
        "o_totalprice": MONEY,
        "o_orderdate": "date",
        "o_orderpriority": "text",
        "o_clerk": "text",
        "o_shippriority": "integer",
        "o_comment": "text",
    },
    "lineitem": {
        "l_orderkey": "bigint",
        "l_partkey": "integer",
        "l_suppkey": "integer",
        "l_linenumber": "integer",
        "l_quantity": "integer",
        "l_extendedprice": MONEY,
        "l_discount": "numeric(4, 2)",
        "l_tax": "numeric(4, 2)",
        "l_returnflag": "text",
        "l_linestatus": "text",
        "l_shipdate": "date",
        "l_commitdate": "date",
        "l_receiptdate": "date",
        "l_shipinstruct": "text",
        "l_shipmode": "text",
        "l_comment": "text",
    },
}


def area(*, scale: float) -> Area:
    def write(folder: Path) -> None:
        program = Path(sysconfig.get_path("scripts")) / "tpchgen-cli"
        command = [str(program), "csv", f"--scale-factor={scale}", f"--output-dir={folder}", "--quiet"]
        subprocess.run(command, check=True)

    return Area(
        schema="raw_supply",
        tables=TABLES,
        settings={"scale": scale},
        tools=("tpchgen-cli",),
        write=write,
    )
