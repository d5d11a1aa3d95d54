"""Texts of other systems, as they may stand in ours."""

from __future__ import annotations

LONGEST = 8000  # characters of a description: what comes after that helps nobody
_CONTROL = {code: " " for code in range(32) if chr(code) not in "\n\t"} | {127: " "}


def plain_text(value: object) -> str:
    """Without control characters and lone surrogates, and not longer than anybody reads."""
    plain = str(value or "").translate(_CONTROL).encode("utf-8", "replace").decode().strip()
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST].rstrip()} …"
