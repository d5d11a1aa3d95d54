"""What people ask most, and whether a verified example answers it: what is worth reviewing next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedback.canonical import question_key
from feedback.metrics import Asked, Share
from feedback.trust import Level

if TYPE_CHECKING:
    from plugin.web.site import Site

LOOKED_AT = 40
_OFTEN = 2


@dataclass(frozen=True)
class Often:
    """Questions that are the same; `ask` is the last of them, `level` how far its answer is verified now."""

    question: str
    asks: int
    people: int
    ask: str
    level: Level


@dataclass(frozen=True)
class Coverage:
    """`covered`: of the asks of the most frequent questions, those that a verified example answers. `open`: those that
    none answers, the most frequent first."""

    covered: Share
    open: tuple[Often, ...]


def coverage(site: Site, asks: Sequence[Asked], most: int = LOOKED_AT) -> Coverage:
    """`asks` newest first, as `feedback.metrics.load` gives them. What was asked once is no pattern."""
    groups: dict[str, list[Asked]] = defaultdict(list)
    for ask in asks:
        if ask.status == "answered":
            groups[question_key(ask.question)].append(ask)
    often = sorted((g for g in groups.values() if len(g) >= _OFTEN), key=lambda g: (-len(g), g[0].id))[:most]
    found = [_often(site, group) for group in often]
    covered = sum(one.asks for one in found if one.level == "verified")
    return Coverage(
        Share(covered, sum(one.asks for one in found)), tuple(one for one in found if one.level != "verified")
    )


def _often(site: Site, group: Sequence[Asked]) -> Often:
    last = group[0]
    record = site.asks.get(last.id)
    level: Level = site.curation.trust(record).level if record and record.sql else "unverified"
    return Often(last.question, len(group), len({ask.user for ask in group}), last.id, level)
