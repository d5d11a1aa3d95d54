from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from feedback.errors import EvaluationError
from feedback.evaluation.gate import gate, write
from feedback.evaluation.run import Result
from feedback.evaluation.run_file import Way
from tests.feedback.evaluation.runs import HEADER, result

REFUSED = result("d", True, answerable=False, outcome="refuse")


def run(*right: bool, refused: bool = True) -> dict[str, Way]:
    answered = [result(name, is_right) for name, is_right in zip("abc", right, strict=True)]
    return {"views": Way(HEADER, (*answered, replace(REFUSED, right=refused)))}


@pytest.fixture
def baseline(tmp_path: Path) -> Path:
    path = tmp_path / "baseline.json"
    write(run(True, True, False), path)
    return path


@pytest.mark.parametrize(
    ("now", "holds"),
    [
        (run(True, True, False), True),
        (run(True, True, True), True),
        (run(True, False, True), True),
        (run(True, False, False), False),
        (run(True, True, True, refused=False), False),
    ],
)
def test_no_measure_may_fall(baseline: Path, now: dict[str, Way], holds: bool) -> None:
    assert gate(now, baseline).holds is holds
    assert gate(now, baseline, tolerance=1.0).holds


def test_what_changed_is_named(baseline: Path) -> None:
    found = gate(run(True, False, True), baseline)
    assert (found.changes["views"].fixed, found.changes["views"].regressed) == (("c",), ("b",))
    assert json.loads(json.dumps(found.attrs()))["holds"] is True


def test_a_baseline_can_be_read_in_a_diff(baseline: Path) -> None:
    stored = json.loads(baseline.read_text(encoding="utf-8"))
    assert stored["ways"]["views"]["right"] == ["a", "b", "d"]
    assert stored["ways"]["views"]["execution_accuracy"] == pytest.approx(2 / 3, abs=1e-6)


def short(*results: Result) -> dict[str, Way]:
    return {"views": Way(HEADER, results)}


@pytest.mark.parametrize(
    ("ways", "says"),
    [
        ({}, "the run has no views"),
        (short(result("a", True)), "has 1 of 4 questions"),
        ({"views": Way(replace(HEADER, fingerprint="f2"), ())}, "the suite changed"),
    ],
)
def test_what_can_not_be_compared_is_an_error(baseline: Path, ways: dict[str, Way], says: str) -> None:
    with pytest.raises(EvaluationError, match=says):
        gate(ways, baseline)


def test_no_baseline(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="can't be read"):
        gate(run(True, True, True), tmp_path / "none.json")
    with pytest.raises(EvaluationError, match="has 1 of 4 questions"):
        write(short(result("a", True)), tmp_path / "short.json")
