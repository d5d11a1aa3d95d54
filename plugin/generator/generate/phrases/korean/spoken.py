"""A Korean question that is read: its morphemes, the values in it, and what its nouns mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from backends.embedder.base import Embedder
from plugin.generator.ask import ValueHit
from plugin.generator.generate.phrases.korean.morphemes import Morpheme, morphemes
from plugin.generator.generate.phrases.korean.naming import Called, names
from plugin.generator.generate.phrases.korean.turned import turned
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.schema import Schema
from plugin.generator.generate.phrases.tree import Compared
from plugin.generator.retrieve.values import IN_ENGLISH

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
    found = turned(morphemes(text))
    hits = _hits(text, found, [v for v in values if v.score in (1.0, IN_ENGLISH) and v.table in schema.tables])
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
