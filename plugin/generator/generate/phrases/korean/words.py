"""Lists of Korean phrases (words.txt)."""

from __future__ import annotations

from plugin.generator.generate.phrases import words


def listed(name: str) -> tuple[str, ...]:
    return words.listed(name, __package__)
