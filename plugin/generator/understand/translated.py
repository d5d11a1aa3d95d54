"""Korean nouns by their common English ones, where the catalogue has such a name or such a value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product

from backends.vectors.base import Hit
from backends.vectors.korean import has_hangul
from backends.vectors.tokens import sparse_query, terms
from catalog_sync.index import COLLECTIONS
from catalog_sync.names import words
from plugin.generator.ask import Ask
from plugin.generator.bilingual.glossary import glossary
from plugin.generator.bilingual.loanwords import the_one
from plugin.generator.generate.plan.names.alike import same_words
from plugin.generator.generate.plan.names.lexicon import names
from plugin.generator.generate.plan.names.naming import Name
from plugin.generator.retrieve.values import IN_ENGLISH
from plugin.generator.stage import Services
from plugin.generator.tables import is_time, speaks_korean

_WHERE = (COLLECTIONS["table"], COLLECTIONS["column"])
_MOST = 8
_AMOUNTS = {terms(word)[0]: word for word in ("amount", "amt", "value", "quantity", "qty", "usd", "krw", "cost")}
_LINES = {terms(word)[0]: word for word in ("line", "item", "entry", "record", "detail")}
_END_OF = {**_AMOUNTS, **_LINES}
_NEAR_A_SOUND = 60
_WAS_DONE = re.compile(r"(?:한|된|했던|됐던)(?=\s)")
_OF_FIGURES = ("시간", "금액", "점수")
_DONE = re.compile(r"\s*(?:된|한|되|하|했|됐|중인?|인)(?![가-힣]*\s*(?:율|률))")


def name(phrase: str, services: Services) -> str:
    """The first English one that a table or a column is called by, else that one has in its name, else of which another
    word is of the same meaning; "" where none is."""
    same, spoken = "", [*islice((*_english(phrase), *_heard(phrase, services)), _MOST)]
    for said in spoken:
        form = terms(said)
        if any(n.form == form and not n.alike for n in _called(said, services)):
            return said
    for said in spoken:
        form = terms(said)
        called = list(_called(said, services))
        found = [n for n in called if n.form[-len(form) :] == form]
        if any(not n.alike for n in found):
            return said
        if whole := next((n for n in called if n.form[: len(form)] == form and _adds_nothing(n, len(form))), None):
            return f"{said} {_END_OF[whole.form[-1]]}"
        same = same or (said if any(n.form == form for n in found) else "")
    return same


def rows_called(phrase: str, services: Services) -> str:
    """The English word by which rows are called so, and no column is; "" where there is none."""
    for said in _english(phrase):
        form = terms(said)
        found = [n for n in _called(said, services) if n.form[: len(form)] == form and len(n.form) - len(form) < 2]
        if found:
            rows = any(n.role == "rows" for n in found) and not any(n.role == "measure" for n in found)
            return said if rows else ""
    return ""


def _adds_nothing(name: Name, size: int) -> bool:
    """The revenue amount is the revenue, and order lines are the rows of orders that one speaks of."""
    ends = _LINES if name.role == "rows" else _AMOUNTS
    return not name.alike and len(name.form) == size + 1 and name.form[-1] in ends


def deed(phrase: str, behind: str, services: Services) -> str:
    """The English one of what was done on a day that a table has: 발행한, by issued_on; "" where that is no time."""
    for said in _english(phrase) if _WAS_DONE.match(behind) else ():
        form = set(terms(said))
        for hit in services.index.search(
            _WHERE[1], services.embedder.embed_query(said).tolist(), sparse_query(said), 40
        ):
            table = services.catalog.whole(str(hit.payload["table"])) if "lex" in hit.parts else None
            column = table.column(str(hit.payload.get("column", ""))) if table else None
            if column and is_time(column) and form and form <= set(terms(words(column.name))) and not column.pii:
                return said
    return ""


def is_name(said: str, services: Services) -> bool:
    """A table or a column is called so, or ends so."""
    form = terms(said)
    return any(n.form[-len(form) :] == form and not n.alike for n in _called(said, services))


def _heard(phrase: str, services: Services) -> Iterator[str]:
    """Of a word that is no common noun: the one that it sounds like among the words of what is called nearly so."""
    if phrase in glossary() or not has_hangul(phrase):
        return
    dense = services.embedder.embed_query(phrase).tolist()
    hits = [h for where in _WHERE for h in services.index.search(where, dense, sparse_query(phrase), _NEAR_A_SOUND)]
    if heard := the_one(phrase, {word for h in hits for word in words(_name(h)).split()}):
        yield heard


def _name(hit: Hit) -> str:
    return str(hit.payload.get("column") or hit.payload["name"])


def _called(said: str, services: Services) -> Iterator[Name]:
    """What the tables are called, and their columns, of whose names one has a word of it."""
    dense = services.embedder.embed_query(said).tolist()
    others = [other for term in terms(said) for other in same_words(term)]
    sparse = sparse_query(" ".join((said, *others)))
    hits = [h for where in _WHERE for h in services.index.search(where, dense, sparse, 40) if "lex" in h.parts]
    tables = dict.fromkeys(str(h.payload["table"]) for h in hits)
    for table in filter(None, map(services.catalog.whole, tables)):
        if not speaks_korean(table):
            yield from names(table)


def value(phrase: str, behind: str, ask: Ask, services: Services) -> tuple[str, bool]:
    """The one value that the phrase means in English, "" where there is none or several; whether what stands `behind`
    says that something is so: 취소된."""
    close = "".join(phrase.split())
    hits = [h for h in ask.values if h.score == IN_ENGLISH and h.phrase == close]
    tables = filter(None, map(services.catalog.whole, dict.fromkeys(h.table for h in hits)))
    meant = {h.value: h.value.casefold() for h in hits} if not any(map(speaks_korean, tables)) else {}
    return (next(iter(meant)) if len({*meant.values()}) == 1 else ""), bool(_DONE.match(behind))


def _english(phrase: str) -> Iterator[str]:
    """Of the whole, else of its parts in their order."""
    phrase = phrase.removesuffix("들")
    yield from glossary().get("".join(phrase.split()), ())
    parts = [glossary().get(part, ()) for part in phrase.split()]
    if len(parts) > 1 and all(parts):
        yield from (" ".join(one) for one in product(*parts))
    if bare := next((phrase.removesuffix(end).strip() for end in _OF_FIGURES if phrase.endswith(end)), ""):
        yield from _english(bare)
