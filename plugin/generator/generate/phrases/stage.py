"""Generate: statements from the grammar of a question, where all its readings give one result."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from backends.vectors.tokens import terms
from catalog_sync.model import Catalog, CatalogTable
from plugin.generator.ask import Ask, Candidate
from plugin.generator.generate.phrases.doubts.doubtful import is_doubtful
from plugin.generator.generate.phrases.english.questions import readings
from plugin.generator.generate.phrases.english.times import times as when_said
from plugin.generator.generate.phrases.korean import questions as korean
from plugin.generator.generate.phrases.korean.periods import times
from plugin.generator.generate.phrases.korean.spoken import spoken
from plugin.generator.generate.phrases.question import question_of
from plugin.generator.generate.phrases.schema import Schema, schema_of
from plugin.generator.generate.phrases.tokens import tokens
from plugin.generator.generate.phrases.tree import Asked, guesses
from plugin.generator.generate.phrases.writing import write
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.stage import Kind, Need, Services
from plugin.generator.tables import values_meant
from plugin.generator.understand import dates
from plugin.generator.understand.fillers import without_fillers

ORIGIN = "generate.phrases"
_MONEY = re.compile(r"[$€£₩]\s?\d|\d\s?(?:천|만|억)?\s?(?:달러|유로|원)|\d (?:dollars|euros|usd|eur)\b", re.IGNORECASE)
_COUNTED = re.compile(r"COUNT\(\*\) (?:>|>=|<|<=|=) (\d+)")
_MANY = 1000
_CHILDREN = 40


@dataclass(frozen=True)
class Phrases:
    """Over the base tables that were routed to and those that keys tie to them. A question with more than `most`
    readings is for somebody else."""

    most: int = 2
    tried: int = 12
    name: str = ORIGIN
    kind: Kind = "generate"
    needs: frozenset[Need] = frozenset({"embeddings"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        if ask.glosses:
            return ask  # Korean is read as it was asked
        if dates.course(ask.question, ask.periods):
            return ask  # a trend is told by units of time that nobody names
        schema = schema_of(_tables(ask, services.catalog, self.tried), ask.question)
        meant = ask.add(values=values_meant(ask))
        found = written(_readings(meant, schema, services), schema, services.dialect)
        found = [sql for sql in found if not _counts_money(sql, ask.question)]
        if len(found) > self.most:
            return ask
        candidates = tuple(Candidate(sql, ORIGIN, raw=sql) for sql in found)
        return ask.add(candidates=(*ask.candidates, *candidates))


def _readings(ask: Ask, schema: Schema, services: Services) -> Iterator[Asked]:
    if ask.language == "ko":
        when = times(ask.periods, schema, services.catalog, ask.question)
        heard = spoken(ask.question, schema, ask.values, services.embedder, when)
        yield from (asked for asked in korean.readings(heard) if not is_doubtful(asked, heard, ask.question))
    else:
        found = tokens(without_fillers(ask.question))
        said = when_said(ask.periods, found, schema, services.catalog)
        question = question_of(found, schema, ask.values, said)
        yield from (asked for asked in readings(question) if not is_doubtful(asked, question, ask.question))


def written(found: Iterable[Asked], schema: Schema, dialect: str) -> list[str]:
    """The statements of the readings with the fewest guesses, each once."""
    by_guesses: dict[int, dict[str, None]] = {}
    for asked in dict.fromkeys(found):
        with suppress(Unread):
            by_guesses.setdefault(guesses(asked), {})[write(asked, schema, dialect)] = None
    return list(by_guesses[min(by_guesses)]) if by_guesses else []


def _counts_money(sql: str, question: str) -> bool:
    """ "More than $100,000 in invoices" are not so many invoices."""
    return bool(_MONEY.search(question)) and any(int(m[1]) >= _MANY for m in _COUNTED.finditer(sql))


def _tables(ask: Ask, catalog: Catalog, most: int) -> list[CatalogTable]:
    """Of many that have a key to a routed one, those of whose names the question has a word come first; last those that
    these have a key to, where a value of theirs is named."""
    routed = [r.table for r in ask.routes if r.table.view is None][:most]
    names, said = {t.name for t in routed}, set(terms(ask.question))
    parents = {k.to_table for t in routed for k in t.foreign_keys}
    children = sorted(catalog.directory.children(names), key=lambda name: not said & set(terms(name.name)))
    kin = dict.fromkeys((*sorted(parents), *children[:_CHILDREN]))
    found = routed + [t for t in catalog.these(name for name in kin if name not in names) if t.view is None]
    named, names = {v.table for v in ask.values if v.score == 1.0}, {t.name for t in found}
    beyond = dict.fromkeys(
        k.to_table for t in found for k in t.foreign_keys if str(k.to_table) in named - {*map(str, names)}
    )
    return found + [t for t in catalog.these(beyond) if t.view is None]
