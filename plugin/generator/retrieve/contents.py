"""Retrieve as CodeS and C3 do: values by words, then checked by the longest common substring with the question.

The check is BRIDGE's (Lin et al., 2020): the common part must begin and end at the bounds of words, be no stop word,
and be spelled like the value.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from backends.vectors.base import Hit
from backends.vectors.english import STOP_WORDS
from backends.vectors.tokens import sparse_query
from catalog_sync.index import COLLECTIONS
from plugin.generator.ask import Ask, ValueHit
from plugin.generator.stage import Kind, Need, Services

_COMMON = frozenset({"yes", "no", "many"})
_LONGEST_RUN = 4


@dataclass(frozen=True)
class Contents:
    """Every run of one to four words asks for `hits` values; kept is what scores `floor`, at most `most` a column.

    Values longer than `longest` are none that people write. A column called a name needs an exact match where `strict`.
    """

    floor: float = 0.9
    most: int = 25
    hits: int = 10
    longest: int = 25
    strict: bool = False
    name: str = "retrieve.contents"
    kind: Kind = "retrieve"
    needs: frozenset[Need] = frozenset({"index"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        best: dict[tuple[str, str], dict[str, ValueHit]] = defaultdict(dict)
        for hit in self._found(ask.question, services):
            table, column, value = (hit.payload[key] for key in ("table", "column", "value"))
            phrase, score = matched(value, ask.question)
            floor = 1.0 if self.strict and column.casefold().endswith("name") else self.floor
            if score >= floor and len(value) <= self.longest:
                best[table, column][value] = ValueHit(phrase, table, column, value, score)
        values = [v for found in best.values() for v in sorted(found.values(), key=_order)[: self.most]]
        return ask.add(values=tuple(sorted(values, key=_order)))

    def _found(self, question: str, services: Services) -> Iterator[Hit]:
        words, seen = re.findall(r"\w+", question), set[str]()
        dense = services.embedder.embed_query(question).tolist()
        for size in range(1, _LONGEST_RUN + 1):
            for at in range(len(words) - size + 1):
                run = " ".join(words[at : at + size])
                for hit in services.index.search(COLLECTIONS["value"], dense, sparse_query(run), 2 * self.hits):
                    if "lex" in hit.parts and hit.id not in seen:
                        seen.add(hit.id)
                        yield hit


def _order(hit: ValueHit) -> tuple[float, int, str]:
    return -hit.score, -len(hit.value), hit.value


def matched(value: str, question: str) -> tuple[str, float]:
    """The span of the question that means the value, and how sure that is (0..1)."""
    source, target = question.casefold(), value.casefold()
    common = SequenceMatcher(None, source, target, autojunk=False).find_longest_match()
    span = _bounded(source, common.a, common.a + common.size)
    if span is None:
        return "", 0.0
    phrase, said = source[slice(*span)], source[common.a : common.a + common.size].strip()
    if not said or {said, phrase, target} & (STOP_WORDS | {"id"}):
        return "", 0.0
    if phrase == f"{target}'s":
        return phrase, 1.0
    if phrase[:1] != target[:1]:
        return "", 0.0
    score = SequenceMatcher(None, phrase, target, autojunk=False).ratio()
    needs_all = target in _COMMON or (value.isupper() and len(value) > 1 and value not in question)
    return (phrase, score) if score == 1.0 or not needs_all else ("", 0.0)


def _bounded(source: str, start: int, end: int) -> tuple[int, int] | None:
    """The match with what little is missing to the bounds of words: one character before, two behind."""
    while start < end and not source[start].isalnum():
        start += 1
    while end > start and not source[end - 1].isalnum():
        end -= 1
    before = next((n for n in range(2) if start - n == 0 or not source[start - n - 1].isalnum()), None)
    behind = next((n for n in range(3) if end + n >= len(source) or not source[end + n].isalnum()), None)
    if start == end or before is None or behind is None:
        return None
    return start - before, min(end + behind, len(source))
