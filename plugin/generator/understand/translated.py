"""Korean nouns by their common English ones, where the catalogue has such a name or such a value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product

from backends.vectors.tokens import sparse_query, terms
from catalog_sync.index import COLLECTIONS
from plugin.generator.ask import Ask
from plugin.generator.generate.phrases.korean.glossary import glossary
from plugin.generator.generate.plan.lexicon import Name, names, same_words
from plugin.generator.retrieve.values import IN_ENGLISH
from plugin.generator.stage import Services

_WHERE = (COLLECTIONS["table"], COLLECTIONS["column"])
_MOST = 8
_DONE = re.compile(r"\s*(?:된|한|되|하|했|됐|중인?|인)(?![가-힣]*\s*(?:율|률))")


def name(phrase: str, services: Services) -> str:
    """The first English one that a table or a column is called by, else the first of which another word is of the same
    meaning; "" where none is."""
    spoken = list(islice(_english(phrase), _MOST))
    same = ""
    for said in spoken:
        found = [n for n in _called(said, services) if n.form == terms(said)]
        if any(not n.alike for n in found):
            return said
        same = same or (said if found else "")
    return same


def _called(said: str, services: Services) -> Iterator[Name]:
    """What the tables are called, and their columns, of whose names one has a word of it."""
    dense = services.embedder.embed_query(said).tolist()
    others = [other for term in terms(said) for other in same_words(term)]
    sparse = sparse_query(" ".join((said, *others)))
    hits = [h for where in _WHERE for h in services.index.search(where, dense, sparse, 40) if "lex" in h.parts]
    tables = dict.fromkeys(str(h.payload["table"]) for h in hits)
    for table in filter(None, map(services.catalog.whole, tables)):
        yield from names(table)


def value(phrase: str, behind: str, ask: Ask) -> tuple[str, bool]:
    """The one value that the phrase means in English, "" where there is none or several; whether what stands `behind`
    says that something is so: 취소된."""
    close = "".join(phrase.split())
    meant = {h.value: h.value.casefold() for h in ask.values if h.score == IN_ENGLISH and h.phrase == close}
    return (next(iter(meant)) if len({*meant.values()}) == 1 else ""), bool(_DONE.match(behind))


def _english(phrase: str) -> Iterator[str]:
    """Of the whole, else of its parts in their order."""
    phrase = phrase.removesuffix("들")
    yield from glossary().get("".join(phrase.split()), ())
    parts = [glossary().get(part, ()) for part in phrase.split()]
    if len(parts) > 1 and all(parts):
        yield from (" ".join(one) for one in product(*parts))
