from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from catalog_sync.datahub import DataHubSource
from catalog_sync.datahub.client import Client
from catalog_sync.datahub.testing import FakeDataHub, datahub
from catalog_sync.model import Catalog
from tests.catalog_sync.openmetadata.conftest import certificate, expired_certificate

__all__ = ["certificate", "datahub", "expired_certificate"]


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def read(datahub: FakeDataHub, waits: list[float]) -> Callable[..., Catalog]:
    """With pages of two, and waits that are written down instead of waited."""

    def make(server: str, token: str, ca: str) -> Client:
        return Client(server, token, ca, page_size=2, sleep=waits.append)

    def reading(**options: Any) -> Catalog:
        defaults = {"server": datahub.address, "project": "shop", "token": datahub.token, "make_client": make}
        return DataHubSource(**{**defaults, **options}).read()

    return reading
