"""Questions that a language model writes, from SQL or from the schema alone. They are marked as such."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backends.llm.base import LLM, Message, Sampling
from catalog_sync.documents import words
from catalog_sync.model import Catalog, CatalogTable
from feedback import prompts

LANGUAGES = {"en": "English", "ko": "Korean"}
_SHOWN = 12
_NUMBER = re.compile(r"^\d+[.)]\s*")
_LONGEST = 300


def question_of(sql: str, tables: Sequence[str], catalog: Catalog, llm: LLM, language: str = "en") -> str:
    """One line, or "" where the model wrote nothing that can be a question."""
    schema = "\n".join(map(_line, filter(None, map(catalog.whole, tables))))
    prompt = prompts.fill("question.md", language=LANGUAGES[language], schema=schema, sql=sql)
    reply = llm.chat([Message("user", prompt)], Sampling(max_tokens=96))
    said = next((line for line in _lines(reply.completions[0].text) if line), "").removeprefix("Question:").strip()
    return said if _fits(said) else ""


def thought_up(
    tables: Sequence[CatalogTable], asked: Sequence[str], llm: LLM, language: str = "en", number: int = 5, seed: int = 0
) -> list[str]:
    """Questions about these tables that nobody has asked, in the manner of `asked`."""
    prompt = prompts.fill(
        "invent.md",
        number=str(number),
        language=LANGUAGES[language],
        schema="\n".join(map(_line, tables)),
        asked="\n".join(f"- {question}" for question in asked) or "- (none)",
    )
    reply = llm.chat(
        [Message("user", prompt)], Sampling(max_tokens=64 * number, temperature=0.8, top_p=0.95, seed=seed)
    )
    found = [_NUMBER.sub("", line) for line in _lines(reply.completions[0].text)]
    return [question for question in found if _fits(question) and question.endswith(("?", "？", ".", "줘", "오"))][
        :number
    ]


def _lines(text: str) -> list[str]:
    return [line.strip(" \"'`*-") for line in text.splitlines()]


def _fits(said: str) -> bool:
    return 0 < len(said) <= _LONGEST and "select " not in said.casefold()


def _line(table: CatalogTable) -> str:
    columns = ", ".join(
        f"{words(c.name)} ({' '.join(c.description.split())[:60]})" if c.description else words(c.name)
        for c in table.columns[:_SHOWN]
    )
    return f"- {words(table.name.name)}: {' '.join(table.description.split())[:120]} [{columns}]"
