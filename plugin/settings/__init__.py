"""`dbt_ask.yml` beside `dbt_project.yml`, overridden by DBT_ASK_* variables; unknown keys are refused."""

from plugin.settings.answers import CatalogSettings, LlmSettings
from plugin.settings.file import FILE_NAME, choices, known_keys, load
from plugin.settings.service import BudgetSettings, LogSettings, OidcSettings, WebSettings
from plugin.settings.tree import Settings

__all__ = [
    "FILE_NAME",
    "BudgetSettings",
    "CatalogSettings",
    "LlmSettings",
    "LogSettings",
    "OidcSettings",
    "Settings",
    "WebSettings",
    "choices",
    "known_keys",
    "load",
]
