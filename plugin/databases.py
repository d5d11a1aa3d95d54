"""The databases of a suite as places to ask: for each SQLite file a catalogue, an index and a read-only door.

Prepared once below a work folder; prepared again only when the file, its keys or the embedder changed.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backends.embedder.base import Embedder
from backends.llm.base import LLM
from backends.warehouse.base import Limits, Warehouse
from feedback.evaluation.suite import Item, Suite

if TYPE_CHECKING:
    from catalog_sync.model import Catalog
    from catalog_sync.schema_keys import Keys
    from catalog_sync.values import Rules
    from plugin.generator.stage import Services

_OPEN = 8  # indexes at a time
_STAMP = "prepared.json"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Place:
    """`real` is the whole database, whatever the services may see of it."""

    services: Services
    real: Warehouse


class Databases:
    """Use it as a context: what was opened is closed. `more` holds further instances, `more/NAME/*.sqlite` by the
    name of the database or the id of a question. `public`: nobody's personal data is in these databases."""

    def __init__(
        self,
        suite: Suite,
        work: Path,
        embedder: Embedder,
        llm: LLM,
        limits: Limits,
        *,
        rules: Rules | None = None,
        more: Path | None = None,
        public: bool = False,
    ) -> None:
        from catalog_sync import schema_keys

        self._suite, self._work, self._more = suite, work, more
        self._embedder, self._llm, self._limits = embedder, llm, limits
        self._rules, self._public = rules, public
        self._keys: dict[str, Keys] = schema_keys.load(suite.tables) if suite.tables else {}
        self._open: OrderedDict[str, tuple[Place, ExitStack]] = OrderedDict()

    def __enter__(self) -> Databases:
        return self

    def __exit__(self, *_: object) -> None:
        while self._open:
            self._open.popitem()[1][1].close()

    def prepare(self, names: list[str], progress: Progress = lambda *_: None) -> None:
        """What is not prepared yet."""
        for done, name in enumerate(names):
            progress("databases", done, len(names))
            self._prepare(name)
        progress("databases", len(names), len(names))

    def place(self, name: str) -> Place:
        if name not in self._open:
            while len(self._open) >= _OPEN:
                self._open.popitem(last=False)[1][1].close()
            self._open[name] = self._opened(name)
        self._open.move_to_end(name)
        return self._open[name][0]

    def all_of(self, item: Item) -> tuple[Warehouse, ...]:
        """The real database, its other instances, and those that were made for this question."""
        from backends.warehouse import open_sqlite

        _, *others = self._suite.files_of(item, self._more)
        return (self.place(item.database).real, *(open_sqlite(path) for path in others))

    def _folder(self, name: str) -> Path:
        return self._work / hashlib.sha256(str(self._suite.database(name).resolve()).encode()).hexdigest()[:8] / name

    def _prepare(self, name: str) -> None:
        from backends.vectors import QdrantEdgeIndex
        from backends.warehouse import open_sqlite
        from catalog_sync.files import write_atomically
        from catalog_sync.index import FILTERED
        from catalog_sync.policy import Policy
        from catalog_sync.sqlite_schema import SQLiteSchema
        from catalog_sync.sync import Options, sync
        from catalog_sync.values import Rules

        folder, path = self._folder(name), self._suite.database(name)
        stamp = json.dumps(self._stamp(name, path), sort_keys=True)
        if (folder / _STAMP).is_file() and (folder / _STAMP).read_text(encoding="utf-8") == stamp:
            return
        with ExitStack() as opened:
            warehouse = open_sqlite(path)
            opened.callback(warehouse.close)
            folder.mkdir(parents=True, exist_ok=True)
            index = QdrantEdgeIndex(folder / "index", filtered=FILTERED)
            opened.callback(index.close)
            source = SQLiteSchema(path, self._keys.get(name), public=self._public)
            options = Options(rules=replace(self._rules or Rules(), refresh=True))
            sync(source, warehouse, self._embedder, index, Policy(tiers=()), folder, options=options)
        write_atomically(folder / _STAMP, stamp)

    def _stamp(self, name: str, path: Path) -> dict[str, Any]:
        from catalog_sync.bird_descriptions import beside
        from catalog_sync.inputs import made_by

        keys = self._keys.get(name)
        return {
            "database": [path.stat().st_mtime_ns, path.stat().st_size],
            "descriptions": hashlib.sha256(repr(beside(path)).encode()).hexdigest(),
            "keys": hashlib.sha256(repr(keys).encode()).hexdigest(),
            "embedder": self._embedder.id,
            "rules": repr(self._rules),
            "public": self._public,
            "code": made_by().decode(),
        }

    def _opened(self, name: str) -> tuple[Place, ExitStack]:
        from backends.vectors import QdrantEdgeIndex
        from backends.warehouse import open_sqlite
        from catalog_sync import store
        from catalog_sync.index import FILTERED, stamp_of
        from catalog_sync.scope import scope
        from catalog_sync.store import CATALOG
        from plugin.generator.stage import Services

        self._prepare(name)
        opened = ExitStack()
        catalog: Catalog = store.load(self._folder(name) / CATALOG)
        index = QdrantEdgeIndex(self._folder(name) / "index", filtered=FILTERED)
        opened.callback(index.close)
        index.begin(stamp_of(self._embedder))
        real = open_sqlite(self._suite.database(name))
        opened.callback(real.close)
        services = Services(catalog, real.restricted(scope(catalog)), self._llm, self._embedder, index, self._limits)
        return Place(services, real), opened
