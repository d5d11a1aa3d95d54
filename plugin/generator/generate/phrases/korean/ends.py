"""How a Korean question ends: what is asked to be done ("알려줘"), or an interrogative ("무엇인가요?")."""

from __future__ import annotations

from plugin.generator.generate.phrases.korean.spoken import Spoken

_TAGS = frozenset(("EF", "EC", "EP", "VX", "VCP", "SP", "ETN"))
_VERBS = frozenset(
    [
        "보이",
        "보여주",
        "알리",
        "알려주",
        "찾",
        "찾아보",
        "구하",
        "말하",
        "주",
        "세",
        "뽑",
        "대",
        "들",
        "싶",
        "되",
        "가르치",
        "계시",
        "돌려주",
        "내놓",
        "부탁드리",
        "뽑아내",
    ]
)
_NOUNS = frozenset(
    [
        "나열",
        "출력",
        "말",
        "정리",
        "계산",
        "조회",
        "확인",
        "검색",
        "표시",
        "제시",
        "반환",
        "궁금",
        "부탁",
        "나열",
        "목록",
        "리스트",
        "추출",
        "작성",
        "비교",
        "집계",
        "답",
    ]
)
_WORDS = frozenset(
    [
        "를",
        "가",
        "는",
        "도",
        "만",
        "로",
        "무엇",
        "뭐",
        "어디",
        "누구",
        "얼마",
        "언제",
        "어떻",
        "어떤",
        "어느",
        "것",
        "거",
        "건지",
        "모두",
        "다",
        "전부",
        "좀",
        "각각",
        "함께",
        "같이",
        "한번",
        "하",
        "씩",
        "요",
        "해주",
        "명단",
        "대해",
        "ㄴ지",
        "지",
        "게",
        "가요",
        "야",
        "죠",
        "순",
        "각자",
        "하나",
        "좀",
        "다음",
        "전체",
        "그",
        "들",
    ]
)
_ONCE = ("중복 없이", "중복 없 게", "중복 를 빼 고", "중복 를 제거 하 고", "중복 를 제외 하 고", "중복 되 지 않 게", "한 번 씩 만", "겹치 지 않 게",
    "중복 제거 하 어")  # fmt: skip


def ended(q: Spoken, place: int) -> bool | None:
    """Whether the rest asks for each row once; None where the rest is more than an end."""
    once = False
    while place < q.end:
        if (after := q.after(place, _ONCE)) is not None:
            once, place = True, after
        elif _is_end(q, place):
            place += 1
        else:
            return None
    return once


def _is_end(q: Spoken, place: int) -> bool:
    word, tag = q.word(place), q.tag(place)
    if not word or q.is_value(place):
        return False
    if tag in _TAGS or word in _WORDS:
        return True
    if tag in ("XSV", "XSA"):
        return word == "하" or word == "되"
    return (tag in ("VV", "VA") and word in _VERBS) or (tag == "NNG" and word in _NOUNS)


def how_many(q: Spoken, place: int) -> int | None:
    """ "은 모두 몇 명", "가 몇 명", "몇 곳", " 수는 얼마": its end."""
    start = q.skip(place, ("는", "가", "도", "를", "에"))
    start = q.skip(start, ALTOGETHER)
    if q.word(start) == "몇":
        end = start + 1
        if q.tag(end) in ("NNB", "NNG"):
            return q.skip(end + 1, ("나", "씩", "이나"))
        return end
    return None


ALTOGETHER = ("모두", "총", "다", "전부", "합치 어", "모두 합치 어", "모두 합하 어", "다 합치 면", "전부 합치 면", "모두 더하 면", "합계", "다 해서",
    "각각", "다 합하 면", "모두 합치 면", "모두 합하 면", "다 더하 면")  # fmt: skip
