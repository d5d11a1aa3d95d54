"""Retrieve: names that no list of values has, looked up in the warehouse.

The index lists what columns of few values hold. "What region is Kabul in?" speaks of one city of thousands: words that
nothing in the catalogue explains are looked for, as they stand, in the text columns of the tables that were found.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from sqlglot import exp

from backends.errors import QueryFailed, QueryRefused, QueryTimeout
from backends.vectors import korean
from backends.vectors.english import STOP_WORDS
from backends.vectors.korean import has_hangul
from catalog_sync.documents import normal
from catalog_sync.model import CatalogColumn, CatalogTable
from catalog_sync.values import is_askable
from plugin.generator.ask import Ask, ValueHit
from plugin.generator.stage import Kind, Need, Services

_WORD = re.compile(r"[\w#&./-]*\w")
_ENDING = re.compile(r"(?<=[^\W\d_가-힣])[가-힣]+$|(?<=\d)[가-힣]+$")
_LONGEST = 5
_CALLED = re.compile(r"name|title|label|명$|이름", re.IGNORECASE)
_SAME = 3  # spellings of one name in one column


@dataclass(frozen=True)
class Lookup:
    """At most `phrases` in at most `columns`, names first, all within `seconds`; nothing that the policy withholds.

    Where something is found, mentions and routes are left to be made again with it.
    """

    columns: int = 12
    phrases: int = 20
    seconds: float = 4.0
    name: str = "retrieve.lookup"
    kind: Kind = "retrieve"
    needs: frozenset[Need] = frozenset({"execution"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        wanted = list(dict.fromkeys(_phrases(ask)))[: self.phrases] if self.seconds else []
        if not wanted:
            return ask
        places = [(r.table, c) for r in ask.routes for c in r.table.columns if is_askable(c) and not c.pii]
        places.sort(key=lambda place: not _CALLED.search(place[1].name))
        deadline = time.monotonic() + self.seconds
        found: list[ValueHit] = []
        for table, column in places[: self.columns]:
            if (left := deadline - time.monotonic()) <= 0:
                break
            found += _held(table, column, wanted, _within(services, left))
        if not found:
            return ask
        longest = [
            h for h in found if not any(f" {h.phrase} " in f" {o.phrase} " and h.phrase != o.phrase for o in found)
        ]
        return ask.add(values=(*ask.values, *longest), mentions=(), routes=(), dropped=())


def _within(services: Services, seconds: float) -> Services:
    """The same with so much time for each statement."""
    limits = replace(services.limits, seconds=min(services.limits.seconds, seconds), rows=_SAME * _LONGEST)
    return replace(services, limits=limits)


def _held(table: CatalogTable, column: CatalogColumn, wanted: Sequence[str], services: Services) -> Iterator[ValueHit]:
    """The values of the column that are spelled as one of the phrases, but for case and spaces around."""
    try:
        rows = services.warehouse.query(_select(table, column, wanted, services.dialect), services.limits).rows
    except (QueryFailed, QueryRefused, QueryTimeout):
        return
    for (value,) in rows:
        if (phrase := normal(str(value))) in wanted:
            yield ValueHit(phrase, str(table.name), column.name, str(value), 1.0)


def _select(table: CatalogTable, column: CatalogColumn, wanted: Sequence[str], dialect: str) -> str:
    where = table.name
    source = exp.table_(where.name, db=where.schema, catalog=where.database, quoted=True)
    cell = exp.column(column.name, quoted=True)
    same = exp.In(this=exp.Lower(this=exp.Trim(this=cell.copy())), expressions=[exp.Literal.string(w) for w in wanted])
    return exp.select(cell).distinct().from_(source).where(same).limit(_SAME * _LONGEST).sql(dialect=dialect)


def _phrases(ask: Ask) -> Iterator[str]:
    """Runs of words that may be a name, the longest first."""
    for _, run in groupby(_words(ask), key=lambda word: word[1]):
        words = [text for text, may in run if may]
        for size in range(min(len(words), _LONGEST), 0, -1):
            for at in range(len(words) - size + 1):
                phrase = normal(" ".join(words[at : at + size]))
                if len(phrase) > 1:
                    yield phrase


def _words(ask: Ask) -> Iterator[tuple[str, bool]]:
    """Each word, and whether it may be part of a name: it is written like one, or nobody knows it. English that has
    capitals writes names with them."""
    text = ask.question
    has_capitals = any(letter.isupper() for letter in text)
    taken = [phrase.span for phrase in ask.periods]
    folded = text.casefold()
    for value in ask.values:
        at = folded.find(value.phrase) if value.score == 1.0 else -1
        taken += [(at, at + len(value.phrase))] if at >= 0 else []
    unknown = {m.word.casefold() for m in ask.mentions if not m.tables}
    nouns = [text[start:end] for start, end in korean.noun_places(text)]
    for found in _WORD.finditer(text):
        start, end, word = found.start(), found.end(), _ENDING.sub("", found[0])
        if has_hangul(word):
            word = next((n for n in nouns if word.startswith(n)), word)
        free = not any(start < last and end > first for first, last in taken)
        written = word[0].isupper() and (start > 0 or word[1:].isupper())
        like_a_name = written or bool(re.search(r"\d", word) and re.search(r"[^\W\d]", word))
        is_unknown = word.casefold() in unknown and (has_hangul(word) or not has_capitals)
        yield word, free and (like_a_name or is_unknown) and word.casefold() not in STOP_WORDS
