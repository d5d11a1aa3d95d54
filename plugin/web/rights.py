"""Which role may do what. Everything that is not in this table is forbidden."""

from __future__ import annotations

from typing import Literal, get_args

Role = Literal["asker", "reviewer", "publisher", "owner", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)

Action = Literal[
    "ask",
    "run_sql",
    "browse",
    "give_feedback",
    "see_others_asks",
    "review",
    "publish",
    "see_metrics",
    "see_jobs",
    "see_views",
    "approve_views",
    "approve_texts",
    "run_jobs",
    "see_audit",
    "administer",
]
ACTIONS: tuple[Action, ...] = get_args(Action)

_ASKER: frozenset[Action] = frozenset(("ask", "run_sql", "browse", "give_feedback"))
_REVIEWER: frozenset[Action] = _ASKER | {"see_others_asks", "review", "see_metrics", "see_jobs", "see_views"}
_PUBLISHER: frozenset[Action] = _REVIEWER | {"publish"}
_OWNER: frozenset[Action] = _PUBLISHER | {"approve_views", "approve_texts", "run_jobs", "see_audit"}

MAY: dict[Role, frozenset[Action]] = {
    "asker": _ASKER,
    "reviewer": _REVIEWER,
    "publisher": _PUBLISHER,
    "owner": _OWNER,
    "admin": _OWNER | {"administer"},
}

Scope = Literal["ask", "read", "feedback", "review"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
SCOPE_ALLOWS: dict[Scope, frozenset[Action]] = {
    "ask": frozenset(("ask", "run_sql")),
    "read": frozenset(("browse", "see_others_asks", "see_metrics", "see_jobs", "see_views")),
    "feedback": frozenset(("give_feedback",)),
    "review": frozenset(("review",)),
}
"""What an API token can be cut down to; publishing and administration stay with people at a screen."""
