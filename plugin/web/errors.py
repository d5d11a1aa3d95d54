"""Errors of the web UI and the API. `reason` names the text that a person is shown; `status` is HTTP's.

AskError
└── WebError
    ├── BadInput         a form or a request says what can't be
    ├── NotSignedIn      no session, no token, or one that has ended
    ├── Forbidden        signed in, but not allowed; or a request that another site may have sent
    ├── NotFound         there is no such thing, or it is not yours to know
    ├── Conflict         somebody else was faster
    ├── ProviderFailed   the sign-in provider is away, or what it says can't be trusted
    └── TooMany          a rate limit, or the queue is full     (transient)
"""

from __future__ import annotations

from backends.errors import AskError


class WebError(AskError):
    status = 500

    def __init__(self, reason: str, message: str, *, hint: str = "", **attrs: object) -> None:
        super().__init__(message, hint=hint, reason=reason, **attrs)
        self.reason = reason


class BadInput(WebError):
    status = 422


class NotSignedIn(WebError):
    status = 401


class Forbidden(WebError):
    status = 403


class NotFound(WebError):
    status = 404


class Conflict(WebError):
    status = 409


class ProviderFailed(WebError):
    status = 502


class TooMany(WebError):
    status = 429
    transient = True
