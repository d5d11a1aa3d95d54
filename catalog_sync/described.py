"""What descriptions call tables and columns: "One row per animal clinic", "channel of the booking", "if paid late".

English only, and spoken.py reads the Korean. What another table or column is called is left to it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache

from backends.warehouse.base import TableName
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable
from catalog_sync.names import MASS, row_noun, words
from catalog_sync.types import is_boolean, is_moment, is_text

_ARTICLE = r"(?:(?:the|a|an|our|all|each|every|single|this|it|they)\s+)*"
_ROW_OF = re.compile(
    r"^(?:(?:each|one|every|a)\s+(?:row|record|line)\s+(?:per|for each|for every|for|is|represents|=)"
    rf"|(?:list|table) of|contains)\s+{_ARTICLE}",
    re.IGNORECASE,
)
_ONE_PER = re.compile(
    r"(?:^|[,;.(]\s*)one (?!row|record|line)([a-z][a-z -]*?) (?:per|for each|for every)\b"
    r"|(?<=[,;.(] )(?:one|each) (?:row|record|line) (?:per|for each|for every|is) (?:an? |the )?([a-z].*)",
    re.IGNORECASE,
)
_PAIR = frozenset(("and", ",", "/"))
"""Behind what one row is of: "one row per account and month" is of neither."""
_PARTIES = frozenset((
    "customer", "client", "member", "user", "subscriber", "patient", "student", "pupil", "employee", "supplier",
    "vendor", "partner", "guest", "tenant", "donor", "driver", "buyer", "seller", "merchant",
))  # fmt: skip
_ALSO = re.compile(
    rf"(?:\bi\.e\.|\ba\.?k\.?a\.?|\balso (?:called|known as)|\()\s*{_ARTICLE}([a-z][a-z -]*)", re.IGNORECASE
)
_START = re.compile(rf"^{_ARTICLE}", re.IGNORECASE)
_END = re.compile(
    r"[.,;:()\[\]/]|\s-\s|\b(?:of|that|which|who|whose|with|without|from|for|in|on|at|by|per|as|to|we|you|where|when|and"
    r"|or|one|is|are|was|were|will|has|have|if|whether|after|before|during|made|filed|sold|used)\b",
    re.IGNORECASE,
)
_DONE = re.compile(r"(?<=\w)\s\w+ed\b", re.IGNORECASE)
_TRUE_IF = re.compile(
    r"^(?:(?:true|yes|1|set|flag)\s+)?(?:if|when|where|whether|for)\s+(?:(?:the|this|a|an)\s+)?(?:[a-z]+\s+){0,2}?"
    r"(?:is|was|were|are|has been|have been|has|have|had)\s+([a-z][a-z -]*)",
    re.IGNORECASE,
)
_TRUE_OF = re.compile(
    r"^(?:the|this)\s+(?:[a-z]+\s+){1,2}?(?:is|was|were|are|has been|have been|has|have|had)\s+(?:(?:a|an|the)\s+)?"
    r"([a-z][a-z -]*)\.?$",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\s+in\s+(?:us\s+)?(?:usd|eur|gbp|krw|dollars?|euros?|won|cents?|seconds?|minutes?|hours?|days?|weeks?|months?|years?"
    r"|kg|kilograms?|grams?|km|kilomet(?:er|re)s?|met(?:er|re)s?|miles|percent)\b.*$",
    re.IGNORECASE,
)
_OF = re.compile(rf"^([a-z ]+?) of {_ARTICLE}([a-z ]+)$", re.IGNORECASE)
_BESIDE = re.compile(r"\s(?:on|at|from|for|by|when|where|with|that|which|who|we|while|until|since)\s", re.IGNORECASE)
_KOREAN_ASIDE = re.compile(r"\s*\([가-힣][가-힣 ]*\)")  # spoken.py reads it
_SAYS_NOTHING = frozenset(
    (
        "id",
        "key",
        "identifier",
        "primary",
        "foreign",
        "unique",
        "reference",
        "number",
        "name",
        "code",
        "value",
        "values",
        "amount",
        "type",
        "status",
        "flag",
        "column",
        "field",
        "date",
        "time",
        "usd",
        "eur",
        "null",
        "true",
        "false",
        "description",
        "text",
        "other",
        "free",
        "see",
    )
)
_VALUES = re.compile(r"(?:[\w/-]+(?: [\w-]+)?, )*[\w/-]+,? or (?!so\b)\w|[A-Z_]{2,} [a-z ]+, [A-Z_]{2,} [a-z]")
"""What it holds, and not what it is: "general, private or icu", "ER emergency, PLANNED planned"."""
_FIGURES = frozenset(("total", "sum", "count", "average", "avg", "max", "min", "mean", "amount", "value", "number"))
_UNITS = frozenset(
    (
        "score",
        "rating",
        "min",
        "mins",
        "minutes",
        "sec",
        "secs",
        "seconds",
        "ms",
        "hrs",
        "hours",
        "days",
        "weeks",
        "months",
        "years",
        "kg",
        "g",
        "grams",
        "lbs",
        "km",
        "m",
        "cm",
        "mm",
        "m2",
        "m3",
        "km2",
        "sqm",
        "sqft",
        "miles",
        "usd",
        "eur",
        "gbp",
        "krw",
        "cents",
        "pct",
        "percent",
        "units",
        "amount",
        "amt",
    )
)
_LASTING = {
    **dict.fromkeys(("min", "mins", "minutes"), "minutes"),
    **dict.fromkeys(("sec", "secs", "seconds"), "seconds"),
    **dict.fromkeys(("hrs", "hours"), "hours"),
    "days": "days",
}
_LAST_THEMSELVES = frozenset((
    "duration", "delay", "downtime", "uptime", "overtime", "wait", "waiting", "lead", "length", "latency", "runtime",
    "playtime", "idle", "usage", "lateness", "break",
))  # fmt: skip
"""What is no deed: the minutes of deliveries are not called deliveries."""
_RATED = frozenset((
    "delivery", "service", "driver", "courier", "food", "product", "order", "customer", "host", "guest", "seller",
    "store", "restaurant", "user", "agent", "staff", "employee", "doctor", "teacher", "course",
))  # fmt: skip
_MONEY = frozenset((
    "revenue", "sales", "cost", "costs", "spend", "spending", "income", "turnover", "profit", "margin", "fee", "fees",
    "price", "value", "tax", "gmv", "expense", "expenses", "earnings", "amount", "payout", "wage", "salary", "rent",
))  # fmt: skip
_ASIDE = re.compile(r"\(([A-Za-z ]+)\)\W*$")
_MOST = 3


def of_tables(catalog: Iterable[CatalogTable]) -> dict[TableName, tuple[str, ...]]:
    """What the descriptions of base tables call their rows, where no other table is called so."""
    called: dict[str, set[TableName]] = defaultdict(set)
    told: dict[str, set[TableName]] = defaultdict(set)
    for table in catalog:
        if table.view is None:
            own = _last(words(table.name.name).split()[-1])
            for name in (own, _last(words(table.name.name))):
                called[name].add(table.name)
            columns = {_singular(word) for column in table.columns for word in words(column.name).split()} - {own}
            for noun in (n for n in _nouns(table.description) if n.split()[-1] not in columns):
                told[noun].add(table.name)
                if noun.endswith(f" {own}") and noun.count(" ") > 1:
                    told[" ".join(noun.split()[-2:])].add(table.name)
    found: dict[TableName, tuple[str, ...]] = {}
    for noun, tables in told.items():
        names = tables | called.get(noun, set())
        if len(names) == 1:
            (table_name,) = names
            found[table_name] = (*found.get(table_name, ()), noun)
    return found


def with_described(catalog: Catalog, told: Callable[[TableName], tuple[str, ...]]) -> Catalog:
    """With what is `told` of a table, and what the descriptions of their columns say, among the synonyms."""
    return catalog.mapped(lambda table: _table(table, told(table.name)))


def _table(table: CatalogTable, nouns: tuple[str, ...]) -> CatalogTable:
    if table.view is not None:
        return table
    leading = {c for key in table.foreign_keys for c in key.columns}
    keys = {*table.primary_key, *leading}
    own = {name for c in table.columns for name in (words(c.name), *(s.casefold() for s in c.synonyms))}
    said = {c.name: dict.fromkeys((*of_column(c), *_without_unit(c))) for c in table.columns if c.name not in keys}
    rows = row_noun(table)
    own |= {rows} - MASS  # "inspections" are not their minutes
    own |= {words(c).removesuffix(" id") for c in leading}  # nor are patients the amount that they owe
    told = {name: [n for n in names if n not in own] for name, names in said.items()}
    counts = [name for names in told.values() for name in names]
    columns = tuple(
        replace(c, synonyms=(*c.synonyms, *new))
        if (new := [n for n in told.get(c.name, ()) if counts.count(n) == 1])
        else c
        for c in table.columns
    )
    new = [noun for noun in nouns if noun not in table.synonyms]
    return replace(table, columns=columns, synonyms=(*table.synonyms, *new))


def of_column(column: CatalogColumn) -> list[str]:
    """A short noun phrase at the beginning: "home city", "hourly pay in US cents"; of a flag what it is true of."""
    said = _KOREAN_ASIDE.sub("", column.description).strip()
    if not said.isascii() or column.pii or is_moment(column.type):
        return []
    if is_boolean(column.type):
        match = _TRUE_IF.match(said) or _TRUE_OF.match(said)
        phrase = _plain(match[1] if match else said.rstrip("."))
        return [phrase] if (0 < len(phrase.split()) <= _MOST + 1 if match else _is_name(phrase)) else []
    head = _START.sub("", re.split(r"[.,;:()\[\]]|\s-\s|\bas\b", _UNIT.sub("", re.split(r"[.;:,(]", said)[0]))[0])
    head = _BESIDE.split(head)[0]
    turned = _OF.match(_plain(head))
    what, whose = (turned[1], turned[2]) if turned else ("", "")
    phrase = f"{_last(whose)} count" if what == "number" else f"{whose} {what}" if turned else _plain(head)
    found = [phrase] if _is_name(phrase) and not _VALUES.match(said) else []
    return [*found, *(name for name in _aside(said, column) if name not in found)]


def _aside(said: str, column: CatalogColumn) -> Iterator[str]:
    """ "Amount paid in EUR (fuel cost)": what people call a figure, in brackets at the end."""
    match = _ASIDE.search(said)
    name = _plain(match[1]) if match and not is_text(column.type) else ""
    if name and len(name.split()) <= _MOST and name.split()[-1] in _MONEY:
        yield name


def _without_unit(column: CatalogColumn) -> list[str]:
    """ "weight" of `weight_kg`, "area" of `area_m2`, "status" of `status_cd`."""
    spelled = re.sub(r"\b([ck]?m) ([23])$", r"\1\2", words(column.name)).split()
    of_text = is_text(column.type) and spelled[-1] in ("cd", "code", "owner")
    if len(spelled) < 2 or not (of_text or (not is_text(column.type) and spelled[-1] in _UNITS)):
        return []
    bare = " ".join(spelled[:-1])
    if bare in _FIGURES:
        return []
    long = [f"{bare} {_LASTING[spelled[-1]]}"] if spelled[-1] in _LASTING else []
    lasting = [f"{bare} time", f"time to {bare}"] if long and "time" not in spelled else []
    is_deed = bool(long) and spelled[-2] not in _LAST_THEMSELVES
    is_deed = is_deed or (spelled[-1] in ("score", "rating") and bare in _RATED)
    return [*([] if is_deed else [bare]), *lasting, *(name for name in long if name != words(column.name))]


def _is_name(phrase: str) -> bool:
    spoken = phrase.split()
    if not 0 < len(spoken) <= _MOST or not all(word.isalpha() for word in spoken) or _END.search(phrase):
        return False
    return not set(spoken) <= _SAYS_NOTHING and _is_noun(spoken[-1])


def _nouns(description: str) -> Iterator[str]:
    """In the singular. What stands first is a name of the rows where it is a plural or one row is said to be one."""
    said = _KOREAN_ASIDE.sub("", description).strip()
    if not said.isascii():
        return
    row = _ROW_OF.match(said)
    start = row or _START.match(said)
    heads = [(said[start.end() :] if start else said, row is not None)]
    heads += [(match[1], False) for match in _ALSO.finditer(said[:200])]
    heads += [(match[1] or match[2], True) for match in _ONE_PER.finditer(said[:200])]
    for text, is_told in heads:
        end = _END.search(text)
        if is_told and end is not None and end[0].casefold() in _PAIR:
            continue
        phrase = _plain(_DONE.split(text[: end.start()] if end else text)[0])
        if _is_name(phrase) and (is_told or _last(phrase) != phrase):
            yield _last(phrase)
            first, *rest = phrase.split()
            if len(rest) == 1 and first in _PARTIES:
                yield first  # "customer accounts"


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").split())


def _last(phrase: str) -> str:
    """With the last word in the singular."""
    *before, last = phrase.split()
    return " ".join((*before, _singular(last)))


@cache
def _singular(word: str) -> str:
    from lemminflect import getLemma  # type: ignore[import-untyped]

    return str((getLemma(word, "NOUN") or (word,))[0])


@cache
def _kinds(word: str) -> frozenset[str]:
    from lemminflect import getAllLemmas

    return frozenset(getAllLemmas(word))


def _is_noun(word: str) -> bool:
    return "NOUN" in _kinds(word)
