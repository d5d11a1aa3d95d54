"""Generate: the SQL of a verified example that asks the same, or the same with other values. No model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from backends.vectors.base import Hit
from backends.vectors.tokens import sparse_query
from catalog_sync.documents import normal
from catalog_sync.index import COLLECTIONS
from feedback.canonical import question_key
from feedback.exchange import derived, outdated, read_off, said
from plugin.generator.ask import Ask, Candidate, Shot
from plugin.generator.stage import Kind, Need, Services

ORIGIN = "generate.verified"


@dataclass(frozen=True)
class Verified:
    """Of the examples that were found: what they say to this very question. An answer of it is verified by the rule of
    `feedback/trust.py`. A text is exchanged for another of the same column alone; a number where the query has it as
    often as the question, and no year of its own."""

    name: str = ORIGIN
    kind: Kind = "generate"
    needs: frozenset[Need] = frozenset({"index"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        found = dict.fromkeys(filter(None, (_adapted(ask.question, shot, services) for shot in ask.shots)))
        return ask.add(candidates=(*ask.candidates, *(Candidate(sql, ORIGIN, raw=sql) for sql in found)))


def _adapted(question: str, shot: Shot, services: Services) -> str:
    """ "" where it does not fit."""
    key, theirs = question_key(question), question_key(shot.question)
    try:
        tree = sqlglot.parse_one(shot.sql, read=services.dialect)
    except SqlglotError:
        return ""
    if not isinstance(tree, exp.Query):
        return ""
    literals = list(tree.find_all(exp.Literal))
    stored = _stored(literals, services)
    names = {name: normal(hit.payload["value"]) for hit in stored for name in hit.payload["norm"]}
    names |= {normal(literal.name): normal(literal.name) for literal in literals}
    values = read_off(theirs, key, names)
    if values is None or outdated(key, tree):
        return ""
    numbers = Counter(literal.name for literal in literals)

    def other(old: str, new: str) -> str:
        if old.isdigit():
            alone = numbers[old] == said(old, theirs) and not derived(theirs, numbers)
            return new if new.isdigit() and alone else ""
        return _text(old, new, stored, services)

    made = {names[old]: other(old, new) for old, new in values.items() if old != new}
    if not all(made.values()):
        return ""
    for literal in literals:
        literal.set("this", made.get(normal(literal.name), literal.name))
    return tree.sql(services.dialect) if made else shot.sql


def _text(old: str, new: str, stored: Sequence[Hit], services: Services) -> str:
    """As the column stores it that holds the old one too."""
    columns = {(hit.payload["table"], hit.payload["column"]) for hit in stored if old in hit.payload["norm"]}
    hits = _called([new], services)
    return next((h.payload["value"] for h in hits if (h.payload["table"], h.payload["column"]) in columns), "")


def _stored(literals: Sequence[exp.Literal], services: Services) -> list[Hit]:
    """Where the texts of a query are stored, and what else they are called."""
    texts = {normal(literal.name) for literal in literals if literal.is_string}
    return [hit for hit in _called(sorted(texts), services) if normal(hit.payload["value"]) in texts] if texts else []


def _called(names: Sequence[str], services: Services) -> list[Hit]:
    words = " ".join(names)
    dense, sparse = services.embedder.embed_query(words).tolist(), sparse_query(words)
    return services.index.search(COLLECTIONS["value"], dense, sparse, 100, {"norm": names})
