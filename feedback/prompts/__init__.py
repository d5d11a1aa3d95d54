"""Prompt files by name; `version(name)` is the hash that what was written with one records."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files


@cache
def text(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def fill(name: str, **values: str) -> str:
    """{name} in the file becomes the value."""
    filled = text(name)
    for key, value in values.items():
        filled = filled.replace("{" + key + "}", value)
    return filled.strip()


def version(name: str) -> str:
    return hashlib.sha256(text(name).encode()).hexdigest()[:12]
