"""A Korean question that is read: its morphemes, the values in it, and what its nouns mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from backends.embedder.base import Embedder
from plugin.generator.ask import ValueHit
from plugin.generator.generate.phrases.korean.glossary import glossary
from plugin.generator.generate.phrases.korean.morphemes import Morpheme, morphemes
from plugin.generator.generate.phrases.korean.naming import Called, names
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.schema import Schema
from plugin.generator.generate.phrases.tree import Compared

_LONGEST_VALUE = 4

Bounds = tuple[Compared, ...]


@dataclass(frozen=True)
class When:
    """A time expression: where it stands, and by table what rows are of that time."""

    span: tuple[int, int]
    said: Mapping[str, Bounds]


@dataclass(frozen=True)
class Spoken(Question):
    """`called`: place -> what the nouns from there may mean; `when`: place -> the end and meaning of a time."""

    called: Mapping[int, Sequence[Called]] = field(default_factory=dict)
    when: Mapping[int, tuple[int, Mapping[str, Bounds]]] = field(default_factory=dict)

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
    found = morphemes(text)
    hits = _hits(text, found, [v for v in values if v.score == 1.0 and v.table in schema.tables])
    for start, hit, end in _translated(found, schema):
        hits.setdefault(start, []).append((hit, end))
    valued = {at for start, ends in hits.items() for _, end in ends for at in range(start, end)}
    when = _when(found, times)
    valued |= {at for start, (end, _) in when.items() for at in range(start, end)}
    return Spoken(found, schema, hits, called=names(found, schema, embedder, valued), when=when)


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


def _translated(tokens: Sequence[Morpheme], schema: Schema) -> Iterator[tuple[int, ValueHit, int]]:
    """고양이, where a column holds cat."""
    held = _held(schema)
    for start in range(len(tokens)):
        for end in range(start + 1, min(start + _LONGEST_VALUE, len(tokens)) + 1):
            spelled = "".join(t.word for t in tokens[start:end])
            for name in glossary().get(spelled, ()) if not tokens[start].quoted else ():
                for table, column, value in held.get(name, ()):
                    yield start, ValueHit(spelled, table, column, value, 1.0), end


def _held(schema: Schema) -> dict[str, list[tuple[str, str, str]]]:
    found: dict[str, list[tuple[str, str, str]]] = {}
    for name, table in schema.tables.items():
        for column in table.columns:
            for value in column.values if not column.pii else ():
                found.setdefault(value.casefold(), []).append((name, column.name, value))
    return found
