"""Whose a value is, of several columns that hold it: JAPAN of "Japanese suppliers" and of 일본 공급업체."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlglot import exp

from backends.vectors.tokens import terms
from catalog_sync.model import CatalogColumn
from plugin.generator.ask import ValueHit
from plugin.generator.check.schema import Schema

_NEAR = 3  # words
_PAUSE = re.compile(r"[,;:?.]|\b(?:and|or|to|by|with)\b|(?<=[가-힣])(?:에게|에서|이|가|와|과)\s", re.IGNORECASE)


def repair(tree: exp.Expression, schema: Schema, question: str, hits: Sequence[ValueHit]) -> list[str]:
    """`customer_nation = 'JAPAN'`, where the question says it of the suppliers. Works in place; returns notes."""
    notes = []
    for select in list(tree.find_all(exp.Select)):
        for alias, table in schema.read_by(select).items():
            known = {c.name: c for c in table.columns}
            for column, literal in list(_comparisons(select, alias, known, alone=len(schema.read_by(select)) == 1)):
                same = [h for h in hits if h.table == str(table.name) and h.value == literal.this and h.score == 1.0]
                phrases = {h.phrase for h in same}
                if len(phrases) != 1 or column.name not in {h.column for h in same}:
                    continue
                meant = of(phrases.pop(), question, [known[h.column] for h in same if h.column in known])
                if meant and meant != column.name:
                    notes.append(f"{literal.this!r} is of {meant}, not {column.name}")
                    column.set("this", exp.to_identifier(meant))
    return notes


def of(phrase: str, question: str, columns: Sequence[CatalogColumn]) -> str:
    """The one of the columns of which the words beside the phrase speak, those behind it before those ahead; ""."""
    own = _own_words(columns)
    at = re.search(rf"(?<!\w){re.escape(phrase)}", question, re.IGNORECASE)
    if at is None or len(own) < 2:
        return ""
    behind = _PAUSE.split(question[at.end() :])[0].split()[: _NEAR - 1]
    ahead = _PAUSE.split(question[: at.start()])[-1].split()[-_NEAR:]
    return _spoken(behind, own) or _spoken(ahead, own)


def _own_words(columns: Sequence[CatalogColumn]) -> dict[str, set[str]]:
    """Of each column the words that no other of them has."""
    all_words = {c.name: {t for name in (c.name, *c.synonyms) for t in _terms(name)} for c in columns}
    return {
        name: own - {t for other, words in all_words.items() if other != name for t in words}
        for name, own in all_words.items()
    }


def _spoken(words: Collection[str], own: Mapping[str, set[str]]) -> str:
    said = _terms(" ".join(words))
    meant = [name for name, words_of in own.items() if words_of & said]
    return meant[0] if len(meant) == 1 else ""


def _terms(text: str) -> set[str]:
    """Also of each word alone, which may not be taken apart as it is beside others."""
    return {*terms(text), *(t for word in text.split() for t in terms(word))}


def _comparisons(
    select: exp.Select, alias: str, known: Mapping[str, CatalogColumn], *, alone: bool
) -> Iterator[tuple[exp.Column, exp.Literal]]:
    for equal in select.find_all(exp.EQ):
        column, literal = equal.this, equal.expression
        if not isinstance(column, exp.Column) or not isinstance(literal, exp.Literal) or not literal.is_string:
            continue
        if column.name in known and (column.table.casefold() == alias or (alone and not column.table)):
            yield column, literal
