"""Turns of speech: words that name nothing of a table themselves and are explained by what stands beside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from backends.vectors.english import stem
from backends.vectors.tokens import terms
from catalog_sync.documents import words
from catalog_sync.model import CatalogTable
from plugin.generator import tables
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.additive import is_of_one
from plugin.generator.generate.plan.names.lexicon import is_deed
from plugin.generator.generate.plan.names.naming import Name, noun_of
from plugin.generator.generate.plan.recognition.measure import is_by_row
from plugin.generator.generate.plan.words.operators import Operator
from plugin.generator.generate.plan.words.seen import BOUNDS, Found, Recognised
from plugin.generator.generate.plan.words.text import Span, Text

_SPOKEN_OF: Mapping[str, tuple[frozenset[str], ...]] = {
    "price": (frozenset((stem("price"),)), frozenset((stem("cost"),))),
    "cost": (frozenset((stem("cost"),)),),
    "sold": (frozenset(map(stem, ("sold", "units", "quantity"))),),
    "money": tuple(
        frozenset(map(stem, lot))
        for lot in (("revenue", "sales", "turnover"), ("amount", "charged", "income", "earnings"))
    ),
    "red": (frozenset((stem("balance"),)),),
    "worth": tuple(frozenset(map(stem, lot)) for lot in (("total", "worth"), ("value",), ("amount",))),
}
"""What a superlative or a bound speaks of: a column that has one of the words, of the first lot that has one."""
_NOT_SOLD = frozenset(map(stem, (
    "returned", "refunded", "cancelled", "canceled", "damaged", "lost", "reserved", "hand", "stock", "reorder",
    "received", "available", "backordered",
)))  # fmt: skip
_MONEY = re.compile(r"[$€£₩]|\b(?:dollars|euros|usd|eur)\b|\d\s*(?:[천만억]\s*)?(?:달러|불|원|유로)", re.IGNORECASE)
_OF_SUCH = frozenset(
    ("worth", "that", "which", "were", "are", "of", "totalling", "totaling", "달러", "원", "유로", "euros", "dollars")
)
_SIZE = re.compile(r"\b(?:largest|biggest|smallest|highest[- ]value)\b|(?:큰|작은)$", re.IGNORECASE)
_GLOSS = re.compile(r"((?:[^\s()]+\s+)?[^\s()]+)\s*\(([^()]+)\)")
_ORGANISATION = frozenset(map(stem, ("company", "companies", "firm", "business", "businesses", "organisation")))
_SELL = r"(?:sell|sold|make|made|earn|earned|take|taken|taken in|bring in|brought in|turn over|buy|bought|spend|spent)"
_DONE = re.compile(r"[a-z]+ed|paid|sold|sent|made|held|begun|bought|given|taken|built", re.IGNORECASE)
_SHOW = frozenset(
    ("", "show", "show me", "give me", "show the", "the", "our", "all", "all our", "show all", "show our")
)
_COUNT = re.compile(r"\s+(?:counts?|volumes?)\b", re.IGNORECASE)
_PARTICLE = re.compile(r"\s+(?:up|in|out|off)\b", re.IGNORECASE)
_KO_DONE = re.compile(r"(?:한|된|했던|됐던)(?=\s)")
_NEW = re.compile(r"\bnew(?:ly)?(?: registered| acquired)? ", re.IGNORECASE)
_RATE = re.compile(r"\s+rates?\b", re.IGNORECASE)
_WHOLE = re.compile(r"\b(?:among|amongst|out of|of) all (?:of )?(?:the |our )?(\w+)\b", re.IGNORECASE)
_HOW_MUCH = re.compile(
    rf"\bhow much(?: money| more)? (?:did|do|does|has|have)\b.*?\b{_SELL}\b(?: in(?= total| all))?", re.IGNORECASE
)
_SOLD_MORE = re.compile(rf"\b{_SELL} (?=more\b|less\b)", re.IGNORECASE)
_HOW_MUCH_DID = re.compile(
    r"\bhow much(?: money)? (?:did|do|does|have|has) (?:we|i|they|our|the|customers|clients)\b(?: \w+){0,3}? (\w+)"
    r"(?= (?:for|in|on|to|at|by|from|during|last|this|overall|altogether)\b|\s*[?.]?$)",
    re.IGNORECASE,
)
_KO_SOLD = re.compile(r"몇\s*(?:개|잔|그릇|병|벌|대|권)(?:나|씩|이나)?\s*(?:더\s*)?(?=(?:팔|판매))")


def explain(seen: Recognised, table: CatalogTable, *, is_timed: bool) -> None:
    """Takes the places of what needs no name. `is_timed`: the question speaks of periods."""
    new = _new(seen, table) if is_timed else ()
    for place in (*_glossed(seen), *_apposed(seen, table), *new, *_deeds(seen, table), *_of_table(seen, table)):
        seen.text.take(place)
    for place in _clocked(seen, table, is_timed):
        seen.text.take(place)


def _glossed(seen: Recognised) -> Iterator[Span]:
    """ "미출고 상태(open)인 주문": the value or figure in brackets says what the words before them mean."""
    text = seen.text
    told = [span for _, span in seen.values] + [f.span for f in seen.found if f.name.role == "measure"]
    for match in _GLOSS.finditer(text.text):
        if not any(match.start(2) <= start < match.end(2) for start, _ in told):
            continue
        inside = [t for t in text.tokens if match.start(2) <= t.start < match.end(2)]
        if inside and not any(text.is_free((t.start, t.end)) for t in inside):
            for token in text.tokens:
                if match.start(1) <= token.start < match.end(1) and text.is_free((token.start, token.end)):
                    yield token.start, token.end


def _apposed(seen: Recognised, table: CatalogTable) -> Iterator[Span]:
    """ "Customer companies" are customers, above all of the table that is described as one of companies."""
    ends = {f.span[1] for f in seen.found} | {span[1] for _, span in seen.values}
    for token in seen.text.tokens:
        place = (token.start, token.end)
        if (
            token.term in _ORGANISATION
            and seen.before(place) is None
            and any(not seen.text.text[e : token.start].strip() for e in ends if e < token.start)
        ):
            seen.alike = seen.alike or not _ORGANISATION.intersection(terms(table.description))
            yield place


def implied(seen: Recognised, known: Sequence[Name], table: CatalogTable) -> Iterator[Found]:
    """ "the most expensive", "the best-selling", "worth more than 10": the one measure that is spoken of."""
    able = [n for n in known if n.role in ("measure", "rows") and n.own and not n.over and not isinstance(n.form, str)]
    for operator in seen.operators:
        is_worth = _is_of_money(operator, seen, table) or _is_of_size(operator, seen, table)
        of = operator.of or ("worth" if is_worth else "")
        if of in _SPOKEN_OF and operator.kind in ("top", "bottom", "over_average", "under_average", *BOUNDS):
            lots = ([n for n in able if set(n.form) & words] for words in _SPOKEN_OF[of])
            fitting = next((lot for lot in lots if lot), [])
            if of == "sold":
                fitting = [n for n in fitting if n.column and not is_of_one(n.column)]
            if of == "sold" and any(_NOT_SOLD & set(terms(words(n.column))) for n in fitting):
                raise Unread("what came back or is there was not sold")
            if len({n.column for n in fitting}) != 1:
                raise Unread(f"no one {of} is here")
            yield Found(fitting[0], operator.span)


def priced(seen: Recognised) -> tuple[Operator, ...]:
    """재료비가 가장 비싼: of the figure that stands before it, not of the price."""
    figures = [f.span[1] for f in seen.found if f.name.role == "measure"]
    text = seen.text.text
    said = {
        o.span
        for o in seen.operators
        if any(text[end : o.span[0]].strip() in ("이", "가", "") for end in figures if end <= o.span[0])
    }
    return tuple(
        replace(o, of="") if o.of == "price" and o.kind in ("top", "bottom") and o.span in said else o
        for o in seen.operators
    )


def _is_of_money(operator: Operator, seen: Recognised, table: CatalogTable) -> bool:
    """ "Orders over $300", 300달러 넘는 주문, where no figure is named: of the rows right beside it."""
    said = seen.text.text[operator.span[0] : operator.span[1] + 8]
    if operator.kind not in BOUNDS or not _MONEY.search(said) or any(f.name.role == "measure" for f in seen.found):
        return False
    keys = {"", *table.primary_key, *(table.view.grain if table.view else ())}
    rows = [f.span for f in seen.found if f.name.role in ("rows", "dimension") and f.name.column in keys]
    gaps = (seen.text.between(min(s[1], operator.span[1]), max(s[0], operator.span[0])) for s in rows)
    return is_by_row(table) and any(set(gap.split()) <= _OF_SUCH for gap in gaps)


def _is_of_size(operator: Operator, seen: Recognised, table: CatalogTable) -> bool:
    """ "The ten largest orders", 가장 큰 주문, where no figure is named: of the rows right behind it."""
    if operator.kind not in ("top", "bottom") or not _SIZE.search(seen.text.text[slice(*operator.span)]):
        return False
    if not is_by_row(table) or any(f.name.role == "measure" for f in seen.found):
        return False
    keys = {"", *table.primary_key, *(table.view.grain if table.view else ())}
    rows = (f for f in seen.found if f.name.role in ("rows", "dimension") and f.name.column in keys)
    return any(not seen.text.text[operator.span[1] : f.span[0]].strip() for f in rows if f.span[0] >= operator.span[1])


def _deeds(seen: Recognised, table: CatalogTable) -> Iterator[Span]:
    """ "Drugs that were prescribed" of prescriptions: what each row tells."""
    noun = terms(noun_of(table))[-1:]
    for token in seen.text.tokens:
        said = seen.text.text[token.start : token.end]
        if noun and said.casefold().endswith("ed") and is_deed(noun[0], token.term) and token.term != noun[0]:
            yield token.start, token.end


def _of_table(seen: Recognised, table: CatalogTable) -> Iterator[Span]:
    """ "Ad spend" of the table of that name: a word of it right before a figure of it."""
    own = set(terms(words(table.name.name)))
    starts = {f.span[0] for f in seen.found if f.name.role in ("measure", "rows")}
    for token in (t for t in seen.text.tokens if t.term in own):
        place = (token.start, token.end)
        beside = any(not seen.text.text[token.end : start].strip() for start in starts if start > token.end)
        before = seen.before(place)
        if beside and seen.text.is_free(place) and (before is None or before.kind in ("total", "average")):
            yield place


def _clocked(seen: Recognised, table: CatalogTable, is_timed: bool) -> Iterator[Span]:
    """ "Claims filed in May": by the day on which they were; "who signed up by mail", as all did some day."""
    column = tables.spoken_time(table, seen.text.text)
    if not is_timed and (column is None or not tables.is_beginning(column)):
        return
    deeds = tables.deeds(column, seen.text.text) if column is not None else frozenset()
    for token in seen.text.tokens:
        place = (token.start, token.end)
        said = seen.text.text
        is_done = _DONE.fullmatch(said[slice(*place)]) or _KO_DONE.match(said, token.end)
        if token.term in deeds and seen.text.is_free(place) and is_done:
            yield place
            if particle := _PARTICLE.match(seen.text.text, token.end):
                yield particle.span()  # "signed up"


def _new(seen: Recognised, table: CatalogTable) -> Iterator[Span]:
    """ "New customers per month" are those of the day on which they came: the only day of theirs."""
    column = tables.event_time(table)
    if column is not None and tables.is_beginning(column):
        for match in _NEW.finditer(seen.text.text):
            if any(f.name.role == "rows" and f.span[0] == match.end() for f in seen.found):
                yield match.span()


def wholes(text: Text, noun: Sequence[str]) -> Iterator[Span]:
    """ "The share of denied claims among all claims": all of the things that were named before."""
    for match in _WHOLE.finditer(text.text):
        if stem(match[1]) == noun[-1] and any(t.term == noun[-1] and t.end <= match.start() for t in text.tokens):
            yield match.span()


def counted(seen: Recognised, known: Sequence[Name], own: Callable[[str], bool]) -> Iterator[Found]:
    """ "The most common breed", "the no-show rate": the rows are counted. `own`: a column is of the rows themselves."""
    rows = [n for n in known if n.role == "rows" and not n.column and n.own]
    common = [o.span for o in seen.operators if o.of == "common" or (o.of == "many" and _is_behind_deed(o, seen, rows))]
    rates = [o.span for o in _rates(seen, own)]
    if not rows or len([*common, *rates]) != 1 or any(f.name.role in ("measure", "rows") for f in seen.found):
        return
    if common and not all(own(f.name.column) for f in seen.found):
        raise Unread("what of what is common")
    seen.sole = (common or rates)[0]
    yield Found(rows[0], seen.sole)


def ranked_by_rows(seen: Recognised, known: Sequence[Name]) -> None:
    """ "Top 3 doctors by completed appointments", "which had more appointments, A or B": by how many there are."""
    if seen.first("top", "bottom") is None or seen.first("count") or any(f.name.role == "measure" for f in seen.found):
        return
    rows = {n.form: n for n in known if n.role == "rows" and not n.column}
    for one in (f for f in seen.found if f.name.form in rows):
        before = seen.before(one.span)
        is_by = before is not None and before.kind == "each" and before.of != "per"
        if is_by or (seen.either and before is not None and before.kind in ("top", "bottom")):
            seen.sole = one.span
            seen.operators = tuple(o for o in seen.operators if not is_by or o is not before)
            seen.found = tuple(Found(rows[f.name.form], f.span) if f is one else f for f in seen.found)
            return


def number_of(seen: Recognised, known: Sequence[Name]) -> None:
    """ "Return count by reason": the rows are counted. Takes the word."""
    rows = {n.form: n for n in known if n.role == "rows" and not n.column}
    for one in seen.found if seen.sole is None else ():
        if one.name.form in rows and (match := _COUNT.match(seen.text.text, one.span[1])):
            seen.sole = one.span
            seen.text.take(match.span())
            counted = Found(rows[one.name.form], one.span)
            seen.found = tuple(counted if f is one else f for f in seen.found)
            return


def tallied(seen: Recognised, known: Sequence[Name], *, in_time: bool) -> None:
    """ "Tickets created per month", "sessions by device": how many, where no figure is named. `in_time`: a unit of time
    or two periods are what they are told by."""
    if any(f.name.role == "measure" for f in seen.found) or seen.first("top", "bottom", "share", "average"):
        return
    rows = {n.form: n for n in known if n.role == "rows" and not n.column}
    things = [f for f in seen.found if f.name.role in ("dimension", "rows") and f.name.form in rows]
    if len(things) < sum(f.name.role == "rows" for f in seen.found):
        return
    if len(things) != 1 or not (in_time or _is_by(things[0], seen)):
        return
    (thing,) = things
    seen.sole = thing.span
    seen.found = tuple(Found(rows[f.name.form], f.span) if f is thing else f for f in seen.found)


def _is_by(thing: Found, seen: Recognised) -> bool:
    """It stands first, and behind it by what."""
    before = seen.text.between(0, thing.span[0], [place for _, place in seen.values])
    by = [o for o in seen.operators if o.kind == "each" and o.span[0] >= thing.span[1]]
    return before in _SHOW and bool(by) and all(o.kind == "each" for o in seen.operators)


def _is_behind_deed(operator: Operator, seen: Recognised, rows: Sequence[Name]) -> bool:
    """ "Prescribed the most" """
    before = [t for t in seen.text.tokens if t.end <= operator.span[0]][-1:]
    return any(
        is_deed(row.form[-1], t.term) and not seen.text.text[t.end : operator.span[0]].strip()
        for t in before
        for row in rows
    )


def _rates(seen: Recognised, own: Callable[[str], bool]) -> Iterator[Operator]:
    """ "Cancellation rate": the share of what is cancelled. Takes the word."""
    for column, span in seen.values:
        match = _RATE.match(seen.text.text, span[1])
        if match and own(column) and seen.text.is_free(match.span()):
            seen.text.take(match.span())
            operator = Operator("share", match.span())
            seen.operators = tuple(sorted((*seen.operators, operator), key=lambda o: o.span))
            yield operator


def money(seen: Recognised, known: Sequence[Name]) -> Iterator[Found]:
    """ "How much did Brooklyn sell?" asks for the sales, 몇 개 팔렸지 for the units, where no figure is named."""
    if any(f.name.role == "measure" for f in seen.found):
        return
    able = [n for n in known if n.role == "measure" and not n.over and n.own and isinstance(n.form, tuple)]
    if paid := _paid(seen, able):
        yield paid
    elif match := _HOW_MUCH.search(seen.text.text) or _sold_more(seen, able):
        fitting = {n.column: n for n in able if len(n.form) == 1 and set(n.form) & _SPOKEN_OF["money"][0]}
        if len(fitting) == 1:
            yield Found(next(iter(fitting.values())), (match.end() - 1, match.end()))
    elif (match := _KO_SOLD.search(seen.text.text)) and not any(f.name.role == "rows" for f in seen.found):
        fitting = {n.column: n for n in able if set(n.form) & _SPOKEN_OF["sold"][0]}
        if len(fitting) == 1:
            seen.sole = match.span()
            yield Found(next(iter(fitting.values())), match.span())


def _sold_more(seen: Recognised, able: Sequence[Name]) -> re.Match[str] | None:
    """ "Stores that sold more in 2020 than in 2019", where nothing tells how many pieces were sold."""
    more = _SOLD_MORE.search(seen.text.text) if seen.first("than_then") else None
    pieces = any(set(n.form) & _SPOKEN_OF["sold"][0] for n in able)
    return None if more and pieces and more[0].casefold().startswith(("sell", "sold", "buy", "bought")) else more


def _paid(seen: Recognised, able: Sequence[Name]) -> Found | None:
    """ "How much did we charge" asks for what the one figure is called after: charged_cents."""
    match = _HOW_MUCH_DID.search(seen.text.text)
    verb = stem(match[1].casefold()) if match else ""
    fitting = {n.column: n for n in able if verb in n.form}
    if match is None or len(fitting) != 1:
        return None
    seen.text.take(match.span(1))
    (name,) = fitting.values()
    seen.operators = tuple(sorted((*seen.operators, Operator("total", match.span(1))), key=lambda o: o.span))
    return Found(name, match.span(1))
