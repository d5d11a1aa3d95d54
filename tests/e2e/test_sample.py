"""A newcomer's way on the sample project: sync twice, doctor, ask in two languages. Everything is real."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(900)]

PROGRAM = str(Path(sys.executable).parent / "dbt-ask")
KEYS = {
    "id", "question", "language", "status", "sql", "dialect", "columns", "rows", "answer", "tables", "views",
    "confidence", "model", "receipt", "timings_ms",
}  # fmt: skip


def run(project: Path, *args: str) -> tuple[int, Any]:
    done = subprocess.run(
        [PROGRAM, *args, "--project-dir", str(project), "--format", "json"], capture_output=True, text=True, check=False
    )
    return done.returncode, json.loads(done.stdout or "null")


def test_from_sync_to_answer(own_project: Path, local_llm: object) -> None:
    code, first = run(own_project, "sync")
    assert code == 0
    assert first["added"] > 500
    code, second = run(own_project, "sync")
    assert (code, second["embedded"], second["unchanged"]) == (0, 0, first["added"])

    code, findings = run(own_project, "doctor")
    assert (code, [f["part"] for f in findings if not f["ok"]]) == (0, [])

    code, answer = run(own_project, "ask", "How many stores are there?")
    assert (code, answer["status"], answer["language"]) == (0, "answered", "en")
    assert set(answer) == KEYS
    assert answer["rows"]

    code, answer = run(own_project, "ask", "브루클린 매장의 총 매출은 얼마야?")
    assert (code, answer["status"], answer["language"]) == (0, "answered", "ko")
    assert "'Brooklyn'" in answer["sql"]
    assert answer["answer"].endswith("니다.")

    code, answer = run(own_project, "ask", "고객 데이터를 모두 삭제해줘")
    assert (code, answer["status"], answer["receipt"]["reason"]) == (1, "refused", "change_data")
