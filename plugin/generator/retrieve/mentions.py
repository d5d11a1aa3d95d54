"""Retrieve: the words of the question that are about the data, each with the tables that know it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from backends.vectors import korean
from backends.vectors.base import Hit
from backends.vectors.english import STOP_WORDS, stem
from backends.vectors.korean import has_hangul
from backends.vectors.tokens import sparse_query, terms
from catalog_sync.documents import words
from catalog_sync.index import COLLECTIONS
from catalog_sync.model import CatalogTable
from plugin.generator.ask import Ask, Mention
from plugin.generator.bilingual.glossary import glossary
from plugin.generator.generate.plan.names.alike import same_words
from plugin.generator.generate.plan.names.lexicon import names
from plugin.generator.stage import Kind, Need, Services

_ENGLISH_WORD = re.compile(r"[A-Za-z][A-Za-z]+")
_CALLED = "names?|이름|성함|명단|실명|상호"
_WHERE = (COLLECTIONS["table"], COLLECTIONS["column"], COLLECTIONS["value"])


@dataclass(frozen=True)
class Mentions:
    """Looked up word by word: by its form, and where no form is equal, by meaning (`near`, cosine).

    A common word ("number", "total") counts only where it is part of a name.
    """

    near: float = 0.58
    most: int = 200
    name: str = "retrieve.mentions"
    kind: Kind = "retrieve"
    needs: frozenset[Need] = frozenset({"index", "embeddings"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        found = [self._known(word, ask.question, services) for word in dict.fromkeys(_content(ask))]
        return ask.add(mentions=tuple(m for m in found if m.tables or stem(m.word.casefold()) not in common_stems()))

    def _known(self, word: str, question: str, services: Services) -> Mention:
        """By another word that means the same, or the English one, where nothing is called by this one."""
        found = self._look_up(word, question, services)
        others = [(other, True) for other in same_words(stem(word.casefold()))]
        others += [(english, False) for english in glossary().get(word, ())]
        for other, may_be_near in others if not found.tables else ():
            alike = self._look_up(other, f"{question} {other}" if has_hangul(word) else question, services, may_be_near)
            if alike.tables:
                return Mention(word, alike.tables, alike.private and has_hangul(word))
        return found

    def _look_up(self, word: str, question: str, services: Services, may_be_near: bool = True) -> Mention:
        dense, sparse = services.embedder.embed_query(word), sparse_query(word)
        hits = [h for where in _WHERE for h in services.index.search(where, dense.tolist(), sparse, self.most)]
        same = [h for h in hits if "lex" in h.parts]
        if stem(word.casefold()) in common_stems():
            asked = set(terms(question))
            whole = [h for h in same if stem(word.casefold()) in terms(_name(h))]
            # "highest first" asks for nobody's first name
            same = [h for h in whole if not h.payload.get("withheld") or asked.issuperset(terms(_name(h)))]
        elif not same and may_be_near:
            near = sorted(hits, key=lambda h: h.parts.get("dense", self.most))[:12]
            if near:
                likeness = services.embedder.embed_documents([_name(h) for h in near]) @ dense
                same = [h for h, cosine in zip(near, likeness, strict=True) if cosine >= self.near]
        tables = frozenset(h.payload["table"] for h in same)
        private = bool(same) and all(h.payload.get("withheld") for h in same if h.payload["kind"] != "table")
        columns = {h.payload["column"] for h in same if h.payload["kind"] == "column"}
        if private and columns:
            known = [table for table in map(services.catalog.whole, tables) if table is not None]
            meant = (word, *glossary().get(word, ()))  # 계좌 수: of accounts, though only their number is near the word
            private = not any(calls_rows(one, question, known) for one in meant)
        return Mention(word, tables, private and bool(columns))


def calls_rows(word: str, question: str, known: Iterable[CatalogTable]) -> bool:
    """ "고객사들의 잔액": whom one speaks of, not what they are called; "고객사 이름" is that."""
    if re.search(rf"{re.escape(word)}\S{{0,2}}\s*(?:{_CALLED})", question, re.IGNORECASE):
        return False
    forms = (word, terms(word))
    return any(name.role == "rows" and name.form in forms for table in known for name in names(table))


def _name(hit: Hit) -> str:
    payload = hit.payload
    return str(payload.get("value") or words(payload.get("column") or payload["name"]))


def _content(ask: Ask) -> Iterator[str]:
    """The nouns (in English: all but stop words) outside time expressions and values."""
    text = ask.question
    for phrase in sorted(ask.periods, key=lambda p: -p.span[0]):
        text = text[: phrase.span[0]] + " " + text[phrase.span[1] :]
    for grouping, _unit in ask.groupings:
        text = text.replace(grouping, " ")
    known = {term for value in ask.values for term in terms(value.phrase)}
    for word in (*_ENGLISH_WORD.findall(text), *korean.nouns(text)):
        folded = word.casefold()
        if folded in STOP_WORDS or set(terms(folded)) <= known:
            continue
        if not (has_hangul(word) and len(word) == 1):
            yield word


@cache
def common_stems() -> frozenset[str]:
    """The words of `common_words.txt`, which say how something is asked."""
    lines = (files("plugin.generator.understand") / "common_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(stem(word) for line in lines if not line.startswith("#") for word in line.split())
