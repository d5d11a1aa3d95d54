"""Which words of a question name which columns and values of a table, and which say what to do with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from backends.vectors.english import stem
from backends.vectors.korean import has_hangul
from backends.vectors.tokens import terms
from catalog_sync.model import CatalogTable
from catalog_sync.names import without_layer, words
from plugin.generator import tables
from plugin.generator.ask import Ask
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.lexicon import names
from plugin.generator.generate.plan.names.naming import Name, noun_of
from plugin.generator.generate.plan.names.wide import Wide
from plugin.generator.generate.plan.recognition import (
    beside,
    flags,
    idioms,
    in_english,
    in_time,
    kinds,
    noun_again,
    turns,
    valued,
)
from plugin.generator.generate.plan.recognition.deeds_named import is_done
from plugin.generator.generate.plan.recognition.either import either
from plugin.generator.generate.plan.recognition.equal import equals
from plugin.generator.generate.plan.recognition.explained import all_explained, states_of
from plugin.generator.generate.plan.recognition.identified import identified
from plugin.generator.generate.plan.recognition.measure import is_by_row
from plugin.generator.generate.plan.recognition.money_rows import as_amounts
from plugin.generator.generate.plan.words import dayparts, operators, told_clocks, weekdays
from plugin.generator.generate.plan.words.seen import Found, Recognised
from plugin.generator.generate.plan.words.text import Span, Text

_OF_FEW = re.compile(r"들?(?:\s*\d+\s*(?:개|명|곳|건|가지|군데))?의?\s*")
_SO_MANY = re.compile(r"\d+\s*(?:개|명|곳|건|가지|군데|사)\s*$")
_NAME_THEM = re.compile(r"^name (?:the|all|every|each)\b|\bname them\b", re.IGNORECASE)
_SAID = re.compile(
    r"(?:,\s*)?\b(?:in )?(?:one|a|the same) (?:row|line)(?: (?:for|per) each\b.*$|\b)|\bin one (?:row|line)\b|"
    r"(?<=\d )(?:different|distinct|unique)\b|\b(?:a|per) piece\b(?=\s*[?.,]|$)|\bapiece\b|(?<=[.?!;] )only\b|"
    r"\b(?:of|across|for) the (?:whole|entire) (?:company|business|chain)\b|\bcompany-?wide\b|전사(?:적으로)?(?=\s)|"
    r"\b(?:account(?:s|ed)? for|ma[kd]e up)\b(?=\s*[?.]?$)|"
    r"\b(?:of|over|for|across|in) all[- ]time\b|\ball[- ]time\b|\bso far\b"
    r"|역대|전체\s*기간(?:\s*동안)?|(?:지금|여태|현재)까지"
    r"|(?<=는지\s)(?:금액|액수)으?로(?=\s|$)"
    r"|(?<=\s)세어\s*(?:줘|주세요|주십시오|봐|보면)[가-힣]*"
    r"|(?<=\s)(?:뽑아|골라|집계해|계산해)\s*(?:줘|주세요|봐)[가-힣]*",
    re.IGNORECASE,
)
_COURSE = re.compile(r"\btrends?\b(?: (?:of|in))?|\b(?:develop|evolve)(?:d)?\b|추이|추세|흐름", re.IGNORECASE)
_NAMED = frozenset((stem("name"), "이름"))
_THAT = re.compile(r"\b(?:that|which|who|whose)\b", re.IGNORECASE)
_THAN = re.compile(r"\bthan\b", re.IGNORECASE)


def recognise(ask: Ask, wide: Wide, *, verbs: bool = True) -> Recognised:
    """Long names, values, operators, then the other names; the whole question must be explained, or without `verbs`
    all but its verbs. Raises Unread."""
    table = wide.table
    known: Sequence[Name] = names(table)
    states = states_of(ask)
    ask = ask.add(values=(*wide.values(ask.values), *weekdays.hits(wide, ask.question)))
    text = _text(ask, wide)
    phrases = {h.phrase for h in ask.values if h.score == 1.0}
    seen = Recognised(text, homes=wide.homes, periods=[phrase.span for phrase in ask.periods])
    seen.hours = dayparts.find(text, table)
    turned = dict(flags.turned_in_korean(text, known))
    long = list(_names(text, [n for n in known if n.over], lambda _span: True))
    long += _names(text, known, lambda span: _is_long(text.text[slice(*span)], phrases))
    valued.values(ask, table, seen, {n.form for n in known if n.role == "rows" and not n.column})
    identified(seen, wide)
    sides = list(flags.sides(text, known, seen))
    seen.turned = {**turned, **dict(flags.turned_flags(text, known))}
    rates = list(turns.rates(seen, known))
    seen.operators = tuple(sorted((*operators.find(text), *rates), key=lambda o: o.span))
    if not ask.groupings:
        in_time.find(seen, wide.base)
        either(seen)
    if seen.first("difference") and (than := _THAN.search(text.text)):
        text.take(than.span())
    named_no = list(_called_no(text, table))
    said_so = [(a, b + 1) for _, (a, b) in seen.values]
    if operators.is_turned(text, [*(span for span, _ in long), *named_no, *said_so]):
        raise Unread("a negation")
    for place in named_no:
        text.take(place)
    valued.qualifiers(table, seen)
    known = _without_done(ask, wide.base, known)
    found = [*long, *_names(text, known, lambda _span: True)]
    _find(seen, wide, known, found, sides, grouped=bool(ask.groupings) or len(ask.periods) == 2)
    flags.some(seen)
    beside.per_thing(seen, wide.base)
    idioms.number_of(seen, known)
    idioms.ranked_by_rows(seen, known)
    if is_by_row(wide.base):
        idioms.tallied(seen, known, in_time=bool(ask.groupings) or len(ask.periods) == 2)
    for place in beside.in_units(seen, table):
        text.take(place)
    is_timed = bool(ask.periods or ask.groupings)
    idioms.explain(seen, wide.base, is_timed=is_timed)
    for place in (*turns.said_of_time(seen, table), *beside.of_time(seen, table, seen.periods)) if is_timed else ():
        text.take(place)
    for place in _of_these_rows(seen, wide.base):
        text.take(place)
    for place in in_english.of_its_own_words(seen, table):
        text.take(place)
    for place in in_english.said_again(seen):
        seen.qualifiers.append(place)
        text.take(place)
    all_explained(seen, ask, wide, verbs, states)
    return seen


def _without_done(ask: Ask, base: CatalogTable, known: Sequence[Name]) -> Sequence[Name]:
    """ "Stores opened in 2019" opened then, and need not be open."""
    clock = tables.spoken_time(base, ask.question) if ask.periods else None
    if clock is None:
        return known
    then = tables.deeds(clock, ask.question) & {t for t in tables.done(ask.question) if t.isascii()}
    return [n for n in known if n.role != "flag" or not (isinstance(n.form, tuple) and {*n.form} <= then)]


def _called_no(text: Text, table: CatalogTable) -> Iterator[Span]:
    """The places of no-shows, where a column is called so."""
    for first, *rest in (words(c.name).split() for c in table.columns):
        if first == "no" and rest:
            yield from (m.span() for m in re.finditer(rf"\bno[ -](?={rest[0][:3]})", text.text, re.IGNORECASE))


def _of_these_rows(seen: Recognised, base: CatalogTable) -> Iterator[Span]:
    """The PO amount of PO lines is their amount: a word of the table's own name before a figure of it."""
    own = {*terms(without_layer(base.name.name)), *(t for name in base.synonyms if name.isascii() for t in terms(name))}
    starts = [f.span[0] for f in seen.found if f.name.role == "measure" and f.name.column]
    for token in reversed(seen.text.tokens):
        is_before = any(s > token.end and not seen.text.text[token.end : s].strip() for s in starts)
        if is_before and token.term in own and seen.text.is_free((token.start, token.end)):
            starts.append(token.start)
            yield token.start, token.end


def _text(ask: Ask, wide: Wide) -> Text:
    """The question without its periods and what only leads to what is asked."""
    text = Text(ask.question)
    for phrase in ask.periods:
        text.take(phrase.span)
        for again in re.finditer(rf"(?<!\w){re.escape(phrase.text)}(?![\d])", text.text):
            text.take(again.span())  # the same once more
    for grouping, _unit in ask.groupings:
        if span := text.find(grouping.casefold()):
            text.take(span)
    for match in (*_SAID.finditer(ask.question), *(_COURSE.finditer(ask.question) if ask.groupings else ())):
        text.take(match.span())
    if taxed := beside.before_tax(text, wide.base):
        text.take(taxed)
    if clock := told_clocks.told(ask, wide.table):
        text.take(clock[1])
    if noun := terms(noun_of(wide.base)):
        for place in idioms.wholes(text, noun):
            text.take(place)
    return text


def _find(
    seen: Recognised,
    wide: Wide,
    known: Sequence[Name],
    said: Sequence[tuple[Span, Sequence[Name]]],
    sides: Sequence[Found],
    *,
    grouped: bool,
) -> None:
    """What the names in the question mean beside its values and operators."""
    seen.whose = frozenset(_whose(said, seen.text))
    seen.figures = frozenset(n.column for _, same in said for n in same if n.role == "measure" and not n.counted)
    seen.sole = _sole_counted(said, seen)
    said = [(span, same) for span, same in said if not is_done(same, span, seen)]
    named = [Found(_meant(same, span, seen), span) for span, same in said]
    if seen.sole not in {one.span for one in named} and not any(one.name.counted for one in named):
        named += turns.counted_events(seen, wide, known, named)
    named = [one for one in named if not _is_of_the_figure(one, named, seen, wide.base)]
    named = as_amounts(named, seen, wide.base, known, grouped=grouped)
    named = [_as_thing(_by_number(one, seen), seen, wide.base, known) for one in named]
    named = [_as_divisor(one, named, seen, known) for one in named]
    seen.found = (*sorted((*seen.found, *sides, *named), key=lambda f: f.span),)
    seen.operators = idioms.priced(seen)
    seen.found = (*sorted((*seen.found, *idioms.implied(seen, known, wide.base)), key=lambda f: f.span),)
    seen.found = (*sorted((*seen.found, *kinds.ranked(seen, known)), key=lambda f: f.span),)
    counted = idioms.counted(seen, known, lambda column: column not in wide.columns)
    seen.found = (*sorted((*seen.found, *counted), key=lambda f: f.span),)
    equal = list(equals(seen, wide.table))
    seen.equal = {one.name.column: number for one, number in equal}
    seen.found = (*(f for f in seen.found if f not in [one for one, _ in equal]), *idioms.money(seen, known))
    if valued_at := beside.worth(seen, known):
        seen.found = (*sorted((*(f for f in seen.found if f.name.role != "measure"), valued_at), key=lambda f: f.span),)
    _names_of_things(seen)
    _said_again(seen)
    seen.found = (*sorted((*seen.found, *noun_again.korean(seen)), key=lambda f: f.span),)


def _is_of_the_figure(one: Found, named: Sequence[Found], seen: Recognised, base: CatalogTable) -> bool:
    """ "By donation amount" of donations is by their amount, and not within each donation."""
    own = one.name.form == terms(noun_of(base)) or one.name.column in base.primary_key
    before = seen.before(one.span)
    by = before is not None and before.kind == "each" and before.of != "per"
    if not (own and by) or one.name.role == "measure" or has_hangul(seen.text.text):
        return False
    figures = (f for f in named if f.name.role == "measure" and base.column(f.name.column) is not None)
    return any(seen.text.text[one.span[1] : f.span[0]] == " " for f in figures)


def _whose(said: Sequence[tuple[Span, Sequence[Name]]], text: Text) -> Iterator[Span]:
    """ "How many customer orders" are orders, in English."""
    rows = [span for span, same in said if any(n.role == "rows" and not n.column for n in same)]
    many = [span for span in rows if text.text[slice(*span)].casefold().endswith("s")]
    yield from (one for one, _ in said for rows in many if rows[0] > one[1] and not text.between(one[1], rows[0]))


def _by_number(one: Found, seen: Recognised) -> Found:
    """ "By discount rate", 할인율별: a number that groups."""
    beside = (seen.before(one.span), seen.behind(one.span))
    is_each = any(o is not None and o.kind == "each" and o.of != "per" for o in beside)
    is_each = is_each and seen.first("top", "bottom", "sorted", "share") is None
    if one.name.role != "measure" or one.name.counted or one.name.over or not is_each:
        return one
    return replace(one, name=replace(one.name, role="dimension"))


def _as_thing(one: Found, seen: Recognised, base: CatalogTable, known: Sequence[Name]) -> Found:
    """ "Items on the menu that cost more than 10": a list of them by their names, where nothing is counted."""
    if one.name.role != "rows" or one.name.column or seen.first("count", "share", "average") or not is_by_row(base):
        return one
    if seen.is_counted(one.span) or any(o.kind == "each" for o in seen.operators):
        return one
    called = [n for n in known if n.role == "dimension" and n.form == terms(noun_of(base))]
    return replace(one, name=called[0]) if len({n.column for n in called}) == 1 else one


def _as_divisor(one: Found, named: Sequence[Found], seen: Recognised, known: Sequence[Name]) -> Found:
    """ "Which region has the most orders per customer": regions are ranked, and customers are what one divides by."""
    divides = any(o is not None and o.of == "per" for o in (seen.before(one.span), seen.behind(one.span)))
    if one.name.role != "dimension" or not divides or seen.first("top", "bottom") is None:
        return one
    others = [f for f in named if f.name.role == "dimension" and f is not one]
    thing = one.name.column.removesuffix("_name")
    counted = [
        n for n in known if n.role == "rows" and n.column and (n.form == one.name.form or n.column == f"{thing}_id")
    ]
    return replace(one, name=counted[0]) if others and len({n.column for n in counted}) == 1 else one


def _names_of_things(seen: Recognised) -> None:
    """ "The names of the suppliers" are what suppliers are told apart by, where that is a name."""
    if any(f.name.role == "dimension" and f.name.column.casefold().endswith("name") for f in seen.found):
        starts = [f.span[0] for f in seen.found if f.name.column.casefold().endswith("name")]
        ends = [f.span[1] for f in seen.found if f.span[0] in starts]
        for token in seen.text.tokens:
            of_another = any(_THAT.search(seen.text.text, token.end, start) for start in starts if start > token.end)
            if has_hangul(token.term):  # 검사원 이름과 공장 is the name of no plant
                few = seen.first("top", "bottom") is not None and _SO_MANY.search(seen.text.text, 0, token.start)
                of_another = not (few or any(_OF_FEW.fullmatch(seen.text.text[end : token.start]) for end in ends))
            if token.term in _NAMED and not of_another:
                seen.text.take((token.start, token.end))
    if asked := _NAME_THEM.search(seen.text.text):
        seen.text.take(asked.span())


def _said_again(seen: Recognised) -> None:
    """ "The stock value ..., with the value": a word of a figure that is named in full already."""
    known = {t for f in seen.found if f.name.role == "measure" for t in f.name.form if not isinstance(f.name.form, str)}
    for token in seen.text.tokens:
        if token.term in known and seen.text.text[: token.start].casefold().rstrip().endswith((" the", "with", "its")):
            seen.text.take((token.start, token.end))


def _is_long(spelled: str, phrases: set[str]) -> bool:
    """Of several words, or with a value inside: "ship mode" is not the value SHIP."""
    return " " in spelled.strip() or any(p in spelled.casefold() and p != spelled.casefold() for p in phrases)


def _names(text: Text, known: Sequence[Name], wanted: Callable[[Span], bool]) -> Iterator[tuple[Span, Sequence[Name]]]:
    """The longest first, a column's own before its synonyms; takes their places. What is called the same is told apart
    when all operators are known."""
    places = [(span, name) for name in known for span in text.places(name) if text.is_free(span) and wanted(span)]
    for span in sorted({s for s, _ in places}, key=lambda s: (s[0] - s[1], s)):
        if text.is_free(span):
            here = [n for s, n in places if s == span]
            yield span, [n for n in here if n.own] or here
            text.take(span)


def _sole_counted(places: Sequence[tuple[Span, Sequence[Name]]], seen: Recognised) -> Span | None:
    """공급업체가 지역별로 몇 곳, "of the lines ..., how many": the only thing that can be counted, and no group."""
    if seen.first("count") is None:
        return None
    able = [span for span, same in places if any(n.counted for n in same)]
    counts = [span for span, same in places if seen.bound(span) is None or any(n.counted for n in same)]
    if any(seen.is_counted(span) or seen.is_distinct(span) for span in counts):
        return None
    beside = {s: (seen.before(s), seen.behind(s)) for s in able}
    free = [s for s in able if not any(o is not None and o.kind in ("each", "top", "bottom") for o in beside[s])]
    return free[0] if len(free) == 1 else None


def _called_so(same: Sequence[Name]) -> list[Name]:
    """ "Region", 지역, is `customer_region` rather than a nation, of which a synonym speaks of regions."""
    return [n for n in same if any({*form} <= {*terms(words(n.column))} for form in in_english.english_forms(n.form))]


def _meant(same: Sequence[Name], span: Span, seen: Recognised) -> Name:
    if len({(n.column, n.role) for n in same}) == 1:
        return same[0]
    beside = (seen.before(span), seen.behind(span))
    divides = any(o is not None and o.of == "per" for o in beside)
    divides = divides and (seen.is_of_groups() or seen.averages_lots() or any(n.own and n.counted for n in same))
    is_few = any(o is not None and o.kind in ("top", "bottom") and o.number for o in beside)
    counted = seen.is_counted(span) or divides or (seen.first("share") is not None and not is_few)
    fitting = [n for n in same if n.counted == counted] or list(same)
    shown = [n for n in fitting if not n.column.casefold().endswith("_id")]
    fitting = shown if not counted and shown else fitting
    fitting = _called_so(fitting) or fitting
    columns = list(dict.fromkeys(n.column for n in fitting))
    nearest = valued.nearest(columns, seen) or (valued.own(columns, seen) if len(columns) > 1 else "")
    fitting = [n for n in fitting if n.column == nearest] if nearest else fitting
    if len({(n.column, n.role) for n in fitting}) != 1:
        named = sorted(n.column or "the rows" for n in same)
        raise Unread(f"{seen.text.text[slice(*span)]} may be {' or '.join(named)}")
    return fitting[0]
