"""The whole tree."""

from __future__ import annotations

from plugin.settings.answers import (
    CatalogSettings,
    DataHubSettings,
    EmbedderSettings,
    GeneratorSettings,
    IndexSettings,
    LimitSettings,
    LlmSettings,
    OpenMetadataSettings,
    WarehouseSettings,
)
from plugin.settings.section import Section
from plugin.settings.service import (
    BudgetSettings,
    FeedbackSettings,
    LogSettings,
    OidcSettings,
    RetentionSettings,
    ScheduleSettings,
    StateSettings,
    ViewSettings,
    WebSettings,
)


class Settings(Section):
    catalog: CatalogSettings = CatalogSettings()
    openmetadata: OpenMetadataSettings = OpenMetadataSettings()
    datahub: DataHubSettings = DataHubSettings()
    warehouse: WarehouseSettings = WarehouseSettings()
    index: IndexSettings = IndexSettings()
    embedder: EmbedderSettings = EmbedderSettings()
    llm: LlmSettings = LlmSettings()
    generator: GeneratorSettings = GeneratorSettings()
    limits: LimitSettings = LimitSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    views: ViewSettings = ViewSettings()
    state: StateSettings = StateSettings()
    feedback: FeedbackSettings = FeedbackSettings()
    web: WebSettings = WebSettings()
    logs: LogSettings = LogSettings()
    budget: BudgetSettings = BudgetSettings()
    retention: RetentionSettings = RetentionSettings()
    oidc: OidcSettings = OidcSettings()
