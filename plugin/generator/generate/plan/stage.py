"""Generate: statements by rules, for the tables over which the whole question can be read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise

from backends.vectors.english import stem
from backends.vectors.korean import has_hangul
from backends.vectors.tokens import terms
from catalog_sync.documents import words
from catalog_sync.model import Catalog, CatalogTable
from catalog_sync.names import gathers, without_layer
from plugin.generator import tables
from plugin.generator.ask import Ask, Candidate
from plugin.generator.bilingual.glossary import glossary
from plugin.generator.generate.plan.absence import split, write_absence
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.meaning.tree import Reading
from plugin.generator.generate.plan.names.alike import same_words
from plugin.generator.generate.plan.names.lexicon import is_deed, own_names
from plugin.generator.generate.plan.names.naming import noun_of
from plugin.generator.generate.plan.names.wide import Wide, narrow, widened
from plugin.generator.generate.plan.reading import read
from plugin.generator.generate.plan.recognition.deeds_named import is_asked_as_done
from plugin.generator.generate.plan.words.lasting import speaks_of_two, with_lasting
from plugin.generator.generate.plan.words.weekdays import with_hours, with_weekdays
from plugin.generator.generate.plan.writing import write
from plugin.generator.stage import Kind, Need, Services
from plugin.generator.understand.fillers import without_fillers
from plugin.generator.understand.periods import Unit

_WHICH_UNIT = re.compile(
    r"\b(?:which|what) (day|week|month|quarter|year)\b(?: (?:of|in)(?= (?:19|20)\d\d))?", re.IGNORECASE
)
_EACH = r"(?P<each>(?:per|each|every|a) (?:day|week|month|quarter|year))"
_MEAN_OF_ROWS = (
    re.compile(rf"\b(?:average|avg\.?|mean) (?P<rows>(?:[a-z]+ )?[a-z]+s) {_EACH}\b", re.IGNORECASE),
    re.compile(rf"\b(?P<rows>(?:[a-z]+ )?[a-z]+s) {_EACH} on average\b", re.IGNORECASE),
)
_ROWS_FIRST = re.compile(r"^(?P<rows>(?:[a-z]+ )?[a-z]+s)\b", re.IGNORECASE)
_KO_WHICH_UNIT = re.compile(
    r"(?:가장|제일)\s[가-힣]+(?:\s[가-힣]+)?\s(?P<unit>분기|해|연도|달|월|주|날)(?=[은는이가]?\s*(?:언제|어느|몇|[?.]|$))"
)
_KO_UNITS: dict[str, Unit] = {
    "분기": "quarter", "해": "year", "연도": "year", "달": "month", "월": "month", "주": "week", "날": "day",
}  # fmt: skip
_KO_DONE = re.compile(r"[가-힣](?:는|한|된|은|던|인)\s")  # 커피를 쓰는 메뉴
_COUNTS = ("rows", "distinct")
ORIGIN = "generate.plan"
LOOSE = "generate.loose"


@dataclass(frozen=True)
class Plan:
    """The best tables are tried in their order until `most` of them could be read, and one more of each other workspace
    (who asks may mean either); none is no failure. `verbs`: a verb must be explained too; a statement that leaves one
    out is no more than a candidate."""

    verbs: bool = True
    most: int = 2
    tried: int = 20
    name: str = ORIGIN
    kind: Kind = "generate"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        spoken = ask.add(question=without_fillers(ask.question), values=tables.values_meant(ask))
        candidates: list[Candidate] = []
        unread: list[str] = []
        spaces: set[str] = set()
        all_alike = True
        for table in _with_kin([r.table for r in ask.routes], services.catalog, self.tried):
            if not all_alike and len(candidates) >= self.most and (table.workspace in spaces or not self.verbs):
                continue
            try:
                sql, alike = _written(spoken, table, services, verbs=self.verbs)
            except Unread as why:
                unread.append(f"{table.name.name}: {why}")
                continue
            if alike and not all_alike:
                continue  # another table has the question's own words
            if all_alike and not alike:
                candidates, spaces = [], set()
            all_alike = all_alike and alike
            spaces.add(table.workspace)
            candidates.append(Candidate(sql, f"{self.name}/{table.name.name}", raw=sql))
        return ask.add(candidates=(*ask.candidates, *candidates), unread=tuple(unread))


def _with_kin(routed: Sequence[CatalogTable], catalog: Catalog, most: int) -> list[CatalogTable]:
    """The routed tables, then the base tables that have a key to one of them; without those of which another of these
    is made that has the same things (what is staged, beside its mart)."""
    there = {t.name for t in routed}
    kin = catalog.directory.children(t.name for t in routed if t.view is None)
    kin = [name for name in kin if name not in there]
    found = [*routed[:most], *catalog.these(kin[: most - len(routed)])]
    nouns = {t.name: noun_of(t) for t in found}
    keys = {t.name: set(t.primary_key) for t in found}
    made = ((t, u) for t in found if t.view is None and not gathers(t) for u in t.upstream)
    staged = {u for t, u in made if nouns.get(u) == noun_of(t) and keys[u] <= {c.name for c in t.columns}}
    return [t for t in found if t.name not in staged]


def _written(ask: Ask, table: CatalogTable, services: Services, *, verbs: bool) -> tuple[str, bool]:
    """Over the table alone, else over a base table with its parents; and whether some word only means the same as a
    name there. Raises Unread."""
    catalog = services.catalog
    if any(True for _ in split(ask.question)):
        with suppress(Unread):
            return write_absence(ask, table, catalog, services.dialect)
    try:
        reading = _read(ask, narrow(table, catalog), catalog, verbs)
        return write(reading, catalog, services.dialect), _is_alike(reading)
    except Unread:
        if table.view is not None or not table.foreign_keys:
            raise
    reading = _read(ask, widened(table, catalog, ask.question, two_days=speaks_of_two(ask.question)), catalog, verbs)
    return write(reading, catalog, services.dialect), _is_alike(reading)


def _lists_parents(reading: Reading) -> bool:
    """ "Inspectors of Daegu" are not those of the defects that were found there."""
    plain = not (reading.measures or reading.having or reading.units) and len(reading.groups) == 1
    if not plain or not all(g in reading.wide.columns for g in reading.groups):
        return False
    theirs = bool(reading.conditions) and all(c.column in reading.wide.columns for c in reading.conditions)
    return theirs or all(words(g).endswith("name") for g in reading.groups)


def _did(ask: Ask, base: CatalogTable) -> bool:
    """ "Customers who ordered in May" are those of the orders, parts that suppliers offer those of the offers."""
    if is_asked_as_done(ask.question, terms(noun_of(base))[-1]):
        return True
    return bool(ask.periods) and any(is_deed(terms(noun_of(base))[-1], verb) for verb in tables.done(ask.question))


def _does(ask: Ask, base: CatalogTable) -> bool:
    """ "Customers who bought more than 5 products", "suppliers offer more than 50 parts": those of what is done."""
    return bool(tables.done(ask.question)) or terms(noun_of(base))[-1] in terms(ask.question)


def _is_of_another(ask: Ask, base: CatalogTable, catalog: Catalog) -> bool:
    """Bookings, 예약, are the rows of the table that is called so, and not those of `class_bookings`, 수업 예약."""
    spelled, noun = terms(without_layer(base.name.name)), terms(noun_of(base))
    said = {*terms(ask.question), *(other for t in terms(ask.question) for other in same_words(t))}
    if spelled[-len(noun) :] == noun and not set(spelled) - set(noun) & said and set(noun) <= said:
        return spelled != noun and _is_called_so(noun_of(base), base, catalog)
    whole = {"".join(s.split()) for s in base.synonyms}
    written = "".join(ask.question.split())
    for synonym in (s for s in base.synonyms if has_hangul(s) and " " in s):
        last = synonym.split()[-1]
        if last in written and last not in whole and not any(s in written for s in whole):
            return any(_is_called_so(name, base, catalog) for name in glossary().get(last, ()))
    return False


def _names_another(question: str, wide: Wide, catalog: Catalog) -> bool:
    """Fuel purchases are the rows that are called so, and no maintenance orders, whatever else orders may be called."""
    if set(terms(noun_of(wide.base))) <= set(terms(question)):
        return False
    said = pairwise(re.findall(r"[a-z]+", question.casefold()))
    nouns = (f"{first} {second.removesuffix('s')}" for first, second in said)
    others = {name for noun in nouns for name in catalog.directory.of_noun(wide.base.workspace, noun)}
    theirs = {k.to_table for k in wide.base.foreign_keys} | {join.parent.name for join in wide.joins.values()}
    return bool(others - theirs - {wide.base.name})


def _is_called_so(noun: str, base: CatalogTable, catalog: Catalog) -> bool:
    """Another table is, as a whole."""
    others = (t for t in catalog.directory.of_noun(base.workspace, noun) if t != base.name)
    return any(terms(without_layer(t.name)) == terms(noun) for t in others)


def _is_told_of_children(reading: Reading, ask: Ask, catalog: Catalog) -> bool:
    """The rating of hotels is that of their reviews, and not the `star_rating`."""
    figures = {
        m.column: words(m.column).split()[-1] for m in reading.measures if m.aggregate not in _COUNTS and m.column
    }
    short = {last for column, last in figures.items() if words(column) != last and words(column) not in ask.question}
    if not short or reading.wide.base.view is not None:
        return False
    children = catalog.these(catalog.directory.children([reading.wide.base.name]))
    return any(words(c.name) in short and tables.is_number(c) for t in children for c in t.columns)


def _is_alike(reading: Reading) -> bool:
    """Some word is no name of the table itself, or what is asked for has no name here."""
    nameless = bool(reading.groups) and all(g.casefold().endswith("_id") for g in reading.groups)
    used = {*reading.groups, *(c.column for c in reading.conditions)}
    return reading.alike or nameless or bool(used & set(reading.wide.derived))


def _reading(ask: Ask, wide: Wide, verbs: bool) -> Reading:
    """ "Which month had the most orders": of rows that have days. "Average orders per month" is of their number."""
    try:
        return read(ask, wide, verbs=verbs)
    except Unread:
        if counted := _counted(ask, wide):
            return read(counted, wide, verbs=verbs)
        if ask.groupings or (unit := _unit_asked(ask, wide)) is None:
            raise
    return read(ask.add(groupings=(unit,)), wide, verbs=verbs)


def _counted(ask: Ask, wide: Wide) -> Ask | None:
    """The question with "number of" before the rows that are meant by their number."""
    patterns = _MEAN_OF_ROWS if ask.groupings else (_ROWS_FIRST,) if len(ask.periods) == 2 else ()
    for pattern in patterns:
        said = pattern.search(ask.question)
        if said and stem(said["rows"].casefold().split()[-1]) == terms(noun_of(wide.base))[-1]:
            before, each = ("average ", f" {said['each']}") if ask.groupings else ("", "")
            put = f"{before}number of {said['rows']}{each}"
            return ask.add(question=ask.question[: said.start()] + put + ask.question[said.end() :])
    return None


def _unit_asked(ask: Ask, wide: Wide) -> tuple[str, Unit] | None:
    """With the words for it; views have columns that are called so, but for those that are coarser than their own."""
    if korean := _KO_WHICH_UNIT.search(ask.question):
        return korean["unit"], _KO_UNITS[korean["unit"]]
    asked = _WHICH_UNIT.search(ask.question) if wide.base.view is None else None
    unit: Unit = asked[1].casefold() if asked else "day"  # type: ignore[assignment]
    return (asked[0].casefold(), unit) if asked else None


def _read(ask: Ask, wide: Wide, catalog: Catalog, verbs: bool) -> Reading:
    """ "How many customers" in all is for the table of the customers: others know only those who did something."""
    base = wide.base
    if base.view is None and (_is_of_another(ask, base, catalog) or _names_another(ask.question, wide, catalog)):
        raise Unread("another table is called so")
    ask, wide = with_lasting(ask, wide)
    reading = _reading(ask, with_hours(with_weekdays(wide, ask.question), ask.question), verbs)
    bounded = reading.having or reading.form != "plain" or any(c.bound for c in reading.conditions)
    if not (reading.measures or bounded) and all(g.casefold().endswith("_id") for g in reading.groups):
        raise Unread("a list of keys")
    if _is_told_of_children(reading, ask, catalog):
        raise Unread("what they have is called so")
    counted = [m for m in (*reading.measures, *(b.measure for b in reading.having)) if m.aggregate == "distinct"]
    if not reading.groups and any(m.column in wide.columns for m in counted) and not _did(ask, wide.base):
        raise Unread("what rows belong to is counted elsewhere")
    if _lists_parents(reading) and not (tables.done(ask.question) or ask.periods or _KO_DONE.search(ask.question)):
        raise Unread("what rows belong to is listed elsewhere")
    if len(counted) == 1 and len(reading.measures) <= 1:
        noun = words(counted[0].column.casefold().removesuffix("_id").removesuffix("_name"))
        kin = [words(t.name.name).split() for t in (wide.base, *(join.parent for join in wide.joins.values()))]
        if counted[0].column.casefold().endswith("_name") and sum(noun in spelled[:-1] for spelled in kin) > 1:
            raise Unread(f"a {noun} of which table")
        home = wide.columns.get(counted[0].column)
        parent = wide.joins[home[0]].parent if home else None
        led = [parent.name] if parent is not None and home and home[1] in own_names(parent) else []
        led += [k.to_table for k in wide.base.foreign_keys if k.columns == (counted[0].column,)]
        own = catalog.these(dict.fromkeys((*led, *catalog.directory.of_noun(wide.base.workspace, noun))))
        others = [t for t in own if t.name != wide.base.name]
        own_columns = {c.name for c in wide.base.columns}
        did = _did(ask, wide.base) or (bool(reading.having) and _does(ask, wide.base))
        did = did or any(c.bound and c.column in own_columns for c in reading.conditions)
        if any(not ask.periods or tables.event_time(t) for t in others) and not did:
            raise Unread(f"every {noun} is elsewhere")
    return reading
