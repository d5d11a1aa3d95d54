from __future__ import annotations

import pytest

from feedback.exchange import exchanged, filled, read_off


@pytest.mark.parametrize(
    ("question", "theirs", "ours", "made"),
    [
        ("sales of brooklyn in 2020", ["Brooklyn", "2020"], ["Chicago", "2021"], "sales of chicago in 2021"),
        ("2020년 서울의 매출", ["2020", "서울"], ["2021", "부산"], "2021년 부산의 매출"),
        ("top 10 of 100", ["10"], ["20"], "top 20 of 100"),
        ("more than 1.5", ["1"], ["2"], ""),
        ("sales of brooklyn", ["Queens"], ["Chicago"], ""),
        ("a and b", ["a", "b"], ["b", "a"], "b and a"),
        ("how many orders", [], [], "how many orders"),
    ],
)
def test_values_are_exchanged_as_whole_words(question: str, theirs: list[str], ours: list[str], made: str) -> None:
    values = exchanged(theirs, ours)
    assert values is not None
    assert filled(question, values) == made


def test_one_value_can_not_become_two() -> None:
    assert exchanged(["5", "5"], ["5", "6"]) is None
    assert exchanged(["5"], ["5", "6"]) is None


@pytest.mark.parametrize(
    ("theirs", "ours", "values", "read"),
    [
        (
            "sales of brooklyn in 2020",
            "sales of san jose in 2021",
            ["brooklyn", "2020"],
            {"brooklyn": "san jose", "2020": "2021"},
        ),
        ("2020년 서울의 매출", "2021년 부산의 매출", ["서울", "2020", "closed"], {"서울": "부산", "2020": "2021"}),
        ("sales of brooklyn", "sales of brooklyn", ["brooklyn"], {"brooklyn": "brooklyn"}),
        ("is brooklyn above 5, and brooklyn below 9", "is queens above 5, and chicago below 9", ["brooklyn"], None),
        ("sales of brooklyn", "sales of brooklyn", ["2020"], {}),
        ("sales of brooklyn", "revenue of brooklyn", ["brooklyn"], None),
        ("more than 1.5 (or so)", "more than 2.5 (or so)", ["1"], None),
    ],
)
def test_the_words_that_differ_are_values(
    theirs: str, ours: str, values: list[str], read: dict[str, str] | None
) -> None:
    assert read_off(theirs, ours, values) == read


def test_a_question_can_not_be_made_to_be_read_for_ever() -> None:
    """Each value may end at any comma: with no limit on values, or on their length, this does not end."""
    values = ["a", "b", "c", "d", "e", "f", "g", "h"]
    assert read_off(f"{','.join(values)} x", "," * 4000 + "y", values) is None
    assert read_off("a,b,c,d x", "," * 4000 + "y", values) is None
    assert read_off(",".join(values), ",".join(values), values) == dict(zip(values, values, strict=True))
