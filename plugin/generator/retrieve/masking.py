"""What is left of a question, or of a statement, when its own names and literals are taken out.

Questions: DAIL-SQL's and PET-SQL's masks, CodeS's skeleton. Statements: DAIL-SQL's skeleton, on the syntax tree.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from backends.vectors import korean
from backends.vectors.english import STOP_WORDS
from backends.vectors.tokens import terms
from plugin.generator.ask import Ask, TableSlice

_TOKEN = re.compile(r"\w+(?:[.'-]\w+)*|[^\w\s]")
_PREPOSITIONS_TEXT = """
about above after against along among around as at before below between by during for from in inside into near of off on
onto out over per since than through to toward under until up upon with within without
"""
_FUNCTION_WORDS_TEXT = """
all also another both each either every few least less many more most much never no not only other same
"""
_FUNCTION_WORDS = frozenset(_FUNCTION_WORDS_TEXT.split())
_PREPOSITIONS = frozenset(_PREPOSITIONS_TEXT.split())
_LITERAL, _NAME = "<unk>", "<mask>"
_PUNCTUATION = frozenset("$,()-.:;'\"?!")


def masked(question: str, names: Collection[str], literals: Collection[str]) -> str:
    """Words of a name become <mask>, words of a literal and numbers <unk>; a name wins where a word is both.

    `names` and `literals` are written as they are stored: `store_name`, `New York`.
    """
    of_names = {term for name in names for term in terms(name)}
    of_literals = {term for literal in literals for term in terms(literal)}
    return " ".join(_masked(token, of_names, of_literals) for token in _TOKEN.findall(question))


def _masked(token: str, names: set[str], literals: set[str]) -> str:
    said = set(terms(token)) if token.casefold() not in STOP_WORDS else set()
    if said and said <= names:
        return _NAME
    if (said and said <= literals) or re.fullmatch(r"\d[\d.,]*", token):
        return _LITERAL
    return token.casefold()


def masked_by_schema(ask: Ask, slices: Collection[TableSlice]) -> str:
    """The question without the names of its schema and the values that were found in it."""
    names = [n for part in slices for n in (part.table.name.name, *part.table.synonyms, *part.columns)]
    return masked(ask.question, names, [v.phrase for v in ask.values])


def masked_by_sql(question: str, sql: str, dialect: str) -> str:
    """An example without the names and literals of its own statement: its schema need not be at hand."""
    try:
        tree = sqlglot.parse_one(sql, read=dialect)
    except SqlglotError:
        return masked(question, (), ())
    names = {node.name for node in tree.find_all(exp.Table, exp.Column)}
    literals = {node.name for node in tree.find_all(exp.Literal)}
    return masked(question, names, literals)


def skeleton(question: str) -> str:
    """Nouns, numbers, signs and prepositions become `_`; runs of them one (CodeS). A word that may be a noun is taken
    for one if it does not begin the question ("list ...") and is no adjective; so is one that no word list knows."""
    said: list[str] = []
    for token in _TOKEN.findall(question):
        if token in _PUNCTUATION:
            continue
        blank = _is_blank(token, first=not said)
        if not blank or (said and said[-1] != "_"):
            said.append("_" if blank else token.casefold())
    return " ".join(said)


def _is_blank(token: str, *, first: bool) -> bool:
    folded = token.casefold()
    if folded in _PREPOSITIONS or not folded.isalpha():
        return True
    if folded in STOP_WORDS | _FUNCTION_WORDS:
        return False
    if korean.has_hangul(token):
        return bool(korean.nouns(token))
    from lemminflect import getAllLemmas  # type: ignore[import-untyped]

    kinds = set(getAllLemmas(folded))
    return kinds <= {"NOUN", "PROPN"} or ("NOUN" in kinds and "ADJ" not in kinds and not first)


def sql_skeleton(sql: str, dialect: str) -> Counter[str]:
    """The words of a statement without tables, columns and literals; joins without their conditions, aliases written
    out, ascending said. Empty where it can't be parsed."""
    try:
        tree = sqlglot.parse_one(sql, read=dialect) if sql else None
    except SqlglotError:
        return Counter()
    if tree is None:
        return Counter()
    for join in tree.find_all(exp.Join):
        join.set("on", None)
        join.set("using", None)
        join.set("kind", join.args.get("kind") or "INNER")
    for ordered in tree.find_all(exp.Ordered):
        ordered.set("desc", bool(ordered.args.get("desc")))  # an ascending order is said too
    bare: exp.Expression = tree.transform(_bare)
    text = re.sub(r"\s*([(),])\s*", r" \1 ", bare.sql(dialect=dialect).casefold())
    text = re.sub(r"_(?:\s*,\s*_)+", "_", text)
    text = re.sub(r"_ (?:<>|[<>]=?|=|like) _(?: (?:and|or) _ (?:<>|[<>]=?|=|like) _)*", "_", text)
    return Counter(text.split())


def _bare(node: exp.Expression) -> exp.Expression:
    if isinstance(node, (exp.Column, exp.Literal)):
        return exp.column("_")
    if isinstance(node, exp.Table):
        return exp.to_table("_")
    if isinstance(node, exp.Alias):
        bare: exp.Expression = node.this.transform(_bare)
        return bare
    return node


def jaccard(a: Counter[str], b: Counter[str]) -> float:
    """Of multisets, 0..1."""
    union = sum((a | b).values())
    return sum((a & b).values()) / union if union else 0.0
