"""What is said of that of which a flag is not true."""

from __future__ import annotations

from functools import cache

from backends.vectors.english import stem
from backends.vectors.korean import has_hangul


def opposites(form: tuple[str, ...] | str) -> tuple[tuple[str, ...] | str, ...]:
    """What is said of that of which the flag is not true: weekday of weekend, "unpaid" of paid, 미납 of 납."""
    if isinstance(form, str):
        return (*_opposite_words().get(form, ()), *(before + form for before in ("미", "비", "불")))
    told = _opposite_words().get(form[0], ()) if len(form) == 1 else ()
    made = [f"{before}{form[0]}" for before in ("un", "in", "non")] if len(form) == 1 else []
    return tuple((word,) for word in (*told, *made))


@cache
def _opposite_words() -> dict[str, tuple[str, ...]]:
    pairs = (
        ("weekend", "weekday"), ("late", "punctual"), ("late", "timely"), ("open", "closed"), ("enabled", "disabled"),
        ("online", "offline"), ("present", "absent"), ("public", "private"), ("internal", "external"),
        ("주말", "평일"), ("주말", "주중"),
    )  # fmt: skip
    found: dict[str, tuple[str, ...]] = {}
    for one, other in pairs:
        for a, b in ((one, other), (other, one)):
            a, b = (a, b) if has_hangul(a) else (stem(a), stem(b))
            found[a] = (*found.get(a, ()), b)
    return found
