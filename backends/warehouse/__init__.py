"""The warehouse: one read-only door before DuckDB, PostgreSQL, SQLite and whatever else dbt has an adapter for."""

from backends.warehouse.open import open_dbt, open_sqlite

__all__ = ["open_dbt", "open_sqlite"]
