"""Route: which tables may hold the answer."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from backends.vectors.base import Hit
from backends.vectors.tokens import sparse_query
from catalog_sync.index import COLLECTIONS
from catalog_sync.model import CatalogTable
from plugin.generator import tables
from plugin.generator.ask import Ask, Mention, Route, Verdict
from plugin.generator.generate.plan.words.text import speaks_of
from plugin.generator.retrieve.nearest import nearest
from plugin.generator.stage import Kind, Need, Services
from plugin.generator.understand.dates import TimePhrase
from plugin.generator.understand.periods import Period

_RANK_CONSTANT = 10
_AVERAGE = re.compile(r"\b(?:average|avg|mean|typical)\b|평균", re.IGNORECASE)
_ABSENCE = re.compile(
    r"\b(?:never|without|no longer|not (?:yet|once)|have not|has not|haven't|hasn't|did not|didn't)\b"
    r"|한\s?번도|없는|않은|못한",
    re.IGNORECASE,
)


_WHICH_UNIT = re.compile(
    r"\b(?:which|what) (?:single |one )?(day|date|week|month|quarter)(?! of the week)\b|며칠|어느\s?날|무슨\s?날",
    re.IGNORECASE,
)
_UNITS: dict[str, tables.Unit] = {"day": "day", "date": "day", "week": "week", "month": "month", "quarter": "quarter"}


@dataclass(frozen=True)
class Hybrid:
    """Ranks of table documents and of the best columns of each table, the values found, and which of the question's
    words the table knows, the rarer the word the more it counts.

    An average can't be taken from sums, so a question for one moves roll-ups back (`average_penalty`);
    rows of what happened don't hold what never did (`absence_penalty` on all views). `view_bonus` is what a view gains
    over a base table. Of the tables that only words and values lead to, the best `looked_at` are read. Left out are
    tables whose time column is coarser than the periods asked for, or whose data lie outside them while others have
    such data, and with `use_views` off every question view.
    """

    most: int = 12
    use_views: bool = True
    view_bonus: float = 0.15
    average_penalty: float = 0.5
    absence_penalty: float = 1.0
    mention_weight: float = 1.0
    value_weight: float = 1.0
    rows_weight: float = 1.5
    looked_at: int = 100
    name: str = "route.hybrid"
    kind: Kind = "route"
    needs: frozenset[Need] = frozenset({"index", "embeddings"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        seen = _Seen(ask, services, self.use_views)
        parts = self._parts(ask, services, seen)
        if ask.periods and not any(tables.time_column(seen[name]) for name in parts):
            seen.outside_too = True
            parts = self._parts(ask, services, seen)
        if not parts:
            return ask.add(verdict=Verdict("refused", reason="empty_catalog"), dropped=seen.dropped)
        routes = [Route(seen[name], self._score(seen[name], p, ask.question), p) for name, p in parts.items()]
        routes.sort(key=lambda r: (-r.score, str(r.table.name)))
        return ask.add(routes=tuple(routes[: self.most]), dropped=(*ask.dropped, *seen.dropped))

    def _parts(self, ask: Ask, services: Services, seen: _Seen) -> dict[str, dict[str, float]]:
        """Of each table that the search or the question's values and words lead to."""
        dense = services.embedder.embed_query(ask.question).tolist()
        sparse = sparse_query(ask.question)
        parts: dict[str, dict[str, float]] = defaultdict(dict)
        for what, most in (("table", 30), ("column", 120)):
            hits = nearest(services.index, COLLECTIONS[what], dense, sparse, most, seen.may)  # type: ignore[index]
            for rank, name in enumerate(_first_seen(hits), start=1):
                parts[name][what] = float(rank)
        weights = {m: math.log(1 + len(services.catalog.tables) / len(m.tables)) for m in ask.mentions if m.tables}
        phrases = {v.phrase for v in ask.values}
        for name in self._spoken_of(ask, weights, seen) | parts.keys():
            held = {v.phrase for v in ask.values if v.table == name}
            if phrases:
                parts[name]["values"] = len(held) / len(phrases)
            if seen[name].view is None and speaks_of(ask.question, seen[name]):
                parts[name]["rows"] = 1.0
            if weights:
                parts[name]["words"] = sum(w for m, w in weights.items() if name in m.tables) / sum(weights.values())
        return parts

    def _spoken_of(self, ask: Ask, weights: Mapping[Mention, float], seen: _Seen) -> set[str]:
        """The tables that have most of the question's values and words."""
        found: dict[str, float] = defaultdict(float)
        for value in ask.values:
            found[value.table] += self.value_weight
        for mention, weight in weights.items():
            for name in mention.tables:
                found[name] += self.mention_weight * weight / sum(weights.values())
        best = sorted(found, key=lambda name: (-found[name], name))[: self.looked_at]
        return {name for name in best if seen.may(name)}

    def _score(self, table: CatalogTable, parts: dict[str, float], question: str) -> float:
        ranks = sum(_RANK_CONSTANT / (_RANK_CONSTANT + parts[p]) for p in ("table", "column") if p in parts)
        score = ranks + self.rows_weight * parts.get("rows", 0.0)
        score += self.value_weight * parts.get("values", 0.0) + self.mention_weight * parts.get("words", 0.0)
        if not table.view:
            return score
        score += self.view_bonus
        if len(table.view.grain) > 1 and _AVERAGE.search(question):
            score -= self.average_penalty
        return score - self.absence_penalty if _ABSENCE.search(question) else score


class _Seen(dict[str, CatalogTable]):
    """The tables that were looked at and may answer, by whole name. `outside_too`: though no period fits their data."""

    def __init__(self, ask: Ask, services: Services, use_views: bool) -> None:
        super().__init__()
        self._ask, self._services, self._use_views = ask, services, use_views
        self._out: dict[str, str] = {}
        self.outside_too = False

    @property
    def dropped(self) -> tuple[str, ...]:
        return tuple(f"{name}: {why}" for name, why in self._out.items() if why and name not in self)

    def may(self, name: str) -> bool:
        if name not in self and (name not in self._out or self.outside_too):
            table = self._services.catalog.whole(name)
            if table is None or (table.view is not None and not self._use_views):
                self._out[name] = ""
            elif not (why := self._why_not(table)):
                self[name] = table
            else:
                self._out[name] = why
        return name in self

    def _why_not(self, table: CatalogTable) -> str:
        why = _too_coarse(self._ask.periods, table, self._services)
        if why or self.outside_too:
            return why
        asked = _coarser(table, _unit_asked(self._ask.question), self._ask.question)
        return asked or tables.outside(self._ask.periods, table, self._services.catalog)


def _first_seen(hits: Iterable[Hit]) -> list[str]:
    return list(dict.fromkeys(hit.payload["table"] for hit in hits))


def _too_coarse(periods: Iterable[TimePhrase], table: CatalogTable, services: Services) -> str:
    """A monthly roll-up can't answer for ten days of a month."""
    column = tables.time_column(table)
    if column is None or (unit := tables.grain(column)) == "day":
        return ""
    today = tables.today([table], services.catalog)
    for phrase in periods:
        if not _aligned(phrase.resolve(today), unit):
            return f"{column.name} is by {unit}, {phrase.text!r} is not"
    return ""


def _unit_asked(question: str) -> tables.Unit | None:
    """ "Which day": a month is no answer; "which day of the week" asks for something else."""
    found = _WHICH_UNIT.search(question)
    return None if found is None else "day" if found[1] is None else _UNITS[found[1].casefold()]


def _coarser(table: CatalogTable, wanted: tables.Unit | None, question: str) -> str:
    column = tables.time_column(table, question) if wanted and table.view else None
    if column is None or wanted is None or not tables.is_coarser(tables.grain(column), wanted):
        return ""
    return f"{column.name} tells no {wanted}"


def _aligned(period: Period, unit: tables.Unit) -> bool:
    return all(day is None or tables.start_of(unit, day) == day for day in (period.start, period.end))
