"""What every index has in common: the conversion of vectors, and what it refuses in which words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields

from backends.errors import IndexMismatch, IndexMissing, VectorError
from backends.vectors.base import Stamp

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_REBUILD = "run `dbt-ask sync --rebuild` to make the index again"


def floats(vector: Sequence[float]) -> list[float]:
    """Arrays too: both engines want a list."""
    import numpy as np

    plain: list[float] = np.asarray(vector, dtype=np.float32).tolist()
    return plain


def check_name(collection: str) -> None:
    if _NAME.fullmatch(collection) is None:
        raise VectorError(
            f"{collection!r} can't name a collection",
            hint="lower-case letters, digits and underscores, a letter first",
            collection=collection,
        )


def check_stamp(made: Stamp, wanted: Stamp) -> None:
    if made == wanted:
        return
    differing = [f.name for f in fields(Stamp) if getattr(made, f.name) != getattr(wanted, f.name)]
    told = "; ".join(f"{name} {getattr(made, name)!r}, now {getattr(wanted, name)!r}" for name in differing)
    raise IndexMismatch(f"the index was made with other settings: {told}", hint=_REBUILD, differing=differing)


def check_dim(dense: Sequence[float], stamp: Stamp) -> None:
    if len(dense) != stamp.dim:
        raise IndexMismatch(
            f"a vector of {len(dense)} dimensions does not fit the index, which has {stamp.dim}",
            hint=_REBUILD,
            differing=["dim"],
        )


def missing(where: str) -> IndexMissing:
    return IndexMissing(f"there is no index in {where} yet", hint="run `dbt-ask sync` first", where=where)


def not_begun() -> VectorError:
    return VectorError("the index was written to without a stamp", hint="call begin(stamp) before upsert")


def broken(where: str, error: Exception) -> VectorError:
    return VectorError(f"the index in {where} failed: {error}", hint=_REBUILD, where=where)
