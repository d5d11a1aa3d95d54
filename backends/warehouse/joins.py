"""USING and NATURAL: which columns a join merges."""

from __future__ import annotations

from sqlglot import exp

from backends.errors import QueryRefused
from backends.warehouse.catalogue import Folding
from backends.warehouse.frames import Frame, Source, StarItem


def join_columns(join: exp.Join, frame: Frame, before: list[Source], star: list[StarItem], folding: Folding) -> None:
    """NATURAL becomes USING, so that no column that the catalogue does not know takes part."""
    joined = frame.sources[len(before) :]
    if join.method.upper() == "NATURAL":
        join.set("method", None)
        join.set("using", [exp.to_identifier(name, quoted=True) for name in _common(before, joined)])
    using = join.args.get("using") or []
    if not using:
        return
    merged = {folding.written(identifier): identifier.name for identifier in using}
    for name in merged:
        _check(name, before, "before")
        _check(name, joined, "behind")
    right = frame.star[len(star) :]
    frame.merged.update(merged)
    frame.star = _merge(star, right, merged, first=folding.dialect in {"postgres", "redshift"})


def _common(before: list[Source], joined: list[Source]) -> list[str]:
    sides = [[column for source in side for column in source.relation.columns] for side in (before, joined)]
    common = [column for column in sides[0] if column in sides[1]]
    if not common or any(source.relation.partial for source in (*before, *joined)):
        raise QueryRefused("ambiguous", "it is not known which columns NATURAL JOIN joins", hint="write USING or ON")
    return list(dict.fromkeys(common))


def _check(name: str, sources: list[Source], side: str) -> None:
    owners = [source for source in sources if source.has(name)]
    for owner in owners:
        if name in owner.relation.hidden:
            raise QueryRefused(
                "pii", f"{name} of {owner.relation.table} holds protected values", hint="join on another column"
            )
    if not owners and not any(source.relation.partial for source in sources):
        raise QueryRefused("unknown_column", f"no table {side} the join has a column {name} to join by")


def _merge(left: list[StarItem], right: list[StarItem], merged: dict[str, str], *, first: bool) -> list[StarItem]:
    """The order in which `*` gives the columns; PostgreSQL puts merged ones first."""
    if any(item.column is None for item in (*left, *right)):
        return [StarItem(None, None)]
    items = {name: StarItem(None, name, spelled) for name, spelled in merged.items()}
    rest = [item for item in right if item.column not in merged]
    if first:
        return [*items.values(), *(item for item in left if item.column not in merged), *rest]
    seen: set[str] = set()
    kept: list[StarItem] = []
    for item in left:
        name = item.column or ""
        if name in merged and name not in seen:
            kept.append(items[name])
            seen.add(name)
        elif name not in merged:
            kept.append(item)
    return [*kept, *rest]
