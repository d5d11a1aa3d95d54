from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from plugin.web.answers.fair import FairQueue


def taken(queue: FairQueue[str]) -> list[str]:
    return [queue.take() for _ in range(len(queue))]


def filled(names: str) -> FairQueue[str]:
    """`aab`: two questions of a, then one of b."""
    queue: FairQueue[str] = FairQueue()
    for number, who in enumerate(names):
        queue.add(f"{who}{number}", who)
    return queue


def test_one_question_does_not_wait_for_all_of_another_person() -> None:
    assert taken(filled("aaaab")) == ["a0", "b4", "a1", "a2", "a3"]


def test_who_comes_while_others_are_answered_is_next() -> None:
    queue = filled("aaa")
    assert queue.take() == "a0"
    queue.add("b", "b")
    assert queue.items() == ["b", "a1", "a2"]


def test_who_was_answered_much_is_not_punished_when_nobody_else_waited() -> None:
    queue = filled("aaaa")
    assert len(taken(queue)) == 4
    for name in "abab":
        queue.add(name, name)
    assert taken(queue) in (["b", "a", "b", "a"], ["a", "b", "a", "b"])


def test_what_is_taken_out_is_not_served() -> None:
    queue = filled("aab")
    gone = queue.items()[0]
    queue.remove(gone)
    assert gone not in queue
    assert taken(queue) == ["b2", "a1"]


@given(st.text("abcd", max_size=30))
def test_everybody_waits_for_at_most_one_of_each_other_person_per_question(names: str) -> None:
    order = [item[0] for item in taken(filled(names))]
    assert Counter(order) == Counter(names)
    for place, who in enumerate(order):
        own = order[: place + 1].count(who)
        assert all(order[:place].count(other) <= own for other in set(names) - {who})


@given(st.text("abcd", max_size=30))
def test_one_persons_questions_keep_their_order(names: str) -> None:
    order = taken(filled(names))
    for who in set(names):
        numbers = [int(item[1:]) for item in order if item[0] == who]
        assert numbers == sorted(numbers)
