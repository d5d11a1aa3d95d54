"""Errors of the catalogue.

CatalogError
├── ArtifactMissing     the project was never parsed: no manifest.json
├── ArtifactUnreadable  the file is there but is no manifest, or is cut off
├── CatalogMissing      nothing was synced yet
├── CatalogUnreadable   catalog.json is damaged or written by another version
├── NothingToSync       the source, or the warehouse, has none of the tables; nothing was changed
├── SyncRunning         another process syncs this project (transient)
├── OtherProject        the index holds the tables of another dbt project
└── MetaInvalid         `meta.dbt_ask` or `meta.openmetadata` of a model says something that can't be read
"""

from __future__ import annotations

from backends.errors import AskError


class CatalogError(AskError):
    pass


class ArtifactMissing(CatalogError):
    pass


class ArtifactUnreadable(CatalogError):
    pass


class CatalogMissing(CatalogError):
    pass


class CatalogUnreadable(CatalogError):
    pass


class NothingToSync(CatalogError):
    pass


class SyncRunning(CatalogError):
    transient = True


class OtherProject(CatalogError):
    pass


class MetaInvalid(CatalogError):
    def __init__(self, where: str, message: str, *, hint: str = "") -> None:
        super().__init__(f"{where}: {message}", hint=hint, where=where)
        self.where = where
