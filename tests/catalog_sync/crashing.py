"""Runs one sync of a project and kills this process, as the kernel would, right after the n-th call of something.

python -m tests.catalog_sync.crashing <project directory> <point> <n> [<dimensions of the embedder>]
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from backends.embedder.hashing import HashEmbedder
from backends.vectors.edge import QdrantEdgeIndex
from catalog_sync import incremental, revoke
from catalog_sync.store import Store
from tests.catalog_sync.conftest import Tiny

POINTS: dict[str, tuple[Any, str]] = {
    "revoked": (revoke, "revoked"),
    "revoke": (revoke, "withdraw"),
    "record": (Store, "put_record"),
    "readings": (Store, "put_readings"),
    "remove": (Store, "remove"),
    "narrow": (revoke, "narrow"),
    "deleted": (QdrantEdgeIndex, "delete"),
    "plan": (incremental, "plan_tables"),
    "put": (Store, "put_rows"),
    "made": (Store, "put_made"),
    "saved": (Store, "__exit__"),
    "withdraw": (incremental, "withdraw"),
    "begin": (QdrantEdgeIndex, "begin"),
    "upsert": (QdrantEdgeIndex, "upsert"),
    "flush": (QdrantEdgeIndex, "flush"),
    "publish": (incremental, "publish"),
}


def killing(function: Callable[..., Any], after: int) -> Callable[..., Any]:
    calls = 0

    def called(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        result = function(*args, **kwargs)
        if calls == after:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return called


if __name__ == "__main__":
    project, point, count, *dimensions = sys.argv[1:]
    owner, name = POINTS[point]
    setattr(owner, name, killing(getattr(owner, name), int(count)))
    Tiny(Path(project)).sync(embedder=HashEmbedder(*map(int, dimensions)))
