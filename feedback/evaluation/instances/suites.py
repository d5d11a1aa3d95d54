"""Test suites for the questions of a suite, as files: `TO/QUESTION_ID/N.sqlite`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from backends.warehouse import open_sqlite
from catalog_sync import policy, schema_keys
from catalog_sync.model import Catalog
from catalog_sync.sqlite_schema import SQLiteSchema
from feedback.evaluation.compare import BAG, ORDERED
from feedback.evaluation.instances.files import write
from feedback.evaluation.instances.pools import Samples
from feedback.evaluation.instances.separate import sampled, suite_of
from feedback.evaluation.suite import Item, Suite, folder_of


def make(
    suite: Suite,
    items: Sequence[Item],
    to: Path,
    most: int,
    progress: Callable[[str, int, int], None] = lambda *_: None,
    *,
    public: bool = False,
) -> dict[str, int]:
    """How many databases each question got. A question whose folder is there is passed over, so a stopped run goes
    on; remove the folder to make them anew. Real values go into them but those that may be personal, unless the
    databases are `public`."""
    keys = schema_keys.load(suite.tables) if suite.tables else {}
    known: dict[str, tuple[Catalog, Samples]] = {}
    made: dict[str, int] = {}
    for done, item in enumerate(items):
        progress("test suites", done, len(items))
        folder = to / folder_of(item.id)
        if not folder.is_dir():
            if item.database not in known:
                path = suite.database(item.database)
                known[item.database] = _known(path, keys.get(item.database), public)
            _write(item, *known[item.database], folder, most)
        made[item.id] = len(list(folder.glob("*.sqlite")))
    progress("test suites", len(items), len(items))
    return made


def _known(path: Path, keys: schema_keys.Keys | None, public: bool) -> tuple[Catalog, Samples]:
    catalog = policy.apply(policy.Policy(tiers=()), SQLiteSchema(path, keys, public=public).read()).catalog
    warehouse = open_sqlite(path)
    try:
        return catalog, sampled(catalog, warehouse)
    finally:
        warehouse.close()


def _write(item: Item, catalog: Catalog, samples: Samples, folder: Path, most: int) -> None:
    """The folder appears when all of it is there."""
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    how = ORDERED if item.ordered else BAG
    for number, data in enumerate(suite_of(item.sql, catalog, policy=how, samples=samples, most=most), start=1):
        write(catalog, data, partial / f"{number}.sqlite")
    partial.rename(folder)
