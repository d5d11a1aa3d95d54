"""What descriptions say of rows without a value."""

from __future__ import annotations

import pytest

from catalog_sync.missing import is_optional, meanings
from tests.catalog_sync.build import column


@pytest.mark.parametrize(
    ("description", "said"),
    [
        ("Most recent login, NULL if the user never logged in", ("never logged in",)),
        ("Manager who owns the account. Empty = no manager assigned.", ("no manager assigned",)),
        ("Day the money arrived, NULL if not paid", ("not paid",)),
        ("Null while the parcel is under way", ("under way",)),
        ("Day it was won or lost, NULL while open", ("open",)),
        ("empty while the club is open", ("open",)),
        ("null until the bill has been paid", ("not paid",)),
        ("NULL if there was none", ()),
        ("Year of birth, null where not given", ()),
        ("NULL while it runs", ()),
        ("may be empty", ()),
        ("비어 있으면 담당자 없음", ()),
    ],
)
def test_what_it_means(description: str, said: tuple[str, ...]) -> None:
    assert meanings(column("x", description=description)) == said


def test_not_every_row_has_one() -> None:
    assert is_optional(column("coupon_code", description="Coupon used, null if none"))
    assert not is_optional(column("status", description="placed, shipped or delivered"))
