"""Questions about things that have no such row, or at least one: "customers who never ordered in 2020".

What is asked for stands on one side of the word that says so, what it never did on the other; a key of the one table
to the other ties them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from backends.vectors.korean import has_hangul
from backends.vectors.tokens import terms
from catalog_sync.model import Catalog, CatalogTable, ForeignKey
from catalog_sync.names import without_layer, words
from plugin.generator import tables
from plugin.generator.ask import Ask
from plugin.generator.generate.plan import reading as readings
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.meaning.tree import Reading
from plugin.generator.generate.plan.names.lexicon import names, own_names
from plugin.generator.generate.plan.names.naming import noun_of
from plugin.generator.generate.plan.names.wide import narrow, widened
from plugin.generator.generate.plan.recognition.recognise import recognise
from plugin.generator.generate.plan.words.text import Text
from plugin.generator.generate.plan.writing import conditions_of, write_query
from plugin.generator.understand import dates

_HELP = r"(?:(?:that|who|which|and) )?(?:(?:have|has|had|were|was|are|is|did|do|does)(?: \w+)? )?"
_NEVER = re.compile(
    rf"\b{_HELP}(?:never(?: once)?|not(?: yet| ever| once)?|no|without(?: any)?|haven't|hasn't|didn't|don't)\b"
    r"(?: (?:had|been|have|be))?(?: (?:a single|a|any|even one))?",
    re.IGNORECASE,
)
_EVER = re.compile(rf"\b{_HELP}(?:\w+ )?(?:at least (?:one|once)|ever|one or more)\b(?: of)?", re.IGNORECASE)
_ONLY = re.compile(r"\bonly\b", re.IGNORECASE)
_BUT_NOT = re.compile(
    r",? (?:but|and) (?:(?:did|have|has|had|was|were)(?:n't| not| never)|not|never)(?: once| ever)?\b", re.IGNORECASE
)
_KO_BUT_NOT = re.compile(r"(?<=[가-힣])(?:했|있었|됐|었|았|였)(?:는데|지만|으나|고|다가)도?,?\s")
_ONCE = r"(?:단\s*)?(?:한|하나)\s*(?:번|건|개|명|곳|줄|차례|대|권)?"
_KO_NEVER = re.compile(
    rf"(?:[이가을를은는]\s*)?(?:{_ONCE}도|전혀)?\s*(?:없는|없었던|없던|(?:하지|되지|지)\s*않[은는았던]+|못\s?(?:한|판|산|낸|받은|했던)|안\s?(?:한|산|판))(?=\s)"
)
_IN_BOTH = re.compile(
    r"\b(?P<in>in|from|at|during|on) both (?P<one>[\w' -]+?) and (?P<two>[\w'-]+(?: (?:19|20)\d\d)?)", re.IGNORECASE
)
_KO_IN_BOTH = re.compile(
    r"(?P<one>[가-힣\w]+?(?:\s\d{1,2}월)?)(?:과|와|이?랑|하고)\s(?P<two>[가-힣\w]+?(?:\s\d{1,2}월)?)(?P<at>에서|에)?\s"
    r"(?:모두|둘\s?다|양쪽\s?다)\s"
)
_YET = re.compile(r"\byet\b|(?<![가-힣])아직(?=\s)", re.IGNORECASE)
_TODAY = re.compile(r"\b(?:right now|currently|now|at the moment|at present|today)\b|현재|지금", re.IGNORECASE)
_EMPHASIS = re.compile(rf"\s(?:{_ONCE}도|전혀)(?=\s)")
_RECORD = re.compile(r"(?<=[가-힣])\s?(?:이력|내역|기록|경험|사례|건|적)\s*[이가을를은는도]?\s*$")
_KO_EVER = re.compile(rf"(?:[이가을를은는]\s*)?{_ONCE}(?:이라도|라도)\s*")
_AMONG = re.compile(r"\s*중(?:에서|에)?\s|\s*가운데\s")
_BY = re.compile(r"^\s*\S+(?:\s?별(?:로)?|마다)(?=\s)")
_SUCH = re.compile(r"^\s*(?:곳|사람|것|분|데)[은는이가]?\s*")
_DONE = re.compile(r"(?:한|했던|있는|있었던|된|들어\s?있는|들어간|남긴|올린)(?=\s)")


@dataclass(frozen=True)
class Split:
    """The two sides of a question; `holds`: rows must be there. `but`: of a third side there must be none, or where it
    is `also` some too."""

    asked: str
    other: str
    holds: bool
    but: str = ""
    also: bool = False


def split(question: str) -> Iterator[Split]:
    """Each way to take a question apart."""
    yield from _but_not(question)
    yield from _in_both(question)
    for pattern, holds in ((_EVER, True), (_NEVER, False)):
        for match in pattern.finditer(question):
            if _ONLY.search(match[0]):
                continue  # "only ever bought in Chicago": and nowhere else
            yield Split(question[: match.start()], question[match.end() :], holds)
    for match in _KO_NEVER.finditer(question):
        yield _korean(question[: match.start()], question[match.end() :], holds=False)
    for match in _KO_EVER.finditer(question):
        if done := _DONE.search(question, match.end()):
            other = f"{question[: match.start()]} {question[match.end() : done.start()]}"
            yield _korean(other, question[done.end() :], holds=True)


def _but_not(question: str) -> Iterator[Split]:
    """ "Customers who ordered in June but not in July", 6월에는 주문했는데 7월에는 주문하지 않은 고객."""
    if match := _BUT_NOT.search(question):
        before, after = question[: match.start()], question[match.end() :]
        for word in re.finditer(r"\s(?=\w)", before):
            yield Split(before[: word.start()], before[word.end() :], True, after)
    if match := _KO_BUT_NOT.search(question):
        never = next((m for m in _KO_NEVER.finditer(question, match.end())), None)
        if never:
            first, second = question[: match.start()], question[match.end() : never.start()]
            korean = _korean(first, question[never.end() :], holds=True)
            yield replace(korean, but=second)


def _in_both(question: str) -> Iterator[Split]:
    """ "Customers who ordered in both June and July", 6월과 7월에 모두 주문한 고객."""
    if match := _IN_BOTH.search(question):
        before, tail = question[: match.start()], question[match.end() :]
        first, second = (f" {match['in'] or ''} {match[side]}{tail}" for side in ("one", "two"))
        for word in re.finditer(r"\s(?=\w)", before):
            done = before[word.end() :]
            yield Split(before[: word.start()], done + first, True, done + second, also=True)
    if (match := _KO_IN_BOTH.search(question)) and (done_so := _DONE.search(question, match.end())):
        deed, at = question[match.end() : done_so.start()], match["at"] or "에"
        korean = _korean(f"{match['one']}{at} {deed}", question[done_so.end() :], holds=True)
        yield replace(korean, but=f"{match['two']}{at} {deed}", also=True)


def _korean(other: str, asked: str, *, holds: bool) -> Split:
    """독일 고객사 중에 주문이 없는 곳은 몇 곳: what is asked for stands before 중에. 업종별로 at the head groups it."""
    other = _RECORD.sub("", _EMPHASIS.sub(" ", other))
    if by := _BY.match(other):
        other, asked = other[by.end() :], f"{by[0]} {asked}"
    among = _AMONG.search(other)
    if among is None:
        return Split(asked, other, holds)
    return Split(f"{other[: among.start()]} {_SUCH.sub('', asked)}", other[among.end() :], holds)


def write_absence(ask: Ask, table: CatalogTable, catalog: Catalog, dialect: str) -> tuple[str, bool]:
    """The statement for things of `table` that have, or have not, such rows in a table that has a key to it; and
    whether some word of it only means the same as a name there.

    Raises Unread.
    """
    if table.view is not None or len(table.primary_key) != 1:
        raise Unread("no things with a key")
    why = Unread("neither never nor ever")
    children = _children(table, catalog)
    for parts in split(ask.question):
        for child in children:
            for said in (parts, *_in_full(parts, child, children)):
                try:
                    query, alike = _written(ask, said, table, child, catalog)
                    return query.sql(dialect=dialect), alike
                except Unread as error:
                    why = error
    raise why


def _in_full(parts: Split, child: CatalogTable, children: Sequence[CatalogTable]) -> Iterator[Split]:
    """ "Never taken any leave" means no leave request, where no other rows are called after leave."""
    spelled = {c.name: without_layer(c.name.name).split() for c in children}
    *before, rows = spelled[child.name] or [""]
    others = {word for name, said in spelled.items() if name != child.name for word in said}
    if not before or others & set(before) or parts.but:
        return
    short = re.compile(rf"\b{' '.join(map(re.escape, before))}s?\b(?! {re.escape(rows.rstrip('s'))})", re.IGNORECASE)
    if short.search(parts.other):
        yield replace(parts, other=short.sub(f"{' '.join(before)} {rows}", parts.other, count=1))


def _children(table: CatalogTable, catalog: Catalog) -> list[CatalogTable]:
    return catalog.these(catalog.directory.children([table.name]))


def _written(
    ask: Ask, parts: Split, table: CatalogTable, child: CatalogTable, catalog: Catalog
) -> tuple[exp.Select, bool]:
    keys = [k for k in child.foreign_keys if k.to_table == table.name]
    if len(keys) > 1:  # of an employee_id and a reviewer_id the reviews of employees have the first
        keys = [k for k in keys if words(k.columns[0].removesuffix("_id")) == noun_of(table)]
    if len(keys) != 1:
        raise Unread("by which key")
    other = _part(ask, parts.other)
    if _YET.search(ask.question) and other.values and not _speaks(other, child):
        raise Unread("a state that is yet to come")  # who "has not checked out yet" has a stay that goes on
    if _TODAY.search(ask.question) and not (other.values or other.periods) and tables.comes_to_an_end(child):
        raise Unread("those that go on today")  # units that are not leased right now had a lease once
    if not _speaks(other, child) and any(_is_topic(v.column) and v.table == str(child.name) for v in other.values):
        raise Unread("what other rows are about")  # 결제하지 않은 says nothing of tickets about payments
    if why := tables.outside(other.periods, child, catalog):
        raise Unread(why)
    own = [set(terms(words(c.name))) for c in table.columns]
    if any(set(terms(v.phrase)) <= name for v in other.values for name in own) and not _speaks(other, child):
        raise Unread("they have it themselves")  # who "has no email" is told by their own column
    things = _things(_part(ask, parts.asked), table, catalog)
    there = _exists(other, child, keys[0], catalog, holds=parts.holds)
    outer = write_query(things, catalog).where(there)
    if _are_names(things.groups, table):
        outer.set("distinct", None)  # two of one name are two
    if parts.but:
        but = _part(ask, parts.but)
        then = bool(other.periods and but.periods)
        if not (then or parts.also) or tables.outside(but.periods, child, catalog):
            raise Unread("then but not when")
        outer = outer.where(_exists(but, child, keys[0], catalog, holds=parts.also, told=parts.other))
    return outer, things.alike


def _is_topic(column: str) -> bool:
    return words(column).split()[-1] in ("topic", "category", "subject", "reason", "type", "kind")


def _are_names(groups: Sequence[str], table: CatalogTable) -> bool:
    """What the things are called, and not their key."""
    noun = terms(noun_of(table))
    named = {n.column for n in names(table) if n.form == noun} - {*table.primary_key, ""}
    return len(groups) == 1 and groups[0] in named


def _exists(
    ask: Ask, child: CatalogTable, key: ForeignKey, catalog: Catalog, *, holds: bool, told: str = ""
) -> exp.Expression:
    inner = _rows(ask, child, catalog, told=told)
    if any(t.name == key.to_table.name for t in inner.find_all(exp.Table)):
        raise Unread("of the things themselves")
    for own, theirs in zip(key.columns, key.to_columns, strict=True):
        mine, its = exp.column(own, table=child.name.name), exp.column(theirs, table=key.to_table.name)
        inner = inner.where(exp.EQ(this=mine, expression=its))
    found: exp.Expression = exp.Exists(this=inner)
    return found if holds else exp.Not(this=found)


def _part(ask: Ask, text: str) -> Ask:
    """The question about one side only."""
    periods, groupings = dates.find(text), dates.groupings(text)
    values = tuple(v for v in ask.values if Text(text).find(v.phrase))
    return replace(ask, question=text, periods=periods, groupings=groupings, values=values)


def _things(ask: Ask, table: CatalogTable, catalog: Catalog) -> Reading:
    """A count of the things, or a list of them."""
    for wide in (narrow(table, catalog), widened(table, catalog)):
        try:
            found = readings.read(ask, wide, verbs=False)
        except Unread as error:
            why = error
            continue
        if found.order or found.having or found.form != "plain" or found.units or found.periods:
            raise Unread("more than which things")
        if [m.aggregate for m in found.measures] == ["rows"]:
            return found
        if not found.measures and own_names(table) & set(found.groups):
            return found  # of a brand one product without returns says nothing
        raise Unread("more than which things")
    raise why


def _rows(ask: Ask, child: CatalogTable, catalog: Catalog, *, told: str = "") -> exp.Select:
    """SELECT 1 of the rows that the other side speaks of; it must name them or what they are of, unless what was `told`
    before does."""
    said = f"{told} {ask.question}" + ("한" if has_hangul(ask.question[-1:]) else "")  # 주문이 없던: 주문한 적이 없는
    for wide in (narrow(child, catalog), widened(child, catalog, said)):
        try:
            seen = recognise(ask, wide, verbs=False)
        except Unread as error:
            why = error
            continue
        if seen.operators or any(f.name.role == "measure" for f in seen.found):
            raise Unread("a figure on the other side")
        if readings.is_flag_elsewhere(seen, ask, wide):
            raise Unread("a flag of other rows is called so")
        clock = tables.spoken_time(wide.table, said) if ask.periods else None
        own = [f for f in seen.found if f.name.role == "flag" or (f.name.role == "rows" and not f.name.column)]
        names_them = seen.values or own or _speaks(ask, child)
        if not (told or names_them or clock):
            raise Unread(f"nothing is said of {noun_of(child)}")
        kept = Reading(
            wide,
            conditions=tuple(readings.conditions(seen)),
            periods=ask.periods,
            clock=clock.name if clock is not None else "",
        )
        return conditions_of(kept, catalog)
    raise why


def _speaks(ask: Ask, child: CatalogTable) -> bool:
    """A verb is the noun: "never tweeted"."""
    text = Text(ask.question)
    return any(True for name in names(child) if name.role == "rows" and not name.column for _ in text.places(name))
