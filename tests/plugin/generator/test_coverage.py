"""What is asked of private columns is refused, counts of them are not."""

from __future__ import annotations

from typing import cast

import pytest

from plugin.generator.ask import Ask, Mention
from plugin.generator.route.coverage import Coverage
from plugin.generator.stage import Services

PHONE = Mention("phone", frozenset({"suppliers"}), private=True)
SUPPLIER = Mention("supplier", frozenset({"suppliers"}))


@pytest.mark.parametrize(
    ("question", "refused"),
    [
        ("What is the phone number of our biggest supplier in Peru?", True),
        ("What are the phone numbers of our suppliers?", True),
        ("What is the number of suppliers without a phone?", False),
        ("How many suppliers have a phone?", False),
    ],
)
def test_a_phone_number_is_no_count(question: str, refused: bool) -> None:
    ask = Coverage()(Ask(question, "en", mentions=(PHONE, SUPPLIER)), cast(Services, None))
    assert (ask.verdict is not None and ask.verdict.reason == "pii") == refused
