from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.warehouse.base import TableName
from catalog_sync import records
from catalog_sync.errors import CatalogMissing, CatalogUnreadable
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable, ForeignKey, QuestionView
from tests.catalog_sync.build import catalog, table
from tests.catalog_sync.conftest import Tiny

texts = st.text(max_size=8)
names = st.builds(TableName, st.none() | texts, st.none() | texts, texts)
lists = st.lists(texts, max_size=3).map(tuple)
tables = st.lists(names, max_size=2).map(tuple)
notes = st.dictionaries(texts, texts, max_size=2)
metas: Any = st.dictionaries(texts, st.none() | st.booleans() | st.integers() | texts | st.lists(texts), max_size=2)
columns = st.builds(
    CatalogColumn,
    name=texts,
    type=texts,
    tags=lists,
    nullable=st.booleans(),
    pii=st.booleans(),
    values=lists,
    values_exact=st.booleans(),
    value_synonyms=st.dictionaries(texts, lists, max_size=2),
    min_value=texts,
    meta=metas,
    provenance=notes,
)
views = st.builds(
    QuestionView,
    grain=lists,
    measures=notes,
    time_column=st.none() | texts,
    questions=lists,
    base_tables=tables,
)
keys = st.builds(ForeignKey, columns=lists, to_table=names, to_columns=lists, tested=st.booleans())
made = st.builds(
    CatalogTable,
    name=names,
    kind=texts,
    unique_id=texts,
    columns=st.lists(columns, max_size=3).map(tuple),
    foreign_keys=st.lists(keys, max_size=2).map(tuple),
    tier=st.none() | texts,
    view=st.none() | views,
    upstream=tables,
    meta=metas,
)


@given(st.builds(Catalog, texts, texts, st.lists(made, max_size=2).map(tuple)))
def test_a_catalogue_comes_back_as_it_was(original: Catalog) -> None:
    text = json.dumps(records.dump(original))
    assert records.parse(json.loads(text)) == original


def test_the_catalogue_of_a_dbt_project_comes_back(tiny: Tiny, tmp_path: Path) -> None:
    records.write(tiny.read(), tmp_path / "c.json")
    assert records.read(tmp_path / "c.json") == tiny.read()


def test_dates_that_yaml_made_of_meta_become_texts(tmp_path: Path) -> None:
    from datetime import date

    records.write(catalog(table("t", meta={"since": date(2026, 1, 2)})), tmp_path / "c.json")
    assert records.read(tmp_path / "c.json").tables[0].meta == {"since": "2026-01-02"}


def test_nothing_synced_yet(tmp_path: Path) -> None:
    with pytest.raises(CatalogMissing) as caught:
        records.read(tmp_path / "c.json")
    assert "dbt-ask sync" in caught.value.hint


_TABLE = '{"format": 1, "project": "", "dialect": "", "tables": [%s]}'


@pytest.mark.parametrize(
    "text",
    [
        "",
        '{"format": 1',
        "[]",
        "{}",
        '{"format": 2}',
        '{"format": 1}',
        _TABLE % "{}",
        _TABLE % '{"name": [null, null, "t"], "kind": "", "unique_id": "", "field_of_tomorrow": 1}',
    ],
)
def test_a_file_that_cannot_be_read_says_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "c.json").write_text(text)
    with pytest.raises(CatalogUnreadable):
        records.read(tmp_path / "c.json")
