"""What short Korean descriptions call tables and columns: "지점명 (예: 강남지점)" is a name, 지점명, and so is 지점.
Behind an English one stands in brackets what people say in Korean: "Bills to patients (청구서)".

Nobody who writes a description writes it a second time as a synonym. A description's first phrase is what people say
when they ask; what stands behind it in brackets, or in a second sentence, explains.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from backends.vectors import korean
from backends.vectors.korean import has_hangul
from backends.warehouse.base import TableName
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable

Words = tuple[str, ...]

PROVENANCE = "description"
_LONGEST = 20
_MOST_NOUNS = 4
_FIRST = re.compile(r"^[^.(\[:;,\n–—=|]*")
_ALIAS = re.compile(r"^[^.(]*\(([가-힣 ]+)\)")
_ASIDE = re.compile(r"^[^가-힣(]*(?:\([^가-힣()]*\)[^가-힣(]*)*\(([가-힣][가-힣 ]*)\)[^가-힣]*$")
_NOUNS = frozenset(("NNG", "NNP", "NNB", "XPN", "XSN", "SL", "XR", "SN", "NR", "MAG", "MM"))
_HOLDERS = frozenset((
    "마스터", "테이블", "목록", "정보", "내역", "이력", "집계", "상세", "현황", "데이터", "원장", "대장",
    "기록", "로그", "팩트", "디멘션", "차원", "모음", "명세", "요약", "통계", "리스트", "뷰", "마트",
))  # fmt: skip
_FIGURES = ("합계", "총합", "합")
_SCALES = ("점수", "지수")
_WHETHER = "여부"
_NAMED = ("이름", "명칭", "명")
_VAGUE = frozenset((
    "값", "수", "번호", "코드", "이름", "명", "명칭", "금액", "수량", "합계", "날짜", "일자", "일시",
    "시각", "시간", "기간", "기한", "비율", "건수", "횟수", "점수", "여부", "일", "월", "년", "연도",
    "연월", "순서", "설명", "내용", "메모", "비고", "아이디", "식별자", "키", "기준", "단위", "개수",
    "동의", "신청", "사용", "예정일", "시작일", "종료일", "생성일", "수정일",
))  # fmt: skip
_OF_ROWS = frozenset(("번호", "코드", "아이디", "식별자", "키", "id"))


_BOUNDS = frozenset(("최소", "최대", "최저", "최고", "평균", "목표", "예상", "누적"))


def with_spoken(catalog: Catalog, wanted: Collection[TableName]) -> Catalog:
    """Adds what the descriptions of the wanted tables, and of their columns, call them to the synonyms."""
    return catalog.mapped(lambda table: _table(table) if table.name in wanted else table)


def phrase(description: str) -> tuple[Words, bool]:
    """The nouns that the first phrase of a description ends with, and whether they are all of it."""
    first = _FIRST.match(description)
    said = " ".join(first[0].split()) if first else ""
    if not has_hangul(said):
        return (), False
    tokens = korean.tagged(said)
    if " " not in said and len(tokens) == 2 and tokens[-1][:2] == ("도", "JX"):
        return (said,), True  # 희귀도 is no 희귀 with a particle, where nothing else is said
    start = len(tokens)
    while start and (tokens[start - 1][1] in _NOUNS or _is_loanword(tokens[:start]) or _is_bare(tokens, start - 1)):
        start -= 3 if tokens[start - 1][1] == "ETN" and tokens[start - 2][1] == "VCP" else 1
    if start == len(tokens):
        return (), False
    return tuple(said[tokens[start][2] :].split()), start == 0


def _is_bare(tokens: Sequence[tuple[str, str, int, int]], at: int) -> bool:
    """맵 of 맵 이름, taken for a stem, of which none stands without an ending."""
    behind = tokens[at + 1][1] if at + 1 < len(tokens) else "E"
    return tokens[at][1] in ("VA", "VV") and behind in _NOUNS


def _is_loanword(tokens: Sequence[tuple[str, str, int, int]]) -> bool:
    """클레임, taken for a name that something is: 클레 + 이 + ㅁ."""
    tags = [tag for _form, tag, _start, _end in tokens[-3:]]
    return tags[-1] == "ETN" and (tags[-2:-1] == ["NNP"] or tags[:2] == ["NNP", "VCP"])


def _table(table: CatalogTable) -> CatalogTable:
    whole = {c.name: tuple(_of_column(c, table)) for c in table.columns}
    parts = {c.name: tuple(_last_words(c, table)) for c in table.columns}
    said = Counter(name for c in table.columns for name in {*whole[c.name], *c.synonyms})
    also = Counter(name for names in parts.values() for name in set(names))

    def told(column: CatalogColumn) -> CatalogColumn:
        own = [name for name in whole[column.name] if said[name] == 1]
        return replace(column, **_more(column, [*own, *(n for n in parts[column.name] if said[n] + also[n] == 1)]))

    return replace(table, columns=tuple(map(told, table.columns)), **_more(table, list(_of_table(table))))


def _more(holder: CatalogTable | CatalogColumn, names: list[str]) -> dict[str, Any]:
    known = {"".join(s.split()) for s in holder.synonyms}
    new = [name for name in dict.fromkeys(names) if "".join(name.split()) not in known]
    if not new:
        return {}
    provenance = holder.provenance if holder.synonyms else {"synonyms": PROVENANCE, **holder.provenance}
    return {"synonyms": (*holder.synonyms, *new), "provenance": {**provenance}}


def _of_table(table: CatalogTable) -> Iterator[str]:
    """ "렌탈 상품 마스터": 렌탈 상품. What ties two things is not called by one of them."""
    words, whole = phrase(table.description)
    while words and words[-1] in _HOLDERS:
        words = words[:-1]
    words, whole = (words, whole) if words else _aside(table.description)
    is_link = len(table.primary_key) != 1 and len(table.foreign_keys) > 1
    if words and len(words) <= _MOST_NOUNS and (whole or not (is_link or table.view)):
        yield " ".join(words)
        yield from _alias(table)
    yield from _of_rows(table)


def _alias(table: CatalogTable) -> Iterator[str]:
    """ "화주(고객사)": 고객사 too; more than a word explains."""
    behind = _ALIAS.match(table.description)
    words, whole = phrase(behind[1]) if behind else ((), False)
    if whole and len(words) == 1 and words[0] not in _HOLDERS:
        yield from _named(words)


def _of_rows(table: CatalogTable) -> Iterator[str]:
    """A key that is called 접수 번호 tells 접수 apart."""
    key = table.column(table.primary_key[0]) if len(table.primary_key) == 1 else None
    words, whole = phrase(key.description) if key is not None else ((), False)
    if whole and 1 < len(words) <= _MOST_NOUNS and words[-1].casefold() in _OF_ROWS:
        yield from _named(words[:-1])


def _of_column(column: CatalogColumn, table: CatalogTable) -> Iterator[str]:
    """The phrase, and without what says only that it is a name, a sum or a flag."""
    words = _words(column, table)
    yield from _named(words)
    yield from _named(_plain(words))
    if len(words) > 1 and words[-1] == "코드" and "code" not in column.name.casefold().split("_"):
        yield from _named(words[:-1])  # the 국가 코드 of `country`
    if len(words) > 1 and words[-1] in _SCALES and words[-2] not in _VAGUE:
        yield from _named(words[:-1])


def _last_words(column: CatalogColumn, table: CatalogTable) -> Iterator[str]:
    """ "월 렌탈료": 렌탈료, where nothing else is called so. The 리뷰 of "포토 리뷰 여부" are the rows, and 최소 주문
    금액 is the amount of no order."""
    words = _plain(_words(column, table))
    if column.type.upper().startswith("BOOL") or _BOUNDS.intersection(words):
        return
    for start in range(1, len(words)):
        yield from _named(words[start:])


def _words(column: CatalogColumn, table: CatalogTable) -> Words:
    """None of a key: what rows are told apart by is called as they are."""
    keys = {*table.primary_key, *(c for key in table.foreign_keys for c in key.columns)}
    return () if column.name in keys else phrase(column.description)[0] or _aside(column.description)[0]


def _aside(description: str) -> tuple[Words, bool]:
    """The one Korean name behind an English description: of several each may be of something else."""
    found = _ASIDE.match(description)
    words, whole = phrase(found[1]) if found else ((), False)
    return (words, whole) if whole and len(words) <= _MOST_NOUNS else ((), False)


def _plain(words: Words) -> Words:
    return words[:-1] if len(words) > 1 and words[-1] in (*_FIGURES, *_NAMED, _WHETHER) else words


def _named(words: Words) -> Iterator[str]:
    name = " ".join(words)
    if 1 < len(name) <= _LONGEST and has_hangul(name) and name not in _VAGUE:
        yield name
        for ending in _NAMED[2:]:
            if name.endswith(ending) and len(name) > len(ending) + 1:
                yield name.removesuffix(ending)
