from __future__ import annotations

import math
from pathlib import Path

import pytest

from backends.warehouse import open_sqlite
from feedback.evaluation.metrics.timing import r_ves, ratios, typical, ves
from tests.support.catalogs import shop_on_sqlite


def test_a_wrong_answer_has_no_speed() -> None:
    assert ves([]) == r_ves([]) == 0.0


def test_outliers() -> None:
    found = [1.0] * 20 + [1000.0]
    assert typical(found, "reference") == 1.0
    assert typical(found, "strict") == 1.0
    assert typical([1.0, 3.0], "reference") == 2.0
    assert typical([1.0, 1.0], "reference") == 1.0


@pytest.mark.parametrize(
    ("ratio", "reward"), [(4, 1.25), (2, 1.25), (1.5, 1), (1, 1), (0.6, 0.75), (0.5, 0.75), (0.3, 0.5), (0.1, 0.25)]
)
def test_rewards(ratio: float, reward: float) -> None:
    assert r_ves([ratio]) == pytest.approx(math.sqrt(reward))
    assert ves([ratio]) == pytest.approx(math.sqrt(ratio))


def test_one_ratio_a_run(tmp_path: Path) -> None:
    _, file = shop_on_sqlite(tmp_path)
    warehouse = open_sqlite(file)
    found = ratios(warehouse, "select count(*) from orders", "select count(*) from orders", repeats=5)
    warehouse.close()
    assert len(found) == 5
    assert all(ratio > 0 for ratio in found)
