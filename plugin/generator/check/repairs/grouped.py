"""What is said of groups, where a model says it of rows: averages as conditions, and groups of one row each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from backends.vectors.tokens import terms
from catalog_sync.model import CatalogTable
from plugin.generator import tables
from plugin.generator.check.schema import Schema

_AVERAGE = re.compile(r"\b(?:average|avg|mean)\b|평균", re.IGNORECASE)
_TOTAL = re.compile(r"\b(?:total|sum|overall|combined|altogether)\b|총|합계|합쳐|합친|합한|통틀어", re.IGNORECASE)
_GROUPED_BY = re.compile(
    r"([가-힣]+)별(?:로|\s|$)|\b(?:per|for each|by|of each) (?:the )?([a-z]+(?: [a-z]+)?)\s*(?:[?.,]|$)", re.IGNORECASE
)
_COUNTED = re.compile(r"\b(?:how many|number of|count(?: of| the)?) (?:the |different )?([a-z]+)", re.IGNORECASE)
_CLAUSE = re.compile(r"\b(?:whose|where|with|that|which|having|and|for|of)\b|[,?]", re.IGNORECASE)
_COMPARED = (exp.GT, exp.GTE, exp.LT, exp.LTE)
_NEAR = 2


def repair(tree: exp.Expression, schema: Schema, question: str) -> list[str]:
    """Works in place on the outermost SELECT; returns notes."""
    if not isinstance(tree, exp.Select):
        return []
    return [
        *_to_having(tree, question),
        *_counted(tree, schema, question),
        *_totals(tree, schema, question),
        *_left_out(tree, schema, question),
    ]


def _to_having(select: exp.Select, question: str) -> Iterator[str]:
    """ "Whose average age is over 30" is said of the groups."""
    where, group = select.args.get("where"), select.args.get("group")
    if where is None or group is None:
        return
    conditions = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
    kept = []
    for one in conditions:
        figure = _figure(one, question)
        if figure is None:
            kept.append(one)
            continue
        select.having(type(one)(this=figure, expression=one.expression), copy=False)
        yield f"{figure.sql()} of each group, not {one.this.sql()} of each row"
    if len(kept) < len(conditions):
        select.set("where", exp.Where(this=exp.and_(*kept)) if kept else None)


def _figure(condition: exp.Expression, question: str) -> exp.Expression | None:
    column, number = condition.this, condition.args.get("expression")
    if not isinstance(condition, _COMPARED) or not isinstance(column, exp.Column):
        return None
    if not isinstance(number, exp.Literal) or number.is_string:
        return None
    at = re.search(rf"(?<![\w.]){re.escape(str(number.this))}(?![\w])", question)
    clause = _CLAUSE.split(question[: at.start()])[-1] if at else ""
    if not set(terms(column.name)) & set(terms(clause)):
        return None
    if _AVERAGE.search(clause):
        return exp.Avg(this=column.copy())
    return exp.Sum(this=column.copy()) if _TOTAL.search(clause) else None


def _counted(select: exp.Select, schema: Schema, question: str) -> Iterator[str]:
    """A count of the rows of one table, grouped by its key, is always one: the question counts what leads to it. So it
    does where it says so: "how many loans by card type" of the patrons' card types."""
    known, group = schema.read_by(select), select.args.get("group")
    if group is None or len(known) != 1 or select.args.get("joins") or len(list(select.find_all(exp.Select))) > 1:
        return
    (table,) = known.values()
    grouped = {g.name.casefold() for g in group.expressions if isinstance(g, exp.Column)}
    key = {c.casefold() for c in table.primary_key}
    counts = [c for c in select.find_all(exp.Count) if isinstance(c.this, (exp.Star, exp.Column, exp.Literal))]
    if not key or table.view is not None or not counts:
        return
    child = _child(table, schema, question)
    if child is None or not (key <= grouped or _counts(question, child, table)):
        return
    for column in select.find_all(exp.Column):
        column.set("table", exp.to_identifier(select.args["from_"].this.alias_or_name))
    left = select.args["from_"].this.alias_or_name
    for edge in schema.path([table], child) or []:
        right = edge.right.name
        node = exp.Table(
            this=exp.to_identifier(right.name), db=exp.to_identifier(right.schema) if right.schema else None
        )
        pairs = zip(edge.left_columns, edge.right_columns, strict=True)
        on = [exp.EQ(this=exp.column(a, table=left), expression=exp.column(b, table=right.name)) for a, b in pairs]
        select.append("joins", exp.Join(this=node, on=exp.and_(*on)))
        left = right.name
    for count in counts:
        count.set("this", exp.Star())
    yield f"counted {child.name.name}, of which a {table.name.name} has several"


def _counts(question: str, child: CatalogTable, table: CatalogTable) -> bool:
    """The question counts the child, and speaks of no count of the table itself."""
    nouns = {t for found in _COUNTED.finditer(question) for t in terms(found[1])}
    return bool(nouns & set(terms(child.name.name))) and not nouns & set(terms(table.name.name))


def _child(table: CatalogTable, schema: Schema, question: str) -> CatalogTable | None:
    """The one table of which the question speaks, and which keys lead down to."""
    said = set(terms(question)) - set(terms(table.name.name))
    spoken = [t for t in schema.tables if t.view is None and t.name != table.name and set(terms(t.name.name)) & said]
    paths = [(t, schema.path([table], t)) for t in spoken]
    down = [
        (len(path), t)
        for t, path in paths
        if path and len(path) <= _NEAR and all(not any(edge is key for key in schema.edges) for edge in path)
    ]
    nearest = [t for size, t in down if size == min(s for s, _t in down)]
    return nearest[0] if len(nearest) == 1 else None


def _totals(select: exp.Select, schema: Schema, question: str) -> Iterator[str]:
    """Things ranked by a total, of which the statement ranks single rows of what they have."""
    known, order = schema.read_by(select), select.args.get("order")
    if order is None or select.args.get("group") or len(known) < 2 or not _TOTAL.search(question):
        return
    if select.find(exp.AggFunc) or len(list(select.find_all(exp.Select))) > 1 or select.args.get("distinct"):
        return
    outputs = [s.unalias() for s in select.selects]
    by = order.expressions[0].this
    table = known.get(by.table.casefold()) if isinstance(by, exp.Column) else None
    column = table.column(by.name) if table else None
    if (
        table is None
        or column is None
        or not tables.is_number(column)
        or not all(isinstance(o, exp.Column) for o in outputs)
    ):
        return
    others = [o for o in outputs if o.table.casefold() != by.table.casefold()]
    if not others or not set(terms(column.name)) & set(terms(question)):
        return
    for figure in [o for o in (*outputs, by) if o.sql() == by.sql()]:
        figure.replace(exp.Sum(this=figure.copy()))
    select.set("group", exp.Group(expressions=[o.copy() for o in others]))
    yield f"added up {column.name} for each {', '.join(o.name for o in others)}"


def _left_out(select: exp.Select, schema: Schema, question: str) -> Iterator[str]:
    """One figure of all, where the question wants it by something that the tables have: 업종별, "per segment"."""
    figures = [s.unalias() for s in select.selects]
    if select.args.get("group") or not all(isinstance(f, exp.AggFunc) for f in figures):
        return
    wanted = [form for found in _GROUPED_BY.finditer(question) if (form := terms(found[1] or found[2]))]
    for alias, table in schema.read_by(select).items():
        for column in table.columns:
            named = [terms(name) for name in (column.name, *column.synonyms)]
            if column.pii or tables.is_number(column) or tables.is_time(column) or not any(w in named for w in wanted):
                continue
            if any(c.name == column.name for c in select.find_all(exp.Column)):
                return
            place = exp.column(column.name, table=alias if len(schema.read_by(select)) > 1 else None)
            select.set("expressions", [place, *select.selects])
            select.set("group", exp.Group(expressions=[place.copy()]))
            yield f"by {column.name}, as the question asks"
            return
