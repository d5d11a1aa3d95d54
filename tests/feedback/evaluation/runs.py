"""Runs that nobody had to ask for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from feedback.evaluation.run import Result
from feedback.evaluation.run_file import Header, RunFile

HEADER = Header("golden", "f1", 4, {"preset": "default", "model": "m"})


def result(name: str, right: bool, **fields: object) -> Result:
    made: dict[str, object] = {
        "id": name,
        "question": f"question {name} & <more>",
        "groups": {"language": "ko" if name == "b" else "en"},
        "answerable": True,
        "outcome": "answer",
        "right": right,
        "sql": f"select '{name}' where 1 < 2",
        "gold": "select 1",
        "seconds": 1.5,
        "prompt_tokens": 100,
        "confidence": 0.8,
        "stages_ms": {"generate.greedy": 1000.0, "check.structure": 5.0},
    }
    return Result(**{**made, **fields})  # type: ignore[arg-type]


def write(path: Path, ways: dict[str, Sequence[Result]], header: Header = HEADER) -> Path:
    with RunFile(path) as run:
        for way, results in ways.items():
            run.begin(way, header)
            for made in results:
                run.keep(way, made)
    return path
