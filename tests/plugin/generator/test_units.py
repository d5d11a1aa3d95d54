from __future__ import annotations

import pytest

from catalog_sync.model import CatalogColumn
from plugin.generator.units import is_of


@pytest.mark.parametrize(
    ("column", "description", "unit", "so"),
    [
        ("resolution_hours", "", "hours", True),
        ("resolution_hours", "", "minutes", False),
        ("amount", "EUR incl. VAT", "euros", True),
        ("amount", "EUR incl. VAT", "dollars", False),
        ("amount", "", "dollars", True),
        ("weight", "Weight in kg", "kilos", True),
        ("amount", "", "stores", False),
    ],
)
def test_of_a_column(column: str, description: str, unit: str, *, so: bool) -> None:
    assert is_of(CatalogColumn(column, "INTEGER", description=description), unit) is so
