"""Queries that people keep with tables in OpenMetadata: their description is the question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from catalog_sync.texts import plain_text
from feedback.sources.found import Found, Skipped

PATH = "/queries"
FIELDS = "users,votes"


def read(rows: Iterable[Mapping[str, Any]]) -> Iterator[Found | Skipped]:
    """`count`: by how many people it is used or liked, as OpenMetadata does not say how often it ran."""
    for row in rows:
        where, sql = f"openmetadata query {row.get('id', '')}", str(row.get("query") or "").strip()
        if not sql:
            yield Skipped(where, "no SQL")
            continue
        people = {str(user) for user in (*(row.get("users") or ()), *(row.get("usedBy") or ()))}
        votes = row.get("votes") or {}
        likes = int(votes.get("upVotes") or 0) - int(votes.get("downVotes") or 0)
        question = plain_text(row.get("description")) or plain_text(row.get("displayName"))
        yield Found(sql, question, where, count=max(1, len(people) + likes), origin={"query": str(row.get("id", ""))})
