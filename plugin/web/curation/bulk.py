"""Many decisions at once, where looking at one is looking at all: one cluster, every check green."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plugin.web.curation.queue import Item

MOST = 50
_SAMPLE = 3


@dataclass(frozen=True)
class Bulk:
    """Of one cluster, what this person may decide on."""

    items: tuple[Item, ...]

    @property
    def green(self) -> bool:
        return 1 < len(self.items) <= MOST and not any(item.doubts for item in self.items)

    @property
    def sample(self) -> tuple[Item, ...]:
        return self.items[:_SAMPLE]

    def write(self) -> str:
        """What is on the screen, for the form: ids with their locks."""
        return " ".join(f"{item.example.id}:{item.example.lock}" for item in self.items)

    @staticmethod
    def read(text: str, found: Sequence[Item]) -> Bulk | None:
        """The same again; None where one of them has changed or gone since."""
        known = {f"{item.example.id}:{item.example.lock}": item for item in found if item.open}
        wanted = text.split()
        if not wanted or not set(wanted) <= set(known):
            return None
        return Bulk(tuple(known[name] for name in dict.fromkeys(wanted)))


def bulk_of(found: Sequence[Item]) -> Bulk:
    return Bulk(tuple(item for item in found if item.open))
