"""The values that a question names, each with the column that it is of."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from backends.vectors.korean import has_hangul
from backends.vectors.tokens import terms
from catalog_sync.model import CatalogTable
from catalog_sync.names import without_layer, words
from plugin.generator import tables
from plugin.generator.ask import Ask
from plugin.generator.generate.phrases.schema import FROM, TO, speaks
from plugin.generator.generate.phrases.words import WHENCE, WHITHER
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.deeds import deed_of
from plugin.generator.generate.plan.names.lexicon import terms_of
from plugin.generator.generate.plan.names.naming import noun_of
from plugin.generator.generate.plan.names.wide import Home, is_name
from plugin.generator.generate.plan.words import asides
from plugin.generator.generate.plan.words.seen import Recognised
from plugin.generator.generate.plan.words.text import Span, Text, Token
from plugin.generator.understand.deeds import is_made

_ASKED = re.compile(r"\b(?:which|what|list|show|name|names of)(?: all)?(?: the| our| \w+)?\s*$", re.IGNORECASE)
AMOUNT_OF = re.compile(r"\b(?:amount|value|sum)s? of (?:the |all |our )*$", re.IGNORECASE)
_CLAUSE = re.compile(r"\b(?:with|without|who|that|which|whose|having)\b", re.IGNORECASE)
_FIRST = re.compile(r"^\W*(?:the |all |our )*$", re.IGNORECASE)
_HEAD = re.compile(r"^\W*which\s+$", re.IGNORECASE)
_AND = frozenset(("and", "or", ",", ", and", ", or", "&", "vs", "vs.", "versus", "와", "과", "및"))
_ALSO = _AND - {"vs", "vs.", "versus"} | {"/", "·", "이나", "나", "랑", "이랑", "하고"}
_DEAL = re.compile(
    r"\b(?:buy|buys|bought|sell|sells|sold|ship|ships|shipped|export|import)\w*\b.*\b(?:from|to)\b", re.IGNORECASE
)
_HOW = re.compile(r"\s+(?:by|via|through|with|in)\s+(?:the )?", re.IGNORECASE)
_KO_TO = re.compile(r"(?:행|로\s?(?:가는|간|향하는|떠나는)|에\s?(?:도착|내리)|\s도착)")
_KO_FROM = re.compile(r"(?:발(?=\s)|에서\s?(?:출발|떠나|오는|온)|\s출발)")


Place = tuple[Span, bool, list[tuple[str, str]]]
"""Of a value, whether it is left out, and the columns that have it."""


def values(ask: Ask, table: CatalogTable, seen: Recognised, rows: Collection[tuple[str, ...] | str] = ()) -> None:
    """Every value that is named. What the `rows` are called is none: 접수 건수 are not those in the state of 접수."""
    by_phrase = _by_phrase(ask, table, seen, rows)
    places: list[Place] = []
    for phrase, meant in sorted(by_phrase.items(), key=lambda item: -len(item[0])):
        while span := seen.text.find(phrase):
            if is_made(phrase, seen.text.text[span[1] :]):
                if phrase == "received" and any(tables.is_state(column) for column, _ in meant):
                    raise Unread("those that came, or those in that state")
                seen.text.take(span)
                continue
            if _says_how(phrase, seen.text.text[span[1] :], ask):
                seen.text.take(span)
                continue
            if counted := asides.included(seen.text, span):
                seen.text.take(counted)
                continue
            turned = asides.excluded(seen.text, span)
            span = span if turned else _without_rows(span, seen.text, rows)
            seen.text.take(turned or span)
            places.append((span, turned is not None, meant))
    places = _all_turned(places, seen.text)
    told = {span: c for span, _, meant in places if (c := _told({c for c, _ in meant}, span, table, seen))}
    for span, is_turned, meant in places:
        columns = sorted({c for c, _ in meant})
        left = [c for c in columns if c not in told.values()]
        shared = [c for c in columns if any(c in near for near in _joined_to(span, places, seen.text))]
        column = told.get(span) or _column_of(shared or left or columns, span, table, seen)
        if any(_stands_before(other, span, seen.text) and column in {c for c, _ in said} for other, _, said in places):
            continue  # "gold members", where MEMBER is a tier too
        asked = seen.excluded if is_turned else seen.filters
        asked.setdefault(column, []).extend(v for c, v in meant if c == column)
        behind = (
            o[1] for o, _, said in places if _stands_before(span, o, seen.text) and column in {c for c, _ in said}
        )
        seen.values.append((column, (span[0], next(behind, span[1]))))
        seen.said.update(dict.fromkeys((v for c, v in meant if c == column), span))
    _are_beside(seen)


def _without_rows(span: Span, text: Text, rows: Collection[tuple[str, ...] | str]) -> Span:
    """미완료 주문, where a value is called so as a whole, are orders all the same, and counted as such."""
    last = text.text[slice(*span)].rpartition(" ")[2]
    is_noun = last in rows or tuple(terms(last)) in rows
    return (span[0], span[1] - len(last) - 1) if is_noun and " " in text.text[slice(*span)] else span


def _by_phrase(
    ask: Ask, table: CatalogTable, seen: Recognised, rows: Collection[tuple[str, ...] | str]
) -> dict[str, list[tuple[str, str]]]:
    """What each phrase of the question may mean here: columns with a value of them."""
    clock = tables.spoken_time(table, ask.question) if ask.periods else None
    spelled = set(terms(without_layer(table.name.name)))
    by_phrase: dict[str, list[tuple[str, str]]] = {}
    for hit in ask.values:
        if clock is not None and set(terms(hit.phrase)) <= set(terms(clock.name)):
            continue  # "shipped in 1997" says when
        if "".join(hit.phrase.split()) in rows or (hit.column in seen.homes and set(terms(hit.phrase)) <= spelled):
            continue  # email sends are not those to users who came by email
        if hit.table == str(table.name) and hit.score == 1.0:
            by_phrase.setdefault(hit.phrase, []).append((hit.column, hit.value))
    return by_phrase


def _all_turned(places: Sequence[Place], text: Text) -> list[Place]:
    """ "Excluding Meta and Naver", 취소와 환불 제외: what is joined to a value that is left out is left out too; in
    Korean the word stands behind the last of them."""
    turned: list[Span] = []
    before: Place | None = None
    for place in sorted(places, reverse=has_hangul(text.text)):
        span, is_turned, meant = place
        if before is not None and before[0] in turned and not is_turned:
            first, last = sorted((before[0], span))
            joined = text.text[first[1] : last[0]].strip().casefold() in _ALSO
            is_turned = joined and bool({c for c, _ in meant} & {c for c, _ in before[2]})
        turned += [span] if is_turned else []
        before = place
    return [(span, span in turned, meant) for span, _, meant in places]


def _says_how(phrase: str, behind: str, ask: Ask) -> bool:
    """ "Shipped by air" says by which `ship_mode`, and nothing of a state that is called shipped."""
    match = _HOW.match(behind)
    rest = behind[match.end() :].casefold() if match else ""
    how = (h for h in ask.values if rest.startswith(h.phrase.casefold()) and h.phrase != phrase)
    said = set(terms(phrase))
    return bool(rest) and any(said & deed_of(word) for h in how for word in words(h.column).split())


def _stands_before(one: Span, other: Span, text: Text) -> bool:
    return one[1] <= other[0] and not text.text[one[1] : other[0]].strip()


def _joined_to(span: Span, places: Sequence[Place], text: Text) -> list[set[str]]:
    """The columns of the values that it is joined to: "SMB and Enterprise" are both of the one that has both."""
    found = []
    for other, _, meant in places:
        first, last = sorted((span, other))
        if other != span and text.between(first[1], last[0]) in _AND:
            found.append({c for c, _ in meant})
    return found


def _are_beside(seen: Recognised) -> None:
    """ "Asia bought from European suppliers": two sides of a deal are not two values of one of them. Raises Unread."""
    for column, one in seen.values:
        for other in (span for c, span in seen.values if c == column and span > one):
            if _DEAL.search(seen.text.text, one[1], other[0]):
                raise Unread(f"who of {column} deals with whom")


def _told(columns: Collection[str], span: Span, table: CatalogTable, seen: Recognised) -> str:
    """Which of several columns the word right behind a value names: "German suppliers"."""
    told = [c for c in columns if any(_names_word(c, t, table, seen.homes) for t in _told_by(seen.text, span))]
    return told[0] if len(told) == 1 and len(columns) > 1 else ""


def _the_name(columns: Sequence[str]) -> str:
    """`dept_name` beside `dept_code`, which says the same."""
    called = [c for c in columns if c.casefold().endswith("_name")]
    same = {words(c).rpartition(" ")[0] for c in columns}
    return called[0] if len(called) == 1 and len(same) == 1 and "" not in same else ""


def _column_of(columns: Sequence[str], span: Span, table: CatalogTable, seen: Recognised) -> str:
    """Told apart by the words beside it: "suppliers in Germany"."""
    if len(columns) == 1:
        return columns[0]
    columns = _directed(columns, span, seen.text)
    if len(columns) == 1:
        return columns[0]
    spoken = [t.term for t in _beside(seen.text, span)]
    scores = {c: sum(_names_word(c, t, table, seen.homes) for t in spoken) for c in columns}
    best = [c for c in columns if scores[c] == max(scores.values())]
    column = best[0] if len(best) == 1 else nearest(best, seen) or own(best, seen) or _the_name(best)
    if not column:
        raise Unread(f"{seen.text.text[slice(*span)]} may be of {' or '.join(columns)}")
    return column


def _directed(columns: Sequence[str], span: Span, text: Text) -> Sequence[str]:
    """ "Flights to Oslo", 오슬로행: of a place from which and one to which, the one that is spoken of."""
    before = text.text[: span[0]].casefold().split()[-1:]
    behind = text.text[span[1] :]
    for direction, spoken, korean in ((TO, WHITHER, _KO_TO), (FROM, WHENCE, _KO_FROM)):
        fitting = [c for c in columns if speaks(c, direction)]
        if len(fitting) == 1 and (spoken & set(before) or korean.match(behind)):
            return fitting
    return columns


def nearest(columns: Sequence[str], seen: Recognised) -> str:
    """The column on whose way the others lie farther, of things that are called the same: the store of an order, not
    the home store of its customer. "" where there is none."""
    ways = {c: seen.homes[c].way for c in columns if c in seen.homes}
    if len(ways) < len(columns) or len(columns) < 2:
        return ""
    near = min(columns, key=lambda c: len(ways[c]))
    owner = ways[near][:-1]
    others = [ways[c] for c in columns if c != near]
    return near if all(len(way) > len(ways[near]) and way[: len(owner)] == owner for way in others) else ""


def own(columns: Sequence[str], seen: Recognised) -> str:
    """The table's own column, where the others are of that name in the tables that it has keys to; "" if none is."""
    here = [c for c in columns if c not in seen.homes]
    return here[0] if len(here) == 1 and all(c == here[0] or c.endswith(f"_{here[0]}") for c in columns) else ""


def _names_word(column: str, term: str, table: CatalogTable, homes: Mapping[str, Home]) -> bool:
    home = homes.get(column)
    return is_name(term, terms_of(column, table)) or (home is not None and home.is_called(term))


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


def qualifiers(table: CatalogTable, seen: Recognised) -> None:
    """ "the Brooklyn store", "customers in Asia": words that only say which column a value is of."""
    for column, span in seen.values:
        is_asked = _ASKED.search(seen.text.text, 0, span[0])
        for token in _beside(seen.text, span):
            place = (token.start, token.end)
            if is_asked and token.start >= span[1]:
                continue  # "which Kenyan suppliers": what is asked for
            if AMOUNT_OF.search(seen.text.text, 0, span[0]) and token.start >= span[1]:
                continue  # "the amount of unpaid fines"
            if _HEAD.search(seen.text.text, 0, token.start):
                continue  # "which restaurants serve Thai food"
            if _CLAUSE.search(seen.text.text[token.end : span[0]]):
                continue  # "customers with a negative balance in France"
            if _FIRST.search(seen.text.text, 0, token.start) and _CLAUSE.match(seen.text.text[span[1] :].lstrip()):
                continue  # "Customers in France with a negative balance"
            marked = seen.before(place) or seen.behind(place) or seen.is_most(place)
            marked = marked and not _tells_rows(token, span, table, seen)
            if _names_word(column, token.term, table, seen.homes) and not marked:
                seen.qualifiers.append((token.start, _compound_end(token, column, table, seen)))
                seen.text.take(seen.qualifiers[-1])


def _tells_rows(token: Token, span: Span, table: CatalogTable, seen: Recognised) -> bool:
    """ "How many low priority orders": between a value and the rows that are counted."""
    before = seen.before((token.start, token.end))
    rows = next((t for t in seen.text.tokens if t.start >= token.end), None)
    is_next = rows is not None and not seen.text.text[token.end : rows.start].strip()
    counts = before is not None and before.kind == "count" and span[1] <= token.start
    return counts and rows is not None and is_next and rows.term == terms(noun_of(table))[-1]


def _compound_end(token: Token, column: str, table: CatalogTable, seen: Recognised) -> int:
    """공급업체 is one word of two nouns."""
    end = token.end
    for other in seen.text.tokens:
        if other.start == end and _names_word(column, other.term, table, seen.homes):
            end = other.end
    return end
