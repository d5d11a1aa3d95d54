"""Deliver by the model: an answer in prose from the rows, or what it says of its own statement."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from backends.llm.base import Sampling
from backends.warehouse.base import Rows
from plugin.generator.ask import Ask
from plugin.generator.consult import consult, told
from plugin.generator.deliver.sentence import show
from plugin.generator.stage import Kind, Need, Services

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_MAX_CELL_CHARS = 200
_SMALL = frozenset(map(str, range(4)))  # "one of the two": numbers that are words


@dataclass(frozen=True)
class Told:
    """Rows as `- column: cell`, as many as fit into `tokens`; the reply is the sentence.

    With `checked`, a number in it must stand in the rows or the question: else the sentence by rules stays, and
    `dropped` says why. Put it behind `Sentence`, which it falls back to.
    """

    tokens: int = 3000
    checked: bool = True
    name: str = "deliver.told"
    kind: Kind = "deliver"
    needs: frozenset[Need] = frozenset({"llm"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        verdict = ask.verdict
        rows = verdict.candidate.rows if verdict and verdict.status == "answered" and verdict.candidate else None
        if rows is None or not rows.rows:
            return ask
        text = self._fitted(rows, services)
        ask, said = consult(
            ask, services, self.name, told("rows_answer.md", rows=text, question=ask.question), Sampling(200)
        )
        sentence = said[0].text.strip() if said else ""
        if self.checked and (invented := _invented(sentence, rows, ask.question)):
            return ask.add(dropped=(*ask.dropped, f"{self.name}: {', '.join(invented)} is in no row"))
        return ask.add(sentence=sentence) if sentence else ask

    def _fitted(self, rows: Rows, services: Services) -> str:
        written: list[str] = []
        used = 0
        for row in rows.rows:
            line = "\n".join(f"- {c}: {show(v)[:_MAX_CELL_CHARS]}" for c, v in zip(rows.columns, row, strict=True))
            used += services.llm.count_tokens(line)
            if written and used > self.tokens:
                written.append(f"({len(rows.rows) - len(written)} more rows)")
                break
            written.append(line)
        return "\n\n".join(written)


def _invented(sentence: str, rows: Rows, question: str) -> Sequence[str]:
    held = " ".join([question, str(len(rows.rows)), *(f"{v} {show(v)}" for row in rows.rows for v in row)])
    known = {_plain(n) for n in _NUMBER.findall(held)} | _SMALL
    return [n for n in _NUMBER.findall(sentence) if _plain(n) not in known]


def _plain(number: str) -> str:
    text = number.replace(",", "").rstrip(".")
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True)
class Explained:
    """What the model says of its statement stands behind the sentence (QueryGPT, Pinterest)."""

    name: str = "deliver.explained"
    kind: Kind = "deliver"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        candidate = ask.verdict.candidate if ask.verdict and ask.verdict.status == "answered" else None
        said = candidate.explanation.strip() if candidate else ""
        return ask.add(sentence=f"{ask.sentence} {said}") if said else ask
