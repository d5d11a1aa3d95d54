"""What each way to write documents is worth: recall of the right tables, on and off.

    python benchmarks/documents.py [--spider FOLDER] [--tables 150]

Off is the document as it is made of names, descriptions, keys and columns. On adds one idea: long forms of shortened
names (kept); questions that logged queries answer, put into words by rules (kept); a summary by rules, what is counted
and summed and by what (tried, not kept). Ranked as the router does at first, by the ranks of table documents and of
a table's best column in hybrid search; its words and values are left out, so that documents alone are measured.

"synthetic" are tables with shortened names, a third of their columns described, half of the short forms in no list; the
questions use long words. FOLDER is laid out as Spider: databases/NAME.sqlite or databases/NAME/NAME.sqlite,
tables.json, questions.jsonl. All its databases are one catalogue; a question's tables are those of its SQL. The
statements of half of the questions (by their hash) are the log, the other half is asked.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import sqlglot
from sqlglot import exp

from backends.embedder import CachedEmbedder, MultilingualEmbedder
from backends.embedder.base import Embedder
from backends.vectors import Point, QdrantEdgeIndex, sparse_document, sparse_query
from backends.warehouse.base import TableName
from catalog_sync import schema_keys
from catalog_sync.documents import documents
from catalog_sync.expansion import dictionary, with_expansions
from catalog_sync.index import COLLECTIONS, FILTERED, stamp_of
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable, SavedQuery
from catalog_sync.names import words
from catalog_sync.sqlite_schema import SQLiteSchema
from catalog_sync.types import is_text

RESULTS = Path(__file__).parent / "results" / "documents.json"
RANK_CONSTANT = 10
AT = (1, 5, 10)


@dataclass(frozen=True)
class Question:
    text: str
    tables: frozenset[str]


@dataclass(frozen=True)
class Data:
    name: str
    catalog: Catalog
    questions: tuple[Question, ...]


def summarised(catalog: Catalog) -> Catalog:
    return _answering(catalog, by_rules)


def unasked(catalog: Catalog) -> Catalog:
    return catalog.with_tables(tuple(replace(table, queries=()) for table in catalog))


def named(catalog: Catalog) -> Catalog:
    return with_expansions(catalog, {table.name for table in catalog}, dictionary(catalog))


VARIANTS: dict[str, Callable[[Catalog], Catalog]] = {
    "off": unasked,
    "names": lambda catalog: named(unasked(catalog)),
    "summaries": lambda catalog: summarised(unasked(catalog)),
    "queries": lambda catalog: catalog,
    "kept": named,  # names and queries
    "all": lambda catalog: summarised(named(catalog)),
}


def by_rules(table: CatalogTable) -> list[str]:
    """What can be summed, and by what: from types and keys."""
    keys = {column for key in table.foreign_keys for column in key.columns} | set(table.primary_key)
    measures = [words(c.name) for c in table.columns if _is_number(c) and c.name not in keys][:4]
    parents = [words(key.to_table.name) for key in table.foreign_keys]
    groups = (parents + [words(c.name) for c in table.columns if is_text(c.type) and c.name not in keys])[:4]
    thing = words(table.name.name)
    counted = [f"number of {thing} per {group}" for group in groups] or [f"number of {thing}"]
    return counted + [f"total and average {measure} by {', '.join(groups)}" for measure in measures]


def _answering(catalog: Catalog, told: Callable[[CatalogTable], Sequence[str]]) -> Catalog:
    tables = []
    for table in catalog:
        found = list(dict.fromkeys(told(table)))[:12]
        more = f"{table.description} answers {', '.join(found)}".strip() if found else table.description
        tables.append(replace(table, description=more))
    return catalog.with_tables(tuple(tables))


def _is_number(column: CatalogColumn) -> bool:
    return any(word in column.type.casefold() for word in ("int", "num", "dec", "real", "double", "float"))


def measure(data: Data, variant: str, embedder: Embedder) -> dict[str, float]:
    catalog = VARIANTS[variant](data.catalog)
    found = documents(catalog)
    with tempfile.TemporaryDirectory() as folder:
        index = QdrantEdgeIndex(Path(folder), filtered=FILTERED)
        index.begin(stamp_of(embedder))
        for kind in ("table", "column"):
            some = [d for d in found if d.kind == kind]
            rows = embedder.embed_documents([d.text for d in some])
            points = [
                Point(d.id, row.tolist(), sparse_document(d.lexical), d.payload)
                for d, row in zip(some, rows, strict=True)
            ]
            index.upsert(COLLECTIONS[kind], points)  # type: ignore[index]
        index.flush()
        ranks = [ranked(index, embedder, question.text) for question in data.questions]
        index.close()
    return {
        f"recall@{k}": round(
            sum(len(q.tables & set(r[:k])) / len(q.tables) for q, r in zip(data.questions, ranks, strict=True))
            / len(data.questions), 4,
        )
        for k in AT
    }  # fmt: skip


def ranked(index: QdrantEdgeIndex, embedder: Embedder, question: str) -> list[str]:
    dense, sparse, scores = embedder.embed_query(question).tolist(), sparse_query(question), {}
    for kind, most in (("table", 30), ("column", 120)):
        hits = index.search(COLLECTIONS[kind], dense, sparse, most)  # type: ignore[index]
        for rank, name in enumerate(dict.fromkeys(str(hit.payload["table"]) for hit in hits), start=1):
            scores[name] = scores.get(name, 0.0) + RANK_CONSTANT / (RANK_CONSTANT + rank)
    return sorted(scores, key=lambda name: (-scores[name], name))


def spider(folder: Path) -> Data:
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line) for line in lines]
    keys = schema_keys.load(folder / "tables.json")
    tables: list[CatalogTable] = []
    for name in sorted({one["database"] for one in asked}):
        file = next(p for p in (folder / "databases").rglob(f"{name}.sqlite"))
        for table in SQLiteSchema(file, keys.get(name), public=True).read():
            moved = [replace(k, to_table=TableName(None, name, k.to_table.name)) for k in table.foreign_keys]
            tables.append(replace(table, name=TableName(None, name, table.name.name), foreign_keys=tuple(moved)))
    log: dict[str, list[SavedQuery]] = {}
    questions = []
    for one in asked:
        gold = _tables_of(one["sql"], one["database"])
        if int(hashlib.sha256(" ".join(one["sql"].casefold().split()).encode()).hexdigest(), 16) % 2:
            questions.append(Question(one["question"], frozenset(gold)))
        else:
            for name in gold:
                log.setdefault(name, []).append(SavedQuery(one["sql"]))
    logged = tuple(replace(t, queries=tuple(log.get(str(t.name).casefold(), ()))) for t in tables)
    known = {str(t.name).casefold(): str(t.name) for t in tables}
    asked_for = [replace(q, tables=frozenset(known[name] for name in q.tables if name in known)) for q in questions]
    return Data("spider", Catalog("spider", "sqlite", logged), tuple(q for q in asked_for if q.tables))


def _tables_of(sql: str, database: str) -> set[str]:
    try:
        tree = sqlglot.parse_one(sql, read="sqlite")
    except sqlglot.errors.SqlglotError:
        return set()
    return {f"{database}.{table.name}".casefold() for table in tree.find_all(exp.Table)}


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split() for pair in text.split(","))


# Long and short. The second half of each is in no list.
THINGS = _pairs(
    "customer cust, account acct, employee emp, invoice invc, payment pmt, product prod, service svc, "
    "shipment shmt, campaign cpgn, supplier splr, policy plcy, claim clm, patient ptnt, student stdt"
)
FACTS = _pairs(
    "amount amt, quantity qty, balance bal, discount dscnt, number no, status sts, date dt, "
    "penalty pnlt, deposit dpst, weight wght, margin mrgn, warranty wrty, interest intr, premium prmm"
)


def synthetic(count: int, chance: random.Random) -> Data:
    tables, questions = [], []
    pairs = [(a, b) for a in THINGS for b in THINGS if a != b]
    for one, other in chance.sample(pairs, min(count, len(pairs))):
        facts = chance.sample(list(FACTS), 4)
        name = TableName(None, "main", f"{THINGS[one]}_{THINGS[other]}_{FACTS[facts[0]]}")
        columns = [_named(f"{THINGS[t]}_id", "integer", f"Key of the {t}.", chance) for t in (one, other)]
        columns += [_named(f"{THINGS[one]}_{FACTS[f]}", "decimal", f"The {f} of the {one}.", chance) for f in facts]
        tables.append(CatalogTable(name, "table", str(name), columns=tuple(columns)))
        ways = (
            f"What is the total {facts[0]} of each {one} per {other}?",
            f"Show the {facts[0]} and the {facts[1]} by {one} and {other}",
        )
        questions.append(Question(chance.choice(ways), frozenset({str(name)})))
    return Data("synthetic", Catalog("synthetic", "duckdb", tuple(tables)), tuple(questions))


def _named(name: str, kind: str, description: str, chance: random.Random) -> CatalogColumn:
    return CatalogColumn(name, kind, description if chance.random() < 1 / 3 else "")


def sets(options: argparse.Namespace) -> Iterator[Data]:
    yield synthetic(options.tables, random.Random(0))
    if options.spider:
        yield spider(options.spider)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--spider", type=Path)
    parser.add_argument("--tables", type=int, default=150)
    options = parser.parse_args()
    embedder, rows = CachedEmbedder(MultilingualEmbedder()), []
    print("set".ljust(12) + "documents".ljust(12) + "".join(f"recall@{k}".rjust(11) for k in AT))
    for data in sets(options):
        for variant in VARIANTS:
            if variant == "queries" and not any(table.queries for table in data.catalog):
                continue
            found = measure(data, variant, embedder)
            rows.append({"set": data.name, "documents": variant, "tables": len(data.catalog.tables),
                         "questions": len(data.questions), **found})  # fmt: skip
            cells = "".join(f"{value:11.1%}" for value in found.values())
            print(data.name.ljust(12) + variant.ljust(12) + cells, flush=True)
    RESULTS.write_text(json.dumps({"embedder": embedder.id, "rows": rows}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
