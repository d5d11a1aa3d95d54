from __future__ import annotations

import pytest

from catalog_sync.model import CatalogColumn
from plugin.generator.units import in_unit_of, is_of


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


@pytest.mark.parametrize(
    ("column", "description", "number", "unit", "as_stored"),
    [
        ("delivery_minutes", "", "2", "hours", "120"),
        ("delivery_minutes", "", "2", "시간", "120"),
        ("duration_hours", "", "90", "minutes", "1.5"),
        ("weight_kg", "", "5", "tonnes", "5000"),
        ("weight", "Weight in kg", "500", "g", "0.5"),
        ("weight", "", "5", "kg", "5"),
        ("rating", "", "5", "점", "5"),
        ("distance_km", "", "2", "hours", None),
        ("duration", "", "2", "hours", None),
    ],
)
def test_numbers_of_another_unit(column: str, description: str, number: str, unit: str, as_stored: str | None) -> None:
    assert in_unit_of(CatalogColumn(column, "INTEGER", description=description), number, unit) == as_stored
