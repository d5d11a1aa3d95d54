"""Names of tables and columns as words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalog_sync.model import CatalogTable

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\dA-Za-z_]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BETWEEN = re.compile(r"[^\w]+|_")
MASS = frozenset((
    "downtime", "uptime", "overtime", "runtime", "revenue", "traffic", "usage", "waste", "scrap", "spending", "income",
    "attendance", "turnover", "spend", "consumption", "stock", "inventory",
))  # fmt: skip
"""Of which there is much, not many."""
_LAYERS = frozenset(("dim", "fct", "fact", "stg", "ref", "tbl", "raw", "src", "base", "int", "mart", "rpt"))
"""How a model is called after its place in a project, which says nothing of what it holds."""
_TIES = frozenset(("to", "of", "from", "for", "by", "per"))
_GATHERED = frozenset((
    "hourly", "daily", "weekly", "monthly", "quarterly", "yearly", "annual", "agg", "aggregate", "aggregated",
    "summary", "rollup",
))  # fmt: skip
"""Words of a table whose rows are figures of many things."""


@lru_cache(maxsize=1 << 16)  # tables share the names of their columns
def words(name: str) -> str:
    """OrderItems and order_items are "order items"."""
    return " ".join(part.casefold() for part in _PARTS.findall(name)) or name


def without_layer(table: str) -> str:
    """The words of a table's name behind `fct_`, `dim_` and the like; what it holds last: calls_to_support are support
    calls."""
    spelled = spoken(table).split()
    tie = next((at for at, word in enumerate(spelled[1:-1], 1) if word in _TIES), 0)
    return " ".join((*spelled[tie + 1 :], *spelled[:tie]) if tie else spelled)


def spoken(table: str) -> str:
    """The words of a table's name behind `fct_`, `dim_` and the like, as they stand."""
    spelled = words(table).split()
    while len(spelled) > 1 and spelled[0] in _LAYERS:
        spelled = spelled[1:]
    return " ".join(spelled)


def singulars(name: str) -> list[str]:
    """The words of a name without a plural s."""
    return [_singular(w) for w in _BETWEEN.split(_HUMP.sub(" ", name).casefold()) if w]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def noun(table: str, key: Sequence[str]) -> str:
    """What one row is: by the primary key (`customer_id`), else by the table's last word in the singular; so too where
    the key shortens that word (`appt_id` of appointments)."""
    last = without_layer(table).split()[-1]
    last = last[:-1] if last.endswith("s") and not last.endswith("ss") else last
    if len(key) != 1 or not key[0].casefold().endswith("_id"):
        return last
    own = words(key[0])[:-3]
    return last if shortens(own, last) else own


def row_noun(table: CatalogTable) -> str:
    """A key that leads to another table says nothing of the rows: feedback by appt_id."""
    leads = any(key.columns == table.primary_key for key in table.foreign_keys)
    return noun(table.name.name, () if leads else table.primary_key)


def gathers(table: CatalogTable) -> bool:
    """A row is no thing but the figures of a month, or of some other lot: claims_monthly, without a key of its own."""
    own = len(table.primary_key) == 1 and table.primary_key[0].casefold().endswith("_id")
    return not own and not _GATHERED.isdisjoint(words(table.name.name).split())


def shortens(short: str, word: str) -> bool:
    """The same first letter, and the others in that order; at least two are left out."""
    if len(word) < len(short) + 2 or word[0] != short[0]:
        return False
    letters = iter(word)
    return all(letter in letters for letter in short)
