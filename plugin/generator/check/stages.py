"""Check: structural repair, the read-only door with EXPLAIN, a bounded run, one repair by the model."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sqlglot

from backends.errors import QueryFailed, QueryRefused, QueryTimeout
from backends.llm.base import Message
from plugin.generator import tables, units
from plugin.generator.ask import Ask, Candidate
from plugin.generator.check.proof import run_proved
from plugin.generator.check.repair import repair
from plugin.generator.check.repairs import cents
from plugin.generator.check.schema import Schema
from plugin.generator.compose import prompts
from plugin.generator.deliver.sentence import tables_of
from plugin.generator.generate.greedy import write_sql
from plugin.generator.stage import Kind, Need, Services

# What the door says of a wrong name or an unknown function is the model's mistake, not its intent.
_BEHIND = 100  # tables behind those that were shown
_MENDABLE = frozenset({"unknown_column", "unknown_table", "ambiguous", "function", "parse", "star", "type"})


def schema_of(ask: Ask, services: Services) -> Schema:
    """The tables that the model saw, and behind them those that a join may pass through, or that it named."""
    catalog, shown = services.catalog, tuple(part.table for part in ask.slices)
    names = {t.name for t in shown}
    said = {name.rpartition(".")[2] for c in ask.candidates for name in tables_of(c.sql, services.dialect)}
    near = catalog.directory.around(names, _BEHIND)
    named = [name for bare in said for name in catalog.directory.bare(bare)]
    others = catalog.these(dict.fromkeys(name for name in (*near, *named) if name not in names))
    return Schema(shown, tuple(t for t in others if t.view is None))


@dataclass(frozen=True)
class Structure:
    """The repairs that need neither the model nor the warehouse."""

    name: str = "check.structure"
    kind: Kind = "check"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        schema = schema_of(ask, services)
        return ask.add(candidates=tuple(self._repaired(c, ask, schema, services) for c in ask.candidates))

    def _repaired(self, candidate: Candidate, ask: Ask, schema: Schema, services: Services) -> Candidate:
        if candidate.rows is not None or candidate.refused or cents.is_done(candidate.notes):
            return candidate
        today = tables.today(schema.preferred, services.catalog)
        periods = [phrase.resolve(today) for phrase in ask.periods]
        done = repair(candidate.sql, schema, services.dialect, ask.values, ask.question, periods, today)
        if not done.sql:
            return replace(candidate, error=done.missing[0])
        return replace(candidate, sql=done.sql, notes=(*candidate.notes, *done.notes), error="; ".join(done.missing))


@dataclass(frozen=True)
class WholeUnits:
    """Statements of rules with what is kept in cents in whole units."""

    name: str = "check.whole_units"
    kind: Kind = "check"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        return ask.add(candidates=tuple(self._put(c, ask, services) for c in ask.candidates))

    def _put(self, candidate: Candidate, ask: Ask, services: Services) -> Candidate:
        if candidate.rows is not None or candidate.refused or candidate.error or cents.is_done(candidate.notes):
            return candidate
        catalog = services.catalog
        names = tables_of(candidate.sql, services.dialect)
        schema = Schema(tuple(t for n in names if (t := catalog.short(n) or catalog.whole(n)) is not None))
        if not any(units.in_cents(c) for t in schema.tables for c in t.columns):
            return candidate
        tree = sqlglot.parse_one(candidate.sql, read=services.dialect)
        notes = cents.repair(tree, schema, ask.question)
        sql = tree.sql(dialect=services.dialect) if notes else candidate.sql
        return replace(candidate, sql=sql, notes=(*candidate.notes, *notes))


@dataclass(frozen=True)
class Execution:
    """Sends the statement to views or base tables by proof (`proof.py`), plans it, then runs it within the limits; what
    the door refuses or the engine can't run is marked, not raised."""

    name: str = "check.execution"
    kind: Kind = "check"
    needs: frozenset[Need] = frozenset({"execution"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        return ask.add(candidates=tuple(self._run(c, ask, services) for c in ask.candidates))

    def _run(self, candidate: Candidate, ask: Ask, services: Services) -> Candidate:
        if candidate.rows is not None or candidate.refused or not candidate.sql:
            return candidate

        def run(chosen: Candidate) -> Candidate:
            services.warehouse.explain(chosen.sql)
            return replace(chosen, rows=services.warehouse.query(chosen.sql, services.limits), error="")

        try:
            return run_proved(candidate, ask, services, run)
        except QueryRefused as refusal:
            known = refusal.rule in _MENDABLE
            return replace(candidate, refused="" if known else refusal.rule, error=refusal.message)
        except QueryFailed as failure:
            return replace(candidate, error=failure.engine_message)
        except QueryTimeout as timeout:
            return replace(candidate, error=timeout.message)


@dataclass(frozen=True)
class Mend:
    """Shows the model its last statement with the error, and takes what it writes as one more candidate."""

    max_tokens: int = 320
    name: str = "check.mend"
    kind: Kind = "check"
    needs: frozenset[Need] = frozenset({"llm"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        last = ask.candidates[-1]
        messages = (
            *ask.prompts[-1].messages,
            Message("assistant", f"```sql\n{last.sql or last.raw}\n```"),
            Message("user", prompts.fill("mend.md", error=last.error[:400])),
        )
        mended, spent = write_sql(services, messages, self.name, self.max_tokens)
        return ask.add(candidates=(*ask.candidates, mended), usage=ask.usage + spent)
