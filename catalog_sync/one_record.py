"""Two records of one table as one: each field from one source, and what both say differently is a conflict.

Some fields are not chosen but united: tags, synonyms, keys, upstream tables; and what one source calls PII is PII.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from backends.warehouse.base import TableName
from catalog_sync.errors import PrecedenceUnknown
from catalog_sync.model import CatalogColumn, CatalogTable, ForeignKey

# Who wins where both say something. What is written in the project beside the SQL is reviewed with it; who may see
# and who owns a table is decided in the catalogue, which is "openmetadata" here whatever it is.
PRECEDENCE: Mapping[str, str] = {
    "description": "dbt",
    "primary_key": "dbt",
    "values": "dbt",
    "tier": "openmetadata",
    "owner": "openmetadata",
    "domain": "openmetadata",
}
OPENMETADATA = "openmetadata"
_TABLE_FIELDS = ("description", "primary_key", "tier", "owner", "domain")


@dataclass(frozen=True)
class Conflict:
    """Both sources say something of a field, and not the same. `column` is "" for the table itself."""

    table: TableName
    column: str
    field: str
    said: Mapping[str, str]
    taken: str


@dataclass
class OneRecord:
    """Of dbt's record and that of the catalogue called `name`; the conflicts are found on the way."""

    precedence: Mapping[str, str]
    name: str
    conflicts: list[Conflict] = field(default_factory=list)

    def table(self, dbt: CatalogTable, other: CatalogTable) -> CatalogTable:
        provenance = {**other.provenance, **dbt.provenance}
        chosen: dict[str, Any] = {}
        for name in _TABLE_FIELDS:
            chosen[name], source = self._chosen(dbt, other, name, dbt.name)
            if source:
                provenance[name] = (dbt if source == "dbt" else other).provenance.get(name, source)
        workspace = dbt.workspace if dbt.workspace != dbt.domain else chosen["domain"]
        by_default = dbt.pii_by_default or other.pii_by_default
        return replace(
            other,
            name=dbt.name,
            kind=dbt.kind,
            unique_id=dbt.unique_id,
            columns=self._columns(dbt, other, by_default),
            foreign_keys=_keys(dbt.foreign_keys, other.foreign_keys),
            tags=_united(dbt.tags, other.tags),
            tags_known=dbt.tags_known and other.tags_known,
            pii_by_default=by_default,
            workspace=workspace or other.workspace,
            synonyms=_united(dbt.synonyms, other.synonyms),
            view=dbt.view,
            upstream=_united(dbt.upstream, other.upstream),
            built_at=max(dbt.built_at, other.built_at),
            domains=other.domains or ((chosen["domain"],) if chosen["domain"] else ()),
            meta={**other.meta, **dbt.meta},
            provenance=provenance,
            **chosen,
        )

    def _columns(self, dbt: CatalogTable, other: CatalogTable, by_default: bool) -> tuple[CatalogColumn, ...]:
        """In the project's order; what only the catalogue knows comes after."""
        twins = {c.name: _twin(c, other) for c in dbt.columns}
        taken = {twin.name for twin in twins.values() if twin}
        columns = [self._column(c, twins[c.name], dbt.name) for c in dbt.columns]
        columns += [c for c in other.columns if c.name not in taken]
        return tuple(replace(c, pii=True) if by_default and "pii" not in c.provenance else c for c in columns)

    def _column(self, dbt: CatalogColumn, other: CatalogColumn | None, table: TableName) -> CatalogColumn:
        if other is None:
            return dbt
        provenance = {**other.provenance, **dbt.provenance}
        description, source = self._chosen(dbt, other, "description", table, dbt.name)
        if source:
            provenance["description"] = (dbt if source == "dbt" else other).provenance.get("description", source)
        self._compare_pii(dbt, other, table)
        if other.pii and "pii" in other.provenance:
            provenance["pii"] = other.provenance["pii"]
        valued = self._valued(dbt, other)
        if valued.values:
            provenance["values"] = valued.provenance.get("values", "")
        if not other.nullable and dbt.nullable:
            provenance["nullable"] = other.provenance.get("nullable", self.name)
        return replace(
            dbt,
            type=dbt.type or other.type,
            description=description,
            tags=_united(dbt.tags, other.tags),
            nullable=dbt.nullable and other.nullable,
            pii=dbt.pii or other.pii,
            values=valued.values,
            values_exact=valued.values_exact,
            synonyms=_united(dbt.synonyms, other.synonyms),
            value_synonyms={**other.value_synonyms, **dbt.value_synonyms},
            children=other.children,
            terms=other.terms,
            meta={**other.meta, **dbt.meta},
            provenance=provenance,
        )

    def _valued(self, dbt: CatalogColumn, other: CatalogColumn) -> CatalogColumn:
        """A whole domain before examples; then the source that goes before."""
        preferred = dbt if self.precedence["values"] == "dbt" else other
        second = other if preferred is dbt else dbt
        return max((preferred, second), key=lambda column: (column.values_exact, bool(column.values)))

    def _chosen(self, dbt: Any, other: Any, name: str, table: TableName, column: str = "") -> tuple[Any, str]:
        """The value and the source it came from, "" where neither says anything."""
        said = {"dbt": getattr(dbt, name), self.name: getattr(other, name)}
        if not any(said.values()):
            return said["dbt"], ""
        first = self.precedence[name]
        taken = first if said[first] else next(source for source, value in said.items() if value)
        if all(said.values()) and _plain(said["dbt"]) != _plain(said[self.name]):
            shown = {source: _shown(value) for source, value in said.items()}
            self.conflicts.append(Conflict(table, column, name, shown, taken))
        return said[taken], taken

    def _compare_pii(self, dbt: CatalogColumn, other: CatalogColumn, table: TableName) -> None:
        said = {"dbt": dbt, self.name: other}
        if all("pii" in column.provenance for column in said.values()) and dbt.pii != other.pii:
            shown = {source: "PII" if column.pii else "not PII" for source, column in said.items()}
            taken = next(source for source, column in said.items() if column.pii)
            self.conflicts.append(Conflict(table, dbt.name, "pii", shown, taken))


def checked(precedence: Mapping[str, str], other: str) -> Mapping[str, str]:
    sources = ("dbt", other)
    for name, source in precedence.items():
        if name not in PRECEDENCE:
            raise PrecedenceUnknown(
                f"catalog.precedence has no field {name!r}", hint=f"the fields are {', '.join(PRECEDENCE)}"
            )
        if source not in sources:
            raise PrecedenceUnknown(
                f"catalog.precedence.{name} can't be {source!r}", hint=f"the sources are {', '.join(sources)}"
            )
    defaults = {name: other if source == OPENMETADATA else source for name, source in PRECEDENCE.items()}
    return {**defaults, **precedence}


def _twin(column: CatalogColumn, table: CatalogTable) -> CatalogColumn | None:
    exact = next((c for c in table.columns if c.name == column.name), None)
    return exact or table.column(column.name)


def _keys(dbt: tuple[ForeignKey, ...], other: tuple[ForeignKey, ...]) -> tuple[ForeignKey, ...]:
    known = {(_folded(key.columns), key.to_table) for key in dbt}
    return (*dbt, *(key for key in other if (_folded(key.columns), key.to_table) not in known))


def _united(one: tuple[Any, ...], other: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys((*one, *other)))


def _folded(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name.casefold() for name in names)


def _plain(value: Any) -> Any:
    """What must differ to be a conflict: not blanks, not case."""
    return " ".join(value.casefold().split()) if isinstance(value, str) else _folded(value)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else ", ".join(value)
