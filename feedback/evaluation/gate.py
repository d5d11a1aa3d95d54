"""A baseline that lives in git, and whether a run is worse than it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from feedback.errors import EvaluationError
from feedback.evaluation.run import Report
from feedback.evaluation.run_file import Way
from feedback.evaluation.statistics import Paired, paired

FORMAT = 1
MEASURES = ("execution_accuracy", "refusals_right")


@dataclass(frozen=True)
class Check:
    """One measure of one way. `holds`: it is not below the baseline by more than the tolerance."""

    way: str
    measure: str
    baseline: float
    now: float
    holds: bool


@dataclass(frozen=True)
class Outcome:
    checks: tuple[Check, ...]
    changes: Mapping[str, Paired]

    @property
    def holds(self) -> bool:
        return all(check.holds for check in self.checks)

    def attrs(self) -> dict[str, Any]:
        return {
            "holds": self.holds,
            "checks": [asdict(check) for check in self.checks],
            "changes": {way: change.attrs() for way, change in self.changes.items()},
        }


def baseline(ways: Mapping[str, Way]) -> dict[str, Any]:
    """What is written to git: figures and the ids that are right, so that a diff can be read."""
    for name, way in ways.items():
        _check_whole(name, way)
    first = next(iter(ways.values())).header
    return {
        "format": FORMAT,
        "suite": first.suite,
        "fingerprint": first.fingerprint,
        "ways": {
            name: {
                **_measures(way.report),
                "questions": len(way.results),
                "setup": dict(way.header.setup),
                "right": sorted(r.id for r in way.results if r.right),
                "wrong": sorted(r.id for r in way.results if not r.right),
            }
            for name, way in ways.items()
        },
    }


def write(ways: Mapping[str, Way], path: Path) -> None:
    path.write_text(json.dumps(baseline(ways), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def gate(ways: Mapping[str, Way], path: Path, tolerance: float = 0.0) -> Outcome:
    """Every way of the baseline must have been run, on the same questions. Raises EvaluationError."""
    stored = _read(path)
    checks: list[Check] = []
    changes: dict[str, Paired] = {}
    for name, was in stored["ways"].items():
        way = ways.get(name)
        if way is None:
            raise EvaluationError(f"the run has no {name}, which the baseline has", hint=f"run it with --way {name}")
        if way.header.fingerprint != stored["fingerprint"]:
            raise EvaluationError(
                f"the suite changed since the baseline {path} was made", hint="look at it, then renew it with --update"
            )
        _check_whole(name, way)
        for measure, now in _measures(way.report).items():
            holds = now >= was[measure] - tolerance - 1e-9
            checks.append(Check(name, measure, was[measure], now, holds))
        before = {**dict.fromkeys(was["right"], True), **dict.fromkeys(was["wrong"], False)}
        changes[name] = paired(before, way.right)
    return Outcome(tuple(checks), changes)


def _measures(report: Report) -> dict[str, float]:
    return {name: round(getattr(report, name), 6) for name in MEASURES}


def _check_whole(name: str, way: Way) -> None:
    if len(way.results) < way.header.questions:
        raise EvaluationError(
            f"the run of {name} has {len(way.results)} of {way.header.questions} questions",
            hint="go on with it: the same dbt-ask eval run again",
        )


def _read(path: Path) -> dict[str, Any]:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if stored["format"] != FORMAT or not isinstance(stored["ways"], dict):
            raise ValueError("of another format")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvaluationError(f"the baseline {path} can't be read: {error}", hint="make it with --update") from error
    return dict(stored)
