"""A small DataHub to test against: its GraphQL API over a few datasets, executed against an excerpt of its schema.

The excerpt (`schema.graphql`) has the types and fields that we ask for, named as in DataHub's public schema. A query
that asks for anything else is refused with a validation error, as the server does. Needs the package graphql-core.
"""

from collections.abc import Iterator

import pytest

from catalog_sync.datahub.testing import payloads
from catalog_sync.datahub.testing.server import FakeDataHub, Quirks


@pytest.fixture
def datahub() -> Iterator[FakeDataHub]:
    """Empty, listening on a port of its own."""
    with FakeDataHub() as server:
        yield server


__all__ = ["FakeDataHub", "Quirks", "datahub", "payloads"]
