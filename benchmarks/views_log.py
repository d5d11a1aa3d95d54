"""A log of queries on the supply tables of the sample project, as analysts and dashboards write them.

Every query is put together at random from facts, dimensions, measures and filters: nothing of it comes from the golden
questions. `python -m benchmarks.views_log log.jsonl` writes one.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

ORDERS = "join supply.supply_orders o on o.order_id = l.order_id"
CUSTOMERS = "join supply.supply_customers c on c.customer_id = o.customer_id"
NATIONS = "join supply.supply_nations n on n.nation_id = c.nation_id"
SUPPLIERS = "join supply.supply_suppliers s on s.supplier_id = l.supplier_id"
SUPPLIER_NATIONS = "join supply.supply_nations sn on sn.nation_id = s.nation_id"
PARTS = "join supply.supply_parts p on p.part_id = l.part_id"

JOINS: dict[str, tuple[str, ...]] = {
    "l": (),
    "o": (ORDERS,),
    "c": (ORDERS, CUSTOMERS),
    "n": (ORDERS, CUSTOMERS, NATIONS),
    "sn": (SUPPLIERS, SUPPLIER_NATIONS),
    "p": (PARTS,),
}
DIMENSIONS = {
    "l.ship_mode": ("AIR", "RAIL", "SHIP", "TRUCK"),
    "l.return_status": ("returned", "accepted", "pending"),
    "o.order_priority": ("1-URGENT", "2-HIGH", "3-MEDIUM"),
    "c.market_segment": ("BUILDING", "MACHINERY", "FURNITURE"),
    "n.region_name": ("ASIA", "EUROPE", "AMERICA"),
    "n.nation_name": ("FRANCE", "KENYA", "JAPAN"),
    "sn.nation_name": ("GERMANY", "BRAZIL", "INDIA"),
    "p.manufacturer": ("Manufacturer#1", "Manufacturer#3"),
    "p.material": ("STEEL", "TIN", "COPPER"),
}
MEASURES = (
    "sum(l.revenue) as total_revenue",
    "sum(l.quantity) as total_quantity",
    "sum(l.gross_profit) as profit",
    "count(*) as line_count",
    "avg(l.days_to_ship) as average_days",
    "sum(case when l.is_late then 1 else 0 end) as late_lines",
    "max(l.revenue) as largest_line",
    "sum(l.gross_profit) / sum(l.revenue) as margin",
)
MOMENTS = ("o.order_date", "l.ship_date")
USERS = ("ann", "ben", "chris", "dashboard")


class _Shape:
    """One query with holes for its literals."""

    def __init__(self, chance: random.Random) -> None:
        self.dimensions = chance.sample(list(DIMENSIONS), chance.choice((0, 1, 1, 1, 2)))
        self.measures = chance.sample(MEASURES, chance.choice((1, 1, 2)))
        self.moment = chance.choice(MOMENTS)
        self.grain = chance.choice(("", "", "month", "quarter", "year")) if self.dimensions else "month"
        self.period = chance.choice(("", "year", "year", "quarter", "month"))
        self.filters = [
            d for d in chance.sample(list(DIMENSIONS), chance.choice((0, 0, 1, 1))) if d not in self.dimensions
        ]
        self.is_in = chance.random() < 0.3
        self.order = chance.random() < 0.5

    def sql(self, chance: random.Random) -> str:
        names = [f"date_trunc('{self.grain}', {self.moment}) as {self.grain}"] if self.grain else []
        names += [f"{d} as {d.replace('.', '_')}" for d in self.dimensions]
        touched = [*self.dimensions, *self.filters, *([self.moment] if self.grain or self.period else [])]
        joins = list(dict.fromkeys(join for d in touched for join in JOINS[d.split(".")[0]]))
        sql = f"select {', '.join([*names, *self.measures])} from supply.supply_order_lines l {' '.join(joins)}"
        conditions = [self._filter(d, chance) for d in self.filters]
        if self.period:
            conditions.append(self._period(chance))
        if conditions:
            sql += f" where {' and '.join(conditions)}"
        if names:
            sql += f" group by {', '.join(str(i + 1) for i in range(len(names)))}"
            if self.order:
                sql += f" order by {self.measures[0].rsplit(' ', 1)[-1]} desc, 1 limit 20"
        return sql

    def _filter(self, dimension: str, chance: random.Random) -> str:
        values = DIMENSIONS[dimension]
        if self.is_in:
            return f"{dimension} in ({', '.join(repr(v) for v in chance.sample(values, 2))})"
        return f"{dimension} = {chance.choice(values)!r}"

    def _period(self, chance: random.Random) -> str:
        year = chance.randint(1993, 1997)
        if self.period == "year":
            start, end = f"{year}-01-01", f"{year + 1}-01-01"
        else:
            months = 3 if self.period == "quarter" else 1
            month = chance.randrange(0, 12 - months + 1, months) + 1
            start = f"{year}-{month:02}-01"
            end = f"{year + (month + months > 12)}-{(month + months - 1) % 12 + 1:02}-01"
        return f"{self.moment} >= date '{start}' and {self.moment} < date '{end}'"


NOISE = (
    "select * from supply.supply_orders where order_id = {n}",
    "select order_id, row_number() over (order by order_total desc) as place from supply.supply_orders limit {n}",
    "select c.customer_id, count(o.order_id) as n from supply.supply_customers c left join supply.supply_orders o "
    "on o.customer_id = c.customer_id and o.order_date > date '1997-01-{d:02}' group by 1",
    "select median(revenue) as m from supply.supply_order_lines where ship_mode = 'AIR' and quantity > {n}",
    "update supply.supply_orders set order_status = 'open' where order_id = {n}",
    "select from where {n}",
)


def log(
    shapes: int = 60, executions: int = 3_000, days: int = 3, seed: int = 7, literals: int = 0
) -> Iterator[dict[str, str]]:
    """Zipf over the shapes, the last days up to now, 5 % of it noise that no view can serve. `literals` makes
    another log of the same shapes."""
    chance = random.Random(seed)
    made = [_Shape(chance) for _ in range(shapes)]
    chance = random.Random(seed * 1_000 + literals)
    weights = [1 / (rank + 1) for rank in range(shapes)]
    now = datetime.now(timezone.utc)
    for position in range(executions):
        at = now - timedelta(days=days * (1 - position / executions))
        if chance.random() < 0.05:
            sql = chance.choice(NOISE).format(n=chance.randint(1, 999), d=chance.randint(1, 28))
        else:
            shape = made[position] if position < shapes else chance.choices(made, weights)[0]
            sql = shape.sql(chance)
        yield {"sql": sql, "at": at.isoformat(), "user": chance.choice(USERS)}


def write(path: Path, **options: int) -> int:
    with path.open("w", encoding="utf-8") as file:
        count = 0
        for entry in log(**options):
            file.write(json.dumps(entry) + "\n")
            count += 1
    return count


if __name__ == "__main__":
    print(f"{write(Path(sys.argv[1]))} statements")
