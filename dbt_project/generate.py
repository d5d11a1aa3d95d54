"""Generate the raw data of the sample project and load them into the warehouse of a dbt target.

python dbt_project/generate.py                      # DuckDB, two years of shop, supply at scale 0.1
python dbt_project/generate.py --target postgres    # the server named by DBT_ASK_PG_*
"""

import argparse
import logging
import os
import sys
from pathlib import Path

from raw_data import shop, supply
from raw_data.files import GenerateError, generated
from raw_data.warehouse import LoadError, load, warehouse_of

PROJECT_DIR = Path(__file__).resolve().parent
log = logging.getLogger("generate")


def positive_int(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def positive_float(text: str) -> float:
    number = float(text)
    if not number > 0:
        raise argparse.ArgumentTypeError("must be above 0")
    return number


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", choices=["duckdb", "postgres"], default=os.environ.get("DBT_TARGET", "duckdb"))
    parser.add_argument(
        "--supply-scale",
        type=positive_float,
        default=os.environ.get("DBT_ASK_SUPPLY_SCALE", "0.1"),
        help="TPC-H scale factor; 1 is about 6 million order lines (default DBT_ASK_SUPPLY_SCALE or 0.1)",
    )
    parser.add_argument(
        "--shop-days",
        type=positive_int,
        default=os.environ.get("DBT_ASK_SHOP_DAYS", "730"),
        help="days of trade from 2018-09-01 on; more days only add rows (default DBT_ASK_SHOP_DAYS or 730)",
    )
    parser.add_argument("--seed", type=int, default=20180901, help="seed of the shop simulation")
    parser.add_argument("--reload", action="store_true", help="load again even if these data are loaded")
    return parser.parse_args()


def main() -> int:
    args = arguments()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    data_dir = PROJECT_DIR / "data"
    areas = [
        shop.area(days=args.shop_days, seed=args.seed),
        supply.area(scale=args.supply_scale),
    ]
    warehouse = warehouse_of(args.target, data_dir)
    try:
        for area in areas:
            if not args.reload and warehouse.stamp(area.schema) == area.stamp:
                log.info("%s: up to date (%s)", area.schema, area.summary)
                continue
            load(warehouse, area, generated(area, data_dir / "raw"))
    except (GenerateError, LoadError) as error:
        log.error("%s", error)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
