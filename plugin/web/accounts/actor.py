"""A viewer as the feedback package knows people."""

from __future__ import annotations

from feedback.people import ALL, Actor
from feedback.people import Role as FeedbackRole
from plugin.web.accounts.viewer import Viewer
from plugin.web.rights import ROLES


def actor_of(viewer: Viewer, *, via: str = "ui", request: str = "") -> Actor:
    """A role holds those below it; a token that may not review has no role that can."""
    held = ROLES if viewer.scopes is None or viewer.may("review") else ROLES[:1]
    roles: dict[FeedbackRole, frozenset[str]] = {}
    for grant in viewer.grants:
        domains = frozenset({grant.domain}) if grant.domain else ALL
        for role in ROLES[: ROLES.index(grant.role) + 1]:
            if role in held and (viewer.scopes is None or role in ("asker", "reviewer")):
                roles[role] = roles.get(role, frozenset()) | domains
    return Actor(viewer.login, roles, via, request)
