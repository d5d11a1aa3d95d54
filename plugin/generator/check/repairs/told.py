"""What the question and the statement's own names tell of its figures: how many things is how many different ones, and
an output that is called revenue is not the sum of another figure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from sqlglot import exp

from backends.vectors.korean import has_hangul
from backends.vectors.tokens import terms
from catalog_sync.model import CatalogColumn, CatalogTable
from catalog_sync.names import words
from plugin.generator import tables
from plugin.generator.check.schema import Schema

_HOW_MANY = re.compile(r"\b(?:how many|number of)\b", re.IGNORECASE)
_KO_HOW_MANY = re.compile(r"몇\s*(?:곳|군데|명|개사|사람)")
_AGGREGATES = (exp.Sum, exp.Avg, exp.Max, exp.Min)


def repair(tree: exp.Expression, schema: Schema, question: str) -> list[str]:
    """Works in place; returns notes."""
    notes: list[str] = []
    for select in list(tree.find_all(exp.Select)):
        known = schema.read_by(select)
        notes += [f"{was} -> {now}, as it is called" for was, now in _as_called(select, known, question)]
        if select is tree:
            notes += [f"each {name} counted once" for name in _once(select, schema, question)]
    return notes


def _once(select: exp.Select, schema: Schema, question: str) -> Iterator[str]:
    """COUNT(supplier_id) over what suppliers offer, where it is asked how many suppliers."""
    known = schema.read_by(select)
    for count in select.find_all(exp.Count):
        column = count.this
        if not isinstance(column, exp.Column) or count.find_ancestor(exp.Select) is not select:
            continue
        for table in (t for alias, t in known.items() if column.table.casefold() in ("", alias)):
            key = next((k for k in table.foreign_keys if k.columns == (column.name,)), None)
            parent = next((t for t in schema.tables if key and t.name == key.to_table), None)
            if parent is None or table.primary_key == (column.name,) or not _is_counted(parent, known, question):
                continue
            count.set("this", exp.Distinct(expressions=[column.copy()]))
            yield column.name
            break


def _is_counted(parent: CatalogTable, known: dict[str, CatalogTable], question: str) -> bool:
    """ "How many suppliers", 공급업체는 몇 곳; not "how many order lines" of orders."""
    if has_hangul(question):
        spoken = (s for s in parent.synonyms if has_hangul(s))
        return bool(_KO_HOW_MANY.search(question)) and any(s in question for s in spoken)
    match = _HOW_MANY.search(question)
    said = re.findall(r"[\w'-]+", question[match.end() :])[:4] if match else []
    nouns = [" ".join(terms(word)) for word in said]
    others = {_noun(t) for t in known.values() if t.name != parent.name}
    if _noun(parent) not in nouns[:3]:
        return False
    behind = nouns.index(_noun(parent)) + 1
    return behind >= len(said) or nouns[behind] not in others or said[behind].endswith("ed")


def _noun(table: CatalogTable) -> str:
    return (terms(words(table.name.name)) or ("",))[-1]


def _as_called(select: exp.Select, known: dict[str, CatalogTable], question: str) -> Iterator[tuple[str, str]]:
    """SUM(gross_profit) AS total_revenue: the revenue, where the question speaks of that and of no profit."""
    for output in [s for s in select.selects if isinstance(s, exp.Alias)]:
        figure = output.this
        column = figure.this if isinstance(figure, _AGGREGATES) else None
        if not isinstance(column, exp.Column):
            continue
        owner = [t for alias, t in known.items() if column.table.casefold() in ("", alias) and t.column(column.name)]
        own = owner[0].column(column.name) if owner else None
        if (
            own is None
            or _is_spoken(own, set(terms(words(output.alias))), "")
            or _is_spoken(own, set(terms(question)), question)
        ):
            continue
        meant = _meant(owner[0], own, output.alias, question)
        if meant is not None:
            was = column.name
            for one in [c for c in select.find_all(exp.Column) if c.name == was and isinstance(c.parent, _AGGREGATES)]:
                one.set("this", exp.to_identifier(meant.name))
            yield was, meant.name


def _meant(table: CatalogTable, own: CatalogColumn, alias: str, question: str) -> CatalogColumn | None:
    """The one other figure that the alias and the question both call by its name."""
    named, said = set(terms(words(alias))), set(terms(question))
    able = [c for c in table.columns if tables.is_number(c) and c.name != own.name and not c.pii]
    found = [c for c in able if _is_spoken(c, named, "") and _is_spoken(c, said, question)]
    return found[0] if len(found) == 1 else None


def _is_spoken(column: CatalogColumn, said: Set[str], question: str) -> bool:
    """By its name or one of its synonyms."""
    own = [set(terms(words(name))) for name in (column.name, *(s for s in column.synonyms if not has_hangul(s)))]
    spoken = any(name and name <= said for name in own)
    return spoken or any(s in question for s in column.synonyms if has_hangul(s) and question)
