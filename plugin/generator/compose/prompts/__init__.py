"""Prompt files by name; `version(name)` is the hash that answers record."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files


@cache
def text(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8").strip()


def version(name: str) -> str:
    return hashlib.sha256(text(name).encode()).hexdigest()[:12]


def fill(name: str, **values: str) -> str:
    """The file with its {placeholders} filled; other braces stand as they are."""
    body = text(name)
    for key, value in values.items():
        body = body.replace("{" + key + "}", value)
    return body
