"""Where the files of a view lie in the dbt project, and the generic tests that they call."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from catalog_sync.model import Catalog
from materialized_views.definition import ViewDefinition
from materialized_views.emit.model import model_sql
from materialized_views.emit.properties import MATERIALIZED, model_yaml

FOLDER = Path("models/ask_views")
MACROS = Path("macros/dbt_ask_views.sql")


def files_of(
    definitions: Iterable[ViewDefinition], catalog: Catalog, folder: Path = FOLDER, materialized: str = MATERIALIZED
) -> dict[Path, str]:
    """Path below the project -> text."""
    found: dict[Path, str] = {}
    for definition in definitions:
        sql, properties = paths(definition, catalog, folder)
        found[sql] = model_sql(definition, catalog)
        found[properties] = model_yaml(definition, catalog, materialized=materialized)
    if found:
        found[MACROS] = files("materialized_views.emit").joinpath("macros.sql").read_text(encoding="utf-8")
    return found


def paths(definition: ViewDefinition, catalog: Catalog, folder: Path = FOLDER) -> tuple[Path, Path]:
    """In a folder for the fact's workspace, so that a configuration of dbt for that folder holds for it too."""
    fact = catalog.table(definition.root.table)
    place = folder / fact.workspace if fact and fact.workspace else folder
    return place / f"{definition.name}.sql", place / f"{definition.name}.yml"
