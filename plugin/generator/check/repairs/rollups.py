"""Measures of a roll-up are added up before they are ranked or compared.

A view that holds one row for each month and supplier does not hold "the revenue of a supplier": that is a sum over its
rows. A small model writes `SELECT supplier ... ORDER BY revenue DESC`; with the declared grain the sum can be put in.
Nor does counting its rows count orders: that is the sum of `order_count`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sqlglot import exp

from backends.vectors.korean import has_hangul
from backends.vectors.tokens import terms
from catalog_sync.model import CatalogTable
from plugin.generator.check.schema import Schema

_HOW_MANY = re.compile(
    r"\bhow many (?:\w+ed )?(\w+)|([가-힣]+?)[은는이가]?\s(?:모두|총|전부|다\s)?\s?몇\s?(?:건|개|번)", re.IGNORECASE
)
_PER_TIME = re.compile(
    r"\b(?:daily|weekly|monthly|quarterly|yearly|annual|hourly"
    r"|(?:per|a|each|every) (?:day|week|month|quarter|year|hour))\b"
    r"|하루|일\s?평균|월\s?평균|매일|매월|매주|연\s?평균|일별|월별",
    re.IGNORECASE,
)
_COUNT = re.compile(r"_count$|\b(?:number of|count of)\b|\s?(?:건수|개수|수)$", re.IGNORECASE)


def repair(tree: exp.Expression, schema: Schema, question: str = "") -> list[str]:
    """Works in place on every SELECT that reads one question view alone; returns notes."""
    notes: list[str] = []
    for select in list(tree.find_all(exp.Select)):
        table = _only_view(select, schema)
        if table is None:
            continue
        notes += [f"{node} -> sum of {measure}" for node, measure in _counted(select, table, question)]
        if select is tree:
            notes += [
                f"{figure} -> {count}, of which the question asks how many"
                for figure, count in _how_many(select, table, question)
            ]
        notes += [f"{m} for each of {c}, not of each row" for m, c in _averaged(select, table, question)]
        if _add_up(select, table):
            notes.append(f"added up the measures of {table.name.name}")
    return notes


def _counted(select: exp.Select, table: CatalogTable, question: str) -> Iterator[tuple[str, str]]:
    """Counts of rows, and of keys that the view has not, become sums of the count that it has."""
    asked = set(terms(question))
    for node in [*select.find_all(exp.Count), *select.find_all(exp.Sum)]:
        if node.find_ancestor(exp.Select) is not select:
            continue
        ones = [n for n in node.find_all(exp.Literal) if n.this == "1" and isinstance(n.parent, exp.If)]
        column = node.this if isinstance(node.this, exp.Column) else None
        counts_rows = isinstance(node, exp.Count) and isinstance(node.this, (exp.Star, exp.Literal))
        counts_keys = isinstance(node, exp.Count) and column is not None and not table.column(column.name)
        if not (counts_rows or counts_keys or (isinstance(node, exp.Sum) and ones)):
            continue
        named = node.parent.alias if isinstance(node.parent, exp.Alias) else ""
        measure = _count_of(table, column.name if column else "", asked, named)
        if measure:
            written = node.sql()
            if ones:
                ones[0].replace(exp.column(measure))
            else:
                node.replace(exp.Sum(this=exp.column(measure)))
            yield written, measure


def _how_many(select: exp.Select, table: CatalogTable, question: str) -> Iterator[tuple[str, str]]:
    """ "How many orders" is the sum of `order_count`, not of what they cost."""
    output = select.selects[0].unalias() if len(select.selects) == 1 else None
    if not isinstance(output, exp.Sum) or not isinstance(output.this, exp.Column) or not _HOW_MANY.search(question):
        return
    written = output.this.name
    nouns = [n[1] or n[2] for n in _HOW_MANY.finditer(question)]
    asked = set(terms(question)) - {term for noun in nouns for term in terms(noun)}
    if "count" in terms(written) or any(set(terms(name)) & asked for name in _called(table, written)):
        return
    counts = [
        c for c in (table.view.additive if table.view else ()) if c.endswith("_count") and _counts(table, c, nouns)
    ]
    if len(counts) == 1:
        output.this.set("this", exp.to_identifier(counts[0]))
        yield written, counts[0]


def _averaged(select: exp.Select, table: CatalogTable, question: str) -> Iterator[tuple[str, str]]:
    """The average order of a roll-up is what they cost by their number; an average day is one of its rows."""
    assert table.view is not None
    counts = [c for c in table.view.additive if c.endswith("_count")]
    asked = set(terms(question))
    meant = [c for c in counts if any(set(terms(_COUNT.sub("", n))) <= asked for n in _called(table, c))]
    if len(meant) != 1 or _PER_TIME.search(question):
        return
    for average in list(select.find_all(exp.Avg)):
        column = average.this
        if isinstance(column, exp.Column) and column.name in table.view.additive and column.name != meant[0]:
            parts = exp.Sum(this=column.copy()), exp.Sum(this=exp.column(meant[0], table=column.table or None))
            one = exp.Mul(this=exp.Literal.number("1.0"), expression=parts[0])
            average.replace(exp.Paren(this=exp.Div(this=one, expression=parts[1])))
            yield column.name, meant[0]


def _called(table: CatalogTable, name: str) -> tuple[str, ...]:
    column = table.column(name)
    return (name, *column.synonyms) if column else (name,)


def _counts(table: CatalogTable, name: str, nouns: Sequence[str]) -> bool:
    """The nouns that the count has, by its own name or in Korean: 주문 of 주문 건수."""
    things = {frozenset(terms(_COUNT.sub("", called))) for called in _called(table, name)}
    return any(frozenset(terms(noun)) in things for noun in nouns)


def _count_of(table: CatalogTable, key: str, asked: set[str], named: str) -> str:
    """`order_count` for `order_id` or for what is named so, else the one count whose noun the question has; "" where
    that is not clear."""
    assert table.view is not None
    nouns = {name: set(terms(name.removesuffix("_count"))) for name in table.view.additive if name.endswith("_count")}
    korean = [
        name
        for name in nouns
        if any(
            has_hangul(n) and len(t := set(terms(_COUNT.sub("", n)))) > 0 and t <= asked for n in _called(table, name)
        )
    ]
    if not key and len(korean) == 1:
        return korean[0]
    if named in nouns:
        return named
    if key:
        return next((name for name in nouns if name == f"{key.removesuffix('_id')}_count"), "")
    spoken = [name for name, noun in nouns.items() if noun <= asked]
    longest = [name for name in spoken if not any(nouns[name] < nouns[other] for other in spoken)]
    return longest[0] if len(longest) == 1 else ""


def _only_view(select: exp.Select, schema: Schema) -> CatalogTable | None:
    source = select.args.get("from_")
    if source is None or not isinstance(source.this, exp.Table) or select.args.get("joins"):
        return None
    table = schema.table(source.this)
    return table if table is not None and table.view is not None and len(table.view.grain) > 1 else None


def _add_up(select: exp.Select, table: CatalogTable) -> bool:
    assert table.view is not None
    additive = {name.casefold() for name in table.view.additive}
    bare = [c for c in select.find_all(exp.Column) if c.name.casefold() in additive and _is_bare(c, select)]
    outputs = [s.unalias() for s in select.selects]
    plain = [o for o in outputs if isinstance(o, exp.Column) and o.name.casefold() not in additive]
    others = [o for o in outputs if o not in plain and not _is_measure(o, additive)]
    if not bare or not plain or others or select.args.get("group") or _at_grain(select, table, plain):
        return False if not _grouped_where(select, bare) else _to_having(select, bare)
    _to_having(select, bare)
    for column in bare:
        if column.parent is not None and not isinstance(column.parent, exp.Sum):
            column.replace(exp.Sum(this=column.copy()))
    select.set("group", exp.Group(expressions=[p.copy() for p in plain]))
    return True


def _is_bare(column: exp.Column, select: exp.Select) -> bool:
    return column.find_ancestor(exp.Select) is select and column.find_ancestor(exp.AggFunc, exp.Window) is None


def _is_measure(output: exp.Expression, additive: set[str]) -> bool:
    return isinstance(output, exp.Column) and output.name.casefold() in additive


def _at_grain(select: exp.Select, table: CatalogTable, plain: list[exp.Column]) -> bool:
    """Every column of the grain is put out, or pinned to one value."""
    assert table.view is not None
    where = select.args.get("where")
    pinned = {
        side.name.casefold()
        for eq in (where.find_all(exp.EQ) if where else ())
        for side in (eq.this, eq.expression)
        if isinstance(side, exp.Column) and not isinstance(eq.parent, exp.Or)
    }
    covered = pinned | {p.name.casefold() for p in plain}
    return all(key.casefold() in covered for key in table.view.grain)


def _grouped_where(select: exp.Select, bare: list[exp.Column]) -> bool:
    """A comparison of a measure before grouping compares single rows of the roll-up."""
    where = select.args.get("where")
    return bool(select.args.get("group")) and where is not None and any(c.find_ancestor(exp.Where) for c in bare)


def _to_having(select: exp.Select, bare: list[exp.Column]) -> bool:
    where = select.args.get("where")
    if where is None:
        return False
    conjuncts = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
    moved = [c for c in conjuncts if any(b in set(c.find_all(exp.Column)) for b in bare)]
    if not moved:
        return False
    kept = [c for c in conjuncts if c not in moved]
    names = {b.name.casefold() for b in bare}
    for conjunct in moved:
        for column in list(conjunct.find_all(exp.Column)):
            if column.name.casefold() in names:
                column.replace(exp.Sum(this=column.copy()))
    having = select.args.get("having")
    select.set("where", exp.Where(this=exp.and_(*kept)) if kept else None)
    select.set("having", exp.Having(this=exp.and_(*([having.this] if having else []), *moved)))
    return True
