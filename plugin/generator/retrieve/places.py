"""The place that an English adjective is made of: European of Europe, Brazilian of Brazil."""

from __future__ import annotations

from collections.abc import Iterator

_ENDINGS = (
    ("n", ("",)),
    ("an", ("", "y", "e")),
    ("ian", ("", "y", "a", "e", "ia", "ium")),
    ("ese", ("", "a", "al")),
    ("ish", ("", "land", "ey")),
    ("i", ("",)),
    ("ic", ("",)),
    ("", ("y",)),
)
_OTHERS = {
    "french": ("france",),
    "dutch": ("netherlands", "holland"),
    "british": ("britain", "great britain", "united kingdom", "uk"),
    "american": ("america", "united states", "usa", "us"),
    "greek": ("greece",),
    "swiss": ("switzerland",),
    "danish": ("denmark",),
    "spanish": ("spain",),
    "norwegian": ("norway",),
    "polish": ("poland",),
    "swedish": ("sweden",),
    "irish": ("ireland",),
    "welsh": ("wales",),
    "filipino": ("philippines",),
    "peruvian": ("peru",),
    "argentine": ("argentina",),
    "emirati": ("united arab emirates",),
    "saudi": ("saudi arabia",),
    "cypriot": ("cyprus",),
    "thai": ("thailand",),
    "czech": ("czech republic", "czechia"),
    "korean": ("korea", "south korea"),
}
_SHORTEST = 4


def places(word: str) -> Iterator[str]:
    """What it may be made of, in small letters; nothing of a word that is not written with a capital."""
    if not word[:1].isupper() or not word.isalpha() or not word.isascii():
        return
    small = word.casefold()
    yield from _OTHERS.get(small, ())
    for ending, others in _ENDINGS:
        stem = small.removesuffix(ending)
        if small.endswith(ending) and len(stem) >= _SHORTEST:
            yield from (stem + other for other in others)
