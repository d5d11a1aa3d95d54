"""A Korean question that is read: its morphemes, the values in it, and what its nouns mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from backends.embedder.base import Embedder
from backends.vectors.korean import has_hangul
from catalog_sync.model import CatalogColumn
from plugin.generator.ask import ValueHit
from plugin.generator.generate.phrases.korean.morphemes import Morpheme, morphemes
from plugin.generator.generate.phrases.korean.naming import Called, names
from plugin.generator.generate.phrases.korean.turned import turned
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.schema import Schema
from plugin.generator.generate.phrases.tree import Compared
from plugin.generator.retrieve.values import IN_ENGLISH
from plugin.generator.tables import is_number

Bounds = tuple[Compared, ...]

_UNIT = re.compile(r"[가-힣]\s*\(([가-힣A-Za-z]{1,5})\)\s*$")
_WHETHER = re.compile(r"\s*여부$")


@dataclass(frozen=True)
class When:
    """A time expression: where it stands, and by table what rows are of that time."""

    span: tuple[int, int]
    said: Mapping[str, Bounds]


@dataclass(frozen=True)
class Spoken(Question):
    """`called`: place -> what the nouns from there may mean; `when`: place -> the end and meaning of a time; `units`:
    of what columns are counted in, as their descriptions have it in brackets."""

    called: Mapping[int, Sequence[Called]] = field(default_factory=dict)
    when: Mapping[int, tuple[int, Mapping[str, Bounds]]] = field(default_factory=dict)
    units: frozenset[str] = frozenset()

    def tag(self, place: int) -> str:
        token = self.tokens[place] if place < self.end else None
        return token.tag if isinstance(token, Morpheme) else ""

    def written(self, place: int) -> str:
        """With its capitals."""
        token = self.tokens[place]
        return token.quoted or (token.written if isinstance(token, Morpheme) else token.word)

    def is_value(self, place: int) -> bool:
        return place in self.hits or (place < self.end and bool(self.tokens[place].quoted))


def spoken(
    text: str, schema: Schema, values: Iterable[ValueHit], embedder: Embedder | None, times: Iterable[When] = ()
) -> Spoken:
    found = turned(morphemes(text, called_in_korean(schema)))
    hits = _hits(text, found, [v for v in values if v.score in (1.0, IN_ENGLISH) and v.table in schema.tables])
    valued = {at for start, ends in hits.items() for _, end in ends for at in range(start, end)}
    when = _when(found, times)
    valued |= {at for start, (end, _) in when.items() for at in range(start, end)}
    units = frozenset(unit for table in schema.tables.values() for c in table.columns for unit in _units(c))
    return Spoken(found, schema, hits, called=names(found, schema, embedder, valued), when=when, units=units)


def _units(column: CatalogColumn) -> Iterator[str]:
    behind = _UNIT.search(column.description)
    if behind is not None and is_number(column):
        yield behind[1].casefold()


def called_in_korean(schema: Schema) -> frozenset[str]:
    """What tables and columns are called, and the last words of what tables are."""
    names = {name for table in schema.tables.values() for name in table.synonyms if has_hangul(name)}
    names |= {name.split()[-1] for name in names}
    columns = (column for table in schema.tables.values() for column in table.columns)
    names |= {_WHETHER.sub("", name) for column in columns for name in column.synonyms if has_hangul(name)}
    return frozenset(name for name in names if len(name) > 1)


def _when(tokens: Sequence[Morpheme], times: Iterable[When]) -> dict[int, tuple[int, Mapping[str, Bounds]]]:
    starts = {token.start: at for at, token in enumerate(tokens)}
    ends = {token.end: at + 1 for at, token in enumerate(tokens)}
    return {
        starts[time.span[0]]: (ends[time.span[1]], time.said)
        for time in times
        if time.span[0] in starts and time.span[1] in ends
    }


def _hits(text: str, tokens: Sequence[Morpheme], values: Sequence[ValueHit]) -> dict[int, list[tuple[ValueHit, int]]]:
    """Where a value stands: from where a morpheme begins to where one ends, a quoted one whole."""
    starts = {token.start: at for at, token in enumerate(tokens)}
    ends = {token.end: at + 1 for at, token in enumerate(tokens)}
    folded = text.casefold()
    hits: dict[int, list[tuple[ValueHit, int]]] = {}
    for hit in values:
        phrase = hit.phrase.casefold()
        for at, token in enumerate(tokens):
            if token.quoted and token.word == phrase.strip():
                hits.setdefault(at, []).append((hit, at + 1))
        at = folded.find(phrase)
        while at >= 0:
            if at in starts and at + len(phrase) in ends:
                hits.setdefault(starts[at], []).append((hit, ends[at + len(phrase)]))
            at = folded.find(phrase, at + 1)
    return hits
