"""Understand as DIN-SQL does: how hard the question is, and into which questions it falls apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

from backends.llm.base import Sampling
from plugin.generator.ask import Ask
from plugin.generator.compose.schemas import listed
from plugin.generator.consult import consult, told
from plugin.generator.reply import lines_of
from plugin.generator.stage import Kind, Need, Services

EASY, NON_NESTED, NESTED = "easy", "non-nested", "nested"
_LABEL = re.compile(r"label\W*:\W*(easy|non[- ]?nested|nested)", re.IGNORECASE)
_NAMED = re.compile(r"\b(easy|non[- ]?nested|nested)\b", re.IGNORECASE)
_PARTS = re.compile(r"questions\s*[:=]\s*\[(.*?)\]", re.IGNORECASE | re.DOTALL)
MAX_PARTS = 4


@dataclass(frozen=True)
class Graded:
    """`easy`: one table; `non-nested`: joins; `nested`: sub-queries or set operations, with its sub-questions. Where
    the reply names no class, the question is taken as non-nested, for which both others are no harm."""

    max_tokens: int = 600
    stop: tuple[str, ...] = ("Q:",)
    name: str = "understand.graded"
    kind: Kind = "understand"
    needs: frozenset[Need] = frozenset({"llm"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        links = ", ".join(ask.links) or "none"
        prompt = told("din_class.md", schema=listed(ask), question=ask.question, links=links)
        ask, said = consult(ask, services, self.name, prompt, Sampling(self.max_tokens, stop=self.stop))
        text = said[0].text if said else ""
        named = _LABEL.findall(text) or _NAMED.findall(text)
        if not named:
            ask = ask.add(dropped=(*ask.dropped, f"{self.name}: the reply names no class"))
        grade = named[-1].casefold().replace(" ", "-") if named else NON_NESTED
        grade = NON_NESTED if grade == "nonnested" else grade
        return ask.add(grade=grade, subquestions=_parts(text) if grade == NESTED else ())


def _parts(text: str) -> tuple[str, ...]:
    """None where the pattern is missing: the nested prompt then works with the question alone."""
    found = _PARTS.findall(text)
    quoted = re.findall(r"[\"']([^\"']{8,})[\"']", found[-1]) if found else []
    plain = [line.strip(" ,\"'") for line in lines_of(found[-1])] if found and not quoted else []
    return tuple(part for part in (*quoted, *plain) if part)[:MAX_PARTS]
