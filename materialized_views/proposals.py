"""What a recommendation says: each candidate with its verdict, each shape that is left, and the sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from materialized_views.definition import ViewDefinition

Verdict = Literal["chosen", "no_saving", "covered", "over_budget", "too_large", "not_counted"]


@dataclass(frozen=True)
class Proposal:
    """A candidate with what was found of it. `serves`: F1 -> estimated milliseconds on it."""

    definition: ViewDefinition
    verdict: Verdict
    rows: int
    base_rows: int
    saves_ms: float
    upkeep_ms: float
    serves: Mapping[str, float]
    examples: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        if self.verdict == "too_large":
            return f"it would have {self.rows:,} rows of {self.base_rows:,}: too many for a roll-up"
        if self.verdict == "not_counted":
            return "its rows could not be counted in time"
        if self.verdict == "chosen" and self.saves_ms <= 0:
            return (
                f"for questions that nobody has asked yet: {self.rows:,} rows instead of {self.base_rows:,}, "
                f"{self.upkeep_ms / 1000:,.1f} s of upkeep a day"
            )
        saving = f"saves {self.saves_ms / 1000:,.1f} s a day for {self.upkeep_ms / 1000:,.1f} s of upkeep"
        return {
            "chosen": f"{saving}; {len(self.serves)} shapes read {self.rows:,} rows instead of {self.base_rows:,}",
            "covered": f"beside the chosen views it {saving}",
            "no_saving": f"even alone it {saving}",
            "over_budget": f"it {saving}, but does not fit the budget",
        }[self.verdict]

    def attrs(self) -> dict[str, Any]:
        return {
            "view": self.definition.name,
            "verdict": self.verdict,
            "reason": self.reason,
            "rows": self.rows,
            "base_rows": self.base_rows,
            "saves_ms_a_day": round(self.saves_ms, 3),
            "upkeep_ms_a_day": round(self.upkeep_ms, 3),
            "serves": dict(self.serves),
            "examples": list(self.examples),
        }


@dataclass(frozen=True)
class Unserved:
    """A shape that no chosen view serves, and why."""

    f1: str
    reason: Literal["too_rare", "no_candidate", "no_saving"]
    executions: int
    example: str


@dataclass(frozen=True)
class Recommendation:
    """Milliseconds a day. `net_ms` is what is saved less the upkeep; `most_frequent_net_ms` the same of as many views
    made for the most frequent queries alone."""

    proposals: tuple[Proposal, ...]
    unserved: tuple[Unserved, ...]
    base_ms: float
    saved_ms: float
    net_ms: float = 0.0
    most_frequent_net_ms: float = 0.0

    @property
    def chosen(self) -> tuple[Proposal, ...]:
        return tuple(p for p in self.proposals if p.verdict == "chosen")

    def attrs(self) -> dict[str, Any]:
        return {
            "proposals": [p.attrs() for p in self.proposals],
            "unserved": [asdict(u) for u in self.unserved],
            "base_ms_a_day": round(self.base_ms, 3),
            "saved_ms_a_day": round(self.saved_ms, 3),
            "net_ms_a_day": round(self.net_ms, 3),
            "most_frequent_net_ms_a_day": round(self.most_frequent_net_ms, 3),
        }
