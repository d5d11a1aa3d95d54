"""The neutral catalogue: what dbt, OpenMetadata or any other source says of the tables, as one record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from backends.warehouse.base import TableName
from catalog_sync.lazy import Lazy, Mapped, Within

if TYPE_CHECKING:
    from catalog_sync.directory import Directory


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`tested` says that a check (a dbt relationships test, a constraint) stands behind it."""

    columns: tuple[str, ...]
    to_table: TableName
    to_columns: tuple[str, ...]
    tested: bool = False
    provenance: str = ""


@dataclass(frozen=True)
class Join:
    """A join that people's queries were seen to make, `count` times. No key: it says nothing of uniqueness."""

    column: str
    to_table: TableName
    to_column: str
    count: int = 0


@dataclass(frozen=True)
class Usage:
    """Queries in the last month, and the share of tables (0 to 100) that are queried less."""

    count: int
    percentile: float = 0.0
    date: str = ""


@dataclass(frozen=True)
class SavedQuery:
    """`people` ran it, `votes` are for it less those against it. Literals may be masked: no evidence of values."""

    sql: str
    name: str = ""
    description: str = ""
    people: int = 0
    votes: int = 0
    seconds: float = 0.0
    date: str = ""


@dataclass(frozen=True)
class Term:
    """An approved word of the business glossary; `name` is its whole name (`Sales.Revenue`)."""

    name: str
    description: str = ""
    synonyms: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


@dataclass(frozen=True)
class Metric:
    """A measure that the business has defined; `expression` is in `language`. `synonyms`: what else it is called."""

    name: str
    description: str = ""
    expression: str = ""
    language: str = ""
    unit: str = ""
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CatalogColumn:
    """`values` is the whole domain when `values_exact`, else examples; never set on a PII column.

    `value_synonyms` maps a stored value to what people call it ("EUROPE" -> "유럽"). `min_value` and
    `max_value` are ISO texts, of date and timestamp columns only, and never set on a PII column either.
    `gaps`: whether there are rows without one, of the same columns; None where nobody looked.
    `withheld` is the policy's reason why nobody may read values of the column, "" where they may.
    `provenance["pii"]` is there when somebody said what the column is, yes or no. `children` are the fields of a
    struct; a struct with a PII field is PII. `terms` are names of glossary terms.
    """

    name: str
    type: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    nullable: bool = True
    pii: bool = False
    withheld: str = ""
    values: tuple[str, ...] = ()
    values_exact: bool = False
    synonyms: tuple[str, ...] = ()
    value_synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    min_value: str = ""
    max_value: str = ""
    gaps: bool | None = None
    children: tuple[CatalogColumn, ...] = ()
    terms: tuple[str, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)
    provenance: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class QuestionView:
    """What a view that was built for questions promises (`meta.dbt_ask.view`)."""

    grain: tuple[str, ...]
    measures: Mapping[str, str]
    additive: tuple[str, ...] = ()
    time_column: str | None = None
    freshness: str = ""
    questions: tuple[str, ...] = ()
    base_tables: tuple[TableName, ...] = ()


@dataclass(frozen=True, slots=True)
class CatalogTable:
    """`provenance` tells, field by field, which source a value came from.

    `upstream` are the relations that it is made from, one step up. `tags_known` is False where a source could
    not be asked for the tags: then nobody knows which columns are PII. `built_at` (ISO, UTC) is when the source
    last saw the data rebuilt, "" where it can't tell. `pii_by_default`: the table is marked as PII as a whole, so
    a column of which nothing is said is PII too. `service` is the catalogue's name of the system that holds the
    table; `domain` is the first of `domains`. `knowledge` is what articles, metrics and terms that hang on it say.
    """

    name: TableName
    kind: str
    unique_id: str
    description: str = ""
    columns: tuple[CatalogColumn, ...] = ()
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    tier: str | None = None
    tags: tuple[str, ...] = ()
    tags_known: bool = True
    pii_by_default: bool = False
    owner: str = ""
    domain: str = ""
    workspace: str = ""
    synonyms: tuple[str, ...] = ()
    view: QuestionView | None = None
    upstream: tuple[TableName, ...] = ()
    built_at: str = ""
    service: str = ""
    certification: str = ""
    domains: tuple[str, ...] = ()
    data_products: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    usage: Usage | None = None
    joins: tuple[Join, ...] = ()
    queries: tuple[SavedQuery, ...] = ()
    knowledge: tuple[str, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)
    provenance: Mapping[str, str] = field(default_factory=dict)

    def column(self, name: str) -> CatalogColumn | None:
        """Without regard to case, as SQL does."""
        folded = name.casefold()
        return next((c for c in self.columns if c.name.casefold() == folded), None)


@dataclass(frozen=True)
class Catalog:
    """All tables that a source knows, before or after the policy. `notes` are for the people who own it.

    `tables` may be `Lazy`: then each is read, and changed, when it is asked for.
    """

    project: str
    dialect: str
    tables: Sequence[CatalogTable]
    terms: tuple[Term, ...] = ()
    metrics: tuple[Metric, ...] = ()
    notes: tuple[str, ...] = ()

    def table(self, name: TableName) -> CatalogTable | None:
        return self.tables.named(name) if isinstance(self.tables, Lazy) else self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[TableName, CatalogTable]:
        return {table.name: table for table in self.tables}

    @cached_property
    def directory(self) -> Directory:
        """Finds names without reading tables."""
        from catalog_sync import directory

        own = self.tables.directory if isinstance(self.tables, Lazy) else None
        return directory.of(self.tables) if own is None else own

    def whole(self, text: str) -> CatalogTable | None:
        """The table that the index and receipts call so: str(TableName)."""
        name = self.directory.whole(text)
        return None if name is None else self.table(name)

    def short(self, text: str) -> CatalogTable | None:
        """The last table that is `schema.name`."""
        name = self.directory.short(text)
        return None if name is None else self.table(name)

    def these(self, names: Iterable[TableName]) -> list[CatalogTable]:
        """Of names that a directory gave; what has gone since is passed over."""
        return [table for name in names if (table := self.table(name)) is not None]

    def views(self) -> list[CatalogTable]:
        """Question views."""
        return self.these(self.directory.views())

    def within(self, domains: frozenset[str]) -> Catalog:
        """As one sees it who may see no other domains."""
        return self.with_tables(Within(self.directory.within(domains), self.table))

    def __iter__(self) -> Iterator[CatalogTable]:
        return iter(self.tables)

    def names(self) -> list[TableName]:
        return self.tables.names() if isinstance(self.tables, Lazy) else [table.name for table in self.tables]

    def with_tables(self, tables: Sequence[CatalogTable]) -> Catalog:
        return replace(self, tables=tables)

    def mapped(
        self, change: Callable[[CatalogTable], CatalogTable], names: Mapping[TableName, TableName] | None = None
    ) -> Catalog:
        """Each table changed; `names` (new -> old) says which of them stay, and what `change` calls them."""
        if isinstance(self.tables, Lazy):
            return self.with_tables(Mapped(self.tables, change, names))
        kept = None if names is None else set(names.values())
        return self.with_tables(tuple(change(t) for t in self.tables if kept is None or t.name in kept))
