"""Rows to files: JSON lines in the chat form that trainers read, a manifest and a data card. All of it or nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token, TokenType

from backends.llm.base import Message
from catalog_sync.model import Catalog
from catalog_sync.pii import masked
from feedback.errors import ExportRefused
from feedback.privacy import MASK
from feedback.training.card import card
from feedback.training.rows import Row

MANIFEST = "manifest.json"
Prompt = Callable[[str, Sequence[str]], Sequence[Message]]


@dataclass(frozen=True)
class Exported:
    """`files`: name -> rows. `dropped`: why -> how many."""

    folder: str
    files: dict[str, int]
    dropped: dict[str, int]


def write(rows: Iterable[Row], prompt: Prompt, catalog: Catalog, folder: Path, at: datetime) -> Exported:
    """`prompt` writes the question and the tables as the model sees them when it is asked. Raises ExportRefused."""
    if folder.exists() and not (folder / MANIFEST).is_file() and any(folder.iterdir()):
        raise ExportRefused(f"{folder} holds other files", hint="name a folder that is new or an earlier export")
    dropped: Counter[str] = Counter()
    lines: dict[str, list[str]] = {}
    for row in rows:
        asked = prompt(row.question, row.tables)
        why = _unclean(row, "\n".join(m.content for m in asked), catalog)
        if why:
            dropped[why] += 1
            continue
        text = json.dumps(_made(row, asked), ensure_ascii=False, sort_keys=True, default=str)
        name = f"{'preference' if row.rejected else 'sft'}.{row.split}.jsonl"
        lines.setdefault(name, []).append(text)
    files = {name: len(set(found)) for name, found in sorted(lines.items())}
    _replace(folder, {name: sorted(set(found)) for name, found in lines.items()}, catalog, dropped, at)
    return Exported(str(folder), files, dict(dropped))


def _made(row: Row, prompt: Sequence[Message]) -> dict[str, Any]:
    asked = [{"role": m.role, "content": m.content} for m in prompt]
    provenance = {**row.provenance, "project": row.project, "cluster": row.cluster, "language": row.language}
    if row.rejected:
        return {
            "prompt": asked,
            "chosen": [_said(row.sql)],
            "rejected": [_said(row.rejected)],
            "provenance": provenance,
        }
    return {"messages": [*asked, _said(row.sql)], "provenance": provenance}


def _said(sql: str) -> dict[str, str]:
    return {"role": "assistant", "content": f"```sql\n{sql.strip()}\n```"}


def _unclean(row: Row, asked: str, catalog: Catalog) -> str:
    """Once more at the way out, whatever was done at the way in: the row is left out, not mended."""
    spoken = "\n".join((row.question, row.sql, row.rejected, asked))
    if MASK in spoken:
        return "personal data was masked in it"
    if masked(spoken) != spoken:
        return "looks like personal data"
    return "" if _vouched(row, catalog) else "a literal in rejected SQL that the catalogue does not list"


def _vouched(row: Row, catalog: Catalog) -> bool:
    """Rejected SQL was perhaps never let in by the door: its literals must be known, or hold no letters."""
    try:
        literals = [t.text for t in Dialect.get_or_raise(catalog.dialect).tokenize(row.rejected) if _is_text(t)]
    except TokenError:
        return False
    known = {v for table in catalog for column in table.columns for v in column.values}
    said = f"{row.sql} {row.question}"
    return all(text in known or text in said or not any(sign.isalpha() for sign in text) for text in literals)


def _is_text(token: Token) -> bool:
    return token.token_type in (TokenType.STRING, TokenType.NATIONAL_STRING, TokenType.RAW_STRING)


def _replace(folder: Path, lines: dict[str, list[str]], catalog: Catalog, dropped: Counter[str], at: datetime) -> None:
    partial = folder.with_name(f".{folder.name}.{os.getpid()}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        hashes = {}
        for name, found in sorted(lines.items()):
            text = "".join(f"{line}\n" for line in found)
            (partial / name).write_text(text, encoding="utf-8")
            hashes[name] = {"rows": len(found), "sha256": hashlib.sha256(text.encode()).hexdigest()}
        rows = [json.loads(line) for found in lines.values() for line in found]
        manifest = {
            "project": catalog.project,
            "dialect": catalog.dialect,
            "made_at": at.isoformat(),
            "files": hashes,
            "dropped": dict(dropped),
        }
        (partial / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False), encoding="utf-8")
        (partial / "README.md").write_text(card(manifest, rows), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
