"""Questions that a language model thinks up for the schema, answered by the generator, run and filtered: the other way
of the two-way augmentation of CodeS (Li et al., 2024), which starts from a few questions that people really asked.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

from catalog_sync.model import Catalog, CatalogTable
from feedback.canonical import question_key
from feedback.examine import Examiner
from feedback.intake import language_of
from feedback.training.rows import NOTHING_HELD, Held, Row

RULE = "question first"
_SHOWN = 3
_TRIES = 4

Inventor = Callable[[Sequence[CatalogTable], Sequence[str], int], Sequence[str]]
"""Tables, questions like those that are wanted, a number that is never the same -> questions."""
Answerer = Callable[[str], str]
"""SQL, or "" where the question is refused or asked back."""


def invent(
    catalog: Catalog,
    examiner: Examiner,
    asked: Sequence[str],
    think: Inventor,
    answer: Answerer,
    count: int,
    held: Held = NOTHING_HELD,
    seed: int = 0,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Iterator[Row]:
    """Up to `count` rows. `asked` are questions of people; none of them, and none that is held out, is made again."""
    dice, found = random.Random(seed), 0
    seen = {question_key(question) for question in asked}
    tables = [t for t in catalog if t.columns]
    for number in range(count * _TRIES if tables else 0):
        shown = dice.sample(asked, min(_SHOWN, len(asked)))
        for question in think(_together(catalog, dice.choice(tables)), shown, seed * count * _TRIES + number):
            key = question_key(question)
            if key in seen:
                continue
            seen.add(key)
            row = _row(question, answer(question), catalog, examiner, held, seed)
            if row is None or row.sql in seen:
                continue
            seen.add(row.sql)
            found += 1
            progress("questions thought up", found, count)
            yield row
            if found == count:
                return


def _row(question: str, sql: str, catalog: Catalog, examiner: Examiner, held: Held, seed: int) -> Row | None:
    """None for what does not run, what a careful reader would doubt, and what may not be trained on."""
    if not sql:
        return None
    examined = examiner.examine(question, sql)
    text = examined.text
    doubtful = not text.tables or any(check.outcome != "ok" for check in text.checks)
    if doubtful or held.has(question, text.template):
        return None
    told = {"source": "synthetic", "rule": RULE, "seed": seed, "question_by": "model", "sql_by": "model"}
    cluster = f"synthetic:{text.template}"
    language = language_of(examined.question)
    return Row(examined.question, text.sql, text.tables, catalog.project, cluster, language, told)


def _together(catalog: Catalog, table: CatalogTable) -> list[CatalogTable]:
    """With what it refers to: a question about one of them may need the others."""
    others = (catalog.table(key.to_table) for key in table.foreign_keys if key.to_table != table.name)
    return [table, *(other for other in others if other is not None)]
