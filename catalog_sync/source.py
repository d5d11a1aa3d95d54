"""Where the catalogue comes from."""

from __future__ import annotations

from typing import Protocol

from catalog_sync.model import Catalog


class CatalogSource(Protocol):
    """One system that describes tables. Reads all or nothing: a page that failed is an error, never a gap. One that
    reads page by page puts the tables on a `Shelf`, so that they are never all in memory.

    Raises CatalogError.
    """

    @property
    def id(self) -> str:
        """Short and stable ("dbt"); stands in front of the provenance of each field."""

    def read(self) -> Catalog: ...
