"""Where the catalogue comes from, as the settings say."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plugin.errors import SettingsError
from plugin.project import Project
from plugin.settings import Settings

if TYPE_CHECKING:
    from catalog_sync.openmetadata import OpenMetadataSource
    from catalog_sync.policy import Policy
    from catalog_sync.reconcile import ReconciledSource
    from catalog_sync.source import CatalogSource


def source_of(project: Project, settings: Settings, policy: Policy) -> CatalogSource:
    from catalog_sync.dbt_artifacts import DbtArtifacts

    kind = settings.catalog.source
    if kind == "dbt":
        return DbtArtifacts(project.directory)
    return both(project, settings, policy) if kind == "both" else openmetadata(project, settings, policy)


def both(project: Project, settings: Settings, policy: Policy) -> ReconciledSource:
    from catalog_sync.dbt_artifacts import DbtArtifacts
    from catalog_sync.reconcile import ReconciledSource

    other = openmetadata(project, settings, policy)
    return ReconciledSource(DbtArtifacts(project.directory).read, other.read, settings.catalog.precedence)


def openmetadata(project: Project, settings: Settings, policy: Policy) -> OpenMetadataSource:
    """Raises SettingsError where no server is named."""
    from catalog_sync.openmetadata import OpenMetadataSource, Selection

    chosen = settings.openmetadata
    if not chosen.server.get("hostPort"):
        raise SettingsError(
            f"catalog.source is {settings.catalog.source}, but openmetadata.server has no hostPort",
            hint="openmetadata: {server: {hostPort: https://host:8585/api}}; the token in " + chosen.token_env,
        )
    return OpenMetadataSource(
        chosen.server,
        policy,
        project.name,
        Selection(chosen.services, chosen.databases, chosen.details),
        os.environ.get(chosen.token_env, ""),
    )
