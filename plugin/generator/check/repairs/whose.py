"""Whose a value is, of several columns that hold it: JAPAN of "Japanese suppliers" and of 일본 공급업체."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlglot import exp

from backends.vectors.korean import has_hangul
from backends.vectors.tokens import terms
from catalog_sync.model import CatalogColumn, CatalogTable
from plugin.generator.ask import ValueHit
from plugin.generator.check.schema import Schema

_NEAR = 3  # words
_PAUSE = re.compile(r"[,;:?.]|\b(?:and|or|to|by|with)\b|(?<=[가-힣])(?:에게|에서|이|가|와|과)\s", re.IGNORECASE)


def repair(tree: exp.Expression, schema: Schema, question: str, hits: Sequence[ValueHit]) -> list[str]:
    """`customer_nation = 'JAPAN'`, where the question says it of the suppliers. Works in place; returns notes."""
    notes = []
    for select in list(tree.find_all(exp.Select)):
        found = schema.read_by(select)
        for alias, table in found.items():
            own = [h for h in hits if h.table == str(table.name) and h.score == 1.0]
            written = list(_comparisons(select, alias, table, alone=len(found) == 1))
            for column, literal, meant in _moves(written, own, table, question):
                notes.append(f"{literal.this!r} is of {meant}, not {column.name}")
                column.set("this", exp.to_identifier(meant))
    return notes


def _moves(
    written: Sequence[tuple[exp.Column, exp.Literal]], hits: Sequence[ValueHit], table: CatalogTable, question: str
) -> list[tuple[exp.Column, exp.Literal, str]]:
    """To a column that is compared with nothing else; two that hold each other's value change places."""
    said = [(column, literal, _meant(column, literal, hits, table, question)) for column, literal in written]
    places = {column.name: (column, literal, meant) for column, literal, meant in said}
    found = []
    for column, literal, meant in said:
        if not meant or meant == column.name:
            continue
        if meant not in places:
            found.append((column, literal, meant))
            continue
        other, text, elsewhere = places[meant]
        fits = any(h.column == column.name and h.value == text.this for h in hits)
        if elsewhere == column.name:
            found.append((column, literal, meant))
        elif not elsewhere and fits:
            found += [(column, literal, meant), (other, text, column.name)]
    return found


def _meant(
    column: exp.Column, literal: exp.Literal, hits: Sequence[ValueHit], table: CatalogTable, question: str
) -> str:
    """The column that the question speaks of; "" where it does not say."""
    same = [h for h in hits if h.value == literal.this]
    phrases, columns = {h.phrase for h in same}, {h.column for h in same}
    if len(phrases) != 1 or column.name not in columns:
        return ""
    return of(phrases.pop(), question, [c for c in table.columns if c.name in columns])


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
    """고객 is spoken of by 고객사 too."""
    said = _terms(" ".join(words))
    meant = [name for name, mine in own.items() if any(w in mine or _begins(w, mine) for w in said)]
    return meant[0] if len(meant) == 1 else ""


def _begins(word: str, names: Collection[str]) -> bool:
    return has_hangul(word) and any(len(name) > 1 and word.startswith(name) for name in names)


def _terms(text: str) -> set[str]:
    """Also of each word alone, which may not be taken apart as it is beside others."""
    return {*terms(text), *(t for word in text.split() for t in terms(word))}


def _comparisons(
    select: exp.Select, alias: str, table: CatalogTable, *, alone: bool
) -> Iterator[tuple[exp.Column, exp.Literal]]:
    for equal in select.find_all(exp.EQ):
        column, literal = equal.this, equal.expression
        if not isinstance(column, exp.Column) or not isinstance(literal, exp.Literal) or not literal.is_string:
            continue
        if table.column(column.name) and (column.table.casefold() == alias or (alone and not column.table)):
            yield column, literal
