from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from feedback.errors import ImportUnreadable
from feedback.sources.dbt import read
from feedback.sources.found import Found


def found(tmp_path: Path, **data: Any) -> list[tuple[str, str] | str]:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return [(i.question, i.sql) if isinstance(i, Found) else i.reason for i in read(path)]


def analysis(**fields: Any) -> dict[str, Any]:
    return {"analysis.a.b": {"unique_id": "analysis.a.b", "resource_type": "analysis", **fields}}


def exposure(**fields: Any) -> dict[str, Any]:
    return {"exposure.a.b": {"unique_id": "exposure.a.b", **fields}}


def test_an_analysis_as_dbt_compiled_it(tmp_path: Path) -> None:
    nodes = analysis(raw_code="select {{ 1 }}", compiled_code="select 1", description=" How\n many? ")
    assert found(tmp_path, nodes=nodes) == [("How many?", "select 1")]


def test_a_question_in_its_meta_comes_first(tmp_path: Path) -> None:
    meta = {"meta": {"dbt_ask": {"question": "매출은?"}}}
    assert found(tmp_path, nodes=analysis(raw_code="select 1", description="x", config=meta)) == [
        ("매출은?", "select 1")
    ]


def test_what_was_not_compiled_is_not_guessed(tmp_path: Path) -> None:
    assert found(tmp_path, nodes=analysis(raw_code="select * from {{ ref('a') }}")) == [
        "not compiled: run `dbt compile`"
    ]


def test_a_model_is_no_analysis(tmp_path: Path) -> None:
    assert found(tmp_path, nodes={"model.a.b": {"resource_type": "model", "raw_code": "select 1"}}) == []


def test_queries_that_exposures_carry(tmp_path: Path) -> None:
    text = "### Orders by day\n\nFor the board.\n\n```sql\nselect 1\n```\n\n```\nnot a query\n```\n"
    assert found(tmp_path, exposures=exposure(description=text)) == [("Orders by day For the board.", "select 1")]


def test_questions_in_the_meta_of_an_exposure(tmp_path: Path) -> None:
    asked = [{"question": "q", "sql": "select 1"}, {"question": "no sql"}, "nonsense"]
    assert found(tmp_path, exposures=exposure(meta={"dbt_ask": {"questions": asked}})) == [("q", "select 1")]


def test_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(ImportUnreadable) as raised:
        list(read(tmp_path / "manifest.json"))
    assert "dbt compile" in raised.value.hint
