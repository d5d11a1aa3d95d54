from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.vectors.fusion import depth, fuse

ids = st.sampled_from("abcdefghij")
rankings = st.fixed_dictionaries(
    {},
    optional={
        name: st.dictionaries(ids, st.sampled_from([0.1, 0.2, 0.3, 0.5, 0.9])).map(lambda d: list(d.items()))
        for name in ("dense", "lex")
    },
)


@given(rankings, st.randoms(use_true_random=False))
def test_the_order_that_an_engine_gives_does_not_matter(
    given_: dict[str, list[tuple[str, float]]], chance: random.Random
) -> None:
    shuffled = {name: chance.sample(ranking, len(ranking)) for name, ranking in given_.items()}
    assert fuse(shuffled, 10) == fuse(given_, 10)


@given(rankings)
def test_every_point_comes_once_best_first(given_: dict[str, list[tuple[str, float]]]) -> None:
    fused = fuse(given_, 10)
    assert {f.id for f in fused} == {point for ranking in given_.values() for point, _ in ranking}
    assert [(-f.score, f.id) for f in fused] == sorted((-f.score, f.id) for f in fused)


@given(rankings, st.integers(0, 10))
def test_a_limit_cuts_the_end_off(given_: dict[str, list[tuple[str, float]]], limit: int) -> None:
    assert fuse(given_, limit) == fuse(given_, 10)[:limit]


def test_equal_scores_share_a_rank_and_noise_is_no_difference() -> None:
    fused = fuse({"lex": [("c", 2.0), ("b", 1.0000001), ("a", 1.0), ("d", 0.5)]}, 10)
    assert [(f.id, dict(f.parts)) for f in fused] == [
        ("c", {"lex": 1}),
        ("a", {"lex": 2}),
        ("b", {"lex": 2}),
        ("d", {"lex": 4}),
    ]


def test_equal_fused_scores_come_in_the_order_of_their_ids() -> None:
    dense = [("first", 1.0), ("z", 0.6), ("a", 0.6), ("last", 0.2)]
    second, third = fuse({"dense": dense}, 20)[1:3]
    assert second.score == third.score
    assert (second.id, third.id) == ("a", "z")


def test_meaning_decides_between_mirror_images() -> None:
    fused = fuse({"dense": [("z", 0.9), ("a", 0.8)], "lex": [("a", 3.0), ("z", 2.0)]}, 2)
    assert [f.id for f in fused] == ["z", "a"]
    assert (fused[0].score, fused[1].score) == (pytest.approx(0.55 + 0.45 * 2 / 3), pytest.approx(0.45))


def test_words_weigh_more_where_one_point_stands_out() -> None:
    """A name that one point alone has, beside words that all of them have."""
    dense = [("meant", 0.8), ("named", 0.6), ("far", 0.3)]
    others = [(f"p{i}", 1.9) for i in range(20)]
    alone = fuse({"dense": dense, "lex": [("named", 9.0), *others]}, 3)
    among = fuse({"dense": dense, "lex": [("named", 2.0), *others]}, 3)
    assert alone[0].id == "named"
    assert among[0].id == "meant"


def test_how_far_apart_scores_are_counts_not_only_their_order() -> None:
    dense = [("near", 0.9), ("nearer still", 0.91), ("far", 0.1)]
    assert fuse({"dense": dense, "lex": [("near", 5.0), ("far", 4.0)]}, 1)[0].id == "near"


def test_points_that_a_cut_took_by_chance_do_not_count() -> None:
    full = [(f"p{i:02}", 1.0 if i < 40 else 0.5) for i in range(50)]
    assert len(fuse({"lex": full}, 10)) == 10
    assert {f.id for f in fuse({"lex": full, "dense": [("p45", 0.9)]}, 10) if "lex" in f.parts} == {
        f"p{i:02}" for i in range(9)
    }
    assert dict(fuse({"lex": full, "dense": [("p45", 0.9)]}, 10)[-1].parts) == {"lex": 1}
    assert fuse({"lex": full[:49], "dense": [("p45", 0.9)]}, 10)[0].parts == {"dense": 1, "lex": 41}


def test_where_all_that_was_seen_is_equal_it_stays() -> None:
    assert len(fuse({"lex": [(f"p{i:02}", 1.0) for i in range(50)]}, 10)) == 10


def test_rankings_are_read_deeper_than_the_limit() -> None:
    assert depth(1) == 50
    assert depth(100) == 400
