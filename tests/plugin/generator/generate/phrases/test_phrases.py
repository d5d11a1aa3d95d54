"""English questions about a library, and the SQL that their grammar gives; and what stays unread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from catalog_sync.model import Catalog, CatalogTable
from plugin.generator.ask import Ask, Route, ValueHit
from plugin.generator.generate.phrases.english.questions import readings
from plugin.generator.generate.phrases.question import question_of
from plugin.generator.generate.phrases.schema import schema_of
from plugin.generator.generate.phrases.stage import Phrases, written
from plugin.generator.generate.phrases.tokens import tokens
from tests.support.catalogs import table

FIXTURES = Path(__file__).parent / "fixtures" / "phrases.sql"


def library() -> Catalog:
    authors = table(
        "authors", "author_id int, name varchar, country varchar", key="author_id",
        values={"name": ("Ada Bell", "Bo Kim"), "country": ("Korea", "Peru")},
    )  # fmt: skip
    books = table(
        "books", "book_id int, title varchar, genre varchar, pages int, year int, author_id int", key="book_id",
        refs={"author_id": "authors.author_id"}, values={"genre": ("poetry", "drama")},
    )  # fmt: skip
    members = table(
        "members", "member_id int, name varchar, age int, sex varchar, city varchar", key="member_id",
        values={"city": ("Seoul", "Lima"), "sex": ("F", "M"), "name": ("Kyle",)},
    )  # fmt: skip
    loans = table(
        "loans", "member_id int, book_id int, days int",
        refs={"member_id": "members.member_id", "book_id": "books.book_id"},
    )  # fmt: skip
    friends = table(
        "friend", "member_id int, friend_id int",
        refs={"member_id": "members.member_id", "friend_id": "members.member_id"},
    )  # fmt: skip
    islands = table("islands", "island_id int, name varchar, sea varchar, population int", key="island_id",
        values={"sea": ("Baltic", "Aegean")})  # fmt: skip
    return Catalog("library", "duckdb", (authors, books, members, loans, friends, islands, *_post()))


def _post() -> tuple[CatalogTable, CatalogTable]:
    branches = table("branches", "branch_id int, name varchar, quarter varchar", key="branch_id",
        values={"quarter": ("Harbourside", "Old Town")})  # fmt: skip
    parcels = table("parcels", "parcel_id int, weight int, origin_id int, destination_id int", key="parcel_id",
        refs={"origin_id": "branches.branch_id", "destination_id": "branches.branch_id"})  # fmt: skip
    return branches, parcels


LIBRARY = library()


def read(question: str) -> list[str]:
    schema = schema_of(tuple(LIBRARY))
    return written(readings(question_of(tokens(question), schema, _hits(question))), schema, "duckdb")


def _hits(question: str) -> Iterator[ValueHit]:
    for one in LIBRARY:
        for column in one.columns:
            for value in column.values:
                if len(value) > 1 and value.casefold() in question.casefold():
                    yield ValueHit(value.casefold(), str(one.name), column.name, value, 1.0)


def cases() -> list[tuple[str, str]]:
    """Of each block: -- question, then the SQL."""
    blocks = FIXTURES.read_text(encoding="utf-8").strip().split("\n\n")
    return [(head.removeprefix("-- "), sql.rstrip(";")) for head, sql in (b.split("\n", 1) for b in blocks)]


@pytest.mark.parametrize(("question", "sql"), cases())
def test_phrases(question: str, sql: str) -> None:
    assert read(question) == [sql]


@pytest.mark.parametrize(
    "question",
    [
        "What are the names of famous members?",  # a word that nothing is called
        "How many members live in Busan?",  # a value that is not known
        "Which genres are not used by any member?",  # true of one book, false of another of the genre
        "What is the age of members in Seoul?",  # one figure of many rows: which?
        "List the names of members who are older than their friends.",
        "Which city is the best?",
        "What are the names of members, and of their friends?",
        "Show the pages of the oldest member.",
        "How many parcels in Old Town?",  # sent from there, or bound for it
    ],
)
def test_what_is_not_read(question: str) -> None:
    assert read(question) == []


def test_a_private_column_is_neither_shown_nor_compared() -> None:
    members = next(t for t in LIBRARY if t.name.name == "members")
    hidden = replace(members, columns=tuple(replace(c, pii=c.name == "age") for c in members.columns))
    schema = schema_of((hidden,))
    for question in ("What are the ages of members?", "How many members are older than 20?"):
        assert written(readings(question_of(tokens(question), schema, ())), schema, "duckdb") == []


def test_quotes_are_one_word_and_numbers_may_be_spelled() -> None:
    found = tokens("with 'Two Words' and three of Kyle's")
    assert [t.quoted for t in found if t.quoted] == ["Two Words"]
    assert [t.number for t in found if t.number] == ["3"]
    assert found[-1].word == "'s"


def test_the_stage_adds_candidates() -> None:
    routes = tuple(Route(t, 1.0) for t in LIBRARY)
    services = SimpleNamespace(catalog=LIBRARY, dialect="duckdb")
    ask = Ask("How many members are there?", routes=routes)
    found = Phrases()(ask, services)  # type: ignore[arg-type]
    assert [c.origin for c in found.candidates] == ["generate.phrases"]


def test_a_question_of_many_readings_is_for_somebody_else() -> None:
    routes = tuple(Route(t, 1.0) for t in LIBRARY)
    services = SimpleNamespace(catalog=LIBRARY, dialect="duckdb")
    ask = Ask("How many members are there?", routes=routes)
    assert Phrases(most=0)(ask, services) == ask  # type: ignore[arg-type]
