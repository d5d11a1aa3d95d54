"""A sync of many tables: the first, one where nothing changed, one where 1 % changed.

    python -m benchmarks.catalog_scale [--tables 1000 10000] [--source memory|openmetadata] [--index edge|noted]
                                          [--embedder none|default]

Tables of 20 columns, two of them with five values. `memory` makes the tables in the process: what is measured is the
sync itself. `openmetadata` reads them over HTTP from the fake server (a process of its own) through the official
client. The warehouse answers from memory. The embedder `default` is the real one; `none` gives every text the same
vector at once, and what a real one costs is then to be added for each document. `edge` is the embedded index; `noted`
writes down what an index would be told and has no vectors, so that what is left is the sync. Each step is a process of
its own; its peak memory is that process's. Disk is what is used, holes are not counted. What a question costs is in
catalog_question.py.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from backends.embedder import Embedder, MultilingualEmbedder
from backends.vectors import QdrantEdgeIndex
from backends.vectors.files import used
from benchmarks.made_catalogue import Made, NoEmbedder, Noted, Warehouse, tables
from catalog_sync.index import FILTERED
from catalog_sync.openmetadata import OpenMetadataSource, Selection
from catalog_sync.openmetadata.testing import FakeOpenMetadata, payloads
from catalog_sync.policy import Policy
from catalog_sync.sync import Options, sync
from catalog_sync.values import Rules

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "catalog_scale.json"
PROGRAM = (sys.executable, "-m", "benchmarks.catalog_scale")
STEPS = ("first", "unchanged", "changed")


def step(count: int, name: str, state: Path, host: str, kind: str, embedding: str) -> dict[str, Any]:
    changed = name == "changed"
    policy = Policy()
    source: Any = Made(count, changed)
    if host:
        server = {"hostPort": host, "securityConfig": {"jwtToken": FakeOpenMetadata.token}}
        source = OpenMetadataSource(server, policy, "benchmark", Selection(details=()))
    warehouse = Warehouse(count)
    index = Noted(state / "noted.db") if kind == "noted" else QdrantEdgeIndex(state / "index", filtered=FILTERED)
    embedder: Embedder = MultilingualEmbedder() if embedding == "default" else NoEmbedder()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started, cpu = time.perf_counter(), time.process_time()
    # All values in one sync, however slow the machine: else the second would go on with them.
    options = Options(rules=Rules(seconds=36_000))
    report = sync(source, warehouse, embedder, index, policy, state, options=options)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    index.close()
    return {
        "tables": count,
        "source": "openmetadata" if host else "memory",
        "index": kind,
        "embedder": embedding,
        "step": name,
        "seconds": seconds,
        "cpu_seconds": cpu,
        "tables_per_second": count / seconds,
        "documents": report.added + report.changed + report.unchanged,
        "embedded": report.embedded,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "start_mb": before,
        "disk_mb": used(state) / 1e6,
    }


def _which(row: dict[str, Any]) -> tuple[str, str, str, int]:
    return row["index"], row["source"], row["embedder"], row["tables"]


def serve(count: int, changed: bool) -> None:
    """The fake server, until its input ends."""
    with FakeOpenMetadata() as server:
        for table in tables(count, changed):
            server.store.add("tables", payloads.from_catalog(table, "warehouse"))
        print(server.host_port, flush=True)
        sys.stdin.read()


def _child(*words: str) -> dict[str, Any]:
    done = subprocess.run([*PROGRAM, *words], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(count: int, source: str, index: str, embedder: str) -> Iterator[dict[str, Any]]:
    state = Path(tempfile.mkdtemp(prefix="catalog-scale-"))
    try:
        for name in STEPS:
            words = ["--child", name, "--tables", str(count), "--state", str(state)]
            words += ["--index", index, "--embedder", embedder]
            if source == "memory":
                yield _child(*words)
                continue
            serving = [*PROGRAM, "--serve", name, "--tables", str(count)]
            with subprocess.Popen(
                serving, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            ) as server:
                assert server.stdout is not None
                yield _child(*words, "--host", server.stdout.readline().strip())
                server.communicate("")
    finally:
        shutil.rmtree(state)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--source", choices=["memory", "openmetadata"], nargs="+", default=["memory"])
    parser.add_argument("--index", choices=["edge", "noted"], nargs="+", default=["edge"])
    parser.add_argument("--embedder", choices=["none", "default"], default="none")
    parser.add_argument("--add", action="store_true", help="Keep the rows of other sizes that are in the results.")
    for hidden in ("--child", "--serve", "--state", "--host"):
        parser.add_argument(hidden, default="", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        serve(chosen.tables[0], chosen.serve == "changed")
    elif chosen.child:
        state, index = Path(chosen.state), chosen.index[0]
        print(json.dumps(step(chosen.tables[0], chosen.child, state, chosen.host, index, chosen.embedder)))
    else:
        for index in chosen.index:
            for source in chosen.source:
                for count in chosen.tables:
                    rows = list(measure(count, source, index, chosen.embedder))
                    _table_of(rows, keep=chosen.add)
                    chosen.add = True


def _table_of(rows: list[dict[str, Any]], keep: bool) -> None:
    print(" ".join(f"{name:>17}" for name in rows[0]))
    for row in rows:
        print(" ".join(f"{v:>17,.1f}" if isinstance(v, float) else f"{v:>17}" for v in row.values()))
    RESULTS.parent.mkdir(exist_ok=True)
    before = json.loads(RESULTS.read_text(encoding="utf-8"))["rows"] if keep and RESULTS.exists() else []
    new = {_which(row) for row in rows}
    rows = sorted([row for row in before if _which(row) not in new] + rows, key=_which)
    machine = {"python": platform.python_version(), "machine": platform.machine()}
    RESULTS.write_text(json.dumps({**machine, "rows": rows}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
