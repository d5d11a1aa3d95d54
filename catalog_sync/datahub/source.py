"""A `CatalogSource` over DataHub: one scroll through its datasets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from backends.warehouse.base import TableName
from catalog_sync.datahub.client import Client, Json
from catalog_sync.datahub.tables import platform_of, table_of
from catalog_sync.model import Catalog, CatalogTable, Term
from catalog_sync.shelf import Shelf
from catalog_sync.texts import plain_text

_DIALECTS = {"mssql": "tsql", "mariadb": "mysql", "glue": "athena", "unity-catalog": "databricks"}
# Not warehouses: their datasets are the warehouse's again, or no tables.
_OTHERS = frozenset({"dbt", "looker", "powerbi", "tableau", "kafka", "s3", "gcs", "airflow", "great-expectations"})


@dataclass(frozen=True)
class DataHubSource:
    """`platforms` are those that hold the warehouse's tables (`snowflake`), () means the only one. `databases` maps
    DataHub's name of a database to the warehouse's, "" for none; `tiers` are tags that are tiers."""

    server: str
    project: str
    token: str = ""
    ca: str = ""
    platforms: tuple[str, ...] = ()
    environment: str = "PROD"
    databases: Mapping[str, str] = field(default_factory=dict)
    tiers: tuple[str, ...] = ()
    progress: Callable[[str, int, int], None] = lambda *_: None
    make_client: Callable[[str, str, str], Client] = Client

    @property
    def id(self) -> str:
        return "datahub"

    def read(self) -> Catalog:
        notes: list[str] = []
        tables, unread = Shelf.of(), list[str]()
        services: dict[TableName, list[str]] = {}
        dialects: Counter[str] = Counter()
        terms: dict[str, Term] = {}
        for page in self.make_client(self.server, self.token, self.ca).datasets(self._filters()):
            found = []
            for row in page:
                if (row.get("status") or {}).get("removed") or not self._is_wanted(str(row.get("urn"))):
                    continue
                table = _tolerantly(row, self.tiers, self.databases)
                if table is None:
                    unread.append(str(row.get("urn")))
                    continue
                found.append(table)
                services.setdefault(table.name, []).append(table.service)
                dialects[_DIALECTS.get(table.service, table.service)] += 1
                terms.update({term.name: term for term in _terms(row)})
            tables.extend(found)
            self.progress("reading", len(tables), 0)
        if unread:
            notes.append(f"{len(unread)} datasets of DataHub can't be read ({unread[0]}, ...): left out")
        tables.drop(_several(services, notes))
        dialect = next((name for name, _ in dialects.most_common(1)), "")
        return Catalog(self.project, dialect, tables, tuple(terms.values()), notes=tuple(notes))

    def _filters(self) -> dict[str, list[str]]:
        platforms = [f"urn:li:dataPlatform:{name}" for name in self.platforms]
        return {"platform": platforms, "origin": [self.environment] if self.environment else []}

    def _is_wanted(self, urn: str) -> bool:
        platform = platform_of(urn)
        return platform in self.platforms if self.platforms else platform not in _OTHERS


def _tolerantly(row: Json, tiers: tuple[str, ...], databases: Mapping[str, str]) -> CatalogTable | None:
    """A row of a shape that nobody foresaw costs that row alone."""
    try:
        return table_of(row, tiers, databases)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return None


def _several(services: Mapping[TableName, list[str]], notes: list[str]) -> list[TableName]:
    """The same table twice: nobody can say which is meant, so none is taken."""
    several = {name: found for name, found in services.items() if len(found) > 1}
    for name, found in sorted(several.items(), key=lambda item: str(item[0])):
        notes.append(
            f"{name} is in DataHub {len(found)} times ({', '.join(sorted(found))}): it is left out; "
            "name the right platform in datahub.platforms"
        )
    return list(several)


def _terms(row: Json) -> list[Term]:
    """Of the dataset and of its fields, as they come with them."""
    fields = (row.get("schemaMetadata") or {}).get("fields") or []
    edited = (row.get("editableSchemaMetadata") or {}).get("editableSchemaFieldInfo") or []
    found = []
    for holder in (row, *fields, *edited):
        for entry in (holder.get("glossaryTerms") or {}).get("terms") or []:
            properties = ((entry or {}).get("term") or {}).get("properties") or {}
            if properties.get("name"):
                found.append(Term(str(properties["name"]), plain_text(properties.get("description"))))
    return found
