from __future__ import annotations

from catalog_sync.openmetadata.testing import payloads
from feedback.sources.found import Found, Skipped
from feedback.sources.openmetadata import read


def test_a_query_with_its_description_and_its_people() -> None:
    votes = {"upVotes": 3, "downVotes": 1}
    row = payloads.query("select 1", description=" How many? ", usedBy=["ann", "rob"], votes=votes)
    (found,) = read([row])
    assert isinstance(found, Found)
    assert (found.sql, found.question, found.count) == ("select 1", "How many?", 4)


def test_nobody_says_anything_of_it() -> None:
    bare, empty = read([payloads.query("select 1", votes={"downVotes": 9}), payloads.query(" ")])
    assert isinstance(bare, Found)
    assert (bare.question, bare.count) == ("", 1)
    assert isinstance(empty, Skipped)
