"""Questions that a language model writes from SQL. They are marked as such, and a person reviews them."""

from __future__ import annotations

from collections.abc import Sequence

from backends.llm.base import LLM, Message, Sampling
from catalog_sync.documents import words
from catalog_sync.model import Catalog, CatalogTable
from feedback import prompts

LANGUAGES = {"en": "English", "ko": "Korean"}
_SHOWN = 12
_LONGEST = 300


def question_of(sql: str, tables: Sequence[str], catalog: Catalog, llm: LLM, language: str = "en") -> str:
    """One line, or "" where the model wrote nothing that can be a question."""
    schema = "\n".join(map(_line, filter(None, map(catalog.whole, tables))))
    prompt = prompts.fill("question.md", language=LANGUAGES[language], schema=schema, sql=sql)
    reply = llm.chat([Message("user", prompt)], Sampling(max_tokens=96))
    lines = [line.strip(" \"'`*-") for line in reply.completions[0].text.splitlines()]
    said = next((line for line in lines if line), "").removeprefix("Question:").strip()
    return said if 0 < len(said) <= _LONGEST and "select " not in said.casefold() else ""


def _line(table: CatalogTable) -> str:
    columns = ", ".join(
        f"{words(c.name)} ({' '.join(c.description.split())[:60]})" if c.description else words(c.name)
        for c in table.columns[:_SHOWN]
    )
    return f"- {words(table.name.name)}: {' '.join(table.description.split())[:120]} [{columns}]"
