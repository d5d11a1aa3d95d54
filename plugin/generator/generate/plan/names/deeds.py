"""The deed that a noun is made of: payment of paying, delivery of delivering."""

from __future__ import annotations

from backends.vectors.english import stem

_MADE_OF = {
    "payment": ("paid", "pay"),
    "loan": ("borrow", "lent", "lend"),
    "decision": ("decid",),
    "sale": ("sold",),
    "shipping": ("ship",),
    "pickup": ("pick",),
    "dropoff": ("drop",),
    "handover": ("deliver", "hand"),
    "signup": ("sign",),
    "checkin": ("check",),
    "enrolment": ("enroll", "enrol"),
}


def deed_of(word: str) -> set[str]:
    """The stems of a word and of the deed that a noun is made of: payment, arrival, registration."""
    bare = next(
        (word.removesuffix(end) for end in ("ment", "al", "ation", "ion", "ure", "y") if word.endswith(end)), word
    )
    return {stem(word), *({stem(bare), bare} if len(bare) > 3 else ()), *_MADE_OF.get(word, ())}
