"""OpenMetadata as a source of the catalogue. Nothing here imports the official client before it is needed."""

from catalog_sync.openmetadata.source import OpenMetadataSource, Selection

__all__ = ["OpenMetadataSource", "Selection"]
