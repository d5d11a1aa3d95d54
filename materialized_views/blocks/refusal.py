"""Why there is no proof: which of the twelve checks said no, a stable code, and to what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from backends.errors import AskError


class Check(str, Enum):
    """The twelve checks; the value is what a receipt prints."""

    SHAPE = "C1 shape"
    TABLES = "C2 tables"
    LOSSLESS = "C3 lossless joins"
    EQUALITY = "C4 equalities"
    RANGE = "C5 ranges"
    RESIDUAL = "C6 residual filters"
    COVERAGE = "C7 filter columns"
    GROUPING = "C8 grouping"
    AGGREGATE = "C9 aggregates"
    TIME = "C10 time grain"
    TYPES = "C11 types"
    SCOPE = "C12 freshness and scope"


@dataclass(frozen=True)
class Refusal:
    """`code` is for counting, `detail` for people. `view` is empty where the query alone is the reason."""

    check: Check
    code: str
    detail: str
    view: str = ""

    def __str__(self) -> str:
        where = f" on {self.view}" if self.view else ""
        return f"{self.check.value}{where}: {self.detail} ({self.code})"


class Refused(AskError):
    """Carries a refusal up to the public functions, which return it."""

    def __init__(self, check: Check, code: str, detail: str) -> None:
        super().__init__(detail, hint="ask the base tables", check=check.value, reason=code)
        self.refusal = Refusal(check, code, detail)
