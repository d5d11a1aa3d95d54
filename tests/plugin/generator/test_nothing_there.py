"""What rules read to the last word and find nothing of is not there."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from backends.warehouse.base import Rows
from plugin.generator.ask import Ask, Candidate
from plugin.generator.choose.by_result import NothingThere

NOBODY = Candidate(
    "SELECT name FROM people WHERE city = 'Atlantis'", "generate.plan/people", rows=Rows(("name",), ("VARCHAR",), ())
)
ASK = Ask("Who lives in Atlantis?")


def settled(*candidates: Candidate) -> str:
    ask = NothingThere(("generate.plan", "generate.phrases"))(ASK.add(candidates=candidates), SimpleNamespace())  # type: ignore[arg-type]
    return ask.verdict.status if ask.verdict else ""


def test_nothing_is_an_answer() -> None:
    assert settled(NOBODY) == "answered"
    assert settled(NOBODY, replace(NOBODY, origin="generate.phrases")) == "answered"


@pytest.mark.parametrize(
    "other",
    [
        replace(NOBODY, rows=Rows(("name",), ("VARCHAR",), (("Ann",),))),  # another reading finds somebody
        replace(NOBODY, rows=None),  # another reading did not run
    ],
)
def test_unless_another_reading_may_find_some(other: Candidate) -> None:
    assert settled(NOBODY, other) == ""


def test_only_of_what_rules_read() -> None:
    assert settled() == ""
    assert settled(replace(NOBODY, origin="generate.greedy")) == ""
