from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from backends.warehouse.base import TableName
from catalog_sync.errors import CatalogUnreadable
from catalog_sync.model import ForeignKey
from catalog_sync.schema_keys import load
from catalog_sync.sqlite_schema import SQLiteSchema

SCRIPT = """
CREATE TABLE "Clubs" (club_id INTEGER PRIMARY KEY, "Club Name" TEXT NOT NULL);
CREATE TABLE members (id INTEGER, club INTEGER REFERENCES clubs, mentor INTEGER, "StartYr" INT,
    PRIMARY KEY (id, club));
CREATE VIEW seniors AS SELECT id FROM members WHERE "StartYr" < 2000;
"""
TABLES = [
    {
        "db_id": "sport",
        "table_names_original": ["Clubs", "members"],
        "table_names": ["clubs", "people of clubs"],
        "column_names_original": [
            [-1, "*"],
            [0, "club_id"],
            [0, "Club Name"],
            [1, "id"],
            [1, "mentor"],
            [1, "StartYr"],
        ],
        "column_names": [[-1, "*"], [0, "club id"], [0, "club name"], [1, "id"], [1, "mentor"], [1, "first year"]],
        "primary_keys": [1, [3, 4]],
        "foreign_keys": [[4, 3], [1, 2]],
    }
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sport.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SCRIPT)
    return path


def test_what_the_database_declares(file: Path) -> None:
    catalog = SQLiteSchema(file).read()
    assert (catalog.project, catalog.dialect) == ("sport", "sqlite")
    assert [(t.name.name, t.kind) for t in catalog] == [("Clubs", "table"), ("members", "table"), ("seniors", "view")]
    clubs, members, _ = catalog.tables
    assert [(c.name, c.type, c.nullable) for c in clubs.columns] == [
        ("club_id", "INTEGER", False),
        ("Club Name", "TEXT", False),
    ]
    assert members.primary_key == ("id", "club")
    assert members.foreign_keys == (
        ForeignKey(("club",), TableName(None, None, "Clubs"), ("club_id",), tested=True, provenance="sqlite"),
    )


def test_a_file_of_keys_adds_to_it(file: Path, tmp_path: Path) -> None:
    (tmp_path / "tables.json").write_text(json.dumps(TABLES), encoding="utf-8")
    catalog = SQLiteSchema(file, load(tmp_path / "tables.json")["sport"]).read()
    clubs, members, _ = catalog.tables
    assert clubs.primary_key == ("club_id",)
    assert members.synonyms == ("people of clubs",)
    assert clubs.synonyms == clubs.columns[1].synonyms == ()
    assert [c.synonyms for c in members.columns if c.name == "StartYr"] == [("first year",)]
    assert [(k.columns, str(k.to_table), k.tested) for k in members.foreign_keys] == [
        (("club",), "Clubs", True),
        (("mentor",), "members", False),
    ]


def test_what_can_not_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogUnreadable, match="there is no SQLite file"):
        SQLiteSchema(tmp_path / "missing.sqlite").read()
    (tmp_path / "text.sqlite").write_text("hello, this is no database at all", encoding="utf-8")
    with pytest.raises(CatalogUnreadable, match="can't be read"):
        SQLiteSchema(tmp_path / "text.sqlite").read()
    (tmp_path / "tables.json").write_text("[{}]", encoding="utf-8")
    with pytest.raises(CatalogUnreadable, match="no file of tables"):
        load(tmp_path / "tables.json")
