from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.evaluation.statistics import bootstrap, mcnemar, paired, wilson


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_wilson(right: int, of: int, low: float, high: float) -> None:
    assert wilson(right, of) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_of_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert bootstrap(0, 0, 0) == (0.0, 0.0)
    assert paired({}, {"a": True}).questions == 0


@pytest.mark.parametrize(
    ("fixed", "regressed", "p"), [(0, 0, 1.0), (5, 5, 1.0), (0, 5, 0.0625), (1, 9, 0.021484375), (10, 2, 0.03857421875)]
)
def test_mcnemar(fixed: int, regressed: int, p: float) -> None:
    assert mcnemar(fixed, regressed) == pytest.approx(p)


@given(st.integers(0, 40), st.integers(0, 40))
def test_mcnemar_is_the_binomial_test(fixed: int, regressed: int) -> None:
    n = fixed + regressed
    likely = comb(n, fixed)
    exact = sum(comb(n, k) for k in range(n + 1) if comb(n, k) <= likely) / 2**n
    assert mcnemar(fixed, regressed) == pytest.approx(exact)


def test_bootstrap_holds_the_difference() -> None:
    low, high = bootstrap(30, 10, 200)
    assert low < 0.1 < high
    assert low == pytest.approx(0.1 - 1.96 * 0.0308, abs=0.01)
    assert bootstrap(0, 0, 50) == (0.0, 0.0)
    assert bootstrap(30, 10, 200) == (low, high)


def test_paired_looks_at_common_questions_only() -> None:
    found = paired({"a": True, "b": False, "c": False, "old": True}, {"a": False, "b": True, "c": False, "new": True})
    assert (found.questions, found.fixed, found.regressed, found.both_wrong) == (3, ("b",), ("a",), ("c",))
    assert (found.before, found.after, found.difference, found.p) == (
        pytest.approx(1 / 3), pytest.approx(1 / 3), pytest.approx(0), 1.0,
    )  # fmt: skip
