"""Korean turns of speech and what the rules read in their place."""

from __future__ import annotations

import pytest

from plugin.generator.understand.korean_turns import plainly


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("파손 때문에 반품된 건은 총 몇 건이죠?", "파손으로 반품은 총 몇 건이죠?"),
        ("가격을 이유로 해지한 고객", "가격으로 해지한 고객"),
        ("사고로 인해 취소된 주문", "사고로 취소된 주문"),
        ("총액은 얼마지? 무효 처리된 건은 빼고", "총액은 얼마지? 무효 빼고"),
        ("작년에 신규 가입한 고객사", "작년에 가입한 고객사"),
        ("리뷰가 하나도 없는 상품 목록이 필요합니다", "리뷰가 없는 상품 목록 보여줘"),
        ("이력이 아예 없는 고객사 리스트 부탁드려요", "이력이 없는 고객사 목록 보여줘"),
        ("세션 수가 전월 대비 몇 퍼센트 늘거나 줄었는지", "세션 수가 전월 대비 증감률(%)"),
        ("지점이랑 매출", "지점과 매출"),
        ("고객 수랑 매출", "고객 수와 매출"),
        ("사랑 노래 목록을 보여줘", "사랑 노래 목록을 보여줘"),
        ("매출이 몇 % 늘었는지", "매출이 몇 % 늘었는지"),
        ("지난달 주문은 몇 건?", "지난달 주문은 몇 건?"),
    ],
)
def test_plainly(said: str, plain: str) -> None:
    assert plainly(said) == plain
