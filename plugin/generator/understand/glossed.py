"""Understand: Korean words in the words of a catalogue that has no Korean.

"구역별 대출 건수" is asked of `dim_district` and `fct_loans`, which nobody has given Korean names. The embedder knows
that 구역 is near "district": where nothing is called by a Korean noun, its English one stands in for it if something
is called by that (translated.py), else the nearest name, so that rules read names that exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from backends.vectors import korean
from backends.vectors.base import Hit
from backends.vectors.tokens import sparse_query
from backends.warehouse.base import TableName
from catalog_sync.index import COLLECTIONS
from catalog_sync.names import words
from plugin.generator import tables
from plugin.generator.ask import Ask
from plugin.generator.bilingual.glossary import glossary
from plugin.generator.generate.plan.names.naming import noun_of
from plugin.generator.generate.plan.words import operators
from plugin.generator.generate.plan.words.text import Span, Text
from plugin.generator.retrieve.values import IN_ENGLISH
from plugin.generator.stage import Kind, Need, Services, Stage
from plugin.generator.understand import translated
from plugin.generator.understand.korean_turns import plainly
from plugin.generator.understand.rules import Rules

_WHERE = (COLLECTIONS["table"], COLLECTIONS["column"])
Run = tuple[Span, ...]
_MOST_NOUNS = 3
_SHORTEST = 2
_GENERIC = frozenset((
    "이름", "코드", "번호", "종류", "목록", "기준", "기간", "날짜", "금액", "합계", "비율", "순서",
    "현재", "며칠", "이력", "내역", "리스트", "부탁", "때문", "필요", "증감", "추이", "합산", "이내", "순위", "비교",
    "요일", "평일", "주말", "주중", "제외", "포함", "최신", "오늘", "어제",
    "증가", "감소", "각각", "전체", "나머지", "최대", "최소", "차이", "변화", "수치", "추세", "현황", "비중",
))  # fmt: skip
_NOW = re.compile(r"현재\s+([A-Za-z]+)")
_WRITTEN = re.compile(
    r"(?<![가-힣])([가-힣]{2,}?)(?:으로|에서|에게|까지|부터|들의?|로|에|의|을|를|은|는|이|가|와|과|별|별로|도|만|율|률|된|한)?(?![가-힣])"
)
_SUMS = re.compile(r"총|매출액?$|지출액?$")
_NO_SUM = re.compile(r"평균|중[앙위간]값|최[고대저소다]|비율|비중|차지|점유|총\s|합계|총합|누적|가장 (?:큰|비싼)")
_FIGURES = ("금액", "수량")
_STAGES = ("net", "gross")
_HOW_MANY = re.compile(r"몇\s*$")
_ALL = re.compile(r"(?:전체|모든)\s+$")
_MADE_OF = ("재", "미", "비", "첫")
_REASONS = ("사유", "이유", "원인")
_OF_A_DEED = re.compile(r"([가-힣]{2,})(?:하는|한|된|되는|했던)\s+$")


@dataclass(frozen=True)
class Glossed:
    """`then` is tried on the question so put; where it settles nothing the question stays as it was asked: a model
    reads that better.

    The longest run of nouns first. `near` is the least cosine of the run and a name, `near_first` that of its first
    noun. What a table, a column or a value is called stays, and so do periods and words that say what to do.
    """

    then: Stage
    near: float = 0.65
    near_first: float = 0.5
    looked_at: int = 12
    name: str = "understand.glossed"
    kind: Kind = "understand"

    @property
    def needs(self) -> frozenset[Need]:
        return self.then.needs | {"index", "embeddings"}

    def __call__(self, ask: Ask, services: Services) -> Ask:
        if ask.language != "ko":
            return ask
        plain, tried = _put_plainly(ask, services), {ask.question}
        for every in (None, False, True):
            question, glosses = (plain.question, ()) if every is None else self._put(plain, services, every=every)
            if question in tried:
                continue
            tried.add(question)
            put = ask.add(question=_now(question, services), asked=ask.question, glosses=glosses, candidates=())
            read = self.then(Rules()(put, services), services)
            if read.settled:
                return read
        return ask

    def _put(self, ask: Ask, services: Services, *, every: bool) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The question so put, and what was put for what; `every`: words that something is called in Korean too, since
        it may be another table than the one that is meant."""
        places = _free(ask)
        glosses: list[tuple[str, str]] = []
        question, done, first = "", 0, 0
        while first < len(places):
            runs = list(_runs(places[first : first + _MOST_NOUNS], ask.question))
            if found := self._first(runs, ask, services, every=every):
                run, name = found
                said = ask.question[run[0][0] : run[-1][1]]
                glosses.append((said, name))
                before = question + ask.question[done : run[0][0]]
                is_sum = _SUMS.search(said) and not _NO_SUM.search(ask.question)
                whole = "총 " if is_sum and not before.rstrip().endswith(_STAGES) else ""
                apart = " " if before and before[-1].isascii() and before[-1].isalnum() else ""
                question, done = before + apart + whole + name, run[-1][1]
                first += len(run) - 1
            first += 1
        return question + ask.question[done:], tuple(glosses)

    def _first(self, runs: Sequence[Run], ask: Ask, services: Services, *, every: bool) -> tuple[Run, str] | None:
        """In words of the catalogue: a value where something is said to be so, a name, another value; else what is
        near."""
        said = {run: ask.question[run[0][0] : run[-1][1]] for run in runs}
        runs = [run for run in runs if said[run] not in _GENERIC and (every or not _is_called(said[run], services))]
        if _HOW_MANY.search(ask.question, 0, runs[0][0][0] if runs else 0):
            return None  # 몇 시간 is a number of hours
        for run in runs:
            if figure := _figure_of(said[run], services):
                return run, figure
            deed = _OF_A_DEED.search(ask.question, 0, run[0][0]) if said[run] in _REASONS else None
            if deed:  # of all reasons that of the deed: 실패하는 사유
                meant = translated.name(deed[1] + said[run], services)
                return (run, meant) if meant else None
            behind = ask.question[run[-1][1] :]
            if ask.periods and (done := translated.deed(said[run], behind, services)):
                return run, done
            value, is_so = translated.value(said[run], behind, ask, services)
            is_so = (is_so or behind.startswith(("율", "률"))) and not _ALL.search(ask.question, 0, run[0][0])
            if meant := (value if is_so else "") or translated.name(said[run], services) or value:
                return run, meant
        for run in runs:
            if said[run].startswith(_MADE_OF) and said[run] in glossary():
                return None  # 재주문 is no 주문
            if every and _is_called(said[run], services):
                continue  # what some table calls so in Korean is nothing that is only near in meaning
            if name := self._nearest(said[run], ask.question[slice(*run[0])], services):
                return run, name
        return None

    def _nearest(self, phrase: str, head: str, services: Services) -> str:
        """The name that is near enough, "" where there is none. The first noun must be near it too: the name of a
        branch is not that of a district."""
        dense, sparse = services.embedder.embed_query(phrase), sparse_query(phrase)
        lists = [services.index.search(where, dense.tolist(), sparse, 60) for where in _WHERE]
        near = [h for hits in lists for h in sorted(hits, key=lambda h: h.parts.get("dense", 99))[: self.looked_at]]
        names = list(dict.fromkeys(name for hit in near for name in _names(hit, services)))
        if not names:
            return ""
        likeness = services.embedder.embed_documents(names) @ dense
        best = int(likeness.argmax())
        if likeness[best] < self.near:
            return ""
        alone = services.embedder.embed_documents([names[best]]) @ services.embedder.embed_query(head)
        return names[best] if float(alone[0]) >= self.near_first else ""


def _figure_of(phrase: str, services: Services) -> str:
    """발주 금액 is the amount of what is ordered, where rows are called so."""
    *whose, last = phrase.split()
    rows = translated.rows_called(" ".join(whose), services) if whose and last in _FIGURES else ""
    figure = translated.name(last, services) if rows else ""
    return f"{rows} {figure}" if figure else ""


def _put_plainly(ask: Ask, services: Services) -> Ask:
    put = plainly(ask.question)
    return Rules()(ask.add(question=put), services) if put != ask.question else ask


def _now(question: str, services: Services) -> str:
    """현재 MRR is the `current_mrr`, where something is called so."""
    for match in _NOW.finditer(question):
        name = f"current {match[1].casefold()}"
        if translated.is_name(name, services):
            return f"{question[: match.start()]}{name}{question[match.end(1) :]}"
    return question


def _is_called(phrase: str, services: Services) -> bool:
    """A table, a column or a value has the phrase in a name."""
    dense, sparse = services.embedder.embed_query(phrase).tolist(), sparse_query(phrase)
    found = [services.index.search(where, dense, sparse, 60) for where in (*_WHERE, COLLECTIONS["value"])]
    return any("lex" in hit.parts for hits in found for hit in hits)


def _runs(places: Sequence[Span], question: str) -> Iterator[Run]:
    """The first noun with those that follow it at once, the most first; a syllable alone says too little."""
    whole = [places[0]]
    for left, right in pairwise(places):
        if question[left[1] : right[0]].strip():
            break
        whole.append(right)
    for size in range(len(whole), 0, -1):
        if whole[size - 1][1] - whole[0][0] >= _SHORTEST:
            yield tuple(whole[:size])


def _free(ask: Ask) -> list[Span]:
    text = Text(ask.question)
    for phrase in ask.periods:
        text.take(phrase.span)
    for grouping, _unit in ask.groupings:
        if span := text.find(grouping.casefold()):
            text.take(span)
    nouns = [span for span in _nouns(ask) if text.is_free(span)]
    operators.find(text)
    return [span for span in nouns if text.is_free(span) or _is_number_of(ask.question[slice(*span)])]


def _is_number_of(noun: str) -> bool:
    """노출수 is one word for impressions, and counts no rows."""
    return noun.endswith("수") and noun in glossary()


def _nouns(ask: Ask) -> list[Span]:
    """Also those that the dictionary takes apart: 웨비나, which sounds like a value, and what the glossary has."""
    folded = ask.question.casefold()
    heard = {h.phrase for h in ask.values if h.score == IN_ENGLISH}
    whole = [(folded.find(phrase), folded.find(phrase) + len(phrase)) for phrase in heard if phrase in folded]
    whole += [m.span(1) for m in _WRITTEN.finditer(ask.question) if m[1] in glossary()]
    found = list(korean.noun_places(ask.question))
    cut = [span for span in whole if not any(a <= span[0] and span[1] <= b for a, b in found)]
    places = {span for span in found if not any(a < span[1] and span[0] < b for a, b in cut)}
    places = {
        (a, b - 1) if ask.question[a:b].endswith("별") and ask.question[a : b - 1] in glossary() else (a, b)
        for a, b in places
    }
    longest = [s for s in cut if not any(o != s and o[0] <= s[0] and s[1] <= o[1] for o in cut)]
    said = {s: ask.question[slice(*s)] for s in longest}
    apart = [s for s in longest if _is_of_nouns(s, found) and (said[s] not in glossary() or said[s][-1] in "율률")]
    return sorted(places | {*longest} - {*apart} | _parts(apart, found))


def _is_of_nouns(span: Span, nouns: Sequence[Span]) -> bool:
    """배송완료 is two nouns, and read as such."""
    return sum(b - a for a, b in nouns if span[0] <= a and b <= span[1]) == span[1] - span[0]


def _parts(spans: Sequence[Span], nouns: Sequence[Span]) -> set[Span]:
    return {n for s in spans for n in nouns if s[0] <= n[0] and n[1] <= s[1]}


def _names(hit: Hit, services: Services) -> Iterator[str]:
    """What the table or column of a hit is called in Latin letters; nothing where the table has Korean names."""
    database, schema, name = [None, None, *str(hit.payload["table"]).split(".")][-3:]
    table = services.catalog.table(TableName(database, schema, str(name)))
    if table is None or tables.speaks_korean(table):
        return
    column = table.column(str(hit.payload.get("column", "")))
    spoken = (words(column.name), *column.synonyms) if column else (noun_of(table), *table.synonyms)
    yield from (name for name in spoken if all(map(_is_word, name.split())))


def _is_word(text: str) -> bool:
    """Not a short form, whose place among meanings is chance."""
    from lemminflect import getAllLemmas  # type: ignore[import-untyped]

    return bool(getAllLemmas(text.casefold()))
