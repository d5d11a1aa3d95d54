"""A stream of questions as people ask them: the same kinds again, about other values."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlglot
from sqlglot import exp

from backends.errors import AskError
from backends.vectors.korean import has_hangul
from catalog_sync.documents import normal
from catalog_sync.model import Catalog
from feedback.canonical import question_key
from feedback.evaluation.suite import Item
from feedback.exchange import any_of, derived, said
from plugin.generator.stage import Services


@dataclass(frozen=True)
class Value:
    """How a question calls it, and how it is stored."""

    called: str
    stored: str


def with_siblings(items: Sequence[Item], services: Services, most: int) -> list[Item]:
    """As `siblings`, of those that give any row."""

    def runs(sql: str) -> bool:
        try:
            rows = services.warehouse.query(sql, services.limits).rows
        except AskError:
            return False
        return any(value is not None for row in rows for value in row)

    return siblings(items, services.catalog, services.dialect, most, runs)


def siblings(
    items: Sequence[Item], catalog: Catalog, dialect: str, most: int, runs: Callable[[str], bool], seed: int = 0
) -> list[Item]:
    """Each item, and at most `most` others that differ from it in values alone: texts that the catalogue lists for the
    same column, years that the suite asks the same tables for. `runs`: whether a statement gives any row."""
    trees = {item.id: sqlglot.parse_one(item.sql, read=dialect) for item in items}
    years: dict[frozenset[str], set[str]] = {}
    for tree in trees.values():
        years.setdefault(_tables(tree), set()).update(n for n in _literals(tree) if re.fullmatch(r"(?:19|20)\d\d", n))
    dice, made = random.Random(seed), list[Item]()
    for item in items:
        tree = trees[item.id]
        choices = [[(old, new) for new in (old, *others)]
                   for old, others in _others(item, tree, catalog, sorted(years[_tables(tree)])).items()]  # fmt: skip
        combined = [c for c in itertools.product(*choices) if len({new for _, new in c}) == len(c)][1:]  # not itself
        dice.shuffle(combined)
        found = (_sibling(item, tree, changes, n, dialect) for n, changes in enumerate(combined, start=1))
        made += [item, *itertools.islice((s for s in found if runs(s.sql)), most)]
    return made


def _others(
    item: Item, tree: exp.Expression, catalog: Catalog, years: Sequence[str]
) -> Mapping[Value, Sequence[Value]]:
    """Each value that the question names, with those that could stand there."""
    key, names = question_key(item.question), _literals(tree)
    found = {Value(y, y): [Value(other, other) for other in years if other != y] for y in years if y in names}
    if derived(key, names):
        found.clear()
    for old, others in itertools.chain.from_iterable(_listed(name, catalog) for name in names):
        found.setdefault(old, others)
    return {old: others for old, others in found.items() if said(normal(old.called), key)}


def _listed(name: str, catalog: Catalog) -> Iterator[tuple[Value, Sequence[Value]]]:
    """A text under its own name, and under a Korean one."""
    for column in (c for table in catalog for c in table.columns if name in c.values):
        rest = [value for value in column.values if value != name]
        yield Value(name, name), [Value(value, value) for value in rest]
        called = {value: next(filter(has_hangul, column.value_synonyms.get(value, ())), "") for value in column.values}
        if called[name]:
            alike = [value for value in rest if called[value] and _closed(called[value]) == _closed(called[name])]
            yield Value(called[name], name), [Value(called[value], value) for value in alike]


def _closed(name: str) -> bool:
    """Whether the last syllable ends in a consonant, which decides the particle after it."""
    return has_hangul(name[-1]) and (ord(name[-1]) - 0xAC00) % 28 > 0


def _sibling(
    item: Item, tree: exp.Expression, changes: Sequence[tuple[Value, Value]], number: int, dialect: str
) -> Item:
    called, made = {normal(old.called): new.called for old, new in changes}, tree.copy()
    question = re.sub(any_of(called), lambda found: called[normal(found.group())], item.question, flags=re.IGNORECASE)
    stored = {old.stored: new.stored for old, new in changes}
    for literal in made.find_all(exp.Literal):
        literal.set("this", stored.get(literal.name, literal.name))
    return replace(item, id=f"{item.id}~{number}", question=question, sql=made.sql(dialect), also=())


def _tables(tree: exp.Expression) -> frozenset[str]:
    return frozenset(table.name for table in tree.find_all(exp.Table))


def _literals(tree: exp.Expression) -> list[str]:
    return list(dict.fromkeys(literal.name for literal in tree.find_all(exp.Literal)))
