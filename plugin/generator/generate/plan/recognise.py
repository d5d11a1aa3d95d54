"""Which words of a question name which columns and values of a table, and which say what to do with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from backends.vectors.english import stem
from backends.vectors.tokens import terms
from catalog_sync.model import CatalogTable
from plugin.generator import tables
from plugin.generator.ask import Ask
from plugin.generator.generate.plan import idioms, operators
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.lexicon import Name, names, noun_of, opposites, terms_of
from plugin.generator.generate.plan.measures import is_by_row
from plugin.generator.generate.plan.seen import BOUNDS, Found, Recognised
from plugin.generator.generate.plan.text import Span, Text, Token
from plugin.generator.generate.plan.wide import Home, Wide

_SPOKEN_OF: Mapping[str, tuple[frozenset[str], ...]] = {
    "price": (frozenset((stem("price"),)), frozenset((stem("cost"),))),
    "cost": (frozenset((stem("cost"),)),),
    "sold": (frozenset(map(stem, ("sold", "units", "quantity"))),),
    "money": (frozenset(map(stem, ("revenue", "sales", "turnover"))),),
    "red": (frozenset((stem("balance"),)),),
    "worth": tuple(frozenset(map(stem, lot)) for lot in (("total", "worth"), ("value",), ("amount",))),
}
"""What a superlative or a bound speaks of: a column that has one of the words, of the first lot that has one."""
_NAME_THEM = re.compile(r"^name (?:the|all|every|each)\b|\bname them\b", re.IGNORECASE)
_SAID = re.compile(
    r"(?:,\s*)?\b(?:in )?(?:one|a|the same) (?:row|line)(?: (?:for|per) each\b.*$|\b)|\bin one (?:row|line)\b|"
    r"\b(?:a|per) piece\b(?=\s*[?.,]|$)|\bapiece\b|(?<=[.?!;] )only\b|"
    r"\b(?:of|across|for) the (?:whole|entire) (?:company|business|chain)\b|\bcompany-?wide\b|전사(?:적으로)?(?=\s)|"
    r"\b(?:of|over|for|across|in) all[- ]time\b|\ball[- ]time\b|\bso far\b"
    r"|역대|전체\s*기간(?:\s*동안)?|(?:지금|여태|현재)까지"
    r"|(?<=\s)세어\s*(?:줘|주세요|주십시오|봐|보면)[가-힣]*"
    r"|(?<=\s)(?:뽑아|골라|집계해|계산해)\s*(?:줘|주세요|봐)[가-힣]*",
    re.IGNORECASE,
)
_COURSE = re.compile(r"\btrends?\b(?: (?:of|in))?|추이|추세|흐름", re.IGNORECASE)
_NAMED = frozenset((stem("name"), "이름"))
_THAT = re.compile(r"\b(?:that|which|who|whose)\b", re.IGNORECASE)
_ASKED = re.compile(r"\b(?:which|what|list|show|name|names of)(?: all)?(?: the| our| \w+)?\s*$", re.IGNORECASE)
_DONE = re.compile(r"^\w+(?:ed|ing)$", re.IGNORECASE)
_KO_DONE = re.compile(r"(?:한|된|하는|되는|했던|됐던)(?=\s)")
_BUT = re.compile(
    r"\b(?:except(?: for)?|excluding|other than|apart from|outside(?: of)?|not(?: (?:in|from|of|at))?|but)"
    r"\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"(?:(?:that|which|who)\s+)?(?:\b(?:is|are|was|were|has|have|had|do|does|did)\s*)?(?:\bnot|n't)"
    r"(?:\s+(?:yet|been|be|ever|currently|actually))*\s+$",
    re.IGNORECASE,
)
_DEAL = re.compile(
    r"\b(?:buy|buys|bought|sell|sells|sold|ship|ships|shipped|export|import)\w*\b.*\b(?:from|to)\b", re.IGNORECASE
)
_THAN = re.compile(r"\bthan\b", re.IGNORECASE)
_YET = re.compile(r"\s+yet\b", re.IGNORECASE)
_KO_NOT = r"(?:[이가]|되지|하지)?(?:\s*않[은는았던]+|\s*아닌|\s*안\s?된)(?=\s)"
_KO_BUT = re.compile(r"[을를은는이가]?\s*(?:제외하?[가-힣]{0,2}|빼고|아닌|이외의?|외의?|말고)(?=\s|$)")


def recognise(ask: Ask, wide: Wide, *, verbs: bool = True) -> Recognised:
    """Long names, values, operators, then the other names; the whole question must be explained, or without `verbs`
    all but its verbs. Raises Unread."""
    table = wide.table
    ask = ask.add(values=wide.values(ask.values))
    text = Text(ask.question)
    for phrase in ask.periods:
        text.take(phrase.span)
    for grouping, _unit in ask.groupings:
        if span := text.find(grouping.casefold()):
            text.take(span)
    for match in (*_SAID.finditer(ask.question), *(_COURSE.finditer(ask.question) if ask.groupings else ())):
        text.take(match.span())
    known = names(table)
    phrases = {h.phrase for h in ask.values if h.score == 1.0}
    seen = Recognised(text, homes=wide.homes, periods=[phrase.span for phrase in ask.periods])
    long = list(_names(text, [n for n in known if n.over], lambda _span: True))
    long += _names(text, known, lambda span: _is_long(text.text[slice(*span)], phrases))
    _values(ask, table, seen)
    sides = list(_sides(text, known, seen))
    seen.turned = dict(_turned_flags(text, known))
    seen.operators = operators.find(text)
    if seen.first("difference") and (than := _THAN.search(text.text)):
        text.take(than.span())
    if operators.is_turned(text):
        raise Unread("a negation")
    _qualifiers(table, seen)
    rest = list(_names(text, known, lambda _span: True))
    seen.sole = _sole_counted([*long, *rest], seen)
    named = [Found(_meant(same, span, seen), span) for span, same in (*long, *rest) if not _is_deed(same, span, seen)]
    named = [_as_thing(_by_number(one, seen), seen, wide.base, known) for one in named]
    seen.found = (*sorted((*sides, *named, *_implied(seen, known)), key=lambda f: f.span),)
    equal = list(idioms.equals(seen, table))
    seen.equal = {one.name.column: number for one, number in equal}
    seen.found = (*(f for f in seen.found if f not in [one for one, _ in equal]), *idioms.money(seen, known))
    _names_of_things(seen)
    _said_again(seen)
    idioms.explain(seen, wide.base)
    if left := text.unexplained(verbs=verbs):
        raise Unread(f"nothing here is called {', '.join(left)}")
    return seen


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


def _sides(text: Text, known: Sequence[Name], seen: Recognised) -> Iterator[Found]:
    """ "Weekends and weekdays", 주말과 평일: groups by the flag; takes both places."""
    for name in (n for n in known if n.role == "flag"):
        for yes in [span for span in text.places(name) if text.is_free(span)][:1]:
            for no in [s for form in opposites(name.form) for s in text.places(replace(name, form=form))][:1]:
                text.take(yes)
                text.take(no)
                seen.each.add(min(yes, no))
                yield Found(replace(name, role="dimension"), min(yes, no))


def _turned_flags(text: Text, known: Sequence[Name]) -> Iterator[tuple[str, Span]]:
    """ "Stores that have not opened yet", 지연되지 않은 주문: a flag that must be false; takes its place."""
    for name in (n for n in known if n.role == "flag"):
        for form in opposites(name.form):
            for span in [s for s in text.places(replace(name, form=form)) if text.is_free(s)]:
                text.take(span)
                yield name.column, span
        for span in list(text.places(name)) if not isinstance(name.form, str) else ():
            if (before := _NOT.search(text.text, 0, span[0])) and text.is_free((before.start(), span[1])):
                yet = _YET.match(text.text, span[1])
                text.take((before.start(), yet.end() if yet else span[1]))
                yield name.column, span
        if isinstance(name.form, str):
            for match in re.finditer(r"\s?".join(map(re.escape, name.form)) + _KO_NOT, text.text):
                if text.is_free(match.span()):
                    text.take(match.span())
                    yield name.column, match.span()


def _names_of_things(seen: Recognised) -> None:
    """ "The names of the suppliers" are what suppliers are told apart by, where that is a name."""
    if any(f.name.role == "dimension" and f.name.column.casefold().endswith("name") for f in seen.found):
        starts = [f.span[0] for f in seen.found if f.name.column.casefold().endswith("name")]
        for token in seen.text.tokens:
            of_another = any(_THAT.search(seen.text.text, token.end, start) for start in starts if start > token.end)
            if token.term in _NAMED and not of_another:
                seen.text.take((token.start, token.end))
    if asked := _NAME_THEM.search(seen.text.text):
        seen.text.take(asked.span())


def _is_deed(same: Sequence[Name], span: Span, seen: Recognised) -> bool:
    """ "Parts that were ordered", 주문한 고객: what was done, where each row is such a deed; it asks for nothing."""
    rows = all(n.role == "rows" or n.column.casefold().endswith("_id") for n in same)
    said = seen.text.text
    is_done = bool(_DONE.search(said[slice(*span)]) or _KO_DONE.match(said, span[1]))
    bound = seen.bound(span)
    return rows and is_done and (bound is None or (bound.span[0] >= span[1] and not seen.is_times(bound)))


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


def _meant(same: Sequence[Name], span: Span, seen: Recognised) -> Name:
    if len({(n.column, n.role) for n in same}) == 1:
        return same[0]
    beside = (seen.before(span), seen.behind(span))
    divides = any(o is not None and o.of == "per" for o in beside)
    divides = divides and (seen.first("average") is not None or any(n.own and n.counted for n in same))
    counted = seen.is_counted(span) or divides or seen.first("share") is not None
    fitting = [n for n in same if n.counted == counted]
    shown = [n for n in fitting if not n.column.casefold().endswith("_id")]
    fitting = shown if not counted and shown else fitting
    nearest = _nearest(list(dict.fromkeys(n.column for n in fitting)), seen)
    fitting = [n for n in fitting if n.column == nearest] if nearest else fitting
    if len({(n.column, n.role) for n in fitting}) != 1:
        named = sorted(n.column or "the rows" for n in same)
        raise Unread(f"{seen.text.text[slice(*span)]} may be {' or '.join(named)}")
    return fitting[0]


def _implied(seen: Recognised, known: Sequence[Name]) -> Iterator[Found]:
    """ "the most expensive", "the best-selling", "worth more than 10": the one measure that is spoken of."""
    able = [n for n in known if n.role in ("measure", "rows") and n.own and not n.over and not isinstance(n.form, str)]
    for operator in seen.operators:
        if operator.of in _SPOKEN_OF and operator.kind in ("top", "bottom", "over_average", "under_average", *BOUNDS):
            lots = ([n for n in able if set(n.form) & words] for words in _SPOKEN_OF[operator.of])
            fitting = next((lot for lot in lots if lot), [])
            if len({n.column for n in fitting}) != 1:
                raise Unread(f"no one {operator.of} is here")
            yield Found(fitting[0], operator.span)


def _values(ask: Ask, table: CatalogTable, seen: Recognised) -> None:
    """Every value that is named."""
    clock = tables.spoken_time(table, ask.question) if ask.periods else None
    by_phrase: dict[str, list[tuple[str, str]]] = {}
    for hit in ask.values:
        if clock is not None and set(terms(hit.phrase)) <= set(terms(clock.name)):
            continue  # "shipped in 1997" says when
        if hit.table == str(table.name) and hit.score == 1.0:
            by_phrase.setdefault(hit.phrase, []).append((hit.column, hit.value))
    places: list[tuple[Span, bool, list[tuple[str, str]]]] = []
    for phrase, meant in sorted(by_phrase.items(), key=lambda item: -len(item[0])):
        while span := seen.text.find(phrase):
            turned = _turned(seen.text, span)
            seen.text.take(turned or span)
            places.append((span, turned is not None, meant))
    told = {span: c for span, _, meant in places if (c := _told({c for c, _ in meant}, span, table, seen))}
    for span, is_turned, meant in places:
        columns = sorted({c for c, _ in meant})
        left = [c for c in columns if c not in told.values()]
        column = told.get(span) or _column_of(left or columns, span, table, seen)
        asked = seen.excluded if is_turned else seen.filters
        asked.setdefault(column, []).extend(v for c, v in meant if c == column)
        seen.values.append((column, span))
        seen.said.update(dict.fromkeys((v for c, v in meant if c == column), span))
    _are_beside(seen)


def _are_beside(seen: Recognised) -> None:
    """ "Asia bought from European suppliers": two sides of a deal are not two values of one of them. Raises Unread."""
    for column, one in seen.values:
        for other in (span for c, span in seen.values if c == column and span > one):
            if _DEAL.search(seen.text.text, one[1], other[0]):
                raise Unread(f"who of {column} deals with whom")


def _turned(text: Text, span: Span) -> Span | None:
    """A value with the word that excludes it: "except Brooklyn", 브루클린을 제외한."""
    if before := _BUT.search(text.text, 0, span[0]):
        return before.start(), span[1]
    if behind := _KO_BUT.match(text.text, span[1]):
        return span[0], behind.end()
    return None


def _told(columns: Collection[str], span: Span, table: CatalogTable, seen: Recognised) -> str:
    """Which of several columns the word right behind a value names: "German suppliers"."""
    told = [c for c in columns if any(_names_word(c, t, table, seen.homes) for t in _told_by(seen.text, span))]
    return told[0] if len(told) == 1 and len(columns) > 1 else ""


def _column_of(columns: Sequence[str], span: Span, table: CatalogTable, seen: Recognised) -> str:
    """Told apart by the words beside it: "suppliers in Germany"."""
    if len(columns) == 1:
        return columns[0]
    spoken = [t.term for t in _beside(seen.text, span)]
    scores = {c: sum(_names_word(c, t, table, seen.homes) for t in spoken) for c in columns}
    best = [c for c in columns if scores[c] == max(scores.values())]
    column = best[0] if len(best) == 1 else _nearest(best, seen)
    if not column:
        raise Unread(f"{seen.text.text[slice(*span)]} may be of {' or '.join(columns)}")
    return column


def _nearest(columns: Sequence[str], seen: Recognised) -> str:
    """The column on whose way the others lie farther, of things that are called the same: the store of an order, not
    the home store of its customer. "" where there is none."""
    ways = {c: seen.homes[c].way for c in columns if c in seen.homes}
    if len(ways) < len(columns) or len(columns) < 2:
        return ""
    near = min(columns, key=lambda c: len(ways[c]))
    owner = ways[near][:-1]
    others = [ways[c] for c in columns if c != near]
    return near if all(len(way) > len(ways[near]) and way[: len(owner)] == owner for way in others) else ""


def _names_word(column: str, term: str, table: CatalogTable, homes: Mapping[str, Home]) -> bool:
    known = terms_of(column, table) | (homes[column].words if column in homes else frozenset())
    return any(term == word or (not word.isascii() and term in word) for word in known)


def _beside(text: Text, span: Span) -> list[Token]:
    """The nearest two words before and the nearest one after."""
    free = [t for t in text.tokens if text.is_free((t.start, t.end))]
    return [*[t for t in free if t.end <= span[0]][-2:], *[t for t in free if t.start >= span[1]][:1]]


def _told_by(text: Text, span: Span) -> list[str]:
    """The words right behind a value: "German customers", 미국 고객사에."""
    found: list[str] = []
    for token in text.tokens:
        if token.start >= span[1] and text.is_free((token.start, token.end)):
            if text.between(span[1], token.start) not in ("", "의"):
                break
            found.append(token.term)
            break
    return found


def _qualifiers(table: CatalogTable, seen: Recognised) -> None:
    """ "the Brooklyn store", "customers in Asia": words that only say which column a value is of."""
    for column, span in seen.values:
        is_asked = _ASKED.search(seen.text.text, 0, span[0])
        for token in _beside(seen.text, span):
            place = (token.start, token.end)
            if is_asked and token.start >= span[1]:
                continue  # "which Kenyan suppliers": what is asked for
            if _names_word(column, token.term, table, seen.homes) and not (seen.before(place) or seen.behind(place)):
                seen.qualifiers.append((token.start, _compound_end(token, column, table, seen)))
                seen.text.take(seen.qualifiers[-1])


def _compound_end(token: Token, column: str, table: CatalogTable, seen: Recognised) -> int:
    """공급업체 is one word of two nouns."""
    end = token.end
    for other in seen.text.tokens:
        if other.start == end and _names_word(column, other.term, table, seen.homes):
            end = other.end
    return end
