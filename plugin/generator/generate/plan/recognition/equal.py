"""Figures that must be a number: "of size 50", "units with 2 bedrooms", 크기가 50이고."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog_sync.model import CatalogTable
from plugin.generator import tables
from plugin.generator.generate.plan.words.seen import Found, Recognised

_IS = re.compile(
    r"(?:\s+(?:is|of|=|equals|exactly|equal to))?\s+(\d[\d,]*(?:\.\d+)?)(?![\d%:.,]*\d|%|\s*(?:percent|to|and|or)\b)",
    re.IGNORECASE,
)
_KO_IS = re.compile(r"[이가은는]?\s*(\d[\d,]*(?:\.\d+)?)(?:이고|이며|이면서|인(?=\s)|짜리)")
_SO_MANY = re.compile(
    r"(?P<has>\b(?:have|has|had|having|with)\s+(?:exactly |just )?)?(?<![\d.,$€])(?P<number>\d+)[\s-]+$", re.IGNORECASE
)


def _so_many(one: Found, seen: Recognised) -> re.Match[str] | None:
    """ "Units with 2 bedrooms", "2-bedroom units": the number right before a plural, or before what is of the rows."""
    found = _SO_MANY.search(seen.text.text, 0, one.span[0])
    if found is None or one.name.role != "measure" or one.name.counted or one.name.over:
        return None
    rows = any(
        f.name.role == "rows" and not seen.text.between(one.span[1], f.span[0]) for f in seen.found if f.span > one.span
    )
    told = found["has"] and seen.text.text[slice(*one.span)].casefold().endswith("s")
    return found if (told or rows) and seen.text.is_free(found.span("number")) else None


def equals(seen: Recognised, table: CatalogTable) -> Iterator[tuple[Found, float]]:
    """The figures and numbers of things that must be a number: "of size 50", 크기가 50이고. Takes the number."""
    for one in seen.found:
        column = table.column(one.name.column)
        if column is None or one.name.role not in ("measure", "dimension") or not tables.is_number(column):
            continue
        if table.view is None and (has := _so_many(one, seen)):
            seen.text.take(has.span())
            yield one, float(has["number"])
            continue
        for pattern in (_IS, _KO_IS):
            match = pattern.match(seen.text.text, one.span[1])
            if match and seen.text.is_free(match.span(1)):
                seen.text.take(match.span())
                before = seen.before(one.span)
                if before is None or before.of != "named":  # "larger than size 40"
                    yield one, float(match[1].replace(",", ""))
                break
