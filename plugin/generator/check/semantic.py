"""Check: what no column holds is asked of the model, value by value, inside the statement (TAG, Biswal et al., 2024).

A statement may hold LLM_FILTER(column, 'yes or no criterion') as a condition, and LLM_MAP(column, 'instruction') as a
value. Both are settled before it runs: on the distinct values that the other conditions leave, in batches, bounded.
A filter becomes `column IN (...)`, a map a CASE; the engine does the rest, so that counts, orders and limits are its
own and come after the filter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from backends.errors import QueryFailed, QueryRefused, QueryTimeout
from backends.llm.base import Sampling
from plugin.generator.ask import Ask, Candidate
from plugin.generator.consult import consult, told
from plugin.generator.reply import json_of, lines_of
from plugin.generator.stage import Kind, Need, Services

FILTER, MAP = "LLM_FILTER", "LLM_MAP"
_READ = 2_000  # distinct values at most, of which the nearest are asked
_MAX_VALUE_CHARS = 300


@dataclass(frozen=True)
class Semantic:
    """`batch` values a request, `most` values a node: of more, those nearest to the criterion, and `dropped` says so.

    A value of which the reply does not speak does not fulfil a filter, and is mapped to NULL.
    """

    batch: int = 20
    most: int = 200
    name: str = "check.semantic"
    kind: Kind = "check"
    needs: frozenset[Need] = frozenset({"llm", "execution"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        done = []
        for candidate in ask.candidates:
            ask, settled = self._settled(ask, candidate, services)
            done.append(settled)
        return ask.add(candidates=tuple(done))

    def _settled(self, ask: Ask, candidate: Candidate, services: Services) -> tuple[Ask, Candidate]:
        tree = _parsed(candidate.sql, services.dialect)
        if tree is None or candidate.rows is not None or not any(True for _ in nodes_of(tree)):
            return ask, candidate
        notes = []
        for node in list(nodes_of(tree)):
            column, instruction = node.expressions[0], node.expressions[1].name
            try:
                ask, values = self._values(ask, node, instruction, services)
            except QueryRefused as refusal:
                return ask, replace(candidate, refused=refusal.rule, error=refusal.message)
            except (QueryFailed, QueryTimeout) as failure:
                return ask, replace(candidate, error=failure.message)
            ask, answers = self._answered(ask, node.name.upper(), instruction, values, services)
            node.replace(_written(node.name.upper(), column, answers))
            notes.append(f"{node.name.upper()} {instruction!r}: {len(answers)} of {len(values)} values")
        return ask, replace(candidate, sql=tree.sql(dialect=services.dialect), notes=(*candidate.notes, *notes))

    def _values(self, ask: Ask, node: exp.Anonymous, instruction: str, services: Services) -> tuple[Ask, list[str]]:
        sql = distinct(node).sql(dialect=services.dialect)
        limits = replace(services.limits, rows=_READ)
        held = services.warehouse.query(sql, limits).rows
        values = [str(row[0]) for row in held if row[0] is not None and str(row[0]).strip()]
        if len(values) <= self.most:
            return ask, values
        likeness = services.embedder.embed_documents(values) @ services.embedder.embed_query(instruction)
        nearest = sorted(range(len(values)), key=lambda at: -float(likeness[at]))[: self.most]
        note = f"{self.name}: of {len(values)} values only the {self.most} nearest to {instruction!r} were asked"
        return ask.add(dropped=(*ask.dropped, note)), [values[at] for at in sorted(nearest)]

    def _answered(
        self, ask: Ask, operator: str, instruction: str, values: Sequence[str], services: Services
    ) -> tuple[Ask, dict[str, str]]:
        """Value -> what the model says of it; a filter has those that fulfil it."""
        found: dict[str, str] = {}
        for start in range(0, len(values), self.batch):
            batch = values[start : start + self.batch]
            numbered = "\n".join(f"{n}. {' '.join(v.split())[:_MAX_VALUE_CHARS]}" for n, v in enumerate(batch, start=1))
            file = "tag_filter.md" if operator == FILTER else "tag_map.md"
            prompt = told(file, instruction=instruction, values=numbered)
            ask, said = consult(ask, services, self.name, prompt, Sampling(16 * len(batch) + 32))
            text = said[0].text if said else ""
            found |= _chosen(text, batch) if operator == FILTER else _mapped(text, batch)
        return ask, found


def nodes_of(tree: exp.Expression) -> Iterator[exp.Anonymous]:
    for node in tree.find_all(exp.Anonymous):
        well_made = len(node.expressions) == 2 and isinstance(node.expressions[1], exp.Literal)
        if node.name.upper() in (FILTER, MAP) and well_made and node.find_ancestor(exp.Select):
            yield node


def distinct(node: exp.Anonymous) -> exp.Select:
    """The values of the node's column in its own SELECT, as the conditions without a model leave them."""
    around = node.find_ancestor(exp.Select)
    assert around is not None
    found: exp.Select = around.copy()
    for clause in ("group", "having", "order", "limit", "offset", "distinct", "qualify", "windows"):
        found.set(clause, None)
    where = found.args.get("where")
    conjuncts = (
        list(where.this.flatten()) if where and isinstance(where.this, exp.And) else [where.this] if where else []
    )
    kept = [c for c in conjuncts if not any(True for _ in nodes_of_any(c))]
    found.set("where", exp.Where(this=exp.and_(*kept)) if kept else None)
    found.set("expressions", [node.expressions[0].copy()])
    return found.distinct()


def nodes_of_any(part: exp.Expression) -> Iterator[exp.Anonymous]:
    yield from (n for n in part.find_all(exp.Anonymous) if n.name.upper() in (FILTER, MAP))


def _parsed(sql: str, dialect: str) -> exp.Expression | None:
    try:
        return sqlglot.parse_one(sql, read=dialect) if sql else None
    except SqlglotError:
        return None


def _chosen(text: str, batch: Sequence[str]) -> dict[str, str]:
    """The numbers in the reply's list, or alone on its lines."""
    listed = json_of(text)
    said = [str(n) for n in listed] if isinstance(listed, list) else re.findall(r"\b\d+\b", text)
    places = sorted({int(n) for n in said if n.isdigit()})
    return {batch[n - 1]: "yes" for n in places if 1 <= n <= len(batch)}


def _mapped(text: str, batch: Sequence[str]) -> dict[str, str]:
    """`number: answer`, a line each."""
    found = {}
    for number, said in re.findall(r"^\W*(\d+)\s*[:.)=-]+\s*(.+?)\s*$", text, re.MULTILINE):
        if 1 <= int(number) <= len(batch):
            found[batch[int(number) - 1]] = said.strip("'\"")
    alone = next(lines_of(text), "") if not found and len(batch) == 1 else ""
    return {batch[0]: alone} if alone else found


def _written(operator: str, column: exp.Expression, answers: Mapping[str, str]) -> exp.Expression:
    text = exp.cast(column.copy(), "text")
    if operator == FILTER:
        if not answers:
            return exp.EQ(this=exp.Literal.number(1), expression=exp.Literal.number(0))
        return exp.In(this=text, expressions=[exp.Literal.string(v) for v in answers])
    if not answers:
        return exp.Null()
    whens = [exp.If(this=exp.EQ(this=text.copy(), expression=exp.Literal.string(v)), true=_literal(said))
             for v, said in answers.items()]  # fmt: skip
    return exp.Case(ifs=whens)


def _literal(said: str) -> exp.Expression:
    return exp.Literal.number(said) if re.fullmatch(r"-?\d+(\.\d+)?", said) else exp.Literal.string(said)
