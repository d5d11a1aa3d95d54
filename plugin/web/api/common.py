"""What every endpoint of the API declares."""

from __future__ import annotations

from typing import Any

from plugin.web.shown import Failed

PREFIX = "/api/v1"
_SAYS = {
    401: "No token, or none that is valid",
    403: "The roles of the person or the scopes of the token do not allow it",
    404: "There is no such thing, or it is not yours to see",
    409: "Somebody else was faster",
    422: "What was sent can't be, or the read-only door refused the query",
    429: "Too many requests, or the queue is full; see Retry-After",
    503: "Something outside is not there now; try again",
    504: "The query ran past its time",
}
FAILURES: dict[int | str, dict[str, Any]] = {
    status: {"model": Failed, "description": says} for status, says in _SAYS.items()
}
