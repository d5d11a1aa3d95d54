"""Whether the right table is found among many, and how fast: hybrid search against meaning alone and words alone.

    python benchmarks/retrieval_scale.py [--tables 1000 10000 100000] [--questions 500]

Each table is about one thing, one figure, a unit of time, a branch of business and a way of selling; its description
says so in a sentence. A question is for one table, and is a paraphrase of that description: another sentence, half of
the words put by others that stand in no description, every fifth question in Korean. Only that one table counts as
right, and it has hundreds of neighbours that differ in one of the five. The documents, the embedder and the index are
those of a sync. A time is that of one search, without the embedding of the question, which is `embed ms`.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from pathlib import Path
from typing import Any

import numpy as np

from backends.embedder import Embedder, MultilingualEmbedder
from backends.vectors import Point, QdrantEdgeIndex, SparseVector, sparse_document, sparse_query
from backends.vectors.edge_shard import EdgeShard
from backends.vectors.fusion import depth, fuse
from backends.warehouse.base import TableName
from catalog_sync.documents import Document, document_of
from catalog_sync.index import COLLECTIONS, FILTERED, stamp_of
from catalog_sync.model import CatalogColumn, CatalogTable

RESULTS = Path(__file__).parent / "results" / "retrieval_scale.json"
WAYS: Mapping[str, tuple[str, ...]] = {"hybrid": ("dense", "lex"), "dense": ("dense",), "words": ("lex",)}
AT = (1, 5, 10)
_BATCH = 256

# As descriptions say it | as a question may put it | in Korean.
_PARTS: tuple[tuple[str, ...], ...] = (
    (
        "customer|client|고객", "employee|member of staff|직원", "supplier|vendor|공급업체", "product|article|상품",
        "vehicle|car|차량", "building|property|건물", "patient|sick person|환자", "student|pupil|학생",
        "passenger|traveller|승객", "contract|agreement|계약",
        "machine|piece of equipment|기계", "driver|chauffeur|기사",
        "branch|outlet|지점", "website|internet page|웹사이트",
        "campaign|promotion|캠페인", "warehouse|storage depot|창고",
        "doctor|physician|의사", "tenant|lodger|세입자",
        "farm|agricultural holding|농장", "project|undertaking|프로젝트",
    ),
    (
        "revenue|money earned|매출", "cost|expenses|비용", "complaints|grievances|불만", "returns|goods sent back|반품",
        "visits|calls in person|방문", "delays|late arrivals|지연", "salary|pay|급여", "debt|money owed|부채",
        "energy used|power consumption|에너지 사용", "accidents|mishaps|사고", "ratings|scores given|평점",
        "waste|rubbish|폐기물", "bookings|reservations|예약", "stock|goods on hand|재고", "tax|duty paid|세금",
        "repairs|mending work|수리", "training hours|time spent on courses|교육 시간", "discounts|price cuts|할인",
        "weight|how heavy it is|무게", "insurance claims|requests for compensation|보험 청구",
    ),
    (
        "daily|for each day|일별", "weekly|week by week|주별",
        "monthly|every month|월별", "quarterly|per three months|분기별",
        "yearly|per annum|연도별", "hourly|hour after hour|시간별",
    ),
    (
        "retail|shops|소매", "banking|financial institutions|은행",
        "health care|hospitals|의료", "logistics|freight|물류",
        "education|schools|교육", "tourism|travel business|관광",
        "agriculture|farming|농업", "telecommunications|phone networks|통신",
        "energy|power supply|에너지", "construction|building trade|건설", "media|press and broadcasting|미디어",
        "government|public administration|정부",
    ),
    (
        "online|over the internet|온라인", "by telephone|on the phone|전화", "in person|face to face|대면",
        "by mail|through the post|우편",
    ),
)  # fmt: skip

Choice = tuple[int, ...]


def choices() -> list[Choice]:
    """Every table that there can be, in an order that has nothing to do with what it is about."""
    found = list(product(*(range(len(part)) for part in _PARTS)))
    random.Random(0).shuffle(found)
    return found


def _said(choice: Choice, way: int) -> list[str]:
    return [part[i].split("|")[way] for part, i in zip(_PARTS, choice, strict=True)]


def table(number: int, choice: Choice) -> CatalogTable:
    thing, figure, unit, branch, channel = _said(choice, 0)
    name = "_".join((unit, thing, figure, branch, channel)).replace(" ", "_")
    columns = tuple(CatalogColumn(c.replace(" ", "_"), "VARCHAR") for c in (f"{thing}_id", figure, f"{unit}_period"))
    description = f"{unit.capitalize()} {figure} of each {thing} in {branch}, as far as it was dealt with {channel}."
    return CatalogTable(
        TableName("warehouse", f"schema_{number % 50}", f"{name}_{number}"), "table", name, description, columns
    )


def question(number: int, choice: Choice, chance: random.Random) -> str:
    if number % 5 == 0:
        thing, figure, unit, branch, channel = _said(choice, 2)
        return f"{branch} 분야에서 {channel}으로 처리된 {thing}의 {unit} {figure}을 보여줘"
    thing, figure, unit, branch, channel = (_said(choice, chance.randint(0, 1))[i] for i in range(len(_PARTS)))
    return chance.choice(
        (
            f"How did the {figure} of a {thing} develop {unit}, {channel}, with companies of {branch}?",
            f"In {branch}, which {thing} has the highest {figure}? Please {unit}, and only what was done {channel}",
            f"I need the {figure} {unit} that we have {channel} by {thing} ({branch})",
        )
    )


def embedded(embedder: Embedder, found: Iterator[Document]) -> Iterator[Point]:
    while batch := list(islice(found, _BATCH)):
        vectors = embedder.embed_documents([document.text for document in batch])
        for d, vector in zip(batch, vectors, strict=True):
            yield Point(d.id, vector.tolist(), sparse_document(d.lexical), dict(d.payload))


def fill(index: QdrantEdgeIndex, embedder: Embedder, numbered: Sequence[tuple[int, Choice]]) -> None:
    points = embedded(embedder, (document_of("benchmark", table(number, choice)) for number, choice in numbered))
    while batch := list(islice(points, _BATCH)):
        index.upsert(COLLECTIONS["table"], batch)
    index.flush()


def measure(shard: EdgeShard, asked: Sequence[tuple[list[float], SparseVector]], right: Sequence[str], way: str) -> Any:
    """Seconds of each search, and the rank of the right table (0 for none in the first ten)."""
    seconds, ranks = [], []
    for (dense, sparse), wanted in zip(asked, right, strict=True):
        started = time.perf_counter()
        found = fuse(shard.rankings(dense, sparse, depth(AT[-1]), {}, WAYS[way]), AT[-1])
        payloads = shard.payloads([f.id for f in found])
        seconds.append(time.perf_counter() - started)
        names = [str(payloads[f.id]["table"]) for f in found]
        ranks.append(names.index(wanted) + 1 if wanted in names else 0)
    return seconds, ranks


def rows(sizes: Sequence[int], questions: int) -> Iterator[dict[str, Any]]:
    embedder, every, there = MultilingualEmbedder(), choices(), 0
    with tempfile.TemporaryDirectory() as folder:
        index = QdrantEdgeIndex(Path(folder), filtered=FILTERED)
        index.begin(stamp_of(embedder))
        for size in sorted(sizes):
            fill(index, embedder, list(enumerate(every[:size]))[there:])
            there = size
            chance = random.Random(size)
            wanted = chance.sample(range(size), min(questions, size))
            texts = [question(number, every[i], chance) for number, i in enumerate(wanted)]
            right = [str(table(i, every[i]).name) for i in wanted]
            started = time.perf_counter()
            asked = [(embedder.embed_query(text).tolist(), sparse_query(text)) for text in texts]
            embedding = (time.perf_counter() - started) / len(texts) * 1000
            index.search(COLLECTIONS["table"], *asked[0], 10)  # opens it
            (shard,) = index._own.opened.values()  # type: ignore[union-attr]
            for way in WAYS:
                cpu = time.process_time()
                seconds, ranks = measure(shard, asked, right, way)
                cpu = (time.process_time() - cpu) / len(texts) * 1000
                p50, p95 = np.percentile(seconds, [50, 95]) * 1000
                yield {
                    "tables": size, "way": way, "questions": len(texts), "p50_ms": float(p50), "p95_ms": float(p95),
                    "cpu_ms": cpu, "embed_ms": embedding,
                    **{f"recall@{k}": float(np.mean([0 < rank <= k for rank in ranks])) for k in AT},
                    **{f"korean@{k}": float(np.mean([0 < rank <= k for rank in ranks[::5]])) for k in AT[1:]},
                }  # fmt: skip
        index.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--questions", type=int, default=500)
    options = parser.parse_args()
    found = []
    for row in rows(options.tables, options.questions):
        if not found:
            print(" ".join(f"{name:>10}" for name in row))
        found.append(row)
        cells = (
            f"{v:>10.1%}" if "@" in k else f"{v:>10,.2f}" if isinstance(v, float) else f"{v:>10}"
            for k, v in row.items()
        )
        print(" ".join(cells), flush=True)
        machine = {"python": platform.python_version(), "machine": platform.machine()}
        told = {**machine, "embedder": MultilingualEmbedder().id, "rows": found}
        RESULTS.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
