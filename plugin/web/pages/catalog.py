"""/catalog: what questions can be answered from. Values of PII columns are in no catalogue, so in no page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from catalog_sync.directory import short
from catalog_sync.model import Catalog, CatalogTable
from feedback.suggestions import OPEN
from plugin.web.accounts import Viewer
from plugin.web.answers.asking import relation
from plugin.web.curation.texts import listed
from plugin.web.errors import NotFound
from plugin.web.site import SiteDep, may

router = APIRouter(include_in_schema=False)
Browser = Annotated[Viewer, Depends(may("browse"))]
_MOST_HITS = 5
_MOST_TABLES = 400
_MOST_COMPLETED = 1000


@dataclass(frozen=True)
class Card:
    """`hits` are the columns that the search found."""

    key: str
    description: str
    domain: str
    columns: int
    is_view: bool
    hits: tuple[str, ...]


@router.get("/catalog")
def tables(
    request: Request,
    site: SiteDep,
    viewer: Browser,
    q: Annotated[str, Query(max_length=200)] = "",
    domain: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    catalog = site.reading.seen_by(viewer)
    return site.renderer.page(
        request,
        "catalog.html",
        tables=search(catalog, q, domain),
        domains=catalog.directory.all_domains(),
        q=q,
        domain=domain,
        open=len(listed(site.reading.bench.feedback.suggestions, catalog, viewer, OPEN)),
    )


@router.get("/catalog/schema.json")
def schema(site: SiteDep, viewer: Browser) -> Response:
    """What the editor completes: names that this person may read, of the first tables where there are many."""
    catalog = site.reading.seen_by(viewer)
    found = catalog.these(catalog.directory.speaking_of((), "", _MOST_COMPLETED))
    return JSONResponse({key_of(t): [c.name for c in t.columns if not c.pii] for t in found})


@router.get("/catalog/{key}")
def table(
    request: Request,
    site: SiteDep,
    viewer: Browser,
    key: str,
    edit: Annotated[str | None, Query(max_length=300)] = None,
) -> Response:
    """`edit` names the column whose texts are edited, "" the table's own."""
    catalog = site.reading.seen_by(viewer)
    found = find(catalog, key)
    suggested = Counter(s.column for s in site.reading.bench.feedback.suggestions.find(*OPEN, table=key_of(found)))
    return site.renderer.page(
        request,
        "table.html",
        key=key,
        table=found,
        edit=edit,
        suggested=sorted(suggested.items()),
        references=[
            (", ".join(k.columns), relation(k.to_table.schema, k.to_table.name), k.tested)
            for k in found.foreign_keys
            if catalog.table(k.to_table)
        ],
        made_from=[relation(n.schema, n.name) for n in found.upstream if catalog.table(n)],
    )


def key_of(table: CatalogTable) -> str:
    return short(table.name)


def find(catalog: Catalog, key: str) -> CatalogTable:
    found = catalog.short(key)
    if found is None:
        raise NotFound("no_table", f"there is no table {key!r}, or it is not yours to see")
    return found


def search(catalog: Catalog, q: str, domain: str = "", most: int = _MOST_TABLES) -> list[Card]:
    """Every word must be in the table's name, description or synonyms, or in one of its columns'. Of those that have
    the words somewhere the first `most`, by their names first."""
    words = q.casefold().split()
    found = []
    for table in catalog.these(catalog.directory.speaking_of(words, domain, most)):
        columns = {c.name: " ".join((c.name, c.description, *c.synonyms)).casefold() for c in table.columns}
        own = " ".join((key_of(table), table.description, *table.synonyms)).casefold()
        hits = tuple(n for n, text in columns.items() if any(word in text for word in words))
        everything = " ".join((own, *columns.values()))
        if all(word in everything for word in words):
            rank = sum(word in own for word in words)
            card = Card(
                key_of(table), table.description, table.domain, len(columns), table.view is not None,
                hits[:_MOST_HITS] if rank < len(words) else (),
            )  # fmt: skip
            found.append((-rank, card.key, card))
    return [card for _, _, card in sorted(found, key=lambda f: f[:2])]
