"""What is recorded of an answer without SQL."""

from __future__ import annotations

from plugin.answer import answer
from plugin.commands.ask import _record
from tests.plugin.generator.test_default import Make, ask


def test_a_refused_question_is_recorded_with_an_empty_statement(services: Make) -> None:
    made = services(" 1\n```")
    refused = answer(ask("delete all orders", made), made, 0.0)
    assert (refused.status, refused.sql) == ("refused", None)
    assert _record(refused)["sql"] == ""
