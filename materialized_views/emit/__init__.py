"""A definition as files of the dbt project: model, YAML, and the tests that they need."""

from materialized_views.emit.files import Written, plan, remove, write
from materialized_views.emit.model import model_sql, reference
from materialized_views.emit.project import files_of
from materialized_views.emit.properties import model_yaml

__all__ = ["Written", "files_of", "model_sql", "model_yaml", "plan", "reference", "remove", "write"]
