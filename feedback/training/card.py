"""The data card: what is in an export, where it came from, and what it is not good for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

_CARD = """\
# Training data of {project}

Questions with the SQL that answers them, in {dialect}, as `dbt-ask training export` wrote them on {made_at}.

## Files

| file | rows | SHA-256 |
|---|---|---|
{files}

`sft.*`: `messages` (system, user, assistant). `preference.*`: `prompt`, `chosen`, `rejected`. Every row has
`provenance`. The split is by database and question cluster: a question and its paraphrases are in one file.

## Where the rows come from

| what | rows |
|---|---|
{sources}

Each SQL text was let in by the read-only door and was run. It was approved by a person other than the one who wrote it,
but for {own} rows that their writers approved themselves (`provenance.self_approved`), and those whose
`provenance.source` is `synthetic`: a rule made the SQL from the schema and a language model worded the question, or,
where `provenance.rule` is `question first`, a language model thought up the question and the generator answered it.
`provenance.question_by` says `model` where a language model wrote the question, `sql_by` where it wrote the SQL.

## What is not in it

- Result rows. Values of columns that the catalogue marks as personal data.
- Questions of the held-out benchmark: what is trained on can't be measured with.
- Examples that the schema no longer supports, and {dropped} rows that were left out on the way: {why}.

## Limits

The schema, the values and the words are those of one dbt project. A model that is trained on this knows this project
better and others not at all. Names of tables, columns and listed values are in the prompts: treat the files as you
treat the catalogue.
"""


def card(manifest: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    files = "\n".join(f"| `{n}` | {f['rows']} | `{f['sha256'][:16]}…` |" for n, f in manifest["files"].items())
    told = [row["provenance"] for row in rows]
    counts: Counter[str] = Counter()
    for kind, key in (("source", "source"), ("language", "language"), ("question by", "question_by")):
        counts.update(f"{kind} {provenance.get(key, '-')}" for provenance in told)
    dropped = manifest["dropped"]
    return _CARD.format(
        project=manifest["project"],
        dialect=manifest["dialect"],
        made_at=manifest["made_at"][:10],
        files=files or "| none | 0 | |",
        sources="\n".join(f"| {name} | {count} |" for name, count in sorted(counts.items())) or "| none | 0 |",
        own=sum(bool(provenance.get("self_approved")) for provenance in told),
        dropped=sum(dropped.values()),
        why=", ".join(f"{count} ({why})" for why, count in sorted(dropped.items())) or "none",
    )
