"""The shop area: Jaffle Shop, simulated day by day by jafgen."""

import os
import subprocess
import sys
from pathlib import Path

from raw_data.area import Area

TABLES = {
    "customers": {"id": "text", "name": "text"},
    "orders": {
        "id": "text",
        "customer": "text",
        "ordered_at": "timestamp",
        "store_id": "text",
        "subtotal": "integer",
        "tax_paid": "integer",
        "order_total": "integer",
    },
    "items": {"id": "text", "order_id": "text", "sku": "text"},
    "stores": {"id": "text", "name": "text", "opened_at": "timestamp", "tax_rate": "numeric(6, 4)"},
    "supplies": {
        "id": "text",
        "name": "text",
        "cost": "integer",
        "perishable": "boolean",
        "sku": "text",
    },
    "products": {
        "sku": "text",
        "name": "text",
        "type": "text",
        "price": "integer",
        "description": "text",
    },
    "tweets": {"id": "text", "user_id": "text", "tweeted_at": "timestamp", "content": "text"},
}


def area(*, days: int, seed: int) -> Area:
    def write(folder: Path) -> None:
        # A process of its own: the simulation draws from the global state of random, numpy and faker.
        command = [sys.executable, "-m", "raw_data.simulate", str(days), str(seed), str(folder)]
        environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": str(Path(__file__).parents[1])}
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)

    return Area(
        schema="raw_shop",
        tables=TABLES,
        settings={"days": days, "seed": seed},
        tools=("jafgen", "faker", "numpy"),
        write=write,
    )
