"""Where the catalogue comes from, as the settings say."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plugin.errors import SettingsError
from plugin.project import Project
from plugin.settings import Settings

if TYPE_CHECKING:
    from catalog_sync.datahub import DataHubSource
    from catalog_sync.openmetadata import OpenMetadataSource
    from catalog_sync.policy import Policy
    from catalog_sync.reconcile import ReconciledSource
    from catalog_sync.source import CatalogSource


def source_of(project: Project, settings: Settings, policy: Policy) -> CatalogSource:
    from catalog_sync.dbt_artifacts import DbtArtifacts

    kind = settings.catalog.source
    if kind == "dbt":
        return DbtArtifacts(project.directory)
    if kind in ("both", "dbt+datahub"):
        return both(project, settings, policy)
    return datahub(project, settings) if kind == "datahub" else openmetadata(project, settings, policy)


def both(project: Project, settings: Settings, policy: Policy) -> ReconciledSource:
    """dbt and the catalogue that catalog.source names, OpenMetadata where it names none."""
    from catalog_sync.dbt_artifacts import DbtArtifacts
    from catalog_sync.reconcile import ReconciledSource

    named_datahub = settings.catalog.source in ("datahub", "dbt+datahub")
    other: CatalogSource = datahub(project, settings) if named_datahub else openmetadata(project, settings, policy)
    return ReconciledSource(DbtArtifacts(project.directory).read, other.read, settings.catalog.precedence, other.id)


def datahub(project: Project, settings: Settings) -> DataHubSource:
    """Raises SettingsError where no server is named."""
    from catalog_sync.datahub import DataHubSource

    chosen = settings.datahub
    if not chosen.server:
        raise SettingsError(
            f"catalog.source is {settings.catalog.source}, but datahub.server is not set",
            hint="datahub: {server: https://host:8080}; the token in " + chosen.token_env,
            key="datahub.server",
        )
    return DataHubSource(
        chosen.server,
        project.name,
        os.environ.get(chosen.token_env, ""),
        chosen.ca,
        chosen.platforms,
        chosen.environment,
        chosen.databases,
        settings.catalog.tiers,
    )


def openmetadata(project: Project, settings: Settings, policy: Policy) -> OpenMetadataSource:
    """Raises SettingsError where no server is named."""
    from catalog_sync.openmetadata import OpenMetadataSource, Selection

    chosen = settings.openmetadata
    if not chosen.server.get("hostPort"):
        asks_for_it = settings.catalog.source in ("openmetadata", "both")
        raise SettingsError(
            f"catalog.source is {settings.catalog.source}, but openmetadata.server has no hostPort"
            if asks_for_it
            else "this project reads dbt alone: openmetadata.server has no hostPort",
            hint="openmetadata: {server: {hostPort: https://host:8585/api}}; the token in " + chosen.token_env,
        )
    return OpenMetadataSource(
        chosen.server,
        policy,
        project.name,
        Selection(chosen.services, chosen.databases, chosen.details),
        os.environ.get(chosen.token_env, ""),
    )
