"""Queries that people wrote by hand, as the warehouse logged them: which are worth being asked in words.

Kept: what the read-only door lets in, over cleared tables, asked more than once or by more than one person. Queries
that differ in literals alone are one; the text that came most often stands for all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from sqlglot import exp

from backends.errors import QueryRefused
from backends.warehouse.guard import check
from catalog_sync.model import Catalog
from catalog_sync.scope import scope
from feedback.canonical import template
from feedback.sources.found import Found, Skipped


@dataclass
class _Group:
    texts: Counter[str] = field(default_factory=Counter)
    people: set[str] = field(default_factory=set)
    first: Found | None = None


@dataclass(frozen=True)
class Harvest:
    """`kept` most wanted first; `refused` counts by the door's rule."""

    kept: tuple[Found, ...]
    read: int
    refused: Counter[str]
    rare: int


def harvest(
    entries: Iterable[Found | Skipped],
    catalog: Catalog,
    least: int = 2,
    most: int = 200,
    but: Callable[[str], bool] = lambda _: False,
) -> Harvest:
    """`least`: how often one must have been run. `but`: templates that are left out, so that a log can be read
    again. Raises nothing for what is in the log."""
    groups: dict[str, _Group] = {}
    refused: Counter[str] = Counter()
    read, known = 0, scope(catalog)
    for entry in entries:
        read += 1
        if isinstance(entry, Skipped):
            refused["unreadable"] += 1
            continue
        try:
            tree = check(entry.sql, catalog.dialect, known)
        except QueryRefused as refusal:
            refused[refusal.rule] += entry.count
            continue
        if not any(True for _ in tree.find_all(exp.Table)):
            refused["no_table"] += entry.count
            continue
        group = groups.setdefault(template(tree, catalog.dialect), _Group())
        group.texts[entry.sql] += entry.count
        group.people.add(entry.person)
        group.first = group.first or entry
    frequent = {key: group for key, group in groups.items() if group.texts.total() >= least}
    often = [group for key, group in frequent.items() if not but(key)]
    often.sort(key=lambda g: (-len(g.people) * g.texts.total(), g.texts.most_common(1)[0][0]))
    return Harvest(tuple(_found(g) for g in often[:most]), read, refused, len(groups) - len(frequent))


def _found(group: _Group) -> Found:
    assert group.first is not None
    sql = max(group.texts.items(), key=lambda item: (item[1], item[0]))[0]
    origin = {**group.first.origin, "people": len(group.people - {""}), "texts": len(group.texts)}
    return replace(group.first, sql=sql, person="", count=group.texts.total(), origin=origin)
