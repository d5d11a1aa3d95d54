"""`dbt-ask ...` as it is, except that it stops before its n-th write into the index, says so, and waits for a line.

python -m tests.e2e.pausing <n> <words of dbt-ask>
"""

from __future__ import annotations

import sys
from typing import Any

from backends.vectors.edge import QdrantEdgeIndex
from plugin.main import main

WRITING = "writing"


def pausing(number: int) -> None:
    write, calls = QdrantEdgeIndex.upsert, 0

    def upsert(*args: Any) -> None:
        nonlocal calls
        calls += 1
        write(*args)
        if calls == number:
            print(WRITING, flush=True)  # noqa: T201
            sys.stdin.readline()

    QdrantEdgeIndex.upsert = upsert  # type: ignore[method-assign]


if __name__ == "__main__":
    pausing(int(sys.argv[1]))
    main(sys.argv[2:])
