"""Words that are a value and what a row tells as well: the status 접수 of parcels, whose day is called 접수 일시."""

from __future__ import annotations

import re
from collections.abc import Collection

from catalog_sync.model import Catalog
from catalog_sync.times import event_time
from plugin.generator.ask import ValueHit
from plugin.generator.tables import own_deeds

_COUNTED = r"\s*(?:건수|건|횟수|물량|수량|수(?![가-힣])|량(?![가-힣])|추이|현황)"
_DONE = r"\s*(?:된|한|되|하|됐|했)"


def of_all_rows(hit: ValueHit, question: str, catalog: Catalog, periods: Collection[object]) -> bool:
    """ "접수 건수" counts all rows, "지난달에 접수된" those of that day: every row was once; "접수 상태인" are of the
    value."""
    table = catalog.whole(hit.table)
    own = event_time(table) if table is not None else None
    if own is None or hit.phrase not in own_deeds(own):
        return False
    said = re.escape(hit.phrase)
    behind = rf"(?:{_COUNTED}|{_DONE})" if periods else _COUNTED
    return len(re.findall(said + behind, question)) == len(re.findall(said, question))
