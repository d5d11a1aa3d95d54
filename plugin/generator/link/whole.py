"""Link for the baseline: every base table with every column that may be shown."""

from __future__ import annotations

from dataclasses import dataclass

from plugin.generator.ask import Ask, TableSlice
from plugin.generator.stage import Kind, Need, Services


@dataclass(frozen=True)
class WholeSchema:
    name: str = "link.everything"
    kind: Kind = "link"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        bases = [t for t in services.catalog if t.view is None]
        return ask.add(slices=tuple(TableSlice(t, tuple(c.name for c in t.columns if not c.pii), 1.0) for t in bases))
