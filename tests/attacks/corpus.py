"""Reads the attack corpus: `<engine>.yml` and `common.yml`, each kind -> rule -> statements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

HERE = Path(__file__).parent
# Harmless where no catalogue policy is in force: nothing is hidden then.
POLICY_KINDS = frozenset({"pii", "private"})
TIMEOUT = "timeout"


@dataclass(frozen=True)
class Attack:
    kind: str
    rule: str
    sql: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.sql[:100]}"


def attacks(dialect: str) -> list[Attack]:
    return [*_read("common"), *_read(dialect)]


def _read(name: str) -> Iterator[Attack]:
    tree = yaml.safe_load((HERE / f"{name}.yml").read_text(encoding="utf-8"))
    for kind, rules in tree.items():
        for rule, statements in rules.items():
            for sql in statements:
                yield Attack(kind, rule, sql)


def filled(sql: str, canary: Path, out: Path) -> str:
    """`cross` and `cross5` are cartesian products too large to finish, with other aliases each."""
    copies = [f"orders {letter}" for letter in "abc"] + [f"orders t{number}" for number in range(14)]
    others = [f"orders u{number}" for number in range(16)]
    for name, text in {
        "canary": str(canary),
        "out": str(out),
        "nested": "(" * 2000 + "1" + ")" * 2000,
        "long": "'" + "x" * 60_000 + "'",
        "wide": ", ".join("1" for _ in range(12_000)),
        "chain": " + ".join("1" for _ in range(9_000)),
        "types": "date(" * 40 + "'2024-01-01'" + ")" * 40,
        "aliases": ", ".join(["1 as a0", *(f"a{n} + a{n} as a{n + 1}" for n in range(60))]),
        "tables": ", ".join(f"orders o{n}" for n in range(200)),
        "ctes": ", ".join(
            ["c0 as (select * from orders)"]
            + [f"c{n + 1} as (select a.id, b.status from c{n} a, c{n} b)" for n in range(60)]
        ),
        "cross": ", ".join(copies),
        "cross5": ", ".join(others),
    }.items():
        sql = sql.replace(f"{{{name}}}", text)
    return sql
