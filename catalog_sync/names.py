"""Names of tables and columns as words."""

from __future__ import annotations

import re

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\dA-Za-z_]+")


def words(name: str) -> str:
    """OrderItems and order_items are "order items"."""
    return " ".join(part.casefold() for part in _PARTS.findall(name)) or name
