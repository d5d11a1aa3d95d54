"""What every source of a catalogue keeps to. Read-only, so it runs against a live server too:

OM_HOST=https://host/api OM_TOKEN=... python -m pytest tests/contract/test_catalog_source.py
DATAHUB_GMS_URL=https://host:8080 DATAHUB_GMS_TOKEN=... python -m pytest tests/contract/test_catalog_source.py
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from catalog_sync import store
from catalog_sync.datahub import DataHubSource
from catalog_sync.datahub import testing as datahub_testing
from catalog_sync.datahub.testing import FakeDataHub, datahub
from catalog_sync.dbt_artifacts import DbtArtifacts
from catalog_sync.openmetadata import OpenMetadataSource, Selection
from catalog_sync.openmetadata.testing import FakeOpenMetadata, openmetadata, payloads
from catalog_sync.policy import Policy, apply
from catalog_sync.source import CatalogSource
from tests.catalog_sync.conftest import built

__all__ = ["built", "datahub", "openmetadata"]

LIVE = "live OpenMetadata"


def dbt(request: pytest.FixtureRequest) -> CatalogSource:
    project: Path = request.getfixturevalue("built")
    return DbtArtifacts(project)


def fake(request: pytest.FixtureRequest) -> CatalogSource:
    server: FakeOpenMetadata = request.getfixturevalue("openmetadata")
    project: Path = request.getfixturevalue("built")
    for table in DbtArtifacts(project).read():
        server.add(payloads.from_catalog(table, "tiny"))
    return OpenMetadataSource(server.block, Policy(), "tiny")


def live(_request: pytest.FixtureRequest) -> CatalogSource:
    host = os.environ.get("OM_HOST")
    if not host:
        pytest.skip("OM_HOST is not set")
    policy = Policy(tiers=tuple(os.environ.get("OM_TIERS", "Tier.Tier1").split(",")))
    services = tuple(filter(None, os.environ.get("OM_SERVICES", "").split(",")))
    return OpenMetadataSource({"hostPort": host}, policy, "live", Selection(services), os.environ.get("OM_TOKEN", ""))


def fake_datahub(request: pytest.FixtureRequest) -> CatalogSource:
    server: FakeDataHub = request.getfixturevalue("datahub")
    project: Path = request.getfixturevalue("built")
    server.add(*(datahub_testing.payloads.from_catalog(table) for table in DbtArtifacts(project).read()))
    return DataHubSource(server.address, "tiny", server.token)


def live_datahub(_request: pytest.FixtureRequest) -> CatalogSource:
    host = os.environ.get("DATAHUB_GMS_URL")
    if not host:
        pytest.skip("DATAHUB_GMS_URL is not set")
    platforms = tuple(filter(None, os.environ.get("DATAHUB_PLATFORMS", "").split(",")))
    return DataHubSource(host, "live", os.environ.get("DATAHUB_GMS_TOKEN", ""), platforms=platforms)


@pytest.fixture(
    params=[dbt, fake, fake_datahub, live, live_datahub],
    ids=["dbt", "OpenMetadata", "DataHub", LIVE, "live DataHub"],
)
def source(request: pytest.FixtureRequest) -> CatalogSource:
    make: Callable[[pytest.FixtureRequest], CatalogSource] = request.param
    return make(request)


def test_a_reading(source: CatalogSource, tmp_path: Path) -> None:
    catalog = source.read()
    assert catalog.tables
    names = [table.name for table in catalog]
    assert len(set(names)) == len(names)
    for table in catalog:
        assert table.provenance["name"].split(":")[0] == source.id
        for column in table.columns:
            assert column.name
            said = {name for name in ("description", "values", "pii") if getattr(column, name)}
            assert said <= set(column.provenance) | ({"pii"} if table.pii_by_default else set())
    assert source.read() == catalog
    store.save(catalog, tmp_path / store.CATALOG)
    assert store.load(tmp_path / store.CATALOG) == catalog


def test_the_policy_applies_to_what_was_read(source: CatalogSource) -> None:
    catalog = source.read()
    cleared = apply(Policy(tiers=()), catalog).catalog
    assert len(cleared.tables) == len(catalog.tables)
    for table in cleared:
        assert not [c for c in table.columns if (c.pii or c.withheld) and (c.values or c.min_value)]
    hidden = catalog.with_tables(tuple(replace(table, tags_known=False) for table in catalog))
    assert not [c for t in apply(Policy(tiers=()), hidden).catalog for c in t.columns if c.values]
