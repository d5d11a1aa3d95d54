"""The catalogue from DataHub, over its GraphQL API. Written from the API's public schema, without a live server."""

from catalog_sync.datahub.source import DataHubSource

__all__ = ["DataHubSource"]
