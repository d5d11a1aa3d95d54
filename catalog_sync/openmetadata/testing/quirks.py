"""What real servers were seen to do, each a switch that is off."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Quirks:
    """
    fail_page       this page of a list (from 1) answers 500, every time
    fail_once       the first request of all answers with this status (429, 502, 503, 504), the next ones are right
    retry_after     what a 429 asks for, in seconds
    wrong_total     added to `paging.total`
    same_page       the list never ends: every page points to itself
    repeat_rows     each page begins with the last row of the one before: rows moved while the list was read
    html            every answer is the web page of a login, with status 200
    redirect        every answer leads to a login page
    broken_json     answers are cut off
    not_json        the version is no JSON: some other API
    version         of the server
    unknown_fields  `fields` that this server does not know: it answers 400
    extra_field     a field that no model has, in every table
    unknown_type    the first column of every table has a type that no model has
    no_tags         tags are not in the answer though they were asked for
    singular        `owner` and `domain`, as older servers write them
    forbidden       paths that begin so answer 403
    missing         paths that begin so answer 404
    events_limit    `/events` with more events than this answers 500: the heap is full
    events_page     `/events` comes in pages of so many, as since 2026; their total is that of the page
    events_loop     and its pages never end
    search_lag      so many of the newest tables are not in the search index yet
    drop_columns    a PATCH with If-Match loses edits of columns and answers 200 all the same
    """

    fail_page: int = 0
    fail_once: int = 0
    retry_after: float = 0.0
    wrong_total: int = 0
    same_page: bool = False
    repeat_rows: bool = False
    html: bool = False
    redirect: bool = False
    broken_json: bool = False
    not_json: bool = False
    version: str = "2.0.6"
    unknown_fields: tuple[str, ...] = ()
    extra_field: bool = False
    unknown_type: bool = False
    no_tags: bool = False
    singular: bool = False
    forbidden: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    events_limit: int = 0
    events_page: int = 0
    events_loop: bool = False
    search_lag: int = 0
    drop_columns: bool = False
