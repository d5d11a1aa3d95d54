"""Understand: Korean words in the words of a catalogue that has no Korean.

"구역별 대출 건수" is asked of `dim_district` and `fct_loans`, which nobody has given Korean names. The embedder knows
that 구역 is near "district": where nothing is called by a Korean noun, its English one stands in for it if something
is called by that (translated.py), else the nearest name, so that rules read names that exist.
"""

from __future__ import annotations

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
from plugin.generator.generate.plan import operators
from plugin.generator.generate.plan.lexicon import noun_of
from plugin.generator.generate.plan.text import Span, Text
from plugin.generator.stage import Kind, Need, Services, Stage
from plugin.generator.understand import translated
from plugin.generator.understand.rules import Rules

_WHERE = (COLLECTIONS["table"], COLLECTIONS["column"])
Run = tuple[Span, ...]
_MOST_NOUNS = 3
_SHORTEST = 2
_GENERIC = frozenset(["이름", "코드", "번호", "종류", "목록", "기준", "기간", "날짜", "금액", "합계", "비율", "순서"])


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
        places = _free(ask) if ask.language == "ko" else []
        glosses: list[tuple[str, str]] = []
        question, done, first = "", 0, 0
        while first < len(places):
            if found := self._first(list(_runs(places[first : first + _MOST_NOUNS], ask.question)), ask, services):
                run, name = found
                glosses.append((ask.question[run[0][0] : run[-1][1]], name))
                question, done = question + ask.question[done : run[0][0]] + name, run[-1][1]
                first += len(run) - 1
            first += 1
        if not glosses:
            return ask
        put = ask.add(
            question=question + ask.question[done:], asked=ask.question, glosses=tuple(glosses), candidates=()
        )
        read = self.then(Rules()(put, services), services)
        return read if read.settled else ask

    def _first(self, runs: Sequence[Run], ask: Ask, services: Services) -> tuple[Run, str] | None:
        """In words of the catalogue: a value where something is said to be so, a name, another value; else what is
        near."""
        said = {run: ask.question[run[0][0] : run[-1][1]] for run in runs}
        runs = [run for run in runs if said[run] not in _GENERIC and not _is_called(said[run], services)]
        for run in runs:
            value, is_so = translated.value(said[run], ask.question[run[-1][1] :], ask, services)
            if meant := (value if is_so else "") or translated.name(said[run], services) or value:
                return run, meant
        for run in runs:
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
    operators.find(text)
    return [span for span in korean.noun_places(ask.question) if text.is_free(span)]


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
