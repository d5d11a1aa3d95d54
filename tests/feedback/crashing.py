"""Works off the outbox and kills this process, as the kernel would, at one point of it; prints what is in the index.

python -m tests.feedback.crashing <state url> <index directory> <before|upsert|flush|never>
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from backends.database import open_database
from backends.embedder import CachedEmbedder, MultilingualEmbedder
from backends.vectors import QdrantEdgeIndex
from catalog_sync.index import COLLECTIONS, FILTERED
from feedback.examples import Examples
from feedback.publish import Shelf


def killing(function: Callable[..., Any], first: bool) -> Callable[..., Any]:
    def called(*args: Any, **kwargs: Any) -> Any:
        if not first:
            function(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    return called


if __name__ == "__main__":
    url, folder, point = sys.argv[1:]
    if point != "never":
        name = {"before": "begin"}.get(point, point)
        setattr(QdrantEdgeIndex, name, killing(getattr(QdrantEdgeIndex, name), point == "before"))
    index = QdrantEdgeIndex(folder, filtered=FILTERED)
    Shelf(Examples(open_database(url)), index, CachedEmbedder(MultilingualEmbedder()), "shop").deliver()
    sys.stdout.write("\n".join(payload["example"] for _, payload in index.scroll(COLLECTIONS["example"])))
    index.close()
