"""A question that is read: its words, the values in it, and the tables that it may be about."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from catalog_sync.names import words
from plugin.generator.ask import ValueHit
from plugin.generator.generate.phrases.named import Form
from plugin.generator.generate.phrases.schema import Schema
from plugin.generator.generate.phrases.tokens import Token, stems, tokens
from plugin.generator.generate.phrases.words import WHENCE, WHITHER
from plugin.generator.understand.deeds import is_made

_P = ParamSpec("_P")
_T = TypeVar("_T")
_Q = TypeVar("_Q", bound="Question")


@dataclass(frozen=True)
class Question:
    """Places are numbers of tokens; a phrase that is read from one place ends before another. `hits`: place -> the
    values that are named there, with their ends; `when`: place -> the end of a time expression, and its first day and
    the day after its last, by table. `memo`: what was read already, by function and arguments."""

    tokens: tuple[Token, ...]
    schema: Schema
    hits: dict[int, list[tuple[ValueHit, int]]] = field(default_factory=dict)
    when: Mapping[int, tuple[int, Mapping[str, Any]]] = field(default_factory=dict)
    memo: dict[tuple[object, ...], tuple[Any, ...]] = field(default_factory=dict, repr=False)

    @property
    def end(self) -> int:
        return len(self.tokens)

    def word(self, place: int) -> str:
        return self.tokens[place].word if place < self.end and not self.tokens[place].quoted else ""

    def after(self, place: int, phrases: Iterable[str]) -> int | None:
        """The end of the longest of the phrases that stands here."""
        best: int | None = None
        for phrase in phrases:
            parts = phrase.split()
            if [self.word(place + n) for n in range(len(parts))] == parts:
                best = max(best or 0, place + len(parts))
        return best

    def skip(self, place: int, phrases: Iterable[str]) -> int:
        found = self.after(place, phrases)
        return place if found is None else found

    def is_form(self, place: int, form: Form) -> bool:
        if place + len(form) > self.end:
            return False
        here = self.tokens[place : place + len(form)]
        return all(t.stem == s and not t.quoted for t, s in zip(here, form, strict=True))

    def longest(self, place: int, forms: Collection[Form]) -> int | None:
        found = [place + len(form) for form in forms if self.is_form(place, form)]
        return max(found, default=None)

    def towards(self, start: int, end: int) -> bool | None:
        """What stands there speaks of where something goes, or comes from (False); None where it says neither."""
        spoken = {self.word(place) for place in range(start, end)}
        return True if spoken & WHITHER else False if spoken & WHENCE else None

    def is_plural(self, place: int) -> bool:
        word = self.word(place)
        return word.endswith("s") and not word.endswith("ss") and "NOUN" in _kinds(word)

    def is_verb(self, place: int) -> bool:
        return self.word(place).isalpha() and "VERB" in _kinds(self.word(place))


def remembered(
    read: Callable[Concatenate[_Q, _P], Iterator[_T]],
) -> Callable[Concatenate[_Q, _P], tuple[_T, ...]]:
    """Each phrase is read once from each place."""

    @wraps(read)
    def kept(q: _Q, /, *args: _P.args, **kwargs: _P.kwargs) -> tuple[_T, ...]:
        key = (read, *args, *kwargs.values())
        if key not in q.memo:
            q.memo[key] = tuple(read(q, *args, **kwargs))
        return q.memo[key]

    return kept


@cache
def _kinds(word: str) -> frozenset[str]:
    from lemminflect import getAllLemmas  # type: ignore[import-untyped]

    return frozenset(getAllLemmas(word))


def _is_part_of_name(hit: ValueHit, found: tuple[Token, ...], start: int, end: int) -> bool:
    """ "By ship mode" names the column, and none of its values SHIP."""
    name = stems(words(hit.column))
    begins = range(max(0, end - len(name)), start + 1) if len(name) > end - start else ()
    return any(tuple(t.stem for t in found[at : at + len(name)]) == name for at in begins)


def question_of(
    found: tuple[Token, ...],
    schema: Schema,
    values: Iterable[ValueHit],
    when: Mapping[int, tuple[int, Mapping[str, Any]]] | None = None,
) -> Question:
    hits: dict[int, list[tuple[ValueHit, int]]] = {}
    for hit in (v for v in values if v.score == 1.0 and v.table in schema.tables):
        spelled = tokens(hit.phrase)
        for at, token in enumerate(found):
            rest = "".join(f" {t.word}" for t in found[at + len(spelled) : at + len(spelled) + 1])
            if is_made(hit.phrase, rest) or _is_part_of_name(hit, found, at, at + len(spelled)):
                continue
            if token.quoted:
                if token.word.strip() == hit.phrase.casefold():
                    hits.setdefault(at, []).append((hit, at + 1))
                continue
            run = found[at : at + len(spelled)]
            if len(run) == len(spelled) and all(
                a.word == b.word or a.stem == b.stem for a, b in zip(run, spelled, strict=True)
            ):
                hits.setdefault(at, []).append((hit, at + len(spelled)))
    return Question(found, schema, hits, when or {})
