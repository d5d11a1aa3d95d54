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
    "attendance", "turnover", "spend", "consumption",
))  # fmt: skip
"""Of which there is much, not many."""
_LAYERS = frozenset(("dim", "fct", "fact", "stg", "ref", "tbl", "raw", "src", "base", "int"))
"""How a model is called after its place in a project, which says nothing of what it holds."""


@lru_cache(maxsize=1 << 16)  # tables share the names of their columns
def words(name: str) -> str:
    """OrderItems and order_items are "order items"."""
    return " ".join(part.casefold() for part in _PARTS.findall(name)) or name


def without_layer(table: str) -> str:
    """The words of a table's name behind `fct_`, `dim_` and the like."""
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
    last = words(table).split()[-1]
    last = last[:-1] if last.endswith("s") and not last.endswith("ss") else last
    if len(key) != 1 or not key[0].casefold().endswith("_id"):
        return last
    own = words(key[0])[:-3]
    return last if shortens(own, last) else own


def row_noun(table: CatalogTable) -> str:
    """A key that leads to another table says nothing of the rows: feedback by appt_id."""
    leads = any(key.columns == table.primary_key for key in table.foreign_keys)
    return noun(table.name.name, () if leads else table.primary_key)


def shortens(short: str, word: str) -> bool:
    """The same first letter, and the others in that order; at least two are left out."""
    if len(word) < len(short) + 2 or word[0] != short[0]:
        return False
    letters = iter(word)
    return all(letter in letters for letter in short)
