"""Prompt files by name; `version(name)` is the hash that answers record."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib.resources import files

_PLACE = re.compile(r"\{(\w+)\}")


@cache
def text(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8").strip()


def version(name: str) -> str:
    return hashlib.sha256(text(name).encode()).hexdigest()[:12]


def fill(name: str, **values: str) -> str:
    """The file with its {placeholders} filled; other braces stand as they are."""
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), text(name))
