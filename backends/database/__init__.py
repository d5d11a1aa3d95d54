"""The state database. Who owns a table declares its model on `Base`; all migrations are in `migrations/`."""

from backends.database.engine import open_database, session
from backends.database.model import Base, Json, UnicodeText, UtcDateTime
from backends.database.upgrade import migrate

__all__ = ["Base", "Json", "UnicodeText", "UtcDateTime", "migrate", "open_database", "session"]
