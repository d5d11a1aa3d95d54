"""A base table together with its parents: what can be joined over the keys without adding a row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from backends.vectors.korean import has_hangul
from backends.vectors.tokens import terms
from backends.warehouse.base import TableName
from catalog_sync.documents import words
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable, ForeignKey
from catalog_sync.times import owner_of_lines
from plugin.generator import tables
from plugin.generator.ask import ValueHit
from plugin.generator.bilingual.glossary import glossary
from plugin.generator.generate.plan.names.lexicon import KOREAN_NUMBER, is_general_name, is_whole_name
from plugin.generator.generate.plan.names.naming import noun_of, role

MAX_JOINS = 3
_NUMBERS = ("code", "no", "number", "num")
_SCORES = frozenset(("rating", "score", "grade"))
_TEXTS = ("VARCHAR", "TEXT", "CHAR", "STRING")
_BARE = ("name", "title", "label", "description", "code", "type", "status")


@dataclass(frozen=True)
class Join:
    """`alias` is joined to `child` (an alias too, "" for the base table) over `key`."""

    alias: str
    parent: CatalogTable
    child: str
    key: ForeignKey


@dataclass(frozen=True)
class Home:
    """What a column is of: how one calls it, and the joins on the way to it, by their aliases."""

    names: frozenset[str] = frozenset()
    way: tuple[str, ...] = ()

    def is_called(self, term: str) -> bool:
        """Korean names are read for a Korean word alone, since that loads a dictionary."""
        korean = has_hangul(term)
        said = (name for name in self.names if has_hangul(name) == korean)
        return any(is_name(term, terms(name) or (name,)) for name in said)


@dataclass(frozen=True)
class Wide:
    """`table`: the base table with its parents' columns under names of their own; `columns`: such a name -> where it
    is; a column of the base table stands in neither mapping. `homes` tells columns apart that are called the same.
    `derived`: a column that is made of another (weekdays.py), or of two (lasting.py)."""

    base: CatalogTable
    table: CatalogTable
    columns: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    joins: Mapping[str, Join] = field(default_factory=dict)
    homes: Mapping[str, Home] = field(default_factory=dict)
    derived: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def values(self, hits: Sequence[ValueHit]) -> tuple[ValueHit, ...]:
        """As hits of the one wide table."""
        own = [h for h in hits if h.table == str(self.base.name)]
        places: dict[tuple[str, str], list[str]] = {}
        for name, (alias, column) in self.columns.items():
            places.setdefault((str(self.joins[alias].parent.name), column), []).append(name)
        for hit in hits:
            for name in places.get((hit.table, hit.column), ()):
                own.append(replace(hit, table=str(self.base.name), column=name))
        return tuple(own)

    def path(self, alias: str) -> list[Join]:
        """The joins that bring an alias in, the first one first."""
        found: list[Join] = []
        while alias:
            found.append(self.joins[alias])
            alias = self.joins[alias].child
        return found[::-1]


def narrow(table: CatalogTable, catalog: Catalog) -> Wide:
    """The table alone. The keys of a view have the words of the tables that they are of."""
    if table.view is None:
        own = replace(table, columns=tuple(_no_rows(c, table, catalog) for c in table.columns))
        return Wide(table, own)
    find, workspace = catalog.directory, table.workspace

    def read(name: TableName | None) -> CatalogTable | None:
        return catalog.table(name) if name is not None else None

    def of_noun(word: str) -> CatalogTable | None:
        return read(find.owner_of_noun(workspace, word))

    owned = (
        replace(
            c,
            synonyms=(
                *c.synonyms,
                *_owned(read(find.owner(workspace, c.name))),
                *(_owned(of_noun(words(c.name).split()[-1])) if _ends_in_noun(c, table) else ()),
            ),
        )
        for c in table.columns
    )
    columns = _each_its_own(tuple(owned), table)
    first = {c.name: of_noun(words(c.name).split()[0]) for c in table.columns}
    homes = {name: Home(_spoken(owner)) for name, owner in first.items() if owner}
    return Wide(table, replace(table, columns=columns), homes=homes)


def _each_its_own(columns: tuple[CatalogColumn, ...], table: CatalogTable) -> tuple[CatalogColumn, ...]:
    """지역 that nations are called too is the `supplier_region` beside the `supplier_nation`, as its English says."""
    own = {c.name: c.synonyms for c in table.columns}
    texts = [c for c in columns if c.type.upper().startswith(_TEXTS)]
    last = {c.name: words(c.name).split()[-1] for c in texts}
    moved: dict[str, str] = {}
    for column in texts:
        for said in (s for s in column.synonyms if has_hangul(s) and s not in own[column.name]):
            others = [n for n, word in last.items() if n != column.name and word in glossary().get(said, ())]
            if len(others) == 1 and last[column.name] not in glossary().get(said, ()):
                moved[said] = others[0]
    return (
        tuple(
            replace(
                c,
                synonyms=(
                    *(s for s in c.synonyms if s in own[c.name] or s not in moved),
                    *(said for said, name in moved.items() if name == c.name and said not in c.synonyms),
                ),
            )
            for c in columns
        )
        if moved
        else columns
    )


def is_name(term: str, words: Iterable[str]) -> bool:
    """One of the words, or a part of a Korean one."""
    return any(term == word or (not word.isascii() and term in word) for word in words)


def _spoken(*owners: CatalogTable) -> frozenset[str]:
    """How one calls what the tables hold."""
    return frozenset(name for o in owners for name in (noun_of(o), *o.synonyms))


def _ends_in_noun(column: CatalogColumn, table: CatalogTable) -> bool:
    """`customer_nation` has the words of the table of nations, where no other column ends so."""
    last = words(column.name).split()[-1]
    ends = [words(c.name).split()[-1] for c in table.columns]
    is_text = column.type.upper().startswith(_TEXTS)
    return is_text and ends.count(last) == 1


def _owned(owner: CatalogTable | None) -> tuple[str, ...]:
    return owner.synonyms if owner else ()


def widened(table: CatalogTable, catalog: Catalog, question: str = "", *, two_days: bool = False) -> Wide:
    """With the parents up to three keys away. Of a parent that is reached twice, the one that
    is a key away has its columns as they are called, the others have the key's name before them. Where rows have dates
    of their own, or a parent has the day on which they came, the only other dates of parents are those that the
    question speaks of: lines "ordered in 1998"; beside one of their own where it is of `two_days`."""
    joins = {join.alias: join for join in _joins(table, catalog)}
    columns: dict[str, tuple[str, str]] = {}
    added: list[CatalogColumn] = []
    own_columns = {c.name for c in table.columns}
    taken = Counter(own_columns)
    offered = [
        (_name(join, column, joins), join, column) for join, column in _offered(table, joins, question, two_days)
    ]
    offered = [(name if name not in taken else f"{j.alias}_{name}", j, column) for name, j, column in offered]
    plain = {_by_way(name, j, joins) for name, j, _ in offered if j.child and _is_nearest(j, joins)}
    offered = [(name, j, column) for name, j, column in offered if name not in plain or _is_nearest(j, joins)]
    taken.update(name for name, _, _ in offered)
    lengths: dict[str, list[int]] = defaultdict(list)
    for name, join, _ in offered:
        lengths[name].append(_length(join, joins))
    unclear = {name for name, found in lengths.items() if found.count(min(found)) > 1}
    for name, join, column in offered:
        if column.name in unclear and name != column.name:
            continue  # the city of the home branch, where customers and branches have one each
        nearest = _length(join, joins) == min(lengths[name]) and lengths[name].count(min(lengths[name])) == 1
        if taken[name] == 1 or (nearest and name not in own_columns):
            columns[name] = (join.alias, column.name)
            by_key = _by_key(join, column, _is_nearest(join, joins))
            spoken = column.synonyms if column.name not in own_columns else ()  # the table's own goes before it
            added.append(replace(column, name=name, synonyms=(*spoken, *by_key)))
    own = [_with_noun(c, table, catalog) for c in table.columns]
    wide = replace(table, columns=(*own, *added))
    whole = Wide(table, wide, columns, joins)
    paths = {alias: whole.path(alias) for alias in joins}
    homes = {
        n: Home(_spoken(*(j.parent for j in paths[a])), tuple(j.alias for j in paths[a]))
        for n, (a, _) in columns.items()
    }
    return replace(whole, homes=homes)


def _offered(
    table: CatalogTable, joins: Mapping[str, Join], question: str, two_days: bool
) -> Iterator[tuple[Join, CatalogColumn]]:
    """What parents add, of their dates those that may be meant."""
    times = [c for c in table.columns if tables.is_time(c)]
    said = tables.done(question) if has_hangul(question) else set(terms(question))
    said = said if two_days or not any(tables.deeds(c, question) & set(terms(question)) for c in times) else set()
    is_of_owner = bool(owner_of_lines(table)) and tables.event_time(table) is None
    first = _first_time(joins.values()) if not times or is_of_owner else None
    for join in joins.values():
        for column in join.parent.columns:
            is_other = (times or first) and tables.is_time(column) and column is not first
            is_other = is_other and not (two_days and not join.child and _is_moment(column))
            if _is_worth(column, join.parent) and not (is_other and not tables.deeds(column, question) & said):
                yield join, _with_beginning(column, join) if two_days else column


def _with_beginning(column: CatalogColumn, join: Join) -> CatalogColumn:
    """ "From order to delivery": from the first moment of the order that a delivery is of."""
    first = next((c for c in join.parent.columns if _is_moment(c) and not c.pii), None)
    is_first = not join.child and first is not None and column.name == first.name
    return replace(column, synonyms=(*column.synonyms, noun_of(join.parent))) if is_first else column


def _is_moment(column: CatalogColumn) -> bool:
    return column.type.upper().startswith(("TIMESTAMP", "DATETIME"))


def _first_time(joins: Iterable[Join]) -> CatalogColumn | None:
    """Of rows without a date: that of the one thing that happened a key away, the order of a line, not the birth of its
    customer."""
    near = [tables.event_time(join.parent) for join in joins if not join.child]
    found = [column for column in near if column is not None and not tables.is_beginning(column)]
    return found[0] if len(found) == 1 else None


def _no_rows(column: CatalogColumn, table: CatalogTable, catalog: Catalog) -> CatalogColumn:
    """A `delivery_rating` is not called a delivery, where there are deliveries."""
    if words(column.name).split()[-1] not in _SCORES:
        return column
    rows = (s for s in column.synonyms if s.isascii() and catalog.directory.of_noun(table.workspace, s))
    gone = frozenset(rows)
    return replace(column, synonyms=tuple(s for s in column.synonyms if s not in gone)) if gone else column


def _with_noun(column: CatalogColumn, table: CatalogTable, catalog: Catalog) -> CatalogColumn:
    """A key is the number of its parent, and stands for one whose names may not be shown."""
    column = _no_rows(column, table, catalog)
    key = next((k for k in table.foreign_keys if k.columns == (column.name,)), None)
    parent = catalog.table(key.to_table) if key else None
    if parent is None:
        return column
    spoken = [f"{synonym} {KOREAN_NUMBER}" for synonym in parent.synonyms if has_hangul(synonym)]
    if not (_is_named(parent) or any(_is_number(c, parent) for c in parent.columns)):
        spoken += (words(column.name.removesuffix("_id")), *parent.synonyms)
    return replace(column, synonyms=(*column.synonyms, *spoken))


def _joins(table: CatalogTable, catalog: Catalog) -> Iterator[Join]:
    queue: list[tuple[str, CatalogTable, int]] = [("", table, 0)]
    used: set[str] = set()
    while queue:
        child, here, depth = queue.pop(0)
        for key in here.foreign_keys if depth < MAX_JOINS else ():
            parent = catalog.table(key.to_table)
            if parent is None or parent.name == table.name or parent.name == here.name:
                continue
            alias = parent.name.name
            if alias in used:
                alias = f"{_prefix(key, child)}_{alias}"
            if alias not in used:
                used.add(alias)
                yield Join(alias, parent, child, key)
                queue.append((alias, parent, depth + 1))


def _prefix(key: ForeignKey, child: str) -> str:
    own = key.columns[0].removesuffix("_id")
    return f"{child}_{own}" if child else own


def _name(join: Join, column: CatalogColumn, joins: Mapping[str, Join]) -> str:
    bare = column.name.casefold() in _BARE or is_whole_name(column.name)
    bare = bare and column.name.casefold() != noun_of(join.parent)  # the title of titles
    name = f"{noun_of(join.parent).replace(' ', '_')}_{column.name}" if bare else column.name
    return name if _is_nearest(join, joins) else _by_way(name, join, joins)


def _by_way(name: str, join: Join, joins: Mapping[str, Join]) -> str:
    via = joins[join.child].key if join.child else join.key
    return f"{via.columns[0].removesuffix('_id')}_{name}"


def _length(join: Join, joins: Mapping[str, Join]) -> int:
    """In keys, from the base table."""
    return 1 + (_length(joins[join.child], joins) if join.child else 0)


def _is_nearest(join: Join, joins: Mapping[str, Join]) -> bool:
    """Its parent is reached by no other key, or by no other of the table itself; or it is the one that is called as the
    parent's rows: the employee of `employee_id`, where there is a `reviewer_id` too."""
    same = [other for other in joins.values() if other.parent.name == join.parent.name]
    own = [other for other in same if not other.child]
    if len(same) == 1 or own == [join]:
        return True
    if join.child:
        plain = [other for other in same if other.child and _is_nearest(joins[other.child], joins)]
        return not own and plain == [join]
    return [other for other in own if _is_called_after_rows(other)] == [join]


def _is_called_after_rows(join: Join) -> bool:
    return words(join.key.columns[0].removesuffix("_id")) == noun_of(join.parent)


def _by_key(join: Join, column: CatalogColumn, nearest: bool) -> tuple[str, ...]:
    """The name of a store that `home_store_id` leads to is the home store; that of class types, `class_name`, is the
    class type."""
    spelled = words(column.name).split()
    if spelled[-1] != "name" and not _is_number(column, join.parent):
        return ()
    noun, own = words(join.key.columns[0].removesuffix("_id")), noun_of(join.parent)
    whose = " ".join(spelled[:-1])
    if is_general_name(column.name, join.parent):
        return (noun, *join.parent.synonyms) if nearest else (noun,)  # by it one tells customers apart
    whole = (own,) if " " in own and whose != own and own.startswith(whose) else ()
    called = tuple(s for s in join.parent.synonyms if not has_hangul(s)) if nearest and whose in ("", own) else ()
    if spelled[-1] != "name":
        return (own, *called)  # the code of machines is what "which machine" asks for
    return (noun, *whole, *called) if noun != own else (*whole, *called)


def _is_named(table: CatalogTable) -> bool:
    return any(words(c.name).split()[-1] in _BARE[:2] and not c.pii for c in table.columns)


def _is_number(column: CatalogColumn, table: CatalogTable) -> bool:
    """`machine_code`, where nothing is a name: what machines are told apart by in speech."""
    *whose, last = words(column.name).split()
    is_own = last in _NUMBERS and " ".join(whose) == noun_of(table) and not column.pii
    return is_own and not any(words(c.name) in ("name", f"{noun_of(table)} name") for c in table.columns)


def _is_worth(column: CatalogColumn, parent: CatalogTable) -> bool:
    """What one groups and filters by; a parent's figures would be counted once for each child."""
    return not (column.pii or words(column.name).split()[-1] == "id" or role(column, parent) == "measure")
