from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_sync.merge import added, merged

BASE = "One row for each order, as it was paid."


@pytest.mark.parametrize(
    ("mine", "theirs", "both"),
    [
        (BASE, "Something else.", "Something else."),
        ("Something else.", BASE, "Something else."),
        ("Every row for each order, as it was paid.", "One row for each order, as it was shipped.",
         "Every row for each order, as it was shipped."),
        ("One row for each sale, as it was paid.", "One row for each purchase, as it was paid.", None),
        (f"{BASE} Net of tax.", f"{BASE} In EUR.", None),
        (f"{BASE} In EUR.", f"{BASE} In EUR.", f"{BASE} In EUR."),
        ("주문마다 한 행, 결제 기준", "주문마다 한 행, 결제 기준", "주문마다 한 행, 결제 기준"),
    ],
)  # fmt: skip
def test_changes_of_two(mine: str, theirs: str, both: str | None) -> None:
    assert merged(BASE, mine, theirs) == both


texts = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=8).map(" ".join)


@given(texts, texts, texts)
def test_the_order_of_the_two_is_nothing_and_no_change_is_no_change(base: str, mine: str, theirs: str) -> None:
    assert merged(base, mine, theirs) == merged(base, theirs, mine)
    assert merged(base, mine, base) == mine


def test_which_words_are_new() -> None:
    assert added("One row for each order.", "One row for each paid order.") == [
        ("One row for each ", False), ("paid ", True), ("order.", False)]  # fmt: skip
    assert added("", "New.") == [("New.", True)]
