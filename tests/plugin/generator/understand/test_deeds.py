from __future__ import annotations

import pytest

from plugin.generator.understand.deeds import is_made


@pytest.mark.parametrize("behind", [" through the app", " an order", " more than ten", " in 2024", " 3 orders"])
def test_orders_that_are_made_are_in_no_state(behind: str) -> None:
    assert is_made("placed", behind)
    assert not is_made("shipped", behind)


@pytest.mark.parametrize("behind", [" orders", "", "?", " and shipped"])
def test_a_state(behind: str) -> None:
    assert not is_made("placed", behind)
