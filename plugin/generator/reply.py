"""What a model wrote, read tolerantly: fenced or plain, labelled, thought aloud first, JSON with text around it.

Nothing that a model wrote is evaluated, and nothing is cut out by position.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from plugin.generator.check.repair import extract

_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL | re.IGNORECASE)
_FENCED = re.compile(r"```(?:\w+)?\s*(.*?)(?:```|\Z)", re.DOTALL)
_LABEL = re.compile(r"(?:^|\n)\W*(?:final |revised |fixed )?(?:sql|query)(?: ?query)?\W*:", re.IGNORECASE)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_SQL_KEYS = ("sql", "query", "fixed_query", "final_sql")


def sql_of(text: str, *, last: bool = False) -> str:
    """The statement in a reply, "" where there is none; `last` where a model writes steps before its answer."""
    body = _THOUGHT.sub("", text)
    known = json_of(body)
    if isinstance(known, dict):
        folded = {str(key).casefold(): value for key, value in known.items()}
        body = next((str(folded[key]) for key in _SQL_KEYS if folded.get(key)), body)
    fenced = [found for block in _FENCED.findall(body) if (found := extract(block))]
    if fenced:
        return fenced[-1 if last else 0]
    labels = list(_LABEL.finditer(body))
    return extract(body[labels[-1 if last else 0].end() :] if labels else body)


def json_of(text: str) -> Any:
    """The first JSON object or list in a text; None where there is none."""
    for start in (m.start() for m in re.finditer(r"[{\[]", text)):
        for candidate in (text[start:], _TRAILING_COMMA.sub("", text[start:])):
            try:
                return json.JSONDecoder(strict=False).raw_decode(candidate)[0]
            except ValueError:
                continue
    return None


def names_in(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that stand in the text as whole words, in the order in which they first do."""
    found = {name: at for name in names if (at := _place(name, text)) >= 0}
    return tuple(sorted(found, key=lambda name: (found[name], -len(name))))


def lines_of(text: str) -> Iterator[str]:
    """The lines that say something, without bullets and numbers."""
    for line in _THOUGHT.sub("", text).splitlines():
        said = re.sub(r"^\s*(?:[-*•]|\d+[.):])\s*", "", line).strip()
        if said:
            yield said


def _place(name: str, text: str) -> int:
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)
    return found.start() if found else -1
