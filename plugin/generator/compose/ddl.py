"""Compose: the prompt, what is stable first so that the model's prefix cache is used."""

from __future__ import annotations

from dataclasses import dataclass, replace

from backends.llm.base import Message
from backends.vectors.tokens import terms
from plugin.errors import PipelineError
from plugin.generator.ask import Ask, Prompt, TableSlice
from plugin.generator.compose import layout, prompts
from plugin.generator.stage import Kind, Need, Services

DIALECT_NAMES = {
    "duckdb": "DuckDB",
    "postgres": "PostgreSQL",
    "sqlite": "SQLite",
    "snowflake": "Snowflake",
    "bigquery": "BigQuery",
    "redshift": "Redshift",
    "databricks": "Databricks",
    "trino": "Trino",
    "clickhouse": "ClickHouse",
}


@dataclass(frozen=True)
class Ddl:
    """CREATE TABLE statements, notes, question; tables from the end are left out until the budget is kept."""

    budget: int = 2400
    name: str = "compose.ddl"
    kind: Kind = "compose"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        slices = ask.slices
        while True:
            prompt = self._prompt(ask.add(slices=slices), services)
            if prompt.tokens <= self.budget:
                return ask.add(prompts=(prompt,), slices=slices)
            slices = _smaller(slices)
            if not slices:
                raise PipelineError(
                    f"the question and one table do not fit into {self.budget} tokens",
                    hint="raise generator.prompt_tokens in dbt_ask.yml, or ask a shorter question",
                )

    def _prompt(self, ask: Ask, services: Services) -> Prompt:
        dialect = DIALECT_NAMES.get(services.dialect, services.dialect)
        system = prompts.fill("answer.md", dialect=dialect)
        user = user_text(ask)
        messages = (Message("system", system), Message("user", user))
        return Prompt(messages, sum(services.llm.count_tokens(m.content) for m in messages), "ddl")


def user_text(ask: Ask) -> str:
    wanted: dict[tuple[str, str], tuple[str, ...]] = {}
    for value in ask.values:
        key = (value.table, value.column)
        wanted[key] = (*wanted.get(key, ()), value.value)
    blocks = [layout.ddl(ask.slices, wanted, frozenset(terms(ask.question)))]
    if ask.shots:
        blocks.append("\n\n".join(f"Question: {s.question}\n```sql\n{s.sql}\n```" for s in ask.shots))
    if ask.hints:
        blocks.append("Notes:\n" + "\n".join(f'- "{h.phrase}" means {h.condition}' for h in ask.hints))
    blocks.append(f"Question: {ask.question}")
    return "\n\n".join(blocks)


def _smaller(slices: tuple[TableSlice, ...]) -> tuple[TableSlice, ...]:
    """Fewer columns of the last table that has many, then one table less."""
    for at in range(len(slices) - 1, -1, -1):
        part = slices[at]
        if len(part.columns) > 8:
            fewer = replace(part, columns=part.columns[: len(part.columns) * 2 // 3])
            return (*slices[:at], fewer, *slices[at + 1 :])
    return slices[:-1]
