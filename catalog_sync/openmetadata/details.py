"""What must be asked table by table: the AI context, profiles, sample rows, lineage, queries. One request each, so only
for tables that people may ask about. Where there is a context, it stands for profile and lineage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from backends.warehouse.base import TableName
from catalog_sync.errors import SourceRefused, SourceUnreadable
from catalog_sync.model import CatalogTable, SavedQuery
from catalog_sync.openmetadata import columns as cols
from catalog_sync.openmetadata.columns import Glossary, Row
from catalog_sync.openmetadata.context import with_context
from catalog_sync.openmetadata.names import table_fqn
from catalog_sync.openmetadata.rest import Rest
from catalog_sync.texts import plain_text

Detail = Literal["context", "profiles", "samples", "lineage", "queries"]
_MOST_QUERIES = 50
_OF_CONTEXT = frozenset({"profiles", "lineage"})


@dataclass
class Details:
    """Adds to one table after the other. What the bot may not read is noted once and not asked for again."""

    rest: Rest
    wanted: tuple[Detail, ...]
    glossary: Glossary
    databases: Mapping[str, str]
    notes: list[str] = field(default_factory=list)
    _refused: set[Detail] = field(default_factory=set)
    _in_context: bool = False

    def added(self, table: CatalogTable, entity: str, dialect: str) -> CatalogTable:
        self._in_context = False
        ways: dict[Detail, Callable[[CatalogTable], CatalogTable]] = {
            "context": lambda table: self._with_context(table, entity),
            "profiles": self._profiled,
            "samples": lambda table: self._sampled(table, entity),
            "lineage": self._traced,
            "queries": lambda table: self._queried(table, entity, dialect),
        }
        for detail in sorted(self.wanted, key=lambda detail: detail != "context"):
            if detail not in self._refused and not (self._in_context and detail in _OF_CONTEXT):
                try:
                    table = ways[detail](table)
                except (SourceRefused, SourceUnreadable) as error:
                    self._refused.add(detail)
                    self.notes.append(f"{detail} of OpenMetadata are left out: {error.message}")
        return table

    def _with_context(self, table: CatalogTable, entity: str) -> CatalogTable:
        """Servers before 2.x have none, and are not asked again."""
        found = self.rest.get(f"/tables/{entity}/context", {"format": "json"})
        if found is None:
            self._refused.add("context")
            return table
        self._in_context = True
        return with_context(table, found, self.databases)

    def _profiled(self, table: CatalogTable) -> CatalogTable:
        path = f"/tables/{self.rest.name(table.unique_id)}/tableProfile/latest"
        found = self.rest.get(path, {"includeColumnProfile": "true"})
        if not found:
            return table
        profiled = {
            column.name.casefold(): column
            for column in cols.columns(found, self.glossary, pii_by_default=table.pii_by_default)
        }
        columns = (cols.with_values_of(c, profiled.get(c.name.casefold())) for c in table.columns)
        return replace(table, columns=tuple(columns))

    def _sampled(self, table: CatalogTable, entity: str) -> CatalogTable:
        data = (self.rest.get(f"/tables/{entity}/sampleData") or {}).get("sampleData") or {}
        names, rows = data.get("columns") or [], data.get("rows") or []
        seen: dict[str, list[object]] = {}
        for row in rows:
            for name, value in zip(names, row, strict=False):
                seen.setdefault(str(name).casefold(), []).append(value)
        columns = (cols.with_examples(c, seen.get(c.name.casefold(), [])) for c in table.columns)
        return replace(table, columns=tuple(columns))

    def _traced(self, table: CatalogTable) -> CatalogTable:
        path = f"/lineage/table/name/{self.rest.name(table.unique_id)}"
        found = self.rest.get(path, {"upstreamDepth": 1, "downstreamDepth": 0}) or {}
        upstream = dict.fromkeys((*table.upstream, *self._parents(found)))
        upstream.pop(table.name, None)
        return replace(table, upstream=tuple(upstream))

    def _parents(self, lineage: Row) -> Iterator[TableName]:
        nodes = {str(node.get("id")): node for node in lineage.get("nodes") or []}
        for edge in lineage.get("upstreamEdges") or []:
            end = edge.get("fromEntity")
            node = nodes.get(str(end.get("id") if isinstance(end, Mapping) else end)) or {}
            name = table_fqn(str(node.get("fullyQualifiedName") or ""), self.databases)
            if name and node.get("type", "table") == "table":
                yield name.table

    def _queried(self, table: CatalogTable, entity: str, dialect: str) -> CatalogTable:
        params = {"entityId": entity, "fields": "users,votes,queryUsedIn"}
        rows = [row for page in self.rest.pages("/queries", params) for row in page]
        found = [query for row in rows if (query := _query(row, dialect))]
        found.sort(key=lambda query: (query.votes, query.people, query.date), reverse=True)
        return replace(table, queries=tuple(found[:_MOST_QUERIES]))


def _query(row: Row, dialect: str) -> SavedQuery | None:
    sql = masked(str(row.get("query") or ""), dialect)
    if not sql:
        return None
    votes = row.get("votes") or {}
    people = {str(user) for user in (*(row.get("users") or ()), *(row.get("usedBy") or ()))}
    return SavedQuery(
        sql=sql,
        name=plain_text(row.get("displayName")),
        description=plain_text(row.get("description")),
        people=len(people),
        votes=int(votes.get("upVotes") or 0) - int(votes.get("downVotes") or 0),
        seconds=float(row.get("duration") or 0) / 1000,
        date=str(row.get("queryDate") or ""),
    )


def masked(sql: str, dialect: str) -> str:
    """With `'?'` and 0 for every literal: people's data stands in the queries that look for it. "" if it can't be
    parsed."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    def mask(node: exp.Expression) -> exp.Expression:
        if not isinstance(node, exp.Literal):
            return node
        return exp.Literal.string("?") if node.is_string else exp.Literal.number(0)

    try:
        tree = sqlglot.parse_one(sql, read=dialect or None)
        return str(tree.transform(mask).sql(dialect=dialect or None, comments=False))
    except (SqlglotError, ValueError, RecursionError):
        return ""
