from __future__ import annotations

import json
from pathlib import Path

import pytest

from feedback.errors import ImportUnreadable
from feedback.sources.files import read
from feedback.sources.found import Found, Skipped


def found(path: Path, text: str) -> list[tuple[str, str, int] | str]:
    path.write_text(text, encoding="utf-8")
    return [(i.question, i.sql, i.count) if isinstance(i, Found) else i.reason for i in read(path)]


def test_csv_with_lines_in_cells_and_a_byte_order_mark(tmp_path: Path) -> None:
    text = '\ufeffSQL,Question,Calls\n"select 1,\n 2",매출은?,3\n,nothing,1\n'
    assert found(tmp_path / "a.csv", text) == [("매출은?", "select 1,\n 2", 3), "no SQL"]


def test_json_lines_with_one_that_is_broken(tmp_path: Path) -> None:
    text = '{"question": "q", "sql": "select 1"}\n\n{"question": \n["select 2"]\n{"query_text": "select 3"}\n'
    rows = found(tmp_path / "a.jsonl", text)
    assert rows[0] == ("q", "select 1", 1)
    assert str(rows[1]).startswith("no JSON")
    assert rows[2:] == ["no mapping of fields", ("", "select 3", 1)]


def test_openmetadata_s_queries(tmp_path: Path) -> None:
    data = {"data": [{"query": "select 1", "description": "The one", "users": []}, {"name": "empty"}]}
    assert found(tmp_path / "a.json", json.dumps(data)) == [("The one", "select 1", 1), "no SQL"]


def test_where_it_stood(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("question,sql\na,select 1\nb,\n", encoding="utf-8")
    one, two = read(path)
    assert (one.where, two) == ("a.csv:2", Skipped("a.csv:3", "no SQL"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "question,answer\n1,2\n"),
        ("a.csv", ""),
        ("a.json", "{"),
        ("a.json", '{"a": 1}'),
        ("a.txt", "select 1"),
    ],
)
def test_what_is_no_list_of_queries_is_said_so(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ImportUnreadable, match=name) as raised:
        list(read(tmp_path / name))
    assert "fields: question, sql" in raised.value.hint


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ImportUnreadable):
        list(read(tmp_path / "a.csv"))
