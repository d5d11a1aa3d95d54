"""A faithful OpenMetadata to test against, without its server.

    from catalog_sync.openmetadata.testing import openmetadata  # a pytest fixture

    def test_something(openmetadata: FakeOpenMetadata) -> None:
        openmetadata.add(payloads.table("prod.shop.main.orders", [payloads.column("id")]))
        client = OpenMetadata(...hostPort=openmetadata.host_port...)

Every payload passes the models of the official client, which drives it in our own tests. What real servers were
seen to do besides answering is a switch of `Quirks`.
"""

from collections.abc import Iterator

import pytest

from catalog_sync.openmetadata.testing import payloads
from catalog_sync.openmetadata.testing.quirks import Quirks
from catalog_sync.openmetadata.testing.server import FakeOpenMetadata


@pytest.fixture
def openmetadata() -> Iterator[FakeOpenMetadata]:
    """Empty, listening on a port of its own."""
    with FakeOpenMetadata() as server:
        yield server


__all__ = ["FakeOpenMetadata", "Quirks", "openmetadata", "payloads"]
