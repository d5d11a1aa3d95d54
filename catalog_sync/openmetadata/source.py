"""A `CatalogSource` over an OpenMetadata server: one sweep of all tables, then the details of those that count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from backends.warehouse.base import TableName
from catalog_sync import policy as policies
from catalog_sync.errors import SourceRefused, SourceUnreadable
from catalog_sync.model import Catalog, CatalogTable, Metric, Term
from catalog_sync.openmetadata.columns import Glossary, Row, synonyms_of, tag_names
from catalog_sync.openmetadata.connection import Connection, connect
from catalog_sync.openmetadata.details import Detail, Details
from catalog_sync.openmetadata.rest import Rest
from catalog_sync.openmetadata.tables import Rules, dialect_of, table_of
from catalog_sync.pii import is_pii
from catalog_sync.policy import Policy
from catalog_sync.shelf import Shelf
from catalog_sync.texts import plain_text

# A server refuses a list whose fields it does not know: newest first, then what every server has.
_FIELDS = (
    "columns,tags,owners,domains,dataProducts,tableConstraints,usageSummary,joins,dataModel,extension,lifeCycle,certification",
    "columns,tags,owner,domain,tableConstraints,usageSummary,joins,dataModel,extension",
    "columns,tags,tableConstraints",
)
_NOT_APPROVED = frozenset({"draft", "in review", "rejected", "deprecated"})
DETAILS: tuple[Detail, ...] = ("context", "profiles", "lineage", "queries")


@dataclass(frozen=True)
class Selection:
    """`services` are those that hold the warehouse's tables, () means the only one. `databases` maps
    OpenMetadata's name of a database to the warehouse's, "" for none."""

    services: tuple[str, ...] = ()
    databases: Mapping[str, str] = field(default_factory=dict)
    details: tuple[Detail, ...] = DETAILS


@dataclass(frozen=True)
class OpenMetadataSource:
    """`server` is the `openMetadataServerConfig` block; `policy` says of which tables details are asked."""

    server: Mapping[str, Any]
    policy: Policy
    project: str
    selection: Selection = Selection()
    token: str = ""
    progress: Callable[[str, int, int], None] = lambda *_: None
    make_rest: Callable[[Connection], Rest] = Rest

    @property
    def id(self) -> str:
        return "openmetadata"

    def read(self) -> Catalog:
        connection = connect(self.server, self.token)
        sweep = _Sweep(self, self.make_rest(connection))
        catalog = sweep.catalog()
        notes = (*((connection.note,) if connection.note else ()), *catalog.notes)
        return replace(catalog, notes=notes)


class _Sweep:
    """One reading of one server."""

    def __init__(self, source: OpenMetadataSource, rest: Rest) -> None:
        self._source = source
        self._rest = rest
        self._notes: list[str] = []
        self._ids: dict[TableName, str] = {}
        self._services: dict[TableName, set[str]] = {}
        self._dialects: Counter[str] = Counter()

    def catalog(self) -> Catalog:
        glossary = self._glossary()
        tables = Shelf.of(self._tables(glossary))
        tables.drop(self._several())
        dialect = next((name for name, _ in self._dialects.most_common(1)), "")
        found = Catalog(self._source.project, dialect, tables, tuple(glossary.terms.values()), self._metrics())
        return replace(self._detailed(found, glossary), notes=tuple(self._notes))

    def _tables(self, glossary: Glossary) -> Iterator[CatalogTable]:
        chosen = self._source.selection
        rules = Rules(chosen.databases, self._source.policy.tiers)
        unread: list[str] = []
        for page in self._rest.pages("/tables", {"fields": self._fields(), "include": "non-deleted"}):
            for row in page:
                table = _tolerantly(row, glossary, rules)
                if table is None:
                    unread.append(str(row.get("fullyQualifiedName")))
                elif not row.get("deleted") and (not chosen.services or table.service in chosen.services):
                    self._ids[table.name] = str(row.get("id"))
                    self._services.setdefault(table.name, set()).add(table.service)
                    self._dialects[dialect_of(row)] += 1
                    yield table
            self._source.progress("reading", len(self._ids), 0)
        if unread:
            self._notes.append(f"{len(unread)} tables of OpenMetadata can't be read ({unread[0]}, ...): left out")

    def _fields(self) -> str:
        for fields in _FIELDS[:-1]:
            try:
                self._rest.get("/tables", {"limit": 1, "fields": fields})
                return fields
            except SourceUnreadable as error:
                if error.status != 400:
                    raise
        return _FIELDS[-1]

    def _several(self) -> list[TableName]:
        """The same table in several services: nobody can say which is meant, so none is taken."""
        several = {name: services for name, services in self._services.items() if len(services) > 1}
        for name, services in sorted(several.items(), key=lambda item: str(item[0])):
            self._notes.append(
                f"{name} is in several services of OpenMetadata ({', '.join(sorted(services))}): it is left out; "
                "name the right one in openmetadata.services"
            )
        return list(several)

    def _detailed(self, catalog: Catalog, glossary: Glossary) -> Catalog:
        chosen = self._source.selection
        decisions, _ = policies.decide(self._source.policy, catalog)
        kept = {decision.table for decision in decisions if decision.kept}
        if not chosen.details or not kept:
            return catalog
        details = Details(self._rest, chosen.details, glossary, chosen.databases)
        found = Shelf.of(self._added(catalog, kept, details))
        self._notes += details.notes
        return catalog.with_tables(found)

    def _added(self, catalog: Catalog, kept: Collection[TableName], details: Details) -> Iterator[CatalogTable]:
        done = 0
        for table in catalog:
            if table.name in kept:
                table = details.added(table, self._ids[table.name], catalog.dialect)
                done += 1
                self._source.progress("details", done, len(kept))
            yield table

    def _glossary(self) -> Glossary:
        try:
            if self._rest.get("/glossaryTerms", {"limit": 1}) is None:
                return Glossary()
            rows = [row for page in self._rest.pages("/glossaryTerms", {"fields": "tags,relatedTerms"}) for row in page]
        except SourceRefused as error:
            self._notes.append(f"{error.message}: tables whose columns have glossary terms give no values")
            return Glossary(readable=False)
        terms = [_term(row) for row in rows if str(_status(row)).casefold() not in _NOT_APPROVED]
        pii = {str(row.get("fullyQualifiedName")) for row in rows if is_pii(tag_names(row))}
        return Glossary({term.name: term for term in terms if term.name}, frozenset(pii))

    def _metrics(self) -> tuple[Metric, ...]:
        try:
            rows = [row for page in self._rest.pages("/metrics") for row in page]
        except (SourceRefused, SourceUnreadable) as error:
            self._notes.append(f"metrics of OpenMetadata are left out: {error.message}")
            return ()
        return tuple(_metric(row) for row in rows if str(_status(row)).casefold() not in _NOT_APPROVED)


def _tolerantly(row: Row, glossary: Glossary, rules: Rules) -> CatalogTable | None:
    """A row of a shape that nobody foresaw costs that row alone."""
    try:
        return table_of(row, glossary, rules)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _term(row: Row) -> Term:
    related = (str(reference.get("fullyQualifiedName") or "") for reference in row.get("relatedTerms") or [])
    synonyms = (*synonyms_of(row, Glossary()), *(str(word) for word in row.get("synonyms") or ()))
    return Term(
        name=str(row.get("fullyQualifiedName") or ""),
        description=plain_text(row.get("description")),
        synonyms=tuple(dict.fromkeys(synonyms)),
        related=tuple(dict.fromkeys(name for name in related if name)),
    )


def _metric(row: Row) -> Metric:
    expression = row.get("metricExpression") or {}
    name = str(row.get("name") or "")
    return Metric(
        name=str(row.get("displayName") or name),
        description=plain_text(row.get("description")),
        expression=str(expression.get("code") or ""),
        language=str(expression.get("language") or ""),
        unit=str(row.get("customUnitOfMeasurement") or row.get("unitOfMeasurement") or ""),
        synonyms=(name.replace("_", " "),) if name else (),
    )


def _status(row: Row) -> object:
    return row.get("entityStatus") or row.get("status") or ""
