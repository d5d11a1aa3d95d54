"""Every error that dbt-ask raises on purpose.

AskError
├── WarehouseError
│   ├── WarehouseUnavailable    no profile, no server, no file
│   │   └── WarehouseAway       it does not answer, or broke off           (transient)
│   ├── WarehouseBusy           another process holds the database file    (transient)
│   ├── QueryRefused            the read-only door said no: `rule` says which rule
│   ├── QueryFailed             the engine said no: `engine_message` is its own text
│   ├── QueryTimeout            ran past its limit and was cancelled       (transient)
│   └── QueryCancelled          stopped by Warehouse.cancel()
├── ModelError
│   ├── ModelMissing            no model file, no server
│   ├── ModelCorrupt            size or SHA-256 is wrong
│   └── ModelUnavailable        the endpoint or the hub did not answer     (transient)
├── VectorError
│   ├── IndexMissing            nothing was synced yet
│   ├── IndexMismatch           made by another embedder, dimension or text template
│   └── IndexLocked             another process writes the index            (transient)
├── DatabaseError               the state database could not be opened or migrated
├── CatalogError                catalog_sync.errors
├── SettingsError               plugin.errors
└── EvaluationError             feedback.errors
"""

from __future__ import annotations


class AskError(Exception):
    """`message` says what happened to what, `hint` what to do next."""

    transient = False

    def __init__(self, message: str, *, hint: str = "", **attrs: object) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self._attrs = attrs

    @property
    def code(self) -> str:
        return type(self).__name__

    def attrs(self) -> dict[str, object]:
        """The machine-readable form: code, message, hint and the typed fields."""
        return {"code": self.code, "message": self.message, "hint": self.hint, **self._attrs}

    def __str__(self) -> str:
        return f"{self.message}\n  -> {self.hint}" if self.hint else self.message


class WarehouseError(AskError):
    pass


class WarehouseUnavailable(WarehouseError):
    pass


class WarehouseAway(WarehouseUnavailable):
    transient = True


class WarehouseBusy(WarehouseError):
    transient = True


class QueryRefused(WarehouseError):
    def __init__(self, rule: str, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint, rule=rule)
        self.rule = rule


class QueryFailed(WarehouseError):
    def __init__(self, engine_message: str, *, sql: str = "", hint: str = "") -> None:
        super().__init__(f"the warehouse refused the query: {engine_message}", hint=hint, sql=sql)
        self.engine_message = engine_message
        self.sql = sql


class QueryTimeout(WarehouseError):
    transient = True

    def __init__(self, seconds: float, *, sql: str = "") -> None:
        super().__init__(
            f"the query ran past its limit of {seconds:g} s and was cancelled",
            hint="ask for less (a shorter period, fewer groups) or raise limits.seconds in dbt_ask.yml",
            seconds=seconds,
            sql=sql,
        )
        self.seconds = seconds


class QueryCancelled(WarehouseError):
    def __init__(self, message: str, *, sql: str = "") -> None:
        super().__init__(message, sql=sql)
        self.sql = sql


class ModelError(AskError):
    pass


class ModelMissing(ModelError):
    pass


class ModelCorrupt(ModelError):
    pass


class ModelUnavailable(ModelError):
    transient = True


class VectorError(AskError):
    pass


class IndexMissing(VectorError):
    pass


class IndexMismatch(VectorError):
    pass


class IndexLocked(VectorError):
    transient = True


class DatabaseError(AskError):
    pass
