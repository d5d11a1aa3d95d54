"""What a name is: of a column, or of what the rows of a table are; and how a synonym makes one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from backends.vectors.korean import has_hangul
from backends.vectors.tokens import terms
from catalog_sync.model import CatalogColumn, CatalogTable
from catalog_sync.names import row_noun
from plugin.generator import tables

Role = Literal["measure", "dimension", "flag", "rows"]

COUNTED = re.compile(r"count\((?:(\*)|distinct (\w+))\)(?: is the number of (.+))?", re.IGNORECASE)
WITH_OTHERS = frozenset(("with", "without", "including", "excluding", "incl", "excl", "before", "after"))
_KOREAN_COUNTS = ("건수", "개수", "수")


@dataclass(frozen=True)
class Name:
    """One way to call a column, or the rows of the table (`rows`, where `column` is "" or what tells them apart).

    `form`: terms of an English name, the text without blanks of a Korean one. `counted`: the noun of a count
    (`order_count` by the name of orders): it takes a "how many" to mean it. `own` names come before synonyms. `over`:
    what the column is divided by, where that is the figure (figures.py). `alike`: one of its words stands for another
    of the same meaning (alike.txt).
    """

    form: tuple[str, ...] | str
    role: Role
    column: str
    counted: bool = False
    own: bool = True
    over: str = ""
    alike: bool = False


def role(column: CatalogColumn, table: CatalogTable) -> Role:
    if column.type.upper().startswith("BOOL"):
        return "flag"
    how = table.view.measures.get(column.name) if table.view else None
    if how is not None:
        return "dimension" if COUNTED.search(how) else "measure"
    is_figure = tables.is_number(column) and not _is_key(column, table) and not _is_time(column)
    return "measure" if is_figure else "dimension"


def noun_of(table: CatalogTable) -> str:
    """What one row is: as the view says, by the key (`customer_id`), else by the table's last word in the singular."""
    for how in table.view.measures.values() if table.view else ():
        if (match := COUNTED.search(how)) and match[1] and match[3]:
            return match[3].removesuffix("s")
    return row_noun(table)


def synonym_of(text: str, kind: Role, column: str, *, counted: bool = False) -> Iterator[Name]:
    if not has_hangul(text):
        if not WITH_OTHERS.intersection(text.casefold().split()):  # "total with tax" is no total tax
            yield Name(terms(text), kind, column, counted, own=False)
        return
    form = "".join(text.split()).casefold()
    yield Name(form, kind, column, counted, own=False)
    ending = next((e for e in _KOREAN_COUNTS if form.endswith(e) and len(form) > len(e) + 1), None)
    if ending and kind == "measure":
        yield Name(form[: -len(ending)], kind, column, counted=True, own=False)


def _is_key(column: CatalogColumn, table: CatalogTable) -> bool:
    keys = {*table.primary_key, *(c for k in table.foreign_keys for c in k.columns)}
    return column.name in keys or column.name.casefold().endswith("_id")


def _is_time(column: CatalogColumn) -> bool:
    return column.name.casefold().endswith(("year", "month", "quarter", "hour", "number"))
