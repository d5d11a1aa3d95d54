"""The gate's judgement, and the trial index that it looks at."""

from __future__ import annotations

import pytest

from backends.vectors.tokens import sparse_query
from catalog_sync.index import COLLECTIONS
from feedback.gate import held_out, judge, trial
from feedback.intake import Proposal
from tests.feedback.conftest import ASKER, REVIEWER, Shop


def outcomes(text: str) -> dict[str, bool]:
    """ "110" is three questions, of which two are right."""
    return {str(place): sign == "1" for place, sign in enumerate(text)}


@pytest.mark.parametrize(
    ("before", "after", "passed"),
    [
        ("1111", "1111", True),
        ("0000", "1111", True),
        ("1100", "0011", True),
        ("111111", "011111", True),
        ("1111", "0000", False),
        ("1111110", "0000001", False),
        ("", "", True),
    ],
)
def test_worse_beyond_chance_is_refused(before: str, after: str, passed: bool) -> None:
    assert judge(outcomes(before), outcomes(after)).passed is passed


def test_a_project_without_held_out_questions_can_begin() -> None:
    assert "nothing to measure with" in judge({}, {}).says


def test_only_reviewed_examples_of_the_benchmark_are_asked(shop: Shop) -> None:
    intake = shop.intake(benchmark_share=1.0)
    made = intake.propose(Proposal("How many orders?", "select count(*) from orders"), ASKER).example
    assert held_out(shop.loop.examples, "shop") == []
    for name in ("claim", "approve"):
        shop.loop.desk.move(name, made.id, REVIEWER)
    shop.published("Which stores?", "select store_name from stores")
    (item,) = held_out(shop.loop.examples, "shop")
    assert (item.id, item.sql) == (made.id, "select count(*) from orders")
    assert held_out(shop.loop.examples, "other") == []


def test_a_trial_shows_what_would_be_and_leaves_the_index(shop: Shop) -> None:
    live = shop.published("How many orders?", "select count(*) from orders")
    shop.shelf.deliver()
    new = shop.intake().propose(Proposal("Which stores?", "select store_name from stores"), ASKER).example
    dense = shop.embedder.embed_query("stores").tolist()
    with trial(shop.loop.examples, [new], shop.index, shop.embedder) as index:
        seen = {h.payload["example"] for h in index.search(COLLECTIONS["example"], dense, sparse_query("stores"), 5)}
        assert seen == {live.id, new.id}
        assert index.count(COLLECTIONS["table"]) == shop.index.count(COLLECTIONS["table"]) > 0
    assert set(shop.shelved()) == {live.id}
