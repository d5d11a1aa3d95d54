"""What a dbt project already says in SQL: its analyses, and the queries that exposures carry.

An analysis is taken as dbt compiled it. Tools that write exposures put a question's native query into the description,
as a fenced block; `meta.dbt_ask.questions` (a list of question and sql) is our own way to write it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from feedback.errors import ImportUnreadable
from feedback.sources.found import Found, Skipped

_FENCE = re.compile(r"```(?:sql)?\s*\n(.*?)```", re.DOTALL | re.IGNORECASE)
_QUERY = re.compile(r"\s*(select|with)\b", re.IGNORECASE)


def read(manifest: Path) -> Iterator[Found | Skipped]:
    """Raises ImportUnreadable."""
    try:
        data = json.loads(manifest.read_bytes())
    except (OSError, ValueError) as error:
        raise ImportUnreadable(f"{manifest} can't be read: {error}", hint="run `dbt compile` in the project") from error
    for node in (data.get("nodes") or {}).values():
        if node.get("resource_type") == "analysis":
            yield _analysis(node)
    for node in (data.get("exposures") or {}).values():
        yield from _exposure(node)


def _analysis(node: Mapping[str, Any]) -> Found | Skipped:
    where, raw = str(node["unique_id"]), str(node.get("raw_code") or "")
    sql = str(node.get("compiled_code") or "") or ("" if "{{" in raw or "{%" in raw else raw)
    if not sql.strip():
        return Skipped(where, "not compiled: run `dbt compile`")
    asked = _ours(node).get("question") or _flat(node.get("description"))
    return Found(sql, str(asked), where, origin={"node": where})


def _exposure(node: Mapping[str, Any]) -> Iterator[Found]:
    where = str(node["unique_id"])
    for written in _ours(node).get("questions") or ():
        if isinstance(written, Mapping) and written.get("sql"):
            yield Found(str(written["sql"]), str(written.get("question") or ""), where, origin={"node": where})
    text = str(node.get("description") or "")
    for block in _FENCE.findall(text):
        if _QUERY.match(block):
            asked = _flat(_FENCE.sub("", text)) or str(node.get("label") or "")
            yield Found(block.strip(), asked, where, origin={"node": where, "url": node.get("url")})


def _ours(node: Mapping[str, Any]) -> Mapping[str, Any]:
    meta = {**(node.get("meta") or {}), **((node.get("config") or {}).get("meta") or {})}
    ours = meta.get("dbt_ask")
    return ours if isinstance(ours, Mapping) else {}


def _flat(text: object) -> str:
    """Markdown's headings and marks are no part of a question."""
    lines = (line.strip(" #*_") for line in str(text or "").splitlines())
    return " ".join(line for line in lines if line)
