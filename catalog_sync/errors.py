"""Errors of the catalogue.

CatalogError
├── ArtifactMissing     the project was never parsed: no manifest.json
├── ArtifactUnreadable  the file is there but is no manifest, or is cut off
├── CatalogMissing      nothing was synced yet
├── CatalogUnreadable   catalog.db is damaged, can't be written, or is another version's
├── NothingToSync       the source, or the warehouse, has none of the tables; nothing was changed
├── TooManyGone         more tables vanished at once than a guard allows; nothing was deleted
├── SyncRunning         another process syncs this project (transient)
├── SourceUnavailable   the catalogue server did not answer, or said "later" (transient)
├── SourceRefused       it does not accept the token, or the bot may not read
├── SourceUnreadable    what answers there is no catalogue: a web page, another API, another version
├── SourceIncomplete    a page failed or the totals don't add up; nothing was changed (transient)
├── SourceStale         what was to be changed there has been changed by somebody else
├── PrecedenceUnknown   catalog.precedence names a field or a source that there is not
├── TableUnknown        no table, or more than one, has the name that was asked for
├── OtherProject        the index holds the tables of another dbt project
├── YamlNotEditable     a YAML file can't be changed without changing something else
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


class TooManyGone(CatalogError):
    pass


class SyncRunning(CatalogError):
    transient = True


class SourceUnavailable(CatalogError):
    transient = True


class SourceRefused(CatalogError):
    pass


class SourceUnreadable(CatalogError):
    """`status` is that of HTTP, 0 where none came."""

    def __init__(self, message: str, *, hint: str = "", status: int = 0) -> None:
        super().__init__(message, hint=hint, status=status)
        self.status = status


class SourceIncomplete(CatalogError):
    transient = True


class SourceStale(CatalogError):
    pass


class PrecedenceUnknown(CatalogError):
    pass


class TableUnknown(CatalogError):
    pass


class OtherProject(CatalogError):
    pass


class YamlNotEditable(CatalogError):
    pass


class MetaInvalid(CatalogError):
    def __init__(self, where: str, message: str, *, hint: str = "") -> None:
        super().__init__(f"{where}: {message}", hint=hint, where=where)
        self.where = where
