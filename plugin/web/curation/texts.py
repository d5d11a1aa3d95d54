"""Suggested texts as one person sees them: beside what the catalogue says now, and whether they may decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from catalog_sync.directory import short
from catalog_sync.edits import Edit
from catalog_sync.merge import added, merged
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable
from feedback.model import SuggestionRecord
from feedback.people import Actor
from feedback.suggestions import State, Suggestions
from plugin.web.accounts import Viewer
from plugin.web.errors import BadInput, NotFound

if TYPE_CHECKING:
    from plugin.web.site import Site


@dataclass(frozen=True)
class Shown:
    """`now`: the description, or the names that are known. `taken`: it is in the catalogue as it was last synced."""

    record: SuggestionRecord
    table: CatalogTable
    now: str
    taken: bool
    decides: bool

    @property
    def moved(self) -> bool:
        """Another description than its editor saw stands there now."""
        r = self.record
        return bool(r.field == "description" and r.state in ("proposed", "conflict") and not self.taken
                    and _flat(self.stands) != _flat(r.was))  # fmt: skip

    @property
    def stands(self) -> str:
        """What a new text would replace: where it is to be written, as far as that was seen, else in the catalogue."""
        return self.record.there or self.now

    @property
    def words(self) -> list[tuple[str, bool]]:
        """The suggested text in parts; which of them are new."""
        return added(self.stands, self.record.text)

    @property
    def both(self) -> str | None:
        """The changes of both; None where they changed the same words."""
        return merged(self.record.was, self.record.text, self.stands)


def suggest(site: Site, viewer: Viewer, actor: Actor, edit: Edit) -> SuggestionRecord:
    """For a table and a column that this person sees. Raises NotFound, BadInput, NotAccepted, TooMany."""
    site.limiter.take("say", viewer.id, site.settings.asks_per_minute)
    table = site.reading.seen_by(viewer).short(edit.table)
    if table is None:
        raise NotFound("no_table", f"there is no table {edit.table!r}, or it is not yours to see")
    column = table.column(edit.column) if edit.column else None
    if edit.column and column is None:
        raise NotFound("no_column", f"{edit.table} has no column {edit.column!r}")
    if edit.field == "value" and (column is None or column.pii or edit.value not in column.values):
        raise BadInput("no_value", f"{edit.value!r} is no listed value of this column")
    known = {_flat(text).casefold() for text in known_of(table, column, edit.field, edit.value)}
    if _flat(edit.text).casefold() in known:
        raise BadInput("known", "the catalogue says so already")
    place = replace(edit, table=short(table.name), was=edit.was if edit.field == "description" else None)
    return site.reading.bench.feedback.suggestions.propose(place, actor)


def shown(found: SuggestionRecord, catalog: Catalog, viewer: Viewer) -> Shown | None:
    """None where the table or the column is not theirs to see."""
    table = catalog.short(found.table)
    column = table.column(found.column) if table and found.column else None
    if table is None or (found.column and column is None):
        return None
    known = known_of(table, column, found.field, found.value)
    taken = _flat(found.text).casefold() in {_flat(text).casefold() for text in known}
    return Shown(found, table, ", ".join(known), taken, viewer.may("approve_texts", table.domain))


def listed(store: Suggestions, catalog: Catalog, viewer: Viewer, states: Sequence[State]) -> list[Shown]:
    found = (shown(record, catalog, viewer) for record in store.find(*states))
    return [one for one in found if one]


def known_of(table: CatalogTable, column: CatalogColumn | None, field: str, value: str) -> Sequence[str]:
    place = column or table
    if field == "description":
        return [place.description] if place.description else []
    if field == "synonym":
        return place.synonyms
    return column.value_synonyms.get(value, ()) if column else ()


def _flat(text: str) -> str:
    return " ".join(text.split())
